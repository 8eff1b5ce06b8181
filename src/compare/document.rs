//! What a comparison says: the shape of the JSON document `hashjoule-compare/1`, base units, the unit in the key.

use super::Machine;
use serde::Serialize;

/// Everything that is said about one machine or several.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// Always [`SCHEMA`](super::SCHEMA).
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
    /// Whether that day is an estimate.
    pub epoch_date_is_estimated: bool,
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
    /// See [`Device`](crate::asic::Device), for this and what follows.
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
    /// In [`LIFETIME_YEARS`](super::LIFETIME_YEARS).
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
    /// Whether that day is an estimate.
    pub epoch_date_is_estimated: bool,
    /// Network difficulty.
    pub difficulty: f64,
    /// BTC per block.
    pub reward_btc: f64,
    /// Dollars per BTC.
    pub price_usd: f64,
    /// The first day of the time that this price is quoted for; null when the user gave it.
    pub price_date: Option<String>,
    /// Dollars per kilowatt-hour.
    pub power_price_usd_per_kwh: f64,
    /// Pool fee, a share.
    pub fee: f64,
    /// Power of the site over power of the machine.
    pub pue: f64,
    /// Share of the time that the machine runs.
    pub uptime: f64,
    /// Where the price comes from.
    pub price_source: String,
    /// Where the reward comes from.
    pub reward_source: String,
}
