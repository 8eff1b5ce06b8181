//! What the two hashes of a turn begin with.
//!
//! Constants are read by a verb and not by the compiler, so that they are there before the first steps want them; in the
//! compiler's own place, right before, they cost a per cent of the whole search. Which of all this comes first counts as
//! much, and is in `order.rs`.

use super::chain::Chain;
use super::nonces::Linear;
use super::schedule::{Digest, Header};
use super::{Memory, Turn};
use crate::kernel::lanes::FromMemory;
use crate::kernel::search::{T1, T2};
use crate::sha256::IV;

/// The first hash. Its parts are made in the order in which an expression names them.
pub(super) struct AfterRound3<L> {
    pub(super) a_and_e: [L; 2],
    /// b, c, d and f, g, h.
    pub(super) constants: [L; 6],
    /// Of a.
    pub(super) big_sigma0: L,
    /// Of e.
    pub(super) big_sigma1: L,
    /// Of rounds 4, 5 and 6.
    pub(super) hkw: [L; 3],
}

impl<L: FromMemory> AfterRound3<L> {
    #[inline(always)]
    pub(super) fn chain(self) -> Chain<L, Header> {
        let ([a, e], [b, c, d, f, g, h]) = (self.a_and_e, self.constants);
        let slots = [e, f, g, h, a, b, c, d]; // as round 4 has them: a in slot 60 % 8 = 4
        Chain::new(slots, self.hkw, [self.big_sigma0, self.big_sigma1])
    }
}

impl Turn<'_> {
    /// Nothing was missing but the nonce. It is in memory, too: W3.
    #[inline(always)]
    pub(super) fn a_and_e<L: FromMemory>(&self, memory: &Memory<L>) -> [L; 2] {
        let [a, _, _, _, e, ..] = &self.head.after_round_3;
        [memory.first.w[3].add_word(a), memory.first.w[3].add_word(e)]
    }

    #[inline(always)]
    pub(super) fn constants<L: FromMemory>(&self) -> [L; 6] {
        let [_, b, c, d, _, f, g, h] = &self.head.after_round_3;
        [b, c, d, f, g, h].map(L::splat_at)
    }

    #[inline(always)]
    pub(super) fn big_sigma0<L: FromMemory>(&self) -> L {
        self.nonces.plus(self.head.after_round_3[0]).map(Linear::BigSigma0)
    }

    #[inline(always)]
    pub(super) fn big_sigma1<L: FromMemory>(&self) -> L {
        self.nonces.plus(self.head.after_round_3[4]).map(Linear::BigSigma1)
    }

    #[inline(always)]
    pub(super) fn hkw<L: FromMemory>(&self) -> [L; 3] {
        self.head.hkw.each_ref().map(L::splat_at)
    }
}

/// The second hash. Nothing is missing but the first word of the digest in a and e.
#[inline(always)]
pub(super) fn after_round_0<L: FromMemory>(memory: &Memory<L>) -> Chain<L, Digest> {
    let [b, c, d, _, f, g, h, _] = IV_IN_MEMORY.each_ref().map(L::splat_at);
    let [a, e] = A_AND_E.each_ref().map(L::splat_at).map(|constant| constant.add_at(&memory.second.w[0]));
    let made = L::splat(0); // by steps, before it is wanted
    Chain::new([b, c, d, e, f, g, h, a], [made; 3], [made; 2]) // slots as round 1 has them: a in slot 63 % 8 = 7
}

static A_AND_E: [u32; 2] = [T1.wrapping_add(T2), T1.wrapping_add(IV[3])];
static IV_IN_MEMORY: [u32; 8] = IV;
