//! The one place where a measured machine meets the catalogue and the market.
//!
//! Pure: a [`Machine`], a [`Catalogue`] and a [`Scenario`] in, a [`Comparison`] out. The comparison is the JSON document
//! `hashjoule-compare/1` as well: base units, the unit in the key. Every page and table shows its figures and computes
//! none of its own. A factor above 1 always means that the device is ahead of the machine.

mod ablation;
mod checks;
mod machine;
mod scenario;

pub use ablation::{Ablation, AblationError, Trick};
pub use checks::{Check, Inputs, Results, checks};
pub use machine::{Joules, Machine};
pub use scenario::{ARTICLE_DAY, ARTICLE_EPOCH, ARTICLE_PRICE, DEFAULT_POWER_PRICE, Moment, Scenario};

use crate::asic::{Catalogue, Device, Kind, Node, VENDOR_TOLERANCE};
use crate::market::economics::{self, DAY, YEAR};
use crate::units::{Efficiency, HashRate, Power};
use serde::Serialize;

/// The value of the key `schema`.
pub const SCHEMA: &str = "hashjoule-compare/1";
/// The years of the odds "in a lifetime".
pub const LIFETIME_YEARS: f64 = 80.0;
/// The rigs that "how many of these machines" counts in.
pub const RIGS: [&str; 3] = ["antminer-s9-13.5", "gmo-b2", "antminer-s21-xp"];

/// Everything that is said about one machine or several.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// Always [`SCHEMA`].
    pub schema: &'static str,
    /// The first machine.
    #[serde(flatten)]
    pub first: Figures,
    /// Difficulty and prices behind the dollars.
    pub terms: TermsUsed,
    /// First height of the epoch behind years per block and odds; null for a difficulty that was given.
    pub epoch: Option<u32>,
    /// The day it began.
    pub epoch_date: Option<String>,
    /// Its difficulty.
    pub difficulty: f64,
    /// The network at that difficulty, at ten minutes a block.
    pub network_hashes_per_second: f64,
    /// How far a vendor's figures may be off, as a share.
    pub vendor_tolerance: f64,
    /// The nodes of ASICs and how far each one's efficiencies lie apart, the largest node first.
    pub nodes: Vec<NodeSpread>,
    /// What does not fit together in the terms.
    pub notes: Vec<String>,
    /// Further machines, beside the same devices and on the same terms.
    pub others: Vec<Figures>,
}

/// All that depends on the machine.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Figures {
    /// The machine itself.
    pub machine: Machine,
    /// One for each device, in the catalogue's order.
    pub devices: Vec<Rung>,
    /// Expected years until it finds a block alone.
    pub years_per_block: f64,
    /// Chances of at least one block.
    pub odds: Odds,
    /// The difficulty that its best share exceeds with a chance of one half.
    pub best_share_difficulty: BestShare,
    /// Dollars.
    pub economics: Economics,
    /// What it would be if it drew one watt, far less than any CPU does.
    pub one_watt: OneWatt,
    /// How many of these machines it takes.
    pub machines_to_equal: Vec<Count>,
    /// The devices next to it on the ladder of efficiency.
    pub neighbours: Option<Neighbours>,
}

/// A device beside the machine.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Rung {
    /// See [`Device`], for this and what follows.
    pub id: String,
    /// Maker and model, as people say it.
    pub name: String,
    /// The model alone.
    pub model: String,
    /// `cpu`, `gpu`, `fpga` or `asic`.
    pub kind: &'static str,
    /// Nanometres; null where they are not disclosed.
    pub node_nm: Option<f64>,
    /// The node in words: `3 nm?` is disputed.
    pub node: String,
    /// Year and month.
    pub released: String,
    /// The same as a decimal year, for an axis.
    pub year: f64,
    /// Rate, where known.
    pub hashes_per_second: Option<f64>,
    /// Power, where known.
    pub watts: Option<f64>,
    /// Efficiency, where known.
    pub joules_per_hash: Option<f64>,
    /// Price, where known.
    pub price_usd: Option<f64>,
    /// A, B or C.
    pub tier: String,
    /// Where the figures come from.
    pub source: String,
    /// What else is to know.
    pub note: String,
    /// The device's rate over the machine's.
    pub rate_factor: Option<f64>,
    /// The machine's joules per hash over the device's; null without a measured or declared energy.
    pub efficiency_factor: Option<f64>,
    /// The watts at which the machine would be as efficient as the device.
    pub watts_to_equal: Option<f64>,
}

