//! A node that dies, goes silent or is restarted, and a miner that is killed: no find is lost, and none counts twice.

use super::*;
use std::sync::{Arc, Mutex};
use std::time::Instant;

#[test]
fn a_node_that_is_killed_in_mid_search_and_comes_back() {
    let node = FakeNode::honest();
    node.state().bits = HOPELESS;
    let running = Miner::new(&node.url()).with(&["--blocks", "1"]).spawn();
    wait_until("it searches", || node.times_asked("getblocktemplate") >= 3);
    node.stop();
    node.state().bits = EASY;
    wait_until("it misses the node", || running.has_said("trying again"));
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
    wait_until("it misses the node", || running.has_said("trying again"));
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

/// The pauses themselves are tested with a clock in `work::backoff`; here, that they are kept. The long poll and the question
/// beside it fail together, up to twice each before the first pause is over; so of five failures one came after a pause.
#[test]
fn a_node_that_fails_is_not_hammered() {
    let failed = Arc::new(Mutex::new(Vec::new()));
    let times = Arc::clone(&failed);
    let node = FakeNode::start(move |state, call| {
        let fails = state.times_asked("getblocktemplate") > 3 && call.method == "getblocktemplate";
        fails.then(|| times.lock().unwrap().push(Instant::now()));
        fails.then(|| Reply::Http(503, "Work queue depth exceeded".to_owned()))
    });
    node.state().bits = HOPELESS;
    let running = Miner::new(&node.url()).spawn();
    wait_until("it searches", || node.times_asked("getblocktemplate") >= 3);
    // Another tip ends the long poll, and from then on all fails.
    node.state().hashes.push("00".repeat(32));
    wait_until("it has tried again and again", || failed.lock().unwrap().len() >= 5);
    running.interrupt();
    assert_eq!(running.ended().code, Some(130));
    let failed = failed.lock().unwrap();
    assert!(failed[4] - failed[0] >= Duration::from_millis(400), "{failed:?}");
}

/// Nor does a cut-off line matter. The first node gets its find when the miner comes back to it.
#[test]
fn a_find_for_another_node_stays_in_the_journal() {
    let count = counter();
    let first = FakeNode::start(move |_, call| {
        (call.method == "submitblock" && count() == 0).then_some(Reply::Silence(Duration::from_secs(5)))
    });
    let miner = Miner::new(&first.url()).with(&["--blocks", "1"]);
    let running = miner.spawn();
    wait_until("it submits", || first.times_asked("submitblock") == 1);
    running.kill();
    std::fs::write(miner.journal(), miner.journal_text() + "{\"schema\":\"hashjoule-journal/1\",\"at").unwrap();

    let second = FakeNode::honest();
    let elsewhere = Miner::new(&second.url()).with(&["--blocks", "1"]);
    let ended = elsewhere.spawn_with_journal(&miner.journal()).ended();
    assert_eq!(ended.code, Some(0), "{}", ended.all());
    let kept = format!("kept in the journal for another server than {}: 1 find\n", second.url());
    assert!(ended.stderr.contains(&kept), "{}", ended.stderr);
    assert!(ended.stderr.contains("passed over in the journal: 1 damaged line\n"), "{}", ended.stderr);
    assert_eq!((second.height(), second.refused(), ended.summary()["resent"].clone()), (1, 0, json!(0)));

    let ended = miner.run();
    assert_eq!((ended.code, ended.summary()["resent"].clone()), (Some(0), json!(1)), "{}", ended.all());
    assert_eq!((first.height(), first.refused()), (1, 0));
}
