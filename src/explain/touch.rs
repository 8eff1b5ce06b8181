//! What depends on what: follows a changed word through the schedule and the rounds, without numbers.
//!
//! A word is touched when it is computed from a touched word. This says what a miner may compute once,
//! for any header, where comparing two nonces would only show it for those two.

/// Which words of one compression depend on the chosen inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// W\[0\]..W\[63\].
    pub w: [bool; 64],
    /// a..h after each round.
    pub rounds: [[bool; 8]; 64],
}

impl Touched {
    /// When only word 3 of the block changes: the nonce in the second chunk of a header.
    pub fn by_nonce() -> Self {
        touched([false; 8], std::array::from_fn(|i| i == 3))
    }

    /// When only the state before the block changes: another midstate, the same tail.
    pub fn by_midstate() -> Self {
        touched([true; 8], [false; 16])
    }

    /// How many of the 64 schedule words are touched.
    pub fn schedule_words(&self) -> usize {
        self.w.iter().filter(|&&w| w).count()
    }

    /// The first round whose result is touched, and the first after which all of a..h are.
    pub fn first_and_full_round(&self) -> Option<(usize, usize)> {
        let first = self.rounds.iter().position(|words| words.contains(&true))?;
        let full = self.rounds.iter().position(|words| !words.contains(&false))?;
        Some((first, full))
    }
}

/// Follows touched words of the state and of the block through one compression (FIPS 180-4, 6.2.2).
pub fn touched(before: [bool; 8], block: [bool; 16]) -> Touched {
    let mut w = [false; 64];
    w[..16].copy_from_slice(&block);
    for t in 16..64 {
        w[t] = w[t - 2] || w[t - 7] || w[t - 15] || w[t - 16];
    }
    let mut state = before;
    let rounds = w.map(|word| {
        let [a, b, c, d, e, f, g, h] = state;
        let t1 = h || e || f || g || word;
        let t2 = a || b || c;
        state = [t1 || t2, a, b, c, d || t1, e, f, g];
        state
    });
    Touched { w, rounds }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{header::Header, sha256};
    use proptest::prelude::*;

    #[test]
    fn the_nonce_enters_in_round_3_and_fills_the_state_in_round_6() {
        let touched = Touched::by_nonce();
        assert_eq!(touched.first_and_full_round(), Some((3, 6)));
        assert!(!touched.w[16] && !touched.w[17] && touched.w[18..].iter().all(|&w| w));
    }

    #[test]
    fn a_midstate_touches_no_word_of_the_schedule() {
        assert_eq!(Touched::by_midstate().schedule_words(), 0);
    }

    proptest! {
        #[test]
        fn what_is_not_touched_never_changes(bytes in any::<[u8; 16]>(), nonce: u32, other: u32) {
            let mut header = [7; 80];
            header[64..].copy_from_slice(&bytes);
            let header = Header::from_bytes(&header);
            let trace = |nonce| sha256::trace(&sha256::IV, &Header { nonce, ..header }.second_block());
            let (one, two, touched) = (trace(nonce), trace(other), Touched::by_nonce());
            for t in 0..64 {
                prop_assert!(touched.w[t] || one.w[t] == two.w[t]);
                for i in 0..8 {
                    prop_assert!(touched.rounds[t][i] || one.rounds[t][i] == two.rounds[t][i]);
                }
            }
        }
    }
}
