//! Reads a meter in step while something else runs, so that counters cannot wrap unseen and watts
//! are summed finely enough.

use super::{Clock, Meter, MeterError, MeterInfo, Reading};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// A meter and the thread that reads it.
pub struct Sampler<C> {
    shared: Arc<Mutex<Shared>>,
    clock: C,
    info: MeterInfo,
    /// Dropping the sender ends the thread.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    meter: Box<dyn Meter>,
    /// The first failure in the background; the meter is not read after it.
    failed: Option<MeterError>,
}

impl<C: Clock + Clone + Send + 'static> Sampler<C> {
    /// Starts to read the meter every [`Meter::period`].
    pub fn start(meter: Box<dyn Meter>, clock: C) -> Self {
        let (info, period) = (meter.info().clone(), meter.period());
        let shared = Arc::new(Mutex::new(Shared { meter, failed: None }));
        let (stop, stopped) = channel();
        let (theirs, its_clock) = (Arc::clone(&shared), clock.clone());
        let thread = std::thread::spawn(move || {
            while stopped.recv_timeout(period) == Err(RecvTimeoutError::Timeout) {
                let mut shared = lock(&theirs);
                if let Err(error) = shared.meter.read(&its_clock) {
                    shared.failed = Some(error);
                    return;
                }
            }
        });
        Self { shared, clock, info, stop: Some(stop), thread: Some(thread) }
    }

    /// What the figures are worth.
    pub fn info(&self) -> &MeterInfo {
        &self.info
    }

    /// Joules since the meter was opened.
    ///
    /// # Errors
    /// When the meter failed, now or since the last call.
    pub fn read(&self) -> Result<Reading, MeterError> {
        let mut shared = lock(&self.shared);
        match shared.failed.take() {
            Some(error) => Err(error),
            None => shared.meter.read(&self.clock),
        }
    }
}

/// A thread that panicked while it held the lock has not harmed the meter.
fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<C> Drop for Sampler<C> {
    fn drop(&mut self) {
        self.stop = None;
        // A panic of that thread was printed when it happened.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Boundary, Labels, Provenance, Quality, SystemClock};
    use super::*;
    use std::sync::mpsc::{SyncSender, sync_channel};
    use std::time::Duration;

    /// Tells of each reading, and fails at the third.
    struct Telling(u32, SyncSender<u32>, MeterInfo);

    impl Meter for Telling {
        fn info(&self) -> &MeterInfo {
            &self.2
        }
        fn period(&self) -> Duration {
            Duration::from_millis(1)
        }
        fn read(&mut self, clock: &dyn Clock) -> Result<Reading, MeterError> {
            self.0 += 1;
            self.1.send(self.0).unwrap();
            let gone = || MeterError::Vanished { path: "/sys/gone".to_owned() };
            if self.0 < 3 { Ok(Reading { joules: self.0.into(), at: clock.now() }) } else { Err(gone()) }
        }
    }

    #[test]
    fn the_meter_is_read_in_the_background_and_its_failure_is_kept() {
        let info = MeterInfo {
            source: "powercap",
            detail: String::new(),
            labels: Labels { provenance: Provenance::Measured, boundary: Boundary::Package, quality: Quality::L1 },
        };
        let (told, readings) = sync_channel(100);
        let sampler = Sampler::start(Box::new(Telling(0, told, info)), SystemClock::start());
        let seen: Vec<u32> = readings.iter().take(3).collect();
        assert_eq!(seen, [1, 2, 3]);
        assert_eq!(sampler.read().unwrap_err().to_string(), "/sys/gone has vanished");
    }
}
