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
//! The rounds are unrolled by macro over literals, so that the working variables never move: in round
//! t the variable called `a` lives in slot (64 - t) % 8, and each slot is a register.
//!
//! In the compiled AVX-512 function each rotate is one `vprord`, each xor3, Ch and Maj one
//! `vpternlogd`, and there is no call but the one to `record`.

use super::each;
use super::lanes::Lanes;
use super::{Candidate, Work};
use crate::job::{Head, Tail};
use crate::sha256::{IV, K, big_sigma0, big_sigma1, ch, maj, small_sigma0, small_sigma1};
use std::ops::Range;

/// W[t] + K[t] of the second block. Aligned, for an unlucky offset costs 5 %.
#[repr(align(64))]
struct Schedule<L>([L; 64]);

/// Appends every (version, nonce) whose last word has zeros at `work.zero_bits`.
#[inline(always)]
pub(super) fn search<L: Lanes>(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    let mut schedule = Schedule([L::splat(0); 64]);
    // Its address is shown to the compiler as if someone kept it: it stays one aligned table, and with it the
    // whole stack frame is aligned. Split up, its vectors and all spills would straddle cache lines.
    std::hint::black_box(&mut schedule);
    let mut at = nonces.start;
    while at < nonces.end {
        let first = at as u32; // `nonces` ends at 2^32 at the latest
        let nonce = swap_bytes(L::count_up(first));
        fill_schedule(&mut schedule.0, work.tail, nonce);
        for (version, head) in work.heads.iter().enumerate() {
            let digest = first_hash(head, &schedule.0, nonce);
            let lanes = last_word(digest).zero_lanes(work.zero_bits);
            if lanes != 0 {
                record(lanes, nonces.end - at, version, first, out);
            }
        }
        at += L::N as u64; // at most 32
    }
}

/// The lanes that hit, less those beyond the end of the range.
#[cold]
#[inline(never)]
pub(super) fn record(lanes: u32, left: u64, version: usize, first: u32, out: &mut Vec<Candidate>) {
    let in_range = (0..32).filter(|&lane| u64::from(lane) < left && lanes >> lane & 1 == 1);
    out.extend(in_range.map(|lane| Candidate { version, nonce: first + lane }));
}

#[inline(always)]
fn sum<L: Lanes>(x: L, constant: u32) -> L {
    x.add(L::splat(constant))
}
/// The nonce is little-endian in the header and read as big-endian by the hash.
#[inline(always)]
fn swap_bytes<L: Lanes>(x: L) -> L {
    L::splat(0x00ff_00ff).ch(x.rotr::<24>(), x.rotr::<8>())
}
#[inline(always)]
fn sigma0<L: Lanes>(x: L) -> L {
    x.rotr::<7>().xor3(x.rotr::<18>(), x.shr::<3>())
}
#[inline(always)]
fn sigma1<L: Lanes>(x: L) -> L {
    x.rotr::<17>().xor3(x.rotr::<19>(), x.shr::<10>())
}

/// One step of the message schedule in a window of sixteen words: W[T] takes the place of W[T - 16].
#[inline(always)]
fn extend<L: Lanes, const T: usize>(w: &mut [L; 16]) {
    let older = w[T % 16].add(sigma0(w[(T + 1) % 16]));
    w[T % 16] = older.add(w[(T + 9) % 16]).add(sigma1(w[(T + 14) % 16]));
}

/// Round T; `hkw` is h + K[T] + W[T].
#[inline(always)]
fn round_with_h<L: Lanes, const T: usize>(s: &mut [L; 8], hkw: L) {
    let (d, h, t1) = t1::<L, T>(s, hkw);
    let a = s[(64 - T) % 8];
    let big_sigma0 = a.rotr::<2>().xor3(a.rotr::<13>(), a.rotr::<22>());
    let t2 = big_sigma0.add(a.maj(s[(65 - T) % 8], s[(66 - T) % 8]));
    s[d] = s[d].add(t1);
    s[h] = t1.add(t2);
}

/// Round T; `kw` is K[T] + W[T].
#[inline(always)]
fn round<L: Lanes, const T: usize>(s: &mut [L; 8], kw: L) {
    round_with_h::<L, T>(s, s[(71 - T) % 8].add(kw));
}

