//! The battery of a laptop, while it discharges: the whole machine, screen included.

use super::meter::Integral;
use super::sysfs::{Root, shown};
use super::{Boundary, Clock, Labels, Meter, MeterError, MeterInfo, Provenance, Quality, Reading};
use std::path::Path;
use std::time::Duration;

const FOLDER: &str = "sys/class/power_supply";

/// Every battery that discharges.
#[derive(Debug)]
pub struct Battery {
    root: Root,
    /// Folders below the root.
    batteries: Vec<String>,
    sum: Integral,
    info: MeterInfo,
}

impl Battery {
    /// Finds the batteries.
    ///
    /// # Errors
    /// When there is none, when it does not discharge, or when it does not say its power.
    pub fn open(root: &Path) -> Result<Self, MeterError> {
        let root = Root::new(root);
        let is_battery = |at: &String| {
            root.text(&format!("{at}/type")).is_ok_and(|kind| kind == "Battery")
                // A mouse or a headset has a battery too: scope "Device".
                && root.text(&format!("{at}/scope")).map_or(true, |scope| scope != "Device")
        };
        let batteries: Vec<String> =
            root.names(FOLDER).iter().map(|name| format!("{FOLDER}/{name}")).filter(is_battery).collect();
        if batteries.is_empty() {
            return Err(MeterError::Absent("no battery in /sys/class/power_supply".to_owned()));
        }
        let names: Vec<&str> = batteries.iter().filter_map(|at| at.rsplit('/').next()).collect();
        let info = MeterInfo {
            source: "battery",
            detail: names.join(" + "),
            labels: Labels { provenance: Provenance::Measured, boundary: Boundary::System, quality: Quality::L1 },
        };
        let meter = Self { root, batteries, sum: Integral::default(), info };
        meter.watts()?;
        Ok(meter)
    }

    fn watts(&self) -> Result<f64, MeterError> {
        let status = |at: &String| self.root.text(&format!("{at}/status")).map(|s| (at.clone(), s));
        let states = self.batteries.iter().map(status).collect::<Result<Vec<_>, _>>()?;
        match states.iter().find(|(_, status)| status == "Discharging") {
            Some(_) => self.batteries.iter().map(|at| self.watts_of(at)).sum(),
            // `open` refuses a machine without a battery, so there is a first one.
            None => Err(MeterError::OnMains { path: shown(&states[0].0) + "/status", status: states[0].1.clone() }),
        }
    }

    /// Microwatts, or microamperes times microvolts; some drivers give a discharge a minus sign.
    fn watts_of(&self, at: &str) -> Result<f64, MeterError> {
        let number = |file: &str, wanted| self.root.number::<f64>(&format!("{at}/{file}"), wanted).map(f64::abs);
        if self.root.exists(&format!("{at}/power_now")) {
            return Ok(number("power_now", "number of microwatts")? / 1e6);
        }
        let amperes = number("current_now", "number of microamperes")? / 1e6;
        Ok(amperes * number("voltage_now", "number of microvolts")? / 1e6)
    }
}

impl Meter for Battery {
    fn info(&self) -> &MeterInfo {
        &self.info
    }
    fn period(&self) -> Duration {
        Duration::from_secs(1)
    }
    fn read(&mut self, clock: &dyn Clock) -> Result<Reading, MeterError> {
        let watts = self.watts()?;
        Ok(self.sum.add(clock.now(), watts))
    }
}

#[cfg(test)]
mod tests {
    use super::super::meter::testing::{Hand, put};
    use super::*;

    fn laptop(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        put(root.path(), &format!("{FOLDER}/AC/type"), "Mains\n");
        put(root.path(), &format!("{FOLDER}/mouse/type"), "Battery\n");
        put(root.path(), &format!("{FOLDER}/mouse/scope"), "Device\n");
        for (file, text) in files {
            put(root.path(), &format!("{FOLDER}/{file}"), text);
        }
        root
    }

    #[test]
    fn two_batteries_in_two_dialects_are_added() {
        let root = laptop(&[
            ("BAT0/type", "Battery"),
            ("BAT0/status", "Discharging"),
            ("BAT0/power_now", "7500000"),
            ("BAT1/type", "Battery"),
            ("BAT1/status", "Unknown"),
            ("BAT1/current_now", "-500000"),
            ("BAT1/voltage_now", "12000000"),
        ]);
        let (mut meter, clock) = (Battery::open(root.path()).unwrap(), Hand::default());
        assert_eq!(meter.info().detail, "BAT0 + BAT1");
        meter.read(&clock).unwrap();
        clock.turn(10.0);
        assert!((meter.read(&clock).unwrap().joules - 135.0).abs() < 1e-9);
    }

    #[test]
    fn mains_power_is_refused_even_in_mid_run() {
        let root = laptop(&[("BAT0/type", "Battery"), ("BAT0/status", "Discharging"), ("BAT0/power_now", "7500000")]);
        let mut meter = Battery::open(root.path()).unwrap();
        put(root.path(), &format!("{FOLDER}/BAT0/status"), "Charging\n");
        let error = meter.read(&Hand::default()).unwrap_err();
        assert!(error.to_string().contains("/sys/class/power_supply/BAT0/status says 'Charging'"), "{error}");
        assert!(error.advice().unwrap().contains("plug"));
    }

    #[test]
    fn a_mouse_is_no_battery_of_the_machine() {
        assert!(Battery::open(laptop(&[]).path()).unwrap_err().to_string().contains("no battery"));
    }
}
