//! One version: the first hashes of eight nonces differ in their words too, and the vector unit makes those as well.
//!
//! An iteration is that of many versions and one thing more: W+K of the next eight first hashes take the places of those that
//! both groups of the SHA unit have used, from the middle of the first hashes on.

use super::super::avx2::V;
use super::super::sha_ni::{STREAMS, State, lanes, schedule_apart};
use super::steps::{
    FIRST_PAIRS, FirstPairs, Pair, Pairs, begin_a_line, four_rounds, two_rounds_of_two, two_rounds_of_two_firsts,
};
use super::vectors::{HALVES, Tables, Vectors, Written, column, interleaved, last_words};
use super::{BATCH, Heads};
use crate::job::{Head, Tail};
use crate::kernel::lanes::Lanes;
use crate::kernel::schedule::constant;
use crate::kernel::search::{Window, before, nonce, record, sigma0, sigma1};
use crate::kernel::{Candidate, Work, each};
use crate::sha256::{IV, K};
use alloc::vec::Vec;
use core::arch::x86_64::*;
use core::mem::swap;
use core::ops::Range;

/// Steps of the first hashes: of each group three with four rounds of words that all share, and 48.
const FIRST_STEPS: usize = 2 * (3 + 48);
/// Those of the second hashes follow.
const STEPS: usize = FIRST_STEPS + 120;

/// Halves of the second hashes' words that are made beside the second hashes before them, and the step of the first hashes
/// by which the rest is made. Both are measured, as is `BEGIN`.
const EARLIER: usize = 40;
const LATEST: usize = 70;

/// Halves of the second hashes' words that are made before a step of the second hashes.
const fn earlier(step: usize) -> usize {
    step.saturating_sub(10) * EARLIER / 110
}

/// Those that are made before a step of the first hashes.
const fn later(step: usize) -> usize {
    let step = if step > LATEST { LATEST } else { step };
    EARLIER + step * (HALVES - EARLIER) / LATEST
}

/// W[18] to W[63] of the next first hashes are made in halves too, from this step on: a word takes the place of one that
/// the rounds of both groups have used by then.
const BEGIN: usize = 56;
const FIRST_HALVES: usize = 2 * (64 - 18);

const fn firsts(step: usize) -> usize {
    step.saturating_sub(BEGIN) * FIRST_HALVES / (STEPS - BEGIN)
}

/// What the vector unit knows of the first hashes.
struct Firsts {
    /// W+K of rounds 16 to 63.
    pairs: FirstPairs,
    /// The window of the next schedules.
    w: Window<V>,
    /// What of the words no nonce changes.
    constants: [V; 34],
}

impl Firsts {
    #[target_feature(enable = "avx2")]
    fn new(tail: &Tail, nonces: V, k: &[V; 64]) -> Self {
        let zero = V::splat(0);
        let mut firsts =
            Self { pairs: [Pair([zero.0; 2]); FIRST_PAIRS], w: [zero; 16], constants: constants(tail).map(V::splat) };
        firsts.pairs[0] = interleaved(firsts.constants[16].add(k[16]).0, firsts.constants[17].add(k[17]).0);
        firsts.all(nonces, k);
        firsts
    }

    /// All words at once, for the first iteration.
    #[target_feature(enable = "avx2")]
    #[inline(never)]
    fn all(&mut self, nonces: V, k: &[V; 64]) {
        each!(T in [
            18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54
            55 56 57 58 59 60 61 62 63
        ] each!(HALF in [0 1] self.half::<T>(HALF, nonces, k)));
    }

    /// A half of W[T]; after the second one of an odd word, what can be handed over.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn half<const T: usize>(&mut self, half: usize, nonces: V, k: &[V; 64]) {
        let (w, c) = (&mut self.w, &self.constants);
        let [w16, w15, w7, w2] = before::<V, T>(w);
        if half == 0 {
            w[T % 16] = match T {
                18 => sigma0(nonces).add(c[T]),
                19 => nonces.add(c[T]),
                20..=24 => c[T],
                25..=29 => w7,
                30..=32 => w7.add(c[T]),
                33 => w7.add(c[T]).add(sigma0(w15)),
                _ => w16.add(sigma0(w15)).add(w7),
            };
            return;
        }
        if T >= 20 {
            w[T % 16] = w[T % 16].add(sigma1(w2));
        }
        if !T.is_multiple_of(2) {
            self.pairs[T / 2 - 8] = interleaved(w[(T - 1) % 16].add(k[T - 1]).0, w[T % 16].add(k[T]).0);
        }
    }
}

fn constants(tail: &Tail) -> [u32; 34] {
    let mut constants = [0; 34];
    each!(T in [16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33] constants[T] = constant::<T>(&tail.block));
    constants
}

/// The halves that belong between one step and the next; two at most.
macro_rules! halves {
    ($made:ident($step:expr) of $all:ident from $first:literal: $T:ident, $half:ident => $make:expr) => {
        each!(I in [0 1] {
            const HALF: usize = $made($step) + I;
            const $T: usize = if HALF < $all { $first + HALF / 2 } else { 60 };
            let $half = HALF % 2;
            if HALF < $made($step + 1) { $make }
        })
    };
}

/// What an iteration writes beside what it only reads, in one piece as for many versions.
#[repr(C, align(4096))]
struct Memory {
    written: Written,
    firsts: Firsts,
    tables: Tables,
}