/// Chances of at least one block, each from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Odds {
    /// In a day.
    pub day: f64,
    /// In a year of 365.25 days.
    pub year: f64,
    /// In [`LIFETIME_YEARS`].
    pub lifetime: f64,
    /// The years of a lifetime.
    pub lifetime_years: f64,
}

/// The best share to expect, as a difficulty.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct BestShare {
    /// After a day.
    pub day: f64,
    /// After a year.
    pub year: f64,
}

/// Dollars on the terms of [`Comparison::terms`]; what needs joules is null without them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Economics {
    /// What the hashes bring, after the pool's fee.
    pub revenue_usd_per_day: f64,
    /// The power bill.
    pub power_cost_usd_per_day: Option<f64>,
    /// Revenue less power bill: a loss is negative.
    pub margin_usd_per_day: Option<f64>,
    /// The power that one block takes.
    pub power_cost_usd_per_block: Option<f64>,
    /// The price of a coin at which the power is just paid.
    pub break_even_price_usd: Option<f64>,
    /// The price of power at which the coins just pay it.
    pub break_even_power_price_usd_per_kwh: Option<f64>,
}

/// The bound that needs no meter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OneWatt {
    /// Joules per hash at one watt.
    pub joules_per_hash: f64,
    /// Still so many times the joules of an S9; null when the catalogue has none.
    pub s9_factor: Option<f64>,
}

/// So many machines equal one rig or the network.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Count {
    /// A device's id, or `network`.
    pub id: String,
    /// The name that people say.
    pub name: String,
    /// How many.
    pub machines: f64,
}

/// Ids of the devices just above and just below in joules per hash.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Neighbours {
    /// The next one that takes fewer joules.
    pub better: Option<String>,
    /// The next one that takes more.
    pub worse: Option<String>,
}

/// All ASICs of one stated node: the node is not the efficiency.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct NodeSpread {
    /// Nanometres, as the vendors say.
    pub node_nm: f64,
    /// How many devices.
    pub devices: usize,
    /// The fewest joules per hash among them.
    pub best_joules_per_hash: f64,
    /// The most.
    pub worst_joules_per_hash: f64,
}

/// The terms as a document shows them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TermsUsed {
    /// First height of the epoch; null for a difficulty that was given.
    pub epoch: Option<u32>,
    /// The day it began.
    pub epoch_date: Option<String>,
    /// Network difficulty.
    pub difficulty: f64,
    /// BTC per block.
    pub reward_btc: f64,
    /// Dollars per BTC.
    pub price_usd: f64,
    /// The day of that price; null when the user gave it.
    pub price_date: Option<String>,
    /// Dollars per kilowatt-hour.
    pub power_price_usd_per_kwh: f64,
    /// Pool fee, a share.
    pub fee: f64,
    /// Power of the site over power of the machine.
    pub pue: f64,
}

/// Puts machines beside every device of the catalogue, on the terms of the scenario.
pub fn compare(machine: &Machine, others: &[Machine], catalogue: &Catalogue, scenario: &Scenario) -> Comparison {
    let figures = |machine: &Machine| figures(machine, catalogue, scenario);
    let at = scenario.odds_at;
    Comparison {
        schema: SCHEMA,
        first: figures(machine),
        terms: terms_used(scenario),
        epoch: at.epoch,
        epoch_date: at.date.map(|date| date.to_string()),
        difficulty: at.difficulty,
        network_hashes_per_second: economics::equilibrium_hash_rate(at.difficulty).to_hashes_per_second(),
        vendor_tolerance: VENDOR_TOLERANCE,
        nodes: node_spreads(catalogue),
        notes: scenario.notes.clone(),
        others: others.iter().map(figures).collect(),
    }
}

