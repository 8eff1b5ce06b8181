//! Where the joules come from, as the record has it.

use super::record::{Energy, Meter, Probed};
use crate::energy::{MeterError, MeterInfo, NO_METER_ADVICE, Source, Tried, Wish};
use std::path::Path;

/// Opens the source that the user wants, or else the first that works below `root`.
///
/// # Errors
/// When a command was asked for and does not work: there is no fallback from a wish.
pub fn choose(wish: &Wish, root: &Path) -> Result<(Source, Energy), MeterError> {
    let (source, tried) = Source::choose(wish, root)?;
    let meter = source.info().map(meter);
    Ok((source, Energy { meter, probed: tried.iter().map(probed).collect(), idle: Vec::new() }))
}

/// The meter as the record has it.
pub fn meter(info: &MeterInfo) -> Meter {
    Meter { source: info.source.to_owned(), detail: info.detail.clone(), labels: info.labels }
}

/// The answer of a source as the record has it.
pub fn probed(tried: &Tried) -> Probed {
    match &tried.outcome {
        Ok(detail) => Probed {
            source: tried.source.to_owned(),
            usable: true,
            reason: detail.clone(),
            advice: None,
            failed: false,
        },
        Err(error) => failed(tried.source, error),
    }
}

/// A source that does not work.
pub(super) fn failed(source: &str, error: &MeterError) -> Probed {
    let advice = error.advice().map(str::to_owned);
    Probed { source: source.to_owned(), usable: false, reason: error.to_string(), advice, failed: false }
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
