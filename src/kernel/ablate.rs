//! What each saving of the search saves, counted.
//!
//! This is the double hash once more, written without any cleverness over values of which some are
//! known before the nonce is. An operation on known words costs nothing; a saving is the permission to
//! know something. With none the count is that of the midstate alone, with all it is that of the
//! generic search, and in between stands the table that `bench --ablate` prints.

use super::count::{Counted, Operations, counted, free};
use super::lanes::Lanes;
use crate::header::Header;
use crate::job::{Job, second_hash_block};
use crate::sha256::{IV, K};
use crate::target::Target;

/// The savings, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Saving {
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

impl Saving {
    /// All, in the order of the table.
    pub const ALL: [Self; 11] = [
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

    /// The row's text.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Rounds0To2 => "first hash: rounds 0-2 once per job",
            Self::Round3 => "first hash: round 3 is two adds",
            Self::W16And17 => "first hash: W16, W17 constant",
            Self::MergedConstants => "first hash: h constant in rounds 4-6; W+K merged for constant words",
            Self::W18To33 => "first hash: W18..W33 shortcuts (zero and constant words)",
            Self::SecondRound0 => "second hash: round 0 from the IV is two adds",
            Self::SecondMergedConstants => "second hash: h constant in rounds 1-3; W8..15 merged with K",
            Self::SecondW16To31 => "second hash: W16..W31 shortcuts (padding words are constants)",
            Self::StopAfterRound60 => "second hash: stop after round 60 (the last state word is e60)",
            Self::LastRoundsEOnly => "second hash: rounds 57-60 compute only e",
            Self::OneFinalAdd => "second hash: one final add instead of eight",
        }
    }
}

/// The operations of one hash from the midstate, with these savings and no others.
pub fn operations_with(allowed: &[Saving]) -> Operations {
    counted(|| {
        Evaluation { allowed }.double_hash();
    })
}

/// A word, and whether it is known before the nonce is.
#[derive(Clone, Copy)]
struct Word {
    lane: Counted,
    known: bool,
}

fn known(x: u32) -> Word {
    Word { lane: Counted(x), known: true }
}

impl Word {
    fn forget(self) -> Self {
        Self { known: false, ..self }
    }

    fn known_if(self, allowed: bool) -> Self {
        Self { known: self.known && allowed, ..self }
    }
}

/// A function of some words: free when all are known.
fn apply<const N: usize>(words: [Word; N], f: impl FnOnce([Counted; N]) -> Counted) -> Word {
    let known = words.iter().all(|word| word.known);
    let lanes = words.map(|word| word.lane);
    Word { lane: if known { free(|| f(lanes)) } else { f(lanes) }, known }
}

/// The sum: known words are added up beforehand, and what they make is one more word unless it is zero.
fn sum(words: &[Word]) -> Word {
    let constant = words.iter().filter(|word| word.known).fold(0, |sum: u32, word| sum.wrapping_add(word.lane.0));
    let varying = words.iter().filter(|word| !word.known).map(|word| word.lane).reduce(Lanes::add);
    match varying {
        None => known(constant),
        Some(lane) if constant == 0 => Word { lane, known: false },
        Some(lane) => Word { lane: lane.add(Counted(constant)), known: false },
    }
}

fn small_sigma0(x: Word) -> Word {
    apply([x], |[x]| x.rotr::<7>().xor3(x.rotr::<18>(), x.shr::<3>()))
}
fn small_sigma1(x: Word) -> Word {
    apply([x], |[x]| x.rotr::<17>().xor3(x.rotr::<19>(), x.shr::<10>()))
}
fn big_sigma0(x: Word) -> Word {
    apply([x], |[x]| x.rotr::<2>().xor3(x.rotr::<13>(), x.rotr::<22>()))
}
fn big_sigma1(x: Word) -> Word {
    apply([x], |[x]| x.rotr::<6>().xor3(x.rotr::<11>(), x.rotr::<25>()))
}

fn t1([.., e, f, g, h]: [Word; 8], k: u32, w: Word) -> Word {
    sum(&[h, known(k), w, big_sigma1(e), apply([e, f, g], |[e, f, g]| e.ch(f, g))])
}

fn t2([a, b, c, ..]: [Word; 8]) -> Word {
    sum(&[big_sigma0(a), apply([a, b, c], |[a, b, c]| a.maj(b, c))])
}

struct Evaluation<'a> {
    allowed: &'a [Saving],
}

