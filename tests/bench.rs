//! The record against its schema, and the command `bench` from outside.
#![cfg(feature = "cli")]

use serde_json::Value;

fn schema() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(include_str!("../schemas/hashjoule-bench.v1.schema.json")).unwrap();
    jsonschema::draft202012::new(&schema).expect("the schema is a schema")
}

fn assert_valid(record: &Value) {
    let errors: Vec<String> = schema().iter_errors(record).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn the_example_is_valid_and_so_is_what_we_write_of_it() {
    let text = include_str!("data/bench-example.json");
    assert_valid(&serde_json::from_str(text).unwrap());
    let record = hashjoule::bench::record::Record::from_json(text).unwrap();
    assert_valid(&serde_json::to_value(record).unwrap());
}

#[test]
fn the_schema_refuses_what_it_should() {
    let mut record: Value = serde_json::from_str(include_str!("data/bench-example.json")).unwrap();
    record["machine"]["host_name"] = "anything".into();
    assert!(!schema().is_valid(&record));
    record["machine"].as_object_mut().unwrap().remove("host_name");
    record["results"][0]["hashes_per_second"]["median"] = 0.into();
    assert!(!schema().is_valid(&record));
}
