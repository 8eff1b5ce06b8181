//! Answers made from a plain one by changing the keys that a test is about; blocks are read back by the bitcoin crate.

use super::*;
use bitcoin::Block;
use serde_json::{Value, json};

/// A template with one transaction that has a witness and one that has none, after segwit.
fn plain() -> Value {
    json!({
        "version": 0x2000_0000, "rules": ["csv", "!segwit", "taproot"], "height": 500, "capabilities": ["proposal"],
        "previousblockhash": "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206",
        "target": format!("7fffff{}", "0".repeat(58)), "bits": "207fffff", "noncerange": "00000000ffffffff",
        "curtime": 1_700_000_000, "mintime": 1_600_000_000, "mutable": ["time", "transactions", "prevblock"],
        "coinbaseaux": { "flags": "6d696e65" }, "coinbasevalue": 5_000_000_123u64, "longpollid": "abc0",
        "transactions": [transaction(1, true), transaction(2, false)], "something": { "new": [1, 2, 3] },
    })
}

fn transaction(seed: u8, witness: bool) -> Value {
    let tx = bitcoin_transaction(seed, witness);
    json!({ "data": hex::encode(serialize(&tx)), "txid": tx.compute_txid().to_string(),
            "hash": tx.compute_wtxid().to_string(), "depends": [], "fee": 1, "sigops": 0, "weight": 400 })
}

fn bitcoin_transaction(seed: u8, witness: bool) -> bitcoin::Transaction {
    use bitcoin::{Amount, OutPoint, ScriptBuf, Sequence, TxIn, TxOut, Witness, absolute, transaction};
    let previous_output = OutPoint::new(bitcoin::Txid::from_byte_array([seed; 32]), 0);
    let witness = if witness { Witness::from_slice(&[vec![seed; 70]]) } else { Witness::new() };
    bitcoin::Transaction {
        version: transaction::Version::TWO,
        lock_time: absolute::LockTime::ZERO,
        input: vec![TxIn { previous_output, script_sig: ScriptBuf::new(), sequence: Sequence::MAX, witness }],
        output: vec![TxOut { value: Amount::from_sat(1), script_pubkey: ScriptBuf::from_bytes(vec![0x51]) }],
    }
}

fn recipe() -> Recipe {
    Recipe { payout_script: vec![0x51], text: b"hello".to_vec(), tag: [9, 8, 7, 6], version_mask: 0 }
}

fn with(changes: Value) -> Value {
    let mut answer = plain();
    for (key, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(answer.as_object_mut().unwrap().remove(key)),
            value => answer[key] = value.clone(),
        }
    }
    answer
}

fn template(answer: Value) -> Result<Template, TemplateError> {
    Template::new(&serde_json::from_value(answer).unwrap(), &recipe())
}

fn block(template: &Template, extranonce: u64) -> Block {
    let header = template.header.header(extranonce, template.header.version, template.time.current);
    deserialize(&template.block(&header, extranonce)).unwrap()
}

#[test]
fn the_block_is_what_the_bitcoin_crate_calls_valid() {
    let template = template(plain()).unwrap();
    for extranonce in [0, 1, u64::MAX] {
        let block = block(&template, extranonce);
        assert!(block.check_merkle_root() && block.check_witness_commitment());
        assert_eq!(block.bip34_block_height().unwrap(), 500);
        assert_eq!(block.txdata.len(), 3);
        let coinbase = &block.txdata[0];
        assert!(coinbase.is_coinbase());
        assert_eq!(coinbase.output[0].value.to_sat(), 5_000_000_123);
        assert_eq!(coinbase.output[0].script_pubkey.as_bytes(), [0x51]);
        assert_eq!(coinbase.output.len(), 2);
        let script = hex::encode(coinbase.input[0].script_sig.as_bytes());
        // Height 500, a push of tag and extranonce, the text, the node's data as it is.
        assert_eq!(script, format!("02f4010c09080706{extranonce:016x}0568656c6c6f6d696e65"));
        assert_eq!(coinbase.input[0].witness.to_vec(), [vec![0; 32]]);
    }
    assert_eq!(template.tx_count(), 2);
    assert_eq!((template.height(), template.long_poll_id(), template.can_propose()), (500, Some("abc0"), true));
}

#[test]
fn before_segwit_there_is_no_commitment_even_if_the_node_sends_one() {
    let commitment = "6a24aa21a9ede2f61c3f71d1defd3fa999dfa36953755c690689799962b48bebd836974e8cf9";
    let answer = json!({ "rules": ["csv"], "transactions": [], "default_witness_commitment": commitment });
    let template = template(with(answer)).unwrap();
    let block = block(&template, 5);
    assert_eq!(block.txdata[0].output.len(), 1);
    assert!(block.txdata[0].input[0].witness.is_empty() && block.check_merkle_root());
}