fn terms_used(scenario: &Scenario) -> TermsUsed {
    let (terms, at) = (&scenario.terms, scenario.terms_at);
    TermsUsed {
        epoch: at.epoch,
        epoch_date: at.date.map(|date| date.to_string()),
        difficulty: terms.difficulty,
        reward_btc: terms.reward_btc,
        price_usd: terms.price.to_usd(),
        price_date: scenario.price_date.map(|date| date.to_string()),
        power_price_usd_per_kwh: terms.power_price.to_usd_per_kwh(),
        fee: terms.fee,
        pue: terms.pue,
    }
}

fn figures(machine: &Machine, catalogue: &Catalogue, scenario: &Scenario) -> Figures {
    let (rate, difficulty) = (machine.rate(), scenario.odds_at.difficulty);
    Figures {
        machine: machine.clone(),
        devices: catalogue.devices().map(|device| rung(machine, device)).collect(),
        years_per_block: economics::years_per_block(rate, difficulty),
        odds: odds(rate, difficulty, LIFETIME_YEARS),
        best_share_difficulty: BestShare { day: best_share(rate, DAY), year: best_share(rate, YEAR) },
        economics: dollars(machine, scenario),
        one_watt: one_watt(rate, catalogue),
        machines_to_equal: counts(rate, catalogue, difficulty),
        neighbours: machine.efficiency().map(|efficiency| neighbours(efficiency, catalogue)),
    }
}

fn odds(rate: HashRate, difficulty: f64, lifetime_years: f64) -> Odds {
    let chance = |seconds| economics::odds_of_a_block(rate, difficulty, seconds);
    Odds { day: chance(DAY), year: chance(YEAR), lifetime: chance(lifetime_years * YEAR), lifetime_years }
}

fn rung(machine: &Machine, device: &Device) -> Rung {
    let ratio = |over: Option<f64>, under: Option<f64>| over.zip(under).map(|(a, b)| a / b);
    let rate = device.rate.map(HashRate::to_hashes_per_second);
    let joules = device.efficiency.map(Efficiency::to_joules_per_hash);
    Rung {
        id: device.id.clone(),
        name: device_name(device),
        model: device.model.clone(),
        kind: device.kind.name(),
        node_nm: device.node.to_nanometres(),
        node: node_name(device),
        released: device.released.to_string(),
        year: device.released.to_decimal_year(),
        hashes_per_second: rate,
        watts: device.power.map(Power::to_watts),
        joules_per_hash: joules,
        price_usd: device.price.map(crate::units::Money::to_usd),
        tier: device.tier.to_string(),
        source: device.source.clone(),
        note: device.note.clone(),
        rate_factor: ratio(rate, Some(machine.hashes_per_second)),
        efficiency_factor: ratio(machine.joules_per_hash.map(|j| j.median), joules),
        watts_to_equal: device.efficiency.map(|efficiency| (efficiency * machine.rate()).to_watts()),
    }
}

/// Only ASICs are sold by their node: elsewhere nobody hides it.
fn node_name(device: &Device) -> String {
    if device.kind != Kind::Asic && device.node == Node::Undisclosed {
        return "not given".to_owned();
    }
    device.node.to_string()
}

/// The model alone where the brand is in it or the vendor is a whole class; else both.
fn device_name(device: &Device) -> String {
    let known = ["Antminer", "Whatsminer", "Avalon", "Ebit", "Bitaxe", "SEALMINER", "GMO"];
    if device.vendor.starts_with('(') || known.iter().any(|brand| device.model.starts_with(brand)) {
        device.model.clone()
    } else {
        format!("{} {}", device.vendor, device.model)
    }
}

