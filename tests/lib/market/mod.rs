//! The market: formulas, chain history, fleet and article, each against the figures of late 2018.

mod article;
mod breakeven;
mod chain;
mod economics;
mod fleet;
#[cfg(feature = "report")]
mod page;
