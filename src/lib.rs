//! A reference SHA-256d miner and benchmark suite for CPUs.
#![deny(unsafe_code)]

pub mod header;
pub mod job;
pub mod kernel;
pub mod sha256;
pub mod target;
pub mod units;
pub mod work;

#[cfg(feature = "cli")]
pub mod cli;