/// n hashes hold none of difficulty d or more with the chance exp(-n / (d 2^32)): one half at this d.
fn best_share(rate: HashRate, seconds: f64) -> f64 {
    let hashes = rate.to_hashes_per_second() * seconds;
    hashes / (economics::hashes_per_block(1.0) * std::f64::consts::LN_2)
}

fn dollars(machine: &Machine, scenario: &Scenario) -> Economics {
    let (terms, rate) = (&scenario.terms, machine.rate());
    let efficiency = machine.efficiency();
    let power = efficiency.map(|efficiency| efficiency * rate);
    Economics {
        revenue_usd_per_day: terms.revenue_per_day(rate).to_usd(),
        power_cost_usd_per_day: power.map(|power| terms.electricity_per_day(power).to_usd()),
        margin_usd_per_day: power.map(|power| terms.margin_per_day(rate, power).to_usd()),
        power_cost_usd_per_block: efficiency.map(|e| terms.electricity_per_block(e).to_usd()),
        break_even_price_usd: efficiency.map(|e| terms.break_even_price(e).to_usd()),
        break_even_power_price_usd_per_kwh: efficiency.map(|e| terms.break_even_power_price(e).to_usd_per_kwh()),
    }
}

fn one_watt(rate: HashRate, catalogue: &Catalogue) -> OneWatt {
    let joules_per_hash = (Power::from_watts(1.0) / rate).to_joules_per_hash();
    let s9 = catalogue.get(RIGS[0]).and_then(|s9| s9.efficiency);
    OneWatt { joules_per_hash, s9_factor: s9.map(|s9| joules_per_hash / s9.to_joules_per_hash()) }
}

fn counts(rate: HashRate, catalogue: &Catalogue, difficulty: f64) -> Vec<Count> {
    let machines = |of: HashRate| of.to_hashes_per_second() / rate.to_hashes_per_second();
    let rigs = RIGS.iter().filter_map(|id| catalogue.get(id)).filter_map(|device| {
        let count = machines(device.rate?);
        Some(Count { id: device.id.clone(), name: device_name(device), machines: count })
    });
    let network = machines(economics::equilibrium_hash_rate(difficulty));
    let all = Count { id: "network".to_owned(), name: "the whole network".to_owned(), machines: network };
    rigs.chain([all]).collect()
}

/// Disputed nodes are left out.
fn node_spreads(catalogue: &Catalogue) -> Vec<NodeSpread> {
    let mut spreads: Vec<NodeSpread> = Vec::new();
    for device in catalogue.devices().filter(|device| device.kind == Kind::Asic) {
        let (Node::Stated(node_nm), Some(joules)) = (device.node, device.efficiency) else { continue };
        let joules = joules.to_joules_per_hash();
        match spreads.iter_mut().find(|spread| spread.node_nm.total_cmp(&node_nm).is_eq()) {
            Some(spread) => {
                spread.devices += 1;
                spread.best_joules_per_hash = spread.best_joules_per_hash.min(joules);
                spread.worst_joules_per_hash = spread.worst_joules_per_hash.max(joules);
            }
            None => spreads.push(NodeSpread {
                node_nm,
                devices: 1,
                best_joules_per_hash: joules,
                worst_joules_per_hash: joules,
            }),
        }
    }
    spreads.sort_by(|a, b| b.node_nm.total_cmp(&a.node_nm));
    spreads
}

fn neighbours(efficiency: Efficiency, catalogue: &Catalogue) -> Neighbours {
    let ranked = catalogue.by_efficiency();
    let at = ranked.partition_point(|device| device.efficiency <= Some(efficiency));
    let id = |device: &&Device| device.id.clone();
    Neighbours { better: at.checked_sub(1).and_then(|i| ranked.get(i)).map(id), worse: ranked.get(at).map(id) }
}

#[cfg(test)]
mod tests;
