//! The record of a bench: written and read back it is the same, and compared with itself nothing has changed.

use hashjoule::bench::diff::{Diff, Verdict};
use hashjoule::bench::record::{Record, RecordError};

pub fn any(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Record::from_json(text) {
        Ok(record) => {
            let written = serde_json::to_string(&record).unwrap();
            assert_eq!(Record::from_json(&written).unwrap(), record);
            beside_itself(&record);
        }
        Err(error) => refused(&error, text),
    }
}

fn beside_itself(record: &Record) {
    let diff = Diff::new(record, record, 0.05);
    assert!(diff.only_in_a.is_empty() && diff.only_in_b.is_empty());
    assert!(diff.changes.iter().all(|change| change.change == 0.0), "{diff:?}");
    assert!(diff.changes.iter().all(|change| matches!(change.verdict, Verdict::Same | Verdict::NotJudged)), "{diff:?}");
    let rate = |index: usize| record.results[index].hashes_per_second.median;
    let fastest = record.fastest().map(|fastest| fastest.hashes_per_second.median);
    assert!((0..record.results.len()).all(|index| Some(rate(index)) <= fastest));
}

fn refused(error: &RecordError, text: &str) {
    let message = error.to_string();
    assert!(!message.is_empty());
    match error {
        RecordError::Json(error) => super::assert_line(error.line().max(1), text.as_bytes(), &message),
        RecordError::Figure { index, name, .. } => {
            assert!(message.contains(&format!("results[{index}] ({name})")), "{message}");
        }
        RecordError::NoSchema | RecordError::Schema(_) => assert!(message.contains("schema"), "{message}"),
        other => panic!("no file was read: {other}"),
    }
}
