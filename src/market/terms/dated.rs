//! Terms with their dates and sources: what the user leaves open follows from the chain and the quoted figures.
//!
//! The reward follows the height: an epoch that holds a halving has two subsidies. A difficulty without a height takes
//! the epoch that has it, or the newest one within 1 %; where epochs of two subsidies fit, or none does, the height or the reward is asked for.

use super::{Terms, TermsError};
use crate::market::chain::{BLOCKS_PER_EPOCH, ChainError};
use crate::market::constants::{Quote, Scope};
use crate::market::economics::{HALVING_INTERVAL, subsidy_btc};
use crate::market::{Chain, Constants, Date, Epoch};
use crate::target::{CompactTarget, CompactTargetError};
use crate::units::{Money, PowerPrice};
use thiserror::Error;

/// First height of the epoch of 3 to 18 December 2018: the lowest hash rate after the peak of 2018. The article that
/// this program checks is of these days.
pub const DECEMBER_2018: u32 = 552_384;
/// A cheap industrial rate, and about what the miners of 2018 paid.
pub const DEFAULT_POWER_PRICE: PowerPrice = PowerPrice::from_usd_per_kwh(0.05);

/// How far a difficulty may lie from that of an epoch to be taken for it.
const SAME_EPOCH: f64 = 0.01;
/// A difficulty that was printed with ten digits is that of its epoch.
const EXACT: f64 = 1e-9;

/// How the difficulty is named.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum When {
    /// That of the epoch with this height.
    Height(u32),
    /// That of the newest epoch of the chain.
    Newest,
    /// The difficulty itself, and the height whose subsidy is paid.
    Difficulty(f64, Option<u32>),
    /// nBits, and the height whose subsidy is paid.
    Bits(CompactTarget, Option<u32>),
}

/// What the user says about the terms. The default is December 2018.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TermsRequest {
    /// Which difficulty.
    pub when: When,
    /// US dollars per BTC; otherwise what is quoted for the epoch.
    pub price: Option<Money>,
    /// BTC per block with fees; otherwise what is recorded for the epoch, or the subsidy of the height.
    pub reward_btc: Option<f64>,
    /// What the meter charges.
    pub power_price: PowerPrice,
    /// Pool fee, a share.
    pub fee: f64,
    /// Power of the site over power of the machines.
    pub pue: f64,
    /// Share of the time that the machine runs.
    pub uptime: f64,
}

impl Default for TermsRequest {
    fn default() -> Self {
        Self {
            when: When::Height(DECEMBER_2018),
            price: None,
            reward_btc: None,
            power_price: DEFAULT_POWER_PRICE,
            fee: 0.0,
            pue: 1.0,
            uptime: 1.0,
        }
    }
}

/// A difficulty, and when it held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// First height of the epoch; `None` for a difficulty that no known epoch has.
    pub epoch: Option<u32>,
    /// The day the epoch began.
    pub date: Option<Date>,
    /// Whether that day is an estimate.
    pub date_is_estimated: bool,
    /// Network difficulty.
    pub difficulty: f64,
}

impl From<&Epoch> for Moment {
    fn from(epoch: &Epoch) -> Self {
        Self {
            epoch: Some(epoch.height),
            date: Some(epoch.date()),
            date_is_estimated: epoch.time_is_estimated,
            difficulty: epoch.difficulty(),
        }
    }
}

/// Terms, and where they come from.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DatedTerms {
    /// The terms.
    pub terms: Terms,
    /// The epoch that they are of, when they are of one. Its difficulty is within 1 % of that of the terms.
    pub epoch: Option<Epoch>,
    /// The first day of the time that the price is quoted for; `None` when the user gave it.
    pub price_date: Option<Date>,
    /// Who says so.
    pub price_source: String,
    /// Who says so.
    pub reward_source: String,
    /// What does not fit together.
    pub notes: Vec<String>,
}

