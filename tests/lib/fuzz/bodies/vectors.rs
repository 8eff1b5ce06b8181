//! Vector files, in JSON and as NIST writes them: written and read back the cases are the same, and our functions have an
//! answer to every question.

use hashjoule::vectors::{Answer, Case, File, Question, SCHEMA, VectorError, parse};
use hashjoule::verify::functions::Functions;
use serde_json::{Value, json};

/// More hashes than this are not worth an input's time.
const HASHES: u64 = 4_000;

pub fn any(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for (name, write) in [("fuzz.v1.json", as_json as fn(&File) -> String), ("fuzz.rsp", as_response_file)] {
        match parse(name, text) {
            Ok(file) => {
                let again = parse(name, &write(&file)).unwrap();
                assert_eq!(file.group, again.group);
                assert_eq!(file.cases.len(), again.cases.len());
                file.cases.iter().zip(&again.cases).for_each(|(case, again)| assert_same(case, again));
                answered(&file);
            }
            Err(error) => refused(&error, name, text),
        }
    }
}

fn refused(error: &VectorError, name: &str, text: &str) {
    let message = error.to_string();
    assert!(message.starts_with(&format!("{name}:")) && !error.what.is_empty(), "{message}");
    if let Some((line, _)) = error.position {
        // A text without any line ends at line 0.
        super::assert_line(line.max(1), text.as_bytes(), &message);
    }
}

fn assert_same(case: &Case, again: &Case) {
    assert_eq!((&case.id, &case.flags, &case.source), (&again.id, &again.flags, &again.source));
    assert_eq!((&case.question, &case.answer), (&again.question, &again.answer));
}

/// Each answer is one to the question that was asked.
fn answered(file: &File) {
    let mut left = HASHES;
    for case in &file.cases {
        let Some(rest) = left.checked_sub(case.question.hashes()) else { return };
        left = rest;
        let answer = Functions::RIGHT.answer(&case.question);
        assert_eq!(std::mem::discriminant(&answer), std::mem::discriminant(&case.answer), "{case:?}");
    }
}

fn as_json(file: &File) -> String {
    let case = |case: &Case| {
        let mut input = serde_json::to_value(&case.question).unwrap();
        input.as_object_mut().unwrap().remove("op");
        json!({ "id": case.id, "flags": case.flags, "source": case.source, "input": input, "expect": case.answer })
    };
    let cases: Vec<Value> = file.cases.iter().map(case).collect();
    json!({
        "schema": SCHEMA, "group": file.group, "about": file.about,
        "sources": file.sources, "flags": file.flags, "cases": cases,
    })
    .to_string()
}

fn as_response_file(file: &File) -> String {
    let case = |case: &Case| {
        let question = match &case.question {
            Question::Sha256(input) => format!("Len = {}\nMsg = {}", 8 * input.message.0.len(), input.message),
            Question::Sha256Monte(input) => format!("Seed = {}", input.seed),
            other => panic!("{other:?} in a response file"),
        };
        let (Answer::Sha256(expect) | Answer::Sha256Monte(expect)) = &case.answer else { panic!("{case:?}") };
        format!("{question}\nMD = {}\n", expect.digest)
    };
    file.cases.iter().map(case).collect()
}
