//! What mining earns and costs: break-even, the fleet, the chain's own record, and an article of December 2018
//! checked sentence by sentence. Pure: numbers in, numbers out; the data that ships is compiled in.

pub mod article;
pub mod breakeven;
pub mod chain;
pub mod constants;
pub mod date;
pub mod economics;
pub mod fleet;
pub mod overview;
pub mod prices;
pub mod replay;
pub mod statements;
pub mod table;
pub mod terms;

pub use breakeven::{BreakEven, Rig};
pub use chain::{Chain, Epoch};
pub use constants::Constants;
pub use date::Date;
pub use fleet::Fleet;
pub use overview::Overview;
pub use prices::Prices;
pub use statements::Statements;
pub use terms::{DatedTerms, Terms, TermsError, TermsRequest};
