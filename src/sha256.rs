//! SHA-256 in the plainest form that FIPS 180-4 allows.
//!
//! This is the oracle: every kernel answers to it, so it is never optimised. It is also the
//! storyteller: [`Trace`] holds every word of one compression for `hashjoule explain`.

/// The state of SHA-256 between two blocks: the words a..h, or H0..H7 (FIPS 180-4, 6.2).
pub type State = [u32; 8];

/// The initial hash value H(0) (FIPS 180-4, 5.3.3).
pub const IV: State =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The sixty-four round constants (FIPS 180-4, 4.2.2).
#[rustfmt::skip]
pub const K: [u32; 64] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];

/// Ch, Maj and the four sigmas (FIPS 180-4, 4.1.2).
pub const fn ch(x: u32, y: u32, z: u32) -> u32 {
    (x & y) ^ (!x & z)
}
/// See [`ch`].
pub const fn maj(x: u32, y: u32, z: u32) -> u32 {
    (x & y) ^ (x & z) ^ (y & z)
}
/// Σ0, used in each round on `a`.
pub const fn big_sigma0(x: u32) -> u32 {
    x.rotate_right(2) ^ x.rotate_right(13) ^ x.rotate_right(22)
}
/// Σ1, used in each round on `e`.
pub const fn big_sigma1(x: u32) -> u32 {
    x.rotate_right(6) ^ x.rotate_right(11) ^ x.rotate_right(25)
}
/// σ0, used in the message schedule.
pub const fn small_sigma0(x: u32) -> u32 {
    x.rotate_right(7) ^ x.rotate_right(18) ^ (x >> 3)
}
/// σ1, used in the message schedule.
pub const fn small_sigma1(x: u32) -> u32 {
    x.rotate_right(17) ^ x.rotate_right(19) ^ (x >> 10)
}

/// The message schedule W of a block of sixteen big-endian words (FIPS 180-4, 6.2.2, step 1).
pub fn schedule(block: &[u32; 16]) -> [u32; 64] {
    let mut w = [0; 64];
    w[..16].copy_from_slice(block);
    for t in 16..64 {
        w[t] =
            small_sigma1(w[t - 2]).wrapping_add(w[t - 7]).wrapping_add(small_sigma0(w[t - 15])).wrapping_add(w[t - 16]);
    }
    w
}

/// One round: the working variables a..h before it, `K[t] + W[t]`, the working variables after it.
pub fn round(s: &State, k_plus_w: u32) -> State {
    let [a, b, c, d, e, f, g, h] = *s;
    let t1 = h.wrapping_add(big_sigma1(e)).wrapping_add(ch(e, f, g)).wrapping_add(k_plus_w);
    let t2 = big_sigma0(a).wrapping_add(maj(a, b, c));
    [t1.wrapping_add(t2), a, b, c, d.wrapping_add(t1), e, f, g]
}

/// Every word of one compression: the schedule and the working variables after each round.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trace {
    /// The state before the block.
    pub before: State,
    /// W0 to W63.
    pub w: [u32; 64],
    /// a..h after round t.
    pub rounds: [State; 64],
    /// The state after the block: `before` plus the last working variables, word by word.
    pub after: State,
}

/// Compresses one block of sixteen big-endian words and keeps every step.
pub fn trace(before: &State, block: &[u32; 16]) -> Trace {
    let w = schedule(block);
    let mut rounds = [[0; 8]; 64];
    let mut s = *before;
    for t in 0..64 {
        s = round(&s, K[t].wrapping_add(w[t]));
        rounds[t] = s;
    }
    let after = core::array::from_fn(|i| before[i].wrapping_add(s[i]));
    Trace { before: *before, w, rounds, after }
}

/// The compression function: the state after one block of sixteen big-endian words.
pub fn compress(before: &State, block: &[u32; 16]) -> State {
    let w = schedule(block);
    let mut s = *before;
    for t in 0..64 {
        s = round(&s, K[t].wrapping_add(w[t]));
    }
    core::array::from_fn(|i| before[i].wrapping_add(s[i]))
}

/// Sixteen big-endian words from the 64 bytes of a block.
pub fn words(block: &[u8; 64]) -> [u32; 16] {
    core::array::from_fn(|i| u32::from_be_bytes([block[4 * i], block[4 * i + 1], block[4 * i + 2], block[4 * i + 3]]))
}

/// The 32 bytes of a digest: the state's words, big-endian.
pub fn digest(state: &State) -> [u8; 32] {
    let mut out = [0; 32];
    for (bytes, word) in out.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    out
}

/// SHA-256 of a whole message.
pub fn sha256(message: &[u8]) -> [u8; 32] {
    let mut state = IV;
    let mut chunks = message.chunks_exact(64);
    for chunk in &mut chunks {
        state = compress(&state, &words(chunk.try_into().expect("chunks_exact(64) yields 64 bytes")));
    }
    for block in pad(chunks.remainder(), message.len() as u64) {
        state = compress(&state, &words(&block));
    }
    digest(&state)
}

/// The last one or two blocks: the rest of the message, a one bit, zeros, the length in bits.
fn pad(rest: &[u8], message_len: u64) -> impl Iterator<Item = [u8; 64]> {
    let mut tail = [0u8; 128];
    tail[..rest.len()].copy_from_slice(rest);
    tail[rest.len()] = 0x80;
    let blocks = if rest.len() < 56 { 1 } else { 2 };
    tail[64 * blocks - 8..64 * blocks].copy_from_slice(&(message_len * 8).to_be_bytes());
    (0..blocks).map(move |i| core::array::from_fn(|j| tail[64 * i + j]))
}

/// SHA-256 of SHA-256, the hash of a Bitcoin block header, in the order that SHA-256 emits.
pub fn sha256d(message: &[u8]) -> [u8; 32] {
    sha256(&sha256(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|b| format!("{b:02x}")).collect()
    }

    #[test]
    fn the_examples_of_fips_180_4() {
        assert_eq!(hex(&sha256(b"abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(
            hex(&sha256(b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        );
    }

    #[test]
    fn padding_at_its_seams_agrees_with_another_implementation() {
        // 55 bytes fit one block with their padding, 56 do not; 64 is a whole block.
        #[cfg(feature = "scan")]
        for len in [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128] {
            use sha2::Digest;
            let message: Vec<u8> = (0..len).map(|i| i as u8).collect();
            assert_eq!(sha256(&message)[..], sha2::Sha256::digest(&message)[..], "{len} bytes");
        }
    }

    #[test]
    fn a_trace_ends_where_the_compression_ends() {
        let block = core::array::from_fn(|i| i as u32 * 0x0101_0101);
        assert_eq!(trace(&IV, &block).after, compress(&IV, &block));
    }
}
