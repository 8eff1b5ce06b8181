//! `grind`, called as Bitcoin Core's signet miner calls it: a process, the header in hex as its last argument, stdin empty.

use crate::hashjoule;
use hashjoule::header::Header;
use hashjoule::job::Job;
use hashjoule::kernel::Kernel;
use hashjoule::target::CompactTarget;
use std::process::Output;

fn hex(header: &Header) -> String {
    header.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn grind(arguments: &[&str]) -> Output {
    hashjoule([&["grind"], arguments].concat()).output().unwrap()
}

#[track_caller]
fn solved(arguments: &[&str]) -> Header {
    let output = grind(arguments);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let line = text.strip_suffix('\n').unwrap();
    assert_eq!(line.len(), 160);
    let byte = |i: usize| u8::from_str_radix(&line[2 * i..2 * i + 2], 16).unwrap();
    Header::from_bytes(&std::array::from_fn(byte))
}

#[track_caller]
fn fails_with(arguments: &[&str], text: &str) {
    let output = grind(arguments);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!((String::from_utf8(output.stderr).unwrap().trim_end(), &output.stdout[..]), (text, &b""[..]));
}

/// Twenty headers of different times, roots and targets, as easy as signet's custom networks are.
fn headers() -> impl Iterator<Item = Header> {
    let bits = [0x207f_ffff, 0x1f7f_ffff, 0x1f00_ffff, 0x1e7f_ffff, 0x1e03_77ae];
    (0..20).map(move |i: u8| Header {
        version: 0x2000_0000,
        prev_blockhash: [i; 32],
        merkle_root: [!i; 32],
        time: 1_700_000_000 + u32::from(i),
        bits: bits[usize::from(i) % bits.len()],
        nonce: u32::from(i) * 1_000_003,
    })
}

#[test]
fn twenty_headers_are_solved_with_the_lowest_nonce() {
    for header in headers() {
        let found = solved(&[&hex(&header)]);
        let target = CompactTarget(header.bits).to_target().unwrap();
        assert!(target.is_met_by(&found.block_hash()), "{found:?}");
        assert_eq!(Header { nonce: header.nonce, ..found }, header, "only the nonce may change");
        let mut below = Vec::new();
        Kernel::detect().search(&Job::new(&header, target), 0..u64::from(found.nonce), &mut below);
        assert!(below.is_empty(), "{below:?} solve {header:?} too");
    }
}

/// Bitcoin Core's text, for nBits that hold no target.
#[test]
fn an_impossible_target_is_exit_1_with_bitcoin_cores_text() {
    for bits in [0, 0x1d80_ffff, 0xff12_3456, 0x0100_0000] {
        fails_with(&[&hex(&Header { bits, ..Header::GENESIS })], "Could not satisfy difficulty target");
    }
}

/// A header that is solved within its second keeps it, with or without leave to roll.
#[test]
fn the_time_stays() {
    let header = headers().next().unwrap();
    assert_eq!(solved(&[&hex(&header)]).time, header.time);
    assert_eq!(solved(&["--roll-time", &hex(&header)]).time, header.time, "solved within its second: nothing to roll");
}

#[test]
fn what_is_no_header_is_exit_1_on_stderr() {
    let good = hex(&Header::GENESIS);
    fails_with(&[], "Must specify block header to grind");
    fails_with(&[&good, &good], "Must specify block header to grind");
    fails_with(&["--frobnicate"], "Could not decode block header: Invalid character '-' at position 0");
    fails_with(&["zz"], "Could not decode block header: Invalid character 'z' at position 0");
    fails_with(&["abc"], "Could not decode block header: Odd number of digits");
    fails_with(&[""], "Could not decode block header: 0 bytes, a header has 80");
    fails_with(&[&good[..158]], "Could not decode block header: 79 bytes, a header has 80");
    fails_with(&[&format!("{good}00")], "Could not decode block header: 81 bytes, a header has 80");
    let quiet = grind(&["-q", "zz"]);
    assert!(quiet.status.code() == Some(1) && !quiet.stderr.is_empty());
}

#[test]
fn a_tool_gets_a_document() {
    let header = headers().next().unwrap();
    let solved = solved(&[&hex(&header)]);
    let output = grind(&["--json", &hex(&header)]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&document["schema"], &document["header"]), (&"hashjoule-grind/1".into(), &hex(&solved).into()));
    let hash = solved.block_hash().to_string();
    assert_eq!((&document["nonce"], &document["hash"]), (&solved.nonce.into(), &hash.into()));
}
