//! The SHA extensions: four rounds of one hash at a time, several nonces in flight to fill the wait.
//!
//! `sha256rnds2` does two rounds and keeps the state as ABEF and CDGH, so this is no vector of lanes and has
//! a search of its own, of the same shape as the generic one: the schedule of each nonce once, then every version.
//!
//! These instructions exist in the legacy encoding only. Beside dirty upper halves of the vector
//! registers they run a hundred times slower, hence a function that enables nothing wider than SSE4.1.

use crate::job::{Head, Tail};
use crate::kernel::search::record;
use crate::kernel::{Candidate, Work, each};
use crate::sha256::{IV, K};
use std::arch::x86_64::*;
use std::ops::Range;

/// Nonces in flight.
const STREAMS: usize = 2;

#[target_feature(enable = "sha,ssse3,sse4.1")]
#[inline(never)]
pub(in crate::kernel) fn candidates(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    let mut at = nonces.start;
    while at < nonces.end {
        let first = at as u32; // `nonces` ends at 2^32 at the latest
        let nonce: [u32; STREAMS] = std::array::from_fn(|i| first.wrapping_add(i as u32).swap_bytes());
        let schedules = schedules(work.tail, nonce);
        for (version, head) in work.heads.iter().enumerate() {
            let last = last_words(head, &schedules, nonce);
            let zero = |i: usize| u32::from(last[i] & work.zero_bits == 0) << i;
            let lanes = zero(0) | zero(1);
            if lanes != 0 {
                record(lanes, nonces.end - at, version, first, out);
            }
        }
        at += STREAMS as u64;
    }
}

/// W + K of rounds 4t to 4t + 3.
type Quads = [__m128i; 16];

#[derive(Clone, Copy)]
struct State {
    abef: __m128i,
    cdgh: __m128i,
}

/// Lanes from the lowest up.
#[target_feature(enable = "sse4.1")]
#[inline]
fn lanes(w: [u32; 4]) -> __m128i {
    let [a, b, c, d] = w.map(u32::cast_signed);
    _mm_setr_epi32(a, b, c, d)
}

#[target_feature(enable = "sse4.1")]
#[inline]
fn packed([a, b, c, d, e, f, g, h]: [u32; 8]) -> State {
    State { abef: lanes([f, e, b, a]), cdgh: lanes([h, g, d, c]) }
}

#[target_feature(enable = "sse4.1")]
#[inline]
fn k(quad: usize) -> __m128i {
    lanes([K[4 * quad], K[4 * quad + 1], K[4 * quad + 2], K[4 * quad + 3]])
}

/// Words 4T to 4T + 3 of the message schedule, in the place of the oldest of the last sixteen.
#[target_feature(enable = "sha,ssse3,sse4.1")]
#[inline]
fn extend<const T: usize>(w: &mut [__m128i; 4]) {
    let (w0, w1, w2, w3) = (w[T % 4], w[(T + 1) % 4], w[(T + 2) % 4], w[(T + 3) % 4]);
    let older = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8::<4>(w3, w2));
    w[T % 4] = _mm_sha256msg2_epu32(older, w3);
}

/// The schedule of each nonce, all of them step by step, so that one fills the waits of another.
#[target_feature(enable = "sha,ssse3,sse4.1")]
#[inline]
fn schedules(tail: &Tail, nonce: [u32; STREAMS]) -> [Quads; STREAMS] {
    let [w0, w1, w2, _, ..] = tail.block;
    let padding = [lanes([0x8000_0000, 0, 0, 0]), _mm_setzero_si128(), lanes([0, 0, 0, 640])];
    let mut w = nonce.map(|nonce| [lanes([w0, w1, w2, nonce]), padding[0], padding[1], padding[2]]);
    let mut quads = [[_mm_setzero_si128(); 16]; STREAMS];
    each!(T in [1 2 3] {
        quads[0][T] = _mm_add_epi32(w[0][T], k(T));
        quads[1][T] = quads[0][T];
    });
    each!(T in [4 5 6 7 8 9 10 11 12 13 14 15] {
        extend::<T>(&mut w[0]);
        extend::<T>(&mut w[1]);
        quads[0][T] = _mm_add_epi32(w[0][T % 4], k(T));
        quads[1][T] = _mm_add_epi32(w[1][T % 4], k(T));
    });
    quads
}

#[target_feature(enable = "sha,sse4.1")]
#[inline]
fn two_rounds(s: State, wk: __m128i) -> State {
    State { abef: _mm_sha256rnds2_epu32(s.cdgh, s.abef, wk), cdgh: s.abef }
}

#[target_feature(enable = "sha,sse4.1")]
#[inline]
fn four_rounds(s: State, wk: __m128i) -> State {
    two_rounds(two_rounds(s, wk), _mm_shuffle_epi32::<0x0e>(wk))
}

/// The last word of each second digest.
#[target_feature(enable = "sha,ssse3,sse4.1")]
#[inline]
fn last_words(head: &Head, schedules: &[Quads; STREAMS], nonce: [u32; STREAMS]) -> [u32; STREAMS] {
    let after_round_3 = packed(head.after_round_3);
    // Rounds 0 to 3 are done but for the nonce, which is added to a and e.
    let mut s = nonce.map(|n| State { abef: _mm_add_epi32(after_round_3.abef, lanes([0, n, 0, n])), ..after_round_3 });
    each!(T in [1 2 3 4 5 6 7 8 9 10 11 12 13 14 15] {
        s = [four_rounds(s[0], schedules[0][T]), four_rounds(s[1], schedules[1][T])];
    });
    let midstate = packed(head.midstate);
    let mut w = s.map(|s| message(s, midstate));
    let mut s = [packed(IV); STREAMS];
    each!(T in [0 1 2 3] s = both(s, &w, T));
    each!(T in [4 5 6 7 8 9 10 11 12 13 14] {
        extend::<T>(&mut w[0]);
        extend::<T>(&mut w[1]);
        s = both(s, &w, T);
    });
    // After round 60 the last word is final; it is f after round 61.
    extend::<15>(&mut w[0]);
    extend::<15>(&mut w[1]);
    [0, 1].map(|i| {
        let s = two_rounds(s[i], _mm_add_epi32(w[i][15 % 4], k(15)));
        _mm_cvtsi128_si32(s.abef).cast_unsigned().wrapping_add(IV[7])
    })
}

/// Rounds 4t to 4t + 3 of both streams.
#[target_feature(enable = "sha,sse4.1")]
#[inline]
fn both(s: [State; STREAMS], w: &[[__m128i; 4]; STREAMS], t: usize) -> [State; STREAMS] {
    let wk = [_mm_add_epi32(w[0][t % 4], k(t)), _mm_add_epi32(w[1][t % 4], k(t))];
    [four_rounds(s[0], wk[0]), four_rounds(s[1], wk[1])]
}

/// The second hash's block: the first digest, in the order of the schedule, and the padding.
#[target_feature(enable = "ssse3,sse4.1")]
#[inline]
fn message(s: State, midstate: State) -> [__m128i; 4] {
    let feba = _mm_shuffle_epi32::<0x1b>(_mm_add_epi32(s.abef, midstate.abef));
    let dchg = _mm_shuffle_epi32::<0xb1>(_mm_add_epi32(s.cdgh, midstate.cdgh));
    [
        _mm_blend_epi16::<0xf0>(feba, dchg),
        _mm_alignr_epi8::<8>(dchg, feba),
        lanes([0x8000_0000, 0, 0, 0]),
        lanes([0, 0, 0, 256]),
    ]
}
