//! What of the two message schedules is known before the nonce: the padding, the words that no nonce changes, and the
//! constant summands of the words after them. Every search and the counts of `ablate` take them from here.

use crate::sha256::{IV, K, big_sigma0, big_sigma1, ch, maj, small_sigma0, small_sigma1};

/// The one bit after a message.
pub(crate) const ONE: u32 = 0x8000_0000;
/// The bits of a digest.
pub(crate) const LENGTH: u32 = 256;
/// Words 4 to 15 of the header's second block, for the counts.
#[cfg(feature = "vectors")]
pub(crate) const HEADER_PADDING: [u32; 12] = [ONE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 640];
/// Words 8 to 15 of the second hash, for the counts.
#[cfg(feature = "vectors")]
pub(crate) const DIGEST_PADDING: [u32; 8] = [ONE, 0, 0, 0, 0, 0, 0, LENGTH];

/// T1 of round 0 of the second hash, but for W[0]: all of it is the initial value.
pub(crate) const T1: u32 =
    IV[7].wrapping_add(big_sigma1(IV[4])).wrapping_add(ch(IV[4], IV[5], IV[6])).wrapping_add(K[0]);
/// T2 of that round.
pub(crate) const T2: u32 = big_sigma0(IV[0]).wrapping_add(maj(IV[0], IV[1], IV[2]));

/// What of W[T] of the header's second block is the same for all nonces: all of words 4 to 17, a summand of some after
/// them.
#[inline(always)]
pub(super) fn constant<const T: usize>(block: &[u32; 16]) -> u32 {
    let c16 = small_sigma0(block[1]).wrapping_add(block[0]);
    let c17 = small_sigma1(block[15]).wrapping_add(small_sigma0(block[2])).wrapping_add(block[1]);
    match T {
        0..=15 => block[T],
        16 | 23 => c16,
        17 | 24 | 33 => c17,
        18 => small_sigma1(c16).wrapping_add(block[2]),
        19 => small_sigma1(c17).wrapping_add(small_sigma0(block[4])),
        20 => block[4],
        22 => block[15],
        30 => small_sigma0(block[15]),
        31 => small_sigma0(c16).wrapping_add(block[15]),
        32 => small_sigma0(c17).wrapping_add(c16),
        _ => 0,
    }
}
