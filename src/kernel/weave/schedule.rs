//! A message schedule in single steps, its words in memory.

use super::chain::round_of;
use super::nonces::{Counting, Linear};
use crate::kernel::each;
use crate::kernel::lanes::FromMemory;
use crate::sha256::{IV, K, small_sigma0, small_sigma1};
use std::marker::PhantomData;

/// What a word of a schedule is in the lanes of a vector.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Word {
    Zero,
    /// The same in all of them.
    Constant,
    /// The nonce, or its sum with a constant.
    Counting,
    /// The digest, or made of it or of the nonce.
    Lanes,
}

/// What is known of a block, and of the rounds that it is hashed in.
pub(super) trait Block {
    const FIRST_ROUND: usize;
    const LAST_ROUND: usize;
    /// The first round that makes its Sigmas; before it they are known.
    const FIRST_WITH_SIGMAS: usize;
    /// The round that leaves its K to what is made of its e.
    const WITHOUT_K: usize;
    /// Only e is wanted of the rounds after this one.
    const LAST_WITH_A: usize;
    /// The first word that is made of others and is not the same in all lanes.
    const FIRST_MADE: usize;
    /// The words before this one are in lanes from the beginning.
    const IN_LANES: usize;
    /// K[T] for them, and h as long as it is constant.
    const HK: &'static [u32; 8];

    fn word(t: usize) -> Word;
}

/// The header's second block.
pub(super) enum Header {}

impl Block for Header {
    const FIRST_ROUND: usize = 4;
    const LAST_ROUND: usize = 63;
    const FIRST_WITH_SIGMAS: usize = 5;
    const WITHOUT_K: usize = 64;
    const LAST_WITH_A: usize = 63;
    const FIRST_MADE: usize = 18;
    const IN_LANES: usize = 0;
    const HK: &'static [u32; 8] = &[0; 8];

    #[inline(always)]
    fn word(t: usize) -> Word {
        match t {
            5..=14 => Word::Zero,
            0..=2 | 4..=17 => Word::Constant,
            3 | 19 => Word::Counting,
            _ => Word::Lanes,
        }
    }
}

/// The digest and its padding.
pub(super) enum Digest {}

impl Block for Digest {
    const FIRST_ROUND: usize = 1;
    const LAST_ROUND: usize = 60;
    const FIRST_WITH_SIGMAS: usize = 1;
    const WITHOUT_K: usize = 60;
    const LAST_WITH_A: usize = 56;
    const FIRST_MADE: usize = 16;
    const IN_LANES: usize = 8;
    const HK: &'static [u32; 8] =
        &[0, IV[6].wrapping_add(K[1]), IV[5].wrapping_add(K[2]), IV[4].wrapping_add(K[3]), K[4], K[5], K[6], K[7]];

    #[inline(always)]
    fn word(t: usize) -> Word {
        match t {
            9..=14 => Word::Zero,
            8..=15 => Word::Constant,
            _ => Word::Lanes,
        }
    }
}

/// The words that have been made.
pub(super) struct Schedule<L, B> {
    /// The last sixteen: W[T] takes the place of W[T - 16].
    pub(super) w: [L; 16],
    /// K[T] + W[T], where W[T] is constant or made ahead.
    pub(super) kw: [L; 64],
    /// What W[T] takes from words that are constant.
    constants: [u32; 64],
    nonces: Counting,
    block: PhantomData<B>,
}

impl<L: FromMemory, B: Block> Schedule<L, B> {
    /// Of `block` only the constant words count.
    #[inline(always)]
    pub(super) fn new(block: &[u32; 16]) -> Self {
        let (mut w, mut constants) = ([0; 64], [0; 64]);
        w[..16].copy_from_slice(block);
        for t in 16..64 {
            let [w16, w15, w7, w2] = [16, 15, 7, 2].map(|back| if in_lanes::<B>(t - back) { 0 } else { w[t - back] });
            constants[t] = w16.wrapping_add(small_sigma0(w15)).wrapping_add(w7).wrapping_add(small_sigma1(w2));
            w[t] = constants[t]; // all of it, where the word is constant
        }
        let kw = std::array::from_fn(|t| L::splat(w[t].wrapping_add(K[t])));
        Self { w: [L::splat(0); 16], kw, constants, nonces: Counting::nonces(0), block: PhantomData }
    }
}

