//! The chain's own record: every 2016th header of the main network, from which difficulty and hash rate follow.
//!
//! `chain_epochs.csv` holds facts of the chain alone. Difficulty is computed from nBits, never read.

mod update;

pub use update::{EpochEnds, UpdateError, UpdateFault};

use super::Date;
use super::economics::epoch_hash_rate;
use super::table::{Row, Table, TableError};
use crate::target::{CompactTarget, TARGET_TIMESPAN, Target};
use crate::units::HashRate;
use std::ops::RangeInclusive;
use thiserror::Error;

/// Blocks of an epoch.
pub const BLOCKS_PER_EPOCH: u32 = 2016;

const SHIPPED: &str = include_str!("chain_epochs.csv");

/// 2,016 blocks of one difficulty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// Height of its first block.
    pub height: u32,
    /// Unix time of its first block.
    pub time: u32,
    /// Whether the time is an estimate. nBits fix how long an epoch took to a few seconds, so times between two that
    /// are known are good to half an hour, and hash rates to 0.1 %.
    pub time_is_estimated: bool,
    /// Its nBits.
    pub bits: CompactTarget,
    /// Seconds from its first block to the first of the next epoch; `None` for the newest, whose end is not known.
    pub seconds: Option<u32>,
}

impl Epoch {
    /// The day of its first block.
    pub fn date(&self) -> Date {
        Date::from_unix_seconds(self.time)
    }

    /// Difficulty, from nBits.
    pub fn difficulty(&self) -> f64 {
        self.bits.difficulty()
    }

    /// Hash rate of the network, mean of the epoch. Standard error: 1/sqrt(2016) = 2.2 %. `None` until it has ended.
    pub fn hash_rate(&self) -> Option<HashRate> {
        self.seconds.map(|seconds| epoch_hash_rate(self.difficulty(), f64::from(seconds)))
    }

    /// The whole timespans, in seconds, that make the retarget rule lead from this nBits to `next`.
    /// `None`: no timespan within the clamp does.
    pub fn timespans_to(&self, next: CompactTarget) -> Option<RangeInclusive<u32>> {
        let (shortest, longest) = ((TARGET_TIMESPAN / 4) as u32, (TARGET_TIMESPAN * 4) as u32); // below 2^23
        let reaches = |span, wanted| {
            let found = self.bits.next(0, span, Target::DIFFICULTY_1).ok().map(|bits| bits.decode().target);
            found.is_some_and(|target| target >= wanted)
        };
        let wanted = next.to_target().ok()?;
        let first = partition_point(shortest, longest + 1, |span| !reaches(span, wanted));
        let beyond =
            partition_point(first, longest + 1, |span| self.bits.next(0, span, Target::DIFFICULTY_1) == Ok(next));
        (beyond > first).then(|| first..=beyond - 1)
    }
}

