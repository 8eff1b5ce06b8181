//! What a handful of noisy rounds says: median, MAD, bootstrap intervals, ratios. Pure, and the
//! same for the same seed.
//!
//! Medians, because what disturbs a benchmark only ever slows it. The interval is the percentile
//! bootstrap of the median. A ratio resamples *rounds*, not figures: both sides of a round ran
//! next to each other, so what drifts (clock, neighbours) cancels.

use super::record::Spread;

/// Probability that an interval is meant to cover.
pub const CONFIDENCE: f64 = 0.95;

/// Resamples of a bootstrap.
const RESAMPLES: usize = 2000;

/// `SplitMix64` (Steele, Lea, Flood 2014): a few lines, good enough to shuffle and to resample.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// The same seed gives the same numbers.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// A number below `n`, which is above zero. The bias is below n / 2^64.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize // below n
    }

    /// Fisher and Yates.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// The middle value, or the mean of the two in the middle.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    middle(&sorted)
}

fn middle(sorted: &[f64]) -> Option<f64> {
    let half = sorted.len() / 2;
    match sorted.len() % 2 {
        _ if sorted.is_empty() => None,
        1 => Some(sorted[half]),
        _ => Some(f64::midpoint(sorted[half - 1], sorted[half])),
    }
}

/// Median, MAD and bootstrap interval; `None` for no values.
pub fn spread(values: &[f64], seed: u64) -> Option<Spread> {
    let estimate = |rounds: &[usize]| median(&rounds.iter().map(|&i| values[i]).collect::<Vec<_>>());
    spread_of(values, estimate, seed)
}

/// The ratio of two medians over the same rounds, each pair (numerator, denominator) of one round.
pub fn ratio(pairs: &[(f64, f64)], seed: u64) -> Option<Spread> {
    let ratios: Vec<f64> = pairs.iter().map(|(a, b)| a / b).collect();
    let side = |rounds: &[usize], pick: fn(&(f64, f64)) -> f64| {
        median(&rounds.iter().map(|&i| pick(&pairs[i])).collect::<Vec<_>>())
    };
    spread_of(&ratios, |rounds| Some(side(rounds, |p| p.0)? / side(rounds, |p| p.1)?), seed)
}

/// `estimate` of all rounds, and its spread; the MAD is that of the single `values`.
fn spread_of(values: &[f64], estimate: impl Fn(&[usize]) -> Option<f64>, seed: u64) -> Option<Spread> {
    let n = values.len();
    let all: Vec<usize> = (0..n).collect();
    let centre = estimate(&all)?;
    let deviations: Vec<f64> = values.iter().map(|v| (v - centre).abs()).collect();
    let mut rng = Rng::new(seed);
    let mut resampled: Vec<f64> =
        (0..RESAMPLES).filter_map(|_| estimate(&all.iter().map(|_| rng.below(n)).collect::<Vec<_>>())).collect();
    resampled.sort_by(f64::total_cmp);
    let tail = (1.0 - CONFIDENCE) / 2.0;
    let (low, high) = (quantile(&resampled, tail), quantile(&resampled, 1.0 - tail));
    // The percentile interval of a lopsided handful may miss its own centre.
    Some(Spread { median: centre, mad: median(&deviations)?, low: low.min(centre), high: high.max(centre) })
}

/// The nearest rank; `sorted` is not empty and 0 <= q <= 1.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * q).round() as usize] // from 0 to len - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

    #[test]
    fn medians_of_odd_even_and_nothing() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&[]), None);
        assert_eq!(spread(&[], 1), None);
    }

    #[test]
    fn one_disturbed_round_moves_little() {
        let calm = spread(&[10.0, 10.1, 9.9, 10.0, 10.05, 9.95, 10.0], 1).unwrap();
        let disturbed = spread(&[10.0, 10.1, 9.9, 10.0, 10.05, 9.95, 1.0], 1).unwrap();
        assert_eq!(calm.median, 10.0);
        assert_eq!(disturbed.median, 10.0);
        assert!((disturbed.mad - 0.05).abs() < 1e-9);
        assert!(disturbed.low < calm.low || disturbed.high > calm.high);
    }

    #[test]
    fn a_drift_that_both_sides_share_cancels() {
        // Both slow down to a half, and the ratio stays at 3.
        let pairs: Vec<(f64, f64)> = (0..9).map(|i| 1.0 / (1.0 + f64::from(i) / 8.0)).map(|x| (3.0 * x, x)).collect();
        let r = ratio(&pairs, 7).unwrap();
        assert!((r.median - 3.0).abs() < 1e-12 && r.high - r.low < 1e-9, "{r:?}");
        let alone = spread(&pairs.iter().map(|p| p.0).collect::<Vec<_>>(), 7).unwrap();
        assert!(alone.high - alone.low > 0.3);
    }

    #[test]
    fn the_interval_covers_as_often_as_it_says() {
        // Sums of four uniform numbers around 2: the true median is 2.
        let mut rng = Rng::new(42);
        let mut draw = || (0..4).map(|_| rng.below(1 << 20) as f64 / f64::from(1 << 20)).sum::<f64>();
        let covered = (0..400)
            .filter(|&seed| {
                let values: Vec<f64> = (0..15).map(|_| draw()).collect();
                let s = spread(&values, seed).unwrap();
                s.low <= 2.0 && 2.0 <= s.high
            })
            .count();
        assert!((360..=398).contains(&covered), "{covered} of 400");
    }

    #[test]
    fn a_shuffle_keeps_every_item_and_depends_on_the_seed() {
        let shuffled = |seed| {
            let mut items: Vec<u32> = (0..50).collect();
            Rng::new(seed).shuffle(&mut items);
            items
        };
        let mut sorted = shuffled(3);
        assert_eq!(shuffled(3), sorted);
        assert_ne!(shuffled(4), sorted);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..50).collect::<Vec<_>>());
    }

    proptest! {
        #[test]
        fn a_spread_is_ordered_and_scales(values in prop::collection::vec(1e3..1e9f64, 1..30), seed in any::<u64>()) {
            let s = spread(&values, seed).unwrap();
            prop_assert!(s.low <= s.median && s.median <= s.high && s.mad >= 0.0);
            let doubled: Vec<f64> = values.iter().map(|v| v * 2.0).collect();
            let d = spread(&doubled, seed).unwrap();
            prop_assert_eq!((d.median, d.low, d.high), (2.0 * s.median, 2.0 * s.low, 2.0 * s.high));
        }
    }
}
