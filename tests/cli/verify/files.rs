//! Other people's vector files, and lists of known failures.

use super::*;

fn written(name: &str, text: &str) -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    std::fs::write(&path, text).unwrap();
    (directory, path.display().to_string())
}

fn document(group: &str, cases: &[Value]) -> String {
    json!({"schema": "hashjoule-vectors/1", "group": group, "cases": cases}).to_string()
}

/// The rows of a simple CSV, by column name.
fn csv(path: &str) -> Vec<std::collections::HashMap<String, String>> {
    let text = std::fs::read_to_string(here(path)).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let head = lines.next().unwrap();
    lines.map(|row| head.iter().cloned().zip(row).collect()).collect()
}

#[test]
fn vectors_from_an_outside_csv_are_converted_and_verified() {
    let headers: Vec<Value> = csv("vectors/make/sources/headers_mainnet_2016.csv")
        .iter()
        .map(|row| json!({"id": format!("header_hash/height-{}", row["height"]), "input": {"header": row["header_hex"]}, "expect": {"hash": row["hash"]}}))
        .collect();
    let bits: Vec<Value> = csv("vectors/make/sources/nbits.csv")
        .iter()
        .map(|row| {
            let is_target = row["negative"] == "0" && row["overflow"] == "0" && row["zero"] == "0";
            let target = if is_target { json!(row["target_hex"]) } else { Value::Null };
            json!({"id": format!("target_bits/{}", row["nbits_hex"]), "input": {"bits": row["nbits_hex"]}, "expect": {"target": target, "negative": row["negative"] == "1"}})
        })
        .collect();
    assert!(headers.len() == 436 && bits.len() == 32);
    let (_a, headers) = written("headers.json", &document("header_hash", &headers));
    let (_b, bits) = written("bits.json", &document("target_bits", &bits));
    let ran = verify(&[&headers, &bits, "--kernel", "portable"]);
    assert_eq!((ran.code, ran.last()), (0, "436 passed, 0 failed, 0 skipped"));
    let report = json_of(&[&headers, &bits, "--require", "portable"]);
    assert_eq!((&report["implementations"][0]["passed"], &report["failed"]), (&json!(436 + 32), &json!(0)));
}

#[test]
fn a_wrong_vector_of_someone_fails() {
    let genesis = hashjoule::header::Header::GENESIS;
    let header: String = genesis.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let case = json!({"id": "header_hash/mine", "input": {"header": header}, "expect": {"hash": "00".repeat(32)}});
    let (_directory, path) = written("mine.json", &document("header_hash", &[case]));
    let ran = verify(&[&path, "--kernel", "scalar"]);
    assert_eq!((ran.code, ran.last()), (1, "0 passed, 1 failed, 0 skipped"));
    let expected =
        format!("FAILED scalar header_hash/mine: hash is \"{}\", expected {}", genesis.block_hash(), "00".repeat(32));
    assert!(ran.out.contains(&expected), "{}", ran.out);
    let ran = verify(&[&path, &path]);
    assert!(ran.code == 3 && ran.err.contains("the id \"header_hash/mine\" stands in"), "{}", ran.err);
}

#[test]
fn bad_files_are_exit_3_with_file_and_position() {
    let refused = |text: &str, part: &str| {
        let (_directory, path) = written("bad.json", text);
        let ran = verify(&[&path]);
        assert!(ran.code == 3 && ran.out.is_empty(), "exit {}: {}", ran.code, ran.out);
        assert!(ran.err.starts_with(&format!("error: {path}:1:")) && ran.err.contains(part), "{}", ran.err);
        let error: Value = serde_json::from_str(&verify(&[&path, "--json"]).out).unwrap();
        assert_eq!(error["error"]["code"], "vectors");
    };
    refused(&document("scan", &[])[..40], "EOF");
    refused(&document("scam", &[]), "unknown group \"scam\"");
    refused(&document("scan", &[]).replace("vectors/1", "vectors/9"), "this program reads \"hashjoule-vectors/1\"");
    refused(&"[".repeat(300_000), "");
    let missing = verify(&["no/such.json"]);
    assert!(missing.code == 3 && missing.err.contains("no/such.json: cannot open"), "{}", missing.err);
}

/// 100 MB that are no vector file: the address space is limited to far less.
#[test]
fn a_hundred_megabytes_of_rubbish_need_little_memory() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rubbish.json");
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(100_000_000).unwrap();
    let limited = format!("ulimit -v 400000; exec {} verify {}", env!("CARGO_BIN_EXE_hashjoule"), path.display());
    let output = Command::new("sh").args(["-c", &limited]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(3) && text.contains("larger than 16 MiB"), "{text}");
}

#[test]
fn known_failures_have_a_reason_and_must_fail() {
    let known = |text: &str, mode: &str| {
        let (_directory, path) = written("known", text);
        exec(mode, &["--known-failures", &path])
    };
    let all_but = "header_hash/made-up-all-zero the pipe breaks\n";
    let ran = known(all_but, "dies");
    assert!(ran.code == 0 && ran.out.contains("skipped 1: known failure: the pipe breaks"), "{}", ran.out);
    assert!(ran.last().starts_with("7 passed, 0 failed, "), "{}", ran.out);
    let ran = known("# all is well\n\nheader_hash/made-up-all-ones flaky\n", "fine");
    assert!(ran.code == 1 && ran.out.contains("passes, but stands among the known failures (flaky)"), "{}", ran.out);
    for (text, part) in [
        ("header_hash/genesis\n", "line 1: \"header_hash/genesis\" has no reason"),
        ("header_hash/nobody why\n", "line 1: no vector has the id \"header_hash/nobody\""),
        ("header_hash/genesis a\nheader_hash/genesis b\n", "line 2: \"header_hash/genesis\" stands here a second time"),
    ] {
        let ran = known(text, "fine");
        assert!(ran.code == 3 && ran.err.contains(part), "{}", ran.err);
    }
}
