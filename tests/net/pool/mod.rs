//! The pool client against a server that misbehaves on demand. Every line that the client sends is read by `sv1_api`,
//! every share is put together and hashed by other code.

mod hosts;
mod jobs;
mod lines;
mod miner;
mod shares;
mod tls;

use crate::stratum_server::certificates::Authority;
use crate::stratum_server::{Job, PATIENCE, Server};
use hashjoule::work::Verdict;
use hashjoule::work::pool::PoolConfig;
use hashjoule::work::pool::stream::Trust;
use miner::{Miner, config};
use serde_json::json;
use std::time::Duration;

const MASK: u32 = 0x1fff_e000;
const PASSWORD: &str = "correct-horse-battery";
