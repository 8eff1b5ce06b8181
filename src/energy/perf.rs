//! RAPL through the perf event `power/energy-pkg`: system-wide, one counter a socket.
//!
//! The event's numbers stand in `/sys/bus/event_source/devices/power`; the counter itself comes
//! from the system call `perf_event_open`, for which there is no safe wrapper: see `open_counter`.

use super::sysfs::Root;
use super::{Boundary, Clock, Labels, Meter, MeterError, MeterInfo, Provenance, Quality, Reading};
use std::fmt;
use std::io;
use std::path::Path;
use std::time::Duration;

const FOLDER: &str = "sys/bus/event_source/devices/power";

/// What a counter says now; the kernel keeps it in 64 bits, so it does not wrap.
type Counter = Box<dyn FnMut() -> io::Result<u64> + Send>;

/// The event as the kernel describes it.
#[derive(Clone, Debug, PartialEq)]
struct Event {
    /// Number of the event source.
    source: u32,
    /// Number of the event in it.
    config: u64,
    /// Joules of one count.
    scale: f64,
    /// One CPU of each socket.
    cpus: Vec<i32>,
}

/// The counters of all sockets.
pub struct Perf {
    counters: Vec<Counter>,
    scale: f64,
    /// Counts when the meter was opened.
    first: u64,
    info: MeterInfo,
}

impl Perf {
    /// Finds the event and opens its counters.
    ///
    /// # Errors
    /// When there is no such event, or the kernel does not let this user count it.
    pub fn open(root: &Path) -> Result<Self, MeterError> {
        Self::open_with(root, open_counter)
    }

    fn open_with(root: &Path, open: impl Fn(&Event, i32) -> io::Result<Counter>) -> Result<Self, MeterError> {
        let event = Event::find(&Root::new(root))?;
        let opened = event.cpus.iter().map(|&cpu| open(&event, cpu)).collect::<io::Result<Vec<_>>>();
        let counters = opened.map_err(denied)?;
        let info = MeterInfo {
            source: "perf",
            detail: format!("power/energy-pkg, sockets: {}", counters.len()),
            labels: Labels { provenance: Provenance::Measured, boundary: Boundary::Package, quality: Quality::L2 },
        };
        let mut meter = Self { counters, scale: event.scale, first: 0, info };
        meter.first = meter.count()?;
        Ok(meter)
    }

    fn count(&mut self) -> Result<u64, MeterError> {
        let sum = self.counters.iter_mut().map(|counter| counter()).sum::<io::Result<u64>>();
        sum.map_err(|error| MeterError::Unreadable { path: event_name(), error })
    }
}

fn event_name() -> String {
    "the perf event power/energy-pkg".to_owned()
}

fn denied(error: io::Error) -> MeterError {
    // perf_event_open answers EACCES or EPERM; both are PermissionDenied.
    MeterError::from_io(event_name(), error)
}

impl Event {
    fn find(root: &Root) -> Result<Self, MeterError> {
        if !root.exists(&format!("{FOLDER}/events/energy-pkg")) {
            return Err(MeterError::Absent("no perf event power/energy-pkg".to_owned()));
        }
        let event = root.text(&format!("{FOLDER}/events/energy-pkg"))?;
        let config = event.strip_prefix("event=0x").and_then(|hex| u64::from_str_radix(hex, 16).ok());
        let content = |file: &str, text: &str, wanted| MeterError::Content {
            path: format!("/{FOLDER}/{file}"),
            text: text.to_owned(),
            wanted,
        };
        let mask = root.text(&format!("{FOLDER}/cpumask"))?;
        let cpus = mask.split(',').map(str::parse::<i32>);
        Ok(Self {
            source: root.number(&format!("{FOLDER}/type"), "number")?,
            config: config.ok_or_else(|| content("events/energy-pkg", &event, "number of an event"))?,
            scale: root.number(&format!("{FOLDER}/events/energy-pkg.scale"), "factor")?,
            cpus: cpus.collect::<Result<_, _>>().map_err(|_| content("cpumask", &mask, "list of CPUs"))?,
        })
    }
}

impl Meter for Perf {
    fn info(&self) -> &MeterInfo {
        &self.info
    }
    fn period(&self) -> Duration {
        Duration::from_secs(10)
    }
    fn read(&mut self, clock: &dyn Clock) -> Result<Reading, MeterError> {
        let counts = self.count()?.wrapping_sub(self.first);
        Ok(Reading { joules: counts as f64 * self.scale, at: clock.now() })
    }
}

impl fmt::Debug for Perf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Perf").field("labels", &self.info).finish_non_exhaustive()
    }
}

