//! What the node hands out, and what it says to our blocks.

use super::*;

#[test]
fn a_template_of_four_megabytes_is_mined() {
    let node = FakeNode::honest();
    node.state().transactions = (0..4000).map(big_transaction).collect();
    let ended = Miner::new(&node.url()).with(&["--blocks", "1"]).run();
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert_eq!((node.height(), node.refused()), (1, 0));
}

fn big_transaction(number: u32) -> Value {
    use bitcoin::{Amount, OutPoint, ScriptBuf, Sequence, TxIn, TxOut, Witness, absolute, transaction};
    let tx = bitcoin::Transaction {
        version: transaction::Version::TWO,
        lock_time: absolute::LockTime::ZERO,
        input: vec![TxIn {
            previous_output: OutPoint { vout: number, ..OutPoint::default() },
            script_sig: ScriptBuf::new(),
            sequence: Sequence::MAX,
            witness: Witness::from_slice(&[vec![7; 900]]),
        }],
        output: vec![TxOut { value: Amount::from_sat(1), script_pubkey: ScriptBuf::from_bytes(vec![0x51]) }],
    };
    let data = bitcoin::consensus::encode::serialize_hex(&tx);
    json!({ "data": data, "txid": tx.compute_txid().to_string(), "hash": tx.compute_wtxid().to_string() })
}

#[test]
fn a_rule_that_we_do_not_know_stops_us() {
    let node = FakeNode::honest();
    node.state().extra = json!({ "rules": ["!segwit", "!newest"] });
    let ended = Miner::new(&node.url()).run();
    assert_eq!(ended.code, Some(3), "{}", ended.all());
    assert!(ended.stderr.contains("error: the node's template needs the rule \"newest\""), "{}", ended.stderr);
    assert_eq!(node.times_asked("submitblock"), 0);
}

#[test]
fn a_block_that_the_node_would_refuse_is_not_searched() {
    let node = FakeNode::start(|_, call| call.is_proposal().then(|| Reply::Result(json!("bad-cb-amount"))));
    let ended = Miner::new(&node.url()).run();
    assert_eq!(ended.code, Some(3), "{}", ended.all());
    assert!(ended.stderr.contains("error: the node would refuse our block: bad-cb-amount"), "{}", ended.stderr);
    assert_eq!(node.times_asked("submitblock"), 0);
}

#[test]
fn a_proposal_that_came_too_late_is_made_again_for_the_new_tip() {
    let late = ["bad-prevblk", "inconclusive-not-best-prevblk", "stale-prevblk"];
    let node = FakeNode::start(move |state, call| {
        let before = state.times_asked("getblocktemplate") / 2; // a template, its proposal
        call.is_proposal()
            .then(|| late.get(before - 1).map_or(Reply::Result(Value::Null), |words| Reply::Result(json!(words))))
    });
    let ended = Miner::new(&node.url()).with(&["--blocks", "1"]).run();
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert_eq!(node.height(), 1);
}

#[test]
fn a_node_that_finds_every_proposal_too_late_is_not_asked_for_ever() {
    let node = FakeNode::start(|_, call| call.is_proposal().then(|| Reply::Result(json!("bad-prevblk"))));
    let ended = Miner::new(&node.url()).run();
    assert_eq!(ended.code, Some(3), "{}", ended.all());
    assert!(ended.stderr.contains("error: the node would refuse our block: bad-prevblk"), "{}", ended.stderr);
    assert_eq!(node.times_asked("getblocktemplate"), 10);
}

/// A node that goes on handing out the old template after our block is in gets nothing more on it.
#[test]
fn a_dead_template_is_never_searched() {
    let count = counter();
    let node = FakeNode::start(move |state, call| {
        if !call.is_long_poll() && !call.is_template() || state.height() == 0 || count() > 8 {
            return None;
        }
        let mut old = state.template();
        old["previousblockhash"] = json!(state.hashes[state.height() - 1]);
        old["height"] = json!(state.height());
        Some(Reply::Result(old))
    });
    let ended = Miner::new(&node.url()).with(&["--blocks", "2"]).run();
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    let state = node.state();
    assert_eq!(state.submitted_on, state.hashes[..2]);
}

#[test]
fn a_stale_block_is_told_as_such_and_is_no_failure() {
    let count = counter();
    let node = FakeNode::start(move |_, call| {
        (call.method == "submitblock" && count() == 0).then(|| Reply::Result(json!("inconclusive")))
    });
    let miner = Miner::new(&node.url()).with(&["--blocks", "1"]);
    let ended = miner.run();
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert_eq!((ended.summary()["stale"].clone(), ended.summary()["accepted"].clone()), (json!(1), json!(1)));
    let verdicts: Vec<_> = records(&miner, "answered").iter().map(|record| record["verdict"].clone()).collect();
    assert_eq!(verdicts, ["stale", "accepted"]);
}

#[test]
fn a_rejection_is_shown_in_the_nodes_words() {
    let count = counter();
    let node = FakeNode::start(move |_, call| {
        (call.method == "submitblock" && count() == 0).then(|| Reply::Result(json!("rejected: bad-\u{1b}[2Jcb")))
    });
    let ended = Miner::new(&node.url()).with(&["--blocks", "1"]).run();
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert!(ended.stderr.contains("rejected: bad-[2Jcb\n"), "{}", ended.stderr);
    assert_eq!(ended.summary()["rejected"], 1);
}
