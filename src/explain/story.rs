//! The facts about one header: three compressions, their words, and the verdict.

use super::{VersionBits, touch::Touched};
use crate::header::{BlockHash, Header};
use crate::sha256::{self, IV, State, Trace};
use crate::target::{CompactTarget, CompactTargetError, Target};

/// One header with everything that hashing it computes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Story {
    /// What it is called, when it has a name.
    pub name: Option<String>,
    /// The header itself.
    pub header: Header,
    /// What its hash must not exceed.
    pub target: Target,
    /// Bytes 0..64, from the IV to the midstate.
    pub first_chunk: Trace,
    /// Bytes 64..80 and the padding, from the midstate to the first digest.
    pub second_chunk: Trace,
    /// The first digest and its padding, from the IV to the block hash.
    pub second_hash: Trace,
}

impl Story {
    /// Hashes the header and keeps every step.
    ///
    /// # Errors
    /// nBits that hold no target.
    pub fn new(header: Header) -> Result<Self, CompactTargetError> {
        let target = CompactTarget(header.bits).to_target()?;
        let first_chunk = sha256::trace(&IV, &header.first_block());
        let second_chunk = sha256::trace(&first_chunk.after, &header.second_block());
        let second_hash = sha256::trace(&IV, &digest_block(&second_chunk.after));
        Ok(Self { name: None, header, target, first_chunk, second_chunk, second_hash })
    }

    /// The same with a name.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// The block hash.
    pub fn hash(&self) -> BlockHash {
        BlockHash(sha256::digest(&self.second_hash.after))
    }

    /// Whether the header is a block: its hash does not exceed its target.
    pub fn is_block(&self) -> bool {
        self.target.is_met_by(&self.hash())
    }

    /// What the nonce touches in the second chunk.
    pub fn touched(&self) -> Touched {
        Touched::by_nonce()
    }

    /// Why one word decides.
    pub fn early_exit(&self) -> EarlyExit {
        EarlyExit::of(&self.second_hash)
    }

    /// The version and its next `count - 1` rolled ones, each with its midstate.
    pub fn midstates(&self, count: u32) -> Vec<Midstates> {
        let midstate = |version| sha256::compress(&IV, &Header { version, ..self.header }.first_block());
        let versions = (0..count).map(|steps| VersionBits(self.header.version).roll(steps));
        versions.map(|version| Midstates { version, midstate: midstate(version) }).collect()
    }
}

/// The block of the second hash: 32 bytes, a one bit, zeros, the length of 256 bits.
fn digest_block(digest: &State) -> [u32; 16] {
    let mut block = [0; 16];
    block[..8].copy_from_slice(digest);
    block[8] = 0x8000_0000;
    block[15] = 256;
    block
}

/// A version and the state after the first chunk with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Midstates {
    /// nVersion.
    pub version: u32,
    /// The state after bytes 0..64.
    pub midstate: State,
}

/// The last word of the digest, which is the first four bytes of the hash as it is written, is known after
/// round 60: the `e` of that round only moves to f, g and h in the last three, then IV\[7\] is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EarlyExit {
    /// `e` after round 60.
    pub e60: u32,
    /// The last word of the digest: e60 + IV\[7\].
    pub last_word: u32,
    /// The first 32 bits of the hash as it is written: the same four bytes the other way round.
    pub top_of_hash: u32,
}

impl EarlyExit {
    /// The round after which the last word is known.
    pub const ROUND: usize = 60;

    fn of(second_hash: &Trace) -> Self {
        let e60 = second_hash.rounds[Self::ROUND][4];
        let last_word = e60.wrapping_add(IV[7]);
        Self { e60, last_word, top_of_hash: last_word.swap_bytes() }
    }

    /// The `e` that gives these first 32 bits of the hash.
    pub const fn e60_for(top_of_hash: u32) -> u32 {
        top_of_hash.swap_bytes().wrapping_sub(IV[7])
    }
}

/// One of the six fields of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// What people call it.
    pub name: &'static str,
    /// What Bitcoin Core calls it.
    pub core_name: &'static str,
    /// The first of its bytes, 0..80.
    pub offset: usize,
    /// Its bytes as they are hashed.
    pub wire: Vec<u8>,
}

impl Field {
    /// The bytes as people write the value: the most significant first.
    pub fn value(&self) -> Vec<u8> {
        self.wire.iter().rev().copied().collect()
    }
}

/// The six fields, in order.
pub fn fields(header: &Header) -> [Field; 6] {
    let bytes = header.to_bytes();
    let field = |name, core_name, offset: usize, length: usize| {
        let wire = bytes[offset..offset + length].to_vec();
        Field { name, core_name, offset, wire }
    };
    [
        field("version", "nVersion", 0, 4),
        field("previous block", "hashPrevBlock", 4, 32),
        field("merkle root", "hashMerkleRoot", 36, 32),
        field("time", "nTime", 68, 4),
        field("nBits", "nBits", 72, 4),
        field("nonce", "nNonce", 76, 4),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_compressions_end_in_the_block_hash() {
        let story = Story::new(Header::GENESIS).unwrap();
        assert_eq!(story.hash(), Header::GENESIS.block_hash());
        assert!(story.is_block());
    }

    #[test]
    fn one_word_decides() {
        for nonce in [0, 1, Header::GENESIS.nonce] {
            let story = Story::new(Header { nonce, ..Header::GENESIS }).unwrap();
            let (exit, top) = (story.early_exit(), Target::from(story.hash()).top_word());
            assert_eq!((exit.top_of_hash, exit.last_word), (top, story.second_hash.after[7]));
            assert_eq!(EarlyExit::e60_for(top), exit.e60);
        }
    }

    #[test]
    fn rolled_versions_share_the_second_chunk() {
        let story = Story::new(Header::GENESIS).unwrap();
        let rolled = story.midstates(4);
        assert_eq!(rolled[0].midstate, story.first_chunk.after);
        for Midstates { version, midstate } in rolled {
            let other = Header { version, ..story.header };
            assert_eq!(other.second_block(), story.header.second_block());
            let digest = sha256::digest(&sha256::compress(&midstate, &other.second_block()));
            assert_eq!(digest, sha256::sha256(&other.to_bytes()));
        }
    }

    #[test]
    fn six_fields_cover_the_eighty_bytes() {
        let all: Vec<u8> = fields(&Header::GENESIS).iter().flat_map(|field| field.wire.clone()).collect();
        assert_eq!(all, Header::GENESIS.to_bytes());
    }
}
