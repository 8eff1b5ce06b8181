//! What the pool costs: the rate of mining for a pool over the rate of the bare search with rolled versions.
//!
//! The binary both times, one searching thread, the same kernel and mask, nBits of the main network and shares of
//! difficulty 1; hashes per second of the whole process's CPU time, so that the client's own thread counts against it;
//! interleaved pairs, the median of their ratios. Linux. Usage: `cargo bench --bench pool_rate [-- PAIRS]`.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark prints, and fails loudly")]

#[path = "../tests/net/stratum_server/mod.rs"]
mod stratum_server;

use hashjoule::scan::fastest;
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use stratum_server::{Job, Server};

const FLOOR: f64 = 0.95;
/// Of December 2018; no CPU finds such a block.
const BITS: &str = "172e5b50";

fn main() {
    let pairs = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(9);
    let kernel = fastest(true).first().expect("there is always a kernel").kernel.name();
    let mut ratios: Vec<f64> = (0..pairs).map(|pair| one_pair(kernel, pair % 2 == 0)).collect();
    ratios.sort_by(f64::total_cmp);
    let median = ratios[ratios.len() / 2];
    println!("median of {pairs} pairs: {median:.4} (at least {FLOOR} is asked)");
    std::process::exit(i32::from(median < FLOOR));
}

/// Each order comes as often as the other.
fn one_pair(kernel: &str, bare_first: bool) -> f64 {
    let first = if bare_first { bare(kernel) } else { pool(kernel) };
    let second = if bare_first { pool(kernel) } else { bare(kernel) };
    let (bare, pool) = if bare_first { (first, second) } else { (second, first) };
    println!("{kernel}: bare {bare:.0}, pool {pool:.0} hashes a tick of CPU time: {:.4}", pool / bare);
    pool / bare
}

fn bare(kernel: &str) -> f64 {
    hashes_per_tick(kernel, &["--roll-versions=1fffe000", "--bits", BITS, "--all"])
}

fn pool(kernel: &str) -> f64 {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(0x1fff_e000);
        peer.tell("mining.set_difficulty", json!([1]));
        peer.notify(Job { bits: BITS, ..Job::new("a") });
        peer.serve();
    });
    let journal = tempfile::NamedTempFile::new().expect("a file");
    let journal = journal.path().to_str().expect("a path in UTF-8").to_owned();
    let rate = hashes_per_tick(kernel, &["--pool", &server.url(), "--user", "worker", "--journal", &journal]);
    server.join();
    rate
}

fn hashes_per_tick(kernel: &str, arguments: &[&str]) -> f64 {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hashjoule"));
    command.args(["mine", "--threads", "1", "--kernel", kernel, "--time", "4s", "--json", "-q"]).args(arguments);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary starts");
    let ticks = cpu_ticks_at_the_end(child.id());
    let output = child.stdout.take().expect("piped");
    let document: Value = serde_json::from_reader(output).expect("one JSON document");
    child.wait().expect("it has ended");
    document["hashes"].as_f64().expect("hashes") / ticks
}

/// User and system time of a process that has ended and that nobody has waited for yet (proc(5), stat).
fn cpu_ticks_at_the_end(id: u32) -> f64 {
    loop {
        std::thread::sleep(std::time::Duration::from_millis(20));
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).expect("Linux shows processes");
        // The name in parentheses may hold anything; what follows are plain fields, the third one first.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        if fields[0] == "Z" {
            return [11, 12].map(|at| fields[at].parse::<f64>().expect("a number")).iter().sum();
        }
    }
}
