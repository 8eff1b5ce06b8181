//! The one place where a measured machine meets the catalogue and the market.
//!
//! Pure: a [`Machine`], a [`Catalogue`] and a [`Scenario`] in, a [`Comparison`] out. The comparison is the JSON document
//! `hashjoule-compare/1` as well: base units, the unit in the key. Every page and table shows its figures and computes
//! none of its own. A factor above 1 always means that the device is ahead of the machine.

mod ablation;
mod checks;
mod document;
mod machine;
mod scenario;

pub use ablation::{Ablation, AblationError, Trick};
pub use checks::{Check, Inputs, Results, checks};
pub use document::{
    BestShare, Comparison, Count, Economics, Figures, Neighbours, NodeSpread, Odds, OneWatt, Rung, TermsUsed,
};
pub use machine::{Joules, Machine};
pub use scenario::Scenario;

use crate::asic::{Catalogue, Device, Kind, Node, S9, VENDOR_TOLERANCE};
use crate::market::DatedTerms;
use crate::market::economics::{self, DAY, YEAR};
use crate::units::{Efficiency, HashRate, Power};

/// The value of the key `schema`.
pub const SCHEMA: &str = "hashjoule-compare/1";
/// The years of the odds "in a lifetime".
pub const LIFETIME_YEARS: f64 = 80.0;
/// The rigs that "how many of these machines" counts in.
pub const RIGS: [&str; 3] = [S9, "gmo-b2", "antminer-s21-xp"];

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
        epoch_date_is_estimated: at.date_is_estimated,
        difficulty: at.difficulty,
        network_hashes_per_second: economics::equilibrium_hash_rate(at.difficulty).to_hashes_per_second(),
        vendor_tolerance: VENDOR_TOLERANCE,
        nodes: node_spreads(catalogue),
        notes: scenario.dollars.notes.clone(),
        others: others.iter().map(figures).collect(),
    }
}

fn terms_used(scenario: &Scenario) -> TermsUsed {
    let DatedTerms { terms, price_date, .. } = &scenario.dollars;
    let at = scenario.dollars.moment();
    TermsUsed {
        epoch: at.epoch,
        epoch_date: at.date.map(|date| date.to_string()),
        epoch_date_is_estimated: at.date_is_estimated,
        difficulty: terms.difficulty,
        reward_btc: terms.reward_btc,
        price_usd: terms.price.to_usd(),
        price_date: price_date.map(|date| date.to_string()),
        power_price_usd_per_kwh: terms.power_price.to_usd_per_kwh(),
        fee: terms.fee,
        pue: terms.pue,
        uptime: terms.uptime,
        price_source: scenario.dollars.price_source.clone(),
        reward_source: scenario.dollars.reward_source.clone(),
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
    let (terms, rate) = (&scenario.dollars.terms, machine.rate());
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
    let s9 = catalogue.get(S9).and_then(|s9| s9.efficiency);
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
