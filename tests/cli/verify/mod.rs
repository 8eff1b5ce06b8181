//! `verify` as its users meet it: our kernels, their files, their processes, their CI.

mod files;
mod ours;
mod programs;
mod reports;

use crate::hashjoule;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

fn here(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    #[track_caller]
    fn last(&self) -> &str {
        self.out.lines().last().unwrap_or_else(|| panic!("nothing on stdout; stderr: {}", self.err))
    }
}

fn verify(arguments: &[&str]) -> Ran {
    let output = hashjoule([&["verify"], arguments].concat()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

fn json_of(arguments: &[&str]) -> Value {
    serde_json::from_str(&verify(&[arguments, &["--json"]].concat()).out).unwrap()
}

const ONE_FAILS: &str = "7 passed, 1 failed, 0 skipped";

/// Eight cases of `header_hash`, with a short deadline.
fn exec(mode: &str, more: &[&str]) -> Ran {
    let command = format!("python3 '{}' {mode}", here("tests/adapters/misbehaving.py"));
    let start = Instant::now();
    let ran = verify(&[&["--exec", &command, "--filter", "header_hash/made-up", "--timeout", "2"], more].concat());
    assert!(start.elapsed() < Duration::from_secs(60), "{mode}: no deadline held");
    ran
}
