//! The search in its plainest form: what "correct" means for all the others.

use super::{Candidate, Work};
use crate::job::second_hash_block;
use crate::sha256::{IV, compress};
use alloc::vec::Vec;
use core::ops::Range;

pub(super) fn candidates(work: Work<'_>, nonces: Range<u64>, out: &mut Vec<Candidate>) {
    for nonce in nonces {
        let nonce = nonce as u32; // `nonces` ends at 2^32 at the latest
        let block = work.tail.with_nonce(nonce);
        for (version, head) in work.heads.iter().enumerate() {
            let first = compress(&head.midstate, &block);
            let [.., last] = compress(&IV, &second_hash_block(&first));
            if last & work.zero_bits == 0 {
                out.push(Candidate { version, nonce });
            }
        }
    }
}
