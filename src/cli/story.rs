//! Bare `hashjoule`: the whole story in under 20 seconds, offline.
//!
//! Is the hash right here; how fast; a real block's nonce found again; and what that is worth
//! beside the machines that do this for a living.

use super::engine::placement_failure;
use super::paragraph::paragraph;
use super::progress::watched;
use super::signals::Signals;
use super::{Exit, Failure, Outcome, Output};
use hashjoule::header::Header;
use hashjoule::job::BIP320_MASK;
use hashjoule::kernel::{Kernel, NONCES};
use hashjoule::scan::{Ended, Find, Placement, ScanReport, Scanner, Space, Watch, fastest};
use hashjoule::target::CompactTarget;
use hashjoule::units::{HashRate, counted, grouped};
use hashjoule::vectors::{HeaderHash, of};
use serde::Serialize;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

/// The block that is found again: it is in every textbook, for the protocol's wiki took it as its example.
const BLOCK: &str = "block-125552";
const BLOCK_NAME: &str = "block 125,552 of 21 May 2011";

/// How long the search for the nonce may take, and how long each rate is measured.
const WINDOW_SECONDS: f64 = 6.5;
const MEASURE: Duration = Duration::from_millis(1200);

/// `hashjoule-story/1`.
#[derive(Serialize)]
struct Document {
    schema: &'static str,
    vectors_checked: usize,
    one_version: Option<Rate>,
    rolling: Option<Rate>,
    found: Option<Found>,
    interrupted: bool,
}

#[derive(Clone, Serialize)]
struct Rate {
    kernel: &'static str,
    threads: usize,
    hashes_per_second: f64,
    hashes_per_second_per_thread: f64,
}

#[derive(Serialize)]
struct Found {
    block: &'static str,
    nonce: u32,
    hash: String,
    started_at: u64,
    nonces_tried: u64,
    nonces_in_all: u64,
    seconds: f64,
}

/// Tells the story.
///
/// # Errors
/// When a vector fails, when threads cannot be had, when a hit is wrong.
pub fn run(output: &mut Output) -> Outcome {
    let watch = Arc::new(Watch::default());
    let on_signal = Arc::clone(&watch);
    let signals = Signals::listen(move || on_signal.stop())?;
    let told = tell(output, &watch)?;
    let document = Document { interrupted: signals.caught().is_some(), ..told };
    if output.is_json() {
        output.json(&document)?;
    } else if document.interrupted {
        output.note("interrupted");
    }
    Ok(signals.or(if document.found.is_some() { Exit::Success } else { Exit::Negative }))
}

fn tell(output: &mut Output, watch: &Watch) -> Result<Document, Failure> {
    say(output, format_args!("hashjoule {}: Bitcoin's proof of work, on this CPU\n", env!("CARGO_PKG_VERSION")))?;
    let vectors_checked = self_check(output)?;
    let one_version = rate(false, watch)?;
    tell_rate(output, "One version", one_version.as_ref())?;
    let rolling = rate(true, watch)?;
    tell_rate(output, "Rolling", rolling.as_ref())?;
    let mut found = None;
    if let (Some(one_version), Some(rolling)) = (&one_version, &rolling) {
        tell_section(output, "", "(one message schedule for 128 block versions: BIP320, the miners' AsicBoost)")?;
        say(output, "")?;
        found = find_again(output, watch, one_version)?;
        let best = one_version.hashes_per_second.max(rolling.hashes_per_second);
        if found.is_some() {
            super::perspective::tell(output, HashRate::from_hashes_per_second(best))?;
        }
    }
    Ok(Document { schema: "hashjoule-story/1", vectors_checked, one_version, rolling, found, interrupted: false })
}

/// A line of the story; with `--json` the document is told instead.
pub(super) fn say(output: &mut Output, line: impl std::fmt::Display) -> Result<(), Failure> {
    if output.is_json() { Ok(()) } else { output.line(line) }
}

/// The same with a label; long sentences are broken into lines.
pub(super) fn tell_section(output: &mut Output, label: &str, text: impl std::fmt::Display) -> Result<(), Failure> {
    say(output, paragraph(label, text))
}

/// The embedded headers with every kernel: each finds the known nonce, and no other around it.
fn self_check(output: &mut Output) -> Result<usize, Failure> {
    let vectors = of::<HeaderHash>();
    let kernels: Vec<Kernel> = Kernel::available().collect();
    for vector in &vectors {
        let header = Header::from_bytes(&vector.input.header.0);
        if header.block_hash().to_display_bytes() != vector.expect.hash.0 {
            return Err(failed(&vector.id, "the plain SHA-256"));
        }
        if let Some(wrong) = kernels.iter().find(|kernel| !finds_alone(**kernel, header)) {
            return Err(failed(&vector.id, wrong.name()));
        }
    }
    let (headers, kernels) = (vectors.len(), kernels.len());
    let told = format!("{headers} known headers, {}: every hash is right", counted(kernels, "kernel"));
    tell_section(output, "Self-check", told)?;
    Ok(headers)
}

/// Whether the kernel finds the header's own nonce at a target equal to its hash, and no neighbour.
fn finds_alone(kernel: Kernel, header: Header) -> bool {
    let target = hashjoule::target::Target::from(header.block_hash());
    let nonce = u64::from(header.nonce);
    let nonces = nonce.saturating_sub(20)..(nonce + 20).min(NONCES);
    let mut hits = Vec::new();
    kernel.search(&hashjoule::job::Job::new(&header, target), nonces, &mut hits);
    hits.contains(&header.nonce)
        && hits.iter().all(|&hit| target.is_met_by(&Header { nonce: hit, ..header }.block_hash()))
}

