//! The epochs of the slump and of the way back: the chain's record, and beside it what the formulas say wherever a
//! price is known.

use super::constants::Scope;
use super::economics::subsidy_btc;
use super::{Chain, Constants, Date, Epoch, Fleet, Prices, Rig, Terms};
use crate::units::{HashRate, Money, PowerPrice};
use std::ops::RangeInclusive;

/// What the replay is asked for.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The chain's record.
    pub chain: &'a Chain,
    /// Quoted prices and rewards.
    pub constants: &'a Constants,
    /// The user's own daily prices.
    pub prices: Option<&'a Prices>,
    /// Who runs at which price.
    pub fleet: &'a Fleet,
    /// The rigs to price.
    pub rigs: &'a [Rig],
    /// What they pay for power, for the shutdown price.
    pub power_price: PowerPrice,
    /// The first and the last day on which an epoch may start.
    pub days: RangeInclusive<Date>,
}

/// One epoch.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// Height, time, nBits.
    pub epoch: Epoch,
    /// Mean hash rate of the network; unknown until the epoch has ended.
    pub hash_rate: Option<HashRate>,
    /// Change of difficulty from the epoch before: -0.151 for -15.1 %.
    pub adjustment: Option<f64>,
    /// BTC per block: the subsidy, with fees where they are recorded.
    pub reward_btc: f64,
    /// A known price.
    pub price: Option<KnownPrice>,
    /// What the fleet model runs at that price.
    pub fleet: Option<HashRate>,
    /// The rigs, in the order of the question.
    pub rigs: Vec<RigAt>,
}

/// A price of an epoch and where it comes from.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct KnownPrice {
    /// US dollars per BTC.
    pub price: Money,
    /// Whether it is a mean over the epoch, or else a single day's quote.
    pub is_mean: bool,
    /// Who says so.
    pub source: String,
}

/// A rig in an epoch.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RigAt {
    /// Id of the rig.
    pub id: String,
    /// The coin price below which it is off at the question's power price. Needs no price of the day.
    pub shutdown_price: Money,
    /// The power price above which it is off at the known price.
    pub break_even_power_price: Option<PowerPrice>,
}

/// The epochs of the question, the oldest first.
pub fn replay(question: &Question<'_>) -> Vec<Row> {
    question.chain.between(question.days.clone()).map(|epoch| row(question, epoch)).collect()
}

fn row(question: &Question<'_>, epoch: &Epoch) -> Row {
    let price = known_price(question, epoch);
    let recorded = question.constants.reward_for(epoch.height);
    let reward_btc = recorded.map_or_else(|| subsidy_btc(epoch.height), |figure| figure.value);
    let before = epoch.height.checked_sub(1).and_then(|height| question.chain.at(height).ok());
    Row {
        epoch: *epoch,
        hash_rate: epoch.hash_rate(),
        adjustment: before.map(|before| epoch.difficulty() / before.difficulty() - 1.0),
        reward_btc,
        fleet: price.as_ref().map(|known| question.fleet.hash_rate_at(known.price)),
        rigs: question.rigs.iter().map(|rig| rig_at(question, epoch, rig, reward_btc, price.as_ref())).collect(),
        price,
    }
}

/// The user's series first, then the mean of the epoch, then a day's quote.
fn known_price(question: &Question<'_>, epoch: &Epoch) -> Option<KnownPrice> {
    let own = question.prices.and_then(|prices| prices.mean_of(epoch));
    let own = own.map(|price| KnownPrice { price, is_mean: true, source: "your series".to_owned() });
    own.or_else(|| {
        let quote = question.constants.quote_for(question.chain, epoch)?;
        let is_mean = matches!(quote.scope, Scope::Epoch(_));
        Some(KnownPrice { price: quote.price, is_mean, source: quote.source })
    })
}

fn rig_at(question: &Question<'_>, epoch: &Epoch, rig: &Rig, reward_btc: f64, known: Option<&KnownPrice>) -> RigAt {
    let terms = Terms {
        difficulty: epoch.difficulty(),
        reward_btc,
        price: known.map_or(Money::from_usd(0.0), |known| known.price),
        power_price: question.power_price,
        fee: 0.0,
        pue: 1.0,
        uptime: 1.0,
    };
    RigAt {
        id: rig.id.clone(),
        shutdown_price: terms.break_even_price(rig.efficiency()),
        break_even_power_price: known.map(|_| terms.break_even_power_price(rig.efficiency())),
    }
}
