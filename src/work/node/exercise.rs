//! Whatever a node says in answer to `getblocktemplate`: an error, or a template whose blocks hold together. Never a panic.
//!
//! The body of the fuzz target `template`, and of `tests/lib/fuzz`, which runs it on stable.

use super::{Answer, MAX_SCRIPT_SIG, Recipe, Template};
use bitcoin::Block;
use bitcoin::consensus::encode::deserialize;
use std::sync::Arc;
use std::time::Instant;

/// One input: the JSON of an answer.
///
/// # Panics
/// When a template is taken whose blocks do not hold together.
pub fn template(json: &[u8]) {
    let Ok(answer) = serde_json::from_slice::<Answer>(json) else { return };
    for text in [&b""[..], b"hello", &[0xff; 75]] {
        let recipe = Recipe { payout_script: vec![0x51], text: text.to_vec(), tag: [1, 2, 3, 4], version_mask: 0xe000 };
        if let Ok(template) = Template::new(&answer, &recipe) {
            hold_together(&answer, &Arc::new(template));
        }
    }
}

fn hold_together(answer: &Answer, template: &Arc<Template>) {
    let work = Arc::clone(template).work(1, true, Instant::now());
    assert!(work.nonces.start < work.nonces.end && work.nonces.end <= 1 << 32);
    for extranonce in [0, 1, u64::MAX] {
        let time = work.time.at(extranonce);
        assert!(time <= work.time.max || !work.time.rolls);
        let header = work.template.header(extranonce, work.template.version, time);
        let block: Block = deserialize(&template.block(&header, extranonce)).expect("a block can be read back");
        assert_eq!(block.txdata.len(), answer.transactions.len() + 1);
        assert!(block.check_merkle_root());
        let coinbase = &block.txdata[0];
        assert!(coinbase.is_coinbase());
        assert!(coinbase.input[0].script_sig.len() <= MAX_SCRIPT_SIG);
        if answer.coinbasevalue.is_some() {
            assert!(coinbase.input[0].script_sig.len() >= 2);
            let is_segwit = answer.rules.iter().any(|rule| rule == "segwit" || rule == "!segwit");
            assert!(!is_segwit || block.check_witness_commitment());
        }
    }
}
