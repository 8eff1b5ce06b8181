//! The miner against bcoin, a full node of other people's making, on a regression-test chain of its own.

use super::spend;
use crate::node::miner::{Miner, PASSWORD};
use bitcoin::consensus::encode::{deserialize, serialize_hex};
use bitcoin::{Block, OutPoint, ScriptBuf, Transaction, Witness};
use hashjoule::work::node::{Auth, Config, NodeSource, PATIENCE, Payout, Rpc};
use hashjoule::work::{Event, Secret, Work};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Segwit is in force for the block after so many on this chain.
const SEGWIT: usize = 432;

/// A node process, ended by its id when dropped.
struct Bcoin {
    process: Child,
    url: String,
    rpc: Rpc,
    _folder: tempfile::TempDir,
}

impl Bcoin {
    fn start() -> Self {
        let modules = std::env::var_os("HASHJOULE_BCOIN").expect("tests/counterparties/run sets HASHJOULE_BCOIN");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        let program = PathBuf::from(modules).join("bcoin/bin/node");
        let process = Command::new("node")
            .arg(program)
            .args(["--network=regtest", "--memory=true", "--listen=false", "--no-wallet", "--http-host=127.0.0.1"])
            .args(["--no-dns=true", "--workers=false", "--log-level=error"])
            .arg(format!("--http-port={port}"))
            .arg(format!("--api-key={PASSWORD}"))
            .arg(format!("--prefix={}", folder.path().display()))
            .env("NODE_BACKEND", "js")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("node starts");
        let url = format!("http://127.0.0.1:{port}/");
        let rpc = Rpc::new(url.clone(), Auth::Password("any".to_owned(), Secret::new(PASSWORD)));
        let node = Self { process, url, rpc, _folder: folder };
        let started = Instant::now();
        while node.rpc.call::<Value>("getblockcount", &json!([]), Duration::from_secs(5)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(60), "bcoin did not come up");
            std::thread::sleep(Duration::from_millis(50));
        }
        node
    }

    fn call(&self, method: &str, params: Value) -> Value {
        self.rpc.call(method, &params, PATIENCE).unwrap().unwrap_or(Value::Null)
    }

    fn height(&self) -> usize {
        self.call("getblockcount", json!([])).as_u64().unwrap() as usize
    }

    fn block_hex(&self, height: usize) -> String {
        let hash = self.call("getblockhash", json!([height]));
        self.call("getblock", json!([hash, 0])).as_str().unwrap().to_owned()
    }

    fn block(&self, height: usize) -> Block {
        deserialize(&hex::decode(self.block_hex(height)).unwrap()).unwrap()
    }

    fn generate(&self, count: usize) {
        self.call("generatetoaddress", json!([count, "rb1qzyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg328fddy"]));
    }

    /// Mines with the binary and lets the node's tip be the judge.
    fn mine(&self, blocks: usize, more: &[&str]) {
        let before = self.height();
        let ended = Miner::new(&self.url).with(&["--blocks", &blocks.to_string()]).with(more).run();
        assert_eq!(ended.code, Some(0), "{}", ended.all());
        assert_eq!(self.height(), before + blocks, "{}", ended.all());
        assert_eq!(ended.summary()["accepted"], blocks, "{}", ended.all());
    }
}

impl Drop for Bcoin {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
#[ignore = "needs bcoin: run tests/counterparties/run"]
fn blocks_before_and_after_segwit_and_with_transactions_extend_bcoins_chain() {
    let node = Bcoin::start();
    node.mine(3, &["--coinbase-text", "before segwit"]);
    let coinbase = node.block(1).txdata[0].clone();
    assert!(coinbase.input[0].witness.is_empty() && coinbase.output.len() == 1);

    node.generate(SEGWIT);
    node.mine(3, &["--roll-versions"]);
    let block = node.block(node.height());
    assert!(block.check_witness_commitment() && block.txdata[0].output.len() == 2);
    assert_eq!(block.txdata[0].input[0].witness.len(), 1);

    // Our first coinbase, paid to OP_TRUE, into a witness program and out again, in one block.
    let anyone = ScriptBuf::from_bytes(vec![0x51]);
    let value = coinbase.output[0].value.to_sat();
    let from = OutPoint::new(coinbase.compute_txid(), 0);
    let into = spend(from, value - 10_000, anyone.to_p2wsh(), Witness::new());
    let witness = Witness::from_slice(&[anyone.as_bytes()]);
    let out = spend(OutPoint::new(into.compute_txid(), 0), value - 20_000, anyone.clone(), witness);
    for tx in [&into, &out] {
        node.call("sendrawtransaction", json!([serialize_hex(tx)]));
    }
    // The template for the next block is older than the payments; the one after it has them.
    node.mine(3, &[]);
    let blocks = (0..3).map(|back| node.block(node.height() - back));
    let block = blocks.into_iter().find(|block| block.txdata.len() > 1).expect("a block with transactions");
    let txids: Vec<_> = block.txdata.iter().skip(1).map(Transaction::compute_txid).collect();
    assert_eq!(txids, [into.compute_txid(), out.compute_txid()]);
    assert!(block.check_witness_commitment());
    write_chain(&node);
}

/// For the next judge: every block of the chain in hex, one a line.
fn write_chain(node: &Bcoin) {
    if let Some(path) = std::env::var_os("HASHJOULE_BCOIN_CHAIN") {
        let lines: Vec<_> = (1..=node.height()).map(|height| node.block_hex(height)).collect();
        std::fs::write(path, lines.join("\n")).unwrap();
    }
}

#[test]
#[ignore = "needs bcoin: run tests/counterparties/run"]
fn the_long_poll_tells_of_a_new_tip_at_once() {
    let node = Bcoin::start();
    let config = Config {
        rpc: node.rpc.clone(),
        payout: Payout::Script(vec![0x51]),
        chain: None,
        text: Vec::new(),
        version_mask: 0,
        patience: PATIENCE,
    };
    let (events, inbox) = std::sync::mpsc::channel();
    let _source = NodeSource::start(config, events);
    // The refresher would take half a minute for the fourth.
    for height in 1..=6 {
        let work = loop {
            match inbox.recv_timeout(Duration::from_secs(10)).expect("news of the tip") {
                Event::Work(work) if work.height == Some(height) => break work,
                Event::Work(_) | Event::Note(_) => {}
                other => panic!("{other:?}"),
            }
        };
        assert_current(&work, &node);
        node.generate(1);
    }
}

fn assert_current(work: &Arc<Work>, node: &Bcoin) {
    let tip = node.call("getbestblockhash", json!([]));
    assert_eq!(hashjoule::header::BlockHash(work.template.prev_blockhash).to_string(), tip.as_str().unwrap());
}

#[test]
#[ignore = "needs bcoin: run tests/counterparties/run"]
fn chain_update_refuses_the_regression_test_chain() {
    let node = Bcoin::start();
    node.generate(3);
    let folder = tempfile::tempdir().unwrap();
    let (known, out) = (folder.path().join("known.csv"), folder.path().join("out.csv"));
    let genesis = "height,time,bits,epoch_seconds_to_next,time_source\n0,1231006505,1d00ffff,,header\n";
    std::fs::write(&known, genesis).unwrap();
    std::fs::write(&out, "old").unwrap();
    let mut command = crate::program::hashjoule(["chain", "update", "--node", &node.url, "--user", "any"]);
    command.arg("--chain").arg(&known).arg("-o").arg(&out).env("HASHJOULE_PASSWORD", PASSWORD);
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(stderr.contains("height 0: this is another chain: nBits is 207fffff here"), "{stderr}");
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "old");
}
