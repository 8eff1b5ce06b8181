//! The formulas of the network, as pure functions; those of money are methods of [`Terms`](super::Terms).
//!
//! D is the difficulty. A block takes D * 2^32 hashes; the exact number is larger by 65536/65535 (15 parts in a million). The money
//! formulas use the round one, as pools and calculators do; [`hashes_per_block`] is exact.

use crate::units::HashRate;

/// Seconds in a day.
pub const DAY: f64 = 86_400.0;
/// Seconds in a Julian year of 365.25 days.
pub const YEAR: f64 = 365.25 * DAY;
/// Seconds that a block should take.
pub const BLOCK_INTERVAL: f64 = 600.0;
/// Joules in a kilowatt-hour.
pub const JOULES_PER_KWH: f64 = 3.6e6;

/// Hashes in a unit of difficulty, as the money formulas count them.
pub(super) const HASHES_PER_DIFFICULTY: f64 = 4_294_967_296.0;

/// Expected hashes until a block is found: D * 2^48 / 65535, which is 2^256 / target.
pub fn hashes_per_block(difficulty: f64) -> f64 {
    difficulty * HASHES_PER_DIFFICULTY * (65_536.0 / 65_535.0)
}

/// Expected years until this rate finds a block alone.
pub fn years_per_block(rate: HashRate, difficulty: f64) -> f64 {
    hashes_per_block(difficulty) / rate.to_hashes_per_second() / YEAR
}

/// Chance of at least one block in so many seconds (Poisson). Exact also where it is tiny.
pub fn odds_of_a_block(rate: HashRate, difficulty: f64, seconds: f64) -> f64 {
    -(-rate.to_hashes_per_second() * seconds / hashes_per_block(difficulty)).exp_m1()
}

/// Blocks between two halvings of the subsidy.
pub const HALVING_INTERVAL: u32 = 210_000;

/// New coins in the block at this height, in BTC: 50, halved every 210,000 blocks. Fees come on top.
pub fn subsidy_btc(height: u32) -> f64 {
    const SATOSHI_PER_BTC: f64 = 1e8;
    let satoshi = 5_000_000_000_u64.checked_shr(height / HALVING_INTERVAL).unwrap_or(0);
    satoshi as f64 / SATOSHI_PER_BTC // below 2^53
}

/// The network's rate over an epoch: 2016 * D * 2^32 hashes in the seconds that it took.
pub fn epoch_hash_rate(difficulty: f64, seconds: f64) -> HashRate {
    HashRate::from_hashes_per_second(2016.0 * difficulty * HASHES_PER_DIFFICULTY / seconds)
}

/// The difficulty at which this network rate finds a block every ten minutes.
pub fn equilibrium_difficulty(network: HashRate) -> f64 {
    network.to_hashes_per_second() * BLOCK_INTERVAL / HASHES_PER_DIFFICULTY
}

/// The network rate that finds a block every ten minutes at this difficulty.
pub fn equilibrium_hash_rate(difficulty: f64) -> HashRate {
    HashRate::from_hashes_per_second(difficulty * HASHES_PER_DIFFICULTY / BLOCK_INTERVAL)
}
