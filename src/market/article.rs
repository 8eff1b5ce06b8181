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
    /// What is to be known with it, in a few words; empty without a caveat.
    pub caveat: &'static str,
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

/// Every claim: id, the claim in our words, its caveat in a few words, its check.
const CLAIMS: [(&str, &str, &str, Check); 28] = [
    (
        "hash-rate-fell",
        "The network's hash rate fell from about 60 to about 40 EH/s",
        "the share holds, the levels are noise",
        network::hash_rate_fell,
    ),
    (
        "price-fell",
        "Meanwhile the price went from $20,000 to under $4,000",
        "the hash rate did not fall along with it",
        network::price_fell,
    ),
    (
        "share-off",
        "20 EH/s of rigs, more than 30 %, are off",
        "16.8 EH/s by means; a share of the rate, not of the rigs",
        network::share_off,
    ),
    (
        "off-at-a-loss",
        "They are off because they lose money",
        "the model agrees; it was fitted to these points",
        network::off_at_a_loss,
    ),
    ("most-take-losses", "Most mining businesses take losses", "", network::most_take_losses),
    (
        "bitmain-biggest",
        "Bitmain is the biggest maker of rigs",
        "the figure is that of its own application",
        companies::bitmain_biggest,
    ),
    (
        "bitmain-survival",
        "Bitmain struggles for survival",
        "a record profit before, a disputed loss after",
        companies::bitmain_survival,
    ),
    (
        "bitmain-listing",
        "Bitmain drops its plans for the stock market",
        "it lapsed three months later; a later attempt was meant",
        companies::bitmain_listing,
    ),
    (
        "bitmain-departments",
        "Bitmain closes departments",
        "one centre is confirmed, the rest is reported",
        companies::bitmain_departments,
    ),
    ("bitmain-blockchain-ai", "Its blockchain and AI departments are hit most", "", companies::bitmain_blockchain_ai),
    ("bitmain-layoffs", "Bitmain lays off more than half of its staff", "", companies::bitmain_layoffs),
    ("rigs-unsold", "Makers have large quantities of rigs that they cannot sell", "", companies::rigs_unsold),
    (
        "gmo-fastest",
        "GMO Internet developed 7 nm rigs faster than anyone",
        "another maker's came out in the same month",
        companies::gmo_fastest,
    ),
    ("gmo-leaves", "GMO Internet leaves the mining industry", "", companies::gmo_leaves),
    (
        "gmo-stops-making",
        "GMO Internet cannot sell its surplus of rigs and stops making them",
        "",
        companies::gmo_stops_making,
    ),
    (
        "gmo-loss",
        "That costs GMO Internet JPY 35.5 bn ($319 m)",
        "a third of it is of the mining that goes on",
        companies::gmo_loss,
    ),
    (
        "gmo-in-house-mining",
        "GMO Internet goes on mining in house",
        "it wrote that mining down, for its power was too dear",
        companies::gmo_in_house_mining,
    ),
    (
        "gmo-efficient",
        "GMO Internet's own 7 nm rigs are efficient",
        "the B2 is, the B3 is behind the S9 of 2016",
        companies::gmo_efficient,
    ),
    (
        "gmo-profitable",
        "With them mining might pay even in a bad market",
        "on electricity alone, where power is cheap",
        companies::gmo_profitable,
    ),
    (
        "abrupt-halt",
        "The arms race of the rigs comes to an abrupt halt",
        "a pause, then it went on",
        trade::abrupt_halt,
    ),
    (
        "round-the-clock",
        "Mining only works round the clock",
        "every hour counts, none is a threshold",
        trade::round_the_clock,
    ),
    (
        "slim-margins",
        "Miners buy new rigs out of slim margins",
        "at release prices, without rent and wages",
        trade::slim_margins,
    ),
    ("cannot-afford", "Miners cannot afford any rigs", "", companies::cannot_afford),
    ("nobody-buys", "Nobody will buy rigs until the 20 EH/s are back", "", trade::nobody_buys),
    (
        "doubling-same-rigs",
        "For that the price will have to double (1: same rigs, same power prices)",
        "",
        doubling::same_rigs,
    ),
    (
        "doubling-elasticity",
        "For that the price will have to double (2: the same elasticity on the way back)",
        "two points make a line, not a law",
        doubling::elasticity,
    ),
    (
        "doubling-fleet",
        "For that the price will have to double (3: a mixed fleet)",
        "fitted to the two points that it meets",
        doubling::fleet,
    ),
    (
        "doubling-record",
        "For that the price will have to double (4: what happened)",
        "partly on new rigs",
        doubling::record,
    ),
];

/// Holds every claim against the evidence.
pub fn check(evidence: &Evidence) -> Vec<Claim> {
    let facts = Facts::of(evidence);
    let claim = |(id, claim, caveat, check): (&'static str, &'static str, &'static str, Check)| {
        let Finding { verdict, finding, figures, formula, source } =
            facts.as_ref().map_err(|Gap(gap)| Gap(gap.clone())).and_then(check).unwrap_or_else(Finding::gap);
        let caveat = if verdict == Verdict::HoldsWithCaveat { caveat } else { "" };
        Claim { id, claim, verdict, caveat, finding, figures, formula, source }
    };
    CLAIMS.into_iter().map(claim).collect()
}

/// What came out, for a reader who knows no formula. It counts the verdicts, which the evidence may turn.
pub fn in_plain_words(claims: &[Claim]) -> String {
    let with = |verdict| claims.iter().filter(move |claim| claim.verdict == verdict).count();
    let is = |id: &str, verdict| claims.iter().any(|claim| claim.id == id && claim.verdict == verdict);
    let mut text = vec![format!(
        "Of {} sentences {} hold, {} hold with something added, {} were only reported, and {} are \
         not shown by any figure here.",
        claims.len(),
        with(Verdict::Holds),
        with(Verdict::HoldsWithCaveat),
        with(Verdict::Reported),
        with(Verdict::NotShown),
    )];
    let sentences = [
        (
            "share-off",
            Verdict::HoldsWithCaveat,
            "Right is that about a third of the network went dark, and that the rigs which need much power went first.",
        ),
        (
            "off-at-a-loss",
            Verdict::HoldsWithCaveat,
            "That they went because they cost more than they earned fits the figures, and is not proved by them.",
        ),
        ("gmo-fastest", Verdict::NotShown, "GMO was not the first with 7 nm."),
        ("abrupt-halt", Verdict::NotShown, "The race for better rigs paused for some months and went on."),
        (
            "doubling-record",
            Verdict::HoldsWithCaveat,
            "The price did about double before the network was back, but new rigs had a part in that.",
        ),
    ];
    text.extend(sentences.iter().filter(|(id, verdict, _)| is(id, *verdict)).map(|(.., words)| (*words).to_owned()));
    text.join(" ")
}

/// The letters of the formulas.
pub const SYMBOLS: &str = "D difficulty: how many times harder than at the start a block is to find. H hash rate, P price of a bitcoin in dollars, \
R bitcoins a block brings. e joules for a hash, c price of a joule, u power of the site over that of the rigs (PUE), f the pool's \
share. c* the power price at which nothing is left. Phi the normal distribution: the share of miners whose power is cheaper.";

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
