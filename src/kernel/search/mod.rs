//! The search over midstates, written once for every vector width.
//!
//! ```text
//! for each vector of nonces:
//!     W+K of the second block, rounds 4 to 63              once ...
//!     for each version:                                    ... for all versions: the block does not hold it
//!         first hash   rounds 4 to 63 from the midstate    (rounds 0 to 2 once a job, round 3 is two additions)
//!         second hash  rounds 0 to 60                      (the last word of the digest is final by then)
//!         a lane whose last word is zero where the target's is: a candidate
//! ```
//!
//! With one version this is the plain search. With many the schedule, a sixth of the work, all but
//! vanishes: the trick that hardware miners call overt AsicBoost.
//!
//! A round waits for the one before it, so a single chain of rounds leaves ports idle. Where there are registers for
//! two, the next first hash runs beside the second hash, round by round.
//!
//! In the compiled AVX-512 function each rotate is one `vprold`, each xor3, Ch and Maj one
//! `vpternlogd`, and there is no call but the one to `record`.

mod first;
mod rounds;
mod second;

use super::lanes::Lanes;
use super::{Candidate, Work};
use alloc::vec::Vec;
use core::ops::Range;
use first::{FirstHash, OnTheWay, Table, Words};
use second::last_word;
#[cfg(target_arch = "x86_64")]
pub(super) use {
    rounds::{Window, before, sigma0, sigma1},
    second::{second_word_begun, second_word_ended},
};

/// Appends every (version, nonce) whose last word has zeros at `work.zero_bits`.
#[inline(always)]
pub(crate) fn search<L: Lanes>(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    match work.heads {
        [] => {}
        [_] => turns::<L, _>(work, &mut OnTheWay::new(work.tail), nonces, out),
        _ => {
            let mut table = Table::new(work.tail);
            // Its address is shown to the compiler as if someone kept it: it stays one aligned table, and with it the
            // whole stack frame is aligned. Split up, its vectors and all spills would straddle cache lines.
            core::hint::black_box(&mut table);
            turns::<L, _>(work, &mut table, nonces, out);
        }
    }
}

/// In each turn the second hash of the turn before and, beside it, the first hash of the next nonces or version.
/// The first turn has none before it, and in the last one the first hash is in vain.
#[inline(always)]
fn turns<L: Lanes, W: Words<L>>(work: Work<'_>, words: &mut W, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    let (mut of, mut digest) = ((nonces.end, 0), [L::splat(0); 8]); // of nonces beyond the end, which `record` drops
    let mut at = nonces.start;
    loop {
        let vector = nonce(at as u32); // `nonces` ends at 2^32 at the latest
        words.begin(vector);
        for (version, head) in work.heads.iter().enumerate() {
            let mut next = FirstHash::new(head, words, vector);
            let lanes = last_word(digest, &mut next).zero_lanes(work.zero_bits);
            digest = next.digest();
            if lanes != 0 {
                record(lanes, nonces.end - of.0, of.1, of.0 as u32, out);
            }
            if at >= nonces.end {
                return;
            }
            of = (at, version);
        }
        at += L::N as u64; // at most 32
    }
}

/// A vector of nonces from `first` on, modulo 2^32. The nonce is little-endian in the header and read as
/// big-endian by the hash.
#[inline(always)]
pub(super) fn nonce<L: Lanes>(first: u32) -> L {
    let x = L::count_up(first);
    L::splat(0x00ff_00ff).ch(x.rotr::<24>(), x.rotr::<8>())
}

/// The lanes that hit, less those beyond the end of the range.
#[cold]
#[inline(never)]
pub(super) fn record(lanes: u32, left: u64, version: usize, first: u32, out: &mut Vec<Candidate>) {
    let in_range = (0..32).filter(|&lane| u64::from(lane) < left && lanes >> lane & 1 == 1);
    out.extend(in_range.map(|lane| Candidate { version, nonce: first + lane }));
}
