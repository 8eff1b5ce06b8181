//! Bitcoin Core's own consensus engine on the blocks that the miner's code makes, and on those that bcoin took from it.
//!
//! Blocks broken on purpose are refused: the judge is awake.

use super::spend;
use bitcoin::consensus::encode::{deserialize, serialize};
use bitcoin::{OutPoint, ScriptBuf, Transaction, Witness};
use hashjoule::header::Header;
use hashjoule::work::node::{Recipe, Template};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

/// The judge of `tests/counterparties/core`, ended by its id when dropped.
struct Engine {
    process: Child,
    blocks: ChildStdin,
    answers: BufReader<ChildStdout>,
    now: Judgement,
    _folder: tempfile::TempDir,
}

/// What the engine says of the last block, if anything, and the chain that it has now.
#[derive(Deserialize)]
struct Judgement {
    verdict: Option<String>,
    height: u32,
    tip: String,
}

impl Engine {
    fn start() -> Self {
        let program = std::env::var_os("HASHJOULE_ENGINE").expect("tests/counterparties/run sets HASHJOULE_ENGINE");
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(program);
        command.arg(folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the judge starts");
        let blocks = process.stdin.take().unwrap();
        let mut answers = BufReader::new(process.stdout.take().unwrap());
        let now = read(&mut answers);
        Self { process, blocks, answers, now, _folder: folder }
    }

    fn judge(&mut self, block: &[u8]) {
        writeln!(self.blocks, "{}", hex::encode(block)).unwrap();
        self.now = read(&mut self.answers);
    }

    fn accept(&mut self, block: &[u8]) {
        let height = self.now.height + 1;
        let header = Header::from_bytes(block[..80].try_into().unwrap());
        self.judge(block);
        assert_eq!(self.now.verdict.as_deref(), Some("Valid"), "height {height}");
        assert_eq!((self.now.height, &self.now.tip), (height, &header.block_hash().to_string()));
    }

    fn refuse(&mut self, what: &str, block: &[u8], reason: &str) {
        let tip = self.now.tip.clone();
        self.judge(block);
        assert_eq!(self.now.verdict.as_deref(), Some(reason), "{what}");
        assert_eq!(self.now.tip, tip, "{what} moved the tip");
    }

    /// What a node on this chain would say.
    fn answer(&self, transactions: &[Transaction], fees: u64) -> Value {
        let height = self.now.height + 1;
        let transactions: Vec<_> = transactions
            .iter()
            .map(|tx| json!({ "data": hex::encode(serialize(tx)), "txid": tx.compute_txid().to_string() }))
            .collect();
        json!({
            "version": 0x2000_0000, "rules": ["csv", "!segwit", "taproot"], "previousblockhash": self.now.tip,
            "transactions": transactions, "coinbaseaux": {}, "coinbasevalue": (5_000_000_000u64 >> (height / 150)) + fees,
            "bits": "207fffff", "curtime": 1_700_000_000 + height, "mutable": ["time"], "height": height,
        })
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read(answers: &mut impl BufRead) -> Judgement {
    let mut line = String::new();
    answers.read_line(&mut line).unwrap();
    serde_json::from_str(&line).expect("the judge answers")
}

fn template(answer: Value) -> Template {
    let recipe = Recipe { payout_script: vec![0x51], text: b"judge".to_vec(), tag: [1, 2, 3, 4], version_mask: 0 };
    Template::new(&serde_json::from_value(answer).unwrap(), &recipe).unwrap()
}

/// The block of the first nonce whose hash is, or is not, at most the target.
fn block_with(template: Template, change: impl Fn(&mut Header), is_solved: bool) -> Vec<u8> {
    let work = Arc::new(template.clone()).work(1, true, std::time::Instant::now());
    let mut header = work.template.header(5, work.template.version, work.time.current);
    change(&mut header);
    let solved = (0..u32::MAX).map(|nonce| Header { nonce, ..header });
    let header = solved.into_iter().find(|h| work.target.is_met_by(&h.block_hash()) == is_solved).unwrap();
    template.block(&header, 5)
}

fn block(template: Template) -> Vec<u8> {
    block_with(template, |_| {}, true)
}

/// 130 empty blocks over all forms of BIP34's height, then one with a payment into a witness program and out of it.
fn chain_with_transactions(engine: &mut Engine) {
    let mut coinbase = None;
    for _ in 0..130 {
        let block = block(template(engine.answer(&[], 0)));
        coinbase.get_or_insert_with(|| deserialize::<bitcoin::Block>(&block).unwrap().txdata[0].compute_txid());
        engine.accept(&block);
    }
    let anyone = ScriptBuf::from_bytes(vec![0x51]);
    let value = 5_000_000_000;
    let into = spend(OutPoint::new(coinbase.unwrap(), 0), value - 700, anyone.to_p2wsh(), Witness::new());
    let witness = Witness::from_slice(&[anyone.as_bytes()]);
    let out = spend(OutPoint::new(into.compute_txid(), 0), value - 1000, anyone.clone(), witness);
    engine.accept(&block(template(engine.answer(&[into, out], 1000))));
}

#[test]
#[ignore = "needs Bitcoin Core's engine: run tests/counterparties/run"]
fn blocks_made_here_extend_the_engines_chain_and_broken_ones_do_not() {
    let mut engine = Engine::start();
    chain_with_transactions(&mut engine);
    let good = |engine: &Engine| template(engine.answer(&[], 0));

    let broken = block_with(good(&engine), |header| header.merkle_root[0] ^= 1, true);
    engine.refuse("a wrong merkle root", &broken, "Mutated");
    let greedy = block(template(engine.answer(&[], 1)));
    engine.refuse("one satoshi too much", &greedy, "Consensus");
    engine.refuse("no witness nonce", &without_witness(&block(good(&engine))), "Mutated");
    engine.refuse("a hash above the target", &block_with(good(&engine), |_| {}, false), "InvalidHeader");

    engine.accept(&block(good(&engine)));
}

/// The same block, its coinbase serialised without witness.
fn without_witness(block: &[u8]) -> Vec<u8> {
    let mut block: bitcoin::Block = deserialize(block).unwrap();
    block.txdata[0].input[0].witness = Witness::new();
    serialize(&block)
}

/// What bcoin made and took, with the miner's blocks in it.
#[test]
#[ignore = "needs a chain: run tests/counterparties/run"]
fn the_chain_that_bcoin_and_the_miner_made_is_core_s_chain_too() {
    let path = std::env::var("HASHJOULE_BCOIN_CHAIN").expect("tests/counterparties/run sets HASHJOULE_BCOIN_CHAIN");
    let text = std::fs::read_to_string(path).unwrap();
    let mut engine = Engine::start();
    for line in text.lines() {
        engine.accept(&hex::decode(line).unwrap());
    }
    assert!(engine.now.height > 440, "only {} blocks", engine.now.height);
}
