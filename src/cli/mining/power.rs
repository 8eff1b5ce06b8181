//! What the machine draws while it mines, where a source says.

use crate::cli::Failure;
use hashjoule::energy::{Boundary, MeterError, Provenance, Reading, Source, Wish, between};
use hashjoule::units::{self, Efficiency, HashRate};
use serde::Serialize;
use std::path::Path;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

/// Options about the watts; without them the first meter that works is read.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct PowerArgs {
    /// Show J/TH at these watts, which you know; they are called declared
    #[arg(long, value_name = "WATTS", conflicts_with = "meter_cmd")]
    watts: Option<units::Power>,
    /// Ask this command each second for the watts or the joules of the whole machine
    #[arg(long, value_name = "CMD")]
    meter_cmd: Option<String>,
}

/// The mean power since the last look, and how it is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Drawn {
    /// Watts.
    pub watts: f64,
    /// Measured or declared.
    pub provenance: Provenance,
    /// What the watts include.
    pub boundary: Boundary,
}

impl Drawn {
    /// Watts and joules per terahash at this rate, for people.
    pub fn text(&self, rate: HashRate) -> String {
        let power = units::Power::from_watts(self.watts);
        let how = match self.provenance {
            Provenance::Measured => format!("measured, {}", self.boundary),
            other => other.to_string(),
        };
        let per_hash: Efficiency = power / rate;
        let is_known = rate.to_hashes_per_second() > 0.0;
        let per_hash = if is_known { format!(", {per_hash}") } else { String::new() };
        format!("{power} ({how}){per_hash}")
    }
}

/// The source, and where its counter stood at the last look.
pub struct Gauge {
    source: Source,
    last: Option<Reading>,
}

impl Gauge {
    /// What the user asked for, else the first meter that works, else none.
    ///
    /// # Errors
    /// When a command was asked for and does not work.
    pub fn open(args: &PowerArgs) -> Result<Self, Failure> {
        let wish = Wish { watts: args.watts, command: args.meter_cmd.clone(), every: SECOND };
        let (source, _) = Source::choose(&wish, Path::new("/"))?;
        Ok(Self { source, last: None })
    }

    /// The mean power since the last call; none at the first, and none without a source.
    ///
    /// # Errors
    /// When the meter fails; after that there is none.
    pub fn drawn(&mut self) -> Result<Option<Drawn>, MeterError> {
        let (info, watts) = match &self.source {
            Source::None => return Ok(None),
            Source::Declared(declared) => (declared.info(), Ok(Some(declared.energy(SECOND).to_joules()))),
            Source::Metered(sampler) => (sampler.info(), since(&mut self.last, sampler.read())),
        };
        let drawn = |watts| Drawn { watts, provenance: info.labels.provenance, boundary: info.labels.boundary };
        let drawn = watts.map(|watts| watts.map(drawn));
        if drawn.is_err() {
            self.source = Source::None;
        }
        drawn
    }
}

/// The mean power from the last reading to this one, which takes its place.
fn since(last: &mut Option<Reading>, now: Result<Reading, MeterError>) -> Result<Option<f64>, MeterError> {
    let now = now?;
    let Some(before) = last.replace(now) else { return Ok(None) };
    match between(before, now) {
        Ok(joules) => Ok(Some(joules / (now.at - before.at).as_secs_f64())),
        // A slow counter has not moved yet: the next look spans both periods.
        Err(MeterError::StandsStill { .. }) => {
            *last = Some(before);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashjoule::energy::Declared;

    fn at(seconds: u64, joules: f64) -> Reading {
        Reading { joules, at: Duration::from_secs(seconds) }
    }

    #[test]
    fn a_meter_gives_the_mean_since_the_last_look() {
        let mut last = None;
        assert!(matches!(since(&mut last, Ok(at(1, 100.0))), Ok(None)));
        assert!(matches!(since(&mut last, Ok(at(3, 180.0))), Ok(Some(watts)) if watts == 40.0));
        // It stands still for a while, and then tells of both periods at once.
        assert!(matches!(since(&mut last, Ok(at(4, 180.0))), Ok(None)));
        assert!(matches!(since(&mut last, Ok(at(5, 280.0))), Ok(Some(watts)) if watts == 50.0));
    }

    #[test]
    fn a_meter_that_vanishes_is_told_of_once() {
        let gone = || Err(MeterError::Vanished { path: "/sys/gone".to_owned() });
        assert!(since(&mut None, gone()).is_err());
        let mut gauge = Gauge { source: Source::None, last: None };
        assert!(matches!(gauge.drawn(), Ok(None)));
    }

    #[test]
    fn declared_watts_are_called_declared_and_give_joules_per_terahash() {
        let source = Source::Declared(Declared::new(units::Power::from_watts(65.0)));
        let drawn = Gauge { source, last: None }.drawn().unwrap().expect("declared watts are always there");
        assert_eq!(drawn.text(HashRate::from_hashes_per_second(65e6)), "65.0 W (declared), 1,000,000 J/TH");
        assert_eq!(drawn.text(HashRate::from_hashes_per_second(0.0)), "65.0 W (declared)");
        let metered = Drawn { provenance: Provenance::Measured, boundary: Boundary::Package, ..drawn };
        assert_eq!(metered.text(HashRate::from_hashes_per_second(0.0)), "65.0 W (measured, package)");
    }
}
