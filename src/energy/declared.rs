//! Watts that the user declares. They are never called measured.

use super::{Boundary, Clock, Labels, Meter, MeterError, Provenance, Quality, Reading};
use crate::units::Power;
use std::time::Duration;

/// Watts that the user declared, times the time that went by.
#[derive(Debug)]
pub struct Declared {
    watts: f64,
    opened: Option<Duration>,
    labels: Labels,
}

impl Declared {
    /// The power that the machine is said to draw while it works.
    pub fn new(power: Power) -> Self {
        let labels = Labels {
            source: "declared",
            detail: format!("--watts {}", power.to_watts()),
            provenance: Provenance::Declared,
            boundary: Boundary::Declared,
            quality: Quality::L0,
        };
        Self { watts: power.to_watts(), opened: None, labels }
    }
}

impl Meter for Declared {
    fn labels(&self) -> &Labels {
        &self.labels
    }
    fn period(&self) -> Duration {
        Duration::from_secs(3600)
    }
    fn read(&mut self, clock: &dyn Clock) -> Result<Reading, MeterError> {
        let at = clock.now();
        let opened = *self.opened.get_or_insert(at);
        Ok(Reading { joules: self.watts * (at - opened).as_secs_f64(), at })
    }
}

#[cfg(test)]
mod tests {
    use super::super::meter::testing::Hand;
    use super::*;

    #[test]
    fn watts_times_seconds_and_never_called_measured() {
        let (mut meter, clock) = (Declared::new(Power::from_watts(65.0)), Hand::default());
        clock.turn(3.0);
        assert_eq!(meter.read(&clock).unwrap().joules, 0.0);
        clock.turn(10.0);
        assert_eq!(meter.read(&clock).unwrap().joules, 650.0);
        let labels = meter.labels();
        assert_eq!((labels.provenance, labels.quality), (Provenance::Declared, Quality::L0));
    }
}