fn failed(id: &str, who: &str) -> Failure {
    Failure::absent("self-check", format!("{who} gives a wrong answer for {id}: this CPU, or this build, is faulty"))
        .hint("run `hashjoule verify` for the whole list, and do not trust a result from here")
}

/// The fastest kernel of the mode on all threads, for a second and a bit; nothing after a signal.
fn rate(rolling: bool, watch: &Watch) -> Result<Option<Rate>, Failure> {
    let kernel = fastest(rolling).first().map_or_else(Kernel::detect, |timing| timing.kernel);
    let scanner = Scanner::new(kernel, Placement::all()).map_err(placement_failure)?;
    // No hash meets this target, so the search goes on for as long as it may.
    let none = hashjoule::target::Target::ZERO;
    let space = match rolling {
        false => Space::one_version(Header::GENESIS, none),
        true => Space::rolling(Header::GENESIS, none, BIP320_MASK),
    };
    let report = scan(&scanner, &space, Find::All, watch, Some(MEASURE))?;
    if report.ended == Ended::Stopped {
        return Ok(None);
    }
    let threads = scanner.placement().threads;
    let hashes_per_second = report.rate().to_hashes_per_second();
    let hashes_per_second_per_thread = hashes_per_second / threads as f64;
    Ok(Some(Rate { kernel: kernel.name(), threads, hashes_per_second, hashes_per_second_per_thread }))
}

fn scan(
    scanner: &Scanner,
    space: &Space,
    find: Find,
    watch: &Watch,
    time: Option<Duration>,
) -> Result<ScanReport, Failure> {
    scanner.scan(space, find, watch, time).map_err(|error| Failure::absent("wrong-hit", error))
}

fn tell_rate(output: &mut Output, label: &str, rate: Option<&Rate>) -> Result<(), Failure> {
    let Some(rate) = rate else { return Ok(()) };
    let [all, one] = [rate.hashes_per_second, rate.hashes_per_second_per_thread].map(HashRate::from_hashes_per_second);
    let threads = counted(rate.threads, "thread");
    tell_section(output, label, format_args!("{all} in all, {one} per thread ({}, {threads})", rate.kernel))
}

/// The real block's nonce, from a random distance that takes a few seconds at this rate.
fn find_again(output: &mut Output, watch: &Watch, rate: &Rate) -> Result<Option<Found>, Failure> {
    let vector =
        of::<HeaderHash>().into_iter().find(|vector| vector.id.ends_with(BLOCK)).expect("a test reads this vector");
    let header = Header::from_bytes(&vector.input.header.0);
    let target = CompactTarget(header.bits).to_target().expect("the nBits of a block of the main chain");
    let nonces = window(u64::from(header.nonce), rate.hashes_per_second * WINDOW_SECONDS);
    let space = Space { nonces: nonces.clone(), ..Space::one_version(header, target) };
    let length = nonces.end - nonces.start;
    let (from, tried) = (grouped(&nonces.start.to_string()), grouped(&length.to_string()));
    let all = grouped(&NONCES.to_string());
    let told = format!("{BLOCK_NAME} for its nonce: up to {tried} of {all}, from {from} ...");
    tell_section(output, "Searching", told)?;
    let kernel = Kernel::named(rate.kernel).expect("it has just run");
    let scanner = Scanner::new(kernel, Placement::all()).map_err(placement_failure)?;
    let report = watched(output, watch, u128::from(length), || scan(&scanner, &space, Find::First, watch, None))?;
    let Some(hit) = report.hits.first() else { return Ok(None) };
    let found = Found {
        block: BLOCK,
        nonce: hit.header.nonce,
        hash: hit.hash.to_string(),
        started_at: nonces.start,
        nonces_tried: report.hashes,
        nonces_in_all: NONCES,
        seconds: report.elapsed.as_secs_f64(),
    };
    tell_found(output, &found)?;
    Ok(Some(found))
}

fn tell_found(output: &mut Output, found: &Found) -> Result<(), Failure> {
    let tried = grouped(&found.nonces_tried.to_string());
    say(output, format_args!("Found        nonce {} after {tried} hashes in {:.1} s", found.nonce, found.seconds))?;
    say(output, format_args!("             {}\n", found.hash))
}

/// So many nonces around the right one, which lies at a random place of the last three quarters.
fn window(nonce: u64, hashes: f64) -> std::ops::Range<u64> {
    let length = (hashes as u64).clamp(1, NONCES); // positive; a huge rate is clamped
    let random = RandomState::new().hash_one(nonce) as f64 / u64::MAX as f64;
    let distance = (length as f64 * (0.25 + 0.75 * random)) as u64; // at most the length
    let start = nonce.saturating_sub(distance).min(NONCES - length);
    start..start + length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_holds_the_nonce_and_lies_within_all_nonces() {
        for nonce in [0, 1, 77, 2_504_433_986, NONCES - 1] {
            for hashes in [0.0, 1.0, 1e6, 4.2e9, 1e30] {
                for _ in 0..50 {
                    let window = window(nonce, hashes);
                    assert!(window.contains(&nonce) && window.end <= NONCES, "{nonce} {hashes} {window:?}");
                }
            }
        }
    }

    #[cfg(feature = "market")]
    #[test]
    fn the_block_has_the_date_of_its_header() {
        let vector = of::<HeaderHash>().into_iter().find(|vector| vector.id.ends_with(BLOCK)).unwrap();
        let time = Header::from_bytes(&vector.input.header.0).time;
        assert_eq!(hashjoule::market::Date::from_unix_seconds(time).to_string(), "2011-05-21");
        assert!(BLOCK_NAME.ends_with("of 21 May 2011"));
    }
}
