//! What each saving of the search saves: the double hash once more, every saving behind a switch.
//!
//! It is a twin of the generic search for teaching, kept apart so that the kernel stays plain. Over lanes that
//! count it says what a hash costs, over `u32` it is what `bench --ablate` holds a clock to.

/// The statement for each round, as a constant.
macro_rules! each_round {
    ($t:ident in $statement:stmt) => {
        each!($t in [
            0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38
            39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
        ] $statement)
    };
}

mod hash;
mod word;

use super::count::{Counted, counted};
use crate::header::Header;
pub use hash::Inputs;

/// The savings, each on top of those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Saving {
    /// First hash: the first block once a job.
    Midstate,
    /// First hash: rounds 0 to 2 depend on no nonce and are done once a job.
    Rounds0To2,
    /// First hash: round 3 is two additions of the nonce.
    Round3,
    /// First hash: W16 and W17 depend on no nonce.
    W16And17,
    /// First hash: h is constant in rounds 4 to 6, and W + K of the constant words is one word.
    MergedConstants,
    /// First hash: zero and constant words among those that W18 to W33 are made of.
    W18To33,
    /// Second hash: round 0 from the initial value is two additions.
    SecondRound0,
    /// Second hash: h is constant in rounds 1 to 3, and W + K of the padding is one word.
    SecondMergedConstants,
    /// Second hash: zero and constant words among those that W16 to W31 are made of.
    SecondW16To31,
    /// Second hash: the last word is final after round 60.
    StopAfterRound60,
    /// Second hash: rounds 57 to 60 compute e only.
    LastRoundsEOnly,
    /// Second hash: of the eight final additions one remains.
    OneFinalAdd,
}

/// How many of the savings a hash may use: the first so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed(pub usize);

impl Allowed {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// All of them.
    pub const ALL: Self = Self::up_to(Saving::OneFinalAdd);

    /// This one and all before it.
    pub const fn up_to(saving: Saving) -> Self {
        Self(saving as usize + 1)
    }

    #[inline(always)]
    const fn has(self, saving: Saving) -> bool {
        (saving as usize) < self.0
    }
}

/// The operations of one hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cost {
    /// For the message schedule of the header's second block, which versions can share.
    pub schedule: u32,
    /// For all else.
    pub rest: u32,
}

impl Cost {
    /// Counted, with these savings.
    pub fn with(allowed: Allowed) -> Self {
        let inputs = Inputs::new(&Header::GENESIS);
        let mut kw = None;
        let schedule = counted(|| kw = Some(hash::schedule(&inputs, Counted(0), allowed)));
        let kw = kw.expect("counting does the work");
        let rest = counted(|| _ = hash::last_word(&inputs, &kw, Counted(0), allowed));
        Self { schedule: schedule.total(), rest: rest.total() }
    }

    /// Both.
    pub fn total(self) -> u32 {
        self.schedule + self.rest
    }
}

/// The last state word of the hash, with so many savings (see [`Allowed`]). `nonce` is the word that is hashed: a
/// header's nonce with its bytes swapped.
///
/// Never inlined, so that nothing moves out of a loop over nonces.
#[inline(never)]
pub fn last_word<const ALLOWED: usize>(inputs: &Inputs, nonce: u32) -> u32 {
    let kw = hash::schedule(inputs, nonce, Allowed(ALLOWED));
    hash::last_word(inputs, &kw, nonce, Allowed(ALLOWED))
}

/// K + W of the second block, with all savings: the same for all versions of a header.
#[inline(never)]
pub fn shared_schedule(inputs: &Inputs, nonce: u32) -> [u32; 64] {
    hash::schedule(inputs, nonce, Allowed::ALL)
}

/// The rest of the hash, with all savings.
#[inline(never)]
pub fn last_word_after(schedule: &[u32; 64], inputs: &Inputs, nonce: u32) -> u32 {
    hash::last_word(inputs, schedule, nonce, Allowed::ALL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::operations;

    fn total(allowed: usize) -> u32 {
        Cost::with(Allowed(allowed)).total()
    }

    #[test]
    fn nothing_allowed_is_three_compressions_and_the_midstate_saves_one() {
        // By hand: 17 a round, 11 a word of the schedule, 8 final additions.
        let compression = 64 * 17 + 48 * 11 + 8;
        assert_eq!([total(0), total(1)], [3 * compression, 2 * compression]);
    }

    #[test]
    fn each_saving_saves_what_was_counted_by_hand() {
        let by_hand = [1624, 51, 15, 22, 17, 92, 15, 11, 59, 84, 28, 7];
        assert_eq!(by_hand.len(), Allowed::ALL.0);
        for (i, by_hand) in by_hand.into_iter().enumerate() {
            assert_eq!(total(i) - total(i + 1), by_hand, "saving {i}");
        }
    }

    #[test]
    fn everything_allowed_is_the_generic_search_but_for_the_nonces_byte_order() {
        // The search also swaps the bytes of its nonces: two rotates and a choice.
        assert_eq!(total(Allowed::ALL.0) + 3, operations(1).total());
    }

    #[test]
    fn the_last_word_is_right_whatever_is_allowed() {
        let inputs = Inputs::new(&Header::GENESIS);
        for nonce in [0, 1, 0xdead_beef, Header::GENESIS.nonce] {
            let hash = Header { nonce, ..Header::GENESIS }.block_hash().0;
            let expected = u32::from_be_bytes([hash[28], hash[29], hash[30], hash[31]]);
            for allowed in (0..=Allowed::ALL.0).map(Allowed) {
                let kw = hash::schedule(&inputs, nonce.swap_bytes(), allowed);
                assert_eq!(hash::last_word(&inputs, &kw, nonce.swap_bytes(), allowed), expected, "{allowed:?}");
            }
        }
    }
}
