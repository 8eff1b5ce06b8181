//! The vector files: complete, true to their schemas, made by their scripts; and bad files are refused with a position.

use hashjoule::vectors::{self, EMBEDDED, GROUPS, HeaderHash, MAX_BYTES, Retarget, TargetBits};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_group_has_cases_and_every_id_is_unique() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut ids = HashSet::new();
    for case in vectors::embedded().into_iter().flat_map(|file| file.cases) {
        *counts.entry(case.question.op()).or_default() += 1;
        assert!(ids.insert(case.id.clone()), "{} stands twice", case.id);
    }
    let named: HashSet<&str> = counts.keys().copied().collect();
    assert_eq!(named, GROUPS.iter().copied().collect());
    assert!(counts["header_hash"] >= 436 + 30, "named headers and those of all epochs: {counts:?}");
    assert!(counts.values().all(|count| *count >= 5), "{counts:?}");
}

#[test]
fn every_file_on_disk_is_embedded() {
    let below = |name: &str, extension: &str| -> Vec<String> {
        let entries = std::fs::read_dir(directory().join(name)).unwrap().map(|e| e.unwrap().file_name());
        let names = entries.map(|e| e.into_string().unwrap()).filter(|e| e.ends_with(extension));
        names.map(|e| if name.is_empty() { e } else { format!("{name}/{e}") }).collect()
    };
    let on_disk: HashSet<String> = [below("", ".v1.json"), below("nist", ".rsp")].concat().into_iter().collect();
    assert_eq!(on_disk, EMBEDDED.iter().map(|(name, _)| String::from(*name)).collect());
}

#[test]
fn files_fit_their_closed_schemas() {
    for group in GROUPS {
        let schema = json(&directory().join(format!("schema/{group}.v1.schema.json")));
        let validator = jsonschema::validator_for(&schema).unwrap();
        let file = directory().join(format!("{group}.v1.json"));
        if group.starts_with("sha256") {
            continue; // held by NIST's files, which are no JSON
        }
        let document = json(&file);
        if let Some(error) = validator.iter_errors(&document).next() {
            panic!("{group}: {error} at {}", error.instance_path());
        }
        for place in ["", "/cases/0", "/cases/0/input", "/cases/0/expect"] {
            let mut wrong = document.clone();
            wrong.pointer_mut(place).unwrap()["surplus"] = Value::Bool(true);
            assert!(!validator.is_valid(&wrong), "{group}: the schema lets a surplus key pass at {place:?}");
            assert!(
                vectors::parse("x.json", &wrong.to_string()).is_err(),
                "{group}: the loader lets it pass at {place:?}"
            );
        }
    }
}

/// What the loader reads is what the file says: questions and answers, written again, are the same JSON.
#[test]
fn nothing_is_lost_in_reading() {
    for (name, text) in EMBEDDED.iter().filter(|(name, _)| name.ends_with(".json")) {
        let document: Value = serde_json::from_str(text).unwrap();
        let read = vectors::parse(name, text).unwrap();
        let raw = document["cases"].as_array().unwrap();
        assert_eq!(raw.len(), read.cases.len());
        for (case, raw) in read.cases.iter().zip(raw) {
            let mut question = serde_json::to_value(&case.question).unwrap();
            assert_eq!(question.as_object_mut().unwrap().remove("op"), Some(Value::from(read.group)));
            assert_eq!((&question, &serde_json::to_value(&case.answer).unwrap()), (&raw["input"], &raw["expect"]));
        }
    }
}

#[test]
fn nist_messages_are_all_read() {
    let count = |name: &str| vectors::read(&directory().join("nist").join(name)).unwrap().cases.len();
    assert_eq!(count("SHA256ShortMsg.rsp"), 65);
    assert_eq!(count("SHA256LongMsg.rsp"), 64);
    assert_eq!(count("SHA256Monte.rsp"), 100);
}