impl<L: FromMemory> Schedule<L, Header> {
    /// From here on the nonces are these.
    #[inline(always)]
    pub(super) fn begin(&mut self, nonces: Counting) {
        self.nonces = nonces;
        self.w[3] = nonces.map(Linear::Identity);
    }
}

/// The words of the first hash, made for as many versions as there are.
pub(super) struct Ahead<L>([L; 64]);

impl<L: FromMemory> Ahead<L> {
    #[inline(always)]
    pub(super) fn new(header: &[u32; 16]) -> Self {
        let mut w = [L::splat(0); 64];
        each!(T in [0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15] w[T] = L::splat(header[T]));
        Self(w)
    }

    /// K[T] + W[T] for the nonces that the schedule has begun. A loop without shortcuts: unrolled, with fewer operations, it
    /// takes three times as long, perhaps because it is run too seldom for its code to stay decoded.
    #[inline(always)]
    pub(super) fn make(&mut self, schedule: &mut Schedule<L, Header>) {
        let Self(w) = self;
        w[3] = schedule.w[3];
        let (mut w2, mut w1) = (w[14], w[15]);
        for t in 16..64 {
            let w15 = w[t - 15];
            let sigma0 = w15.rotr::<18>().xor3(w15.rotr::<7>(), w15.shr::<3>());
            let sigma1 = w2.rotr::<19>().xor3(w2.rotr::<17>(), w2.shr::<10>());
            let made = sigma0.add(w[t - 16]).add(w[t - 7]).add(sigma1);
            (w[t], w2, w1) = (made, w1, made);
            schedule.kw[t] = made.add_word(&K[t]);
        }
    }
}

/// A word on its way. What a step makes is kept until the same step of the next word.
pub(super) struct Making<L, B> {
    rotated_15: [L; 3],
    rotated_2: [L; 3],
    sigma1: L,
    /// The summands other than sigma1.
    sum: L,
    /// The last two words: W[T] takes the place of W[T - 2].
    last: [L; 2],
    /// K[T] + W[T].
    pub(super) kw: L,
    block: PhantomData<B>,
}

impl<L: FromMemory, B: Block> Making<L, B> {
    #[inline(always)]
    pub(super) fn new() -> Self {
        let x = L::splat(0);
        Self { rotated_15: [x; 3], rotated_2: [x; 3], sigma1: x, sum: x, last: [x; 2], kw: x, block: PhantomData }
    }

    /// Whether one of the first so many summands is in lanes: those of W[T - 15], W[T - 16] and W[T - 7].
    #[inline(always)]
    fn begun(t: usize, summands: usize) -> bool {
        [15, 16, 7][..summands].iter().any(|back| in_lanes::<B>(t - back))
    }

