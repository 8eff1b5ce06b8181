//! One hash of a header, with every trick behind a switch.
//!
//! A value is *known* where a trick makes use of its being the same for all nonces, and *opaque*
//! where the trick is off: then it is read from memory like any other, so that neither the counter
//! nor the compiler can profit from it.

use crate::header::Header;
use crate::sha256::{self, IV, K, State, big_sigma0, big_sigma1, ch, maj, small_sigma0, small_sigma1};

/// A set of tricks, a bit each; those of higher bits build on the lower ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tricks(pub u32);

impl Tricks {
    pub const MIDSTATE: u32 = 1;
    pub const ROUNDS_0_TO_2: u32 = 1 << 1;
    pub const ROUND_3: u32 = 1 << 2;
    pub const W16_W17: u32 = 1 << 3;
    pub const CONSTANT_H: u32 = 1 << 4;
    pub const SHORTCUTS: u32 = 1 << 5;
    pub const SECOND_ROUND_0: u32 = 1 << 6;
    pub const SECOND_CONSTANT_H: u32 = 1 << 7;
    pub const SECOND_SHORTCUTS: u32 = 1 << 8;
    pub const STOP_AFTER_60: u32 = 1 << 9;
    pub const ONLY_E: u32 = 1 << 10;
    pub const NO_FINAL_ADDS: u32 = 1 << 11;
    pub const SHARED_SCHEDULE: u32 = 1 << 12;
    const ALL: Self = Self(Self::SHARED_SCHEDULE * 2 - 1);

    #[inline(always)]
    pub const fn has(self, bit: u32) -> bool {
        self.0 & bit != 0
    }
}

/// A word: `u32`, or one that counts what is done with it.
pub(super) trait Word: Copy {
    /// The same for all nonces, and the code makes use of it.
    fn known(x: u32) -> Self;
    /// Just another word.
    fn opaque(x: u32) -> Self;
    /// Forgets what is known.
    fn seal(self) -> Self;
    fn sum<const N: usize>(terms: [Self; N]) -> Self;
    fn xor3(self, b: Self, c: Self) -> Self;
    fn ch(self, f: Self, g: Self) -> Self;
    fn maj(self, b: Self, c: Self) -> Self;
    fn rotr(self, bits: u32) -> Self;
    fn shr(self, bits: u32) -> Self;
}

impl Word for u32 {
    #[inline(always)]
    fn known(x: u32) -> Self {
        x
    }
    #[inline(always)]
    fn opaque(x: u32) -> Self {
        x
    }
    #[inline(always)]
    fn seal(self) -> Self {
        self
    }
    #[inline(always)]
    fn sum<const N: usize>(terms: [Self; N]) -> Self {
        terms.into_iter().fold(0, u32::wrapping_add)
    }
    #[inline(always)]
    fn xor3(self, b: Self, c: Self) -> Self {
        self ^ b ^ c
    }
    #[inline(always)]
    fn ch(self, f: Self, g: Self) -> Self {
        g ^ (self & (f ^ g))
    }
    #[inline(always)]
    fn maj(self, b: Self, c: Self) -> Self {
        (self & b) | (c & (self | b))
    }
    #[inline(always)]
    fn rotr(self, bits: u32) -> Self {
        self.rotate_right(bits)
    }
    #[inline(always)]
    fn shr(self, bits: u32) -> Self {
        self >> bits
    }
}

/// What a job knows before the first nonce. The tables stand here too, for where no trick may use them.
pub(super) struct Inputs {
    first_block: [u32; 16],
    block: [u32; 16],
    iv: State,
    k: [u32; 64],
    /// The padding of the second hash, from word 8 on.
    padding: [u32; 8],
    midstate: State,
    after_round_2: State,
    /// Lacks the nonce in a and e.
    after_round_3: State,
    hkw: [u32; 3],
    w16: u32,
    w17: u32,
}

const ONE: u32 = 0x8000_0000;
const SECOND_PADDING: [u32; 8] = [ONE, 0, 0, 0, 0, 0, 0, 256];
const FIRST_PADDING: [u32; 12] = [ONE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 640];

