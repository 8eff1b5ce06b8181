//! Everything that a page tells of the market, computed: a page only shows it.

use super::article::{Claim, Evidence, check};
use super::fleet::State;
use super::replay::{Question, Row, replay};
use super::{BreakEven, Fleet, Rig, Terms, TermsRequest};
use crate::asic::S9;
use crate::units::{HashRate, Money, PowerPrice};

/// The rigs of the article and those that people owned then; ids of the catalogue.
pub const RIGS: [&str; 13] = [
    "antminer-s15",
    "whatsminer-m10",
    "antminer-t15",
    "gmo-b2",
    "antminer-s9j",
    "antminer-s9i-14",
    S9,
    "gmo-b3",
    "antminer-t9",
    "antminer-t9plus",
    "ebit-e9plus",
    "avalon-741",
    "whatsminer-m3",
];

/// The rigs whose lines are drawn.
pub const LINES: [&str; 4] = ["gmo-b3", S9, "gmo-b2", "antminer-s15"];

/// The market of late 2018.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Overview {
    /// The terms of the trough.
    pub terms: Terms,
    /// [`RIGS`] on these terms, the fewest joules per hash first.
    pub rigs: Vec<BreakEven>,
    /// September 2018 to July 2019, with [`LINES`].
    pub epochs: Vec<Row>,
    /// The shutdown price of each of [`LINES`] over the power price.
    pub lines: Vec<Line>,
    /// The fleet.
    pub fleet: Fleet,
    /// The fleet at the trough's price.
    pub state: State,
    /// Prices and the hash rates that they call.
    pub curve: Vec<(Money, HashRate)>,
    /// The article's claims.
    pub claims: Vec<Claim>,
}

/// A rig's shutdown price over the power price: a straight line.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Line {
    /// Name of the rig.
    pub name: String,
    /// Joules per terahash.
    pub j_per_th: f64,
    /// Power price and shutdown price at both ends.
    pub ends: [(PowerPrice, Money); 2],
}

impl Overview {
    /// From the evidence; `None` when it holds no price for the trough.
    pub fn of(evidence: &Evidence) -> Option<Self> {
        let request = TermsRequest { power_price: evidence.power_price, ..TermsRequest::default() };
        let terms = request.resolve(&evidence.chain, &evidence.constants).ok()?.terms;
        let (rigs, drawn) = (find(evidence, &RIGS), find(evidence, &LINES));
        Some(Self {
            rigs: BreakEven::table(&rigs, &terms, 0.0),
            epochs: epochs(evidence, &drawn),
            lines: drawn.iter().map(|rig| line(rig, &terms)).collect(),
            state: evidence.fleet.at(terms.price),
            curve: evidence.fleet.supply_curve(Money::from_usd(1000.0), Money::from_usd(20_000.0), 121),
            fleet: evidence.fleet.clone(),
            claims: check(evidence),
            terms,
        })
    }
}

fn find(evidence: &Evidence, ids: &[&str]) -> Vec<Rig> {
    ids.iter().filter_map(|id| evidence.catalogue.get(id).and_then(Rig::from_device)).collect()
}

/// The epochs that have ended.
fn epochs(evidence: &Evidence, rigs: &[Rig]) -> Vec<Row> {
    let day = |text: &str| text.parse().expect("a date that is written in this file");
    let rows = replay(&Question {
        chain: &evidence.chain,
        constants: &evidence.constants,
        prices: None,
        fleet: &evidence.fleet,
        rigs,
        power_price: evidence.power_price,
        days: day("2018-09-01")..=day("2019-07-31"),
    });
    rows.into_iter().filter(|row| row.hash_rate.is_some()).collect()
}

fn line(rig: &Rig, terms: &Terms) -> Line {
    let end = |usd_per_kwh: f64| {
        let power_price = PowerPrice::from_usd_per_kwh(usd_per_kwh);
        (power_price, Terms { power_price, ..*terms }.break_even_price(rig.efficiency()))
    };
    Line { name: rig.name.clone(), j_per_th: rig.efficiency().to_joules_per_terahash(), ends: [end(0.02), end(0.12)] }
}
