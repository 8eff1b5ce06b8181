//! Two units at once: the SHA unit does the rounds, the vector unit the message schedules of the second hashes.
//!
//! `sha-ni` spends two fifths of its time in the instructions that make a schedule, on the one pipe that its rounds
//! need too. Eight schedules side by side are little work for the other pipes. A batch is one nonce in eight versions:
//!
//! ```text
//! turn i   SHA unit      first hashes of batch i (one W+K for all), second hashes of batch i - 2
//!          vector unit   W+K of the second hashes of batch i - 1
//! ```
//!
//! Within a turn neither unit waits for the other; their steps stand side by side in the source.

use super::avx512::candidates as of_few_versions;
use super::avx512vl::V;
use super::sha_ni::{STREAMS, State, lanes, packed, two_rounds};
use crate::job::Head;
use crate::kernel::lanes::Lanes;
use crate::kernel::search::{Window, second_word, sum};
use crate::kernel::{Candidate, Work, each};
use crate::sha256::{self, IV, K};
use std::arch::{asm, x86_64::*};
use std::ops::Range;

/// Versions in a batch: the lanes of a vector, and two groups of the SHA unit's streams.
pub(in crate::kernel) const BATCH: usize = 8;

#[target_feature(enable = "avx512f,avx512vl,sha,ssse3,sse4.1")]
#[inline(never)]
pub(in crate::kernel) fn candidates(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    let Some(filler) = work.heads.get(BATCH - 1) else { return of_few_versions(work, nonces, out) };
    let mut units = Units::new(work.zero_bits);
    let mut under_way = [Batch { nonce: 0, version: 0, versions: 0 }; 2];
    let (mut at, mut in_vain) = (nonces.start, 0);
    loop {
        let nonce = at as u32; // `nonces` ends at 2^32 at the latest
        let words = first_words(&work.tail.with_nonce(nonce));
        for (i, heads) in work.heads.chunks(BATCH).enumerate() {
            let heads = std::array::from_fn(|lane| heads.get(lane).unwrap_or(filler));
            under_way[0].report(units.turn(heads, &words, nonce), out);
            under_way = [under_way[1], Batch { nonce, version: i * BATCH, versions: work.heads.len() - i * BATCH }];
            in_vain += u32::from(at >= nonces.end); // two turns more, to end what is under way
            if in_vain == 2 {
                return;
            }
        }
        at += 1;
    }
}

/// What a turn that ends two turns later is about.
#[derive(Clone, Copy)]
struct Batch {
    nonce: u32,
    version: usize,
    /// From this one on; more than fill a batch do not matter.
    versions: usize,
}

impl Batch {
    /// The versions that hit, less those that only fill the batch up.
    #[inline]
    fn report(self, hits: u32, out: &mut Vec<Candidate>) {
        if hits != 0 {
            self.record(hits, out);
        }
    }

    #[cold]
    #[inline(never)]
    fn record(self, hits: u32, out: &mut Vec<Candidate>) {
        let hits = (0..self.versions.min(BATCH)).filter(|lane| hits >> lane & 1 == 1);
        out.extend(hits.map(|lane| Candidate { version: self.version + lane, nonce: self.nonce }));
    }
}

/// W+K of rounds 2t and 2t + 1 of eight second hashes, as `vpunpckldq` and `vpunpckhdq` leave them.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Pair([__m256i; 2]);

/// Which hash of a batch has the n-th place in a `Pair`.
const ORDER: [usize; BATCH] = [0, 1, 4, 5, 2, 3, 6, 7];

/// What the two units hand each other from turn to turn.
struct Units {
    /// First digests of the batch before, as F, E, B, A, H, G, D, C.
    digests: [__m256i; BATCH],
    /// In turns the one that is written and the one that is read.
    pairs: [[Pair; 31]; 2],
    flip: bool,
    zero_bits: u32,
}

impl Units {
    #[target_feature(enable = "avx512f,avx512vl")]
    #[inline]
    fn new(zero_bits: u32) -> Self {
        let zero = _mm256_setzero_si256();
        let mut pairs = [Pair([zero; 2]); 31];
        // Words 8 to 15 are padding and never change.
        let mut w = [V::splat(0); 16];
        (w[8], w[15]) = (V::splat(0x8000_0000), V::splat(256));
        each!(I in [4 5 6 7] pairs[I] = pair(&w, I));
        Self { digests: [zero; BATCH], pairs: [pairs; 2], flip: false, zero_bits }
    }

