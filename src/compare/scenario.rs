//! When and on what terms: what stands behind every dollar, and the difficulty behind the odds.

use crate::market::terms::{DatedTerms, Moment, TermsRequest};
use crate::market::{Chain, Constants};

/// The terms of the dollars and the moment of the odds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Scenario {
    /// Difficulty, reward, prices, fee, PUE, with their sources.
    pub dollars: DatedTerms,
    /// The difficulty behind years per block and odds.
    pub odds_at: Moment,
}

impl Scenario {
    /// Dollars of December 2018, odds as of the newest epoch, both as they ship.
    pub fn december_2018() -> Self {
        let (chain, request) = (Chain::shipped(), TermsRequest::default());
        let dollars = request.resolve(&chain, &Constants::shipped());
        Self::with_newest_odds(dollars.expect("a test resolves these terms with the figures that ship"), &chain)
    }

    /// Dollars and odds of the same moment.
    pub fn at_one_time(dollars: DatedTerms) -> Self {
        Self { odds_at: dollars.moment(), dollars }
    }

    /// Dollars as given, odds as of the newest epoch of the chain.
    pub fn with_newest_odds(dollars: DatedTerms, chain: &Chain) -> Self {
        Self { odds_at: chain.newest().into(), dollars }
    }
}
