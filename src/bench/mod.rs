//! Hashes per second and per joule: measure, write a record, and let everything later read only that.
//!
//! ```text
//! contender (kernel x mode) x threads = combination
//!   -> warm-up, checked -> schedule -> rounds, interleaved and shuffled, each checked -> samples
//!   -> windows with a meter                                                           -> joules
//!   -> summary (medians, intervals, ratios) -> record
//! ```

#[cfg(feature = "bench")]
pub mod ablate;
#[cfg(feature = "bench")]
mod begin;
#[cfg(feature = "bench")]
pub mod combination;
#[cfg(feature = "bench")]
pub mod contender;
#[cfg(feature = "bench")]
pub mod diff;
#[cfg(feature = "bench")]
mod joules;
#[cfg(any(feature = "bench", feature = "cli"))]
pub mod machine;
pub mod record;
#[cfg(feature = "bench")]
pub mod round;
#[cfg(feature = "bench")]
mod run;
#[cfg(feature = "bench")]
pub mod schedule;
#[cfg(feature = "bench")]
pub mod sources;
#[cfg(feature = "bench")]
pub mod stats;
#[cfg(feature = "bench")]
pub mod store;
#[cfg(feature = "bench")]
pub mod summary;
#[cfg(feature = "bench")]
pub mod warn;
#[cfg(feature = "bench")]
pub mod work;

#[cfg(feature = "bench")]
pub use begin::About;
#[cfg(feature = "bench")]
pub use run::{Metered, Observer, Settings, run};
