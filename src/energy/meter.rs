//! What a meter is: something that says how many joules went by since it was opened, and when.

use super::{Labels, MeterError};
use std::time::{Duration, Instant};

/// A meter and the labels of all that it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeterInfo {
    /// `powercap`, `perf`, `hwmon`, `battery`, `command` or `declared`.
    pub source: &'static str,
    /// What exactly is read, such as `package-0 + package-1`.
    pub detail: String,
    /// The labels of its figures; the quality is the best that the method can be.
    pub labels: Labels,
}

/// Joules since the meter was opened, and the time at which that was so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Joules since the meter was opened.
    pub joules: f64,
    /// The clock when the meter was read.
    pub at: Duration,
}

/// Time since some start; tests turn it by hand. Yours to implement.
pub trait Clock {
    /// Time since some start; never goes back.
    fn now(&self) -> Duration;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock(Instant);

impl SystemClock {
    /// Starts at zero.
    pub fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A source of joules. Yours to implement: a new method will come with a default.
pub trait Meter: Send {
    /// What its figures are worth.
    fn info(&self) -> &MeterInfo;

    /// How often [`Meter::read`] has to be called for its sum to be right.
    fn period(&self) -> Duration;

    /// Joules since the meter was opened.
    ///
    /// # Errors
    /// When the source cannot be read any more.
    fn read(&mut self, clock: &dyn Clock) -> Result<Reading, MeterError>;
}

/// The energy between two readings of one meter, in joules.
///
/// # Errors
/// A meter that stands still measures nothing: zero joules are never a result.
pub fn between(start: Reading, end: Reading) -> Result<f64, MeterError> {
    let joules = end.joules - start.joules;
    let seconds = end.at.saturating_sub(start.at).as_secs_f64();
    if joules > 0.0 { Ok(joules) } else { Err(MeterError::StandsStill { seconds }) }
}

/// What went by on a counter that starts again at zero after `range`.
pub(super) fn counter_step(before: u64, after: u64, range: u64) -> u64 {
    if after >= before { after - before } else { range.saturating_sub(before).saturating_add(after) }
}

/// Watts, read now and then, summed up to joules: a straight line between two readings.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Integral {
    joules: f64,
    last: Option<(Duration, f64)>,
}

impl Integral {
    pub fn add(&mut self, at: Duration, watts: f64) -> Reading {
        if let Some((before, watts_before)) = self.last {
            let seconds = at.saturating_sub(before).as_secs_f64();
            self.joules += seconds * f64::midpoint(watts, watts_before);
        }
        self.last = Some((at, watts));
        Reading { joules: self.joules, at }
    }
}

#[cfg(test)]
pub(super) mod testing {
    use super::{Clock, Duration};
    use std::cell::Cell;
    use std::path::Path;

    /// A clock that tests turn.
    #[derive(Default)]
    pub struct Hand(Cell<Duration>);

    impl Hand {
        pub fn turn(&self, seconds: f64) {
            self.0.set(self.0.get() + Duration::from_secs_f64(seconds));
        }
    }

    impl Clock for Hand {
        fn now(&self) -> Duration {
            self.0.get()
        }
    }

    /// Writes a file below a made-up root, and the folders above it.
    pub fn put(root: &Path, path: &str, text: impl ToString) {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text.to_string()).unwrap();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert_eq, proptest};

    #[test]
    fn watts_become_joules_along_a_straight_line() {
        let mut sum = Integral::default();
        let at = |seconds| Duration::from_secs(seconds);
        assert_eq!(sum.add(at(5), 10.0).joules, 0.0);
        assert_eq!(sum.add(at(7), 20.0).joules, 30.0);
        assert_eq!(sum.add(at(7), 99.0).joules, 30.0);
        assert_eq!(sum.add(at(8), 1.0).joules, 80.0);
    }

    #[test]
    fn a_meter_that_stands_still_gives_no_figure() {
        let reading = |joules, seconds| Reading { joules, at: Duration::from_secs(seconds) };
        assert_eq!(between(reading(1.0, 1), reading(3.5, 2)).unwrap(), 2.5);
        let error = between(reading(1.0, 1), reading(1.0, 11)).unwrap_err().to_string();
        assert!(error.contains("stood still for 10.0 s"), "{error}");
    }

    proptest! {
        #[test]
        fn steps_of_a_wrapping_counter_add_up(range in 1_000u64..1 << 40, start: u64, steps in proptest::collection::vec(0u64..999, 1..50)) {
            let mut counter = start % range;
            let mut sum = 0;
            for step in &steps {
                let next = (counter + step) % range;
                sum += counter_step(counter, next, range);
                counter = next;
            }
            prop_assert_eq!(sum, steps.iter().sum::<u64>());
        }
    }
}
