//! How a record begins and ends: what is known before the first round, and what each moment adds to it.

use super::record::{Energy, Method, Record, SCHEMA};
use super::{contender, machine, stats, warn, work};
use crate::os::cpu::steal_seconds;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What only the caller knows of a run.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// What the user calls it.
    pub label: Option<String>,
    /// The command line, without the user's paths.
    pub command: String,
    /// Seconds of measuring that the plan gives each combination; zero when it gives hashes.
    pub seconds_per_combination: f64,
    /// The energy sources that were tried, and the meter.
    pub energy: Energy,
}

impl Record {
    /// A record without results: machine, build and method. It counts as interrupted until [`super::run`] has come to its end.
    pub fn begin(about: About, seed: u64) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            label: about.label,
            command: about.command,
            started_unix_seconds: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs()),
            build: machine::build(),
            machine: machine::read(Path::new("/")),
            method: Method {
                target_leading_zero_bits: work::ZERO_BITS,
                seed,
                seconds_per_combination: about.seconds_per_combination,
                confidence: stats::CONFIDENCE,
                yardstick: contender::YARDSTICK.to_owned(),
                steal_seconds: None,
                seconds: 0.0,
            },
            energy: about.energy,
            results: Vec::new(),
            warnings: Vec::new(),
            interrupted: true,
        }
    }
}

/// The clocks of a run, read when it began.
pub(super) struct Recorder {
    start: Instant,
    steal_at_start: Option<f64>,
}

impl Recorder {
    pub(super) fn start() -> Self {
        Self { start: Instant::now(), steal_at_start: steal_seconds(Path::new("/")) }
    }

    /// Time, steal and warnings so far: what is written at any moment says what is wrong with it.
    pub(super) fn update(&self, record: &mut Record) {
        self.update_at(record, self.start.elapsed(), steal_seconds(Path::new("/")));
    }

    fn update_at(&self, record: &mut Record, elapsed: Duration, steal: Option<f64>) {
        record.method.seconds = elapsed.as_secs_f64();
        record.method.steal_seconds = steal.zip(self.steal_at_start).map(|(now, then)| now - then);
        record.warnings = warn::warnings(record);
    }

    /// The last update.
    pub(super) fn finish(&self, record: &mut Record, came_to_its_end: bool) {
        record.interrupted = !came_to_its_end;
        self.update(record);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steal_is_counted_from_the_start_and_warned_of() {
        let mut record = Record::begin(About::default(), 1);
        record.machine.cpu.logical_cpus = 2;
        let recorder = Recorder { start: Instant::now(), steal_at_start: Some(1000.0) };
        recorder.update_at(&mut record, Duration::from_secs(10), Some(1002.0));
        assert_eq!((record.method.seconds, record.method.steal_seconds), (10.0, Some(2.0)));
        assert!(record.warnings.iter().any(|warning| warning.code == "steal"));
        recorder.update_at(&mut record, Duration::from_secs(10), Some(1000.0));
        assert!(record.warnings.iter().all(|warning| warning.code != "steal"));
        recorder.update_at(&mut record, Duration::from_secs(10), None);
        assert_eq!(record.method.steal_seconds, None);
    }

    #[test]
    fn a_record_is_interrupted_until_it_is_finished() {
        let mut record = Record::begin(About { label: Some("mine".into()), ..About::default() }, 7);
        assert!(record.interrupted && record.results.is_empty());
        assert_eq!((record.label.as_deref(), record.method.seed), (Some("mine"), 7));
        Recorder::start().finish(&mut record, true);
        assert!(!record.interrupted);
    }
}
