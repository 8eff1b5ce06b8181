//! nBits, the target in 32 bits, and the rule by which the next epoch gets its own.

use super::{Target, divide};
use alloc::vec::Vec;
use core::fmt;

/// Seconds that 2,016 blocks should take: two weeks.
pub const TARGET_TIMESPAN: i64 = 14 * 24 * 60 * 60;

/// nBits: a target in 32 bits, one byte of length and three of mantissa, the top bit of which is a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CompactTarget(pub u32);

/// What `SetCompact` of Bitcoin Core makes of nBits: a magnitude modulo 2^256 and two flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded {
    /// The magnitude, modulo 2^256 when `overflow` is set.
    pub target: Target,
    /// The sign bit is set and the mantissa is not zero.
    pub negative: bool,
    /// The number needs more than 256 bits.
    pub overflow: bool,
}

impl CompactTarget {
    /// Decodes as Bitcoin Core's `arith_uint256::SetCompact` does, without judging the result.
    pub fn decode(self) -> Decoded {
        let size = self.0 >> 24;
        let mantissa = (self.0 & 0x007f_ffff) >> (8 * 3u32.saturating_sub(size));
        let mut bytes = [0; 32];
        for (i, byte) in mantissa.to_le_bytes().into_iter().enumerate() {
            let exponent = i + size.saturating_sub(3) as usize; // at most 255
            if exponent < 32 {
                bytes[31 - exponent] = byte;
            }
        }
        Decoded {
            target: Target::from_be_bytes(bytes),
            negative: mantissa != 0 && self.0 & 0x0080_0000 != 0,
            overflow: mantissa != 0
                && (size > 34 || (mantissa > 0xff && size > 33) || (mantissa > 0xffff && size > 32)),
        }
    }

    /// The target, when it is one: not negative, not above 2^256 - 1, not zero (Bitcoin Core's `CheckProofOfWork`).
    ///
    /// # Errors
    /// Says which of the three rules nBits breaks.
    pub fn to_target(self) -> Result<Target, CompactTargetError> {
        let decoded = self.decode();
        let fault = match decoded {
            Decoded { negative: true, .. } => Fault::Negative,
            Decoded { overflow: true, .. } => Fault::Overflow,
            Decoded { target: Target::ZERO, .. } => Fault::Zero,
            Decoded { target, .. } => return Ok(target),
        };
        Err(CompactTargetError { bits: self, fault })
    }

    /// Difficulty as Bitcoin Core's `GetDifficulty` computes it, bit for bit. Infinite for a mantissa of zero.
    pub fn difficulty(self) -> f64 {
        let exponent = 29 - (self.0 >> 24) as i32; // a byte
        f64::from(0xffff) / f64::from(self.0 & 0x00ff_ffff) * power_of_256(exponent)
    }

    /// nBits of the next epoch: the target times the time that the last one took, over two weeks,
    /// that time held to between a quarter and four times two weeks, the result no easier than `limit`.
    /// (Bitcoin Core's `CalculateNextWorkRequired`. By the famous slip the time spans 2,015 intervals.)
    ///
    /// # Errors
    /// nBits that hold no target.
    pub fn next(self, first_time: u32, last_time: u32, limit: Target) -> Result<Self, CompactTargetError> {
        let span = (i64::from(last_time) - i64::from(first_time)).clamp(TARGET_TIMESPAN / 4, TARGET_TIMESPAN * 4);
        let product = multiply(self.to_target()?, span as u32); // at most 4,838,400
        let next = divide(product.into_iter(), &Target::from(TARGET_TIMESPAN as u64)); // a positive constant
        Ok(next.unwrap_or(Target::MAX).min(limit).to_compact())
    }
}

/// Exact, down to the subnormal numbers and then zero. (`powi` needs std.)
fn power_of_256(exponent: i32) -> f64 {
    let factor = if exponent < 0 { 1.0 / 256.0 } else { 256.0 };
    (0..exponent.unsigned_abs()).fold(1.0, |power, _| power * factor)
}

/// The bits of the product, from the top.
fn multiply(n: Target, factor: u32) -> Vec<bool> {
    let (mut words, mut carry) = ([0u32; 9], 0u64);
    for i in (0..8).rev() {
        carry += u64::from(n.0[i]) * u64::from(factor);
        words[i + 1] = carry as u32; // the low half stays, the high half is carried
        carry >>= 32;
    }
    words[0] = carry as u32; // less than the factor
    words.into_iter().flat_map(|word| (0..32).rev().map(move |bit| word >> bit & 1 == 1)).collect()
}

impl fmt::Display for CompactTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// nBits that hold no target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompactTargetError {
    /// The offending nBits.
    pub bits: CompactTarget,
    /// What is wrong with them.
    pub fault: Fault,
}

/// The three ways in which nBits can hold no target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The sign bit is set.
    Negative,
    /// The number needs more than 256 bits.
    Overflow,
    /// The number is zero: no hash can be expected to meet it.
    Zero,
}

impl fmt::Display for CompactTargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fault = match self.fault {
            Fault::Negative => "the target is negative (bit 23, the sign, is set)",
            Fault::Overflow => "the target needs more than 256 bits",
            Fault::Zero => "the target is zero, which no hash meets",
        };
        write!(f, "nBits {}: {fault}", self.bits)
    }
}

impl core::error::Error for CompactTargetError {}
