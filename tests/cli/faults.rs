//! Wrong input: one line that names it and its fault, one that says what to do, and the right exit code.

use super::*;

/// Whatever goes wrong looks like this, as text and as a document.
fn assert_fault(words: &str, stdin: &[u8], code: i32, needles: &[&str]) {
    let ran = run_with_stdin(words, stdin);
    assert_eq!((ran.code, ran.out.as_str()), (Some(code), ""), "{words}: {}", ran.err);
    let lines: Vec<&str> = ran.err.lines().collect();
    let [error, hint] = lines[..] else { panic!("{words}: not two lines: {}", ran.err) };
    let message = error.strip_prefix("error: ").unwrap_or_else(|| panic!("{words}: {error}"));
    let hint = hint.strip_prefix("hint: ").unwrap_or_else(|| panic!("{words}: {hint}"));
    for needle in needles.iter().chain(&[""]) {
        assert!(message.contains(needle), "{words}: no '{needle}' in: {message}");
    }
    let as_json = run_with_stdin(&format!("{words} --json"), stdin);
    assert_eq!((as_json.code, &as_json.err), (Some(code), &ran.err), "{words} --json");
    let document = as_json.json();
    let error = &document["error"];
    assert_eq!((error["message"].as_str(), error["hint"].as_str()), (Some(message), Some(hint)), "{words} --json");
    assert!(error["code"].as_str().is_some_and(|code| !code.is_empty() && !code.contains(' ')), "{document}");
}

#[test]
fn headers_that_are_none() {
    let whole = genesis();
    let header = |hex: &str, needles: &[&str]| {
        assert_fault(&format!("mine --header {hex}"), b"", 2, needles);
        assert_fault("mine --header -", hex.as_bytes(), 3, needles);
    };
    header("abc", &["3 hex digits", "and a half"]);
    header(&format!("{whole}0"), &["161 hex digits", "and a half"]);
    header(&whole[..158], &["158 hex digits", "79 bytes", "160"]);
    header(&format!("{whole}00"), &["162 hex digits", "81 bytes"]);
    header(&whole[..64], &["64 hex digits", "hash"]);
    header(&format!("zz{}", &whole[2..]), &["'z'", "digit 1"]);
    header(&format!("é{}", &whole[..151]), &["'é'", "digit 1"]);
    header("gensis", &["'gensis'", "text"]);
    assert_fault("mine --header -", b"", 3, &["empty"]);
    assert_fault("mine --header -", b" \n\n", 3, &["empty"]);
    assert_fault("mine --header -", &[0xff; 80], 3, &["stdin", "UTF-8"]);
    assert_fault("mine --header -", &vec![b'0'; 100_000], 3, &["stdin", "longer than 65536 bytes"]);
    assert_fault("mine --header @no/such/file", b"", 3, &["no/such/file"]);
    assert_fault("mine --header @/", b"", 3, &["cannot read /"]);
    assert_fault("mine --header @", b"", 3, &["cannot read"]);
}

#[test]
fn ranges_that_lead_beyond_the_last_nonce() {
    assert_fault("mine --from 4294967296", b"", 2, &["--from 4294967296", "4294967295"]);
    assert_fault("mine --from 4294967295 --count 2", b"", 2, &["--from 4294967295 --count 2"]);
    assert_fault("mine --count 4294967297", b"", 2, &["--count 4294967297"]);
    assert_fault("mine --from 18446744073709551615 --count 18446744073709551615", b"", 2, &["18446744073709551615"]);
    for bad in ["18446744073709551616", "-1", "1e9", "0x10", "ten", ","] {
        assert_fault(&format!("mine --from {bad}"), b"", 2, &[bad, "--from", "whole number"]);
        assert_fault(&format!("mine --count {bad}"), b"", 2, &[bad, "--count", "whole number"]);
    }
}

