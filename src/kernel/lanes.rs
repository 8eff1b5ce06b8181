//! The verbs that the search is written in: one `u32` in each lane of a vector.

/// A vector of `N` 32-bit words. An ISA file supplies these verbs and nothing else.
///
/// Implementations are `#[inline(always)]`, so that they melt into the one function of their
/// ISA file that enables the instructions they need.
pub(crate) trait Lanes: Copy {
    /// The number of lanes; at most 32.
    const N: usize;
    /// Whether a first hash is done beside the second hash before it, round by round. One chain of rounds waits for
    /// itself; two fill the ports, if there are registers for both.
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