impl Vectors {
    /// The first hashes of the eight nonces from `at` on, beside them words of the second hashes before them.
    #[target_feature(enable = "avx2,sha,ssse3,sse4.1")]
    #[inline]
    fn first_hashes(
        &mut self,
        heads: &Heads,
        tables: &Tables,
        table: &mut Firsts,
        at: u32,
        ready: &mut Pairs,
    ) -> [State; 2] {
        begin_a_line();
        let mut first = [heads.after_round_3_of_four::<0>(at), heads.after_round_3_of_four::<1>(at)];
        let next = nonce::<V>(at.wrapping_add(BATCH as u32)); // eight
        let words = column(&tables.words, 0);
        each!(G in [0 1] {
            each!(Q in [1 2 3] {
                const STEP: usize = 51 * G + Q - 1;
                four_rounds::<Q>(&mut first[G], words);
                halves!(later(STEP) of HALVES from 16: T, half => self.half::<T>(half, &tables.k, ready));
                halves!(firsts(STEP) of FIRST_HALVES from 18: T, half => table.half::<T>(half, next, &tables.k));
            });
            each!(Q in [4 5 6 7 8 9 10 11 12 13 14 15] each!(PART in [0 1 2 3] {
                const STEP: usize = 51 * G + 3 + 4 * (Q - 4) + PART;
                two_rounds_of_two_firsts::<G, Q, PART>(&mut first[G], &table.pairs);
                halves!(later(STEP) of HALVES from 16: T, half => self.half::<T>(half, &tables.k, ready));
                halves!(firsts(STEP) of FIRST_HALVES from 18: T, half => table.half::<T>(half, next, &tables.k));
            }));
        });
        first
    }

    /// The last words of the second hashes before, beside them the first words of the next and the rest of the first
    /// hashes' words.
    #[target_feature(enable = "avx2,sha,ssse3,sse4.1")]
    #[inline]
    fn second_hashes(
        &mut self,
        second: &mut [State; 2],
        tables: &Tables,
        table: &mut Firsts,
        next: V,
        [ready, begun]: [&mut Pairs; 2],
    ) -> V {
        each!(G in [0 1] each!(Q in [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14] each!(PART in [0 1 2 3] {
            const STEP: usize = 60 * G + 4 * Q + PART;
            two_rounds_of_two::<G, Q, PART>(&mut second[G], ready);
            each!(T in [2 4 6 8] if STEP == T { self.pair::<T>(&tables.k, begun) });
            halves!(earlier(STEP) of HALVES from 16: T, half => self.half::<T>(half, &tables.k, begun));
            halves!(firsts(FIRST_STEPS + STEP) of FIRST_HALVES from 18: T, half => {
                table.half::<T>(half, next, &tables.k);
            });
        })));
        let [low, high] = [last_words(&second[0]), last_words(&second[1])];
        V(_mm256_set_m128i(high, low)).add(V::splat(IV[7]))
    }
}

impl Heads {
    /// Rounds 0 to 3 of group G, the nonces of all eight from `first` on.
    #[target_feature(enable = "sse4.1,avx2")]
    #[inline]
    fn after_round_3_of_four<const G: usize>(&self, first: u32) -> State {
        let word = |i: usize| first.wrapping_add((STREAMS * G + i) as u32).swap_bytes(); // below eight
        State {
            abef: core::array::from_fn(|i| _mm_add_epi32(self.abef[0], lanes([0, word(i), 0, word(i)]))),
            cdgh: [self.cdgh[0]; STREAMS],
        }
    }
}

#[target_feature(enable = "avx2,sha,ssse3,sse4.1")]
#[inline(never)]
pub(super) fn candidates(head: &Head, work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    let heads = Heads::new([head; BATCH]);
    let mut tables = Tables::new();
    tables.words = schedule_apart(work.tail, [0; STREAMS]); // words 4 to 15, which no nonce changes
    let firsts = Firsts::new(work.tail, nonce(nonces.start as u32), &K.map(V::splat)); // `nonces` ends at 2^32 at the latest
    let mut memory = Memory { written: Written::new(), firsts, tables };
    // Its address is shown to the compiler as if someone kept it: it stays one aligned piece.
    let Memory { written: Written { seconds: [ready, begun], vectors }, firsts, tables } =
        core::hint::black_box(&mut memory);
    let (mut ready, mut begun) = (ready, begun);
    let (mut of, mut at) = (nonces.end, nonces.start); // of nonces beyond the end, which `record` drops
    loop {
        let first = vectors.first_hashes(&heads, tables, firsts, at as u32, ready);
        // Before the next message takes their place.
        let mut second = [vectors.second::<0>(), vectors.second::<1>()];
        vectors.message(&first, &heads);
        let next = nonce(at.wrapping_add(BATCH as u64) as u32);
        let last = vectors.second_hashes(&mut second, tables, firsts, next, [&mut *ready, &mut *begun]);
        let lanes = last.zero_lanes(work.zero_bits);
        swap(&mut ready, &mut begun);
        if lanes != 0 {
            record(lanes, nonces.end - of, 0, of as u32, out);
        }
        if at >= nonces.end {
            return;
        }
        of = at;
        at += BATCH as u64;
    }
}
