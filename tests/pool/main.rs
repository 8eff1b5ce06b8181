//! The pool client against a server that misbehaves on demand. Every line that the client sends is read by `sv1_api`,
//! every share is put together and hashed by other code.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a test fails loudly and prints its skips")]
#![cfg(feature = "net")]

mod hosts;
mod jobs;
mod lines;
mod miner;
mod shares;
#[path = "../stratum_server/mod.rs"]
mod stratum_server;
mod tls;

use hashjoule::work::Verdict;
use hashjoule::work::pool::PoolConfig;
use hashjoule::work::pool::stream::Trust;
use miner::{Miner, config};
use serde_json::json;
use std::time::Duration;
use stratum_server::certificates::Authority;
use stratum_server::{Job, PATIENCE, Server};

const MASK: u32 = 0x1fff_e000;
const PASSWORD: &str = "correct-horse-battery";
