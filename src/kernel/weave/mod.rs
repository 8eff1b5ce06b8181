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
//! see `order.rs`. The savings are those of the plain search, and so is the number of operations.

mod chain;
mod order;
mod schedule;

use super::lanes::Lanes;
use super::search::{LENGTH, ONE, T1, T2, nonce, record};
use super::{Candidate, Work, each};
use crate::job::Head;
use crate::sha256::IV;
use chain::Chain;
use schedule::{Digest, Header, Making, Schedule};
use std::ops::Range;

/// Appends every (version, nonce) whose last word has zeros at `work.zero_bits`.
#[inline(always)]
pub(super) fn search<L: Lanes>(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    match work.heads {
        [] => {}
        [_] => turns::<L, false>(work, nonces, out),
        _ => turns::<L, true>(work, nonces, out),
    }
}

/// In each turn the second hash of the turn before and, woven into it, the first hash of the next nonces or version.
/// The first turn has none before it, and in the last one the first hash is in vain.
#[inline(always)]
fn turns<L: Lanes, const ROLLING: bool>(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    let mut memory = Memory::new(&work.tail.block);
    let mut w0 = L::splat(0);
    let mut of = (nonces.end, 0); // of nonces beyond the end, which `record` drops
    let mut at = nonces.start;
    loop {
        let vector = nonce(at as u32); // `nonces` ends at 2^32 at the latest
        memory.first.w[3] = vector;
        if ROLLING {
            order::make_ahead(&mut memory.first);
        }
        for (version, head) in work.heads.iter().enumerate() {
            let mut woven = Woven::new(head, vector, w0, &mut memory);
            if ROLLING {
                order::rolling(&mut woven, &mut memory);
            } else {
                order::one_version(&mut woven, &mut memory);
            }
            let lanes = woven.last_word().zero_lanes(work.zero_bits);
            w0 = woven.digest(head, &mut memory.second);
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

/// The schedules. The steps take words from here at no cost, and leave the registers to the rounds.
struct Memory<L> {
    first: Schedule<L, Header>,
    second: Schedule<L, Digest>,
}

impl<L: Lanes> Memory<L> {
    #[inline(always)]
    fn new(header: &[u32; 16]) -> Self {
        let padding = [0, 0, 0, 0, 0, 0, 0, 0, ONE, 0, 0, 0, 0, 0, 0, LENGTH];
        Self { first: Schedule::new(header), second: Schedule::new(&padding) }
    }
}

/// What is under way, in registers.
struct Woven<L> {
    first: Chain<L, Header>,
    second: Chain<L, Digest>,
    first_words: Making<L, Header>,
    second_words: Making<L, Digest>,
}

impl<L: Lanes> Woven<L> {
    /// The first hash after round 3, and the second after round 0. `w0` is the first word of the digest.
    #[inline(always)]
    fn new(head: &Head, nonce: L, w0: L, memory: &mut Memory<L>) -> Self {
        each!(T in [4 5 6] memory.first.kw[T] = L::splat(head.hkw[T - 4]));
        let (first, second) = (after_round_3(head, nonce), after_round_0(w0));
        Self { first, second, first_words: Making::new(), second_words: Making::new() }
    }

    /// The last word of the second digest: after round 60 it is e, which only moves from then on.
    #[inline(always)]
    fn last_word(&self) -> L {
        self.second.s[7].add_word(&IV_IN_MEMORY[7]) // (67 - 60) % 8: where round 60 puts e
    }

    /// Ends the first hash: its digest is what the next second hash is of. Its first word is wanted at once.
    #[inline(always)]
    fn digest(&self, head: &Head, second: &mut Schedule<L, Digest>) -> L {
        let word = |i: usize| self.first.s[i].add_word(&head.midstate[i]);
        let w0 = word(0);
        second.w[0] = w0;
        each!(I in [1 2 3 4 5 6 7] second.w[I] = word(I));
        w0
    }
}

/// Nothing is missing but the nonce (its bytes swapped) in a and e.
#[inline(always)]
fn after_round_3<L: Lanes>(head: &Head, nonce: L) -> Chain<L, Header> {
    let [a, _, _, _, e, ..] = &head.after_round_3;
    let (a, e) = (nonce.add_word(a), nonce.add_word(e));
    let [_, b, c, d, _, f, g, h] = head.after_round_3.map(L::splat);
    Chain::new([e, f, g, h, a, b, c, d]) // slots as round 4 has them: a in slot 60 % 8 = 4
}

/// Nothing is missing but the first word of the digest in a and e.
#[inline(always)]
fn after_round_0<L: Lanes>(w0: L) -> Chain<L, Digest> {
    let (a, e) = (w0.add_word(&A_AND_E[0]), w0.add_word(&A_AND_E[1]));
    let [b, c, d, _, f, g, h, _] = IV.map(L::splat);
    Chain::new([b, c, d, e, f, g, h, a]) // slots as round 1 has them: a in slot 63 % 8 = 7
}

static IV_IN_MEMORY: [u32; 8] = IV;
static A_AND_E: [u32; 2] = [T1.wrapping_add(T2), T1.wrapping_add(IV[3])];
