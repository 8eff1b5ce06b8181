//! Bitcoin Core's consensus engine on a regression-test chain of its own, which starts empty in the folder that is named.
//!
//! A line in is a block in hex. A line out is its verdict and the chain after it, as JSON; the first line, unasked, is about
//! the empty chain. `process_block` answers "new" even for a block that consensus refuses, so the verdict is the callback's.

use bitcoinkernel::notifications::types::BlockValidationStateRef;
use bitcoinkernel::prelude::*;
use bitcoinkernel::{Block, ChainType, ChainstateManager, Context, ContextBuilder, ValidationMode};
use std::io::{BufRead, Write};
use std::sync::{Arc, Mutex};

/// What the callback said last: `Valid`, or why not.
type Verdict = Arc<Mutex<Option<String>>>;

fn context(verdict: &Verdict) -> Context {
    let heard = Arc::clone(verdict);
    ContextBuilder::new()
        .chain_type(ChainType::Regtest)
        .with_block_checked_validation(move |_: Block, state: BlockValidationStateRef<'_>| {
            *heard.lock().unwrap() = Some(match state.mode() {
                ValidationMode::Invalid => format!("{:?}", state.result()),
                mode => format!("{mode:?}"),
            });
        })
        .build()
        .unwrap()
}

/// The tip's hash is written as everyone writes it.
fn line(chain: &ChainstateManager, verdict: Option<String>) -> String {
    let tip = chain.active_chain().tip();
    let mut hash: [u8; 32] = tip.block_hash().to_bytes();
    hash.reverse();
    let verdict = verdict.map_or("null".to_owned(), |verdict| format!("{verdict:?}"));
    format!(r#"{{"verdict":{verdict},"height":{},"tip":"{}"}}"#, tip.height(), hex::encode(hash))
}

fn main() {
    let folder = std::env::args().nth(1).expect("an argument: the folder for the chain");
    let verdict = Verdict::default();
    let context = context(&verdict);
    let chain = ChainstateManager::new(&context, &format!("{folder}/data"), &format!("{folder}/blocks")).unwrap();
    chain.import_blocks().unwrap();
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{}", line(&chain, None)).unwrap();
    for block in std::io::stdin().lock().lines() {
        let block = hex::decode(block.unwrap()).expect("a block in hex");
        chain.process_block(&Block::new(&block).expect("a block"));
        let verdict = verdict.lock().unwrap().take();
        writeln!(stdout, "{}", line(&chain, verdict)).unwrap();
    }
}
