//! One lane, a plain `u32`: every CPU without a file of its own.

use super::lanes::Lanes;
use super::search::search;
use super::{Candidate, Work};
use crate::sha256;
use alloc::vec::Vec;
use core::ops::Range;

pub(super) fn candidates(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    search::<u32>(work, nonces, out);
}

impl Lanes for u32 {
    const N: usize = 1;

    #[inline(always)]
    fn splat(x: u32) -> Self {
        x
    }
    #[inline(always)]
    fn count_up(from: u32) -> Self {
        from
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
    #[inline(always)]
    fn xor3(self, b: Self, c: Self) -> Self {
        self ^ b ^ c
    }
    #[inline(always)]
    fn ch(self, f: Self, g: Self) -> Self {
        g ^ (self & (f ^ g))
    }
    #[inline(always)]
    fn maj(self, b: Self, c: Self) -> Self {
        sha256::maj(self, b, c)
    }
    #[inline(always)]
    fn rotr<const R: i32>(self) -> Self {
        self.rotate_right(R.cast_unsigned())
    }
    #[inline(always)]
    fn shr<const R: i32>(self) -> Self {
        self >> R
    }
    #[inline(always)]
    fn zero_lanes(self, bits: u32) -> u32 {
        u32::from(self & bits == 0)
    }
}
