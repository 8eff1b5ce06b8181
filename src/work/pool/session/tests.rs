//! Sessions as a pool and a clock would have them.

use super::*;
use crate::work::pool::exercise;
use crate::work::pool::job::Share;
use crate::work::pool::request::BIP320_MASK;
use crate::work::pool::verdict::Dropped;
use crate::work::{Answer, Secret, Verdict};
use proptest::prelude::*;

const EASY: &str =
    r#"{"id":null,"method":"mining.notify","params":["J","00","01","02",[],"20000000","207fffff","5c000000",true]}"#;

fn notify(job_id: &str, clean: bool) -> String {
    EASY.replace("\"J\"", &format!("{job_id:?}"))
        .replace("\"00\"", &format!("{:?}", "00".repeat(32)))
        .replace("true", &clean.to_string())
}

fn seconds(s: u64) -> Duration {
    Duration::from_secs(s)
}

fn config(mask: u32) -> Config {
    Config {
        user: "worker".into(),
        password: Secret::new("hunter2"),
        mask,
        suggest_difficulty: None,
        host: "pool.example".into(),
        follows_anywhere: false,
    }
}

fn say(session: &mut Session, line: &str) {
    session.line(seconds(1), line.as_bytes());
}

fn actions(session: &mut Session) -> Vec<Action> {
    std::iter::from_fn(|| session.action()).collect()
}

fn sent(session: &mut Session) -> Vec<String> {
    let line = |action| if let Action::Send(line) = action { Some(line) } else { None };
    actions(session).into_iter().filter_map(line).collect()
}

fn end(session: &mut Session) -> Option<End> {
    let end = |action| if let Action::End(end) = action { Some(end) } else { None };
    actions(session).into_iter().find_map(end)
}

