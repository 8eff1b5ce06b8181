//! `chain update` against a scripted node: what the headers prove is written, each lie is refused and nothing changes.

use super::fake::{FakeNode, Reply};
use crate::program::hashjoule;
use bitcoin::Network;
use bitcoin::consensus::encode::serialize_hex;
use bitcoin::constants::genesis_block;
use serde_json::json;
use std::path::Path;

/// The chain as far as one real header proves it: the genesis block of the main network.
const KNOWN: &str = "height,time,bits,epoch_seconds_to_next,time_source\n0,1231006505,1d00ffff,,header\n";

/// A node whose only block is the genesis of that network; `twist` may change the hex of its header.
fn node(network: Network, tip: u32, twist: fn(String) -> String) -> FakeNode {
    FakeNode::start(move |_, call| {
        let block = genesis_block(network);
        Some(match call.method.as_str() {
            "getblockcount" => Reply::Result(json!(tip)),
            "getblockhash" => Reply::Result(json!(block.block_hash().to_string())),
            "getblockheader" => Reply::Result(json!(twist(serialize_hex(&block.header)))),
            _ => return None,
        })
    })
}

/// Exit code, stderr, and what stands in the file afterwards; `before` stood in it.
fn update(folder: &Path, known: Option<&str>, source: &[&str], before: &str) -> (Option<i32>, String, String) {
    let (chain, out) = (folder.join("known.csv"), folder.join("out.csv"));
    std::fs::write(&out, before).unwrap();
    let mut command = hashjoule(["chain", "update", "-o"]);
    command.arg(&out).args(source);
    if let Some(known) = known {
        std::fs::write(&chain, known).unwrap();
        command.arg("--chain").arg(&chain);
    }
    let output = command.env("HOME", folder).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), stderr, std::fs::read_to_string(&out).unwrap())
}

#[test]
fn headers_that_prove_themselves_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let honest = node(Network::Bitcoin, 2014, |hex| hex);
    let (code, stderr, written) = update(folder.path(), Some(KNOWN), &["--node", &honest.url()], "old");
    assert_eq!((code, written.as_str()), (Some(0), KNOWN), "{stderr}");
    let mut compare = hashjoule(["compare", "--rate", "40MH/s", "--epoch", "newest", "--price", "1", "--json"]);
    let output = compare.env("HASHJOULE_CHAIN", folder.path().join("out.csv")).output().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&document["epoch"], &document["difficulty"]), (&json!(0), &json!(1.0)), "{document}");
}

#[test]
fn a_file_of_headers_does_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("headers.csv");
    let hex = serialize_hex(&genesis_block(Network::Bitcoin).header);
    std::fs::write(&file, format!("0,{hex}\n")).unwrap();
    let source = ["--headers", file.to_str().unwrap()];
    let (code, stderr, written) = update(folder.path(), Some(KNOWN), &source, "old");
    assert_eq!((code, written.as_str()), (Some(0), KNOWN), "{stderr}");
    std::fs::write(&file, format!("0,{}\n", &hex[2..])).unwrap();
    let (code, stderr, written) = update(folder.path(), Some(KNOWN), &source, "old");
    assert_eq!((code, written.as_str()), (Some(3), "old"));
    assert!(stderr.contains("line 1: not a height and a header"), "{stderr}");
}

#[test]
fn each_lie_is_refused_and_the_old_file_stays() {
    let folder = tempfile::tempdir().unwrap();
    let same: fn(String) -> String = |hex| hex;
    let other_nonce: fn(String) -> String = |hex| format!("{}00000000", &hex[..152]);
    for (network, tip, twist, known, wanted) in [
        (Network::Regtest, 10, same, Some(KNOWN), "height 0: this is another chain"),
        (Network::Testnet, 10, same, Some(KNOWN), "height 0: this is another chain"),
        (Network::Bitcoin, 10, other_nonce, Some(KNOWN), "does not have the hash that the node gives it"),
        (Network::Bitcoin, 5000, same, Some(KNOWN), "height 2015: its time is before"),
        (Network::Regtest, 10, same, None, "the node's chain ends at height 10, before 878976"),
        (Network::Regtest, 900_000, same, None, "height 878976: this is another chain"),
    ] {
        let liar = node(network, tip, twist);
        let (code, stderr, written) = update(folder.path(), known, &["--node", &liar.url()], "old");
        let wanted_code = if wanted.contains("chain ends") { 5 } else { 3 };
        assert_eq!((code, written.as_str()), (Some(wanted_code), "old"), "{stderr}");
        assert!(stderr.contains(wanted), "{wanted}: {stderr}");
    }
}
