//! The vector unit's part of a turn: W+K of the second hashes, and what the SHA unit has in between.

use super::super::avx2::V;
use super::super::sha_ni::{Quad, STREAMS, State, lanes};
use super::Heads;
use super::steps::{Column, PAIRS, Pair, Pairs, begin_a_line, four_rounds, place, two_rounds_of_two};
use crate::kernel::each;
use crate::kernel::lanes::Lanes;
use crate::kernel::schedule::{LENGTH, ONE, T1, T2};
use crate::kernel::search::{Window, second_word_begun, second_word_ended};
use crate::sha256::{IV, K};
use core::arch::x86_64::*;

/// W[16] to W[60] are made in halves. So many of them beside the second hashes of the batch before, the rest beside the
/// next first hashes, whose rounds share their words and leave more room.
const EARLIER: usize = 44;
pub(super) const HALVES: usize = 2 * (61 - 16);

/// Halves that are made before a step of the second hashes, of which there are 120. W[0] to W[8] come first.
const fn earlier(step: usize) -> usize {
    step.saturating_sub(10) * EARLIER / 110
}

/// Halves that are made before a step of the first hashes, of which there are 30.
const fn later(step: usize) -> usize {
    EARLIER + step * (HALVES - EARLIER) / 30
}

/// The halves that belong between one step and the next; two at most.
macro_rules! halves {
    ($vectors:ident, $pairs:ident, $tables:ident, $made:ident, $step:ident) => {
        each!(I in [0 1] {
            const HALF: usize = $made($step) + I;
            const T: usize = if HALF < HALVES { 16 + HALF / 2 } else { 60 };
            if HALF < $made($step + 1) {
                $vectors.half::<T>(HALF % 2, &$tables.k, $pairs);
            }
        })
    };
}

/// What the vector unit writes in a turn: one page, exactly. Some CPUs hold up stores that go to two pages by turns where
/// the physical addresses of the two are alike, and those are luck. (The compiler has waiting states elsewhere on the
/// stack, which are few.)
#[repr(C, align(4096))]
pub(super) struct Written {
    /// Of the batch that is done next, and of the one after it; by turns.
    pub(super) seconds: [Pairs; 2],
    pub(super) vectors: Vectors,
}

const _: () = assert!(size_of::<Written>() == 4096);

impl Written {
    #[target_feature(enable = "avx2")]
    pub(super) fn new() -> Self {
        let zero = _mm256_setzero_si256();
        let vectors = Vectors { w: [V(zero); 16], after_round_0: [zero; STREAMS] };
        Self { seconds: [[Pair([zero; 2]); PAIRS]; 2], vectors }
    }
}

/// What a turn only reads, besides the heads.
pub(super) struct Tables {
    /// W+K of the first hashes of four nonces, made anew for the next four.
    pub(super) words: [Quad; 16],
    /// The round constants, in full: with AVX2 an addition takes no single word from memory.
    pub(super) k: [V; 64],
}

impl Tables {
    #[target_feature(enable = "avx2,sse4.1")]
    pub(super) fn new() -> Self {
        Self { words: [[_mm_setzero_si128(); STREAMS]; 16], k: K.map(V::splat) }
    }
}

/// The vector unit's memory.
pub(super) struct Vectors {
    /// The window of eight second schedules.
    w: Window<V>,
    /// ABEF of streams i and i + 4 after round 0 of the second hashes.
    after_round_0: [__m256i; STREAMS],
}

impl Vectors {
    /// The last words of the second digests of the batch before this one.
    #[target_feature(enable = "avx2,sha,ssse3,sse4.1")]
    #[inline]
    pub(super) fn turn(
        &mut self,
        heads: &Heads,
        tables: &Tables,
        nonces: [u32; 2],
        ready: &mut Pairs,
        begun: &mut Pairs,
    ) -> V {
        begin_a_line();
        let mut first = [heads.after_round_3::<0>(nonces[0]), heads.after_round_3::<1>(nonces[1])];
        let words = nonces.map(|nonce| column(&tables.words, nonce));
        each!(G in [0 1] each!(Q in [1 2 3 4 5 6 7 8 9 10 11 12 13 14 15] {
            const STEP: usize = 15 * G + Q - 1;
            four_rounds::<Q>(&mut first[G], words[G]);
            halves!(self, ready, tables, later, STEP);
        }));
        // Before the next message takes their place.
        let mut second = [self.second::<0>(), self.second::<1>()];
        self.message(&first, heads);
        each!(G in [0 1] each!(Q in [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14] each!(PART in [0 1 2 3] {
            const STEP: usize = 60 * G + 4 * Q + PART;
            two_rounds_of_two::<G, Q, PART>(&mut second[G], ready);
            each!(T in [2 4 6 8] if STEP == T { self.pair::<T>(&tables.k, begun) });
            halves!(self, begun, tables, earlier, STEP);
        })));
        let [low, high] = second.map(|s| last_words(&s));
        V(_mm256_set_m128i(high, low)).add(V::splat(IV[7]))
    }

