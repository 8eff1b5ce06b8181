//! What each trick of the search saves: counted on the source itself, and timed where a clock can see it.
//!
//! Both come from one source, `ablate`: the counts by running it over words that count what is done
//! with them, the times by running it over `u32`.

use super::contender::{Contender, Search};
use super::record::{Mode, Spread};
use super::run::{Metered, Observer, Settings, run};
use super::schedule::Amount;
use super::{record::Record, round::WrongHits, stats, work};
use crate::ablate::{Allowed, Cost, Inputs, Saving, last_word, last_word_after, shared_schedule};
use crate::energy::Source;
use crate::kernel::RolledHit;
use serde::Serialize;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// What versions share on top of the savings of the kernel.
const SHARED_SCHEDULE: &str = "version rolling: one schedule for all versions";

/// How many tricks there are: the savings, then the schedule that versions share.
const TRICKS: usize = Saving::ALL.len() + 1;

/// All tricks, each on top of those before it. Beside each the timed variant that ends with it, if one does.
fn tricks() -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
    let savings = Saving::ALL.into_iter().map(|saving| (saving.name(), timed_as(saving)));
    savings.chain([(SHARED_SCHEDULE, Some("shared schedule"))])
}

const fn timed_as(saving: Saving) -> Option<&'static str> {
    match saving {
        Saving::Midstate => Some("midstate"),
        Saving::SecondW16To31 => Some("all hoists"),
        Saving::OneFinalAdd => Some("early exit"),
        _ => None,
    }
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// What is done.
    pub trick: &'static str,
    /// Operations that it saves in each hash, on top of the tricks above.
    pub operations_saved: f64,
    /// Operations of a hash that are left.
    pub operations_left: f64,
    /// For the last trick of a timed group: the group's name.
    pub timed_as: Option<&'static str>,
    /// How many times as fast as before the group, in CPU time on one thread.
    pub times_as_fast: Option<Spread>,
}

/// Operations of a hash without any trick: three compressions.
pub fn operations_without_tricks() -> f64 {
    operations(0)
}

/// The table, counted; not timed yet.
pub fn count() -> Vec<Row> {
    let mut left = operations_without_tricks();
    let row = |((trick, timed_as), tricks)| {
        let before = std::mem::replace(&mut left, operations(tricks));
        Row { trick, operations_saved: before - left, operations_left: left, timed_as, times_as_fast: None }
    };
    tricks().zip(1..).map(row).collect()
}

/// Operations of a hash with the first so many tricks.
fn operations(tricks: usize) -> f64 {
    let cost = Cost::with(Allowed(tricks));
    let versions = if tricks == TRICKS { work::VERSIONS } else { 1 };
    f64::from(cost.schedule) / f64::from(versions) + f64::from(cost.rest)
}

/// The name of the variant without tricks.
const PLAIN: &str = "no trick";

/// The timed variants, each with the tricks of those before it.
fn variants() -> Vec<Contender> {
    const MIDSTATE: usize = Allowed::up_to(Saving::Midstate).0;
    const HOISTS: usize = Allowed::up_to(Saving::SecondW16To31).0;
    let one = |name, hash: fn(&Inputs, u32) -> u32| variant(name, Mode::OneVersion, one_version(hash));
    vec![
        one(PLAIN, last_word::<0>),
        one("midstate", last_word::<MIDSTATE>),
        one("all hoists", last_word::<HOISTS>),
        one("early exit", last_word::<{ Allowed::ALL.0 }>),
        variant("shared schedule", Mode::Rolling, Box::new(rolling)),
    ]
}

fn variant(name: &str, mode: Mode, search: Search) -> Contender {
    let mut contender = Contender::new(name, mode, search);
    contender.log2_hashes = work::SHORT;
    contender
}

fn one_version(hash: fn(&Inputs, u32) -> u32) -> Search {
    let header = work::header();
    let inputs = Inputs::new(&header);
    Box::new(move |nonces, hits| {
        for nonce in nonces {
            let nonce = nonce as u32; // slices end far below 2^32
            confirm(hash(&inputs, nonce.swap_bytes()), header.version, nonce, hits);
        }
    })
}

