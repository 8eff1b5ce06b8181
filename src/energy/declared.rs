//! Watts that the user declares. They are never called measured.

use super::{Boundary, Labels, Provenance, Quality};
use crate::units::{Energy, Power};
use std::time::Duration;

/// Watts that the user declared: a meter that knows only the time.
#[derive(Clone, Debug)]
pub struct Declared {
    power: Power,
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
        Self { power, labels }
    }

    /// What its figures are worth.
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// The energy of so much time.
    pub fn energy(&self, time: Duration) -> Energy {
        Energy::from_joules(self.power.to_watts() * time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn watts_times_seconds_and_never_called_measured() {
        let declared = Declared::new(Power::from_watts(65.0));
        assert_eq!(declared.energy(Duration::from_secs(10)), Energy::from_joules(650.0));
        assert_eq!((declared.labels().provenance, declared.labels().quality), (Provenance::Declared, Quality::L0));
    }
}
