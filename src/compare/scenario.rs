//! When and on what terms: the difficulty and the prices behind every dollar, and the difficulty behind the odds.

use crate::market::economics::subsidy_btc;
use crate::market::{Chain, Date, Epoch, Terms};
use crate::units::{Money, PowerPrice};

/// The epoch of the trough of 2018, in which the article behind this program was written.
pub const ARTICLE_EPOCH: u32 = 552_384;
/// Dollars per BTC on 4 December 2018, at press time of F2Pool's table of shutdown prices (news.8btc.com).
pub const ARTICLE_PRICE: Money = Money::from_usd(3858.0);
/// The day of that price.
pub const ARTICLE_DAY: &str = "2018-12-04";
/// A cheap industrial rate, and about what the miners of 2018 paid.
pub const DEFAULT_POWER_PRICE: PowerPrice = PowerPrice::from_usd_per_kwh(0.05);

/// A difficulty, and when it held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// First height of the epoch; `None` for a difficulty that the user gave.
    pub epoch: Option<u32>,
    /// The day the epoch began.
    pub date: Option<Date>,
    /// Network difficulty.
    pub difficulty: f64,
}

impl From<&Epoch> for Moment {
    fn from(epoch: &Epoch) -> Self {
        Self { epoch: Some(epoch.height), date: Some(epoch.date()), difficulty: epoch.difficulty() }
    }
}

/// The terms of the dollars and the moment of the odds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Scenario {
    /// Difficulty, reward, prices, fee, PUE.
    pub terms: Terms,
    /// When the difficulty of the terms held.
    pub terms_at: Moment,
    /// The day of the coin's price; `None` when the user gave it.
    pub price_date: Option<Date>,
    /// The difficulty behind years per block and odds.
    pub odds_at: Moment,
    /// What does not fit together.
    pub notes: Vec<String>,
}

impl Scenario {
    /// Dollars as of 4 December 2018, odds as of the newest epoch of the chain's history.
    pub fn december_2018(chain: &Chain) -> Self {
        let epoch = chain.at(ARTICLE_EPOCH).unwrap_or_else(|_| chain.newest());
        Self {
            terms: Terms {
                difficulty: epoch.difficulty(),
                reward_btc: subsidy_btc(epoch.height),
                price: ARTICLE_PRICE,
                power_price: DEFAULT_POWER_PRICE,
                fee: 0.0,
                pue: 1.0,
                uptime: 1.0,
            },
            terms_at: epoch.into(),
            price_date: ARTICLE_DAY.parse().ok(),
            odds_at: chain.newest().into(),
            notes: Vec::new(),
        }
    }

    /// Another moment, for the dollars and for the odds. An epoch brings the subsidy of its height with it.
    #[must_use]
    pub fn at(mut self, moment: Moment) -> Self {
        self.terms.difficulty = moment.difficulty;
        self.terms.reward_btc = moment.epoch.map_or(self.terms.reward_btc, subsidy_btc);
        (self.terms_at, self.odds_at) = (moment, moment);
        self
    }

    /// Another price of the coin.
    #[must_use]
    pub fn priced(mut self, price: Money) -> Self {
        self.terms.price = price;
        self.price_date = None;
        self
    }

    /// Says so when the price is of one time and the difficulty of another.
    #[must_use]
    pub fn checked_for_dates(mut self) -> Self {
        if let Some(day) = self.price_date
            && self.terms_at.epoch != Some(ARTICLE_EPOCH)
        {
            let price = crate::units::significant(self.terms.price.to_usd(), 4);
            self.notes.push(format!("the price of ${price} is that of {day}, the difficulty is not: give --price"));
        }
        self
    }
}
