//! The 80 bytes of a Bitcoin block header, and the hash of them.

use crate::sha256;
use core::fmt;

/// A block header. On the wire all integers are little-endian and both hashes stand in the order
/// that SHA-256 emits ("internal order"); names follow Bitcoin Core's `CBlockHeader`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Header {
    /// nVersion: bits 13..=28 may be rolled (BIP320).
    pub version: u32,
    /// hashPrevBlock, internal order.
    pub prev_blockhash: [u8; 32],
    /// hashMerkleRoot, internal order.
    pub merkle_root: [u8; 32],
    /// nTime, seconds since 1970.
    pub time: u32,
    /// nBits, the compact target.
    pub bits: u32,
    /// nNonce.
    pub nonce: u32,
}

impl Header {
    /// The genesis block of Bitcoin's main network (Bitcoin Core, `kernel/chainparams.cpp`).
    pub const GENESIS: Self = Self {
        version: 1,
        prev_blockhash: [0; 32],
        merkle_root: [
            0x3b, 0xa3, 0xed, 0xfd, 0x7a, 0x7b, 0x12, 0xb2, 0x7a, 0xc7, 0x2c, 0x3e, 0x67, 0x76, 0x8f, 0x61, 0x7f, 0xc8,
            0x1b, 0xc3, 0x88, 0x8a, 0x51, 0x32, 0x3a, 0x9f, 0xb8, 0xaa, 0x4b, 0x1e, 0x5e, 0x4a,
        ],
        time: 1_231_006_505,
        bits: 0x1d00_ffff,
        nonce: 2_083_236_893,
    };

    /// Reads the 80 bytes of the wire.
    pub fn from_bytes(bytes: &[u8; 80]) -> Self {
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let hash = |at: usize| core::array::from_fn(|i| bytes[at + i]);
        Self {
            version: word(0),
            prev_blockhash: hash(4),
            merkle_root: hash(36),
            time: word(68),
            bits: word(72),
            nonce: word(76),
        }
    }

    /// Writes the 80 bytes of the wire.
    pub fn to_bytes(&self) -> [u8; 80] {
        let mut bytes = [0; 80];
        bytes[0..4].copy_from_slice(&self.version.to_le_bytes());
        bytes[4..36].copy_from_slice(&self.prev_blockhash);
        bytes[36..68].copy_from_slice(&self.merkle_root);
        bytes[68..72].copy_from_slice(&self.time.to_le_bytes());
        bytes[72..76].copy_from_slice(&self.bits.to_le_bytes());
        bytes[76..80].copy_from_slice(&self.nonce.to_le_bytes());
        bytes
    }

    /// The block hash: SHA-256 twice over the 80 bytes.
    pub fn block_hash(&self) -> BlockHash {
        BlockHash(sha256::sha256d(&self.to_bytes()))
    }

    /// The first 64 bytes as big-endian words: all that the midstate depends on.
    pub fn first_block(&self) -> [u32; 16] {
        let bytes = self.to_bytes();
        sha256::words(&core::array::from_fn(|i| bytes[i]))
    }

    /// The second block of the first hash as big-endian words: the last 16 bytes and the padding.
    /// Words 0..=3 are the tail of the merkle root, nTime, nBits and the nonce.
    pub fn second_block(&self) -> [u32; 16] {
        let bytes = self.to_bytes();
        let mut block = [0; 64];
        block[..16].copy_from_slice(&bytes[64..]);
        block[16] = 0x80;
        block[62..].copy_from_slice(&640u16.to_be_bytes());
        sha256::words(&block)
    }
}

/// A block hash in the order that SHA-256 emits; `Display` shows it as everyone writes it, reversed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlockHash(pub [u8; 32]);

impl BlockHash {
    /// The bytes from the most significant to the least, the order of `Display` and of targets in hex.
    pub fn to_display_bytes(self) -> [u8; 32] {
        let mut bytes = self.0;
        bytes.reverse();
        bytes
    }
}

impl fmt::Display for BlockHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().rev().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlockHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlockHash({self})")
    }
}

#[cfg(feature = "bitcoin")]
mod convert {
    use super::{BlockHash, Header};
    use bitcoin::hashes::Hash;

    impl From<bitcoin::block::Header> for Header {
        fn from(h: bitcoin::block::Header) -> Self {
            Self {
                // nVersion is signed in consensus code and plain bits here.
                version: h.version.to_consensus().cast_unsigned(),
                prev_blockhash: h.prev_blockhash.to_byte_array(),
                merkle_root: h.merkle_root.to_byte_array(),
                time: h.time,
                bits: h.bits.to_consensus(),
                nonce: h.nonce,
            }
        }
    }

    impl From<Header> for bitcoin::block::Header {
        fn from(h: Header) -> Self {
            Self {
                version: bitcoin::block::Version::from_consensus(h.version.cast_signed()),
                prev_blockhash: bitcoin::BlockHash::from_byte_array(h.prev_blockhash),
                merkle_root: bitcoin::TxMerkleNode::from_byte_array(h.merkle_root),
                time: h.time,
                bits: bitcoin::CompactTarget::from_consensus(h.bits),
                nonce: h.nonce,
            }
        }
    }

    impl From<BlockHash> for bitcoin::BlockHash {
        fn from(hash: BlockHash) -> Self {
            Self::from_byte_array(hash.0)
        }
    }

    impl From<bitcoin::BlockHash> for BlockHash {
        fn from(hash: bitcoin::BlockHash) -> Self {
            Self(hash.to_byte_array())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_genesis_block_hashes_to_its_known_hash() {
        let hash = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";
        assert_eq!(Header::GENESIS.block_hash().to_string(), hash);
    }

    #[test]
    fn bytes_there_and_back() {
        let bytes: [u8; 80] = core::array::from_fn(|i| i as u8);
        assert_eq!(Header::from_bytes(&bytes).to_bytes(), bytes);
    }

    #[test]
    fn the_two_blocks_of_the_first_hash_give_its_digest() {
        let header = Header::GENESIS;
        let midstate = sha256::compress(&sha256::IV, &header.first_block());
        let first = sha256::digest(&sha256::compress(&midstate, &header.second_block()));
        assert_eq!(first, sha256::sha256(&header.to_bytes()));
    }

    #[cfg(feature = "bitcoin")]
    #[test]
    fn the_bitcoin_crate_agrees_in_both_directions() {
        let header = Header { version: 0xffff_fffe, ..Header::GENESIS };
        let theirs = bitcoin::block::Header::from(header);
        assert_eq!(Header::from(theirs), header);
        assert_eq!(bitcoin::consensus::serialize(&theirs), header.to_bytes());
        assert_eq!(BlockHash::from(theirs.block_hash()), header.block_hash());
        assert_eq!(bitcoin::BlockHash::from(header.block_hash()), theirs.block_hash());
    }
}