#[test]
fn with_segwit_the_known_commitment_of_an_empty_block_comes_out() {
    // What a node says about a block without other transactions.
    let commitment = "6a24aa21a9ede2f61c3f71d1defd3fa999dfa36953755c690689799962b48bebd836974e8cf9";
    for rule in ["segwit", "!segwit"] {
        for given in [json!(commitment), Value::Null] {
            let answer = json!({ "rules": [rule], "transactions": [], "default_witness_commitment": given });
            let block = block(&template(with(answer)).unwrap(), 0);
            let last = block.txdata[0].output.last().unwrap();
            assert_eq!((last.value.to_sat(), hex::encode(last.script_pubkey.as_bytes())), (0, commitment.to_owned()));
        }
    }
    let wrong = json!({ "default_witness_commitment": commitment });
    assert_eq!(template(with(wrong)).unwrap_err(), TemplateError::Commitment);
}

#[test]
fn rules_that_are_needed_and_unknown_stop_us_and_others_do_not() {
    template(with(json!({ "rules": ["segwit", "whatever", "!csv", "!taproot"] }))).unwrap();
    let error = template(with(json!({ "rules": ["segwit", "!whatever"] }))).unwrap_err();
    assert_eq!(error, TemplateError::Rule("whatever".to_owned()));
}

#[test]
fn a_signet_that_wants_signatures_stops_us() {
    template(with(json!({ "signet_challenge": "51" }))).unwrap();
    assert_eq!(template(with(json!({ "signet_challenge": "5121ae" }))).unwrap_err(), TemplateError::Signet);
}

#[test]
fn the_target_is_checked_against_the_bits() {
    let of = |target: Value| template(with(json!({ "target": target })));
    let easiest = format!("7fffff{}", "0".repeat(58));
    assert_eq!(of(json!(easiest)).unwrap().target().to_string(), easiest);
    assert_eq!(of(Value::Null).unwrap().target().to_string(), easiest);
    let harder = format!("00ff{}", "0".repeat(60));
    assert_eq!(of(json!(harder)).unwrap().target().to_string(), harder);
    for bad in [format!("80{}", "0".repeat(62)), "7f".to_owned(), "x".repeat(64)] {
        assert!(matches!(of(json!(bad)), Err(TemplateError::Field { name: "target", .. })), "{bad}");
    }
    for bad in ["", "207fff", "207fffff00", "zzzzzzzz", "00000000", "04800001", "ff123456"] {
        let error = template(with(json!({ "bits": bad, "target": null })));
        assert!(matches!(error, Err(TemplateError::Field { name: "bits", .. })), "{bad}");
    }
}

#[test]
fn versions_signed_and_unsigned_are_the_same_bits() {
    for (given, version) in [(0x2000_0000i64, 0x2000_0000), (-1, u32::MAX), (0xffff_fffe, 0xffff_fffe), (1, 1)] {
        assert_eq!(template(with(json!({ "version": given }))).unwrap().header.version, version);
    }
    for bad in [i64::from(i32::MIN) - 1, 1 << 32, i64::MAX] {
        template(with(json!({ "version": bad }))).unwrap_err();
    }
}

#[test]
fn time_and_nonces_keep_to_what_the_node_allows() {
    let rule = |changes| template(with(changes)).unwrap().time;
    let (current, min) = (1_700_000_000, 1_600_000_000);
    assert_eq!(rule(json!({})), TimeRule { current, min, max: current + MAX_AHEAD_S, rolls: true });
    let short = rule(json!({ "maxtime": 1_700_000_009, "mintime": null }));
    assert_eq!(short, TimeRule { current, min: current, max: current + 9, rolls: true });
    assert!(!rule(json!({ "mutable": ["transactions"] })).rolls && !rule(json!({ "mutable": null })).rolls);

    let nonces = |range: Value| template(with(json!({ "noncerange": range }))).map(|template| template.nonces);
    assert_eq!(nonces(Value::Null).unwrap(), 0..1 << 32);
    assert_eq!(nonces(json!("00000010000000ff")).unwrap(), 0x10..0x100);
    for bad in ["", "00000000", "0000000100000000", "00000000fffffffff", "00000000ffffффф"] {
        assert!(nonces(json!(bad)).is_err(), "{bad}");
    }
}

#[test]
fn versions_roll_only_when_asked() {
    let answer = serde_json::from_value(plain()).unwrap();
    let mask = |version_mask| Template::new(&answer, &Recipe { version_mask, ..recipe() }).unwrap().version_mask;
    assert_eq!([mask(0), mask(0x1fff_e000)], [0, 0x1fff_e000]);
}

