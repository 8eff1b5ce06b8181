//! A reference SHA-256d miner and benchmark suite for CPUs.
//!
//! The first block of Bitcoin, found again:
//!
//! ```
//! use hashjoule::{header::Header, job::Job, kernel::Kernel, target::CompactTarget};
//!
//! let header = Header { nonce: 0, ..Header::GENESIS };
//! let target = CompactTarget(header.bits).to_target()?;
//! let mut nonces = Vec::new();
//! Kernel::detect().search(&Job::new(&header, target), 2_083_000_000..2_084_000_000, &mut nonces);
//! assert_eq!(nonces, [2_083_236_893]);
//! # Ok::<(), hashjoule::target::CompactTargetError>(())
//! ```
//!
//! [`scan`] does the same on every CPU, [`mod@bench`] measures it, [`compare`] puts it beside the ASICs of [`asic`],
//! [`vectors`] and [`verify`] hold other implementations to it, [`work`] brings headers from nodes and pools. The folder
//! `examples/` has a short program for each of the first four; `docs/design.md` is the map.
//!
//! # What holds everywhere
//!
//! - **Byte order.** 80 header bytes are those of the wire. Hashes and targets are kept in the order in which SHA-256
//!   emits them; what is printed is reversed, as every explorer shows it. A function that does otherwise says so.
//! - **Units.** A quantity is a type of [`units`], or its unit is in its name (`joules_per_hash`). A joule comes with how
//!   it was known: see [`energy::Provenance`].
//! - **Errors** name the input and the fault. Nothing panics on what comes from outside.
//!
//! # Features
//!
//! Without any there is no dependency and no std, only alloc: [`header`], [`target`], [`job`], [`kernel`], [`units`] and
//! [`sha256`]. There a build decides which kernels it has (`-C target-feature=+avx2`), since nobody but the operating
//! system can say which registers it keeps; with `std` the CPU and the system are asked at run time.
//! Each feature adds modules and never changes what is there.
//!
//! | feature | adds |
//! |---|---|
//! | `std` | kernels are detected; [`work`], [`energy`]; all features below need it |
//! | `scan` | threads, pins, and the `sha2` crate as second hash and yardstick |
//! | `bitcoin` | `From` and `Into` between our types and those of the `bitcoin` crate |
//! | `vectors` | [`vectors`], [`explain`], the reader of bench records |
//! | `net` | nodes (getblocktemplate) and pools (Stratum V1) in [`work`] |
//! | `energy` | the meters of this machine |
//! | `bench` | measuring |
//! | `market` | the catalogue of devices, the arithmetic of mining |
//! | `report` | [`compare`], tables, pictures, pages |
//! | `cli`, `full` | the binary, small and whole; `full` is the default |
//!
//! # Stability
//!
//! Versions follow semver; a raised minimum of Rust (1.89 today) is a minor version. Structures and enums that will grow
//! are `non_exhaustive`; traits that nobody else should implement are sealed, and those that are meant for it
//! ([`energy::Meter`], [`work::WorkSource`], [`verify::Implementation`]) say so.
#![cfg_attr(not(any(feature = "std", test)), no_std)]
#![deny(unsafe_code)]
#![cfg_attr(not(test), warn(unused_crate_dependencies))] // tests have dependencies of their own

extern crate alloc;

// What only the program uses is a dependency of the library, too: Cargo knows one list for both.
#[cfg(feature = "cli")]
use {clap as _, clap_complete as _, clap_mangen as _, comfy_table as _, hex as _, indicatif as _, signal_hook as _};

#[cfg(feature = "vectors")]
mod ablate;
#[cfg(feature = "market")]
pub mod asic;
#[cfg(feature = "vectors")]
pub mod bench;
#[cfg(feature = "report")]
pub mod compare;
#[cfg(feature = "std")]
pub mod energy;
pub mod header;
pub mod job;
pub mod kernel;
#[cfg(feature = "market")]
pub mod market;
#[cfg(feature = "std")]
pub mod os;
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
#[cfg(feature = "std")]
pub mod work;

#[cfg(feature = "vectors")]
pub mod explain;
