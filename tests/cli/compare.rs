//! `hashjoule compare` from the outside: figures, the catalogue, and what it says to bad input.

use crate::hashjoule;
use serde_json::Value;
use std::process::Output;

const RECORD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/bench-example.json");
const HOSTILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/bench-hostile.json");

fn compare(args: &[&str]) -> Output {
    hashjoule([&["compare"], args].concat()).output().unwrap()
}

fn text(args: &[&str]) -> String {
    let output = compare(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&text(&[args, &["--json"]].concat())).unwrap()
}

/// Exit code and stderr of a failure.
fn failure(args: &[&str]) -> (i32, String) {
    let output = compare(args);
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// A file of this test with that content.
fn file(directory: &tempfile::TempDir, name: &str, content: &str) -> String {
    let path = directory.path().join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_table_of_a_declared_machine() {
    let shown = text(&["--rate", "40MH/s", "--watts", "65"]);
    snapbox::assert_data_eq!(shown, snapbox::file!["snapshots/compare-declared.txt"]);
}

#[test]
fn the_table_without_a_meter() {
    let shown = text(&["--rate", "40MH/s", "--epoch", "newest"]);
    snapbox::assert_data_eq!(shown, snapbox::file!["snapshots/compare-without-meter.txt"]);
}

#[test]
fn no_line_is_wider_than_a_terminal() {
    for args in [&["--rate", "40MH/s", "--watts", "65", "--all"][..], &["--rate", "1kH/s"], &[RECORD, RECORD]] {
        let shown = text(args);
        let widest = shown.lines().max_by_key(|line| line.chars().count()).unwrap();
        assert!(widest.chars().count() <= 80, "{widest}");
    }
}

#[test]
fn forty_megahashes_at_65_watts() {
    let comparison = json(&["--rate", "40MH/s", "--watts", "65"]);
    let device = |id: &str| comparison["devices"].as_array().unwrap().iter().find(|d| d["id"] == id).unwrap().clone();
    let near = |value: &Value, wanted: f64| {
        assert!((value.as_f64().unwrap() / wanted - 1.0).abs() < 1e-4, "{value} is not {wanted}");
    };
    near(&comparison["machine"]["joules_per_hash"]["median"], 1.625e-6);
    near(&device("antminer-s9-13.5")["efficiency_factor"], 16_581.6);
    near(&device("antminer-s21-xp")["efficiency_factor"], 120_370.0);
    near(&device("antminer-s9-13.5")["watts_to_equal"], 0.003_92);
    let shown = text(&["--rate", "40MH/s", "--watts", "65"]);
    for figure in ["1,600,000 J/TH", "17,000", "120,000", "3.9 mW"] {
        assert!(shown.contains(figure), "{figure}");
    }
}

#[test]
fn years_per_block_at_a_difficulty_to_four_digits() {
    let years = |args: &[&str]| json(&[&["--rate", "40MH/s"], args].concat())["years_per_block"].as_f64().unwrap();
    // D * 2^32 * 65536/65535 / 40e6 / 31,557,600, by hand for the trough and for a round difficulty
    let trough = 19_212_084.0;
    assert!((years(&["--difficulty", "1e12", "--reward", "12.5"]) / 3_402_534.44 - 1.0).abs() < 1e-6);
    assert!((years(&["--epoch", "552384"]) / trough - 1.0).abs() < 5e-5);
    assert!((years(&["--epoch", "553000"]) / trough - 1.0).abs() < 5e-5);
    assert!((years(&["--bits", "1731d97c"]) / trough - 1.0).abs() < 5e-5);
}

#[test]
fn the_document_is_what_its_schema_says() {
    let schema: Value = serde_json::from_str(include_str!("../../schemas/hashjoule-compare.v1.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for args in [
        &["--rate", "40MH/s"][..],
        &["--rate", "40MH/s", "--watts", "65", "--difficulty", "3", "--height", "70000"],
        &[RECORD, RECORD],
    ] {
        let document = json(args);
        let errors: Vec<String> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        let mut wrong = document.clone();
        wrong["devices"][0]["watts_to_equal"] = "3.9 mW".into();
        assert!(!schema.is_valid(&wrong));
    }
}

#[test]
fn a_record_leads_with_its_fastest_result_that_has_joules() {
    let comparison = json(&[RECORD]);
    let machine = &comparison["machine"];
    assert_eq!(machine["configuration"], "avx512 rolling, 2 threads");
    assert_eq!(machine["joules_per_hash"]["provenance"], "declared");
    assert_eq!(machine["rate_provenance"], "measured");
    assert!(comparison["others"].as_array().unwrap().is_empty());
    assert_eq!(json(&[RECORD, RECORD])["others"].as_array().unwrap().len(), 1);
    let declared = json(&[RECORD, "--watts", "100"]);
    let rate = declared["machine"]["hashes_per_second"].as_f64().unwrap();
    assert_eq!(declared["machine"]["joules_per_hash"]["median"].as_f64(), Some(100.0 / rate));
}

#[test]
fn the_b3_of_7_nm_ranks_below_the_s9_of_16_nm() {
    let shown = text(&["--rate", "40MH/s", "--watts", "65"]);
    let line = |name: &str| shown.lines().position(|line| line.starts_with(name)).unwrap();
    assert!(line("GMO miner B3") > line("Antminer S9 ") && line("Antminer S9 ") > line("GMO miner B2"));
    assert!(shown.contains("The node is not the efficiency"));
}

#[test]
fn the_catalogue_is_filtered_sorted_and_read_again() {
    let ids = |args: &[&str]| -> Vec<String> {
        let list = json(&[&["--list"], args].concat());
        list["devices"].as_array().unwrap().iter().map(|d| d["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&[]).len(), hashjoule::asic::Catalogue::built_in().devices().count());
    assert_eq!(ids(&["--kind", "plan"]), ["gmo-7nm-2017-plan"]);
    assert_eq!(ids(&["--vendor", "gmo", "--sort", "efficiency"]), ["gmo-b2", "gmo-b3"]);
    assert_eq!(ids(&["--kind", "cpu", "--before", "2009-12"]), ["cpu-p4-class", "cpu-class-worst"]);
    assert!(ids(&["--node", "undisclosed", "--kind", "asic"]).contains(&"antminer-s23".to_owned()));
    assert!(
        ids(&["--node", "7"]).contains(&"gmo-b3".to_owned())
            && !ids(&["--node", "7"]).contains(&"antminer-s9-13.5".to_owned())
    );
    let directory = tempfile::tempdir().unwrap();
    let copy = file(&directory, "copy.csv", &text(&["--list", "--csv"]));
    assert_eq!(json(&["--list", "--catalogue", &copy]), json(&["--list"]));
    assert_eq!(compare(&["--list", "--vendor", "nobody"]).status.code(), Some(1));
}

#[test]
fn a_catalogue_of_ones_own_is_shown_whole() {
    let directory = tempfile::tempdir().unwrap();
    let own = "id,vendor,model,kind,process_nm,released,hashrate_hs,power_w,efficiency_j_per_th,price_usd,source,tier,note\n\
               mine,Me,Garage One,asic,7,2020-01,1e12,40,40,,my meter,A,\n";
    let path = file(&directory, "own.csv", own);
    let shown = text(&["--rate", "40MH/s", "--watts", "65", "--catalogue", &path]);
    assert!(shown.contains("Garage One") && !shown.contains("Antminer"), "{shown}");
}

#[test]
fn bad_input_is_named_with_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let record = std::fs::read_to_string(RECORD).unwrap();
    let other = file(&directory, "other.json", &record.replace("hashjoule-bench/1", "hashjoule-bench/9"));
    let mut keyless: Value = serde_json::from_str(&record).unwrap();
    keyless.as_object_mut().unwrap().remove("results");
    let keyless = file(&directory, "keyless.json", &keyless.to_string());
    let mut empty: Value = serde_json::from_str(&record).unwrap();
    empty["results"] = Value::Array(Vec::new());
    let empty = file(&directory, "empty.json", &empty.to_string());
    let half = file(&directory, "half.json", &record[..record.len() / 2]);
    let row = "id,vendor,model,kind,process_nm,released,hashrate_hs,power_w,efficiency_j_per_th,price_usd,source,tier,note\nx,V,M,asic,7,2020-01,1e12,40,90,,s,A,\n";
    let catalogue = file(&directory, "bad.csv", row);
    let rate = ["--rate", "40MH/s"];
    let cases: Vec<(Vec<&str>, i32, &str)> = vec![
        (vec![&other], 3, "hashjoule-bench/9"),
        (vec![&keyless], 3, "results"),
        (vec![&empty], 3, "no results"),
        (vec![&half], 3, "half.json"),
        (vec!["absent.json"], 3, "absent.json"),
        (vec!["--rate", "40MH/s", "--catalogue", &catalogue], 3, "line 2: efficiency_j_per_th is 90"),
        ([&rate[..], &["--watts", "-65"]].concat(), 2, "'-65'"),
        ([&rate[..], &["--watts", "0"]].concat(), 2, "0 W"),
        ([&rate[..], &["--price", "-1"]].concat(), 2, "'-1'"),
        ([&rate[..], &["--power-price", "-0.05"]].concat(), 2, "'-0.05'"),
        ([&rate[..], &["--difficulty", "0.5"]].concat(), 2, "difficulty 0.5: must be at least 1"),
        ([&rate[..], &["--difficulty", "-3"]].concat(), 2, "'-3' is not a valid difficulty"),
        ([&rate[..], &["--difficulty", "NaN"]].concat(), 2, "'NaN' is not a valid difficulty"),
        ([&rate[..], &["--fee", "1.5"]].concat(), 2, "'1.5' is not a valid share"),
        ([&rate[..], &["--pue", "0.9"]].concat(), 2, "PUE 0.9"),
        ([&rate[..], &["--epoch", "99999999"]].concat(), 2, "99999999"),
        ([&rate[..], &["--epoch", "soon"]].concat(), 2, "'soon' is not a valid block height"),
        ([&rate[..], &["--bits", "xyz"]].concat(), 2, "'xyz' is not a valid nBits"),
        ([&rate[..], &["--bits", "207fffff"]].concat(), 2, "must be at least 1"),
        ([&rate[..], &["--bits", "1d00ffff", "--epoch", "0"]].concat(), 2, "cannot be used with"),
        (vec!["--rate", "0"], 2, "a rate of zero"),
        (vec!["--rate", "fast"], 2, "'fast'"),
        (vec![], 2, "nothing to compare"),
        (vec!["--list", "--kind", "toaster"], 2, "toaster"),
        (vec![RECORD, "--svg", "no/such/directory/x.svg"], 3, "x.svg"),
    ];
    for (args, code, wanted) in cases {
        let (found, stderr) = failure(&args);
        assert_eq!(found, code, "{args:?}: {stderr}");
        assert!(stderr.contains(wanted), "{args:?}: {stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
    }
}

#[test]
fn a_picture_that_lacks_its_figures_says_how_to_make_them() {
    let directory = tempfile::tempdir().unwrap();
    let svg = file(&directory, "x.svg", "yesterday");
    let counts = "hint: `hashjoule bench --ablate --json > FILE` writes one";
    for (plot, code, wanted) in [
        (&["ablation"][..], 2, ["name the file with --ablation FILE", counts]),
        (&["ablation", "--ablation", RECORD], 3, ["bench-example.json: ", counts]),
        (&["ablation", "--ablation", "absent"], 3, ["absent: No such file", counts]),
        (&["threads"], 3, ["no record with more than one number of threads", "hint: `hashjoule bench --sweep threads"]),
    ] {
        let (found, stderr) = failure(&[&["--rate", "40MH/s", "--svg", &svg, "--plot"], plot].concat());
        assert_eq!(found, code, "{plot:?}: {stderr}");
        assert!(wanted.iter().all(|words| stderr.contains(words)), "{plot:?}: {stderr}");
        assert_eq!(std::fs::read_to_string(&svg).unwrap(), "yesterday");
    }
}

#[test]
fn a_hostile_record_moves_no_cursor() {
    let shown = text(&[HOSTILE]);
    assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "{shown:?}");
}

#[test]
fn json_errors_are_documents() {
    let output = compare(&["--rate", "40MH/s", "--difficulty", "0", "--json"]);
    let error: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(error["error"]["code"], "terms");
}
