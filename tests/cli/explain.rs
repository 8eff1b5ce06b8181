//! `hashjoule explain`, from the outside.

use crate::{hashjoule, run_with_stdin};
use serde_json::Value;
use std::process::{Command, Output};

const GENESIS: &str = "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e\
                       67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c";

fn explain(args: &[&str]) -> Output {
    hashjoule([&["explain"], args].concat()).output().unwrap()
}

fn stdout(args: &[&str]) -> String {
    let output = explain(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Exit code and what stands on stderr.
fn failure(args: &[&str]) -> (i32, String) {
    let output = explain(args);
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&stdout(&[&["--json"], args].concat())).unwrap()
}

/// What tests/cli/explain/trace.py computes; `None` where there is no Python, which CI does not accept.
fn by_python(header: &str) -> Option<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/explain/trace.py");
    match Command::new("python3").args([script, header]).output() {
        Ok(output) => {
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            Some(serde_json::from_slice(&output.stdout).unwrap())
        }
        Err(error) if std::env::var("CI").is_ok_and(|ci| ci == "true") => panic!("python3: {error}"),
        Err(error) => {
            eprintln!("SKIPPED: the comparison with Python: {error}");
            None
        }
    }
}

#[test]
fn every_word_of_three_headers_equals_an_independent_computation() {
    for name in ["genesis", "block-125552", "block-757739"] {
        let ours = json(&[name]);
        let Some(theirs) = by_python(ours["header_hex"].as_str().unwrap()) else { return };
        assert_eq!(theirs["first_chunk"]["rounds"][63].as_array().unwrap().len(), 8);
        for (key, value) in theirs.as_object().unwrap() {
            assert_eq!(&ours[key], value, "{name}: {key}");
        }
    }
}

#[test]
fn the_third_header_is_a_rolled_one() {
    let version = &json(&["block-757739"])["version"];
    assert_eq!((&version["hex"], &version["bip320_bits_hex"]), (&"2437a004".into(), &"0437a000".into()));
    assert_eq!(version["signals_bits"], Value::from(vec![2]));
}

#[cfg(feature = "market")]
#[test]
fn the_whole_text_for_genesis() {
    snapbox::assert_data_eq!(stdout(&[]), snapbox::file!["explain/genesis.txt"].raw());
    assert_eq!(stdout(&[]), stdout(&[GENESIS]).replacen("a block header", "genesis", 1));
}

#[test]
fn all_rounds_of_all_chunks_on_demand() {
    let (all, given) = (stdout(&["--rounds", "--only", "rounds"]), json(&[]));
    let rows: Vec<&str> =
        all.lines().filter(|line| line.trim_start().starts_with(|c: char| c.is_ascii_digit())).collect();
    assert_eq!(rows.len(), 3 * 64);
    for (i, chunk) in ["first_chunk", "second_chunk", "second_hash"].into_iter().enumerate() {
        for t in 0..64 {
            let words: Vec<&str> = rows[64 * i + t].split_whitespace().skip(1).collect();
            assert_eq!(words[0], given[chunk]["w"][t], "{chunk}, W of round {t}");
            assert_eq!(Value::from(words[1..].to_vec()), given[chunk]["rounds"][t], "{chunk}, round {t}");
        }
    }
}

#[test]
fn chapters_by_name_and_colour_on_demand() {
    assert!(stdout(&["--only", "midstate"]).starts_with("First chunk"));
    let two = stdout(&["--only", "odds,bits"]);
    assert!(two.starts_with("Odds") && two.contains("\n\nnBits 1d00ffff"), "{two}");
    let forced = hashjoule(["explain", "--only", "bits"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(String::from_utf8(forced.stdout).unwrap().contains("\u{1b}[1m"));
}

#[test]
fn a_header_from_a_file_and_from_stdin() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("header.hex");
    std::fs::write(&file, format!("{GENESIS}\n")).unwrap();
    let wanted = json(&[GENESIS]);
    assert_eq!(json(&[&format!("@{}", file.display())]), wanted);
    assert_eq!(run_with_stdin("explain --json -", GENESIS.as_bytes()).json(), wanted);
}

#[test]
fn bits_alone() {
    let text = stdout(&["--bits", "1731d97c"]);
    assert!(text.contains("00000000000000000031d97c0000000000000000000000000000000000000000"), "{text}");
    let given = json(&["--bits", "1d00ffff"]);
    assert_eq!((&given["schema"], &given["difficulty"]), (&"hashjoule-bits/1".into(), &1.0.into()));
}

#[test]
fn errors_that_teach() {
    let typo = GENESIS.replacen("3ba3edfd", "3ba3edfg", 1);
    let cases: [(&[&str], i32, &[&str]); 9] = [
        (&[&GENESIS[..158]], 2, &["79 bytes", "80 bytes", "8 + 64 + 64 + 8 + 8 + 8"]),
        (&[&typo], 2, &["'g' at digit 80 (byte 39, in the merkle root)", "7a7b12b2"]),
        (&["hello world"], 2, &["'hello world' is text", "160 hex digits"]),
        (&["block-125553"], 2, &["not the name", "block-125552"]),
        (&["000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"], 2, &["a hash, not a header"]),
        (
            &[&GENESIS.replacen("ffff001d", "ffff7fff", 1)],
            2,
            &["nBits ff7fffff", "more than 256 bits", "length in bytes"],
        ),
        (&["--bits", "1d800001"], 2, &["negative"]),
        (&["--bits", "1d00fffff"], 2, &["one to eight hex digits"]),
        (&["@no-such-file"], 3, &["cannot read no-such-file"]),
    ];
    for (args, code, said) in cases {
        let (exit, stderr) = failure(args);
        assert_eq!(exit, code, "{args:?}: {stderr}");
        said.iter().for_each(|part| assert!(stderr.contains(part), "{args:?} lacks '{part}': {stderr}"));
    }
}

#[test]
fn an_error_for_a_program() {
    let output = explain(&["--json", "abc"]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["error"]["code"], "header");
}
