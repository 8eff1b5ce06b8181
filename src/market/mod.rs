//! What mining earns and costs: break-even, the fleet, the chain's own record, and an article of December 2018
//! checked sentence by sentence. Pure: numbers in, numbers out; the data that ships is compiled in.

pub mod chain;
pub mod date;
pub mod economics;

pub use chain::{Chain, Epoch};
pub use date::Date;
pub use economics::{Terms, TermsError};
