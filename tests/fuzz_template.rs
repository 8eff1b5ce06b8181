//! The fuzzer's body for template JSON, on stable: over its corpus, and over inputs made from it by cutting, flipping and
//! putting extreme values in.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a test fails loudly and prints its skips")]
#![cfg(feature = "net")]

use hashjoule::work::node::exercise;
use proptest::prelude::*;
use serde_json::{Value, json};

fn corpus() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/template");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 4, "the corpus is gone");
    files.into_iter().map(|file| std::fs::read(file).unwrap()).collect()
}

#[test]
fn the_corpus_holds_templates_that_are_taken_and_some_that_are_not() {
    use hashjoule::work::node::{Answer, Recipe, Template};
    let recipe = Recipe { payout_script: vec![0x51], text: Vec::new(), tag: [0; 4], version_mask: 0 };
    let is_taken = |bytes: &Vec<u8>| {
        exercise::template(bytes);
        serde_json::from_slice::<Answer>(bytes).is_ok_and(|answer| Template::new(&answer, &recipe).is_ok())
    };
    let taken = corpus().iter().filter(|bytes| is_taken(bytes)).count();
    assert!(taken >= 3 && taken < corpus().len(), "{taken} taken");
}

/// Values that are at home nowhere.
fn extreme(which: usize) -> Value {
    let values = [
        json!(null),
        json!(-1),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("00"),
        json!("ff".repeat(101)),
        json!("é".repeat(8)),
        json!([]),
        json!({}),
        json!(["!segwit", "coinbase", "time"]),
        json!(0xffff_ffffu32),
        json!("00000000ffffffff"),
    ];
    values[which % values.len()].clone()
}

/// Eight times the usual number; `PROPTEST_CASES` asks for more.
fn cases() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases * 8, ..usual }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn bytes_cut_flipped_and_joined(
        which in any::<prop::sample::Index>(), other in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut in any::<prop::sample::Index>(), join in any::<bool>(),
    ) {
        let corpus = corpus();
        let mut bytes: Vec<u8> = which.get(&corpus).clone();
        for (place, value) in flips {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if join {
            let other: &Vec<u8> = other.get(&corpus);
            bytes.truncate(cut.index(bytes.len()));
            bytes.extend(&other[cut.index(other.len())..]);
        }
        exercise::template(&bytes);
    }

    #[test]
    fn extreme_values_under_every_key(
        which in any::<prop::sample::Index>(), changes in prop::collection::vec((any::<prop::sample::Index>(), 0usize..64), 1..5),
    ) {
        let corpus = corpus();
        let bytes: &Vec<u8> = which.get(&corpus);
        let Ok(Value::Object(mut answer)) = serde_json::from_slice::<Value>(bytes) else { return Ok(()) };
        let keys: Vec<String> = answer.keys().cloned().chain(["coinbasetxn", "maxtime", "workid"].map(str::to_owned)).collect();
        for (key, value) in changes {
            answer.insert(key.get(&keys).clone(), extreme(value));
        }
        exercise::template(&serde_json::to_vec(&answer).unwrap());
    }
}
