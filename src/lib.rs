//! A reference SHA-256d miner and benchmark suite for CPUs.
#![deny(unsafe_code)]
#![cfg_attr(not(test), warn(unused_crate_dependencies))] // tests have dependencies of their own

#[cfg(feature = "market")]
pub mod asic;
#[cfg(feature = "vectors")]
pub mod bench;
#[cfg(feature = "report")]
pub mod compare;
pub mod energy;
pub mod header;
pub mod job;
pub mod kernel;
#[cfg(feature = "market")]
pub mod market;
#[cfg(feature = "report")]
pub mod report;
#[cfg(feature = "scan")]
pub mod scan;
pub mod sha256;
pub mod target;
pub mod units;
#[cfg(feature = "vectors")]
pub mod vectors;
#[cfg(all(feature = "scan", feature = "vectors"))]
pub mod verify;
pub mod work;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "vectors")]
pub mod explain;
