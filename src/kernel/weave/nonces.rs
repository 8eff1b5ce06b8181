//! The nonces of one vector.
//!
//! They begin at a multiple of the number of lanes, so that in the order in which the hash reads their bytes they differ in
//! the highest one alone, and so do the words that are a nonce and a constant. The sigmas are linear over exclusive or: a
//! sigma of such words is that of the three lower bytes, one for all lanes and made outside the vector, and that of the
//! highest byte, from a table. One operation does for four.

use super::FromMemory;
use crate::sha256::{big_sigma0, big_sigma1, small_sigma0, small_sigma1};

/// Words that count up in the highest byte, from lane to lane, from this one on.
#[derive(Clone, Copy)]
pub(super) struct Counting(u32);

impl Counting {
    /// From a multiple of the number of lanes on. A nonce is little-endian in the header, and read as big-endian.
    #[inline(always)]
    pub(super) fn nonces(first: u32) -> Self {
        Self(first.swap_bytes())
    }

    #[inline(always)]
    pub(super) fn plus(self, constant: u32) -> Self {
        Self(self.0.wrapping_add(constant))
    }

    /// In lanes.
    #[inline(always)]
    pub(super) fn map<L: FromMemory>(self, linear: Linear) -> L {
        let highest = &HIGHEST_BYTE[linear as usize][(self.0 >> 24) as usize..];
        L::xor_at(&linear.of(self.0 & 0x00ff_ffff), highest)
    }
}

/// What is linear over exclusive or.
#[derive(Clone, Copy)]
pub(super) enum Linear {
    Identity,
    BigSigma0,
    BigSigma1,
    SmallSigma0,
    SmallSigma1,
}

impl Linear {
    #[inline(always)]
    const fn of(self, x: u32) -> u32 {
        match self {
            Self::Identity => x,
            Self::BigSigma0 => big_sigma0(x),
            Self::BigSigma1 => big_sigma1(x),
            Self::SmallSigma0 => small_sigma0(x),
            Self::SmallSigma1 => small_sigma1(x),
        }
    }

    /// Of all highest bytes, and once more from the first for the lanes beyond the last.
    const fn of_highest_byte(self) -> [u32; 256 + 32] {
        let (mut table, mut byte) = ([0; 256 + 32], 0);
        while byte < table.len() {
            table[byte] = self.of((byte as u32) << 24);
            byte += 1;
        }
        table
    }
}

static HIGHEST_BYTE: [[u32; 256 + 32]; 5] = [
    Linear::Identity.of_highest_byte(),
    Linear::BigSigma0.of_highest_byte(),
    Linear::BigSigma1.of_highest_byte(),
    Linear::SmallSigma0.of_highest_byte(),
    Linear::SmallSigma1.of_highest_byte(),
];