    /// Which second hashes of the batch before the last have zeros where the target has them.
    #[target_feature(enable = "avx512f,avx512vl,sha,ssse3,sse4.1")]
    #[inline]
    fn turn(&mut self, heads: [&Head; BATCH], words: &[__m128i; 16], nonce: u32) -> u32 {
        let mut w = message(&self.digests);
        self.flip = !self.flip;
        let [one, other] = &mut self.pairs;
        let (written, read) = if self.flip { (one, other) } else { (other, one) };
        each!(I in [0 1 2 3] written[I] = pair(&w, I));
        let mut hits = 0;
        each!(G in [0 1] {
            let heads = [heads[4 * G], heads[4 * G + 1], heads[4 * G + 2], heads[4 * G + 3]];
            let mut s = after_round_3(heads, nonce);
            each!(Q in [1 2 3 4 5 6 7 8 9 10 11 12 13 14 15] {
                const T: usize = 15 + 15 * G + Q;
                two_rounds(&mut s, [words[Q]; STREAMS]);
                two_rounds(&mut s, [_mm_shuffle_epi32::<0x0e>(words[Q]); STREAMS]);
                word::<T>(&mut w, written);
                side_by_side(&mut s, &mut w[T % 16]);
            });
            each!(I in [0 1 2 3] self.digests[STREAMS * G + I] = digest(&s, I, heads[I]));
        });
        each!(G in [0 1] {
            let mut s = packed(IV);
            each!(Q in [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14] {
                const T: usize = 46 + 15 * G + Q;
                const FIRST: usize = 2 * Q;
                const SECOND: usize = 2 * Q + 1;
                two_rounds(&mut s, four::<G>(&read[FIRST]));
                two_rounds(&mut s, four::<G>(&read[SECOND]));
                word::<T>(&mut w, written);
                side_by_side(&mut s, &mut w[T % 16]);
            });
            two_rounds(&mut s, four::<G>(&read[30]));
            hits |= zeros::<G>(&s, self.zero_bits);
        });
        hits
    }
}

/// After round 60 the last word is final; it is f after round 61.
#[target_feature(enable = "avx512f,avx512vl,sse4.1")]
#[inline]
fn zeros<const G: usize>(s: &State, zero_bits: u32) -> u32 {
    let [a, b, c, d] = s.abef;
    let f = _mm_unpacklo_epi64(_mm_unpacklo_epi32(a, b), _mm_unpacklo_epi32(c, d));
    let last = _mm_add_epi32(f, _mm_set1_epi32(IV[7].cast_signed()));
    let zeros = u32::from(_mm_testn_epi32_mask(last, _mm_set1_epi32(zero_bits.cast_signed())));
    let [low, high] = [ORDER[STREAMS * G], ORDER[STREAMS * G + 2]];
    (zeros & 3) << low | (zeros >> 2) << high
}

/// W+K of the first hash, four rounds to a register.
#[target_feature(enable = "sse4.1")]
#[inline]
fn first_words(block: &[u32; 16]) -> [__m128i; 16] {
    let w = sha256::schedule(block);
    let wk = |t: usize| w[t].wrapping_add(K[t]);
    std::array::from_fn(|t| lanes([wk(4 * t), wk(4 * t + 1), wk(4 * t + 2), wk(4 * t + 3)]))
}

/// a to h as F, E, B, A, H, G, D, C.
#[target_feature(enable = "avx512f,avx512vl")]
#[inline]
fn feba_hgdc(state: &[u32; 8]) -> __m256i {
    let order = _mm256_setr_epi32(5, 4, 1, 0, 7, 6, 3, 2);
    // SAFETY: eight words are what is read.
    _mm256_permutevar8x32_epi32(unsafe { _mm256_loadu_si256(state.as_ptr().cast()) }, order)
}

/// Rounds 0 to 3 are done but for the nonce, which is added to a and e.
#[target_feature(enable = "avx512f,avx512vl,sse4.1")]
#[inline]
fn after_round_3(heads: [&Head; STREAMS], nonce: u32) -> State {
    let nonce = nonce.swap_bytes();
    let nonce = lanes([0, nonce, 0, nonce]);
    let states = heads.map(|head| feba_hgdc(&head.after_round_3));
    State {
        abef: states.map(|s| _mm_add_epi32(_mm256_castsi256_si128(s), nonce)),
        cdgh: states.map(|s| _mm256_extracti128_si256::<1>(s)),
    }
}

