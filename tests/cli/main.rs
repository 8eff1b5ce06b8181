//! The binary from outside: what it prints where, and with which exit code.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a test fails loudly and prints its skips")]
#![cfg(feature = "full")]

mod bench;
mod compare;
mod examples;
mod explain;
mod faults;
mod grind;
mod help;
mod info;
mod lesson;
mod market;
mod mine;
#[cfg(target_os = "linux")]
#[path = "../support/terminal.rs"]
mod on_terminal;
#[path = "../support/program.rs"]
mod program;
mod readme;
mod report;
mod settings;
mod shell;
#[cfg(target_os = "linux")]
mod signals;
mod story;
#[cfg(unix)]
mod streams;
#[cfg(target_os = "linux")]
mod terminal;
mod verify;

use program::hashjoule;
use serde_json::Value;
use std::io::Write;
use std::process::{Output, Stdio};

/// The nonce of the genesis block, and the second one in its 2^32 (`vectors/scan.v1.json`).
pub const GENESIS_NONCE: u32 = 2_083_236_893;

/// What a command left behind.
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: stdout is no document: {}", self.out))
    }

    /// The nonces of a document of `mine`.
    pub fn nonces(&self) -> Vec<u64> {
        self.json()["hits"].as_array().unwrap().iter().map(|hit| hit["nonce"].as_u64().unwrap()).collect()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the output is text");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// Runs it with these words.
pub fn run(words: &str) -> Ran {
    hashjoule(words.split_whitespace()).output().unwrap().into()
}

/// Runs it with this on stdin.
pub fn run_with_stdin(words: &str, stdin: &[u8]) -> Ran {
    let mut child = hashjoule(words.split_whitespace()).stdin(Stdio::piped()).spawn().unwrap();
    // The child may end before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    child.wait_with_output().unwrap().into()
}

/// The genesis header in hex.
pub fn genesis() -> String {
    hex_of(&hashjoule::header::Header::GENESIS.to_bytes())
}

pub fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
