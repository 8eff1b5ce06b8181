//! An article of December 2018, claim by claim, against the chain, the catalogue, the fleet and what was said.
//!
//! Every verdict is computed from the [`Evidence`]: other prices, another catalogue or another fleet turn it. Where
//! the evidence has a gap (no S9 in the catalogue, no price quoted), the verdict is "not shown by this", with the gap.
//! The claims are told in our words.

mod companies;
mod doubling;
mod facts;
mod network;
mod trade;

use super::{Chain, Constants, Fleet, Statements};
use crate::asic::Catalogue;
use crate::units::PowerPrice;
use facts::Facts;
use std::fmt;

/// What the claims are held against.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// Difficulty and hash rate of every epoch.
    pub chain: Chain,
    /// Quoted prices and other single figures.
    pub constants: Constants,
    /// Rigs, with efficiency, release and price.
    pub catalogue: Catalogue,
    /// Who runs at which price.
    pub fleet: Fleet,
    /// What companies and staff said.
    pub statements: Statements,
    /// What a miner pays, for paybacks and margins.
    pub power_price: PowerPrice,
}

impl Evidence {
    /// All that ships, at 5 cents per kWh.
    pub fn shipped() -> Self {
        Self {
            chain: Chain::shipped(),
            constants: Constants::shipped(),
            catalogue: Catalogue::built_in(),
            fleet: Fleet::shipped(),
            statements: Statements::shipped(),
            power_price: super::terms::DEFAULT_POWER_PRICE,
        }
    }
}

/// What the evidence says of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// The evidence agrees.
    Holds,
    /// It agrees, and something is to be known with it.
    HoldsWithCaveat,
    /// It does not agree, or does not reach so far.
    NotShown,
    /// Somebody said so, and nobody who must know confirmed it.
    Reported,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Holds => "holds",
            Self::HoldsWithCaveat => "holds with a caveat",
            Self::NotShown => "not shown by this",
            Self::Reported => "reported",
        })
    }
}

/// A number behind a verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Number {
    /// Its name, with the unit in it.
    pub key: &'static str,
    /// `None`: there is none, such as a price that is never reached.
    pub value: Option<f64>,
}

/// A claim and what became of it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Claim {
    /// A slug that stays.
    pub id: &'static str,
    /// What the article says, in our words.
    pub claim: &'static str,
    /// What the evidence says of it.
    pub verdict: Verdict,
    /// Why, in a sentence or two with the figures in it.
    pub finding: String,
    /// The figures alone.
    pub figures: Vec<Number>,
    /// How they were computed.
    pub formula: &'static str,
    /// Where they come from.
    pub source: String,
}

/// What one claim came to.
#[expect(clippy::struct_field_names, reason = "as the published `Claim` calls them")]
struct Finding {
    verdict: Verdict,
    finding: String,
    figures: Vec<Number>,
    formula: &'static str,
    source: String,
}

/// What the evidence lacks.
struct Gap(String);

type Checked = Result<Finding, Gap>;
type Check = fn(&Facts<'_>) -> Checked;

/// Every claim: id, the claim in our words, its check.
const CLAIMS: [(&str, &str, Check); 22] = [
    ("hash-rate-fell", "The network's hash rate fell from about 60 to about 40 EH/s", network::hash_rate_fell),
    ("price-fell", "Meanwhile the price went from $20,000 to under $4,000", network::price_fell),
    ("share-off", "20 EH/s of rigs, more than 30 %, are off", network::share_off),
    ("off-at-a-loss", "They are off because they lose money", network::off_at_a_loss),
    ("most-take-losses", "Most mining businesses take losses", network::most_take_losses),
    ("bitmain-listing", "Bitmain drops its plans for the stock market", companies::bitmain_listing),
    ("bitmain-departments", "Bitmain closes departments", companies::bitmain_departments),
    ("bitmain-layoffs", "Bitmain lays off more than half of its staff", companies::bitmain_layoffs),
    ("gmo-fastest", "GMO Internet developed 7 nm rigs faster than anyone", companies::gmo_fastest),
    (
        "gmo-stops-making",
        "GMO Internet cannot sell its surplus of rigs and stops making them",
        companies::gmo_stops_making,
    ),
    ("gmo-loss", "That costs GMO Internet JPY 35.5 bn ($319 m)", companies::gmo_loss),
    ("gmo-in-house-mining", "GMO Internet goes on mining in house", companies::gmo_in_house_mining),
    ("gmo-efficient", "GMO Internet's own 7 nm rigs are efficient", companies::gmo_efficient),
    ("gmo-profitable", "With them mining might pay even in a bad market", companies::gmo_profitable),
    ("abrupt-halt", "The arms race of the rigs comes to an abrupt halt", trade::abrupt_halt),
    ("round-the-clock", "Mining only works round the clock", trade::round_the_clock),
    ("slim-margins", "Miners buy new rigs out of slim margins", trade::slim_margins),
    ("nobody-buys", "Nobody will buy rigs until the 20 EH/s are back", trade::nobody_buys),
    (
        "doubling-same-rigs",
        "For that the price will have to double (1: same rigs, same power prices)",
        doubling::same_rigs,
    ),
    (
        "doubling-elasticity",
        "For that the price will have to double (2: the same elasticity on the way back)",
        doubling::elasticity,
    ),
    ("doubling-fleet", "For that the price will have to double (3: a mixed fleet)", doubling::fleet),
    ("doubling-record", "For that the price will have to double (4: what happened)", doubling::record),
];

/// Holds every claim against the evidence.
pub fn check(evidence: &Evidence) -> Vec<Claim> {
    let facts = Facts::of(evidence);
    let claim = |(id, claim, check): (&'static str, &'static str, Check)| {
        let Finding { verdict, finding, figures, formula, source } =
            facts.as_ref().map_err(|Gap(gap)| Gap(gap.clone())).and_then(check).unwrap_or_else(Finding::gap);
        Claim { id, claim, verdict, finding, figures, formula, source }
    };
    CLAIMS.into_iter().map(claim).collect()
}

impl Finding {
    fn gap(Gap(gap): Gap) -> Self {
        let finding = format!("The evidence has a gap: {gap}.");
        Self { verdict: Verdict::NotShown, finding, figures: Vec::new(), formula: "none", source: "none".to_owned() }
    }
}

fn number(key: &'static str, value: f64) -> Number {
    Number { key, value: value.is_finite().then_some(value) }
}

/// One of two texts.
fn either(first: bool, yes: &str, no: &str) -> String {
    (if first { yes } else { no }).to_owned()
}
