//! A reference SHA-256d miner and benchmark suite for CPUs.
#![deny(unsafe_code)]

#[cfg(feature = "vectors")]
pub mod bench;
pub mod energy;
pub mod header;
pub mod job;
pub mod kernel;
pub mod sha256;
pub mod target;
pub mod units;

#[cfg(feature = "cli")]
pub mod cli;