impl Inputs {
    pub fn new(header: &Header) -> Self {
        let header = Header { nonce: 0, ..*header };
        let (first_block, block) = (header.first_block(), header.second_block());
        let midstate = sha256::compress(&IV, &first_block);
        let round = |s: State, t: usize| sha256::round(&s, K[t].wrapping_add(block[t]));
        let after_round_2 = (0..3).fold(midstate, round);
        let after_round_3 = round(after_round_2, 3);
        let hkw = std::array::from_fn(|i| after_round_3[7 - i].wrapping_add(K[4 + i]).wrapping_add(block[4 + i]));
        let w16 = small_sigma0(block[1]).wrapping_add(block[0]);
        let w17 = small_sigma1(640).wrapping_add(small_sigma0(block[2])).wrapping_add(block[1]);
        let tables = std::hint::black_box((IV, K, SECOND_PADDING));
        let (iv, k, padding) = tables;
        Self { first_block, block, iv, k, padding, midstate, after_round_2, after_round_3, hkw, w16, w17 }
    }
}

/// The statement once for each literal, so that every index is a constant.
macro_rules! each {
    ($t:ident in [$($literal:literal)*] $statement:block) => { $( { let $t: usize = $literal; $statement } )* };
}

#[inline(always)]
fn sigma0<W: Word>(x: W) -> W {
    x.rotr(7).xor3(x.rotr(18), x.shr(3))
}
#[inline(always)]
fn sigma1<W: Word>(x: W) -> W {
    x.rotr(17).xor3(x.rotr(19), x.shr(10))
}

/// W[t] from the four words that it is made of.
#[inline(always)]
fn extend<W: Word>(w: &[W; 64], t: usize, use_known: bool) -> W {
    let word = |i: usize| if use_known { w[i] } else { w[i].seal() };
    W::sum([word(t - 16), sigma0(word(t - 15)), word(t - 7), sigma1(word(t - 2))])
}

/// Round t; a..h stand in slots that move by one each round, so that nothing is copied.
#[inline(always)]
fn round<W: Word>(s: &mut [W; 8], t: usize, h_k_w: W, only_e: bool) {
    let slot = |i: usize| (64 + i - t) % 8;
    let (a, b, c, d) = (s[slot(0)], s[slot(1)], s[slot(2)], s[slot(3)]);
    let (e, f, g) = (s[slot(4)], s[slot(5)], s[slot(6)]);
    let big_sigma1 = e.rotr(6).xor3(e.rotr(11), e.rotr(25));
    let t1 = W::sum([h_k_w, e.ch(f, g), big_sigma1]);
    s[slot(3)] = W::sum([d, t1]);
    if !only_e {
        let big_sigma0 = a.rotr(2).xor3(a.rotr(13), a.rotr(22));
        let t2 = W::sum([big_sigma0, a.maj(b, c)]);
        s[slot(7)] = W::sum([t1, t2]);
    }
}

/// h of round t.
#[inline(always)]
fn h<W: Word>(s: &[W; 8], t: usize) -> W {
    s[(71 - t) % 8]
}

/// A whole compression without any trick.
#[inline(always)]
fn compress<W: Word>(inputs: &Inputs, before: &State, block: [u32; 16]) -> [W; 8] {
    let mut w = [W::opaque(0); 64];
    each!(t in [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15] { w[t] = W::opaque(block[t]); });
    each!(t in [16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39
                40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63] {
        w[t] = extend(&w, t, false);
    });
    let before = before.map(W::opaque);
    let mut s = before;
    each!(t in [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
                32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63] {
        let kw = W::sum([W::opaque(inputs.k[t]), w[t]]);
        let hkw = W::sum([h(&s, t), kw]);
        round(&mut s, t, hkw, false);
    });
    std::array::from_fn(|i| W::sum([before[i], s[i]]))
}

