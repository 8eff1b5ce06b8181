//! The miner against a scripted node: every fault that a node has shown, and no find lost.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a test fails loudly and prints its skips")]
#![cfg(all(feature = "cli", feature = "net", target_os = "linux"))]

#[path = "node/fake.rs"]
mod fake;
#[path = "node/miner.rs"]
mod miner;

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

#[test]
fn people_get_sentences_and_tools_one_document() {
    let node = FakeNode::honest();
    let miner = Miner::new(&node.url()).with(&["--blocks", "2", "--json"]);
    let ended = miner.run();
    assert_eq!(ended.summary()["accepted"], 2);
}

#[test]
fn a_node_that_is_killed_in_mid_search_and_comes_back() {
    let node = FakeNode::honest();
    node.state().bits = HOPELESS;
    let running = Miner::new(&node.url()).with(&["--blocks", "1"]).spawn();
    wait_until("it searches", || node.times_asked("getblocktemplate") >= 3);
    node.stop();
    node.state().bits = EASY;
    std::thread::sleep(Duration::from_millis(300));
    node.restart();
    let ended = running.ended();
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert_eq!(node.height(), 1);
    assert!(
        ended.stderr.contains("trying again") && ended.stderr.contains("the node answers again"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_node_that_is_killed_after_a_find_gets_it_when_it_is_back() {
    let count = counter();
    let node = FakeNode::start(move |_, call| (call.method == "submitblock" && count() == 0).then_some(Reply::HangUp));
    let running = Miner::new(&node.url()).with(&["--blocks", "1"]).spawn();
    wait_until("it submits", || node.times_asked("submitblock") >= 1);
    node.stop();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(node.height(), 0);
    node.restart();
    let ended = running.ended();
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert_eq!((node.height(), node.refused()), (1, 0));
    assert_eq!(ended.summary()["accepted"], 1);
}

/// The node has it, its answer is lost, and "duplicate" to the second try is success.
#[test]
fn a_submit_whose_answer_is_lost_counts_once() {
    let count = counter();
    let node = FakeNode::start(move |state, call| {
        if call.method != "submitblock" || count() > 0 {
            return None;
        }
        assert_eq!(state.submit(call.params[0].as_str().unwrap()), Value::Null);
        Some(Reply::CutOff)
    });
    let miner = Miner::new(&node.url()).with(&["--blocks", "1"]);
    let ended = miner.run();
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert_eq!((node.height(), node.times_asked("submitblock")), (1, 2));
    assert_eq!((ended.summary()["found"].clone(), ended.summary()["accepted"].clone()), (json!(1), json!(1)));
    assert_eq!(records(&miner, "answered")[0]["verdict"], "accepted");
}

/// The same through the library, where the patience of a call can be short.
#[test]
fn a_submit_that_times_out_after_it_got_in_counts_once() {
    use hashjoule::work::node::{Auth, Config, NodeSource, Payout, Rpc};
    use hashjoule::work::{Event, Find, Solution, Verdict, WorkSource};
    let count = counter();
    let node = FakeNode::start(move |state, call| {
        if call.method != "submitblock" || count() > 0 {
            return None;
        }
        assert_eq!(state.submit(call.params[0].as_str().unwrap()), Value::Null);
        Some(Reply::Silence(Duration::from_secs(2)))
    });
    let config = Config {
        rpc: Rpc::new(node.url(), Auth::Nobody),
        payout: Payout::Script(vec![0x51]),
        chain: None,
        text: Vec::new(),
        version_mask: 0,
        patience: Duration::from_millis(400),
    };
    let (events, inbox) = std::sync::mpsc::channel();
    let mut source = NodeSource::start(config, events);
    let (mut lines, mut sent) = (Vec::new(), None);
    let answer = loop {
        match inbox.recv_timeout(Duration::from_secs(10)).unwrap() {
            Event::Work(work) if sent.is_none() => {
                let base = work.template.header(7, work.template.version, work.time.at(0));
                let mut headers = (0..1000).map(|nonce| hashjoule::header::Header { nonce, ..base });
                let header = headers.find(|header| work.target.is_met_by(&header.block_hash())).unwrap();
                let find = Find::new(&Solution { work, extranonce: 7, header });
                sent = Some(find.hash.clone());
                source.submit(find);
            }
            Event::Answer(answer) => break answer,
            Event::Note(line) => lines.push(line),
            _ => {}
        }
    };
    assert_eq!((answer.verdict, Some(answer.hash)), (Verdict::Accepted, sent));
    assert_eq!((node.height(), node.times_asked("submitblock")), (1, 2));
    assert!(lines.iter().any(|line| line.contains("did not answer within")), "{lines:?}");
}

#[test]
fn answers_of_every_wrong_kind_are_waited_out() {
    let count = counter();
    let node = FakeNode::start(move |state, call| {
        if !call.is_long_poll() && (!call.is_template() || state.times_asked("getblocktemplate") < 3) {
            return None;
        }
        Some(match count() {
            0 => Reply::CutOff,
            1 => Reply::Http(200, "<html>\u{1b}[31mI am a proxy</html>".to_owned()),
            2 => Reply::Error(-32603, "internal error"),
            3 => Reply::Result(json!({ "version": "no number" })),
            4 => Reply::Http(500, String::new()),
            5 => Reply::HangUp,
            6 => Reply::Result(Value::Null),
            _ => {
                state.bits = EASY;
                return None;
            }
        })
    });
    node.state().bits = HOPELESS;
    let ended = Miner::new(&node.url()).with(&["--blocks", "1"]).run();
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert_eq!(node.height(), 1);
    assert!(!ended.all().contains('\u{1b}'), "{}", ended.all());
}

#[test]
fn a_node_that_warms_up_is_waited_for() {
    let count = counter();
    let node = FakeNode::start(move |_, call| match (call.method.as_str(), count()) {
        (_, 0) => Some(Reply::Error(-28, "Loading block index...")),
        ("getblocktemplate", 1..=2) => Some(Reply::Error(-10, "Bitcoin Core is in initial sync")),
        _ => None,
    });
    let ended = Miner::new(&node.url()).with(&["--blocks", "1"]).run();
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert!(ended.stderr.contains("Loading block index... (error -28); waiting"), "{}", ended.stderr);
    assert_eq!(node.height(), 1);
}

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

#[test]
fn wrong_password_wrong_chain_and_nobody_there_end_with_a_clear_line() {
    let node = FakeNode::start(|_, call| {
        // "hashjoule:" and the password of the tests, in base64.
        let right = "Basic aGFzaGpvdWxlOmh1bnRlcjItdmVyeS1zZWNyZXQ=";
        (call.authorization.as_deref() != Some(right)).then(|| Reply::Http(401, String::new()))
    });
    let of = |miner: Miner| {
        let ended = miner.run();
        assert_no_secret(&ended.all());
        (ended.code, ended.stderr)
    };
    let (code, text) = of(Miner::new(&node.url()).password("wrong-secret"));
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("does not let us in (HTTP 401)\nhint: check --cookie"), "{text}");

    let main = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
    let (code, text) = of(Miner::new(&node.url()).without_payout().with(&["--address", main]));
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("is not one of regtest: it belongs to main"), "{text}");

    let (code, text) = of(Miner::new(&node.url()).with(&["--network", "signet"]));
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("error: the node is on regtest, not on signet"), "{text}");

    node.stop();
    let (code, text) = of(Miner::new(&node.url()));
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains(&format!("error: cannot reach {}: Connection refused", node.url())), "{text}");
}

