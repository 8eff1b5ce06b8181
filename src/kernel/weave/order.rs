//! The order of a turn: data, found by trying.
//!
//! In each line, a step and how many slots behind: `first e 3` in slot S is step e of the first hash for slot S - 3.
//! Slot 1 is its first round. Steps of rounds that there are not, before the first and after the last, do nothing. The
//! steps of a round stand over several slots, so that a step comes about a dozen steps after the one that it waits for: a
//! core of two ports like Zen 4 needs that distance in order not to wait, though an addition takes one cycle.
//!
//! An order is right in which each step comes after those that it takes from, and before the next round's overwrite them;
//! the tests find out one that is not. Which is fast, and which hash begins and ends first, only the clock says:
//! docs/kernels.md.

use super::start::{AfterRound3, after_round_0};
use super::{Memory, Turn, Woven};
use crate::kernel::each;
use crate::kernel::lanes::FromMemory;

macro_rules! weave {
    ($woven:ident, $memory:ident, $made:expr, [$($slot:literal)*] $($who:ident $step:ident $back:literal;)*) => {
        each!(S in [$($slot)*] { $(weave!(@ $who $step, $woven, $memory, $made, { back(S, $back) });)* })
    };
    (@ first begin, $woven:ident, $memory:ident, $made:expr, $slot:block) => {
        $woven.first.begin::<$slot>(&$memory.first, $made)
    };
    (@ second begin, $woven:ident, $memory:ident, $made:expr, $slot:block) => {
        $woven.second.begin::<$slot>(&$memory.second, Some(&$woven.second_words))
    };
    (@ first_words $step:ident, $woven:ident, $memory:ident, $made:expr, $slot:block) => {
        $woven.first_words.$step::<$slot>(&mut $memory.first)
    };
    (@ second_words $step:ident, $woven:ident, $memory:ident, $made:expr, $slot:block) => {
        $woven.second_words.$step::<$slot>(&mut $memory.second)
    };
    (@ $chain:ident $step:ident, $woven:ident, $memory:ident, $made:expr, $slot:block) => {
        $woven.$chain.$step::<$slot>()
    };
}

/// The slot so many before this one, or 0, which is none.
const fn back(slot: usize, slots: usize) -> usize {
    slot.saturating_sub(slots)
}

/// A turn, and which lanes of its second hash are candidates. The words of the first hash are made already.
#[inline(always)]
pub(super) fn rolling<L: FromMemory>(turn: &Turn<'_>, memory: &mut Memory<L>) -> u32 {
    L::idle::<3>(); // 2 to 5 gain half a per cent
    let first = AfterRound3 {
        a_and_e: turn.a_and_e(memory),
        constants: turn.constants(),
        big_sigma1: turn.big_sigma1(),
        big_sigma0: turn.big_sigma0(),
        hkw: turn.hkw(),
    };
    let second = after_round_0(memory);
    let mut woven = Woven::new(first.chain(), second);
    weave! { woven, memory, None, [
        1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39
        40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64
    ]
        second t2 4; first rotr13 3; first rotr22 3; second_words rotr18 1; first t1 3; second_words rotr17 1;
        second_words rotr19 1; second a 4; second_words add_7 2; second_words add_constant 2; second_words word 2;
        second_words keep 2; first big_sigma0 3; second e 4; second rotr6 3; second_words sigma0 1; first e 3;
        second rotr11 3; second_words shr10 1; second_words add_16 1; first rotr6 2; second rotr2 3; second rotr25 3;
        second big_sigma1 3; first t2 3; second rotr13 3; second_words kw 2; second maj 3; first a 3; second ch 3;
        second add_ch 3; second rotr22 3; first rotr11 2; second t1 3; second big_sigma0 3; first rotr25 2;
        second_words rotr7 0; first rotr2 2; first big_sigma1 2; first ch 2; second_words sigma1 1; first begin 2;
        first add_ch 2; first maj 2; second_words shr3 0; second begin 2;
    }
    let candidates = woven.candidates(turn);
    woven.digest(turn, &mut memory.second);
    candidates
}

/// The same, with the words of both hashes made on the way.
#[inline(always)]
pub(super) fn one_version<L: FromMemory>(turn: &Turn<'_>, memory: &mut Memory<L>) -> u32 {
    let second = after_round_0(memory);
    let first = AfterRound3 {
        a_and_e: turn.a_and_e(memory),
        big_sigma0: turn.big_sigma0(),
        big_sigma1: turn.big_sigma1(),
        constants: turn.constants(),
        hkw: turn.hkw(),
    };
    let mut woven = Woven::new(first.chain(), second);
    weave! { woven, memory, Some(&woven.first_words), [
        1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39
        40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
    ]
        first rotr11 2; second_words add_16 2; first rotr2 2; second t2 3; first rotr25 2; first rotr13 2;
        first begin 2; first maj 2; second t1 3; first rotr22 2; second a 3; second e 3; first big_sigma1 2;
        first_words rotr7 1; second_words add_7 2; second_words add_constant 2; first add_ch 2; first big_sigma0 2;
        first_words shr3 1; first_words shr10 1; first_words rotr18 1; first t1 2; first_words sigma0 1;
        second_words word 2; second_words keep 2; second rotr2 2; second rotr13 2; first_words add_16 1;
        second_words kw 2; second rotr6 2; first_words add_7 1; first_words add_constant 1; second_words rotr17 1;
        first_words rotr19 1; second rotr22 2; first_words sigma1 1; second_words shr10 1; second rotr11 2;
        first_words word 1; first_words keep 1; first t2 2; second rotr25 2; second ch 2; second begin 2;
        second_words rotr19 1; second big_sigma1 2; first a 2; second_words rotr7 1; second maj 2;
        second big_sigma0 2; second add_ch 2; first e 2; first rotr6 1; second_words sigma1 1; first_words kw 1;
        second_words rotr18 1; second_words shr3 1; second_words sigma0 1; first_words rotr17 0; first ch 1;
    }
    woven.digest(turn, &mut memory.second);
    woven.candidates(turn)
}
