//! The record against its schema, and the command `bench` from outside.

use crate::hashjoule;
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

fn shipped() -> Value {
    serde_json::from_str(include_str!("../../schemas/hashjoule-bench.v1.schema.json")).expect("the schema is JSON")
}

/// Closes every object of a schema: what we write ourselves has no key that the schema does not describe.
fn close(schema: &mut Value) {
    if let Value::Object(map) = schema {
        if map.contains_key("properties") {
            map.insert("additionalProperties".to_owned(), false.into());
        }
        map.values_mut().for_each(close);
    }
}

fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::draft202012::new(schema).expect("the schema is a schema")
}

fn strict() -> jsonschema::Validator {
    let mut schema = shipped();
    close(&mut schema);
    validator(&schema)
}

fn assert_valid(record: &Value) {
    let errors: Vec<String> = strict().iter_errors(record).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn the_example_is_valid_and_so_is_what_we_write_of_it() {
    let text = include_str!("../data/bench-example.json");
    assert_valid(&serde_json::from_str(text).unwrap());
    let record = hashjoule::bench::record::Record::from_json(text).unwrap();
    assert_valid(&serde_json::to_value(record).unwrap());
}

#[test]
fn the_schema_lets_a_later_minor_version_add_keys_and_refuses_what_it_should() {
    let mut record: Value = serde_json::from_str(include_str!("../data/bench-example.json")).unwrap();
    record["machine"]["new_key"] = "anything".into();
    assert!(validator(&shipped()).is_valid(&record) && !strict().is_valid(&record));
    record["results"][0]["hashes_per_second"]["median"] = 0.into();
    assert!(!validator(&shipped()).is_valid(&record));
}

fn ended(args: &[&str]) -> (Option<i32>, String, String) {
    let output = hashjoule(args).output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// The shortest run there is: seven rounds of the yardstick and of `portable`.
const SHORT: [&str; 8] = ["bench", "--kernels", "portable", "--modes", "one-version", "--threads", "1", "--hashes=1"];

#[test]
fn a_run_writes_the_record_that_it_prints_and_gives_a_meter_none_of_our_variables() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("record.json");
    let meter = r#"sh -c 'test -z "$HASHJOULE_SECRET" && echo 50 W'"#;
    let output = hashjoule(SHORT)
        .args(["--json", "--label", "the lab's", "--record", file.to_str().unwrap()])
        .args(["--meter-cmd", meter, "--windows=1", "--window=200ms", "--idle=0", "--meter-every=50ms"])
        .env("HASHJOULE_SECRET", "hush")
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let printed: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    assert_valid(&printed);
    let written: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(printed, written);
    assert_eq!(printed["interrupted"], false);
    assert_eq!(printed["label"], "the lab's");
    assert_eq!(printed["energy"]["meter"]["boundary"], "wall");
    let command = printed["command"].as_str().unwrap();
    assert!(command.contains("--meter-cmd 'sh ...'") && !command.contains("SECRET"), "{command}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains(folder.path().to_str().unwrap()), "a record holds no path");
    let metered: Vec<&Value> =
        printed["results"].as_array().unwrap().iter().filter(|r| !r["joules_per_hash"].is_null()).collect();
    assert_eq!(metered.len(), 1);
    assert_eq!(metered[0]["joules_per_hash"]["quality"], "L3");
}

#[test]
fn a_declared_power_is_called_declared_in_the_table() {
    let (code, out, _) = ended(&[&SHORT[..], &["--watts", "50W", "--no-warn"]].concat());
    assert_eq!(code, Some(0));
    assert!(out.contains("declared, as declared, L0 (--watts 50)"), "{out}");
    assert!(out.contains("J/TH") && out.contains("MH/J"), "{out}");
}

#[cfg(unix)]
#[test]
fn sigint_leaves_a_valid_record_marked_interrupted() {
    use std::io::Read;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("record.json");
    let mut child = hashjoule(["bench", "--kernels", "sha2", "--modes", "one-version", "--threads=1", "--time=1h"])
        .args(["--record", file.to_str().unwrap(), "--idle=0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The record appears after the warm-up; what follows is the measuring.
    let start = Instant::now();
    while !file.exists() && start.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let mut out = String::new();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    assert!(out.contains("Nothing was measured.") || out.contains("Interrupted"), "{out}");
    let record: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert_valid(&record);
    assert_eq!(record["interrupted"], true);
}

#[test]
fn a_record_that_cannot_be_written_is_refused_before_the_run() {
    let (code, out, err) = ended(&["bench", "--time", "1h", "--record", "no/such/folder/record.json"]);
    assert_eq!((code, out.as_str()), (Some(3), ""));
    assert!(err.contains("cannot write the record no/such/folder/record.json"), "{err}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_says_so_and_loses_nothing_that_was_printed() {
    let (code, out, err) = ended(&[&SHORT[..], &["--record", "/dev/full"]].concat());
    assert_eq!(code, Some(3), "{err}");
    assert!(out.contains("portable") && out.contains("Energy: not measured here."), "{out}");
    assert!(err.contains("cannot write the record /dev/full: No space left on device"), "{err}");
}

/// The example with the ratio of one kernel changed, as a file.
fn changed(folder: &Path, name: &str, change: impl Fn(&mut Value)) -> String {
    let mut record: Value =
        serde_json::from_str(include_str!("../data/bench-example.json")).expect("made by this test");
    change(&mut record);
    let path = folder.join(name);
    std::fs::write(&path, record.to_string()).expect("made by this test");
    path.to_str().expect("made by this test").to_owned()
}

fn slow_down(record: &mut Value, factor: f64) {
    for key in ["median", "low", "high"] {
        let ratio = &mut record["results"][1]["ratio_to_sha2"][key];
        *ratio = (ratio.as_f64().expect("made by this test") / factor).into();
    }
}

#[test]
fn diff_knows_a_regression_from_noise_and_from_another_machine() {
    let folder = tempfile::tempdir().unwrap();
    let before = changed(folder.path(), "before.json", |_| {});
    let slower = changed(folder.path(), "slower.json", |record| slow_down(record, 1.1));
    let other = changed(folder.path(), "other.json", |record| {
        slow_down(record, 2.0);
        record["machine"]["cpu"]["brand"] = "Another CPU".into();
    });
    let (code, out, _) = ended(&["bench", "diff", &before, &before]);
    assert_eq!(code, Some(0), "{out}");
    let (code, out, _) = ended(&["bench", "diff", &before, &slower]);
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("outside both intervals: avx512 one-version, 1 thread."), "{out}");
    let (code, _, _) = ended(&["bench", "diff", &before, &slower, "--threshold", "20"]);
    assert_eq!(code, Some(0));
    let (code, out, _) = ended(&["bench", "diff", &before, &other]);
    assert_eq!(code, Some(0));
    assert!(out.contains("two machines (processor: AMD EPYC and Another CPU)"), "{out}");
    let (code, out, _) = ended(&["bench", "diff", &before, &slower, "--json"]);
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &document["changes"][1]["verdict"]), (Some(1), &"regression".into()));
}

#[test]
fn diff_says_why_it_compares_no_joules() {
    let folder = tempfile::tempdir().unwrap();
    let before = changed(folder.path(), "before.json", |_| {});
    let wall = changed(folder.path(), "wall.json", |record| {
        for result in record["results"].as_array_mut().unwrap() {
            if result["joules_per_hash"].is_object() {
                result["joules_per_hash"]["boundary"] = "wall".into();
            }
        }
    });
    let (code, out, _) = ended(&["bench", "diff", &before, &wall]);
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("not compared"), "{out}");
    assert_eq!(out.matches("J/hash not compared where A's are ").count(), 1, "{out}");
    assert!(out.contains("B's are declared (boundary: wall)."), "{out}");
}

#[test]
fn table_puts_machines_next_to_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let one = changed(folder.path(), "one.json", |record| record["label"] = "first".into());
    let two = changed(folder.path(), "two.json", |record| record["interrupted"] = true.into());
    let (code, out, err) = ended(&["bench", "table", &one, &two]);
    assert_eq!(code, Some(0), "{err}");
    for word in ["first", "AMD EPYC (interrupted)", "59.1 MH/s", "29.6 MH/s", "1,100,000", "declared, as declared, L0"]
    {
        assert!(out.contains(word), "{word} in\n{out}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_exit_code() {
    let cases: [(&[&str], i32, &str); 7] = [
        (&["bench", "--kernels", "avx9"], 2, "there is no kernel 'avx9'"),
        (&["bench", "--threads", "0"], 2, "'0' is no number of threads"),
        (&["bench", "--time", "soon"], 2, "'soon' for '--time <TIME>': 'soon' is not a valid time"),
        (&["bench", "--watts", "warm"], 2, "'warm' is not a valid power"),
        (&["bench", "--meter-cmd", "/no/such/meter"], 5, "cannot start 'meter'"),
        (&["bench", "diff", "a.json", "b.json"], 3, "a.json: No such file"),
        (&["bench", "diff", "a.json", "b.json", "--threshold", "100"], 2, "--threshold 100 is no share in per cent"),
    ];
    for (args, code, message) in cases {
        let (found, out, err) = ended(args);
        assert_eq!((found, out.as_str()), (Some(code), ""), "{args:?}: {err}");
        assert!(err.contains(message), "{args:?}: {err}");
    }
}

#[test]
fn ablate_shows_every_row_counted_and_four_timed() {
    let (code, out, err) = ended(&["bench", "--ablate", "--time", "10ms", "--json"]);
    assert_eq!(code, Some(0), "{err}");
    let document: Value = serde_json::from_str(&out).unwrap();
    let rows = document["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 13);
    assert_eq!(
        (&document["operations_without_tricks"], &rows[11]["operations_left"]),
        (&4872.0.into(), &2847.0.into())
    );
    let timed: Vec<&Value> = rows.iter().filter(|row| !row["times_as_fast"].is_null()).collect();
    assert_eq!(timed.len(), 4);
    assert!(timed.iter().all(|row| row["times_as_fast"]["low"].as_f64() > Some(0.0)));
}