/// The typed interface for other crates' tests, and this crate's own domain under it.
#[test]
fn the_domain_agrees_with_the_typed_vectors() {
    use hashjoule::target::{CompactTarget, Target};
    for vector in vectors::of::<HeaderHash>() {
        let hash = hashjoule::header::Header::from_bytes(&vector.input.header.0).block_hash();
        assert_eq!(hash.to_display_bytes(), vector.expect.hash.0, "{}", vector.id);
    }
    for vector in vectors::of::<TargetBits>() {
        let target = CompactTarget(vector.input.bits.to_u32()).to_target().ok();
        assert_eq!(target, vector.expect.target.map(|hex| Target::from_be_bytes(hex.0)), "{}", vector.id);
    }
    for vector in vectors::of::<Retarget>() {
        let input = vector.input;
        let limit = Target::from_be_bytes(input.limit.0);
        let next = CompactTarget(input.bits.to_u32()).next(input.first_time, input.last_time, limit).unwrap();
        assert_eq!(next.0, vector.expect.bits.to_u32(), "{}", vector.id);
    }
}

/// `vectors/make/check.py` proves that the files are what the scripts make; this, that none was touched since.
#[test]
fn the_manifest_names_every_file_with_its_digest() {
    let manifest = std::fs::read_to_string(directory().join("MANIFEST.sha256")).unwrap();
    let digest = |path: &str| -> String {
        let bytes = std::fs::read(directory().join(path)).unwrap();
        hashjoule::sha256::sha256(&bytes).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    for line in manifest.lines() {
        let (expected, path) = line.split_once("  ").unwrap();
        assert_eq!(digest(path), expected, "{path}");
    }
    for (name, _) in EMBEDDED {
        assert!(manifest.contains(&format!("  {name}\n")), "{name}");
    }
}

const GOOD: &str = r#"{
  "schema": "hashjoule-vectors/1",
  "group": "target_bits",
  "sources": {"s": "a source"},
  "flags": {"f": "a flag"},
  "cases": [
    {"id": "target_bits/a", "flags": ["f"], "source": "s", "input": {"bits": "1d00ffff"}, "expect": {"target": null}},
    {"id": "target_bits/b", "input": {"bits": "1d00ffff"}, "expect": {"target": null, "negative": false}}
  ]
}"#;

#[track_caller]
fn refused(text: &str, start: &str, part: &str) {
    let error = vectors::parse("f.json", text).unwrap_err().to_string();
    assert!(error.starts_with(start) && error.contains(part), "{error}");
    assert!(error.len() < 600, "{} characters are too many for a message", error.len());
}

#[test]
fn a_file_of_someone_else_is_read() {
    assert_eq!(vectors::parse("f.json", GOOD).unwrap().cases.len(), 2);
}

#[test]
fn bad_files_are_refused_with_file_and_position() {
    let with = |from: &str, to: &str| {
        assert!(GOOD.contains(from));
        GOOD.replacen(from, to, 1)
    };
    refused("", "f.json:1:0: ", "EOF");
    refused("[1, 2]", "f.json:1:", "invalid");
    refused(&with("vectors/1", "vectors/2"), "f.json:2:", "this program reads \"hashjoule-vectors/1\"");
    refused(
        &with("target_bits", "target_bids"),
        "f.json:3:",
        "unknown group \"target_bids\": the groups are header_hash",
    );
    refused(&with("target_bits/b", "target_bits/a"), "f.json:8: ", "a second time");
    refused(&with("target_bits/b", "target_bits/B"), "f.json:8:", "lower-case");
    refused(&with("target_bits/b", "scan/b"), "f.json:8: ", "does not start with the group");
    refused(&with("1d00ffff", "1d00fff"), "f.json:7:", "7 hex digits, an odd number");
    refused(&with("1d00ffff", "1d00ff"), "f.json:7:", "6 hex digits where 8 are wanted");
    refused(&with("1d00ffff", "1d00ffxf"), "f.json:7:", "'x' at place 6 is no hex digit");
    refused(&with("\"1d00ffff\"", "486604799"), "f.json:7:", "expected 8 hex digits");
    refused(&with("{\"target\": null}", "{}"), "f.json:7:", "missing field `target`");
    refused(&with("\"flags\": [\"f\"]", "\"flags\": [\"g\"]"), "f.json:7: ", "\"g\" is not explained");
    refused(&with("\"source\": \"s\"", "\"source\": \"t\""), "f.json:7: ", "\"t\" is not named");
    refused(&with("\"negative\"", "\"negativ\""), "f.json:8:", "unknown field `negativ`");
    refused(&with("\"group\"", "\"group\": \"scan\", \"group\""), "f.json:3:", "duplicate field `group`");
    refused(&format!("{GOOD} {GOOD}"), "f.json:10:", "trailing characters");
    let range = r#"{"schema": "hashjoule-vectors/1", "group": "scan", "cases": [{"id": "scan/a", "input":
        {"header": "HEADER", "start": 4294967295, "count": 2, "target": "TARGET"}, "expect": {"nonces": []}}]}"#;
    let range = range.replace("HEADER", &"00".repeat(76)).replace("TARGET", &"ff".repeat(32));
    refused(&range, "f.json:1: ", "start + count is 4294967297, above 2^32");
    refused(&range.replace("\"count\": 2", "\"count\": 18446744073709551615"), "f.json:2:", "above 2^32");
}

