//! Chooses where the joules come from, and keeps what every source answered. A flag wins over probing,
//! and what was probed is recorded all the same.

use super::record::{Energy, Meter, Probed};
use super::run::Power;
use crate::energy::{self, Command, Declared, Labels, MeterError, NO_METER_ADVICE, Sampler, SystemClock, Tried};
use std::path::Path;
use std::time::Duration;

/// What the user asked for.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// `--watts`.
    pub watts: Option<crate::units::Power>,
    /// `--meter-cmd`.
    pub command: Option<String>,
    /// How often the command is asked.
    pub every: Duration,
}

/// Opens the source that the user wants, or else the first that works below `root`.
///
/// # Errors
/// When a command was asked for and does not work: there is no fallback from a wish.
pub fn choose(wish: &Wish, root: &Path) -> Result<(Power, Energy), MeterError> {
    let found = energy::probe(root);
    let probed = found.tried.iter().map(probed).collect();
    let (power, labels) = if let Some(line) = &wish.command {
        let command = Command::open(line, wish.every)?;
        metered(Box::new(command))
    } else if let Some(watts) = wish.watts {
        let declared = Declared::new(watts);
        let labels = declared.labels().clone();
        (Power::Declared(declared), Some(labels))
    } else {
        found.meter.map_or((Power::None, None), metered)
    };
    let meter = labels.as_ref().map(meter);
    Ok((power, Energy { meter, probed, idle: Vec::new() }))
}

fn metered(meter: Box<dyn energy::Meter>) -> (Power, Option<Labels>) {
    let labels = meter.labels().clone();
    (Power::Metered(Sampler::start(meter, SystemClock::start())), Some(labels))
}

/// The labels as the record has them.
pub fn meter(labels: &Labels) -> Meter {
    Meter {
        source: labels.source.to_owned(),
        detail: labels.detail.clone(),
        provenance: labels.provenance,
        boundary: labels.boundary,
        quality: labels.quality,
    }
}

/// The answer of a source as the record has it.
pub fn probed(tried: &Tried) -> Probed {
    match &tried.outcome {
        Ok(detail) => Probed { source: tried.source.to_owned(), usable: true, reason: detail.clone(), advice: None },
        Err(error) => failed(tried.source, error),
    }
}

/// A source that does not work.
pub(super) fn failed(source: &str, error: &MeterError) -> Probed {
    let advice = error.advice().map(str::to_owned);
    Probed { source: source.to_owned(), usable: false, reason: error.to_string(), advice }
}

/// Why a record holds no joules, one line for each source, and what to type.
pub fn why_no_joules(energy: &Energy) -> Vec<String> {
    let line = |p: &Probed| match &p.advice {
        Some(advice) => format!("{}: {} ({advice})", p.source, p.reason),
        None => format!("{}: {}", p.source, p.reason),
    };
    let failures = energy.probed.iter().filter(|p| !p.usable).map(line);
    failures.chain([NO_METER_ADVICE.to_owned()]).collect()
}
