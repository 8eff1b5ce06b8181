//! RAPL through the powercap tree: `/sys/class/powercap/intel-rapl:N` (also AMD since Linux 5.11).
//!
//! A zone `intel-rapl:N` is a package or `psys`; `intel-rapl:N:M` is a part of a package (core,
//! uncore, dram), and `intel-rapl-mmio:N` is the same package by another road. Only packages are
//! added: core lies inside its package and psys contains it. The counters wrap, at 250 W after
//! about four minutes, so they have to be read more often than that.

use super::meter::counter_step;
use super::sysfs::Root;
use super::{Boundary, Clock, Labels, Meter, MeterError, MeterInfo, Provenance, Quality, Reading};
use std::path::Path;
use std::time::Duration;

const FOLDER: &str = "sys/class/powercap";

/// The packages of this machine.
#[derive(Debug)]
pub struct Powercap {
    root: Root,
    zones: Vec<Zone>,
    info: MeterInfo,
}

#[derive(Debug)]
struct Zone {
    /// `package-0`.
    name: String,
    energy_file: String,
    /// Microjoules after which the counter starts again.
    range: u64,
    last: u64,
    /// Microjoules since the meter was opened.
    sum: u64,
}

impl Powercap {
    /// Finds the packages and reads each once.
    ///
    /// # Errors
    /// When there is none, or one cannot be read.
    pub fn open(root: &Path) -> Result<Self, MeterError> {
        let root = Root::new(root);
        let zones = packages(&root)?;
        let detail = zones.iter().map(|zone| zone.name.as_str()).collect::<Vec<_>>().join(" + ");
        let info = MeterInfo {
            source: "powercap",
            detail,
            labels: Labels { provenance: Provenance::Measured, boundary: Boundary::Package, quality: Quality::L2 },
        };
        Ok(Self { root, zones, info })
    }
}

fn packages(root: &Root) -> Result<Vec<Zone>, MeterError> {
    let folders = root.names(FOLDER);
    let top = |name: &String| name.strip_prefix("intel-rapl:").is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    let mut zones = Vec::new();
    for folder in folders.iter().filter(|name| top(name)) {
        let at = format!("{FOLDER}/{folder}");
        let name = root.text(&format!("{at}/name"))?;
        if name.starts_with("package") {
            zones.push(Zone::open(root, &at, name)?);
        }
    }
    if zones.is_empty() { Err(MeterError::Absent(why_none(root, &folders))) } else { Ok(zones) }
}

fn why_none(root: &Root, folders: &[String]) -> String {
    match () {
        () if !folders.is_empty() => "/sys/class/powercap has no zone of a processor package".to_owned(),
        () if root.exists(FOLDER) => {
            "/sys/class/powercap is empty: a container hides it (Docker since 24.0.7), or the module intel_rapl_msr is not \
             loaded"
                .to_owned()
        }
        () => "no /sys/class/powercap: a virtual machine, or a kernel without RAPL".to_owned(),
    }
}

impl Zone {
    fn open(root: &Root, at: &str, name: String) -> Result<Self, MeterError> {
        let energy_file = format!("{at}/energy_uj");
        let last = root.number(&energy_file, "number of microjoules")?;
        let range = root.number(&format!("{at}/max_energy_range_uj"), "number of microjoules")?;
        Ok(Self { name, energy_file, range, last, sum: 0 })
    }

    fn read(&mut self, root: &Root) -> Result<f64, MeterError> {
        let now = root.number(&self.energy_file, "number of microjoules")?;
        self.sum += counter_step(self.last, now, self.range);
        self.last = now;
        Ok(self.sum as f64 / 1e6)
    }
}