#[test]
fn a_text_that_does_not_fit_is_refused_by_the_byte() {
    let answer = serde_json::from_value(plain()).unwrap();
    let of = |len: usize| Template::new(&answer, &Recipe { text: vec![b'x'; len], ..recipe() });
    // 3 height, 13 extranonce, 4 data of the node: 80 are left, and a push has an opcode of its own.
    let longest = of(75).unwrap();
    assert_eq!(block(&longest, 0).txdata[0].input[0].script_sig.len(), 96);
    assert_eq!(of(77).unwrap_err(), CoinbaseError::TooLong { over: 2 }.into());
    let full = with(json!({ "coinbaseaux": { "a": "00".repeat(50), "b": "11".repeat(28) } }));
    assert_eq!(block(&template(full.clone()).unwrap(), 0).txdata[0].input[0].script_sig.len(), 100);
    let answer = serde_json::from_value(full).unwrap();
    let error = Template::new(&answer, &Recipe { text: b"hello!".to_vec(), ..recipe() }).unwrap_err();
    assert_eq!(error, CoinbaseError::TooLong { over: 1 }.into());
}

#[test]
fn a_coinbase_of_the_nodes_own_is_changed_only_as_allowed() {
    let mut given = bitcoin_transaction(0, false);
    given.input[0].previous_output = bitcoin::OutPoint::null();
    given.input[0].script_sig = bitcoin::ScriptBuf::from_bytes(vec![0x02, 0xf4, 0x01]);
    let txn = json!({ "data": hex::encode(serialize(&given)) });
    let of = |mutable: Value| {
        let changes = json!({ "rules": [], "coinbasevalue": null, "coinbasetxn": txn, "mutable": mutable });
        template(with(changes)).unwrap()
    };
    let fixed = of(json!(["time"]));
    assert_eq!(fixed.header.coinbase.extranonces(), 1);
    assert_eq!(block(&fixed, 3).txdata[0], given);
    for leave in ["coinbase", "coinbase/append"] {
        let free = block(&of(json!([leave])), 3);
        let mut expected = given.clone();
        expected.input[0].script_sig =
            bitcoin::ScriptBuf::from_bytes(hex::decode("02f4010c090807060000000000000003").unwrap());
        assert_eq!(free.txdata[0], expected);
        assert!(free.check_merkle_root());
    }
    assert_eq!(template(with(json!({ "coinbasevalue": null }))).unwrap_err(), CoinbaseError::Absent.into());
    for bad in ["", "00", &hex::encode(serialize(&bitcoin_transaction(1, true)))] {
        let changes = json!({ "coinbasevalue": null, "coinbasetxn": { "data": bad } });
        assert!(matches!(template(with(changes)), Err(TemplateError::Coinbase(CoinbaseError::Transaction { .. }))));
    }
}

#[test]
fn transactions_that_are_not_what_they_say_stop_us() {
    let mut other = transaction(3, true);
    other["txid"] = json!("00".repeat(32));
    for (bad, fault) in [
        (json!({ "data": "xyz" }), "is not hex"),
        (json!({ "data": "0200" }), "cannot be read"),
        (other, "is another than its txid says"),
    ] {
        let error = template(with(json!({ "transactions": [transaction(1, true), bad] }))).unwrap_err();
        assert_eq!(error, TemplateError::Transaction { index: 1, fault });
    }
}

#[test]
fn a_submission_carries_the_work_id() {
    let header = Header::GENESIS;
    let plain = template(plain()).unwrap();
    assert_eq!(plain.submission(&header, 1), json!([hex::encode(plain.block(&header, 1))]).to_string());
    let named = template(with(json!({ "workid": "w\"1" }))).unwrap();
    let expected = json!([hex::encode(named.block(&header, 1)), { "workid": "w\"1" }]).to_string();
    assert_eq!(named.submission(&header, 1), expected);
}

#[test]
fn a_full_block_is_taken() {
    let transactions: Vec<_> = (0..4000u32)
        .map(|i| {
            let mut tx = bitcoin_transaction(0, true);
            tx.input[0].previous_output.vout = i;
            tx.input[0].witness = bitcoin::Witness::from_slice(&[vec![7; 900]]);
            json!({ "data": hex::encode(serialize(&tx)), "txid": tx.compute_txid().to_string() })
        })
        .collect();
    let template = template(with(json!({ "transactions": transactions }))).unwrap();
    let block = block(&template, 77);
    assert!(block.check_merkle_root() && block.check_witness_commitment());
    assert!(block.total_size() > 3_800_000, "{} bytes", block.total_size());
}