/// Why a request leads to no terms.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum TermsRequestError {
    /// A height that the chain does not know.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// nBits that hold no target.
    #[error(transparent)]
    Bits(#[from] CompactTargetError),
    /// Nobody quoted a price.
    #[error("no price is quoted for {0}")]
    NoPrice(String),
    /// No known epoch has such a difficulty.
    #[error("no known epoch has a difficulty within 1 % of {0}, so the reward of a block is not known")]
    NoReward(f64),
    /// The subsidy was halved between the epochs that fit, or within one.
    #[error("blocks of this difficulty paid {0} BTC and {1} BTC")]
    TwoRewards(f64, f64),
    /// A number that cannot be a term.
    #[error(transparent)]
    Terms(#[from] TermsError),
}

/// The epoch and the height that a request means.
struct Place {
    difficulty: f64,
    epoch: Option<Epoch>,
    height: Option<u32>,
}

impl TermsRequest {
    /// Fills in what is open, and checks it all.
    ///
    /// # Errors
    /// A height out of range, a price that nobody quoted, a reward that does not follow, terms that cannot be.
    pub fn resolve(&self, chain: &Chain, constants: &Constants) -> Result<DatedTerms, TermsRequestError> {
        let place = self.place(chain)?;
        Terms::check_difficulty(place.difficulty)?;
        let (reward_btc, reward_source) = self.reward(&place, chain, constants)?;
        let (price, price_date, price_source) = self.price(&place, chain, constants)?;
        let Self { power_price, fee, pue, uptime, .. } = *self;
        let terms = Terms { difficulty: place.difficulty, reward_btc, price, power_price, fee, pue, uptime };
        terms.check()?;
        let (epoch, notes) = (place.epoch, Vec::new());
        Ok(DatedTerms { terms, epoch, price_date, price_source, reward_source, notes })
    }

    /// The same; where no price is quoted, that of December 2018 with a note, for those to whom dollars come second.
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve), the price left out.
    pub fn resolve_at_any_price(&self, chain: &Chain, constants: &Constants) -> Result<DatedTerms, TermsRequestError> {
        match self.resolve(chain, constants) {
            Err(TermsRequestError::NoPrice(_)) => {}
            other => return other,
        }
        let old = Self::default().resolve(chain, constants)?;
        let mut dated = Self { price: Some(old.terms.price), ..*self }.resolve(chain, constants)?;
        (dated.price_date, dated.price_source) = (old.price_date, old.price_source);
        let (price, day) = (crate::units::significant(old.terms.price.to_usd(), 4), old.price_date);
        dated.notes.extend(day.map(|day| format!("the price of ${price} is that of {day}, the difficulty is not")));
        Ok(dated)
    }

    fn place(&self, chain: &Chain) -> Result<Place, TermsRequestError> {
        Ok(match self.when {
            When::Height(height) => Place::of(chain.at(height)?, height),
            When::Newest => Place::of(chain.newest(), chain.newest().height),
            When::Difficulty(difficulty, height) => Place::near(chain, difficulty, height),
            When::Bits(bits, height) => {
                bits.to_target()?;
                Place::near(chain, bits.difficulty(), height)
            }
        })
    }

    fn price(
        &self,
        place: &Place,
        chain: &Chain,
        constants: &Constants,
    ) -> Result<(Money, Option<Date>, String), TermsRequestError> {
        if let Some(price) = self.price {
            return Ok((price, None, "given".to_owned()));
        }
        let missing = |of: String| TermsRequestError::NoPrice(of);
        let Some(epoch) = place.epoch else { return Err(missing("a difficulty alone".to_owned())) };
        let quote = constants.quote_for(chain, &epoch);
        let dated = |Quote { price, scope, source }| match scope {
            Scope::Day(day) => (price, Some(day), source),
            Scope::Epoch(_) => (price, Some(epoch.date()), source),
        };
        quote.map(dated).ok_or_else(|| missing(format!("the epoch of {} (height {})", epoch.date(), epoch.height)))
    }

    /// What was recorded for the epoch is its mean: where the subsidy was halved within it, it holds for no block.
    fn reward(&self, place: &Place, chain: &Chain, constants: &Constants) -> Result<(f64, String), TermsRequestError> {
        if let Some(reward) = self.reward_btc {
            return Ok((reward, "given".to_owned()));
        }
        let recorded = place.epoch.filter(|epoch| halving_in(epoch).is_none());
        if let Some(figure) = recorded.and_then(|epoch| constants.reward_for(epoch.height)) {
            return Ok((figure.value, format!("{}, epoch of height {}", figure.source, figure.when)));
        }
        if let Some(height) = place.height {
            return Ok((subsidy_btc(height), format!("the subsidy at height {height}, without fees")));
        }
        let Some(epoch) = place.epoch else { return Err(TermsRequestError::NoReward(place.difficulty)) };
        let subsidy = only_subsidy(&near(chain, place.difficulty))?;
        let date = epoch.date();
        Ok((subsidy, format!("the subsidy of the epoch of {date} (height {}), without fees", epoch.height)))
    }
}

impl DatedTerms {
    /// When the difficulty held.
    pub fn moment(&self) -> Moment {
        let of = self.epoch.as_ref().map(Moment::from);
        let none = Moment { epoch: None, date: None, date_is_estimated: false, difficulty: self.terms.difficulty };
        of.map_or(none, |moment| Moment { difficulty: self.terms.difficulty, ..moment })
    }
}

impl Place {
    fn of(epoch: &Epoch, height: u32) -> Self {
        Self { difficulty: epoch.difficulty(), epoch: Some(*epoch), height: Some(height) }
    }

    /// The newest epoch of about that difficulty; that of the height, if it has it.
    fn near(chain: &Chain, difficulty: f64, height: Option<u32>) -> Self {
        let fitting = near(chain, difficulty);
        let holds =
            |epoch: &&&Epoch| height.is_none_or(|height| height / BLOCKS_PER_EPOCH * BLOCKS_PER_EPOCH == epoch.height);
        Self { difficulty, epoch: fitting.iter().rfind(holds).map(|epoch| **epoch), height }
    }
}

