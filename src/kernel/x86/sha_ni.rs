//! The SHA extensions: two rounds of one hash an instruction, four nonces in flight to fill the wait for each.
//!
//! `sha256rnds2` keeps the state as ABEF and CDGH, so this is no vector of lanes and has a search of its own, of the
//! same shape as the generic one: the schedule of each nonce once, then every version. Four nonces, because cores
//! differ: Golden Cove starts one such instruction in three cycles, Zen 4 one each cycle, and its result takes four.
//!
//! These instructions exist in the legacy encoding only. Beside dirty upper halves of the vector
//! registers they run up to a hundred times slower, hence a function that enables nothing wider than SSE4.1.

use super::sha_ni_one;
use crate::job::{Head, Tail};
use crate::kernel::schedule::ONE;
use crate::kernel::search::record;
use crate::kernel::{Candidate, Work, each};
use crate::sha256::{IV, K};
use alloc::vec::Vec;
use core::arch::x86_64::*;
use core::ops::Range;

/// Nonces in flight; each of them is a literal below, so that its registers never move.
pub(super) const STREAMS: usize = 4;

#[target_feature(enable = "sha,ssse3,sse4.1")]
#[inline(never)]
pub(in crate::kernel) fn candidates(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    if let [head] = work.heads {
        return sha_ni_one::candidates(head, work, nonces, out);
    }
    let mut at = nonces.start;
    while at < nonces.end {
        let first = at as u32; // `nonces` ends at 2^32 at the latest
        let nonce = words_of_nonces(first);
        let schedule = schedule::<false>(work.tail, nonce);
        for (version, head) in work.heads.iter().enumerate() {
            let lanes = zero_lanes(last_words(head, &schedule, nonce), work.zero_bits);
            if lanes != 0 {
                record(lanes, nonces.end - at, version, first, out);
            }
        }
        at += STREAMS as u64;
    }
}

/// The nonces from `first` on, as the hash reads them.
#[inline(always)]
pub(super) fn words_of_nonces(first: u32) -> [u32; STREAMS] {
    [0, 1, 2, 3].map(|i| first.wrapping_add(i).swap_bytes())
}

/// Bit i is set where stream i has a zero at each of these bits.
#[inline(always)]
pub(super) fn zero_lanes(last: [u32; STREAMS], zero_bits: u32) -> u32 {
    let zero = |i: usize| u32::from(last[i] & zero_bits == 0) << i;
    zero(0) | zero(1) | zero(2) | zero(3)
}

/// Four words of each stream.
pub(super) type Quad = [__m128i; STREAMS];

/// Half of the working variables of each stream in either.
#[derive(Clone, Copy)]
pub(super) struct State {
    pub(super) abef: Quad,
    pub(super) cdgh: Quad,
}

/// Lanes from the lowest up.
#[target_feature(enable = "sse4.1")]
#[inline]
pub(super) fn lanes(w: [u32; 4]) -> __m128i {
    let [a, b, c, d] = w.map(u32::cast_signed);
    _mm_setr_epi32(a, b, c, d)
}

/// The same state in each stream.
#[target_feature(enable = "sse4.1")]
#[inline]
fn packed([a, b, c, d, e, f, g, h]: [u32; 8]) -> State {
    State { abef: [lanes([f, e, b, a]); STREAMS], cdgh: [lanes([h, g, d, c]); STREAMS] }
}

/// K of rounds 4T to 4T + 3 added.
#[target_feature(enable = "sse4.1")]
#[inline]
pub(super) fn plus_k<const T: usize>(mut w: Quad) -> Quad {
    let k = lanes([K[4 * T], K[4 * T + 1], K[4 * T + 2], K[4 * T + 3]]);
    each!(I in [0 1 2 3] w[I] = _mm_add_epi32(w[I], k));
    w
}

/// Words 4T to 4T + 3 of the message schedule, in the place of the oldest of the last sixteen.
#[target_feature(enable = "sha,ssse3,sse4.1")]
#[inline]
pub(super) fn extend<const T: usize>(w: &mut [Quad; 4]) {
    let (mut begun, next) = (w[T % 4], w[(T + 1) % 4]);
    each!(I in [0 1 2 3] begun[I] = _mm_sha256msg1_epu32(begun[I], next[I]));
    extend_from::<T>(w, begun);
}

/// The same, when W[t - 16] + sigma0(W[t - 15]) is known. The compiler does not compute that of constants beforehand.
#[target_feature(enable = "sha,ssse3,sse4.1")]
#[inline]
pub(super) fn extend_from<const T: usize>(w: &mut [Quad; 4], begun: Quad) {
    let (w2, w3) = (w[(T + 2) % 4], w[(T + 3) % 4]);
    each!(I in [0 1 2 3] {
        let older = _mm_add_epi32(begun[I], _mm_alignr_epi8::<4>(w3[I], w2[I]));
        w[T % 4][I] = _mm_sha256msg2_epu32(older, w3[I]);
    });
}

