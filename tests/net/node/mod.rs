//! The miner against a scripted node: every fault that a node has shown, and no find lost.

mod access;
mod chain;
mod fake;
pub mod miner;
mod outages;
mod people;
mod templates;

use fake::{EASY, FakeNode, HOPELESS, Reply, wait_until};
use miner::{Miner, PASSWORD};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Counts how often it is called, from 0.
fn counter() -> impl Fn() -> usize + Send + Sync {
    let count = AtomicUsize::new(0);
    move || count.fetch_add(1, Ordering::SeqCst)
}

/// How often the journal has a record of this kind.
fn records(miner: &Miner, event: &str) -> Vec<Value> {
    let text = miner.journal_text();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["event"] == event).collect()
}

#[test]
fn blocks_extend_the_nodes_chain_and_stop_at_the_wanted_number() {
    let node = FakeNode::honest();
    let miner = Miner::new(&node.url()).with(&["--blocks", "5", "--coinbase-text", "tests"]);
    let ended = miner.run();
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert_eq!(node.height(), 5);
    assert_eq!(node.state().refused, Vec::<String>::new());
    let summary = ended.summary();
    let counts = ["found", "accepted", "stale", "rejected", "pending"].map(|key| summary[key].as_u64().unwrap());
    assert_eq!(counts, [5, 5, 0, 0, 0]);
    assert!(ended.events().iter().all(|event| event["schema"] == "hashjoule-mining/1"));
    assert!(summary["switch_worst_ms"].as_f64().unwrap() >= summary["switch_median_ms"].as_f64().unwrap());
    // On disk before it was sent, each once.
    assert_eq!((records(&miner, "found").len(), records(&miner, "answered").len()), (5, 5));
}

#[test]
fn rolled_versions_make_blocks_too() {
    let node = FakeNode::honest();
    let ended = Miner::new(&node.url()).with(&["--blocks", "3", "--roll-versions"]).run();
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert_eq!((node.height(), node.refused()), (3, 0));
}
