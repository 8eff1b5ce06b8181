//! What each saving of the search saves: the double hash once more, every saving behind a switch.
//!
//! It is a second version of the generic search for teaching, kept apart so that the kernel stays plain. Over lanes that
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

mod count;
mod hash;
mod word;

use crate::header::Header;
pub(crate) use count::operations;
use count::{Counted, counted};
pub(crate) use hash::Inputs;

/// The savings, each on top of those before it. [`Saving::name`] says what each is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Saving {
    Midstate,
    Rounds0To2,
    Round3,
    W16And17,
    MergedConstants,
    W18To33,
    SecondRound0,
    SecondMergedConstants,
    SecondW16To31,
    StopAfterRound60,
    LastRoundsEOnly,
    OneFinalAdd,
}

impl Saving {
    /// All of them, in their order.
    pub(crate) const ALL: [Self; 12] = [
        Self::Midstate,
        Self::Rounds0To2,
        Self::Round3,
        Self::W16And17,
        Self::MergedConstants,
        Self::W18To33,
        Self::SecondRound0,
        Self::SecondMergedConstants,
        Self::SecondW16To31,
        Self::StopAfterRound60,
        Self::LastRoundsEOnly,
        Self::OneFinalAdd,
    ];

    /// What it is, in a line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Midstate => "midstate: the first block once per job",
            Self::Rounds0To2 => "first hash: rounds 0-2 once per job",
            Self::Round3 => "first hash: round 3 is two additions",
            Self::W16And17 => "first hash: W16, W17 constant",
            Self::MergedConstants => "first hash: h constant in rounds 4-6, W+K merged for constant words",
            Self::W18To33 => "first hash: shortcuts in W18..W33",
            Self::SecondRound0 => "second hash: round 0 from the IV is two additions",
            Self::SecondMergedConstants => "second hash: h constant in rounds 1-3, W8..W15 merged with K",
            Self::SecondW16To31 => "second hash: shortcuts in W16..W31",
            Self::StopAfterRound60 => "second hash: stop after round 60",
            Self::LastRoundsEOnly => "second hash: rounds 57-60 compute only e",
            Self::OneFinalAdd => "second hash: no final additions, compare e60",
        }
    }
}

/// How many of the savings a hash may use: the first so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allowed(pub(crate) usize);

impl Allowed {
    /// None of them.
    pub(crate) const NONE: Self = Self(0);
    /// All of them.
    pub(crate) const ALL: Self = Self::up_to(Saving::OneFinalAdd);

    /// This one and all before it.
    pub(crate) const fn up_to(saving: Saving) -> Self {
        Self(saving as usize + 1)
    }

    #[inline(always)]
    const fn has(self, saving: Saving) -> bool {
        (saving as usize) < self.0
    }
}

/// The operations of one hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    /// For the message schedule of the header's second block, which versions can share.
    pub(crate) schedule: u32,
    /// For all else.
    pub(crate) rest: u32,
}

impl Cost {
    /// Counted, with these savings.
    pub(crate) fn with(allowed: Allowed) -> Self {
        let inputs = Inputs::new(&Header::GENESIS);
        let mut kw = None;
        let schedule = counted(|| kw = Some(hash::schedule(&inputs, Counted(0), allowed)));
        let kw = kw.expect("counting does the work");
        let rest = counted(|| _ = hash::last_word(&inputs, &kw, Counted(0), allowed));
        Self { schedule: schedule.total(), rest: rest.total() }
    }

    /// Both.
    pub(crate) fn total(self) -> u32 {
        self.schedule + self.rest
    }
}

/// The last state word of the hash, with so many savings (see [`Allowed`]). `nonce` is the word that is hashed: a
/// header's nonce with its bytes swapped.
///
/// Never inlined, so that nothing moves out of a loop over nonces.
#[cfg(feature = "bench")]
#[inline(never)]
pub(crate) fn last_word<const ALLOWED: usize>(inputs: &Inputs, nonce: u32) -> u32 {
    let kw = hash::schedule(inputs, nonce, Allowed(ALLOWED));
    hash::last_word(inputs, &kw, nonce, Allowed(ALLOWED))
}

/// K + W of the second block, with all savings: the same for all versions of a header.
#[cfg(feature = "bench")]
#[inline(never)]
pub(crate) fn shared_schedule(inputs: &Inputs, nonce: u32) -> [u32; 64] {
    hash::schedule(inputs, nonce, Allowed::ALL)
}

/// The rest of the hash, with all savings.
#[cfg(feature = "bench")]
#[inline(never)]
pub(crate) fn last_word_after(schedule: &[u32; 64], inputs: &Inputs, nonce: u32) -> u32 {
    hash::last_word(inputs, schedule, nonce, Allowed::ALL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::grouped;

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
    fn the_table_in_the_documentation_has_every_saving_and_its_count() {
        let table = include_str!("../../docs/kernels.md");
        for (saving, i) in Saving::ALL.into_iter().zip(0..) {
            assert_eq!(Allowed::up_to(saving), Allowed(i + 1));
            let saved = grouped(&(total(i) - total(i + 1)).to_string());
            let row = format!("| {} | -{saved} |", saving.name());
            assert!(table.contains(&row), "docs/kernels.md lacks: {row}");
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
