//! The market: formulas, chain history, fleet, article and command line, each against the figures of late 2018.
#![cfg(feature = "market")]

mod article;
mod breakeven;
mod chain;
mod economics;
mod fleet;
