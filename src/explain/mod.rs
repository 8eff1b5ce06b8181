//! One real header, taken apart: fields, midstate, rounds, second hash, target. Everything comes from the
//! same plain code that judges the miners ([`crate::sha256`]), and each word of it can be checked elsewhere.
//!
//! [`Story`] computes, [`text`] writes it for a terminal, [`Document`] is it as JSON (`hashjoule-explain/1`),
//! which the lesson page holds too and recomputes for itself.

mod date;
mod document;
mod examples;
mod input;
#[cfg(feature = "market")]
mod odds;
mod savings;
mod story;
pub mod text;
mod touch;
mod version;

pub use date::utc;
pub use document::{BitsDocument, Document, TargetDocument};
pub use examples::{EXAMPLES, Example, header_named, names_like};
pub use input::{BitsError, HeaderError, read_bits, read_header};
#[cfg(feature = "market")]
pub use odds::{Dated, Ladder, Rung};
pub use savings::{Rolling, Savings, Step};
pub use story::{EarlyExit, Field, Midstates, Story, fields};
pub use touch::{Touched, touched};
pub use version::{ROLLING_BITS, ROLLING_MASK, VersionBits};
