use super::*;
use crate::energy::{Boundary, Provenance, Quality};

const EXAMPLE: &str = include_str!("../../../tests/data/bench-example.json");

fn example() -> Record {
    Record::from_json(EXAMPLE).expect("the example is a record")
}

/// The example with one piece of its text replaced.
fn changed(from: &str, to: &str) -> String {
    assert!(EXAMPLE.contains(from), "{from}");
    Record::from_json(&EXAMPLE.replacen(from, to, 1)).expect_err(to).to_string()
}

#[test]
fn the_example_survives_writing_and_reading() {
    let record = example();
    let text = serde_json::to_string(&record).unwrap();
    assert_eq!(Record::from_json(&text).unwrap(), record);
    assert_eq!(record.fastest().map(Measured::name).as_deref(), Some("avx512 rolling, 2 threads"));
}

/// A reader of floats that is nearly right gives a figure that is written in another way.
#[test]
fn a_figure_reads_as_it_was_written() {
    let text = EXAMPLE.replacen("8912345.6", "8912345.60000000111", 1).replacen("9001469.056", "9046476.401111113", 1);
    let record = Record::from_json(&text).unwrap();
    assert_eq!(record.results[0].hashes_per_second.high, 9_046_476.401_111_113);
    let written = serde_json::to_string(&record).unwrap();
    assert!(written.contains("9046476.401111113"));
    assert_eq!(Record::from_json(&written).unwrap(), record);
}

#[test]
fn the_example_carries_its_labels() {
    let joules = example().fastest().and_then(|r| r.joules_per_hash).unwrap();
    assert_eq!((joules.labels.provenance, joules.labels.boundary), (Provenance::Declared, Boundary::Declared));
    assert_eq!(joules.labels.quality, Quality::L0);
    assert_eq!(joules.efficiency().to_string(), "1,100,000 J/TH");
}

#[test]
fn the_smallest_record_is_enough() {
    let digest = "0".repeat(64);
    let text = format!(
        r#"{{"schema":"hashjoule-bench/1","machine":{{}},"interrupted":false,"results":[
        {{"kernel":"avx2","mode":"rolling","versions":128,"threads":1,"ratio_to_sha2":null,"joules_per_hash":null,
        "hashes_per_second":{{"median":1e7,"mad":0,"low":1e7,"high":1e7}},"hits_digest":"{digest}"}}]}}"#
    );
    let record = Record::from_json(&text).unwrap();
    assert_eq!(record.results[0].rate(), HashRate::from_hashes_per_second(1e7));
    assert_eq!(record.results[0].joules_per_hash, None);
}

#[test]
fn what_is_no_record_says_why() {
    let error = |text: &str| Record::from_json(text).unwrap_err().to_string();
    assert!(error("").contains("ends in the middle"));
    assert!(error(&EXAMPLE[..EXAMPLE.len() / 2]).contains("ends in the middle"));
    assert!(error("[]").contains("\"schema\" is missing"));
    assert!(error("hello").contains("line 1 column 1"));
    assert!(error(r#"{"schema":"hashjoule-bench/2"}"#).contains(r#"schema "hashjoule-bench/2" is not"#));
    assert!(error(r#"{"schema":"hashjoule-bench/1","results":[],"interrupted":false}"#).contains("`machine`"));
}

#[test]
fn what_a_later_minor_version_adds_is_passed_over() {
    let later = EXAMPLE.replace("\"interrupted\"", "\"cpu_quota\": 0.5, \"interrupted\"");
    let later = later.replace("\"hits_digest\"", "\"new_figure\": {\"a\": [1]}, \"hits_digest\"");
    assert_ne!(later, EXAMPLE);
    assert_eq!(Record::from_json(&later).unwrap(), Record::from_json(EXAMPLE).unwrap());
}

#[test]
fn figures_that_cannot_be_are_refused_by_name() {
    let name = "results[0] (sha2 one-version, 1 thread)";
    let error = changed("\"median\": 8912345.6", "\"median\": -1");
    assert!(error.contains(name) && error.contains("hashes_per_second.median is -1"), "{error}");
    assert!(changed("\"median\": 8912345.6", "\"median\": 1").contains("does not hold"));
    assert!(changed("\"threads\": 1", "\"threads\": 0").contains("at least 1"));
    assert!(changed("\"hits_digest\": \"", "\"hits_digest\": \"xyz").contains("64 hex digits"));
}

#[test]
fn a_file_that_is_not_there_says_so() {
    let error = Record::read(std::path::Path::new("no/such/record.json")).unwrap_err();
    assert!(matches!(error, RecordError::Io(_)), "{error}");
}
