//! Mining against a full node: `getblocktemplate` in, `submitblock` out (BIP 22, 23, 145).
//!
//! `answer` is the node's JSON, `coinbase` and `template` make work of it (pure), `rpc` is HTTP around them,
//! `schedule` decides when to ask (pure), `source` runs the threads.

mod answer;
mod coinbase;
mod payout;
mod rpc;
mod schedule;
mod source;
mod template;

pub use answer::{Answer, Transaction};
pub use coinbase::{CoinbaseError, MAX_SCRIPT_SIG, height_push};
pub use payout::{Chain, PayoutError, payout_script, raw_payout_script};

pub use rpc::{Auth, Rpc, RpcError, Secret};
pub use template::{Recipe, Template, TemplateError};
