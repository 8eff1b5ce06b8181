//! Bitcoin Core's own consensus engine on the blocks that the miner's code makes.
//!
//! `process_block` answers "new" even for a block that consensus refuses, so the verdict is taken from the callback and
//! from the tip. Blocks broken on purpose are refused: the judge is awake.

use bitcoin::consensus::encode::{deserialize, serialize};
use bitcoin::{Amount, OutPoint, ScriptBuf, Sequence, Transaction, TxIn, TxOut, Witness, absolute, transaction};
use bitcoinkernel::notifications::types::BlockValidationStateRef;
use bitcoinkernel::prelude::*;
use bitcoinkernel::{Block, ChainType, ChainstateManager, Context, ContextBuilder, ValidationMode};
use hashjoule::header::Header;
use hashjoule::work::node::{Recipe, Template};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// How the engine's callback judged a block.
type Verdicts = Arc<Mutex<Vec<(bool, String)>>>;

struct Engine {
    chain: ChainstateManager,
    verdicts: Verdicts,
    _context: Context,
    _folder: tempfile::TempDir,
}

impl Engine {
    fn new() -> Self {
        let verdicts = Verdicts::default();
        let heard = Arc::clone(&verdicts);
        let context = ContextBuilder::new()
            .chain_type(ChainType::Regtest)
            .with_block_checked_validation(move |_block: Block, state: BlockValidationStateRef<'_>| {
                heard.lock().unwrap().push((state.mode() == ValidationMode::Valid, format!("{:?}", state.result())));
            })
            .build()
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let chain = ChainstateManager::new(&context, &path("data"), &path("blocks")).unwrap();
        chain.import_blocks().unwrap();
        Self { chain, verdicts, _context: context, _folder: folder }
    }

    fn height(&self) -> u32 {
        u32::try_from(self.chain.active_chain().tip().height()).unwrap()
    }

    /// As everyone writes it.
    fn tip(&self) -> String {
        let mut bytes: [u8; 32] = self.chain.active_chain().tip().block_hash().to_bytes();
        bytes.reverse();
        hex::encode(bytes)
    }

    /// The callback's last verdict on this block, and whether the tip is it.
    fn judge(&self, block: &[u8]) -> (Option<(bool, String)>, bool) {
        self.verdicts.lock().unwrap().clear();
        self.chain.process_block(&Block::new(block).unwrap());
        let verdict = self.verdicts.lock().unwrap().pop();
        let header = Header::from_bytes(block[..80].try_into().unwrap());
        (verdict, self.tip() == header.block_hash().to_string())
    }

    fn accept(&self, block: &[u8]) {
        let height = self.height();
        let (verdict, is_tip) = self.judge(block);
        assert!(matches!(verdict, Some((true, _))) && is_tip, "height {}: {verdict:?}", height + 1);
        assert_eq!(self.height(), height + 1);
    }

    fn refuse(&self, what: &str, block: &[u8], result: &str) {
        let tip = self.tip();
        let (verdict, _) = self.judge(block);
        assert_eq!(verdict, Some((false, result.to_owned())), "{what}");
        assert_eq!(self.tip(), tip, "{what} moved the tip");
    }

    /// What a node on this chain would say.
    fn answer(&self, transactions: &[Transaction], fees: u64) -> Value {
        let height = self.height() + 1;
        let transactions: Vec<_> = transactions
            .iter()
            .map(|tx| json!({ "data": hex::encode(serialize(tx)), "txid": tx.compute_txid().to_string() }))
            .collect();
        json!({
            "version": 0x2000_0000, "rules": ["csv", "!segwit", "taproot"], "previousblockhash": self.tip(),
            "transactions": transactions, "coinbaseaux": {}, "coinbasevalue": (5_000_000_000u64 >> (height / 150)) + fees,
            "bits": "207fffff", "curtime": 1_700_000_000 + height, "mutable": ["time"], "height": height,
        })
    }
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

fn spend(from: OutPoint, value: u64, to: ScriptBuf, witness: Witness) -> Transaction {
    Transaction {
        version: transaction::Version::TWO,
        lock_time: absolute::LockTime::ZERO,
        input: vec![TxIn { previous_output: from, script_sig: ScriptBuf::new(), sequence: Sequence::MAX, witness }],
        output: vec![TxOut { value: Amount::from_sat(value), script_pubkey: to }],
    }
}

/// 130 empty blocks over all forms of BIP34's height, then one with a payment into a witness program and out of it.
fn chain_with_transactions(engine: &Engine) {
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
fn blocks_made_here_extend_the_engines_chain_and_broken_ones_do_not() {
    let engine = Engine::new();
    chain_with_transactions(&engine);
    let good = || template(engine.answer(&[], 0));

    let broken = block_with(good(), |header| header.merkle_root[0] ^= 1, true);
    engine.refuse("a wrong merkle root", &broken, "Mutated");
    let greedy = block(template(engine.answer(&[], 1)));
    engine.refuse("one satoshi too much", &greedy, "Consensus");
    engine.refuse("no witness nonce", &without_witness(&block(good())), "Mutated");
    engine.refuse("a hash above the target", &block_with(good(), |_| {}, false), "InvalidHeader");

    engine.accept(&block(good()));
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
    let path = std::env::var("HASHJOULE_CHAIN").expect("tests/counterparties/run sets HASHJOULE_CHAIN");
    let text = std::fs::read_to_string(path).unwrap();
    let engine = Engine::new();
    for line in text.lines() {
        engine.accept(&hex::decode(line).unwrap());
    }
    assert!(engine.height() > 440, "only {} blocks", engine.height());
}