#[target_feature(enable = "avx512f,avx512vl")]
#[inline]
fn digest(s: &State, stream: usize, head: &Head) -> __m256i {
    _mm256_add_epi32(_mm256_set_m128i(s.cdgh[stream], s.abef[stream]), feba_hgdc(&head.midstate))
}

/// Eight digests, transposed, and the padding: the sixteen words that the second schedules begin with.
#[target_feature(enable = "avx512f,avx512vl")]
#[inline]
fn message(digests: &[__m256i; BATCH]) -> Window<V> {
    let low = quarter([digests[0], digests[1], digests[2], digests[3]]);
    let high = quarter([digests[4], digests[5], digests[6], digests[7]]);
    let [w5, w4, w1, w0] = [0, 1, 2, 3].map(|i| V(_mm256_permute2x128_si256::<0x20>(low[i], high[i])));
    let [w7, w6, w3, w2] = [0, 1, 2, 3].map(|i| V(_mm256_permute2x128_si256::<0x31>(low[i], high[i])));
    let zero = V::splat(0);
    let (one, length) = (V::splat(0x8000_0000), V::splat(256));
    [w0, w1, w2, w3, w4, w5, w6, w7, one, zero, zero, zero, zero, zero, zero, length]
}

/// The words of four digests side by side, those of the upper halves in the upper halves.
#[target_feature(enable = "avx512f,avx512vl")]
#[inline]
fn quarter([a, b, c, d]: [__m256i; 4]) -> [__m256i; 4] {
    let (ab, cd) = (_mm256_unpacklo_epi32(a, b), _mm256_unpacklo_epi32(c, d));
    let (ab_high, cd_high) = (_mm256_unpackhi_epi32(a, b), _mm256_unpackhi_epi32(c, d));
    [
        _mm256_unpacklo_epi64(ab, cd),
        _mm256_unpackhi_epi64(ab, cd),
        _mm256_unpacklo_epi64(ab_high, cd_high),
        _mm256_unpackhi_epi64(ab_high, cd_high),
    ]
}

/// W[T], and with every second word its pair. Nobody reads W[61].
#[target_feature(enable = "avx512f,avx512vl")]
#[inline]
fn word<const T: usize>(w: &mut Window<V>, pairs: &mut [Pair; 31]) {
    if T <= 60 {
        second_word::<V, T>(w);
    }
    if T % 2 == 1 && T <= 61 {
        pairs[T / 2] = pair(w, T / 2);
    }
}

/// An empty instruction that the compiler takes for one which changes all of these: what makes them stays before it, and
/// what needs them after it. Left alone, it would put the work of one unit behind that of the other.
#[target_feature(enable = "avx512f,avx512vl")]
#[inline]
fn side_by_side(s: &mut State, w: &mut V) {
    let [a, b, c, d] = &mut s.abef;
    // SAFETY: it is empty.
    unsafe {
        asm!("/* {} {} {} {} {} */", inout(xmm_reg) *a, inout(xmm_reg) *b, inout(xmm_reg) *c, inout(xmm_reg) *d,
            inout(ymm_reg) w.0, options(pure, nomem, nostack, preserves_flags));
    }
}

/// W+K of rounds 2i and 2i + 1.
#[target_feature(enable = "avx512f,avx512vl")]
#[inline]
fn pair(w: &Window<V>, i: usize) -> Pair {
    let [even, odd] = [2 * i, 2 * i + 1].map(|t| sum(w[t % 16], K[t]).0);
    Pair([_mm256_unpacklo_epi32(even, odd), _mm256_unpackhi_epi32(even, odd)])
}

/// Two words of each stream of group G, where `sha256rnds2` wants them.
#[target_feature(enable = "avx512f,avx512vl")]
#[inline]
fn four<const G: usize>(pair: &Pair) -> [__m128i; STREAMS] {
    let words = pair.0.as_ptr().cast::<u64>();
    // SAFETY: a pair holds eight times two words, those of group G behind those of the groups before.
    let read = |i: usize| unsafe { _mm_loadl_epi64(words.add(STREAMS * G + i).cast()) };
    [read(0), read(1), read(2), read(3)]
}
