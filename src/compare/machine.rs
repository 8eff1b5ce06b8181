//! What is compared: a machine with a rate, and with joules where somebody measured or declared them.

use crate::bench::record::{Measured, Record};
use crate::bench::warn::PLAUSIBLE_J_PER_TH;
use crate::energy::{Boundary, Labels, Provenance, Quality};
use crate::units::{Efficiency, HashRate, Power};
use serde::Serialize;

/// A machine, measured or declared. Field names carry the units: they are the keys of the JSON too.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Machine {
    /// The record's label or processor, or "this machine".
    pub name: String,
    /// Kernel, mode and threads that reached the rate.
    pub configuration: Option<String>,
    /// Hashes in a second of wall time, the median.
    pub hashes_per_second: f64,
    /// Lower and upper end of the median's interval.
    pub hashes_per_second_interval: Option<[f64; 2]>,
    /// Whether the rate was measured or typed in.
    pub rate_provenance: Provenance,
    /// Energy of a hash, when it is known.
    pub joules_per_hash: Option<Joules>,
    /// The decimal year of the measurement, for an axis.
    pub year: Option<f64>,
    /// What a reader should know before they believe the figures.
    pub notes: Vec<String>,
}

/// Joules per hash with the labels without which they mean nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Joules {
    /// The median.
    pub median: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
    /// How it is known.
    #[serde(flatten)]
    pub labels: Labels,
    /// The boundary is narrower than the wall's, where catalogues measure: the truth is higher.
    pub is_lower_bound: bool,
}

impl Joules {
    /// The median as a quantity.
    pub fn efficiency(&self) -> Efficiency {
        Efficiency::from_joules_per_hash(self.median)
    }

    fn new([low, median, high]: [f64; 3], labels: Labels) -> Self {
        let is_lower_bound = matches!(labels.boundary, Boundary::Package | Boundary::System);
        Self { median, low, high, labels, is_lower_bound }
    }
}

impl Machine {
    /// A machine of which somebody says that it is so.
    pub fn declared(rate: HashRate, power: Option<Power>) -> Self {
        let machine = Self {
            name: "this machine".to_owned(),
            configuration: None,
            hashes_per_second: rate.to_hashes_per_second(),
            hashes_per_second_interval: None,
            rate_provenance: Provenance::Declared,
            joules_per_hash: None,
            year: None,
            notes: Vec::new(),
        };
        match power {
            Some(power) => machine.with_declared_power(power),
            None => machine,
        }
    }

    /// The headline of a record: its fastest result that has joules, or else its fastest. Rate and joules come from
    /// the same result, never the best of one with the best of the other. `None`: the record has no results.
    pub fn from_record(record: &Record) -> Option<Self> {
        let fastest = record.fastest()?;
        let chosen = fastest_with_joules(record).unwrap_or(fastest);
        let rate = chosen.hashes_per_second;
        let machine = Self {
            name: name(record),
            configuration: Some(printable(&chosen.name())),
            hashes_per_second: rate.median,
            hashes_per_second_interval: Some([rate.low, rate.high]),
            rate_provenance: Provenance::Measured,
            joules_per_hash: chosen
                .joules_per_hash
                .map(|j| Joules::new([j.spread.low, j.spread.median, j.spread.high], j.labels)),
            year: (record.started_unix_seconds > 0).then(|| decimal_year(record.started_unix_seconds)),
            notes: notes_on(record, chosen, fastest),
        };
        Some(machine.warned())
    }

    /// The same with the watts that the user declares, which win over what the record says.
    #[must_use]
    pub fn with_declared_power(mut self, power: Power) -> Self {
        let joules = (power / self.rate()).to_joules_per_hash();
        let labels = Labels { provenance: Provenance::Declared, boundary: Boundary::Declared, quality: Quality::L0 };
        if self.joules_per_hash.is_some() {
            self.notes.push("the declared watts replace the joules of the record".to_owned());
        }
        self.joules_per_hash = Some(Joules::new([joules; 3], labels));
        self.warned()
    }

    /// The rate as a quantity.
    pub fn rate(&self) -> HashRate {
        HashRate::from_hashes_per_second(self.hashes_per_second)
    }

    /// The efficiency as a quantity.
    pub fn efficiency(&self) -> Option<Efficiency> {
        self.joules_per_hash.map(|joules| joules.efficiency())
    }

    fn warned(mut self) -> Self {
        const NOTE: &str = "a modern CPU lies between 300,000 and 3,000,000 J/TH: check rate and watts";
        self.notes.retain(|note| note != NOTE);
        let j_per_th = self.efficiency().map(Efficiency::to_joules_per_terahash);
        if j_per_th.is_some_and(|value| !PLAUSIBLE_J_PER_TH.contains(&value)) {
            self.notes.push(NOTE.to_owned());
        }
        self
    }
}

fn fastest_with_joules(record: &Record) -> Option<&Measured> {
    let with_joules = record.results.iter().filter(|result| result.joules_per_hash.is_some());
    with_joules.max_by(|a, b| a.hashes_per_second.median.total_cmp(&b.hashes_per_second.median))
}

fn name(record: &Record) -> String {
    let brand = record.machine.cpu.brand.trim();
    let name = record.label.as_deref().map(str::trim).filter(|label| !label.is_empty()).unwrap_or(brand);
    if name.is_empty() { "unnamed machine".to_owned() } else { printable(name) }
}

fn notes_on(record: &Record, chosen: &Measured, fastest: &Measured) -> Vec<String> {
    let mut notes: Vec<_> = record.warnings.iter().map(|warning| printable(&warning.message)).collect();
    if record.interrupted {
        notes.push("the run was interrupted: fewer rounds than planned".to_owned());
    }
    if !std::ptr::eq(chosen, fastest) {
        notes.push(format!("{} is faster, but its joules are not known", printable(&fastest.name())));
    }
    notes
}

/// A record may come from anywhere: what would move a terminal's cursor or change its colours is shown, not done.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Seconds since 1970 as a decimal year (of mean length: an axis needs no leap days).
fn decimal_year(unix_seconds: u64) -> f64 {
    const MEAN_YEAR: f64 = 365.2425 * 86_400.0;
    1970.0 + unix_seconds as f64 / MEAN_YEAR // exact below 2^53 seconds
}