/// K[t] + W[t] of the second block: what all versions share.
#[inline(always)]
pub(super) fn schedule<W: Word>(inputs: &Inputs, nonce: W, tricks: Tricks) -> [W; 64] {
    let merged = tricks.has(Tricks::CONSTANT_H);
    let shortcuts = tricks.has(Tricks::SHORTCUTS);
    let mut w = [W::known(0); 64];
    each!(t in [0 1 2] { w[t] = W::known(inputs.block[t]); });
    w[3] = nonce;
    each!(t in [4 5 6 7 8 9 10 11 12 13 14 15] {
        w[t] = if shortcuts { W::known(FIRST_PADDING[t - 4]) } else { W::opaque(inputs.block[t]) };
    });
    if tricks.has(Tricks::W16_W17) {
        (w[16], w[17]) = (W::known(inputs.w16), W::known(inputs.w17));
    } else {
        each!(t in [16 17] { w[t] = extend(&w, t, false); });
    }
    each!(t in [18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33] { w[t] = extend(&w, t, shortcuts); });
    each!(t in [34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63] {
        w[t] = extend(&w, t, false);
    });
    let mut kw = [W::known(0); 64];
    let plain = |t: usize, word: W| W::sum([W::opaque(inputs.k[t]), word.seal()]);
    if !tricks.has(Tricks::ROUNDS_0_TO_2) {
        each!(t in [0 1 2] { kw[t] = plain(t, w[t]); });
    }
    if !tricks.has(Tricks::ROUND_3) {
        kw[3] = plain(3, w[3]);
    }
    each!(t in [4 5 6 7 8 9 10 11 12 13 14 15] {
        kw[t] = if merged { W::known(K[t].wrapping_add(FIRST_PADDING[t - 4])) } else { plain(t, w[t]) };
    });
    each!(t in [16 17] { kw[t] = if merged { W::sum([W::known(K[t]), w[t]]) } else { plain(t, w[t]) }; });
    each!(t in [18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47
                48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63] {
        kw[t] = plain(t, w[t]);
    });
    kw
}

/// The digest of the first hash.
#[inline(always)]
pub(super) fn first<W: Word>(inputs: &Inputs, kw: &[W; 64], nonce: W, tricks: Tricks) -> [W; 8] {
    let before: [W; 8] = if tricks.has(Tricks::MIDSTATE) {
        inputs.midstate.map(W::opaque)
    } else {
        compress(inputs, &inputs.iv, inputs.first_block)
    };
    let mut s = before;
    if tricks.has(Tricks::ROUND_3) {
        let [a, b, c, d, e, f, g, h] = inputs.after_round_3.map(W::known);
        // Slots as round 4 has them.
        s = [W::sum([nonce, e]), f, g, h, W::sum([nonce, a]), b, c, d];
    } else {
        if tricks.has(Tricks::ROUNDS_0_TO_2) {
            let [a, b, c, d, e, f, g, h] = inputs.after_round_2.map(W::opaque);
            // Slots as round 3 has them.
            s = [d, e, f, g, h, a, b, c];
        } else {
            each!(t in [0 1 2] { let hkw = W::sum([h(&s, t), kw[t]]);
        round(&mut s, t, hkw, false); });
        }
        let hkw = W::sum([h(&s, 3), kw[3]]);
        round(&mut s, 3, hkw, false);
    }
    let constant_h = tricks.has(Tricks::CONSTANT_H);
    each!(t in [4 5 6] {
        let hkw = if constant_h { W::known(inputs.hkw[t - 4]) } else { W::sum([h(&s, t).seal(), kw[t]]) };
        round(&mut s, t, hkw, false);
    });
    each!(t in [7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35
                36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63] {
        let hkw = W::sum([h(&s, t).seal(), kw[t]]);
        round(&mut s, t, hkw, false);
    });
    std::array::from_fn(|i| W::sum([before[i], s[i]]))
}

const T1: u32 = IV[7].wrapping_add(big_sigma1(IV[4])).wrapping_add(ch(IV[4], IV[5], IV[6])).wrapping_add(K[0]);
const T2: u32 = big_sigma0(IV[0]).wrapping_add(maj(IV[0], IV[1], IV[2]));

