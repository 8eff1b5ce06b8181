//! The record of a bench: one versioned JSON document, the only thing that later stages read.
//!
//! Base units, named in the key. The keys that a reader may rely on are those of
//! `schemas/hashjoule-bench.v1.schema.json`; what this file marks with `default` may be missing.

mod context;
mod read;

pub use context::{Build, Clock, Cpu, Energy, Idle, Machine, Meter, Method, Probed, Warning};
pub use read::RecordError;

use crate::energy::Labels;
use crate::units::{Efficiency, HashRate};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The value of the key `schema`.
pub const SCHEMA: &str = "hashjoule-bench/1";

/// Everything that one run measured, and on what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// What the user calls the run; the only place for a name of theirs.
    #[serde(default)]
    pub label: Option<String>,
    /// The command line, without the user's paths.
    #[serde(default)]
    pub command: String,
    /// Seconds since 1970 when the run began.
    #[serde(default)]
    pub started_unix_seconds: u64,
    /// Of this program.
    #[serde(default)]
    pub build: Build,
    /// What it ran on.
    pub machine: Machine,
    /// How the rounds were made.
    #[serde(default)]
    pub method: Method,
    /// Where the joules came from, or why there are none.
    #[serde(default)]
    pub energy: Energy,
    /// One for each combination of kernel, mode and threads.
    pub results: Vec<Measured>,
    /// What a reader should know before they believe a figure.
    #[serde(default)]
    pub warnings: Vec<Warning>,
    /// The run was ended before its plan.
    pub interrupted: bool,
}

/// Whether the versions share one message schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// One version: the plain search over nonces.
    OneVersion,
    /// Version bits roll (BIP320): real work only where a pool or a node allows it.
    Rolling,
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::OneVersion => "one-version",
            Self::Rolling => "rolling",
        })
    }
}

/// One combination of kernel, mode and threads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The kernel's name, as in `--kernel`.
    pub kernel: String,
    /// The mode.
    pub mode: Mode,
    /// Versions that share a schedule: 1 in the mode one-version.
    pub versions: u32,
    /// Threads that searched at once.
    pub threads: u32,
    /// Hashes in one vector operation.
    #[serde(default)]
    pub lanes: Option<u32>,
    /// The instruction set of the kernel.
    #[serde(default)]
    pub isa: Option<String>,
    /// CPUs that the threads were pinned to; empty when they were not.
    #[serde(default)]
    pub cpus: Vec<u32>,
    /// Hashes in a second of wall time, all threads together.
    pub hashes_per_second: Spread,
    /// Hashes in a second of CPU time of one thread: what the kernel does while it really runs.
    #[serde(default)]
    pub hashes_per_cpu_second: Option<Spread>,
    /// Hashes per CPU second over those of the `sha2` crate from the midstate, from the same rounds.
    pub ratio_to_sha2: Option<Spread>,
    /// Gross energy of a hash; `None` where nothing was metered or declared.
    pub joules_per_hash: Option<Joules>,
    /// The same after the idle power was taken off.
    #[serde(default)]
    pub net_joules_per_hash: Option<Joules>,
    /// SHA-256, in hex, over the hits of one round: version and nonce of each, ascending, as u32 little-endian.
    pub hits_digest: String,
    /// Hits of one round.
    #[serde(default)]
    pub hits: u64,
    /// Every round, in the order in which they ran.
    #[serde(default)]
    pub samples: Vec<Sample>,
    /// Every window that gives joules.
    #[serde(default)]
    pub energy_windows: Vec<Window>,
}

/// A median and how far to trust it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The median of the rounds.
    pub median: f64,
    /// The median of the absolute deviations from the median.
    pub mad: f64,
    /// Lower end of the bootstrap interval of the median.
    pub low: f64,
    /// Upper end of the bootstrap interval of the median.
    pub high: f64,
}

/// Joules per hash, with the labels without which it means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Joules {
    /// Over the windows.
    #[serde(flatten)]
    pub spread: Spread,
    /// How it is known.
    #[serde(flatten)]
    pub labels: Labels,
}

/// One round.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sample {
    /// Number of the round; combinations with the same number ran next to each other.
    pub round: u32,
    /// Hashes tried by all threads together.
    pub hashes: u64,
    /// Wall time from the first thread's start to the last one's end.
    pub seconds: f64,
    /// CPU time of all threads together.
    pub cpu_seconds: f64,
}

/// One window that gives joules: energy and hashes of the same stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Window {
    /// Gross energy.
    pub joules: f64,
    /// Hashes tried in it.
    pub hashes: u64,
    /// Its length, wall time.
    pub seconds: f64,
}

impl Measured {
    /// The median rate.
    pub fn rate(&self) -> HashRate {
        HashRate::from_hashes_per_second(self.hashes_per_second.median)
    }

    /// What tells this combination from the others of a record.
    pub fn name(&self) -> String {
        let threads = if self.threads == 1 { "1 thread".to_owned() } else { format!("{} threads", self.threads) };
        format!("{} {}, {threads}", self.kernel, self.mode)
    }
}

impl Joules {
    /// The median as a quantity.
    pub fn efficiency(&self) -> Efficiency {
        Efficiency::from_joules_per_hash(self.spread.median)
    }
}

impl Record {
    /// The result with the highest median rate.
    pub fn fastest(&self) -> Option<&Measured> {
        self.results.iter().max_by(|a, b| a.hashes_per_second.median.total_cmp(&b.hashes_per_second.median))
    }
}

#[cfg(test)]
mod tests;
