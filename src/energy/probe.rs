//! Tries every source of joules in turn. When none works, says which, why, and what to type.

use super::{Battery, Hwmon, Meter, MeterError, Perf, Powercap};
use std::path::Path;

/// One source and what came of trying it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Tried {
    /// Its short name.
    pub source: &'static str,
    /// What it would read, or why it cannot.
    pub outcome: Result<String, MeterError>,
}

/// What a machine offers.
#[non_exhaustive]
pub struct Probe {
    /// All sources, in the order of trying.
    pub tried: Vec<Tried>,
    /// The first that works.
    pub meter: Option<Box<dyn Meter>>,
}

/// What to type where no source works.
pub const NO_METER_ADVICE: &str = "declare the watts with --watts 65W, or let a command read a meter: --meter-cmd CMD";

type Open = fn(&Path) -> Result<Box<dyn Meter>, MeterError>;

/// The sources in the order of trying.
const SOURCES: [(&str, Open); 4] = [
    ("powercap", |root| Ok(Box::new(Powercap::open(root)?))),
    ("perf", |root| Ok(Box::new(Perf::open(root)?))),
    ("hwmon", |root| Ok(Box::new(Hwmon::open(root)?))),
    ("battery", |root| Ok(Box::new(Battery::open(root)?))),
];

/// Tries all sources below `root`, which is `/` outside tests.
pub fn probe(root: &Path) -> Probe {
    let mut found = Probe { tried: Vec::new(), meter: None };
    for (source, open) in SOURCES {
        let outcome = open(root).map(|meter| {
            let detail = meter.info().detail.clone();
            found.meter.get_or_insert(meter);
            detail
        });
        found.tried.push(Tried { source, outcome });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::meter::testing::put;
    use super::*;

    #[test]
    fn a_bare_machine_gets_four_reasons() {
        let root = tempfile::tempdir().unwrap();
        let found = probe(root.path());
        assert!(found.meter.is_none());
        let sources: Vec<_> = found.tried.iter().map(|t| (t.source, t.outcome.is_err())).collect();
        assert_eq!(sources, [("powercap", true), ("perf", true), ("hwmon", true), ("battery", true)]);
    }

    #[test]
    fn the_first_that_works_is_taken_and_the_others_are_still_tried() {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), "sys/class/hwmon/hwmon0/name", "power_meter");
        put(root.path(), "sys/class/hwmon/hwmon0/power1_average", "1000000");
        put(root.path(), "sys/class/power_supply/BAT0/type", "Battery");
        put(root.path(), "sys/class/power_supply/BAT0/status", "Full");
        let found = probe(root.path());
        assert_eq!(found.meter.map(|m| m.info().source), Some("hwmon"));
        let battery = found.tried.iter().find(|tried| tried.source == "battery").unwrap();
        assert!(matches!(battery.outcome, Err(MeterError::OnMains { .. })));
    }
}
