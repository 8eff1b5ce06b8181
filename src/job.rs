//! What a kernel needs to know of a header: everything that does not depend on the nonce, done once.
//!
//! ```text
//! 80 bytes = 64 bytes (version, previous hash, 28 bytes of the merkle root)  -> midstate, one for each version
//!          + 16 bytes (4 of the merkle root, time, nBits, nonce)             -> tail, the same for all versions
//! ```
//!
//! In the second block only word 3, the nonce, varies. So rounds 0-2 are done here, and of round 3
//! nothing is left but two additions of the nonce.

use crate::header::{BlockHash, Header};
use crate::sha256::{self, K, State};
use crate::target::Target;
use alloc::vec::Vec;
use core::fmt;

/// The version bits that BIP320 sets aside for miners: 13 to 28.
pub const BIP320_MASK: VersionMask = VersionMask(0x1fff_e000);

/// The bits of nVersion that may be rolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VersionMask(pub u32);

impl VersionMask {
    /// How many versions there are: two to the number of bits.
    pub fn count(self) -> u64 {
        1 << self.0.count_ones()
    }

    /// Version number `index` of `base`: the index's bits laid into the mask's, from the lowest up.
    pub fn version(self, base: u32, index: u64) -> u32 {
        let (mut mask, mut index, mut bits) = (self.0, index, 0);
        while mask != 0 {
            let lowest = mask & mask.wrapping_neg();
            bits |= if index & 1 == 1 { lowest } else { 0 };
            mask ^= lowest;
            index >>= 1;
        }
        base & !self.0 | bits
    }
}

impl fmt::Display for VersionMask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// The second block of the first hash, which all versions share.
#[derive(Clone, Debug)]
pub(crate) struct Tail {
    /// The block's words; word 3 is the nonce and stands here as zero.
    pub(crate) block: [u32; 16],
}

impl Tail {
    pub(crate) fn with_nonce(&self, nonce: u32) -> [u32; 16] {
        let mut block = self.block;
        block[3] = nonce.swap_bytes();
        block
    }
}

/// What one version adds: its midstate, and the rounds that can be done ahead.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) midstate: State,
    /// a..h after round 3 of the second block; a and e still lack the nonce's word.
    pub(crate) after_round_3: State,
    /// h + K[t] + W[t] for rounds 4, 5, 6, in which h does not yet depend on the nonce.
    pub(crate) hkw: [u32; 3],
}

impl Head {
    fn new(first_block: &[u32; 16], tail: &Tail) -> Self {
        let midstate = sha256::compress(&sha256::IV, first_block);
        let mut s = midstate;
        for (k, w) in K.iter().zip(&tail.block).take(4) {
            s = sha256::round(&s, k.wrapping_add(*w));
        }
        // h of round 4 is the h that stands there now; each later round takes the g, f of before.
        let hkw = core::array::from_fn(|i| s[7 - i].wrapping_add(K[4 + i]).wrapping_add(tail.block[4 + i]));
        Self { midstate, after_round_3: s, hkw }
    }
}

/// One header to search: every nonce, one version.
#[derive(Clone, Debug)]
pub struct Job {
    family: JobFamily,
}

impl Job {
    /// The header's own nonce is not looked at.
    pub fn new(header: &Header, target: Target) -> Self {
        Self { family: JobFamily::new(header, target, [header.version]) }
    }

    /// The header, its nonce zero.
    pub fn header(&self) -> &Header {
        &self.family.header
    }

    /// The target that a hit meets.
    pub fn target(&self) -> &Target {
        &self.family.target
    }

    /// The state after the header's first 64 bytes.
    pub fn midstate(&self) -> &State {
        &self.family.heads[0].midstate
    }

    /// The header with this nonce.
    pub fn header_with(&self, nonce: u32) -> Header {
        Header { nonce, ..self.family.header }
    }

    /// The job as a family of one version.
    pub fn as_family(&self) -> &JobFamily {
        &self.family
    }
}

/// One header in many versions: their midstates, and the tail that they share.
#[derive(Clone, Debug)]
pub struct JobFamily {
    header: Header,
    target: Target,
    versions: Vec<u32>,
    pub(crate) tail: Tail,
    pub(crate) heads: Vec<Head>,
}

