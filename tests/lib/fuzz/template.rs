//! Templates are JSON with a plan: beyond changed bytes, extreme values under every key.

use super::corpus;
use hashjoule::work::node::exercise;
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn the_corpus_holds_templates_that_are_taken_and_some_that_are_not() {
    use hashjoule::work::node::{Answer, Recipe, Template};
    let recipe = Recipe { payout_script: vec![0x51], text: Vec::new(), tag: [0; 4], version_mask: 0 };
    let is_taken = |bytes: &Vec<u8>| {
        exercise::template(bytes);
        serde_json::from_slice::<Answer>(bytes).is_ok_and(|answer| Template::new(&answer, &recipe).is_ok())
    };
    let taken = corpus("template").iter().filter(|bytes| is_taken(bytes)).count();
    assert!(taken >= 3 && taken < corpus("template").len(), "{taken} taken");
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
    fn extreme_values_under_every_key(
        which in any::<prop::sample::Index>(), changes in prop::collection::vec((any::<prop::sample::Index>(), 0usize..64), 1..5),
    ) {
        let corpus = corpus("template");
        let bytes: &Vec<u8> = which.get(&corpus);
        let Ok(Value::Object(mut answer)) = serde_json::from_slice::<Value>(bytes) else { return Ok(()) };
        let keys: Vec<String> = answer.keys().cloned().chain(["coinbasetxn", "maxtime", "workid"].map(str::to_owned)).collect();
        for (key, value) in changes {
            answer.insert(key.get(&keys).clone(), extreme(value));
        }
        exercise::template(&serde_json::to_vec(&answer).unwrap());
    }
}