/// The header's second block.
#[target_feature(enable = "sse4.1")]
#[inline]
pub(super) fn first_block(tail: &Tail, nonce: [u32; STREAMS]) -> [Quad; 4] {
    let [w0, w1, w2, ..] = tail.block;
    let same = |words| [lanes(words); STREAMS];
    let mut w = [same([0; 4]), same([0x8000_0000, 0, 0, 0]), same([0; 4]), same([0, 0, 0, 640])];
    each!(I in [0 1 2 3] w[0][I] = lanes([w0, w1, w2, nonce[I]]));
    w
}

/// W + K of rounds 4t to 4t + 3 of the first hash, for t = 1 to 15. One instance for each caller, which the compiler then
/// inlines.
#[target_feature(enable = "sha,ssse3,sse4.1")]
#[inline]
fn schedule<const APART: bool>(tail: &Tail, nonce: [u32; STREAMS]) -> [Quad; 16] {
    let mut w = first_block(tail, nonce);
    let mut schedule = [w[2]; 16];
    each!(T in [1 2 3] schedule[T] = plus_k::<T>(w[T]));
    each!(T in [4 5 6 7 8 9 10 11 12 13 14 15] {
        extend::<T>(&mut w);
        schedule[T] = plus_k::<T>(w[T % 4]);
    });
    schedule
}

/// The same for a caller that enables more and must not have it inlined.
#[target_feature(enable = "sha,ssse3,sse4.1")]
#[inline(never)]
pub(super) fn schedule_apart(tail: &Tail, nonce: [u32; STREAMS]) -> [Quad; 16] {
    schedule::<true>(tail, nonce)
}

#[target_feature(enable = "sha,sse4.1")]
#[inline]
fn two_rounds(s: &mut State, wk: Quad) {
    let abef = s.abef;
    each!(I in [0 1 2 3] s.abef[I] = _mm_sha256rnds2_epu32(s.cdgh[I], abef[I], wk[I]));
    s.cdgh = abef;
}

#[target_feature(enable = "sha,sse4.1")]
#[inline]
pub(super) fn four_rounds(s: &mut State, mut wk: Quad) {
    two_rounds(s, wk);
    each!(I in [0 1 2 3] wk[I] = _mm_shuffle_epi32::<0x0e>(wk[I]));
    two_rounds(s, wk);
}

/// Rounds 0 to 3 of the first hashes are done but for the nonce, which is added to a and e.
#[target_feature(enable = "sse4.1")]
#[inline]
pub(super) fn after_round_3(head: &Head, nonce: [u32; STREAMS]) -> State {
    let mut s = packed(head.after_round_3);
    each!(I in [0 1 2 3] s.abef[I] = _mm_add_epi32(s.abef[I], lanes([0, nonce[I], 0, nonce[I]])));
    s
}

/// The last word of each second digest. The words of the first hashes are made beforehand, for many versions.
#[target_feature(enable = "sha,ssse3,sse4.1")]
#[inline]
fn last_words(head: &Head, schedule: &[Quad; 16], nonce: [u32; STREAMS]) -> [u32; STREAMS] {
    let mut s = after_round_3(head, nonce);
    each!(T in [1 2 3 4 5 6 7 8 9 10 11 12 13 14 15] four_rounds(&mut s, schedule[T]));
    last_words_after::<false>(s, head)
}

/// The last word of each second digest, from the first hashes' last states on. With KNOWN, W[24] to W[27] begin as what the
/// padding makes of them, which is an instruction less and on some cores slower.
#[target_feature(enable = "sha,ssse3,sse4.1")]
#[inline]
pub(super) fn last_words_after<const KNOWN: bool>(mut s: State, head: &Head) -> [u32; STREAMS] {
    let mut w = message(&s, &packed(head.midstate));
    s = packed(IV);
    each!(T in [0 1 2 3] four_rounds(&mut s, plus_k::<T>(w[T])));
    each!(T in [4 5 6 7 8 9 10 11 12 13 14] {
        if KNOWN && T == 6 { extend_from::<T>(&mut w, [lanes([ONE, 0, 0, 0]); STREAMS]) } else { extend::<T>(&mut w) }
        four_rounds(&mut s, plus_k::<T>(w[T % 4]));
    });
    extend::<15>(&mut w);
    // After round 60 the last word is final; it is f after round 61.
    two_rounds(&mut s, plus_k::<15>(w[3]));
    s.abef.map(|abef| _mm_cvtsi128_si32(abef).cast_unsigned().wrapping_add(IV[7]))
}

/// The second hash's block: the first digest, in the order of the schedule, and the padding.
#[target_feature(enable = "ssse3,sse4.1")]
#[inline]
fn message(s: &State, midstate: &State) -> [Quad; 4] {
    let padding = [lanes([0x8000_0000, 0, 0, 0]), lanes([0, 0, 0, 256])];
    let mut w = [[padding[0]; STREAMS], [padding[0]; STREAMS], [padding[0]; STREAMS], [padding[1]; STREAMS]];
    each!(I in [0 1 2 3] {
        let feba = _mm_shuffle_epi32::<0x1b>(_mm_add_epi32(s.abef[I], midstate.abef[I]));
        let dchg = _mm_shuffle_epi32::<0xb1>(_mm_add_epi32(s.cdgh[I], midstate.cdgh[I]));
        w[0][I] = _mm_blend_epi16::<0xf0>(feba, dchg);
        w[1][I] = _mm_alignr_epi8::<8>(dchg, feba);
    });
    w
}
