//! One round: every thread searches its slice, timed by the wall and by the thread's own CPU time.

use super::contender::Contender;
use super::record::Sample;
use super::work::Proof;
use crate::kernel::RolledHit;
use crate::os::affinity::pin_this_thread;
use crate::os::clock::thread_cpu_time;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A search that found something else than what its slice holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{kernel} {mode} found {} hits in slice {slice} where there are {} (digest {:.16} instead of {:.16}): \
     it skips work, or reports hits that are none",
    found.hits, expected.hits, found.digest, expected.digest
)]
#[non_exhaustive]
pub struct WrongHits {
    /// The kernel's name.
    pub kernel: String,
    /// Its mode.
    pub mode: super::record::Mode,
    /// Number of the slice.
    pub slice: u32,
    /// What the slice holds.
    pub expected: Proof,
    /// What was found.
    pub found: Proof,
}

/// Room for the hits of a slice, so that none is made while the clock runs.
const CAPACITY: usize = 1024;

/// What one thread brought back.
struct Part {
    start: Instant,
    end: Instant,
    cpu: Duration,
    /// The hits of each repetition.
    hits: Vec<Vec<RolledHit>>,
}

/// How to search.
pub struct Round<'a> {
    /// What searches.
    pub contender: &'a Contender,
    /// One for each thread; `None` leaves it free.
    pub cpus: &'a [Option<u32>],
    /// What each thread must find in its slice.
    pub expected: &'a [Proof],
    /// How often each thread searches its slice.
    pub repeats: u32,
    /// The round's number.
    pub number: u32,
    /// Ends the round between two repetitions.
    pub stop: &'a AtomicBool,
}

/// Searches with one thread for each CPU, each its own slice; checks all hits. Returns the times and
/// the proof over the hits of all threads, or nothing when it was ended: half a round is none.
///
/// # Errors
/// When a slice yields other hits than are expected.
pub fn run(round: &Round<'_>) -> Result<Option<(Sample, Proof)>, WrongHits> {
    let Round { contender, cpus, repeats, expected, number, stop } = *round;
    let barrier = Barrier::new(cpus.len());
    let parts: Vec<Part> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0u32..)
            .zip(cpus)
            .map(|(number, &cpu)| {
                let barrier = &barrier;
                scope.spawn(move || {
                    pin_this_thread(cpu.map(|cpu| cpu as usize));
                    barrier.wait();
                    part(contender, number, repeats, stop)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("a search does not panic")).collect()
    });
    check(contender, &parts, expected)?;
    if parts.iter().any(|part| part.hits.len() < repeats as usize) {
        return Ok(None);
    }
    let mut hits: Vec<RolledHit> = parts.iter().filter_map(|part| part.hits.first()).flatten().copied().collect();
    Ok(Some((sample(contender, &parts, repeats, number), Proof::of(&mut hits))))
}

fn part(contender: &Contender, number: u32, repeats: u32, stop: &AtomicBool) -> Part {
    let slice = contender.slice(number);
    let mut hits: Vec<Vec<RolledHit>> = (0..repeats).map(|_| Vec::with_capacity(CAPACITY)).collect();
    let (start, cpu, mut done) = (Instant::now(), thread_cpu_time(), 0);
    for hits in &mut hits {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        contender.search(slice.nonces(), hits);
        done += 1;
    }
    let (cpu, end) = (thread_cpu_time() - cpu, Instant::now());
    hits.truncate(done);
    Part { start, end, cpu, hits }
}

fn check(contender: &Contender, parts: &[Part], expected: &[Proof]) -> Result<(), WrongHits> {
    for ((slice, part), expected) in (0u32..).zip(parts).zip(expected) {
        for hits in &part.hits {
            verify(contender, slice, expected, &mut hits.clone())?;
        }
    }
    Ok(())
}

/// Whether these are the hits of the slice.
pub(super) fn verify(
    contender: &Contender,
    slice: u32,
    expected: &Proof,
    hits: &mut [RolledHit],
) -> Result<(), WrongHits> {
    let found = Proof::of(hits);
    if found == *expected {
        return Ok(());
    }
    let (kernel, expected) = (contender.kernel.clone(), expected.clone());
    Err(WrongHits { kernel, mode: contender.mode, slice, expected, found })
}

fn sample(contender: &Contender, parts: &[Part], repeats: u32, round: u32) -> Sample {
    let start = parts.iter().map(|part| part.start).min();
    let end = parts.iter().map(|part| part.end).max();
    let wall = end.zip(start).map_or(Duration::ZERO, |(end, start)| end - start);
    let cpu: Duration = parts.iter().map(|part| part.cpu).sum();
    let hashes = contender.slice(0).hashes() * u64::from(repeats) * parts.len() as u64;
    Sample { round, hashes, seconds: wall.as_secs_f64(), cpu_seconds: cpu.as_secs_f64() }
}
