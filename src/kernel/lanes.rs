//! The verbs that the search is written in: one `u32` in each lane of a vector.

/// A vector of `N` 32-bit words. An ISA file supplies these verbs and nothing else.
///
/// Implementations are `#[inline(always)]`, so that they melt into the one function of their
/// ISA file that enables the instructions they need.
pub(super) trait Lanes: Copy {
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

/// The verbs whose operands are in memory, from where an instruction reads them by itself.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "an instruction reads them from there")]
pub(super) trait FromMemory: Lanes {
    /// The sum with a vector in memory.
    #[inline(always)]
    fn add_at(self, other: &Self) -> Self {
        self.add(*other)
    }
    /// The sum with a word in memory.
    #[inline(always)]
    fn add_word(self, word: &u32) -> Self {
        self.add(Self::splat(*word))
    }
    /// A vector in memory rotated right by R bits.
    #[inline(always)]
    fn rotr_at<const R: i32>(x: &Self) -> Self {
        x.rotr::<R>()
    }
    /// A vector in memory shifted right by R bits.
    #[inline(always)]
    fn shr_at<const R: i32>(x: &Self) -> Self {
        x.shr::<R>()
    }
    /// A vector in memory.
    #[inline(always)]
    fn load_at(vector: &Self) -> Self {
        *vector
    }
    /// A word in memory in every lane.
    #[inline(always)]
    fn splat_at(word: &u32) -> Self {
        Self::splat(*word)
    }
    /// So many instructions that do nothing. A core takes in a few at a time, and with these others than before come
    /// together.
    #[inline(always)]
    fn idle<const INSTRUCTIONS: i32>() {}
    /// The exclusive or of a word and of as many words as there are lanes.
    fn xor_at(word: &u32, words: &[u32]) -> Self;
}
