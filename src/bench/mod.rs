//! Hashes per second and per joule: measure, write a record, and let everything later read only that.

#[cfg(any(feature = "bench", feature = "cli"))]
pub mod machine;
pub mod record;
#[cfg(feature = "bench")]
pub mod stats;