/// Wherever the file ends: an error at that place, never a panic.
#[test]
fn a_file_cut_off_anywhere_is_refused() {
    let (name, text) = EMBEDDED.iter().find(|(name, _)| name.starts_with("merkle")).unwrap();
    let end = text.trim_end().len();
    for cut in (0..end).step_by(97).chain(end - 40..end) {
        let error = vectors::parse(name, &text[..cut]).unwrap_err();
        assert!(error.position.is_some(), "{error}");
    }
}

#[test]
fn deep_nesting_is_refused() {
    let deep = "[".repeat(1_000_000);
    refused(&deep, "f.json:1:", "");
    refused(&GOOD.replacen("null", &deep, 1), "f.json:7:", "");
    refused(&GOOD.replacen("\"a source\"", &deep, 1), "f.json:4:", "");
    let objects = "{\"a\":".repeat(1_000_000);
    refused(&objects, "f.json:1:", "");
}

#[test]
fn a_huge_file_is_refused_without_being_held() {
    let file = tempfile::NamedTempFile::with_suffix(".json").unwrap();
    file.as_file().set_len(100 << 20).unwrap(); // 100 MiB of zeros
    let error = vectors::read(file.path()).unwrap_err().to_string();
    assert!(error.contains(&format!("larger than {} MiB", MAX_BYTES >> 20)), "{error}");
}

#[test]
fn rubbish_is_refused() {
    use std::io::Write;
    let write = |bytes: &[u8]| {
        let mut file = tempfile::NamedTempFile::with_suffix(".json").unwrap();
        file.write_all(bytes).unwrap();
        vectors::read(file.path()).unwrap_err().to_string()
    };
    assert!(write(b"abc\xffdef").contains("offset 3"));
    assert!(write(&vec![b'x'; 1 << 20]).contains(":1:1: "));
    let missing = vectors::read(Path::new("no/such/file.json")).unwrap_err().to_string();
    assert!(missing.starts_with("no/such/file.json: cannot open: "), "{missing}");
}

#[test]
fn nist_files_that_are_wrong_are_refused_with_the_line() {
    let good = "# comment\n[L = 32]\n\nLen = 8\nMsg = d3\nMD = 28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1\n";
    assert_eq!(vectors::parse("f.rsp", good).unwrap().cases[0].id, "sha256/f-0");
    for (from, to, error) in [
        ("Len = 8", "Len = 16", "f.rsp:6: Len says 16 bits, Msg has 8"),
        ("Len = 8", "Len = 7", "f.rsp:6: a message of 7 bits is no whole number of bytes"),
        ("Len = 8", "Len = many", "f.rsp:4: Len \"many\" is no number of bits"),
        ("Msg = d3", "Msg = d", "f.rsp:5: Msg: 1 hex digits, an odd number"),
        ("Msg = d3", "Message", "f.rsp:5: \"Message\" is no \"key = value\""),
        ("MD = 28", "MD = ", "f.rsp:6: MD: 62 hex digits where 64 are wanted"),
        ("MD = 28", "# ", "f.rsp:6: the file ends before the message's MD"),
    ] {
        assert_eq!(vectors::parse("f.rsp", &good.replace(from, to)).unwrap_err().to_string(), error);
    }
    assert!(vectors::parse("f.rsp", "").is_err());
}
