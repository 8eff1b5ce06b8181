//! The market: formulas, chain history, fleet, article and command line, each against the figures of late 2018.
#![cfg(feature = "market")]
#![allow(clippy::unwrap_used, reason = "helpers of tests may, as tests do")]

mod article;
mod breakeven;
mod chain;
mod cli;
mod economics;
mod fleet;
mod page;