/// The half of round T that makes e; a of these last rounds is never read again.
#[inline(always)]
fn round_e_only<L: Lanes, const T: usize>(s: &mut [L; 8], kw: L) {
    let (d, _, t1) = t1::<L, T>(s, s[(71 - T) % 8].add(kw));
    s[d] = s[d].add(t1);
}

/// The slots of d and h in round T, and T1.
#[inline(always)]
fn t1<L: Lanes, const T: usize>(s: &[L; 8], hkw: L) -> (usize, usize, L) {
    let e = s[(68 - T) % 8];
    let big_sigma1 = e.rotr::<6>().xor3(e.rotr::<11>(), e.rotr::<25>());
    let ch = e.ch(s[(69 - T) % 8], s[(70 - T) % 8]);
    ((67 - T) % 8, (71 - T) % 8, hkw.add(ch).add(big_sigma1))
}

/// Rounds 4 to 63 take these: K[t] + W[t]. Words 4 to 15 are padding, 16 and 17 know no nonce,
/// and up to 32 whatever is zero or constant is left out or added up beforehand.
#[inline(always)]
fn fill_schedule<L: Lanes>(kw: &mut [L; 64], tail: &Tail, nonce: L) {
    let block = &tail.block;
    let c16 = small_sigma0(block[1]).wrapping_add(block[0]);
    let c17 = small_sigma1(640).wrapping_add(small_sigma0(block[2])).wrapping_add(block[1]);
    let c18 = small_sigma1(c16).wrapping_add(block[2]);
    let c19 = small_sigma1(c17).wrapping_add(small_sigma0(0x8000_0000));
    let c31 = small_sigma0(c16).wrapping_add(640);
    let c32 = small_sigma0(c17).wrapping_add(c16);

    let mut w = [L::splat(0); 16];
    (w[0], w[1]) = (L::splat(c16), L::splat(c17));
    w[2] = sum(sigma0(nonce), c18); // W18
    w[3] = sum(nonce, c19); // W19
    w[4] = sum(sigma1(w[2]), 0x8000_0000);
    w[5] = sigma1(w[3]);
    w[6] = sum(sigma1(w[4]), 640);
    w[7] = sum(sigma1(w[5]), c16);
    w[8] = sum(sigma1(w[6]), c17);
    w[9] = sigma1(w[7]).add(w[2]);
    w[10] = sigma1(w[8]).add(w[3]);
    w[11] = sigma1(w[9]).add(w[4]);
    w[12] = sigma1(w[10]).add(w[5]);
    w[13] = sigma1(w[11]).add(w[6]);
    w[14] = sum(sigma1(w[12]).add(w[7]), small_sigma0(640)); // W30
    w[15] = sum(sigma1(w[13]).add(w[8]), c31);
    for t in 7..16 {
        kw[t] = L::splat(K[t].wrapping_add(block[t]));
    }
    kw[16] = L::splat(K[16].wrapping_add(c16));
    kw[17] = L::splat(K[17].wrapping_add(c17));
    each!(T in [18 19 20 21 22 23 24 25 26 27 28 29 30 31] kw[T] = sum(w[T % 16], K[T]));
    w[0] = sum(sigma1(w[14]).add(w[9]), c32);
    kw[32] = sum(w[0], K[32]);
    w[1] = sum(sigma1(w[15]).add(w[10]), c17).add(sigma0(w[2]));
    kw[33] = sum(w[1], K[33]);
    each!(T in [34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63] {
        extend::<L, T>(&mut w);
        kw[T] = sum(w[T % 16], K[T]);
    });
}

/// The digest of the first hash: rounds 4 to 63 from what the job did ahead.
#[inline(always)]
fn first_hash<L: Lanes>(head: &Head, kw: &[L; 64], nonce: L) -> [L; 8] {
    let [a, b, c, d, e, f, g, h] = head.after_round_3;
    let (a, e) = (sum(nonce, a), sum(nonce, e));
    let rest = |x| L::splat(x);
    // Slots as round 4 has them: a in slot 60 % 8 = 4.
    let mut s = [e, rest(f), rest(g), rest(h), a, rest(b), rest(c), rest(d)];
    round_with_h::<L, 4>(&mut s, L::splat(head.hkw[0]));
    round_with_h::<L, 5>(&mut s, L::splat(head.hkw[1]));
    round_with_h::<L, 6>(&mut s, L::splat(head.hkw[2]));
    each!(T in [
        7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35
        36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
    ] round::<L, T>(&mut s, kw[T]));
    each!(I in [0 1 2 3 4 5 6 7] s[I] = sum(s[I], head.midstate[I]));
    s
}