/// Opens the event on one CPU, for all processes.
#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "no safe wrapper of perf_event_open exists")]
fn open_counter(event: &Event, cpu: i32) -> io::Result<Counter> {
    use std::io::Read;
    use std::os::fd::{FromRawFd, OwnedFd};

    // struct perf_event_attr in its first published size, 64 bytes: u32 type, u32 size, u64 config, and zeros:
    // no sampling, no flags. One read gives the count as a u64 in the machine's order.
    const SIZE: u64 = 64;
    let type_and_size = if cfg!(target_endian = "little") {
        u64::from(event.source) | SIZE << 32
    } else {
        u64::from(event.source) << 32 | SIZE
    };
    let attributes: [u64; 8] = [type_and_size, event.config, 0, 0, 0, 0, 0, 0];
    let (all_processes, no_group, close_on_exec): (libc::pid_t, libc::c_int, libc::c_ulong) = (-1, -1, 8);
    // SAFETY: the kernel reads `size` = 64 bytes behind the pointer, all of `attributes`, which outlives the call, and
    // keeps no reference; the other arguments are plain numbers of the types in the system call's prototype.
    let fd = unsafe {
        libc::syscall(libc::SYS_perf_event_open, attributes.as_ptr(), all_processes, cpu, no_group, close_on_exec)
    };
    let fd = libc::c_int::try_from(fd).ok().filter(|&fd| fd >= 0).ok_or_else(io::Error::last_os_error)?;
    // SAFETY: the call above has just opened this descriptor for us and nobody else knows it.
    let mut file = std::fs::File::from(unsafe { OwnedFd::from_raw_fd(fd) });
    Ok(Box::new(move || {
        let mut count = [0; 8];
        file.read_exact(&mut count).map(|()| u64::from_ne_bytes(count))
    }))
}

#[cfg(not(target_os = "linux"))]
fn open_counter(_: &Event, _: i32) -> io::Result<Counter> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::super::meter::testing::{Hand, put};
    use super::*;

    fn two_sockets() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (file, text) in [
            ("type", "23\n"),
            ("cpumask", "0,18\n"),
            ("events/energy-pkg", "event=0x02\n"),
            ("events/energy-pkg.scale", "2.3283064365386962890625e-10\n"),
            ("events/energy-pkg.unit", "Joules\n"),
        ] {
            put(root.path(), &format!("{FOLDER}/{file}"), text);
        }
        root
    }

    /// Each read of a socket's counter is 2^32 counts, which are one joule, after the one before.
    #[expect(clippy::unnecessary_wraps, reason = "the signature of what opens a real event")]
    fn one_joule_a_read(event: &Event, cpu: i32) -> io::Result<Counter> {
        assert_eq!((event.source, event.config), (23, 2));
        let mut count = u64::try_from(cpu).expect("a CPU of the mask") << 40;
        Ok(Box::new(move || {
            count += 1 << 32;
            Ok(count)
        }))
    }

    #[test]
    fn sockets_are_added_and_counts_become_joules() {
        let mut meter = Perf::open_with(two_sockets().path(), one_joule_a_read).unwrap();
        let clock = Hand::default();
        clock.turn(1.5);
        let reading = meter.read(&clock).unwrap();
        assert!((reading.joules - 2.0).abs() < 1e-9, "{reading:?}");
        assert_eq!(reading.at, Duration::from_millis(1500));
        assert_eq!(meter.info().detail, "power/energy-pkg, sockets: 2");
    }

    #[test]
    fn no_permission_names_the_setting() {
        let refuse = |_: &Event, _| Err(io::Error::from_raw_os_error(13));
        let error = Perf::open_with(two_sockets().path(), refuse).unwrap_err();
        assert!(
            error.to_string().contains("permission denied") && error.advice().unwrap().contains("perf_event_paranoid")
        );
    }

    #[test]
    fn no_event_and_nonsense_are_told_apart() {
        let root = two_sockets();
        put(root.path(), &format!("{FOLDER}/events/energy-pkg"), "umask=2");
        let error = Perf::open_with(root.path(), one_joule_a_read).unwrap_err().to_string();
        assert!(error.contains("'umask=2', which is no number of an event"), "{error}");
        let error = Perf::open(tempfile::tempdir().unwrap().path()).unwrap_err().to_string();
        assert_eq!(error, "no perf event power/energy-pkg");
    }

    /// The system call itself: a software event that every Linux kernel has (type 1, config 0: the CPU clock).
    #[cfg(target_os = "linux")]
    #[test]
    fn the_kernel_takes_our_attributes() {
        let clock = Event { source: 1, config: 0, scale: 1.0, cpus: vec![0] };
        match open_counter(&clock, 0) {
            Ok(mut counter) => {
                let first = counter().unwrap();
                assert!(counter().unwrap() > first);
            }
            // Refused by a setting or a filter, before the attributes are looked at; never EINVAL or E2BIG.
            Err(error) => {
                assert!(
                    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported),
                    "{error}"
                );
            }
        }
    }
}
