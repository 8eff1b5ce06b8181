//! All that differs between operating systems, and all that crosses into one: CPUs and where threads run on them,
//! clocks, foreign processes, files. `cfg(target_os)` stands here and nowhere above.
//!
//! What reads `/proc` and `/sys` takes their root as a parameter, so that tests can make machines up.
#![cfg_attr(not(feature = "full"), allow(dead_code, reason = "each feature uses its part"))]

#[cfg(feature = "scan")]
pub mod affinity;
#[cfg(feature = "scan")]
pub mod clock;
pub mod cpu;
#[cfg(any(feature = "bench", feature = "cli"))]
pub mod cpuid;
#[cfg(any(feature = "bench", feature = "cli"))]
pub mod files;
#[cfg(any(feature = "scan", feature = "energy"))]
pub(crate) mod process;
#[cfg(any(feature = "scan", feature = "energy"))]
mod words;

#[cfg(any(feature = "scan", feature = "energy"))]
pub use words::{WordsError, split_words};
