//! Sensors of `/sys/class/hwmon` that are known to cover the processor or the whole machine.
//!
//! Most power sensors there belong to something else (a graphics card, a rail of the board), so a
//! sensor counts only when its driver's name is on the list below; the others are named in the
//! reason, never added.

use super::meter::Integral;
use super::sysfs::Root;
use super::{Boundary, Clock, Labels, Meter, MeterError, MeterInfo, Provenance, Quality, Reading};
use std::path::Path;
use std::time::Duration;

const FOLDER: &str = "sys/class/hwmon";

/// A driver, which of its labels add up to the boundary, and the boundary.
type Known = (&'static str, fn(&str) -> bool, Boundary);

/// The drivers that we know.
const KNOWN: [Known; 3] = [
    // ACPI 4.0 power meter of a server's board (Linux, Documentation/hwmon/acpi_power_meter.rst).
    ("power_meter", |_| true, Boundary::System),
    // Documentation/hwmon/amd_energy.rst (kernels 5.8 to 5.12): one counter a socket.
    ("amd_energy", |label| label.starts_with("Esocket"), Boundary::Package),
    // Apple silicon under Linux.
    ("macsmc_hwmon", |label| label == "Total System Power", Boundary::System),
];

/// The sensors of one driver.
#[derive(Debug)]
pub struct Hwmon {
    root: Root,
    sensors: Vec<Sensor>,
    info: MeterInfo,
}

#[derive(Debug)]
struct Sensor {
    file: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// Microwatts.
    Power(Integral),
    /// Microjoules, 64 bits: never wraps. The first reading.
    Energy(Option<u64>),
}

impl Hwmon {
    /// Finds the sensors of the first driver that we know.
    ///
    /// # Errors
    /// When there is none, or one cannot be read.
    pub fn open(root: &Path) -> Result<Self, MeterError> {
        let root = Root::new(root);
        let mut others = Vec::new();
        for device in root.names(FOLDER) {
            let at = format!("{FOLDER}/{device}");
            let driver = root.text(&format!("{at}/name")).unwrap_or_default();
            match KNOWN.iter().find(|(name, ..)| *name == driver) {
                Some(&(_, wanted, boundary)) => {
                    let sensors = sensors(&root, &at, wanted);
                    if !sensors.is_empty() {
                        return Self::start(root, sensors, &driver, boundary);
                    }
                }
                None if !sensors(&root, &at, |_| true).is_empty() => others.push(driver),
                None => {}
            }
        }
        Err(MeterError::Absent(why_none(&others)))
    }

    fn start(root: Root, sensors: Vec<Sensor>, driver: &str, boundary: Boundary) -> Result<Self, MeterError> {
        let info = MeterInfo {
            source: "hwmon",
            detail: format!("{driver}, {} of its sensors", sensors.len()),
            labels: Labels { provenance: Provenance::Measured, boundary, quality: Quality::L1 },
        };
        sensors.iter().try_for_each(|sensor| root.number::<u64>(&sensor.file, "number").map(|_| ()))?;
        Ok(Self { root, sensors, info })
    }
}

fn why_none(others: &[String]) -> String {
    match others {
        [] => "no power sensor in /sys/class/hwmon".to_owned(),
        others => format!(
            "the power sensors in /sys/class/hwmon ({}) are not known to cover the processor; \
             --meter-cmd can read one if you know that it does",
            others.join(", ")
        ),
    }
}

/// The power and energy sensors of a device whose label is wanted.
fn sensors(root: &Root, at: &str, wanted: fn(&str) -> bool) -> Vec<Sensor> {
    let files = root.names(at);
    let sensor = |file: &String| {
        let (base, kind) = match file.split_once('_')? {
            (base, "input" | "average") if base.starts_with("power") => (base, Kind::Power(Integral::default())),
            (base, "input") if base.starts_with("energy") => (base, Kind::Energy(None)),
            _ => return None,
        };
        // Where a sensor has both, the average is the steadier one.
        let is_double = file.ends_with("_input") && files.contains(&format!("{base}_average"));
        let label = root.text(&format!("{at}/{base}_label")).unwrap_or_default();
        (wanted(&label) && !is_double).then(|| Sensor { file: format!("{at}/{file}"), kind })
    };
    files.iter().filter_map(sensor).collect()
}

impl Sensor {
    /// Joules since the first call.
    fn read(&mut self, root: &Root, at: Duration) -> Result<f64, MeterError> {
        match &mut self.kind {
            Kind::Power(sum) => {
                let microwatts: u64 = root.number(&self.file, "number of microwatts")?;
                Ok(sum.add(at, microwatts as f64 / 1e6).joules)
            }
            Kind::Energy(first) => {
                let now: u64 = root.number(&self.file, "number of microjoules")?;
                Ok(now.saturating_sub(*first.get_or_insert(now)) as f64 / 1e6)
            }
        }
    }
}

impl Meter for Hwmon {
    fn info(&self) -> &MeterInfo {
        &self.info
    }
    fn period(&self) -> Duration {
        Duration::from_secs(1)
    }
    fn read(&mut self, clock: &dyn Clock) -> Result<Reading, MeterError> {
        let at = clock.now();
        let joules = self.sensors.iter_mut().map(|sensor| sensor.read(&self.root, at)).sum::<Result<f64, _>>()?;
        Ok(Reading { joules, at })
    }
}

#[cfg(test)]
mod tests {
    use super::super::meter::testing::{Hand, put};
    use super::*;

    fn board(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (file, text) in files {
            put(root.path(), &format!("{FOLDER}/{file}"), text);
        }
        root
    }

    #[test]
    fn a_graphics_card_is_named_but_not_used() {
        let root =
            board(&[("hwmon0/name", "k10temp"), ("hwmon1/name", "amdgpu"), ("hwmon1/power1_average", "9000000")]);
        let error = Hwmon::open(root.path()).unwrap_err().to_string();
        assert!(error.contains("(amdgpu) are not known"), "{error}");
        assert!(Hwmon::open(board(&[]).path()).unwrap_err().to_string().contains("no power sensor"));
    }

    #[test]
    fn the_average_is_read_and_not_added_to_the_moment() {
        let root = board(&[
            ("hwmon2/name", "power_meter\n"),
            ("hwmon2/power1_average", "120000000\n"),
            ("hwmon2/power1_input", "130000000\n"),
        ]);
        let (mut meter, clock) = (Hwmon::open(root.path()).unwrap(), Hand::default());
        assert_eq!(meter.info().labels.boundary, Boundary::System);
        meter.read(&clock).unwrap();
        clock.turn(2.0);
        assert_eq!(meter.read(&clock).unwrap().joules, 240.0);
    }

    #[test]
    fn only_the_sockets_of_amd_energy_count() {
        let root = board(&[
            ("hwmon0/name", "amd_energy"),
            ("hwmon0/energy1_label", "Ecore000"),
            ("hwmon0/energy1_input", "5"),
            ("hwmon0/energy65_label", "Esocket0"),
            ("hwmon0/energy65_input", "1000000"),
        ]);
        let mut meter = Hwmon::open(root.path()).unwrap();
        meter.read(&Hand::default()).unwrap();
        put(root.path(), &format!("{FOLDER}/hwmon0/energy1_input"), "900000000");
        put(root.path(), &format!("{FOLDER}/hwmon0/energy65_input"), "3500000");
        assert_eq!(meter.read(&Hand::default()).unwrap().joules, 2.5);
    }
}