#[test]
fn targets_that_are_none() {
    for (bits, fault) in [
        ("0", "zero"),
        ("1d000000", "zero"),
        ("1d80ffff", "negative"),
        ("04923456", "negative"),
        ("ff00ffff", "256 bits"),
        ("23000100", "256 bits"),
    ] {
        assert_fault(&format!("mine --bits {bits}"), b"", 2, &[bits, fault, "--bits"]);
        let whole = genesis();
        let bits: Vec<u8> = u32::from_str_radix(bits, 16).unwrap().to_le_bytes().into();
        let header = format!("{}{}{}", &whole[..144], hex_of(&bits), &whole[152..]);
        assert_fault(&format!("mine --header {header}"), b"", 2, &[fault, "the header's own"]);
        assert_fault("mine --header -", header.as_bytes(), 3, &[fault, "the header's own"]);
    }
    for bad in ["xyz", "1d00ffff0", "-1"] {
        assert_fault(&format!("mine --bits={bad}"), b"", 2, &[bad]);
    }
    assert_fault("mine --target 00", b"", 2, &["'00'", "2 digits instead of 64"]);
    assert_fault(&format!("mine --target {}g", "0".repeat(63)), b"", 2, &["'g' at digit 64"]);
    assert_fault(&format!("mine --target {}é", "0".repeat(62)), b"", 2, &["é"]);
    assert_fault("mine --bits 1d00ffff --target 00", b"", 2, &["--bits", "--target"]);
    for bad in ["zz", "1fffe0000", ""] {
        assert_fault(&format!("mine --roll-versions={bad}"), b"", 2, &["version mask", bad]);
    }
}

#[test]
fn threads_and_cpus_that_cannot_be_had() {
    assert_fault("mine --threads 0", b"", 2, &["--threads", "'0'", "at least one"]);
    for bad in ["-1", "abc", "1.5", "1000000", "99999999999999999999"] {
        assert_fault(&format!("mine --threads {bad}"), b"", 2, &["--threads", bad]);
    }
    assert_fault("mine --cpus 9999", b"", 4, &["--cpus", "9999", "not among"]);
    for bad in ["x", "0,0", "3-1", "-1", "0,", "99999999999999999999", "0-99999999"] {
        assert_fault(&format!("mine --cpus {bad}"), b"", 2, &["--cpus", bad]);
    }
    assert_fault("mine --cpus 0 --threads 1", b"", 2, &["--cpus", "--threads"]);
}

#[test]
fn kernels_and_times_that_there_are_not() {
    assert_fault("mine --kernel nope", b"", 2, &["'nope'", "portable"]);
    assert_fault("mine --kernel PORTABLE", b"", 2, &["'PORTABLE'"]);
    for bad in ["0", "-1s", "abc", "1e300", "10y", "NaN"] {
        assert_fault(&format!("mine --time {bad}"), b"", 2, &[bad, "10s"]);
    }
}

#[test]
fn more_hits_than_memory_holds() {
    assert_fault(&format!("mine --all --target {}", "f".repeat(64)), b"", 2, &["--all", "4.3 billion hits"]);
}

#[test]
fn words_that_mean_nothing() {
    assert_fault("nope", b"", 2, &["'nope'"]);
    assert_fault("--nope", b"", 2, &["'--nope'"]);
    assert_fault("mine nope", b"", 2, &["'nope'"]);
    assert_fault("mine --bogus=1", b"", 2, &["'--bogus'"]);
    assert_fault("mine --from", b"", 2, &["'--from <NONCE>'"]);
    assert_fault("mine --from 1 --from 2", b"", 2, &["'--from <NONCE>'"]);
    assert_fault("-q -v", b"", 2, &["--quiet", "--verbose"]);
    assert!(run("mien").err.contains("'mine'"), "a near miss is told what was meant");
}

#[test]
fn a_foreign_text_does_not_steer_the_terminal() {
    // A file that is not there is named.
    assert_fault("compare /no/\u{1b}[2J\u{9b}all-is-well", b"", 3, &["/no/\u{fffd}[2J\u{fffd}all-is-well"]);
}