/// T1 of round 0 of the second hash, but for W[0]: all of it is the initial value.
const T1: u32 = IV[7].wrapping_add(big_sigma1(IV[4])).wrapping_add(ch(IV[4], IV[5], IV[6])).wrapping_add(K[0]);
const T2: u32 = big_sigma0(IV[0]).wrapping_add(maj(IV[0], IV[1], IV[2]));

/// The padding of the second hash: W[8] is the one bit, W[15] the length.
const ONE: u32 = 0x8000_0000;
const LENGTH: u32 = 256;

/// The last word of the second digest: after round 60 it is e, which only moves from then on.
#[inline(always)]
fn last_word<L: Lanes>(digest: [L; 8]) -> L {
    let [w0, w1, w2, w3, w4, w5, w6, w7] = digest;
    let zero = L::splat(0);
    let iv = |i: usize| L::splat(IV[i]);
    // Slots as round 1 has them: a in slot 63 % 8 = 7.
    let mut s =
        [iv(0), iv(1), iv(2), sum(w0, T1.wrapping_add(IV[3])), iv(4), iv(5), iv(6), sum(w0, T1.wrapping_add(T2))];
    round_with_h::<L, 1>(&mut s, sum(w1, K[1].wrapping_add(IV[6])));
    round_with_h::<L, 2>(&mut s, sum(w2, K[2].wrapping_add(IV[5])));
    round_with_h::<L, 3>(&mut s, sum(w3, K[3].wrapping_add(IV[4])));
    round::<L, 4>(&mut s, sum(w4, K[4]));
    round::<L, 5>(&mut s, sum(w5, K[5]));
    round::<L, 6>(&mut s, sum(w6, K[6]));
    round::<L, 7>(&mut s, sum(w7, K[7]));
    round::<L, 8>(&mut s, L::splat(K[8].wrapping_add(ONE)));
    each!(T in [9 10 11 12 13 14] round::<L, T>(&mut s, L::splat(K[T])));
    round::<L, 15>(&mut s, L::splat(K[15].wrapping_add(LENGTH)));

    let mut w = [w0, w1, w2, w3, w4, w5, w6, w7, zero, zero, zero, zero, zero, zero, zero, L::splat(LENGTH)];
    w[0] = w0.add(sigma0(w1)); // W16
    w[1] = sum(w1.add(sigma0(w2)), small_sigma1(LENGTH));
    w[2] = w2.add(sigma0(w3)).add(sigma1(w[0]));
    w[3] = w3.add(sigma0(w4)).add(sigma1(w[1]));
    w[4] = w4.add(sigma0(w5)).add(sigma1(w[2]));
    w[5] = w5.add(sigma0(w6)).add(sigma1(w[3]));
    w[6] = sum(w6.add(sigma0(w7)).add(sigma1(w[4])), LENGTH);
    w[7] = sum(w7.add(sigma1(w[5])).add(w[0]), small_sigma0(ONE));
    w[8] = sum(sigma1(w[6]).add(w[1]), ONE);
    w[9] = sigma1(w[7]).add(w[2]);
    w[10] = sigma1(w[8]).add(w[3]);
    w[11] = sigma1(w[9]).add(w[4]);
    w[12] = sigma1(w[10]).add(w[5]);
    w[13] = sigma1(w[11]).add(w[6]);
    w[14] = sum(sigma1(w[12]).add(w[7]), small_sigma0(LENGTH)); // W30
    each!(T in [16 17 18 19 20 21 22 23 24 25 26 27 28 29 30] round::<L, T>(&mut s, sum(w[T % 16], K[T])));
    each!(T in [31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56] {
        extend::<L, T>(&mut w);
        round::<L, T>(&mut s, sum(w[T % 16], K[T]));
    });
    each!(T in [57 58 59 60] {
        extend::<L, T>(&mut w);
        round_e_only::<L, T>(&mut s, sum(w[T % 16], K[T]));
    });
    let e60 = s[7]; // (67 - 60) % 8: where round 60 puts e
    sum(e60, IV[7])
}
