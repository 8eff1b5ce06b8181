//! The rounds of one hash in single steps.

use super::schedule::{Block, Making, Schedule};
use crate::kernel::lanes::FromMemory;
use std::marker::PhantomData;

/// A hash under way. As in the plain search the working variables never move: in round T the one called a is in slot
/// (64 - T) % 8. What a step makes is kept until the same step of the next round.
pub(super) struct Chain<L, B> {
    pub(super) s: [L; 8],
    e_rotated: [L; 3],
    a_rotated: [L; 3],
    big_sigma0: L,
    big_sigma1: L,
    ch: L,
    maj: L,
    /// h + K[T] + W[T], and then Ch too.
    hkw: L,
    /// The same of the first three rounds, where it is constant: h always is, there.
    constant_hkw: [L; 3],
    t1: L,
    t2: L,
    block: PhantomData<B>,
}

impl<L: FromMemory, B: Block> Chain<L, B> {
    /// `big_sigmas`: of a and of e, for a first round that does not make them.
    #[inline(always)]
    pub(super) fn new(s: [L; 8], constant_hkw: [L; 3], big_sigmas: [L; 2]) -> Self {
        let x = L::splat(0);
        Self {
            s,
            e_rotated: [x; 3],
            a_rotated: [x; 3],
            big_sigma0: big_sigmas[0],
            big_sigma1: big_sigmas[1],
            ch: x,
            maj: x,
            hkw: x,
            constant_hkw,
            t1: x,
            t2: x,
            block: PhantomData,
        }
    }

    /// The first step of a round. Its word is on the way to it if the words are `made` beside the rounds.
    #[inline(always)]
    pub(super) fn begin<const SLOT: usize>(&mut self, schedule: &Schedule<L, B>, made: Option<&Making<L, B>>) {
        let t = round_of::<B>(SLOT);
        if SLOT > 0 && t <= B::LAST_ROUND {
            self.hkw = self.hkw(t, schedule, made);
        }
    }

    /// h + K[T] + W[T]; in the first three rounds h is a constant, and added already.
    #[inline(always)]
    fn hkw(&self, t: usize, schedule: &Schedule<L, B>, made: Option<&Making<L, B>>) -> L {
        let (h_is_constant, h) = (t < B::FIRST_ROUND + 3, self.s[(71 - t) % 8]);
        match made {
            Some(words) if t < B::IN_LANES && h_is_constant => words.kw,
            Some(words) if t < B::IN_LANES || t >= B::FIRST_MADE => h.add(words.kw),
            _ if h_is_constant => self.constant_hkw[t - B::FIRST_ROUND],
            _ => h.add_at(&schedule.kw[t]),
        }
    }
}

/// The round that a slot is for, from slot 1 on.
#[inline(always)]
pub(super) const fn round_of<B: Block>(slot: usize) -> usize {
    B::FIRST_ROUND + slot - 1
}

/// One step of a round in each line: up to which round, what it writes, and what that becomes. Of three operands the
/// first is the one that is known last.
macro_rules! steps {
    ($($name:ident($x:ident, $t:ident) $(from $first:ident)? to $last:ident: $place:expr, $value:expr;)*) => {
        impl<L: FromMemory, B: Block> Chain<L, B> {
            $(#[inline(always)]
            pub(super) fn $name<const SLOT: usize>(&mut self) {
                let ($x, $t) = (self, round_of::<B>(SLOT));
                if SLOT > 0 && $t <= B::$last $(&& $t >= B::$first)? {
                    $place = $value;
                }
            })*
        }
    };
}

steps! {
    rotr6(x, t) from FIRST_WITH_SIGMAS to LAST_ROUND: x.e_rotated[0], x.s[(68 - t) % 8].rotr::<6>();
    rotr11(x, t) from FIRST_WITH_SIGMAS to LAST_ROUND: x.e_rotated[1], x.s[(68 - t) % 8].rotr::<11>();
    rotr25(x, t) from FIRST_WITH_SIGMAS to LAST_ROUND: x.e_rotated[2], x.s[(68 - t) % 8].rotr::<25>();
    big_sigma1(x, t) from FIRST_WITH_SIGMAS to LAST_ROUND: x.big_sigma1, x.e_rotated[2].xor3(x.e_rotated[1], x.e_rotated[0]);
    ch(x, t) to LAST_ROUND: x.ch, x.s[(68 - t) % 8].ch(x.s[(69 - t) % 8], x.s[(70 - t) % 8]);
    add_ch(x, t) to LAST_ROUND: x.hkw, x.hkw.add(x.ch);
    t1(x, t) to LAST_ROUND: x.t1, x.hkw.add(x.big_sigma1);
    e(x, t) to LAST_ROUND: x.s[(67 - t) % 8], x.s[(67 - t) % 8].add(x.t1);
    rotr2(x, t) from FIRST_WITH_SIGMAS to LAST_WITH_A: x.a_rotated[0], x.s[(64 - t) % 8].rotr::<2>();
    rotr13(x, t) from FIRST_WITH_SIGMAS to LAST_WITH_A: x.a_rotated[1], x.s[(64 - t) % 8].rotr::<13>();
    rotr22(x, t) from FIRST_WITH_SIGMAS to LAST_WITH_A: x.a_rotated[2], x.s[(64 - t) % 8].rotr::<22>();
    big_sigma0(x, t) from FIRST_WITH_SIGMAS to LAST_WITH_A: x.big_sigma0, x.a_rotated[2].xor3(x.a_rotated[1], x.a_rotated[0]);
    maj(x, t) to LAST_WITH_A: x.maj, x.s[(64 - t) % 8].maj(x.s[(65 - t) % 8], x.s[(66 - t) % 8]);
    t2(x, t) to LAST_WITH_A: x.t2, x.big_sigma0.add(x.maj);
    a(x, t) to LAST_WITH_A: x.s[(71 - t) % 8], x.t1.add(x.t2);
}
