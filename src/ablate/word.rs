//! The words of a message schedule: what is known of one costs nothing.

use crate::kernel::each;
use crate::kernel::lanes::Lanes;
use crate::sha256::{small_sigma0, small_sigma1};

/// A word of a schedule.
#[derive(Clone, Copy)]
pub(super) enum Word<L> {
    /// The same for all nonces, and use may be made of it.
    Known(u32),
    /// Any other.
    Varies(L),
}

use Word::{Known, Varies};

impl<L: Lanes> Word<L> {
    #[inline(always)]
    pub(super) fn lane(self) -> L {
        match self {
            Known(x) => L::splat(x),
            Varies(x) => x,
        }
    }

    #[inline(always)]
    fn known_if(self, allowed: bool) -> Self {
        if allowed { self } else { Varies(self.lane()) }
    }

    #[inline(always)]
    fn sigma0(self) -> Self {
        match self {
            Known(x) => Known(small_sigma0(x)),
            Varies(x) => Varies(x.rotr::<7>().xor3(x.rotr::<18>(), x.shr::<3>())),
        }
    }

    #[inline(always)]
    fn sigma1(self) -> Self {
        match self {
            Known(x) => Known(small_sigma1(x)),
            Varies(x) => Varies(x.rotr::<17>().xor3(x.rotr::<19>(), x.shr::<10>())),
        }
    }
}

/// Known words are added up beforehand, and what they make is one more word unless it is zero.
#[inline(always)]
pub(super) fn sum<L: Lanes, const N: usize>(words: [Word<L>; N]) -> Word<L> {
    let (mut constant, mut varying) = (0u32, None::<L>);
    for word in words {
        match word {
            Known(x) => constant = constant.wrapping_add(x),
            Varies(x) => varying = Some(varying.map_or(x, |sum| sum.add(x))),
        }
    }
    match varying {
        None => Known(constant),
        Some(x) if constant == 0 => Varies(x),
        Some(x) => Varies(x.add(L::splat(constant))),
    }
}

/// The message schedule up to `end`; `may_know`: whether W[t] may use what is known of the words that make it.
#[inline(always)]
pub(super) fn extended<L: Lanes>(
    end: usize,
    block: impl Fn(usize) -> Word<L>,
    may_know: impl Fn(usize) -> bool,
) -> [Word<L>; 64] {
    let mut w = [Known(0); 64];
    each_round!(T in if T < 16 {
        w[T] = block(T);
    } else if T < end {
        let word = |back: usize| w[T - back].known_if(may_know(T));
        w[T] = sum([word(16), word(15).sigma0(), word(7), word(2).sigma1()]);
    });
    w
}
