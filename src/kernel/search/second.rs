//! The second hash: rounds 0 to 60, after which the last word of its digest is final.

use super::first::{FirstHash, Words};
use super::rounds::{State, Window, before, round, round_e_only, round_with_h, sigma0, sigma1, sum};
use crate::kernel::each;
use crate::kernel::lanes::Lanes;
use crate::kernel::schedule::{LENGTH, ONE, T1, T2};
use crate::sha256::{IV, K, small_sigma0, small_sigma1};

/// The last word of the second digest: after round 60 it is e, which only moves from then on.
/// Where the lanes want it, the next first hash is done on the way.
#[inline(always)]
pub(super) fn last_word<L: Lanes, W: Words<L>>(digest: [L; 8], next: &mut FirstHash<'_, L, W>) -> L {
    let [w0, w1, w2, w3, w4, w5, w6, w7] = digest;
    let zero = L::splat(0);
    let mut w = [w0, w1, w2, w3, w4, w5, w6, w7, L::splat(ONE), zero, zero, zero, zero, zero, zero, L::splat(LENGTH)];
    let iv = |i: usize| L::splat(IV[i]);
    // Slots as round 1 has them: a in slot 63 % 8 = 7.
    let mut s =
        [iv(0), iv(1), iv(2), sum(w0, T1.wrapping_add(IV[3])), iv(4), iv(5), iv(6), sum(w0, T1.wrapping_add(T2))];
    each!(T in [
        1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30
        31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60
    ] {
        const FIRST: usize = T + 3;
        if T >= 16 {
            second_word::<L, T>(&mut w);
        }
        second_round::<L, T>(&mut s, &w);
        if L::BESIDE {
            next.round::<FIRST>();
        }
    });
    sum(s[7], IV[7]) // (67 - 60) % 8: where round 60 puts e
}

/// W[T], T from 16 to 60. While padding is among the sixteen before it, what is zero or constant
/// is left out or added up beforehand.
#[inline(always)]
fn second_word<L: Lanes, const T: usize>(w: &mut Window<L>) {
    second_word_begun::<L, T>(w);
    second_word_ended::<L, T>(w);
}

/// What W[T] takes from the words long before it.
#[inline(always)]
pub(in crate::kernel) fn second_word_begun<L: Lanes, const T: usize>(w: &mut Window<L>) {
    let [w16, w15, w7, _] = before::<L, T>(w);
    w[T % 16] = match T {
        17 => sum(w16.add(sigma0(w15)), small_sigma1(LENGTH)),
        16..=21 => w16.add(sigma0(w15)),
        22 => sum(w16.add(sigma0(w15)), LENGTH),
        23 => sum(w16.add(w7), small_sigma0(ONE)),
        24 => sum(w7, ONE),
        25..=29 => w7,
        30 => sum(w7, small_sigma0(LENGTH)),
        31 => sum(sigma0(w15).add(w7), LENGTH),
        _ => w16.add(sigma0(w15)).add(w7),
    };
}

/// What it takes from W[T - 2].
#[inline(always)]
pub(in crate::kernel) fn second_word_ended<L: Lanes, const T: usize>(w: &mut Window<L>) {
    if T >= 18 {
        let [_, _, _, w2] = before::<L, T>(w);
        w[T % 16] = w[T % 16].add(sigma1(w2));
    }
}

/// Round T, T from 1 to 60.
#[inline(always)]
fn second_round<L: Lanes, const T: usize>(s: &mut State<L>, w: &Window<L>) {
    match T {
        1..=3 => round_with_h::<L, T>(s, sum(w[T % 16], K[T].wrapping_add(IV[7 - T]))), // h is still a constant
        8 => round::<L, T>(s, L::splat(K[T].wrapping_add(ONE))),
        9..=14 => round::<L, T>(s, L::splat(K[T])),
        15 => round::<L, T>(s, L::splat(K[T].wrapping_add(LENGTH))),
        57..=60 => round_e_only::<L, T>(s, sum(w[T % 16], K[T])),
        _ => round::<L, T>(s, sum(w[T % 16], K[T])),
    }
}