fn rolling(nonces: std::ops::Range<u64>, hits: &mut Vec<RolledHit>) {
    let family = work::family();
    let header = |&version: &u32| crate::header::Header { version, ..work::header() };
    let inputs: Vec<(u32, Inputs)> = family.versions().iter().map(|v| (*v, Inputs::new(&header(v)))).collect();
    for nonce in nonces {
        let nonce = nonce as u32; // slices end far below 2^32
        let schedule = shared_schedule(&inputs[0].1, nonce.swap_bytes());
        for (version, inputs) in &inputs {
            let last = last_word_after(&schedule, inputs, nonce.swap_bytes());
            confirm(last, *version, nonce, hits);
        }
    }
}

/// Keeps the header when its last state word passes and its whole hash does.
fn confirm(last_word: u32, version: u32, nonce: u32, hits: &mut Vec<RolledHit>) {
    let needed = !(u32::MAX >> work::ZERO_BITS);
    if last_word.swap_bytes() & needed == 0 {
        let header = crate::header::Header { version, nonce, ..work::header() };
        if work::target().is_met_by(&header.block_hash()) {
            hits.push(RolledHit { version, nonce });
        }
    }
}

/// Counts, and times the variants for about so many seconds each.
///
/// # Errors
/// When a variant finds other hits than there are.
pub fn measure(
    seconds: f64,
    seed: u64,
    blank: Record,
    stop: &AtomicBool,
    observer: &mut dyn Observer,
) -> Result<Vec<Row>, WrongHits> {
    let settings = Settings {
        threads: vec![1],
        amount: Amount::Seconds(seconds),
        seed,
        cpus: Vec::new(),
        window: Duration::ZERO,
        windows: 0,
        idle: Duration::ZERO,
        metered: Metered::Fastest,
        limit: None,
    };
    let record = run(&variants(), &settings, &Source::None, blank, stop, observer)?;
    let mut rows = count();
    let mut before = PLAIN;
    for row in rows.iter_mut().filter(|row| row.timed_as.is_some()) {
        let name = row.timed_as.unwrap_or(before);
        row.times_as_fast = faster(&record, name, before, seed);
        before = name;
    }
    Ok(rows)
}

/// How many times as fast one variant is as the other, over the same rounds.
fn faster(record: &Record, variant: &str, than: &str, seed: u64) -> Option<Spread> {
    let samples = |name: &str| record.results.iter().find(|r| r.kernel == name).map(|r| r.samples.as_slice());
    let pairs = samples(variant)?.iter().zip(samples(than)?);
    let rate = |s: &super::record::Sample| s.hashes as f64 / s.cpu_seconds;
    stats::ratio(&pairs.map(|(a, b)| (rate(a), rate(b))).collect::<Vec<_>>(), seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of the hand-counted table, in vector operations for each vector of hashes.
    #[test]
    fn the_counts_are_those_that_were_counted_by_hand() {
        assert_eq!(operations_without_tricks(), 4872.0);
        let rows = count();
        let saved: Vec<f64> = rows.iter().map(|row| row.operations_saved).collect();
        let by_hand = [1624.0, 51.0, 15.0, 22.0, 17.0, 92.0, 15.0, 11.0, 59.0, 84.0, 28.0, 7.0];
        assert_eq!(saved[..12], by_hand);
        assert_eq!((rows[0].operations_left, rows[11].operations_left), (3248.0, 2847.0));
        assert!((saved[12] - 460.0 * 127.0 / 128.0).abs() < 1e-9, "{}", saved[12]);
    }

    #[test]
    fn every_variant_finds_the_hits_of_its_slice() {
        for contender in variants() {
            let slice = contender.slice(0);
            let mut hits = Vec::new();
            contender.search(slice.nonces(), &mut hits);
            assert_eq!(work::Proof::of(&mut hits), slice.expected(), "{}", contender.kernel);
        }
    }
}
