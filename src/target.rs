//! nBits, the 256-bit target, difficulty and the retarget rule, exact and by Bitcoin Core's rules.

mod compact;

pub use compact::{CompactTarget, CompactTargetError, Decoded, Fault, TARGET_TIMESPAN};

use crate::header::BlockHash;
use core::fmt;

const TWO_TO_32: f64 = (1u64 << 32) as f64;
const TWO_TO_128: f64 = TWO_TO_32 * TWO_TO_32 * TWO_TO_32 * TWO_TO_32;
const TWO_TO_256: f64 = TWO_TO_128 * TWO_TO_128;

/// A 256-bit target: a hash, read as a number, must not exceed it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target(
    /// Eight 32-bit words, the most significant first: the derived order is the order of the numbers.
    [u32; 8],
);

impl Target {
    /// Only a hash of zero meets it.
    pub const ZERO: Self = Self([0; 8]);
    /// Every hash meets it.
    pub const MAX: Self = Self([u32::MAX; 8]);
    /// Difficulty 1, nBits 1d00ffff: the easiest target of the main network.
    pub const DIFFICULTY_1: Self = Self([0, 0xffff_0000, 0, 0, 0, 0, 0, 0]);

    /// From 32 bytes, the most significant first (the order of `getblocktemplate`'s "target").
    pub fn from_be_bytes(bytes: [u8; 32]) -> Self {
        Self(core::array::from_fn(|i| {
            u32::from_be_bytes([bytes[4 * i], bytes[4 * i + 1], bytes[4 * i + 2], bytes[4 * i + 3]])
        }))
    }

    /// To 32 bytes, the most significant first.
    pub fn to_be_bytes(self) -> [u8; 32] {
        crate::sha256::digest(&self.0)
    }

    /// 2^(256 - zero_bits) - 1: the target that asks for so many leading zero bits.
    pub fn from_leading_zeros(zero_bits: u32) -> Self {
        let word = |i: usize| {
            let zeros_here = zero_bits.saturating_sub(32 * i as u32); // i < 8
            u32::MAX.checked_shr(zeros_here).unwrap_or(0)
        };
        Self(core::array::from_fn(word))
    }

    /// The target of a share difficulty: floor(0xffff * 2^208 / difficulty), at most [`Target::MAX`].
    ///
    /// The division is exact, for a float is an integer times a power of two.
    ///
    /// # Errors
    /// A difficulty that is zero, negative, infinite or not a number has no target.
    pub fn from_difficulty(difficulty: f64) -> Result<Self, DifficultyError> {
        if !(difficulty > 0.0 && difficulty.is_finite()) {
            return Err(DifficultyError(difficulty));
        }
        let (mantissa, exponent) = integer_and_exponent(difficulty);
        let zeros = 208 - exponent;
        // The numerator is 0xffff, sixteen ones, and then `zeros` zeros (fewer ones when that is negative).
        let numerator = (0..16 + zeros).rev().map(|bit| bit >= zeros);
        Ok(divide(numerator, &Self::from(mantissa)).unwrap_or(Self::MAX))
    }

    /// Whether the hash, read as a number, is at most the target.
    pub fn is_met_by(&self, hash: &BlockHash) -> bool {
        Self::from(*hash) <= *self
    }

    /// The 32 most significant bits.
    pub fn top_word(&self) -> u32 {
        self.0[0]
    }

    /// Difficulty: 0xffff * 2^208 / target; infinite for a target of zero.
    pub fn difficulty(&self) -> f64 {
        Self::DIFFICULTY_1.to_f64() / self.to_f64()
    }

    /// Expected number of hashes until one meets the target: 2^256 / (target + 1).
    pub fn expected_hashes(&self) -> f64 {
        TWO_TO_256 / (self.to_f64() + 1.0)
    }

    /// The work of a block, exact: floor(2^256 / (target + 1)), Bitcoin Core's `GetBlockProof`.
    /// `None` for a target of zero, whose work has 257 bits.
    pub fn work(&self) -> Option<Self> {
        // 2^256 / (t + 1) = (2^256 - 1 - t) / (t + 1) + 1, and 2^256 - 1 - t is !t.
        let Some(divisor) = self.checked_add_one() else { return Some(Self::from(1)) };
        divide(Self(self.0.map(|word| !word)).bits(), &divisor)?.checked_add_one()
    }

