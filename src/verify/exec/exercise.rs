//! Whatever a foreign implementation prints: an answer that is judged, or a fault with the text in it. Never a panic, and
//! never a pass that the expected value does not carry.
//!
//! The body of the fuzz target `exec_answer`, and of `tests/lib/fuzz`, which runs it on stable.

use super::protocol::{Hello, Response, Says};
use super::simple;
use crate::vectors::{Case, GROUPS};
use crate::verify::Reply;
use crate::verify::judge::{answer_key, difference};
use serde_json::{Map, Value};
use std::sync::OnceLock;

/// One line of a process, as a hello, as an answer, and as the whole of stdout.
///
/// # Panics
/// When a wrong answer passes, or a message about the line cannot be shown.
pub fn answer(bytes: &[u8]) {
    let Ok(line) = std::str::from_utf8(bytes) else { return };
    hello(line);
    match Response::parse(line) {
        Ok(Response { id, says: Says::Answer(map) }) => {
            assert!(!map.contains_key("skip") && !map.contains_key("error"), "{id}");
            examples().iter().for_each(|case| judged(case, &map));
        }
        Ok(Response { says: Says::Skip(why) | Says::Error(why), .. }) => assert!(why.chars().count() <= 300),
        Err(what) => assert_plain(&what),
    }
    for case in examples() {
        match simple::read(case, line) {
            Reply::Answer(map) => judged(case, &map),
            Reply::Fault(what) => assert_plain(&what),
            Reply::Skip(why) => panic!("skipped: {why}"),
        }
    }
}

fn hello(line: &str) {
    match Hello::parse(line) {
        Ok(Hello { name, ops }) => {
            assert!(name.chars().count() <= 80);
            assert!(ops.iter().all(|op| GROUPS.contains(&op.as_str())), "{ops:?}");
        }
        Err(what) => assert_plain(&what),
    }
}

/// One case of each group, with a short answer.
fn examples() -> &'static [Case] {
    const IDS: [&str; 14] = [
        "header_hash/genesis",
        "midstate/genesis",
        "compress/genesis-first-block",
        "meets_target/genesis-own-bits",
        "target_bits/02000056",
        "difficulty/1729d72d",
        "retarget/backwards",
        "merkle/block-170",
        "scan/genesis-own-bits",
        "rolled/block-757753",
        "stratum_job/genesis",
        "accumulated/two-million",
        "sha256/sha256shortmsg-1",
        "sha256_monte/sha256monte-0",
    ];
    static EXAMPLES: OnceLock<Vec<Case>> = OnceLock::new();
    EXAMPLES.get_or_init(|| {
        let cases = crate::vectors::embedded().into_iter().flat_map(|file| file.cases);
        let examples: Vec<Case> = cases.filter(|case| IDS.contains(&case.id.as_str())).collect();
        assert_eq!(examples.len(), IDS.len(), "an id has changed");
        examples
    })
}

/// It passes exactly when the one key that counts holds what is expected, and the other keys do not contradict.
fn judged(case: &Case, answer: &Map<String, Value>) {
    let expect = serde_json::to_value(&case.answer).expect("answers are JSON");
    let key = answer_key(case.question.op());
    let agrees = |(key, wanted): (&String, &Value)| answer.get(key).is_none_or(|found| equal(wanted, found));
    let passes = answer.contains_key(key) && expect.as_object().is_some_and(|expect| expect.iter().all(agrees));
    let difference = difference(case, answer);
    assert_eq!(difference.is_none(), passes, "{}: {difference:?} for {answer:?}", case.id);
}

/// Equal in the sense of the protocol: hex in either case, a number as 5 or as 5.0, a difficulty to its last digits.
fn equal(wanted: &Value, found: &Value) -> bool {
    match (wanted, found) {
        (Value::String(wanted), Value::String(found)) => wanted.eq_ignore_ascii_case(found),
        (Value::Number(wanted), Value::Number(found)) => {
            let tolerance = if wanted.is_f64() { 1e-12 } else { 0.0 };
            let close = |(wanted, found): (f64, f64)| (wanted - found).abs() <= tolerance * wanted.abs();
            wanted.as_f64().zip(found.as_f64()).is_some_and(close)
        }
        (Value::Array(wanted), Value::Array(found)) => {
            wanted.len() == found.len() && wanted.iter().zip(found).all(|(wanted, found)| equal(wanted, found))
        }
        (Value::Object(wanted), Value::Object(found)) => {
            let given = |key: &String| found.get(key).or((key == "hash").then_some(&wanted[key]));
            wanted.iter().all(|(key, wanted)| given(key).is_some_and(|found| equal(wanted, found)))
        }
        (wanted, found) => wanted == found,
    }
}

/// A message about a foreign line is short, and does not steer the terminal.
fn assert_plain(what: &str) {
    assert!(!what.contains(char::is_control) && what.chars().count() < 1_000, "{what:?}");
}