/// The last word of the second hash.
#[inline(always)]
pub(super) fn second<W: Word>(inputs: &Inputs, digest: [W; 8], tricks: Tricks) -> W {
    let constant_h = tricks.has(Tricks::SECOND_CONSTANT_H);
    let shortcuts = tricks.has(Tricks::SECOND_SHORTCUTS);
    let (stop, only_e) = (tricks.has(Tricks::STOP_AFTER_60), tricks.has(Tricks::ONLY_E));
    let mut w = [W::known(0); 64];
    each!(t in [0 1 2 3 4 5 6 7] { w[t] = digest[t]; });
    each!(t in [8 9 10 11 12 13 14 15] {
        w[t] = if shortcuts { W::known(SECOND_PADDING[t - 8]) } else { W::opaque(inputs.padding[t - 8]) };
    });
    each!(t in [16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31] { w[t] = extend(&w, t, shortcuts); });
    each!(t in [32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60] {
        w[t] = extend(&w, t, false);
    });
    if !stop {
        each!(t in [61 62 63] { w[t] = extend(&w, t, false); });
    }
    let mut s = inputs.iv.map(W::opaque);
    let plain = |s: &[W; 8], t: usize| W::sum([h(s, t).seal(), W::sum([W::opaque(inputs.k[t]), w[t].seal()])]);
    if tricks.has(Tricks::SECOND_ROUND_0) {
        let [a, b, c, _, e, f, g, _] = s;
        // Slots as round 1 has them: the new a in slot 7, the new e in slot 3.
        let known = |x: u32| W::sum([w[0], W::known(x)]);
        s = [a, b, c, known(T1.wrapping_add(IV[3])), e, f, g, known(T1.wrapping_add(T2))];
    } else {
        let hkw = plain(&s, 0);
        round(&mut s, 0, hkw, false);
    }
    each!(t in [1 2 3] {
        let hkw = if constant_h { W::sum([w[t], W::known(K[t].wrapping_add(IV[7 - t]))]) } else { plain(&s, t) };
        round(&mut s, t, hkw, false);
    });
    each!(t in [4 5 6 7] { let hkw = plain(&s, t); round(&mut s, t, hkw, false); });
    each!(t in [8 9 10 11 12 13 14 15] {
        let merged = W::known(K[t].wrapping_add(SECOND_PADDING[t - 8]));
        let hkw = if constant_h { W::sum([h(&s, t).seal(), merged]) } else { plain(&s, t) };
        round(&mut s, t, hkw, false);
    });
    each!(t in [16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39
                40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56] {
        let hkw = plain(&s, t);
        round(&mut s, t, hkw, false);
    });
    each!(t in [57 58 59 60] { let hkw = plain(&s, t); round(&mut s, t, hkw, only_e); });
    if !stop {
        each!(t in [61 62 63] { let hkw = plain(&s, t); round(&mut s, t, hkw, false); });
    }
    // Round 60 writes its e, which after round 63 is h, into slot (67 - 60) % 8 = 7.
    if tricks.has(Tricks::NO_FINAL_ADDS) {
        return W::sum([s[7], W::opaque(inputs.iv[7])]);
    }
    // Shown to the compiler as if somebody read all eight words, or it would stop early by itself.
    std::hint::black_box(std::array::from_fn::<W, 8, _>(|i| W::sum([W::opaque(inputs.iv[i]), s[i]])))[7]
}

/// The last state word of the hash, for any set of tricks.
#[inline(always)]
pub(super) fn last_word<W: Word>(inputs: &Inputs, nonce: W, tricks: Tricks) -> W {
    let kw = schedule(inputs, nonce, tricks);
    second(inputs, first(inputs, &kw, nonce, tricks), tricks)
}

/// The variant that is timed: never inlined, so that nothing moves out of the loop over the nonces.
#[inline(never)]
pub(super) fn timed<const TRICKS: u32>(inputs: &Inputs, nonce: u32) -> u32 {
    last_word(inputs, nonce, Tricks(TRICKS))
}

#[inline(never)]
pub(super) fn timed_schedule(inputs: &Inputs, nonce: u32) -> [u32; 64] {
    schedule(inputs, nonce, Tricks::ALL)
}

#[inline(never)]
pub(super) fn timed_after_schedule(inputs: &Inputs, kw: &[u32; 64], nonce: u32) -> u32 {
    second(inputs, first(inputs, kw, nonce, Tricks::ALL), Tricks::ALL)
}