    /// The number as a float, for odds and axes; comparisons use the exact words.
    pub fn to_f64(self) -> f64 {
        self.0.iter().fold(0.0, |sum, &word| sum * TWO_TO_32 + f64::from(word))
    }

    /// The compact form (Bitcoin Core's `GetCompact`): the top three bytes and the length, the sign bit clear.
    pub fn to_compact(self) -> CompactTarget {
        let bytes = self.to_be_bytes();
        let skip = bytes.iter().position(|&b| b != 0).unwrap_or(32);
        let (skip, size) = match bytes.get(skip) {
            Some(&b) if b >= 0x80 => (skip as i32 - 1, 33 - skip as u32), // skip <= 32
            _ => (skip as i32, 32 - skip as u32),
        };
        let byte = |i: i32| usize::try_from(skip + i).ok().and_then(|at| bytes.get(at)).copied().unwrap_or(0);
        CompactTarget(size << 24 | u32::from_be_bytes([0, byte(0), byte(1), byte(2)]))
    }

    fn bits(self) -> impl Iterator<Item = bool> {
        self.0.into_iter().flat_map(|word| (0..32).rev().map(move |bit| word >> bit & 1 == 1))
    }

    fn checked_add_one(self) -> Option<Self> {
        let sum = self.minus(&Self::MAX); // x - (2^256 - 1) = x + 1 modulo 2^256
        (sum != Self::ZERO).then_some(sum)
    }

    /// The difference modulo 2^256.
    fn minus(self, other: &Self) -> Self {
        let (mut words, mut borrow) = (self.0, 0);
        for (word, subtrahend) in words.iter_mut().zip(&other.0).rev() {
            let difference = i64::from(*word) - i64::from(*subtrahend) - borrow;
            borrow = i64::from(difference < 0);
            *word = difference as u32; // modulo 2^32, the borrow is carried
        }
        Self(words)
    }

    /// Twice the number plus the bit, modulo 2^256, and the bit that fell out.
    fn shift_in(self, bit: bool) -> (Self, bool) {
        let (mut words, mut carry) = (self.0, bit);
        for word in words.iter_mut().rev() {
            (*word, carry) = (*word << 1 | u32::from(carry), *word >> 31 == 1);
        }
        (Self(words), carry)
    }
}

/// Long division, bit by bit from the top; `None` when the quotient needs more than 256 bits.
fn divide(numerator: impl Iterator<Item = bool>, divisor: &Target) -> Option<Target> {
    let (mut quotient, mut rest, mut overflow) = (Target::ZERO, Target::ZERO, false);
    for bit in numerator {
        let (doubled, carry) = rest.shift_in(bit);
        let fits = carry || doubled >= *divisor;
        rest = if fits { doubled.minus(divisor) } else { doubled };
        let (next, fell_out) = quotient.shift_in(fits);
        (quotient, overflow) = (next, overflow || fell_out);
    }
    (!overflow).then_some(quotient)
}

/// x = integer * 2^exponent, for a positive finite x (IEEE 754 binary64).
fn integer_and_exponent(x: f64) -> (u64, i32) {
    let (biased, fraction) = ((x.to_bits() >> 52) as i32, x.to_bits() & ((1 << 52) - 1)); // sign is 0
    if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) }
}

impl From<u64> for Target {
    fn from(n: u64) -> Self {
        Self([0, 0, 0, 0, 0, 0, (n >> 32) as u32, n as u32]) // the two halves
    }
}

impl From<BlockHash> for Target {
    /// The hash as the number that is compared with a target.
    fn from(hash: BlockHash) -> Self {
        Self::from_be_bytes(hash.to_display_bytes())
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|word| write!(f, "{word:08x}"))
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({self})")
    }
}

/// A difficulty that has no target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DifficultyError(
    /// The offending difficulty.
    pub f64,
);

impl fmt::Display for DifficultyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "difficulty {}: a difficulty is a number above zero", self.0)
    }
}

impl core::error::Error for DifficultyError {}

#[cfg(feature = "bitcoin")]
mod convert {
    use super::{CompactTarget, Target};

