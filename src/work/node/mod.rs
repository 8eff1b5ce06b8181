//! Mining against a full node: `getblocktemplate` in, `submitblock` out (BIP 22, 23, 145).
//!
//! `answer` is the node's JSON, `coinbase` and `template` make work of it (pure), `rpc` is HTTP around them,
//! `pace`
//! and `verdict` decide when to ask and what an answer means (pure), `link` and `source` run the threads.

mod answer;
mod coinbase;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod exercise;
mod link;
mod pace;
mod payout;
mod rpc;
mod source;
mod template;
mod verdict;

pub use answer::{Answer, Transaction};
pub use coinbase::{CoinbaseError, MAX_SCRIPT_SIG, height_push};
pub use payout::{Chain, PayoutError, payout_script, raw_payout_script};
pub use rpc::{Auth, Rpc, RpcError};
pub use source::{Config, NodeSource, PATIENCE, Payout};
pub use template::{Recipe, Template, TemplateError};
