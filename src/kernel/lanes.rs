//! The verbs that the search is written in: one `u32` in each lane of a vector.

/// A vector of `N` 32-bit words. An ISA file supplies these verbs and nothing else.
///
/// Implementations are `#[inline(always)]`, so that they melt into the one function of their
/// ISA file that enables the instructions they need.
pub(super) trait Lanes: Copy {
    /// The number of lanes; at most 32.
    const N: usize;
    /// Whether a first hash is done beside the second hash before it, round by round. One chain of rounds waits for
    /// itself; two fill the ports, if there are registers for both. A [`Pair`] has two without this.
    const BESIDE: bool = false;

    /// The same word in every lane.
    fn splat(x: u32) -> Self;
    /// `from`, `from + 1`, ... modulo 2^32.
    fn count_up(from: u32) -> Self;
    /// The sum modulo 2^32.
    fn add(self, other: Self) -> Self;
    /// The exclusive or of three.
    fn xor3(self, b: Self, c: Self) -> Self;
    /// Ch: where `self` has a one the bit of `f`, elsewhere that of `g`.
    fn ch(self, f: Self, g: Self) -> Self;
    /// Maj: the bit that two of the three have.
    fn maj(self, b: Self, c: Self) -> Self;
    /// Rotated right by R bits.
    fn rotr<const R: i32>(self) -> Self;
    /// Shifted right by R bits.
    fn shr<const R: i32>(self) -> Self;
    /// The same sum, but what is added from here on is added last. Left alone, the compiler adds constants last,
    /// which a round that waits for this sum would wait for too.
    #[inline(always)]
    fn settled(self) -> Self {
        self
    }
    /// Bit i is set where lane i has a zero at each of these bits.
    fn zero_lanes(self, bits: u32) -> u32;
}

/// Two vectors side by side are one more vector: twice the independent work for the same source.
#[derive(Clone, Copy)]
pub(super) struct Pair<A, B>(A, B);

impl<A: Lanes, B: Lanes> Lanes for Pair<A, B> {
    const N: usize = A::N + B::N;

    #[inline(always)]
    fn splat(x: u32) -> Self {
        Self(A::splat(x), B::splat(x))
    }
    #[inline(always)]
    fn count_up(from: u32) -> Self {
        Self(A::count_up(from), B::count_up(from.wrapping_add(A::N as u32))) // at most 32
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(self.0.add(other.0), self.1.add(other.1))
    }
    #[inline(always)]
    fn xor3(self, b: Self, c: Self) -> Self {
        Self(self.0.xor3(b.0, c.0), self.1.xor3(b.1, c.1))
    }
    #[inline(always)]
    fn ch(self, f: Self, g: Self) -> Self {
        Self(self.0.ch(f.0, g.0), self.1.ch(f.1, g.1))
    }
    #[inline(always)]
    fn maj(self, b: Self, c: Self) -> Self {
        Self(self.0.maj(b.0, c.0), self.1.maj(b.1, c.1))
    }
    #[inline(always)]
    fn rotr<const R: i32>(self) -> Self {
        Self(self.0.rotr::<R>(), self.1.rotr::<R>())
    }
    #[inline(always)]
    fn shr<const R: i32>(self) -> Self {
        Self(self.0.shr::<R>(), self.1.shr::<R>())
    }
    #[inline(always)]
    fn settled(self) -> Self {
        Self(self.0.settled(), self.1.settled())
    }
    #[inline(always)]
    fn zero_lanes(self, bits: u32) -> u32 {
        self.0.zero_lanes(bits) | self.1.zero_lanes(bits) << A::N
    }
}
