//! Coinbase with a hole for the extranonce, merkle branch, header. Pure.
//!
//! Changing the extranonce changes the coinbase's txid, and with it the merkle root: a fresh set of 2^32 headers. The
//! other transactions enter only through the branch, the sibling hashes on the way from the coinbase to the root.

use crate::header::Header;
use crate::sha256::sha256d;

/// A coinbase transaction, serialised without witness (the bytes that its txid covers), with a hole for the extranonce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coinbase {
    before: Vec<u8>,
    hole: usize,
    after: Vec<u8>,
}

impl Coinbase {
    /// `before | hole bytes of extranonce | after`. A hole of 0 bytes is legal: then nothing can change.
    pub fn new(before: impl Into<Vec<u8>>, hole: usize, after: impl Into<Vec<u8>>) -> Self {
        Self { before: before.into(), hole, after: after.into() }
    }

    /// How many extranonces there are: 256^hole, at most `u64::MAX`.
    pub fn extranonces(&self) -> u64 {
        u32::try_from(self.hole).ok().and_then(|len| 256u64.checked_pow(len)).unwrap_or(u64::MAX)
    }

    /// The bytes in the hole: the number big-endian, cut or filled with zeros on the left.
    pub fn extranonce_bytes(&self, extranonce: u64) -> Vec<u8> {
        let number = extranonce.to_be_bytes();
        let mut bytes = vec![0; self.hole];
        let len = self.hole.min(number.len());
        bytes[self.hole - len..].copy_from_slice(&number[number.len() - len..]);
        bytes
    }

    /// The transaction without witness.
    pub fn bytes(&self, extranonce: u64) -> Vec<u8> {
        [&self.before[..], &self.extranonce_bytes(extranonce), &self.after].concat()
    }

    /// The txid, internal order.
    pub fn txid(&self, extranonce: u64) -> [u8; 32] {
        sha256d(&self.bytes(extranonce))
    }
}

/// A header without nTime, nNonce and merkle root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderTemplate {
    /// nVersion as the server gave it.
    pub version: u32,
    /// hashPrevBlock, internal order.
    pub prev_blockhash: [u8; 32],
    /// nBits.
    pub bits: u32,
    /// The coinbase.
    pub coinbase: Coinbase,
    /// The sibling hashes from the coinbase to the root, internal order.
    pub branch: Vec<[u8; 32]>,
}

impl HeaderTemplate {
    /// The header for an extranonce, a version and a time; its nonce is 0.
    pub fn header(&self, extranonce: u64, version: u32, time: u32) -> Header {
        Header {
            version,
            prev_blockhash: self.prev_blockhash,
            merkle_root: merkle_root(self.coinbase.txid(extranonce), &self.branch),
            time,
            bits: self.bits,
            nonce: 0,
        }
    }
}

/// Folds a leaf that stands first into the root.
pub fn merkle_root(leaf: [u8; 32], branch: &[[u8; 32]]) -> [u8; 32] {
    branch.iter().fold(leaf, |left, right| join(&left, right))
}

/// The sibling hashes from the first leaf, which is left out, to the root. `others` are the leaves after it.
///
/// A row of odd length is completed by its own last hash, as Bitcoin does.
pub fn merkle_branch(others: &[[u8; 32]]) -> Vec<[u8; 32]> {
    let mut branch = Vec::new();
    // The hash at place 0 is unknown all the way up; `row` starts at place 1.
    let mut row = others.to_vec();
    while let Some((&sibling, rest)) = row.split_first() {
        branch.push(sibling);
        row = rest.chunks(2).map(|pair| join(&pair[0], pair.last().expect("a chunk is never empty"))).collect();
    }
    branch
}

/// The merkle root of all leaves; of none, 32 zero bytes.
pub fn merkle_root_of(leaves: &[[u8; 32]]) -> [u8; 32] {
    leaves.split_first().map_or([0; 32], |(&first, others)| merkle_root(first, &merkle_branch(others)))
}

fn join(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    let mut both = [0; 64];
    both[..32].copy_from_slice(left);
    both[32..].copy_from_slice(right);
    sha256d(&both)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(n: u8) -> [u8; 32] {
        sha256d(&[n])
    }

    /// The definition: join neighbours row by row.
    fn plain_root(leaves: &[[u8; 32]]) -> [u8; 32] {
        let mut row = leaves.to_vec();
        while row.len() > 1 {
            row = row.chunks(2).map(|pair| join(&pair[0], pair.last().unwrap())).collect();
        }
        row[0]
    }

    #[test]
    fn the_branch_folds_to_the_root_for_every_shape_of_tree() {
        for count in 1..=33u8 {
            let leaves: Vec<_> = (0..count).map(leaf).collect();
            assert_eq!(merkle_root_of(&leaves), plain_root(&leaves), "{count} leaves");
        }
    }

    #[cfg(feature = "bitcoin")]
    #[test]
    fn the_bitcoin_crate_agrees_on_the_root() {
        use bitcoin::hashes::{Hash, sha256d::Hash as Sha256d};
        for count in 1..=20u8 {
            let leaves: Vec<_> = (0..count).map(leaf).collect();
            let theirs = bitcoin::merkle_tree::calculate_root(leaves.iter().map(|l| Sha256d::from_byte_array(*l)));
            assert_eq!(Some(merkle_root_of(&leaves)), theirs.map(Sha256d::to_byte_array));
        }
    }

    #[test]
    fn the_hole_takes_any_length() {
        let coinbase = |hole| Coinbase::new(*b"<", hole, *b">");
        assert_eq!(coinbase(0).bytes(7), b"<>");
        assert_eq!(coinbase(2).bytes(0x01_02_03), [b'<', 2, 3, b'>']);
        assert_eq!(coinbase(10).extranonce_bytes(0x0102), [0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
        assert_eq!(
            [0, 1, 4, 7, 8, 16].map(|n| coinbase(n).extranonces()),
            [1, 256, 1 << 32, 1 << 56, u64::MAX, u64::MAX]
        );
    }

    #[test]
    fn block_1_comes_out_of_its_coinbase() {
        // The only transaction of block 1 of the main network; 04 is the push of its extranonce.
        let coinbase = Coinbase::new(
            *b"\x01\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff\x07\x04\xff\xff\0\x1d\x01",
            1,
            [
                b"\xff\xff\xff\xff\x01\0\xf2\x05\x2a\x01\0\0\0\x43\x41".as_slice(),
                b"\x04\x96\xb5\x38\xe8\x53\x51\x9c\x72\x6a\x2c\x91\xe6\x1e\xc1\x16\x00\xae\x13\x90\x81\x3a\x62\x7c\x66\xfb\x8b\xe7\x94\x7b\xe6\x3c",
                b"\x52\xda\x75\x89\x37\x95\x15\xd4\xe0\xa6\x04\xf8\x14\x17\x81\xe6\x22\x94\x72\x11\x66\xbf\x62\x1e\x73\xa8\x2c\xbf\x23\x42\xc8\x58",
                b"\xee\xac\0\0\0\0",
            ]
            .concat(),
        );
        let template = HeaderTemplate {
            version: 1,
            prev_blockhash: crate::header::Header::GENESIS.block_hash().0,
            bits: 0x1d00_ffff,
            coinbase,
            branch: Vec::new(),
        };
        let header = Header { nonce: 2_573_394_689, ..template.header(4, 1, 1_231_469_665) };
        let known = "00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048";
        assert_eq!(header.block_hash().to_string(), known);
    }
}