/// Through the handshake, with a job whose every second hash is a block.
fn mining(mask: u32) -> Session {
    let mut session = Session::new(config(mask), 0, Duration::ZERO);
    if mask != 0 {
        say(
            &mut session,
            &format!(
                r#"{{"id":1,"result":{{"version-rolling":true,"version-rolling.mask":"{mask:08x}"}},"error":null}}"#
            ),
        );
    }
    let id = if mask == 0 { 1 } else { 2 };
    say(&mut session, &format!(r#"{{"id":{id},"result":[[],"0a0b",4],"error":null}}"#));
    say(&mut session, &notify("1", true));
    say(&mut session, &format!(r#"{{"id":{},"result":true,"error":null}}"#, id + 1));
    assert!(actions(&mut session).contains(&Action::NewWork { clean: true }));
    session
}

fn job(session: &Session) -> Arc<PoolJob> {
    Arc::clone(session.job().expect("there is work"))
}

/// The first nonce that meets the job's target.
fn find(job: &PoolJob, bits: u32) -> Share {
    let share = |nonce| Share { job: job.serial, extranonce: 7, time: job.time, version: 0x2000_0000 | bits, nonce };
    (0..).map(share).find(|share| job.target().is_met_by(&job.header(share).block_hash())).unwrap()
}

/// With whatever extranonce the job leaves.
fn submit_any(session: &mut Session) -> Result<(), Dropped> {
    let job = job(session);
    submit(session, &job)
}

fn submit(session: &mut Session, job: &PoolJob) -> Result<(), Dropped> {
    let bits = session.mask().unwrap_or(0) & 0x2000;
    session.submit(seconds(2), "find", &find(job, bits))
}

#[test]
fn the_handshake_is_configure_subscribe_authorize() {
    let mut session = Session::new(config(BIP320_MASK), 0, Duration::ZERO);
    assert!(sent(&mut session)[0].contains(r#"[["version-rolling"],{"version-rolling.mask":"1fffe000""#));
    say(&mut session, r#"{"id":1,"result":{"version-rolling":true,"version-rolling.mask":"ffffffff"},"error":null}"#);
    assert!(sent(&mut session)[0].contains("mining.subscribe"));
    assert_eq!(session.mask(), Some(BIP320_MASK), "the pool's mask and ours");
    say(&mut session, r#"{"id":2,"result":[[],"",0],"error":null}"#);
    assert!(sent(&mut session)[0].contains(r#"["worker","hunter2"]"#));
    assert_eq!(session.job(), None);
}

#[test]
fn every_way_to_refuse_version_rolling_goes_on_without() {
    for answer in [
        r#"{"id":1,"result":null,"error":[20,"unknown method"]}"#,
        r#"{"id":1,"result":null,"error":{"code":-3,"message":"no"}}"#,
        r#"{"id":1,"result":{},"error":null}"#,
        r#"{"id":1,"result":false,"error":null}"#,
        r#"{"id":1,"result":{"version-rolling":false},"error":null}"#,
        r#"{"id":1,"result":{"version-rolling":true},"error":null}"#,
        r#"{"id":1,"result":{"version-rolling":"no","version-rolling.mask":"1fffe000"}}"#,
        r#"{"id":"1","error":"unknown"}"#,
    ] {
        let mut session = Session::new(config(BIP320_MASK), 0, Duration::ZERO);
        say(&mut session, answer);
        assert_eq!(sent(&mut session).len(), 2, "{answer}");
        assert_eq!(session.mask(), None, "{answer}");
    }
}

#[test]
fn silence_about_configure_goes_on_and_a_late_grant_still_counts() {
    let mut session = Session::new(config(BIP320_MASK), 0, Duration::ZERO);
    session.tick(seconds(4));
    assert_eq!(sent(&mut session).len(), 1);
    session.tick(seconds(5));
    session.tick(seconds(6));
    assert_eq!(sent(&mut session).len(), 1, "subscribes once");
    say(&mut session, r#"{"id":1,"result":{"version-rolling":true,"version-rolling.mask":"00006000"},"error":null}"#);
    assert_eq!((session.mask(), sent(&mut session).len()), (Some(0x6000), 0));
}

#[test]
fn a_job_before_the_subscription_waits_and_nothing_is_searched_before_authorisation() {
    let mut session = Session::new(config(0), 0, Duration::ZERO);
    say(&mut session, &notify("early", true));
    say(&mut session, r#"{"id":1,"result":[[],"0a",4],"error":null}"#);
    assert_eq!(session.job(), None);
    assert!(!actions(&mut session).contains(&Action::NewWork { clean: true }));
    say(&mut session, r#"{"id":2,"result":true,"error":null}"#);
    assert_eq!(job(&session).job_id, "early");
}

#[test]
fn a_refused_user_ends_the_session_without_the_password() {
    let mut session = Session::new(config(0), 0, Duration::ZERO);
    say(&mut session, r#"{"id":1,"result":[[],"0a",4],"error":null}"#);
    say(&mut session, r#"{"id":2,"result":false,"error":null}"#);
    let end = end(&mut session).unwrap().to_string();
    assert!(end.contains("worker") && !end.contains("hunter2"), "{end}");
    assert!(!format!("{:?}", config(0)).contains("hunter2"));
    assert_eq!(config(0).redact("bad password hunter2"), "bad password [password]");
}

#[test]
fn the_sixth_parameter_is_there_with_rolling_and_only_then() {
    for (mask, count) in [(0, 5), (BIP320_MASK, 6), (0x2000, 6)] {
        let mut session = mining(mask);
        let work = job(&session);
        submit(&mut session, &work).unwrap();
        let line = sent(&mut session).pop().unwrap();
        let value: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["params"].as_array().unwrap().len(), count, "{line}");
    }
}

#[test]
fn a_taken_back_mask_counts_at_once() {
    let mut session = mining(BIP320_MASK);
    let work = job(&session);
    say(&mut session, r#"{"id":null,"method":"mining.set_version_mask","params":["00002000"]}"#);
    assert!(actions(&mut session).contains(&Action::NewWork { clean: false }));
    assert_eq!(session.submit(seconds(2), "a", &find(&work, 0x1000_0000)), Err(Dropped::OutsideMask));
    assert_eq!(session.submit(seconds(2), "b", &find(&work, 0x2000)), Ok(()));
    assert!(sent(&mut session)[0].contains(r#""00002000""#));
    assert_eq!(session.mask(), Some(0x2000));
}

#[test]
fn a_new_extranonce_counts_from_the_next_job() {
    let mut session = mining(0);
    let before = job(&session);
    say(&mut session, r#"{"method":"mining.set_extranonce","params":["ffee",2]}"#);
    assert_eq!(job(&session), before);
    say(&mut session, &notify("2", false));
    let after = job(&session);
    assert_eq!(after.template.coinbase.bytes(0x0102), [1, 0xff, 0xee, 1, 2, 2]);
    assert_eq!(submit(&mut session, &before), Ok(()), "shares of the old job still count");
}

#[test]
fn clean_jobs_and_new_blocks_kill_the_old_jobs_and_others_do_not() {
    let mut session = mining(0);
    let first = job(&session);
    say(&mut session, &notify("2", false));
    assert_eq!(submit(&mut session, &first), Ok(()));
    let second = job(&session);
    // Two notifies after a block: an empty one at once, a full one soon after.
    let block = |id, clean| notify(id, clean).replace(&"00".repeat(32), &"11".repeat(32));
    say(&mut session, &block("3", true));
    let third = job(&session);
    say(&mut session, &block("4", false));
    assert_eq!(submit(&mut session, &second), Err(Dropped::Dead));
    assert_eq!(submit(&mut session, &third), Ok(()));
    assert_eq!(job(&session).job_id, "4");
}

#[test]
fn a_share_is_sent_once() {
    let mut session = mining(0);
    let work = job(&session);
    assert_eq!(submit(&mut session, &work), Ok(()));
    assert_eq!(submit(&mut session, &work), Err(Dropped::Repeated));
}

#[test]
fn difficulties_that_are_none_keep_the_old_one_and_jobs_keep_theirs() {
    let mut session = mining(0);
    let old = job(&session);
    for bad in ["0", "-1", r#""NaN""#, "NaN", "1e999", "null", r#""inf""#, "-1e-9"] {
        say(&mut session, &format!(r#"{{"method":"mining.set_difficulty","params":[{bad}]}}"#));
        assert_eq!(session.difficulty(), 1.0, "{bad}");
        assert!(actions(&mut session).iter().all(|action| matches!(action, Action::Note(_))));
    }
    for (good, difficulty) in [("1e-9", 1e-9), ("0.5", 0.5), (r#""1024""#, 1024.0), ("1e-300", 1e-300)] {
        say(&mut session, &format!(r#"{{"method":"mining.set_difficulty","params":[{good}]}}"#));
        assert_eq!(session.difficulty(), difficulty);
        assert_eq!(old.difficulty, 1.0);
        assert_eq!(job(&session).difficulty, 1.0, "until the next job");
    }
    say(&mut session, &notify("2", false));
    assert_eq!(job(&session).share_target, Target::MAX);
}

#[test]
fn a_block_is_sent_even_when_it_misses_the_share_target() {
    let mut session = mining(0);
    say(&mut session, r#"{"method":"mining.set_difficulty","params":[1e12]}"#);
    say(&mut session, &notify("2", true));
    let work = job(&session);
    assert!(!work.share_target.is_met_by(&work.header(&find(&work, 0)).block_hash()));
    assert_eq!(submit(&mut session, &work), Ok(()));
    let share = |nonce| Share { nonce, ..find(&work, 0) };
    let wrong = (0..).map(share).find(|share| !work.target().is_met_by(&work.header(share).block_hash()));
    assert_eq!(session.submit(seconds(2), "wrong", &wrong.unwrap()), Err(Dropped::NoShare));
}

#[test]
fn answers_become_verdicts_in_any_shape() {
    for (answer, name) in [
        (r#""result":true,"error":null"#, "accepted"),
        (r#""result":false,"error":null"#, "rejected"),
        (r#""result":null,"error":null"#, "rejected"),
        (r#""result":null,"error":[21,"Job not found"]"#, "stale"),
        (r#""result":null,"error":["21","x",null]"#, "stale"),
        (r#""result":false,"error":"Stale share""#, "stale"),
        (r#""result":null,"error":{"code":22,"message":"dup"}"#, "duplicate"),
        (r#""result":null,"error":[23,"low",null]"#, "rejected"),
        (r#""error":[20,"Other"]"#, "rejected"),
    ] {
        let mut session = mining(0);
        let work = job(&session);
        submit(&mut session, &work).unwrap();
        actions(&mut session);
        say(&mut session, &format!(r#"{{"id":3,{answer}}}"#));
        let judged = actions(&mut session).into_iter().find_map(|action| match action {
            Action::Judged(answer) => Some((answer.hash, answer.verdict.name())),
            _ => None,
        });
        assert_eq!(judged, Some(("find".to_owned(), name)), "{answer}");
        assert!(session.job().is_some(), "{answer}");
    }
}

#[test]
fn a_pool_that_forgot_us_gets_a_new_handshake() {
    for code in [24, 25] {
        let mut session = mining(0);
        let work = job(&session);
        submit(&mut session, &work).unwrap();
        say(&mut session, &format!(r#"{{"id":3,"result":null,"error":[{code},"who?"]}}"#));
        assert!(matches!(end(&mut session), Some(End::HandshakeLost(_))));
        assert_eq!(session.job(), None, "no work after the end");
        assert_eq!(submit(&mut session, &work), Err(Dropped::Dead));
    }
}

#[test]
fn an_answer_that_never_comes_is_given_up_and_the_session_goes_on() {
    let mut session = mining(0);
    let work = job(&session);
    submit(&mut session, &work).unwrap();
    actions(&mut session);
    session.tick(seconds(61));
    assert_eq!(actions(&mut session), []);
    session.tick(seconds(62));
    let answer = Answer { hash: "find".into(), verdict: Verdict::Stale, words: message::NO_ANSWER.into() };
    assert_eq!(actions(&mut session), [Action::Judged(answer)]);
    assert!(session.job().is_some());
}

#[test]
fn two_minutes_of_silence_end_the_session() {
    let mut session = mining(0);
    session.tick(seconds(100));
    assert_eq!(end(&mut session), None);
    session.tick(seconds(120));
    assert_eq!(end(&mut session), Some(End::Silent));
    assert_eq!(session.job(), None);
}

#[test]
fn a_handshake_without_an_answer_ends() {
    let mut session = Session::new(config(0), 0, Duration::ZERO);
    session.tick(seconds(30));
    assert_eq!(end(&mut session), Some(End::NoAnswer("mining.subscribe")));
    let mut session = Session::new(config(0), 0, Duration::ZERO);
    say(&mut session, r#"{"result":[[],"",16],"error":null}"#);
    assert_eq!(sent(&mut session).len(), 2, "a single open question needs no id");
    say(&mut session, r#"{"id":null,"method":"mining.set_difficulty","params":[2]}"#);
    session.tick(seconds(31));
    assert_eq!(end(&mut session), Some(End::NoAnswer("mining.authorize")));
}

#[test]
fn unknown_ids_requests_and_nonsense_are_survived() {
    let mut session = mining(0);
    for line in [
        r#"{"id":999,"result":true,"error":null}"#,
        r#"{"id":null,"result":true,"error":null}"#,
        r#"{"id":{},"result":true,"error":[]}"#,
        r#"{"id":7,"result":true}"#,
        "{\"id\":1,\"resu",
        "[]",
        "\r\n",
        r#"{"method":"mining.notify","params":["x","00"]}"#,
        r#"{"method":"something.new","params":{}}"#,
    ] {
        say(&mut session, line);
    }
    assert_eq!(sent(&mut session), Vec::<String>::new());
    say(&mut session, r#"{"id":"a","method":"client.get_version","params":[]}"#);
    say(&mut session, r#"{"id":2,"method":"mining.ping","params":[]}"#);
    say(&mut session, r#"{"id":3,"method":"mining.dance","params":[]}"#);
    let lines = sent(&mut session).concat();
    assert!(lines.contains(r#""id":"a""#) && lines.contains("pong") && lines.contains("unknown method mining.dance"));
    assert!(session.job().is_some());
    (0..20).for_each(|_| say(&mut session, "nonsense"));
    assert!(matches!(end(&mut session), Some(End::Nonsense(20, _))));
}

#[test]
fn show_message_is_harmless_and_reconnect_is_told() {
    let mut session = mining(0);
    say(&mut session, "{\"method\":\"client.show_message\",\"params\":[\"\\u001b[31mred\\u202e\\n\"]}");
    assert_eq!(actions(&mut session), [Action::Note("the pool says: [31mred".into())]);
    for (params, host, port, wait) in [
        ("[]", None, None, None),
        (r#"["pool.example",3334,5]"#, Some("pool.example"), Some(3334), Some(5)),
        (r#"["pool.example","3334","5"]"#, Some("pool.example"), Some(3334), Some(5)),
        ("[null,null]", None, None, None),
    ] {
        let mut session = mining(0);
        say(&mut session, &format!(r#"{{"id":null,"method":"client.reconnect","params":{params}}}"#));
        let Some(End::Reconnect(to)) = end(&mut session) else { panic!("{params}") };
        assert_eq!((to.host.as_deref(), to.port, to.wait), (host, port, wait));
    }
    say(&mut session, r#"{"method":"client.reconnect","params":["pool.example",70000]}"#);
    assert_eq!(end(&mut session), None, "no port");
    say(&mut session, r#"{"method":"client.reconnect","params":["thief.example",3333]}"#);
    assert!(matches!(&actions(&mut session)[..], [Action::Note(note)] if note.contains("thief.example")));
    assert!(session.job().is_some(), "a foreign host is refused and the session goes on");
}

#[test]
fn extranonces_of_0_and_of_16_bytes_make_work() {
    for (first, size) in [("", 0), ("", 8), ("00112233445566778899aabbccddeeff", 4), ("aa", 16)] {
        let mut session = Session::new(config(0), 0, Duration::ZERO);
        say(&mut session, &format!(r#"{{"id":1,"result":[[],"{first}",{size}],"error":null}}"#));
        say(&mut session, r#"{"id":2,"result":true,"error":null}"#);
        say(&mut session, &notify("1", true));
        let coinbase = &job(&session).template.coinbase;
        assert_eq!(coinbase.bytes(0).len(), 2 + first.len() / 2 + size);
        assert_eq!(submit_any(&mut session), Ok(()));
    }
    for bad in [r#"[[],"0",4]"#, r#"[[],"00",-1]"#, r#"[[],"00",65]"#, "[[],5,4]", "true", "[]", r#"[[],"00"]"#] {
        let mut session = Session::new(config(0), 0, Duration::ZERO);
        say(&mut session, &format!(r#"{{"id":1,"result":{bad},"error":null}}"#));
        assert!(matches!(end(&mut session), Some(End::SubscribeRefused(_))), "{bad}");
    }
}

#[test]
fn the_exercise_gets_through_to_shares() {
    let mut state = 1u32;
    let mut byte = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8 // the top byte of a linear congruence
    };
    let scripts = (0..200).map(|_| (0..400).map(|_| byte()).collect::<Vec<u8>>());
    let shares: usize = scripts.map(|script| exercise::session(&script)).sum();
    assert!(shares > 200, "only {shares} shares: the random sessions test nothing");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn random_sequences_of_messages_break_no_promise(script in prop::collection::vec(any::<u8>(), 0..600)) {
        exercise::session(&script);
    }

    #[test]
    fn random_lines_do_not_panic(line in prop::collection::vec(any::<u8>(), 0..200)) {
        exercise::line(&line);
    }
}