/// The epochs of exactly this difficulty, otherwise those of about it.
fn near(chain: &Chain, difficulty: f64) -> Vec<&Epoch> {
    let within = |share: f64| {
        let fits = move |epoch: &&Epoch| (epoch.difficulty() / difficulty - 1.0).abs() <= share;
        chain.epochs().iter().filter(fits).collect::<Vec<_>>()
    };
    let exact = within(EXACT);
    if exact.is_empty() { within(SAME_EPOCH) } else { exact }
}

/// The height within the epoch, after its first block, from which the subsidy is half.
fn halving_in(epoch: &Epoch) -> Option<u32> {
    let last = epoch.height + BLOCKS_PER_EPOCH - 1;
    let halving = last / HALVING_INTERVAL * HALVING_INTERVAL;
    (halving > epoch.height).then_some(halving)
}

/// The subsidy that all blocks of these epochs have.
fn only_subsidy(epochs: &[&Epoch]) -> Result<f64, TermsRequestError> {
    let blocks = epochs.iter().flat_map(|epoch| [epoch.height, epoch.height + BLOCKS_PER_EPOCH - 1]);
    let subsidies = blocks.map(subsidy_btc);
    let (most, least) = subsidies.fold((0.0_f64, f64::INFINITY), |(most, least), btc| (most.max(btc), least.min(btc)));
    if most > least { Err(TermsRequestError::TwoRewards(most, least)) } else { Ok(most) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reward(when: When) -> Result<f64, TermsRequestError> {
        let request = TermsRequest { when, price: Some(Money::from_usd(1.0)), ..TermsRequest::default() };
        request.resolve(&Chain::shipped(), &Constants::shipped()).map(|dated| dated.terms.reward_btc)
    }

    #[test]
    fn each_height_next_to_a_halving_pays_its_own_subsidy() {
        for (halving, before, after) in
            [(210_000, 50.0, 25.0), (420_000, 25.0, 12.5), (630_000, 12.5, 6.25), (840_000, 6.25, 3.125)]
        {
            let first = halving / BLOCKS_PER_EPOCH * BLOCKS_PER_EPOCH;
            for (height, wanted) in [
                (first, before),
                (halving - 1, before),
                (halving, after),
                (halving + 1, after),
                (first + BLOCKS_PER_EPOCH - 1, after),
                (first + BLOCKS_PER_EPOCH, after),
            ] {
                assert_eq!(reward(When::Height(height)), Ok(wanted), "{height}");
            }
        }
    }

    #[test]
    fn the_reward_of_december_2018_has_its_fees() {
        assert_eq!(reward(When::Height(DECEMBER_2018)), Ok(12.683));
        assert_eq!(reward(When::Height(DECEMBER_2018 + BLOCKS_PER_EPOCH - 1)), Ok(12.683));
        assert_eq!(reward(When::Bits(CompactTarget(0x1731_d97c), None)), Ok(12.683));
    }

    #[test]
    fn a_difficulty_takes_the_reward_of_its_time_or_asks() {
        assert_eq!(reward(When::Difficulty(109.5e12, None)), Ok(3.125));
        assert_eq!(reward(When::Difficulty(1.0, None)), Ok(50.0));
        // Early 2020 paid 12.5 BTC, June 2020 half of that.
        assert_eq!(reward(When::Difficulty(15.6e12, None)), Err(TermsRequestError::TwoRewards(12.5, 6.25)));
        // The epoch of the halving of 2024 alone has two subsidies.
        assert_eq!(reward(When::Difficulty(86.39e12, None)), Err(TermsRequestError::TwoRewards(6.25, 3.125)));
        assert_eq!(reward(When::Difficulty(1e12, None)), Err(TermsRequestError::NoReward(1e12)));
        assert_eq!(reward(When::Difficulty(1e12, Some(840_000))), Ok(3.125));
        assert_eq!(reward(When::Difficulty(15.6e12, Some(630_000))), Ok(6.25));
    }

    #[test]
    fn the_epoch_of_a_bare_difficulty_is_named() {
        // 5.6464e12 is December 2018, 5.6184e12 is January 2019: both are within 1 %, the newer one is taken.
        for (difficulty, height) in [(5.65e12, 556_416), (5_646_403_851_534.72, DECEMBER_2018)] {
            let price = Some(Money::from_usd(1.0));
            let request = TermsRequest { when: When::Difficulty(difficulty, None), price, ..TermsRequest::default() };
            let dated = request.resolve(&Chain::shipped(), &Constants::shipped()).unwrap();
            assert_eq!(dated.epoch.map(|epoch| epoch.height), Some(height));
            assert_eq!(dated.moment().difficulty, difficulty);
        }
    }
}
