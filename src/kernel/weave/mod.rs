//! The search with two vectors side by side: into the second hash of one is woven the first hash of the next, step by
//! step, in an order that stands in the source and that the compiler keeps.
//!
//! ```text
//! for each vector of nonces:
//!     W+K of the first hash                              ahead, when rolling
//!     for each version, a turn:
//!         rounds 4 to 63 of its first hash        |      woven
//!         rounds 1 to 60 of the hash before it    |
//!         a lane whose last word is zero where the target's is: a candidate
//! ```
//!
//! What a core finds to do is among the next hundred steps or so, and the order of those decides how much of it waits:
//! see `order.rs`. The savings are those of the plain search, and those of `nonces.rs`.

mod chain;
mod nonces;
mod order;
mod schedule;
mod start;

use super::lanes::FromMemory;
use super::search::{LENGTH, ONE, record};
use super::{Candidate, Work, each};
use crate::job::Head;
use crate::sha256::{IV, K};
use chain::Chain;
use nonces::Counting;
use schedule::{Ahead, Block, Digest, Header, Making, Schedule};
use std::ops::Range;

/// Appends every (version, nonce) whose last word has zeros at `work.zero_bits`. There are versions and nonces.
///
/// Nothing returns early here: what is computed for it may be lost. LLVM 22 makes the frame after the returns, and counts
/// the pages of so large a frame in r11, even if something else is there.
#[inline(always)]
pub(super) fn search<L: FromMemory>(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    match work.heads {
        [_] => turns::<L, false>(work, nonces, out),
        _ => turns::<L, true>(work, nonces, out),
    }
}

/// In each turn the second hash of the turn before and, woven into it, the first hash of the next nonces or version.
/// The first turn has none before it, and in the last one the first hash is in vain.
#[inline(always)]
fn turns<L: FromMemory, const ROLLING: bool>(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    let mut memory = Memory::<L>::new(&work.tail.block);
    let mut ahead = Ahead::new(&work.tail.block);
    let mut of = (nonces.end, 0); // of nonces beyond the end, which `record` drops
    let mut at = nonces.start & !(L::N as u64 - 1); // what is before the start is dropped below
    loop {
        let vector = Counting::nonces(at as u32); // `nonces` ends at 2^32 at the latest
        memory.first.begin(vector);
        if ROLLING {
            ahead.make(&mut memory.first);
        }
        for (version, head) in work.heads.iter().enumerate() {
            let turn = Turn { head, nonces: vector, zero_bits: work.zero_bits };
            let lanes =
                if ROLLING { order::rolling(&turn, &mut memory) } else { order::one_version(&turn, &mut memory) };
            if lanes != 0 {
                let from_start = lanes & u32::MAX << nonces.start.saturating_sub(of.0);
                record(from_start, nonces.end - of.0, of.1, of.0 as u32, out);
            }
            if at >= nonces.end {
                return;
            }
            of = (at, version);
        }
        at += L::N as u64; // at most 32
    }
}

/// The schedules. The steps take words from here at no cost, and leave the registers to the rounds.
struct Memory<L> {
    first: Schedule<L, Header>,
    second: Schedule<L, Digest>,
}

impl<L: FromMemory> Memory<L> {
    #[inline(always)]
    fn new(header: &[u32; 16]) -> Self {
        let padding = [0, 0, 0, 0, 0, 0, 0, 0, ONE, 0, 0, 0, 0, 0, 0, LENGTH];
        Self { first: Schedule::new(header), second: Schedule::new(&padding) }
    }
}

/// What a turn is of.
struct Turn<'a> {
    /// The version of the first hash.
    head: &'a Head,
    /// Those of the first hash.
    nonces: Counting,
    zero_bits: u32,
}

/// What is under way, in registers.
struct Woven<L> {
    first: Chain<L, Header>,
    second: Chain<L, Digest>,
    first_words: Making<L, Header>,
    second_words: Making<L, Digest>,
}

impl<L: FromMemory> Woven<L> {
    #[inline(always)]
    fn new(first: Chain<L, Header>, second: Chain<L, Digest>) -> Self {
        Self { first, second, first_words: Making::new(), second_words: Making::new() }
    }

    /// The lanes whose last word has the zeros. After round 60 it is e, which only moves from then on.
    #[inline(always)]
    fn candidates(&self, turn: &Turn<'_>) -> u32 {
        let last_word = self.second.s[7].add_word(&IV_AND_K); // (67 - 60) % 8: where round 60 puts e
        last_word.zero_lanes(turn.zero_bits)
    }

    /// Ends the first hash: its digest is what the next second hash is of.
    #[inline(always)]
    fn digest(&self, turn: &Turn<'_>, second: &mut Schedule<L, Digest>) {
        each!(I in [0 1 2 3 4 5 6 7] second.w[I] = self.first.s[I].add_word(&turn.head.midstate[I]));
    }
}

/// K of the last round is added here, and not in the round.
static IV_AND_K: u32 = IV[7].wrapping_add(K[Digest::LAST_ROUND]);
