//! The version's 32 bits: what BIP9 reads from them and what BIP320 leaves to the miner.

/// The sixteen bits that BIP320 sets aside for miners: 13..=28.
pub const ROLLING_MASK: u32 = 0x1fff_e000;

/// The first and the last of them.
pub const ROLLING_BITS: [u32; 2] = [ROLLING_MASK.trailing_zeros(), ROLLING_MASK.ilog2()];

/// A version, read by the rules of BIP9 and BIP320.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VersionBits(
    /// nVersion.
    pub u32,
);

impl VersionBits {
    /// BIP9: the top three bits 001 say that the others are flags. Before, the version was a number.
    pub fn are_flags(self) -> bool {
        self.0 >> 29 == 0b001
    }

    /// The flags outside the rolling mask that are set: soft forks for which this block signals.
    pub fn signals(self) -> Vec<u32> {
        (0..29).filter(|&bit| self.are_flags() && (self.0 & !ROLLING_MASK) >> bit & 1 == 1).collect()
    }

    /// The bits inside the rolling mask.
    pub fn rolled(self) -> u32 {
        self.0 & ROLLING_MASK
    }

    /// The version with its rolling bits counted up by `steps`, the others kept.
    pub fn roll(self, steps: u32) -> u32 {
        let counter = (self.rolled() >> ROLLING_MASK.trailing_zeros()).wrapping_add(steps);
        (self.0 & !ROLLING_MASK) | (counter << ROLLING_MASK.trailing_zeros() & ROLLING_MASK)
    }

    /// The 32 bits in groups of four.
    pub fn binary(self) -> String {
        let nibbles: Vec<String> = (0..8).rev().map(|i| format!("{:04b}", self.0 >> (4 * i) & 0xf)).collect();
        nibbles.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rolled_version_of_2022() {
        let version = VersionBits(0x2437_a004);
        assert!(version.are_flags());
        assert_eq!((version.signals(), version.rolled()), (vec![2], 0x0437_a000));
    }

    #[test]
    fn before_bip9_a_version_was_a_number() {
        assert_eq!((VersionBits(1).are_flags(), VersionBits(1).signals()), (false, vec![]));
    }

    #[test]
    fn rolling_counts_inside_the_mask_and_wraps() {
        assert_eq!(VersionBits(0x2000_0004).roll(1), 0x2000_2004);
        assert_eq!(VersionBits(0x3fff_e004).roll(1), 0x2000_0004);
        assert_eq!(VersionBits(0x2437_a004).roll(0), 0x2437_a004);
    }
}
