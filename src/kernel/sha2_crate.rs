//! The `sha2` crate's compression function behind the same contract: the yardstick of every
//! benchmark, and the floor on CPUs that have no file of their own here.

use super::{Candidate, Work};
use crate::job::Tail;
use crate::sha256::{IV, State, digest};
use alloc::vec::Vec;
use core::ops::Range;
use sha2::block_api::compress256;

pub(super) fn candidates(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    let mut block = bytes(work.tail);
    for nonce in nonces {
        let nonce = nonce as u32; // `nonces` ends at 2^32 at the latest
        block[12..16].copy_from_slice(&nonce.to_le_bytes());
        for (version, head) in work.heads.iter().enumerate() {
            if last_word(head.midstate, &block) & work.zero_bits == 0 {
                out.push(Candidate { version, nonce });
            }
        }
    }
}

fn bytes(tail: &Tail) -> [u8; 64] {
    let mut block = [0; 64];
    for (bytes, word) in block.chunks_exact_mut(4).zip(&tail.block) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    block
}

/// The last word of the second digest.
fn last_word(mut first: State, block: &[u8; 64]) -> u32 {
    compress256(&mut first, core::slice::from_ref(block));
    let mut padded = [0; 64];
    padded[..32].copy_from_slice(&digest(&first));
    padded[32] = 0x80;
    padded[62] = 1; // 256 bits
    let mut second = IV;
    compress256(&mut second, &[padded]);
    second[7]
}
