//! Watts that the user declares. They are never called measured.

use super::{Boundary, Labels, MeterInfo, Provenance, Quality};
use crate::units::{Energy, Power};
use std::time::Duration;

/// Watts that the user declared: a meter that knows only the time.
#[derive(Clone, Debug)]
pub struct Declared {
    power: Power,
    info: MeterInfo,
}

impl Declared {
    /// The power that the machine is said to draw while it works.
    pub fn new(power: Power) -> Self {
        let info = MeterInfo {
            source: "declared",
            detail: format!("--watts {}", power.to_watts()),
            labels: Labels { provenance: Provenance::Declared, boundary: Boundary::Declared, quality: Quality::L0 },
        };
        Self { power, info }
    }

    /// What its figures are worth.
    pub fn info(&self) -> &MeterInfo {
        &self.info
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
        assert_eq!(
            (declared.info().labels.provenance, declared.info().labels.quality),
            (Provenance::Declared, Quality::L0)
        );
    }
}