    /// State of group G of the second hashes after round 0.
    #[target_feature(enable = "avx2,sse4.1")]
    #[inline]
    pub(super) fn second<const G: usize>(&self) -> State {
        let half = |v| if G == 0 { _mm256_castsi256_si128(v) } else { _mm256_extracti128_si256::<1>(v) };
        let [_, b, c, _, _, f, g, _] = IV;
        State { abef: self.after_round_0.map(half), cdgh: [lanes([g, f, c, b]); STREAMS] }
    }

    /// Words 0 to 7, which are the first digests, and round 0.
    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn message(&mut self, [low, high]: &[State; 2], heads: &Heads) {
        let digest = |half: usize, low: Quad, high: Quad| {
            transposed(core::array::from_fn(|i| {
                _mm256_add_epi32(_mm256_set_m128i(high[i], low[i]), heads.midstates[half][i])
            }))
        };
        let w = &mut self.w;
        [w[5], w[4], w[1], w[0]] = digest(0, low.abef, high.abef).map(V);
        [w[7], w[6], w[3], w[2]] = digest(1, low.cdgh, high.cdgh).map(V);
        self.after_round_0 = after_round_0(w[0]);
    }

    /// A half of W[T]; after the second one, what can be handed over.
    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn half<const T: usize>(&mut self, half: usize, k: &[V; 64], pairs: &mut Pairs) {
        if half == 0 {
            return second_word_begun::<V, T>(&mut self.w);
        }
        second_word_ended::<V, T>(&mut self.w);
        if T.is_multiple_of(2) {
            self.pair::<T>(k, pairs);
        }
    }

    /// W+K of rounds T - 1 and T.
    #[target_feature(enable = "avx2")]
    #[inline]
    pub(super) fn pair<const T: usize>(&self, k: &[V; 64], pairs: &mut Pairs) {
        let kw = |t: usize| match t {
            8 => V::splat(ONE.wrapping_add(K[8])).0,
            15 => V::splat(LENGTH.wrapping_add(K[15])).0,
            _ => self.w[t % 16].add(k[t]).0,
        };
        pairs[const { place(T / 2 - 1) }] = interleaved(kw(T - 1), kw(T));
    }
}

/// The words of a nonce; the four in the table follow one another from a multiple of four.
#[inline]
pub(super) fn column(words: &[Quad; 16], nonce: u32) -> &Column {
    let from = nonce as usize % STREAMS;
    words.as_flattened()[from..].first_chunk().expect("at most three of the 64 are left out")
}

/// After round 60 the last word is final; it is e.
#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn last_words(s: &State) -> __m128i {
    let [a, b, c, d] = s.abef;
    _mm_unpackhi_epi64(_mm_unpacklo_epi32(a, b), _mm_unpacklo_epi32(c, d))
}

#[target_feature(enable = "avx2")]
#[inline]
pub(super) fn interleaved(a: __m256i, b: __m256i) -> Pair {
    Pair([_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b)])
}

/// Four words of the low halves' four streams, and of the high halves'.
#[target_feature(enable = "avx2")]
#[inline]
fn transposed([a, b, c, d]: [__m256i; STREAMS]) -> [__m256i; STREAMS] {
    let (ab, cd) = (interleaved(a, b).0, interleaved(c, d).0);
    [
        _mm256_unpacklo_epi64(ab[0], cd[0]),
        _mm256_unpackhi_epi64(ab[0], cd[0]),
        _mm256_unpacklo_epi64(ab[1], cd[1]),
        _mm256_unpackhi_epi64(ab[1], cd[1]),
    ]
}

/// F, E, B, A after round 0 of the second hash: two additions.
#[target_feature(enable = "avx2")]
#[inline]
fn after_round_0(w0: V) -> [__m256i; STREAMS] {
    let (a, e) = (w0.add(V::splat(T1.wrapping_add(T2))), w0.add(V::splat(T1.wrapping_add(IV[3]))));
    transposed([V::splat(IV[4]).0, e.0, V::splat(IV[0]).0, a.0])
}