    impl From<bitcoin::Target> for Target {
        fn from(target: bitcoin::Target) -> Self {
            Self::from_be_bytes(target.to_be_bytes())
        }
    }
    impl From<Target> for bitcoin::Target {
        fn from(target: Target) -> Self {
            Self::from_be_bytes(target.to_be_bytes())
        }
    }
    impl From<bitcoin::CompactTarget> for CompactTarget {
        fn from(bits: bitcoin::CompactTarget) -> Self {
            Self(bits.to_consensus())
        }
    }
    impl From<CompactTarget> for bitcoin::CompactTarget {
        fn from(bits: CompactTarget) -> Self {
            Self::from_consensus(bits.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn difficulty_1_is_the_target_of_the_genesis_block() {
        let bits = CompactTarget(0x1d00_ffff);
        assert_eq!(bits.to_target(), Ok(Target::DIFFICULTY_1));
        assert_eq!(Target::DIFFICULTY_1.to_compact(), bits);
        assert_eq!(bits.difficulty(), 1.0);
        assert_eq!(Target::DIFFICULTY_1.work(), Some(Target::from(0x1_0001_0001)));
    }

    #[test]
    fn a_target_meets_its_equal_and_not_one_below() {
        let hash = crate::header::Header::GENESIS.block_hash();
        let equal = Target::from(hash);
        assert!(equal.is_met_by(&hash));
        assert!(!equal.minus(&Target::from(1)).is_met_by(&hash));
    }

    #[test]
    fn nbits_that_hold_no_target_say_why() {
        let error = |bits: u32| CompactTarget(bits).to_target().unwrap_err().to_string();
        assert_eq!(error(0x0492_3456), "nBits 04923456: the target is negative (bit 23, the sign, is set)");
        assert_eq!(error(0xff12_3456), "nBits ff123456: the target needs more than 256 bits");
        assert_eq!(error(0x0000_1234), "nBits 00001234: the target is zero, which no hash meets");
    }

    #[test]
    fn as_floats_the_numbers_are_what_they_are() {
        assert_eq!(Target::from(0x1_0000_0001).to_f64(), 4_294_967_297.0);
        assert_eq!(Target::from_leading_zeros(32).expected_hashes(), 2f64.powi(32));
        assert_eq!((Target::MAX.expected_hashes(), Target::from(1).expected_hashes()), (1.0, 2f64.powi(255)));
    }

    #[test]
    fn share_difficulties_from_the_tiny_to_the_huge() {
        let target = |d| Target::from_difficulty(d).unwrap();
        assert_eq!(target(1.0), Target::DIFFICULTY_1);
        assert_eq!(target(65535.0), Target::from_be_bytes(core::array::from_fn(|i| u8::from(i == 5)))); // 2^208
        assert_eq!(target(0.5).to_string(), format!("{:0<64}", "00000001fffe"));
        assert_eq!(target(1e-9), Target::from_difficulty(1e-9).unwrap());
        assert!((target(1e-9).difficulty() / 1e-9 - 1.0).abs() < 1e-12);
        assert_eq!(target(f64::MIN_POSITIVE / 4.0), Target::MAX);
        assert_eq!(target(f64::MAX), Target::ZERO);
        for bad in [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(Target::from_difficulty(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn leading_zeros_at_the_seams_of_words() {
        assert_eq!(Target::from_leading_zeros(0), Target::MAX);
        assert_eq!(Target::from_leading_zeros(13).to_string(), format!("0007{}", "f".repeat(60)));
        assert_eq!(Target::from_leading_zeros(32).to_string(), format!("{}{}", "0".repeat(8), "f".repeat(56)));
        assert_eq!(Target::from_leading_zeros(256), Target::ZERO);
        assert_eq!(Target::from_leading_zeros(1000), Target::ZERO);
    }

    #[test]
    fn work_at_the_ends() {
        assert_eq!(Target::MAX.work(), Some(Target::from(1)));
        assert_eq!(Target::from_leading_zeros(1).work(), Some(Target::from(2)));
        assert_eq!(Target::from(1).work(), Some(Target::from_leading_zeros(1).checked_add_one().unwrap()));
        assert_eq!(Target::ZERO.work(), None);
    }

    #[cfg(feature = "bitcoin")]
    #[test]
    fn the_bitcoin_crate_agrees() {
        for bits in [0x1d00_ffff, 0x1b04_04cb, 0x1731_d97c, 0x207f_ffff, 0x0300_0001, 0x0480_0000] {
            let ours = CompactTarget(bits).decode().target;
            let theirs = bitcoin::Target::from_compact(CompactTarget(bits).into());
            assert_eq!(bitcoin::Target::from(ours), theirs, "{bits:08x}");
            assert_eq!(Target::from(theirs).to_compact(), theirs.to_compact_lossy().into(), "{bits:08x}");
        }
    }
}
