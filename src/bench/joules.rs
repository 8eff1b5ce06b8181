//! Windows that give joules: energy and hashes of the same stretch of wall time, warm-up excluded.
//!
//! All threads search without a pause and count what they have done in small pieces; the meter is
//! read at the start and at the end of the window, and the count beside it.

use super::contender::Contender;
use super::record::{Idle, Window};
use super::round::{WrongHits, verify};
use super::work::Proof;
use crate::energy::{MeterError, Sampler, SystemClock, between};
use crate::os::affinity::pin_this_thread;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long the threads run before a window opens.
pub const WARM_UP: Duration = Duration::from_millis(500);

/// Pieces of a slice; each is counted when it is done.
const PIECES: u64 = 16;

/// How long a wait goes on before it looks whether the run was ended.
const STEP: Duration = Duration::from_millis(50);

/// Why a window gives nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WindowError {
    /// The search is wrong.
    #[error(transparent)]
    Wrong(Box<WrongHits>),
    /// The meter failed.
    #[error(transparent)]
    Meter(#[from] MeterError),
    /// The run was ended.
    #[error("interrupted")]
    Interrupted,
}

impl From<WrongHits> for WindowError {
    fn from(wrong: WrongHits) -> Self {
        Self::Wrong(Box::new(wrong))
    }
}

/// Waits; false when the run was ended meanwhile.
fn wait(time: Duration, stop: &AtomicBool) -> bool {
    let start = Instant::now();
    while start.elapsed() < time && !stop.load(Ordering::Relaxed) {
        std::thread::sleep(STEP.min(time.saturating_sub(start.elapsed())));
    }
    !stop.load(Ordering::Relaxed)
}

/// The power while nothing runs.
///
/// # Errors
/// When the meter fails or the run is ended.
pub fn idle(power: &Sampler<SystemClock>, time: Duration, stop: &AtomicBool) -> Result<Idle, WindowError> {
    let start = power.read()?;
    if !wait(time, stop) {
        return Err(WindowError::Interrupted);
    }
    let end = power.read()?;
    Ok(Idle { joules: between(start, end)?, seconds: (end.at - start.at).as_secs_f64() })
}

/// One window of `time` on these CPUs.
///
/// # Errors
/// When the search is wrong, the meter fails, or the run is ended.
pub fn window(
    contender: &Contender,
    cpus: &[Option<u32>],
    expected: &[Proof],
    power: &Sampler<SystemClock>,
    time: Duration,
    stop: &AtomicBool,
) -> Result<Window, WindowError> {
    let (done, hashes) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0u32..)
            .zip(cpus)
            .zip(expected)
            .map(|((number, &cpu), expected)| {
                let (done, hashes) = (&done, &hashes);
                scope.spawn(move || {
                    pin_this_thread(cpu.map(|cpu| cpu as usize));
                    search_until(contender, number, expected, done, hashes)
                })
            })
            .collect();
        let measured = measure(power, time, &hashes, stop);
        done.store(true, Ordering::Relaxed);
        for thread in threads {
            thread.join().expect("a search does not panic")?;
        }
        measured
    })
}

fn measure(
    power: &Sampler<SystemClock>,
    time: Duration,
    hashes: &AtomicU64,
    stop: &AtomicBool,
) -> Result<Window, WindowError> {
    let reading = || power.read().map(|reading| (reading, hashes.load(Ordering::Relaxed)));
    if !wait(WARM_UP, stop) {
        return Err(WindowError::Interrupted);
    }
    let (start, before) = reading()?;
    if !wait(time, stop) {
        return Err(WindowError::Interrupted);
    }
    let (end, after) = reading()?;
    let seconds = (end.at - start.at).as_secs_f64();
    Ok(Window { joules: between(start, end)?, hashes: after - before, seconds })
}

/// Searches the slice again and again, counts its pieces, and checks the hits of each whole slice.
fn search_until(
    contender: &Contender,
    number: u32,
    expected: &Proof,
    done: &AtomicBool,
    hashes: &AtomicU64,
) -> Result<(), WrongHits> {
    let slice = contender.slice(number);
    let nonces = slice.nonces();
    let piece = (nonces.end - nonces.start) / PIECES;
    let mut hits = Vec::with_capacity(1024);
    loop {
        hits.clear();
        for start in nonces.clone().step_by(piece as usize) {
            // at most 2^22
            contender.search(start..start + piece, &mut hits);
            hashes.fetch_add(slice.hashes() / PIECES, Ordering::Relaxed);
            if done.load(Ordering::Relaxed) {
                return Ok(());
            }
        }
        verify(contender, number, expected, &mut hits)?;
    }
}
