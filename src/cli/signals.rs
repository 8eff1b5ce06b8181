//! SIGINT and SIGTERM: the first one ends the work cleanly, a second one at once.

use super::{Exit, Failure};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::{Handle, Signals as Iterator};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// Listens while it lives.
pub struct Signals {
    caught: Arc<AtomicU8>,
    handle: Handle,
}

impl Signals {
    /// Calls `stop` at the first signal, on a thread of its own.
    ///
    /// # Errors
    /// When the operating system grants no handler.
    pub fn listen(stop: impl Fn() + Send + 'static) -> Result<Self, Failure> {
        let mut signals = Iterator::new([SIGINT, SIGTERM])
            .map_err(|error| Failure::content("signals", format!("cannot listen for signals: {error}")))?;
        let caught = Arc::new(AtomicU8::new(0));
        let (seen, handle) = (Arc::clone(&caught), signals.handle());
        std::thread::spawn(move || {
            for signal in &mut signals {
                let number = u8::try_from(signal).unwrap_or(0); // 2 or 15
                if seen.swap(number, Ordering::AcqRel) != 0 {
                    std::process::exit(128 + signal);
                }
                stop();
            }
        });
        Ok(Self { caught, handle })
    }

    /// The signal that came, if one did.
    pub fn caught(&self) -> Option<u8> {
        Some(self.caught.load(Ordering::Acquire)).filter(|&number| number != 0)
    }

    /// This exit, unless a signal came.
    pub fn or(&self, exit: Exit) -> Exit {
        self.caught().map_or(exit, Exit::Signal)
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.handle.close();
    }
}
