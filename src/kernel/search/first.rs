//! The first hash: rounds 4 to 63 of the header's second block, from what the job did ahead.

use super::rounds::{State, Window, before, round, round_with_h, sigma0, sigma1, sum};
use crate::job::{Head, Tail};
use crate::kernel::each;
use crate::kernel::lanes::Lanes;
use crate::kernel::schedule::constant;
use crate::sha256::K;

/// Where K[T] + W[T] of the second block comes from.
pub(super) trait Words<L> {
    /// From here on the words are those of these nonces.
    fn begin(&mut self, nonce: L);
    /// K[T] + W[T], asked for once for each T from 7 to 63, ascending.
    fn kw<const T: usize>(&mut self) -> L;
}

/// One version: each word is made when its round wants it, which gives the round's waits something to do.
pub(super) struct OnTheWay<'a, L> {
    w: Window<L>,
    nonce: L,
    block: &'a [u32; 16],
}

impl<'a, L: Lanes> OnTheWay<'a, L> {
    #[inline(always)]
    pub(super) fn new(tail: &'a Tail) -> Self {
        Self { w: [L::splat(0); 16], nonce: L::splat(0), block: &tail.block }
    }

    /// Words 4 to 15 are padding, 16 and 17 know no nonce, and up to 33 whatever is zero or constant
    /// is left out or added up beforehand.
    #[inline(always)]
    fn make<const T: usize>(&mut self) {
        let [w16, w15, w7, w2] = before::<L, T>(&self.w);
        let c = constant::<T>(self.block);
        self.w[T % 16] = match T {
            0..=17 => L::splat(c),
            18 => sum(sigma0(self.nonce), c),
            19 => sum(self.nonce, c),
            21 => sigma1(w2),
            20..=24 => sum(sigma1(w2), c),
            25..=29 => sigma1(w2).add(w7),
            30..=32 => sum(sigma1(w2).add(w7), c),
            33 => sum(sigma1(w2).add(w7), c).add(sigma0(w15)),
            _ => w16.add(sigma0(w15)).add(w7).add(sigma1(w2)),
        };
    }
}

impl<L: Lanes> Words<L> for OnTheWay<'_, L> {
    #[inline(always)]
    fn begin(&mut self, nonce: L) {
        self.nonce = nonce;
    }
    #[inline(always)]
    fn kw<const T: usize>(&mut self) -> L {
        self.make::<T>();
        if T < 18 { L::splat(constant::<T>(self.block).wrapping_add(K[T])) } else { sum(self.w[T % 16], K[T]) }
    }
}

/// Many versions: the words are made once for all of them. Aligned, for an unlucky offset costs 5 %.
#[repr(align(64))]
pub(super) struct Table<'a, L> {
    kw: [L; 64],
    tail: &'a Tail,
}

impl<'a, L: Lanes> Table<'a, L> {
    #[inline(always)]
    pub(super) fn new(tail: &'a Tail) -> Self {
        Self { kw: [L::splat(0); 64], tail }
    }
}

impl<L: Lanes> Words<L> for Table<'_, L> {
    #[inline(always)]
    fn begin(&mut self, nonce: L) {
        let mut words = OnTheWay::new(self.tail);
        words.begin(nonce);
        each!(T in [
            7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35
            36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
        ] self.kw[T] = words.kw::<T>());
    }

    #[inline(always)]
    fn kw<const T: usize>(&mut self) -> L {
        self.kw[T]
    }
}

/// The first hash of a vector of nonces in one version, under way.
pub(super) struct FirstHash<'a, L, W> {
    s: State<L>,
    head: &'a Head,
    words: &'a mut W,
}

impl<'a, L: Lanes, W: Words<L>> FirstHash<'a, L, W> {
    /// The state after round 3, which lacks nothing but the nonce (its bytes swapped) in a and e.
    #[inline(always)]
    pub(super) fn new(head: &'a Head, words: &'a mut W, nonce: L) -> Self {
        let [a, b, c, d, e, f, g, h] = head.after_round_3;
        let (a, e) = (sum(nonce, a), sum(nonce, e));
        let rest = |x| L::splat(x);
        // Slots as round 4 has them: a in slot 60 % 8 = 4.
        Self { s: [e, rest(f), rest(g), rest(h), a, rest(b), rest(c), rest(d)], head, words }
    }

    /// The digest, after the rounds unless they were done beside a second hash.
    #[inline(always)]
    pub(super) fn digest(mut self) -> [L; 8] {
        if !L::BESIDE {
            each!(T in [
                4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33
                34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
            ] self.round::<T>());
        }
        each!(I in [0 1 2 3 4 5 6 7] self.s[I] = sum(self.s[I], self.head.midstate[I]));
        self.s
    }

    /// Round T, from 4 to 63, in this order.
    #[inline(always)]
    pub(super) fn round<const T: usize>(&mut self) {
        if T < 7 {
            round_with_h::<L, T>(&mut self.s, L::splat(self.head.hkw[T - 4]));
        } else {
            let kw = self.words.kw::<T>();
            round::<L, T>(&mut self.s, kw);
        }
    }
}