impl Meter for Powercap {
    fn info(&self) -> &MeterInfo {
        &self.info
    }
    fn period(&self) -> Duration {
        Duration::from_secs(10)
    }
    fn read(&mut self, clock: &dyn Clock) -> Result<Reading, MeterError> {
        let joules = self.zones.iter_mut().map(|zone| zone.read(&self.root)).sum::<Result<f64, _>>()?;
        Ok(Reading { joules, at: clock.now() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::meter::testing::{Hand, put};
    use super::*;

    const RANGE: u64 = 262_143_328_850;

    /// Two packages with their parts, psys, and the same package by another road.
    fn two_sockets(energies: [u64; 2]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let zone = |folder: &str, name: &str, energy: u64| {
            let at = format!("{FOLDER}/{folder}");
            put(root.path(), &format!("{at}/name"), format!("{name}\n"));
            put(root.path(), &format!("{at}/energy_uj"), format!("{energy}\n"));
            put(root.path(), &format!("{at}/max_energy_range_uj"), format!("{RANGE}\n"));
        };
        zone("intel-rapl:0", "package-0", energies[0]);
        zone("intel-rapl:0:0", "core", 77);
        zone("intel-rapl:0:1", "dram", 78);
        zone("intel-rapl:1", "package-1", energies[1]);
        zone("intel-rapl:2", "psys", 79);
        zone("intel-rapl-mmio:0", "package-0", energies[0]);
        put(root.path(), &format!("{FOLDER}/intel-rapl/enabled"), "1");
        root
    }

    fn set(root: &Path, zone: &str, energy: u64) {
        put(root, &format!("{FOLDER}/{zone}/energy_uj"), energy);
    }

    #[test]
    fn packages_are_added_and_nothing_else() {
        let root = two_sockets([1_000_000, 2_000_000]);
        let mut meter = Powercap::open(root.path()).unwrap();
        assert_eq!(meter.info().detail, "package-0 + package-1");
        assert_eq!(meter.read(&Hand::default()).unwrap().joules, 0.0);
        set(root.path(), "intel-rapl:0", 4_000_000);
        set(root.path(), "intel-rapl:1", 2_500_000);
        for other in ["intel-rapl:0:0", "intel-rapl:0:1", "intel-rapl:2", "intel-rapl-mmio:0"] {
            set(root.path(), other, 900_000_000);
        }
        assert_eq!(meter.read(&Hand::default()).unwrap().joules, 3.5);
    }

    #[test]
    fn fifty_watts_come_out_across_two_wraps() {
        let (root, clock) = (two_sockets([RANGE - 20_000_000, 5]), Hand::default());
        let mut meter = Powercap::open(root.path()).unwrap();
        let start = meter.read(&clock).unwrap();
        let mut counters = [RANGE - 20_000_000, 5];
        for _ in 0..800 {
            clock.turn(100.0);
            for (i, (counter, watts)) in counters.iter_mut().zip([30, 20]).enumerate() {
                *counter = (*counter + watts * 100_000_000) % RANGE;
                set(root.path(), &format!("intel-rapl:{i}"), *counter);
            }
            meter.read(&clock).unwrap();
        }
        let end = meter.read(&clock).unwrap();
        let watts = super::super::between(start, end).unwrap() / (end.at - start.at).as_secs_f64();
        assert!((watts - 50.0).abs() < 1e-6, "{watts}");
        assert!(end.joules > 2.0 * RANGE as f64 / 1e6);
    }

    #[test]
    fn a_file_that_vanishes_or_fills_with_nonsense_is_named() {
        let root = two_sockets([1, 1]);
        let mut meter = Powercap::open(root.path()).unwrap();
        set(root.path(), "intel-rapl:0", 9);
        put(root.path(), &format!("{FOLDER}/intel-rapl:1/energy_uj"), "many\n");
        let error = meter.read(&Hand::default()).unwrap_err().to_string();
        assert_eq!(error, "/sys/class/powercap/intel-rapl:1/energy_uj holds 'many', which is no number of microjoules");
        std::fs::remove_file(root.path().join(FOLDER).join("intel-rapl:1/energy_uj")).unwrap();
        let error = meter.read(&Hand::default()).unwrap_err();
        assert!(matches!(error, MeterError::Vanished { .. }), "{error}");
    }

    #[test]
    fn no_permission_comes_with_advice() {
        let error = MeterError::from_io(
            "/sys/class/powercap/intel-rapl:0/energy_uj".to_owned(),
            std::io::Error::from(std::io::ErrorKind::PermissionDenied),
        );
        assert!(error.to_string().contains("permission denied"));
        assert!(error.advice().unwrap().contains("sudo chmod a+r"));
    }

    #[test]
    fn each_kind_of_nothing_has_its_reason() {
        let root = tempfile::tempdir().unwrap();
        let reason = || Powercap::open(root.path()).unwrap_err().to_string();
        assert!(reason().contains("virtual machine"));
        std::fs::create_dir_all(root.path().join(FOLDER)).unwrap();
        assert!(reason().contains("Docker"));
        put(root.path(), &format!("{FOLDER}/intel-rapl:0/name"), "psys");
        assert!(reason().contains("no zone of a processor package"));
    }
}
