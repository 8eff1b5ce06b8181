//! How long to wait before asking a server again that failed to answer. Pure: no clock, no sleep.

use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

/// Doubling waits with jitter: each is drawn from the upper half of 1, 2, 4 ... times `base`, never above `cap`.
#[derive(Clone, Debug)]
pub struct Backoff {
    base: Duration,
    cap: Duration,
    failures: u32,
    random: u64,
}

impl Backoff {
    /// `seed` decides the jitter; [`random_seed`] for real use.
    pub fn new(base: Duration, cap: Duration, seed: u64) -> Self {
        // xorshift never leaves 0.
        Self { base, cap, failures: 0, random: seed.max(1) }
    }

    /// Failures in a row.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Counts a failure and says how long to wait.
    pub fn wait_after_failure(&mut self) -> Duration {
        let factor = 1u32.checked_shl(self.failures).unwrap_or(u32::MAX);
        self.failures = self.failures.saturating_add(1);
        let full = self.base.saturating_mul(factor).min(self.cap);
        full.mul_f64(0.5 + 0.5 * self.next_fraction())
    }

    /// The server has been well for long enough.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// In 0.0..1.0, by xorshift64: jitter needs no better.
    fn next_fraction(&mut self) -> f64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        // 53 bits fit a float exactly.
        (self.random >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// A seed that differs between processes, from the randomness that std keeps for its hash maps.
pub fn random_seed() -> u64 {
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn waits_double_up_to_the_cap_and_start_over_after_a_reset() {
        let mut backoff = Backoff::new(SECOND, 20 * SECOND, 7);
        for full in [1, 2, 4, 8, 16, 20, 20, 20] {
            let wait = backoff.wait_after_failure();
            assert!(wait >= full * SECOND / 2 && wait <= full * SECOND, "{wait:?} for {full} s");
        }
        assert_eq!(backoff.failures(), 8);
        backoff.reset();
        assert!(backoff.wait_after_failure() <= SECOND);
    }

    #[test]
    fn a_thousand_failures_do_not_overflow() {
        let mut backoff = Backoff::new(SECOND, 60 * SECOND, 0);
        let longest = (0..1000).map(|_| backoff.wait_after_failure()).max().unwrap();
        assert!(longest > 59 * SECOND && longest <= 60 * SECOND);
    }

    #[test]
    fn two_miners_do_not_march_in_step() {
        let waits = |seed| {
            let mut backoff = Backoff::new(SECOND, 60 * SECOND, seed);
            (0..5).map(|_| backoff.wait_after_failure()).collect::<Vec<_>>()
        };
        assert_ne!(waits(1), waits(2));
    }
}