    #[inline(always)]
    fn plus(&self, begun: bool, word: &L) -> L {
        if begun { self.sum.add_at(word) } else { L::load_at(word) }
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "an instruction reads it from there")]
    #[inline(always)]
    fn plus_constant(&self, begun: bool, constant: &u32) -> L {
        if begun { self.sum.add_word(constant) } else { L::splat_at(constant) }
    }

    #[inline(always)]
    fn small_sigma0(&self, t: usize, schedule: &Schedule<L, B>) -> L {
        match B::word(t - 15) {
            Word::Counting => schedule.nonces.plus(schedule.constants[t - 15]).map(Linear::SmallSigma0),
            _ => self.rotated_15[1].xor3(self.rotated_15[0], self.rotated_15[2]),
        }
    }

    #[inline(always)]
    fn small_sigma1(&self, t: usize, schedule: &Schedule<L, B>) -> L {
        match B::word(t - 2) {
            Word::Counting => schedule.nonces.plus(schedule.constants[t - 2]).map(Linear::SmallSigma1),
            _ => self.rotated_2[1].xor3(self.rotated_2[0], self.rotated_2[2]),
        }
    }

    /// The last step of a word; the only one of those that are in lanes from the beginning.
    #[inline(always)]
    pub(super) fn kw<const SLOT: usize>(&mut self, schedule: &Schedule<L, B>) {
        let t = round_of::<B>(SLOT);
        if SLOT > 0 && t < B::IN_LANES {
            self.kw = L::splat_at(&B::HK[t]).add_at(&schedule.w[t]);
        } else if t >= B::FIRST_MADE && t <= B::LAST_ROUND {
            self.kw = if t == B::WITHOUT_K { self.last[t % 2] } else { self.last[t % 2].add_word(&K[t]) };
        }
    }

    #[inline(always)]
    fn sum_and_sigma1(&self, t: usize) -> L {
        match (Self::begun(t, 3) || takes_constants::<B>(t), in_lanes::<B>(t - 2)) {
            (true, true) => self.sum.add(self.sigma1),
            (true, false) => self.sum,
            (false, _) => self.sigma1,
        }
    }
}

#[inline(always)]
fn in_lanes<B: Block>(t: usize) -> bool {
    matches!(B::word(t), Word::Counting | Word::Lanes)
}

#[inline(always)]
fn takes_constants<B: Block>(t: usize) -> bool {
    [16, 15, 7, 2].iter().any(|back| B::word(t - back) == Word::Constant)
}

/// One step of a word in each line: when it is taken, what it writes, and what that becomes.
macro_rules! steps {
    ($($name:ident($x:ident, $memory:ident, $t:ident) if $when:expr => $place:expr, $value:expr;)*) => {
        impl<L: FromMemory, B: Block> Making<L, B> {
            $(#[inline(always)]
            pub(super) fn $name<const SLOT: usize>(&mut self, $memory: &mut Schedule<L, B>) {
                let ($x, $t) = (self, round_of::<B>(SLOT));
                if $t >= B::FIRST_MADE && $t <= B::LAST_ROUND && $when {
                    $place = $value;
                }
            })*
        }
    };
}

steps! {
    rotr7(x, m, t) if B::word(t - 15) == Word::Lanes => x.rotated_15[0], L::rotr_at::<7>(&m.w[(t + 1) % 16]);
    rotr18(x, m, t) if B::word(t - 15) == Word::Lanes => x.rotated_15[1], L::rotr_at::<18>(&m.w[(t + 1) % 16]);
    shr3(x, m, t) if B::word(t - 15) == Word::Lanes => x.rotated_15[2], L::shr_at::<3>(&m.w[(t + 1) % 16]);
    sigma0(x, m, t) if in_lanes::<B>(t - 15) => x.sum, x.small_sigma0(t, m);
    add_16(x, m, t) if in_lanes::<B>(t - 16) => x.sum, x.plus(Self::begun(t, 1), &m.w[t % 16]);
    add_7(x, m, t) if in_lanes::<B>(t - 7) => x.sum, x.plus(Self::begun(t, 2), &m.w[(t + 9) % 16]);
    add_constant(x, m, t) if takes_constants::<B>(t) => x.sum, x.plus_constant(Self::begun(t, 3), &m.constants[t]);
    rotr17(x, _m, t) if B::word(t - 2) == Word::Lanes => x.rotated_2[0], x.last[t % 2].rotr::<17>();
    rotr19(x, _m, t) if B::word(t - 2) == Word::Lanes => x.rotated_2[1], x.last[t % 2].rotr::<19>();
    shr10(x, _m, t) if B::word(t - 2) == Word::Lanes => x.rotated_2[2], x.last[t % 2].shr::<10>();
    sigma1(x, m, t) if in_lanes::<B>(t - 2) => x.sigma1, x.small_sigma1(t, m);
    word(x, _m, t) if true => x.last[t % 2], x.sum_and_sigma1(t);
    keep(x, m, t) if t + 7 <= B::LAST_ROUND => m.w[t % 16], x.last[t % 2];
}