impl JobFamily {
    /// The header's own version and nonce are not looked at.
    pub fn new(header: &Header, target: Target, versions: impl IntoIterator<Item = u32>) -> Self {
        let header = Header { nonce: 0, ..*header };
        let tail = Tail { block: header.second_block() };
        let versions: Vec<u32> = versions.into_iter().collect();
        let head = |&version: &u32| Head::new(&Header { version, ..header }.first_block(), &tail);
        let heads = versions.iter().map(head).collect();
        Self { header, target, versions, tail, heads }
    }

    /// The versions `indices` of the header's own under a mask (see [`VersionMask::version`]).
    pub fn rolled(header: &Header, target: Target, mask: VersionMask, indices: core::ops::Range<u64>) -> Self {
        Self::new(header, target, indices.map(|index| mask.version(header.version, index)))
    }

    /// The versions, in the order in which they were given.
    pub fn versions(&self) -> &[u32] {
        &self.versions
    }

    /// The target that a hit meets.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The header with this version and nonce.
    pub fn header_with(&self, version: u32, nonce: u32) -> Header {
        Header { version, nonce, ..self.header }
    }

    /// The hash of version number `index` with this nonce, by the oracle, from the midstate.
    pub(crate) fn hash(&self, index: usize, nonce: u32) -> BlockHash {
        let first = sha256::compress(&self.heads[index].midstate, &self.tail.with_nonce(nonce));
        BlockHash(sha256::digest(&sha256::compress(&sha256::IV, &second_hash_block(&first))))
    }

    /// Which bits of the last state word must be zero in every hash that meets the target.
    ///
    /// The word is the hash's most significant one with its bytes swapped, so the target's leading
    /// zero bits, swapped alike, select them.
    pub(crate) fn zero_bits(&self) -> u32 {
        let leading = self.target.top_word().leading_zeros();
        (!u32::MAX.checked_shr(leading).unwrap_or(0)).swap_bytes()
    }
}

/// The one block of the second hash: the first digest and its padding.
pub(crate) fn second_hash_block(first: &State) -> [u32; 16] {
    let mut block = [0; 16];
    block[..8].copy_from_slice(first);
    block[8] = 0x8000_0000;
    block[15] = 256;
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_from_the_midstate_is_the_block_hash() {
        let header = Header::GENESIS;
        let family = JobFamily::rolled(&header, Target::MAX, BIP320_MASK, 0..3);
        for (index, &version) in family.versions().iter().enumerate() {
            let whole = Header { version, ..header };
            assert_eq!(family.hash(index, header.nonce), whole.block_hash());
        }
    }

    #[test]
    fn rolled_versions_change_the_masks_bits_only_and_count_them_all() {
        let (mask, base) = (VersionMask(0x0a00_0400), 0xffff_ffff);
        let versions: Vec<u32> = (0..mask.count()).map(|i| mask.version(base, i)).collect();
        assert_eq!(versions[0], base & !mask.0);
        assert_eq!(versions[7], base);
        assert_eq!(versions.iter().collect::<std::collections::HashSet<_>>().len(), 8);
        assert!(versions.iter().all(|v| v & !mask.0 == base & !mask.0));
        assert_eq!(BIP320_MASK.count(), 65_536);
        assert_eq!(VersionMask(0).count(), 1);
    }

    #[test]
    fn a_job_and_its_family_hand_back_what_they_were_made_of() {
        let header = Header::GENESIS;
        let (job, family) = (Job::new(&header, Target::MAX), JobFamily::new(&header, Target::MAX, [7, 5]));
        assert_eq!(job.header_with(9), Header { nonce: 9, ..header });
        assert_eq!(*job.midstate(), sha256::compress(&sha256::IV, &header.first_block()));
        assert_eq!(family.versions(), [7, 5]);
        assert_eq!(family.header_with(5, 9), Header { version: 5, nonce: 9, ..header });
        assert_eq!(BIP320_MASK.to_string(), "1fffe000");
    }

    #[test]
    fn zero_bits_are_the_targets_leading_zeros_in_the_order_of_the_state_word() {
        let bits = |zeros| JobFamily::new(&Header::GENESIS, Target::from_leading_zeros(zeros), [1]).zero_bits();
        assert_eq!(bits(0), 0);
        assert_eq!(bits(1), 0x0000_0080);
        assert_eq!(bits(13), 0x0000_f8ff);
        assert_eq!(bits(32), 0xffff_ffff);
        assert_eq!(bits(77), 0xffff_ffff);
    }
}