/// The first number of the range for which `holds` is false, when it is true up to a point and false from there.
fn partition_point(mut low: u32, mut high: u32, holds: impl Fn(u32) -> bool) -> u32 {
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

/// Consecutive epochs from height 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain(Vec<Epoch>);

impl Chain {
    /// The record that ships: height 0 to the epoch of September 2026; most times of 2025 and 2026 are estimates.
    pub fn shipped() -> Self {
        Self::parse(SHIPPED).expect("the shipped file is checked by a test")
    }

    /// Reads a record: CSV with the columns height, time, bits (hex) and `epoch_seconds_to_next` (empty in the last
    /// row where the end is not known), perhaps `time_source` (header or estimate); others are ignored.
    ///
    /// # Errors
    /// Names line and column of the first field that is missing, unreadable or out of sequence.
    pub fn parse(text: &str) -> Result<Self, ChainError> {
        let epochs: Vec<_> = Table::new(text)?.map(|row| epoch(&row?)).collect::<Result<_, _>>()?;
        consecutive(&epochs)?;
        Ok(Self(epochs))
    }

    /// All epochs, the oldest first; never empty.
    pub fn epochs(&self) -> &[Epoch] {
        &self.0
    }

    /// The newest epoch.
    pub fn newest(&self) -> &Epoch {
        self.0.last().expect("a chain has at least one epoch: `parse` refuses an empty one")
    }

    /// The epoch that holds the block at this height.
    ///
    /// # Errors
    /// The record ends before it.
    pub fn at(&self, height: u32) -> Result<&Epoch, ChainError> {
        let index = usize::try_from(height / BLOCKS_PER_EPOCH).unwrap_or(usize::MAX);
        let last = self.newest().height + BLOCKS_PER_EPOCH - 1;
        self.0.get(index).ok_or(ChainError::Beyond { height, last })
    }

    /// The epoch that covers noon of this day.
    pub fn on(&self, day: Date) -> Option<&Epoch> {
        let noon = day.day_number().saturating_mul(86_400).saturating_add(43_200);
        let holds =
            |epoch: &&Epoch| epoch.seconds.zip(noon.checked_sub(epoch.time)).is_some_and(|(all, past)| past < all);
        self.0.iter().find(holds)
    }

    /// The epochs whose first block lies on one of these days.
    pub fn between(&self, days: RangeInclusive<Date>) -> impl Iterator<Item = &Epoch> {
        self.0.iter().filter(move |epoch| days.contains(&epoch.date()))
    }
}

/// What is wrong with a chain record or a question to it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChainError {
    /// Not CSV, or a field that is not what its column holds.
    #[error("chain history, {0}")]
    Table(#[from] TableError),
    /// No epochs at all.
    #[error("chain history: no epochs")]
    Empty,
    /// Heights must be 0, 2016, 4032 ...
    #[error("chain history: height {found} where {wanted} was due")]
    Sequence {
        /// The offending height.
        found: u32,
        /// The height that was due.
        wanted: u32,
    },
    /// The next epoch's time is not this one's plus its seconds.
    #[error("chain history: {seconds} seconds from height {height} do not lead to the next epoch's time")]
    Seconds {
        /// Height of the epoch.
        height: u32,
        /// The offending seconds.
        seconds: u32,
    },
    /// A height after the last epoch.
    #[error("height {height} is beyond the chain history, which ends at height {last}")]
    Beyond {
        /// The offending height.
        height: u32,
        /// The last height that it covers.
        last: u32,
    },
}

fn epoch(row: &Row) -> Result<Epoch, TableError> {
    let hex = |text: &str| u32::from_str_radix(text, 16).ok();
    let seconds = |text: &str| match text {
        "" => Some(None),
        text => text.parse().ok().filter(|&seconds| seconds > 0).map(Some),
    };
    let is_estimated = |text: &str| match text {
        "header" => Some(false),
        "estimate" => Some(true),
        _ => None,
    };
    let has_source = row.column("time_source").is_ok();
    Ok(Epoch {
        height: row.read("height", "block height")?,
        time: row.read("time", "Unix time")?,
        bits: CompactTarget(row.parse("bits", "nBits in hex", hex)?),
        seconds: row.parse("epoch_seconds_to_next", "number of seconds", seconds)?,
        time_is_estimated: has_source
            && row.parse("time_source", "source of a time (header, estimate)", is_estimated)?,
    })
}

fn consecutive(epochs: &[Epoch]) -> Result<(), ChainError> {
    let mut wanted = 0;
    for epoch in epochs {
        if epoch.height != wanted {
            return Err(ChainError::Sequence { found: epoch.height, wanted });
        }
        wanted += BLOCKS_PER_EPOCH;
    }
    let leads =
        |pair: &[Epoch]| pair[0].seconds.and_then(|seconds| pair[0].time.checked_add(seconds)) == Some(pair[1].time);
    match epochs.windows(2).find(|pair| !leads(pair)) {
        Some(pair) => Err(ChainError::Seconds { height: pair[0].height, seconds: pair[0].seconds.unwrap_or(0) }),
        None if epochs.is_empty() => Err(ChainError::Empty),
        None => Ok(()),
    }
}
