//! `sha-ni` with one version: the words of the first hashes are made beside their rounds.
//!
//! Made before the rounds begin, as for many versions, the words keep the rounds waiting for the instructions that make words.
//! Here each quad of words is made when its rounds want it. It is a function of its own: in one with the other search, the
//! compiler gives both fewer registers, and this one loses more than it gains.

use super::sha_ni::*;
use crate::job::{Head, Tail};
use crate::kernel::schedule::{ONE, constant};
use crate::kernel::search::record;
use crate::kernel::{Candidate, Work, each};
use crate::sha256::small_sigma0;
use alloc::vec::Vec;
use core::ops::Range;

#[target_feature(enable = "sha,ssse3,sse4.1")]
#[inline(never)]
pub(super) fn candidates(head: &Head, work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    let mut at = nonces.start;
    while at < nonces.end {
        let first = at as u32; // `nonces` ends at 2^32 at the latest
        let lanes = zero_lanes(last_words(head, work.tail, words_of_nonces(first)), work.zero_bits);
        if lanes != 0 {
            record(lanes, nonces.end - at, 0, first, out);
        }
        at += STREAMS as u64;
    }
}

/// The last word of each second digest.
#[target_feature(enable = "sha,ssse3,sse4.1")]
#[inline]
fn last_words(head: &Head, tail: &Tail, nonce: [u32; STREAMS]) -> [u32; STREAMS] {
    let mut s = after_round_3(head, nonce);
    let mut w = first_block(tail, nonce);
    each!(T in [1 2 3] four_rounds(&mut s, plus_k::<T>(w[T])));
    rounds_16_to_31(&mut s, &mut w, tail, nonce);
    each!(T in [8 9 10 11 12 13 14 15] {
        extend::<T>(&mut w);
        four_rounds(&mut s, plus_k::<T>(w[T % 4]));
    });
    last_words_after::<true>(s, head)
}

/// Words 16 to 31 of the first hashes begin as constants: their part of the sixteen before is padding.
#[target_feature(enable = "sha,ssse3,sse4.1")]
#[inline]
fn rounds_16_to_31(s: &mut State, w: &mut [Quad; 4], tail: &Tail, nonce: [u32; STREAMS]) {
    macro_rules! constants {
        ($($t:literal)*) => { [$(constant::<$t>(&tail.block)),*] };
    }
    let [c16, c17, c18, c19] = constants!(16 17 18 19);
    let word = |n: u32| lanes([c16, c17, c18.wrapping_add(small_sigma0(n)), c19.wrapping_add(n)]);
    each!(I in [0 1 2 3] w[0][I] = word(nonce[I]));
    four_rounds(s, plus_k::<4>(w[0]));
    extend_from::<5>(w, [lanes([ONE, 0, 0, 0]); STREAMS]);
    four_rounds(s, plus_k::<5>(w[1]));
    extend_from::<6>(w, [lanes([0; 4]); STREAMS]);
    four_rounds(s, plus_k::<6>(w[2]));
    extend_from::<7>(w, [lanes(constants!(28 29 30 31)); STREAMS]);
    four_rounds(s, plus_k::<7>(w[3]));
}
