//! What each trick of the search saves: counted on the source itself, and timed where a clock can see it.
//!
//! The counts come from running `hash` over words that know whether they vary with the
//! nonce and count each operation on those that do. The times come from the same source over `u32`.
//! It is a twin of the generic kernel for teaching, kept apart so that the kernel stays plain.

mod count;
mod hash;

use super::contender::{Contender, Search};
use super::record::{Mode, Spread};
use super::run::{Metered, Observer, Settings, run};
use super::schedule::Amount;
use super::{record::Record, round::WrongHits, stats, work};
use crate::energy::Source;
use crate::kernel::RolledHit;
use hash::{Inputs, Tricks};
use serde::Serialize;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// A trick: its name and its bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trick {
    /// What is done.
    pub name: &'static str,
    bit: u32,
    /// The timed variant that ends with this trick, if one does.
    timed: Option<&'static str>,
}

const fn trick(name: &'static str, bit: u32) -> Trick {
    Trick { name, bit, timed: None }
}

const fn timed(name: &'static str, bit: u32, variant: &'static str) -> Trick {
    Trick { name, bit, timed: Some(variant) }
}

/// All tricks, each on top of those before it.
const TRICKS: [Trick; 13] = [
    timed("midstate: the first block once per job", Tricks::MIDSTATE, "midstate"),
    trick("first hash: rounds 0-2 once per job", Tricks::ROUNDS_0_TO_2),
    trick("first hash: round 3 is two additions", Tricks::ROUND_3),
    trick("first hash: W16, W17 constant", Tricks::W16_W17),
    trick("first hash: h constant in rounds 4-6, W+K merged for the constant words", Tricks::CONSTANT_H),
    trick("first hash: shortcuts in W18..W33", Tricks::SHORTCUTS),
    trick("second hash: round 0 from the IV is two additions", Tricks::SECOND_ROUND_0),
    trick("second hash: h constant in rounds 1-3, W8..W15 merged with K", Tricks::SECOND_CONSTANT_H),
    timed("second hash: shortcuts in W16..W31", Tricks::SECOND_SHORTCUTS, "all hoists"),
    trick("second hash: stop after round 60", Tricks::STOP_AFTER_60),
    trick("second hash: rounds 57-60 compute only e", Tricks::ONLY_E),
    timed("second hash: no final additions, compare e60", Tricks::NO_FINAL_ADDS, "early exit"),
    timed("version rolling: one schedule for all versions", Tricks::SHARED_SCHEDULE, "shared schedule"),
];

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
    operations(Tricks(0))
}

/// The table, counted; not timed yet.
pub fn count() -> Vec<Row> {
    let mut tricks = Tricks(0);
    let mut left = operations(tricks);
    let row = |trick: &Trick| {
        tricks = Tricks(tricks.0 | trick.bit);
        let before = std::mem::replace(&mut left, operations(tricks));
        Row {
            trick: trick.name,
            operations_saved: before - left,
            operations_left: left,
            timed_as: trick.timed,
            times_as_fast: None,
        }
    };
    TRICKS.iter().map(row).collect()
}

fn operations(tricks: Tricks) -> f64 {
    let (schedule, rest) = count::operations(tricks);
    let shared = if tricks.has(Tricks::SHARED_SCHEDULE) { f64::from(work::VERSIONS) } else { 1.0 };
    f64::from(schedule) / shared + f64::from(rest)
}

/// The name of the variant without tricks.
const PLAIN: &str = "no trick";

/// The timed variants, each with the tricks of those before it.
fn variants() -> Vec<Contender> {
    const HOISTS: u32 = Tricks::SECOND_SHORTCUTS * 2 - 1;
    const EXIT: u32 = Tricks::NO_FINAL_ADDS * 2 - 1;
    let one = |name, hash: fn(&Inputs, u32) -> u32| variant(name, Mode::OneVersion, one_version(hash));
    vec![
        one(PLAIN, hash::timed::<0>),
        one("midstate", hash::timed::<{ Tricks::MIDSTATE }>),
        one("all hoists", hash::timed::<HOISTS>),
        one("early exit", hash::timed::<EXIT>),
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
        let schedule = hash::timed_schedule(&inputs[0].1, nonce.swap_bytes());
        for (version, inputs) in &inputs {
            let last = hash::timed_after_schedule(inputs, &schedule, nonce.swap_bytes());
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

    #[test]
    fn the_last_word_is_right_with_every_prefix_of_the_tricks() {
        let header = work::header();
        let inputs = Inputs::new(&header);
        let mut tricks = Tricks(0);
        for trick in TRICKS {
            tricks = Tricks(tricks.0 | trick.bit);
            for nonce in [0u32, 1, 0xdead_beef] {
                let hash = crate::header::Header { nonce, ..header }.block_hash().0;
                let expected = u32::from_be_bytes([hash[28], hash[29], hash[30], hash[31]]);
                assert_eq!(hash::last_word(&inputs, nonce.swap_bytes(), tricks), expected, "{}", trick.name);
            }
        }
    }
}