fn assert_no_secret(text: &str) {
    for secret in [PASSWORD, "wrong-secret", "aGFzaGpvdWxl"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn the_password_is_in_no_output_no_process_title_and_no_journal() {
    let node = FakeNode::honest();
    node.state().bits = HOPELESS;
    let miner = Miner::new(&node.url()).with(&["-v"]);
    let running = miner.spawn();
    wait_until("it searches", || node.times_asked("getblocktemplate") >= 3);
    for file in ["cmdline", "comm"] {
        assert_no_secret(&std::fs::read_to_string(format!("/proc/{}/{file}", running.id())).unwrap());
    }
    running.interrupt();
    let ended = running.ended();
    assert_eq!(ended.code, Some(130), "{}", ended.all());
    assert_eq!(ended.summary()["interrupted"], true);
    assert_no_secret(&ended.all());
    assert_no_secret(&miner.journal_text());
}

#[test]
fn a_disk_without_room_or_leave_is_seen_before_the_first_hash() {
    let node = FakeNode::honest();
    let miner = Miner::new(&node.url());
    for (journal, words) in [
        ("/dev/full", "cannot write to the journal /dev/full: No space left on device"),
        ("/proc/hashjoule.journal", "cannot open the journal /proc/hashjoule.journal: "),
    ] {
        let ended = miner.spawn_with_journal(Path::new(journal)).ended();
        assert_eq!(ended.code, Some(3), "{}", ended.all());
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
    }
    assert_eq!(node.state().asked.len(), 0);
}

#[test]
fn a_second_miner_with_the_same_journal_is_kept_out() {
    let node = FakeNode::honest();
    node.state().bits = HOPELESS;
    let miner = Miner::new(&node.url());
    let first = miner.spawn();
    wait_until("it searches", || node.times_asked("getblocktemplate") >= 1);
    let second = miner.run();
    assert_eq!(second.code, Some(3), "{}", second.all());
    assert!(second.stderr.contains("is in use by another process"), "{}", second.stderr);
    first.interrupt();
    assert_eq!(first.ended().code, Some(130));
}

/// SIGKILL between find and answer: the next start sends it, and it counts once, whether the node had it or not.
#[test]
fn a_find_survives_sigkill_before_its_answer() {
    for had_it in [false, true] {
        let count = counter();
        let node = FakeNode::start(move |state, call| {
            if call.method != "submitblock" || count() > 0 {
                return None;
            }
            if had_it {
                assert_eq!(state.submit(call.params[0].as_str().unwrap()), Value::Null);
            }
            Some(Reply::Silence(Duration::from_secs(5)))
        });
        let miner = Miner::new(&node.url()).with(&["--blocks", "1"]);
        let running = miner.spawn();
        wait_until("it submits", || node.times_asked("submitblock") == 1);
        assert_eq!(running.kill().code, None);
        assert_eq!((records(&miner, "found").len(), records(&miner, "answered").len()), (1, 0));

        // A crash may also cut off what was being written.
        let mut text = miner.journal_text();
        text.push_str("{\"schema\":\"hashjoule-journal/1\",\"at_unix_s\":17");
        std::fs::write(miner.journal(), text).unwrap();
        let ended = miner.run();
        assert_eq!(ended.code, Some(0), "{}", ended.all());
        assert!(
            ended.stderr.contains("1 block(s) of an earlier session without an answer: sent again"),
            "{}",
            ended.stderr
        );
        let summary = ended.summary();
        let counts = ["found", "resent", "accepted", "duplicate"].map(|key| summary[key].as_u64().unwrap());
        assert_eq!(counts, [0, 1, 1, 0], "{}", ended.all());
        assert_eq!((node.height(), node.refused()), (1, 0));
        let journal = miner.journal_text();
        assert_eq!(journal.matches("\"event\":\"found\"").count(), 1);
        assert_eq!(journal.matches("\"event\":\"answered\"").count(), 1);
    }
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

/// While the node is away it is asked a few times, not hundreds.
#[test]
fn a_node_that_fails_is_not_hammered() {
    let node = FakeNode::start(|state, call| {
        let is_later = state.times_asked("getblocktemplate") > 3;
        (is_later && call.method == "getblocktemplate")
            .then(|| Reply::Http(503, "Work queue depth exceeded".to_owned()))
    });
    node.state().bits = HOPELESS;
    let running = Miner::new(&node.url()).spawn();
    wait_until("it searches", || node.times_asked("getblocktemplate") >= 3);
    // Another tip ends the long poll, and from then on all fails.
    node.state().hashes.push("00".repeat(32));
    std::thread::sleep(Duration::from_secs(3));
    let asked = node.state().asked.len();
    assert!(asked < 25, "asked {asked} times in 3 s");
    running.interrupt();
    assert_eq!(running.ended().code, Some(130));
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

#[test]
fn a_cookie_is_read_again_after_the_node_restarted() {
    let cookie = std::sync::Arc::new(std::sync::Mutex::new("Basic Zm9vOmJhcg==")); // foo:bar
    let wanted = std::sync::Arc::clone(&cookie);
    let node = FakeNode::start(move |_, call| {
        (call.authorization.as_deref() != Some(*wanted.lock().unwrap())).then(|| Reply::Http(401, String::new()))
    });
    node.state().bits = HOPELESS;
    let miner = Miner::new(&node.url()).with(&["--blocks", "1"]);
    let path = miner.folder.path().join("cookie");
    std::fs::write(&path, "foo:bar\n").unwrap();
    let miner = miner.with(&["--cookie", path.to_str().unwrap()]);
    let running = miner.spawn();
    wait_until("it searches", || node.times_asked("getblocktemplate") >= 3);
    node.stop();
    node.state().bits = EASY;
    *cookie.lock().unwrap() = "Basic Zm9vOmJheg=="; // foo:baz
    node.restart();
    std::thread::sleep(Duration::from_millis(1200));
    std::fs::write(&path, "foo:baz\n").unwrap();
    let ended = running.ended();
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    assert_eq!(node.height(), 1);
}