impl Evaluation<'_> {
    fn may(&self, saving: Saving) -> bool {
        self.allowed.contains(&saving)
    }

    /// The last word of the digest of the genesis header.
    fn double_hash(&self) -> Word {
        let job = Job::new(&Header::GENESIS, Target::DIFFICULTY_1);
        let mut block = Header::GENESIS.second_block().map(known);
        block[3] = block[3].forget();
        let midstate = job.midstate().map(known);
        let s = self.first_hash(midstate, block);
        let mut padded = second_hash_block(&[0; 8]).map(known);
        for (word, i) in padded.iter_mut().zip(0..8) {
            *word = sum(&[s[i], midstate[i]]);
        }
        self.last_word(padded)
    }

    fn first_hash(&self, midstate: [Word; 8], block: [Word; 16]) -> [Word; 8] {
        let schedule = |t| self.may(if t < 18 { Saving::W16And17 } else { Saving::W18To33 });
        let w = schedule_words(block, 64, schedule);
        let mut s = midstate;
        for (t, &w) in w.iter().enumerate() {
            let ahead = (t < 3 && self.may(Saving::Rounds0To2)) || (t == 3 && self.may(Saving::Round3));
            s = round(s, w, t, ahead, self.may(Saving::MergedConstants), false);
        }
        s
    }

    /// The word that decides: e after round 60, or h after round 63.
    fn last_word(&self, block: [Word; 16]) -> Word {
        let rounds = if self.may(Saving::StopAfterRound60) { 61 } else { 64 };
        let w = schedule_words(block, rounds, |_| self.may(Saving::SecondW16To31));
        let mut s = IV.map(known);
        for (t, &w) in w.iter().enumerate() {
            let ahead = t == 0 && self.may(Saving::SecondRound0);
            let e_only = (57..61).contains(&t) && self.may(Saving::LastRoundsEOnly);
            s = round(s, w, t, ahead, self.may(Saving::SecondMergedConstants), e_only);
        }
        let last = s[if rounds == 61 { 4 } else { 7 }];
        let others = if self.may(Saving::OneFinalAdd) { 0 } else { 7 };
        (0..others).for_each(|i| _ = sum(&[s[i].forget(), known(IV[i])]));
        sum(&[last, known(IV[7])])
    }
}

/// The message schedule; what may be known of the words that W[t] is made of is asked for each t.
fn schedule_words(block: [Word; 16], words: usize, may_know: impl Fn(usize) -> bool) -> Vec<Word> {
    let mut w = block.to_vec();
    for t in 16..words {
        let word = |i: usize| w[i].known_if(may_know(t));
        w.push(sum(&[small_sigma1(word(t - 2)), word(t - 7), small_sigma0(word(t - 15)), word(t - 16)]));
    }
    w
}

/// One round. `ahead`: all that is known of the state may be used. `merge`: known h and W may be added to K.
fn round(s: [Word; 8], w: Word, t: usize, ahead: bool, merge: bool, e_only: bool) -> [Word; 8] {
    let mut seen = s.map(|word| word.known_if(ahead));
    seen[7] = s[7].known_if(ahead || merge);
    let w = w.known_if(ahead || merge);
    // When all but W[t] is known, what it is added to is one word for a and one for e.
    let (t1, w) = match seen.iter().all(|word| word.known) {
        true => (t1(seen, K[t], known(0)), w),
        false => (t1(seen, K[t], w), known(0)),
    };
    let a = if e_only { s[0] } else { sum(&[t1, t2(seen), w]) };
    let e = sum(&[seen[3], t1, w]);
    [a, s[0], s[1], s[2], e, s[4], s[5], s[6]]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::operations;

    fn total(allowed: &[Saving]) -> u32 {
        operations_with(allowed).total()
    }

    #[test]
    fn nothing_allowed_is_the_midstate_alone() {
        // By hand: 17 a round, 11 a word of the schedule, 8 final additions, twice.
        assert_eq!(total(&[]), 2 * (64 * 17 + 48 * 11 + 8));
    }

    #[test]
    fn each_row_saves_what_was_counted_by_hand() {
        let by_hand = [51, 15, 22, 17, 92, 15, 11, 59, 84, 28, 7];
        for (i, by_hand) in by_hand.into_iter().enumerate() {
            let (before, after) = (total(&Saving::ALL[..i]), total(&Saving::ALL[..=i]));
            assert_eq!(before - after, by_hand, "{}", Saving::ALL[i].describe());
        }
    }

    #[test]
    fn everything_allowed_is_the_generic_search_but_for_the_nonces_byte_order() {
        // The search also swaps the bytes of its nonces: two rotates and a choice.
        assert_eq!(total(&Saving::ALL) + 3, operations(1).total());
    }

    #[test]
    fn the_evaluation_computes_the_hash_whatever_it_may_know() {
        let digest = Header::GENESIS.block_hash();
        let last = u32::from_be_bytes(digest.0[28..].try_into().unwrap());
        for n in 0..=Saving::ALL.len() {
            let word = Evaluation { allowed: &Saving::ALL[..n] }.double_hash();
            assert_eq!(word.lane.0, last, "{n} savings");
        }
    }
}
