//! How many rounds, of how many repetitions, and what that will take: decided after the warm-up,
//! when each combination has run once.
//!
//! All combinations get the same number of rounds, so that each has its yardstick beside it in every
//! round. A fast kernel repeats its slice until a round of it lasts as long as the others'.

use super::stats::median;

/// Fewer rounds say nothing about the noise.
pub const MIN_ROUNDS: u32 = 7;

/// More rounds add little; a longer `--time` makes them longer instead.
const MAX_ROUNDS: u32 = 41;

/// A round is worth having from this length on.
const SHORTEST_ROUND: f64 = 0.15;

/// How much each combination is to run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// Seconds of measuring for each combination.
    Seconds(f64),
    /// Hashes for each combination.
    Hashes(u64),
}

/// The plan of the rounds.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Schedule {
    /// Rounds of every combination.
    pub rounds: u32,
    /// For each combination, repetitions of its slice in a round.
    pub repeats: Vec<u32>,
    /// Seconds that all rounds together will take, by the warm-up.
    pub seconds: f64,
}

/// A combination as the warm-up saw it.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    /// Seconds of one repetition.
    pub seconds: f64,
    /// Hashes of one repetition, all threads together.
    pub hashes: u64,
}

impl Schedule {
    /// Plans rounds for these combinations.
    pub fn new(amount: Amount, combinations: &[Estimate]) -> Self {
        let typical = median(&combinations.iter().map(|c| c.seconds).collect::<Vec<_>>()).unwrap_or(1.0);
        let rounds = match amount {
            Amount::Seconds(seconds) => count(seconds / typical.max(SHORTEST_ROUND)),
            Amount::Hashes(hashes) => {
                let smallest = combinations.iter().map(|c| c.hashes).max().unwrap_or(1);
                count(hashes as f64 / smallest as f64)
            }
        };
        let rounds = rounds.clamp(MIN_ROUNDS, MAX_ROUNDS);
        let repeats: Vec<u32> = combinations.iter().map(|c| repeats(amount, rounds, *c)).collect();
        let round: f64 = repeats.iter().zip(combinations).map(|(&n, c)| f64::from(n) * c.seconds).sum();
        Self { rounds, repeats, seconds: round * f64::from(rounds) }
    }
}

fn repeats(amount: Amount, rounds: u32, c: Estimate) -> u32 {
    let wanted = match amount {
        Amount::Seconds(seconds) => seconds / f64::from(rounds) / c.seconds,
        Amount::Hashes(hashes) => (hashes as f64 / f64::from(rounds) / c.hashes as f64).ceil(),
    };
    count(wanted)
}

/// The nearest whole number, at least one.
fn count(x: f64) -> u32 {
    x.round().clamp(1.0, 1e6) as u32 // from 1 to a million
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn estimate(seconds: f64, hashes: u64) -> Estimate {
        Estimate { seconds, hashes }
    }

    #[test]
    fn fast_kernels_repeat_until_rounds_are_alike() {
        let plan = Schedule::new(Amount::Seconds(10.0), &[estimate(0.5, 1 << 22), estimate(0.1, 1 << 22)]);
        assert_eq!(plan.rounds, 33);
        assert_eq!(plan.repeats, [1, 3]);
        assert!((plan.seconds - 33.0 * 0.8).abs() < 1e-9);
    }

    #[test]
    fn there_are_never_fewer_than_seven_rounds() {
        let plan = Schedule::new(Amount::Seconds(0.01), &[estimate(0.5, 1), estimate(0.1, 1)]);
        assert_eq!((plan.rounds, plan.repeats), (MIN_ROUNDS, vec![1, 1]));
    }

    #[test]
    fn long_runs_get_longer_rounds() {
        let plan = Schedule::new(Amount::Seconds(410.0), &[estimate(0.5, 1)]);
        assert_eq!((plan.rounds, plan.repeats), (MAX_ROUNDS, vec![20]));
    }

    #[test]
    fn a_number_of_hashes_is_reached_by_every_combination() {
        let combinations = [estimate(0.5, 1 << 22), estimate(0.1, 1 << 18)];
        let plan = Schedule::new(Amount::Hashes(100_000_000), &combinations);
        for (repeats, c) in plan.repeats.iter().zip(&combinations) {
            assert!(u64::from(plan.rounds) * u64::from(*repeats) * c.hashes >= 100_000_000, "{plan:?}");
        }
    }
}
