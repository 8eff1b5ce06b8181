//! Mining over a network: nodes and pools, scripted ones and real ones, all on loopback.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a test fails loudly and prints its skips")]
#![cfg(feature = "full")]

#[cfg(target_os = "linux")]
mod judges;
#[cfg(target_os = "linux")]
mod node;
mod pool;
#[cfg(unix)]
mod pool_command;
mod pool_real;
#[path = "../support/program.rs"]
mod program;
mod stratum_server;
#[cfg(target_os = "linux")]
#[path = "../support/terminal.rs"]
mod terminal;
