//! The README keeps its word: its figures are those of the published record, its picture is the one that the program
//! draws, and its commands, one after the other, do what it says.
//!
//! After a new record: name it in the README's line `rates of ...`, then `SNAPSHOTS=overwrite cargo test --test cli readme::`.

use crate::hashjoule;
use hashjoule::units::{HashRate, spoken};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn readme() -> String {
    std::fs::read_to_string(file("README.md")).unwrap()
}

fn printed(args: &[&str], folder: &Path) -> String {
    let output = hashjoule(args).current_dir(folder).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{args:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// Fails when the file does not hold this; with SNAPSHOTS=overwrite, makes it so.
fn must_be(path: &str, wanted: &str) {
    if std::env::var("SNAPSHOTS").is_ok_and(|mode| mode == "overwrite") {
        // By renaming: the tests beside this one read the file meanwhile.
        let part = file(&format!("{path}.part"));
        std::fs::write(&part, wanted).and_then(|()| std::fs::rename(&part, file(path))).unwrap();
    }
    let is = std::fs::read_to_string(file(path)).unwrap_or_default();
    let refresh = "`SNAPSHOTS=overwrite cargo test --test cli readme::` refreshes it";
    let differs = is.lines().zip(wanted.lines()).find(|(is, wanted)| is != wanted);
    assert!(is == wanted, "{path} and the published record have drifted apart at {differs:.300?}; {refresh}");
}

const BEGIN: &str = "<!-- rates of ";
const END: &str = "<!-- end of rates";

/// The record that the README quotes.
fn record_path(readme: &str) -> &str {
    readme.split_once(BEGIN).unwrap().1.split_once(" -->").unwrap().0
}

#[test]
fn the_rates_are_those_of_the_published_record() {
    let readme = readme();
    let path = record_path(&readme);
    let (before, _) = readme.split_once(BEGIN).unwrap();
    let (_, after) = readme.split_once(END).unwrap();
    must_be("README.md", &format!("{before}{BEGIN}{path} -->\n{}{END}{after}", rates(path)));
}

/// A sentence about the machine, and a row for each kernel, the fastest first.
fn rates(path: &str) -> String {
    let record: Value = serde_json::from_str(&std::fs::read_to_string(file(path)).unwrap()).unwrap();
    let (cpu, build) = (&record["machine"]["cpu"], &record["build"]);
    let words = |value: &Value| value.as_str().unwrap().to_owned();
    let guest =
        record["machine"]["hypervisor"].as_str().map_or_else(String::new, |name| format!(", a guest of {name}"));
    let mut text = format!(
        "One thread of an {} (family {}, model {}){guest}, {}: multiples of `sha2`, and the rate ([the record]({path})).\n\n",
        words(&cpu["brand"]),
        cpu["family"],
        cpu["model"],
        words(&build["rustc"]).split(" (").next().unwrap(),
    );
    text += "| kernel | one version | rolling over 128 versions |\n|---|---|---|\n";
    for row in rows(&record) {
        writeln!(text, "| `{}` | {} | {} |", row.kernel, row.cells[0], row.cells[1]).unwrap();
    }
    let comparison: Value = serde_json::from_str(&printed(&["compare", path, "--json"], &file(""))).unwrap();
    let years = spoken(comparison["years_per_block"].as_f64().unwrap(), 2);
    let date = words(&comparison["epoch_date"]);
    writeln!(text, "\nAt the difficulty of {date} the fastest of them finds a block in {years} years on average.")
        .unwrap();
    text
}

struct Row {
    kernel: String,
    best: f64,
    cells: [String; 2],
}

fn rows(record: &Value) -> Vec<Row> {
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    for result in record["results"].as_array().unwrap().iter().filter(|result| result["threads"] == 1) {
        let kernel = result["kernel"].as_str().unwrap();
        let row = rows.entry(kernel).or_insert_with(|| Row {
            kernel: kernel.to_owned(),
            best: 0.0,
            cells: ["-", "-"].map(str::to_owned),
        });
        let ratio = result["ratio_to_sha2"]["median"].as_f64().unwrap();
        let rate = HashRate::from_hashes_per_second(result["hashes_per_second"]["median"].as_f64().unwrap());
        row.best = row.best.max(ratio);
        row.cells[usize::from(result["mode"] == "rolling")] = format!("{ratio:.2} ({rate})");
    }
    let mut rows: Vec<Row> = rows.into_values().collect();
    rows.sort_by(|a, b| b.best.total_cmp(&a.best));
    rows
}

#[test]
fn the_ladder_is_drawn_from_that_record() {
    let (readme, folder) = (readme(), tempfile::tempdir().unwrap());
    let record = file(record_path(&readme));
    let picture = folder.path().join("ladder.svg");
    let comparison =
        printed(&["compare", record.to_str().unwrap(), "--svg", picture.to_str().unwrap(), "--json"], folder.path());
    must_be("docs/ladder.svg", &std::fs::read_to_string(picture).unwrap());
    let comparison: Value = serde_json::from_str(&comparison).unwrap();
    assert_eq!(comparison["machine"]["joules_per_hash"], Value::Null, "the README says that there was no meter");
    let devices = comparison["devices"].as_array().unwrap().len();
    assert_eq!(readme.matches(&format!("{devices} devices")).count(), 2, "the catalogue has {devices} devices");
}

/// What becomes of a command that the README shows.
enum Fate {
    /// It runs, with these arguments added so that it ends soon, and prints these words.
    Runs(&'static str, &'static [&'static str]),
    /// It does not run here, and this is why.
    Rests(&'static str),
}

const SHORT_BENCH: &str =
    "--kernels portable --modes one-version --threads 1 --hashes 1 --idle 0 --windows 1 --window 200ms";

/// Every command of the README's code block, in its order.
const SHOWN: [(&str, Fate); 10] = [
    ("cargo run --release", Fate::Runs("", &["every hash is right", "Found nonce 2504433986 after", "years"])),
    ("cargo install --path .", Fate::Rests("it builds for minutes and writes into the home; this test has the binary")),
    ("hashjoule mine --from 2083000000", Fate::Runs("", &["2083236893", "000000000019d6689c085ae165831e93"])),
    ("hashjoule explain --only midstate", Fate::Runs("", &["midstate"])),
    ("hashjoule verify", Fate::Runs("--filter seam", &[" passed, 0 failed, "])),
    ("hashjoule bench --record my.json", Fate::Runs(SHORT_BENCH, &["portable"])),
    ("hashjoule compare my.json", Fate::Runs("", &["Antminer S9", "Alone against the network", "Money"])),
    ("hashjoule compare --rate 40MH/s --watts 65", Fate::Runs("", &["1,600,000 J/TH", "Antminer S9"])),
    ("hashjoule report my.json -o my.html", Fate::Runs("", &[])),
    ("hashjoule market article", Fate::Runs("", &["HOLDS", "60 to about 40 EH/s"])),
];

/// The lines of the README's blocks of shell, without what is said about them.
fn shown(readme: &str) -> Vec<String> {
    let blocks = readme.split("```sh\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    blocks.flat_map(str::lines).map(|line| line.split(" # ").next().unwrap().trim().to_owned()).collect()
}

#[test]
fn the_commands_one_after_the_other_do_what_the_readme_says() {
    let folder = tempfile::tempdir().unwrap();
    let here: Vec<&str> = SHOWN.iter().map(|(command, _)| *command).collect();
    assert_eq!(shown(&readme()), here, "say in SHOWN what each command of the README prints");
    for (command, fate) in &SHOWN {
        match fate {
            Fate::Rests(why) => println!("NOT RUN: {command}: {why}"),
            Fate::Runs(more, words) => {
                // `cargo run --release` is the bare binary; the one of this test is built like it, with checks.
                let args = command.strip_prefix("hashjoule").unwrap_or("").split_whitespace();
                let args: Vec<&str> = args.chain(more.split_whitespace()).collect();
                // Where a line is broken depends on the numbers.
                let text = printed(&args, folder.path()).split_whitespace().collect::<Vec<_>>().join(" ");
                words.iter().for_each(|word| assert!(text.contains(word), "{command} prints no '{word}':\n{text}"));
            }
        }
    }
    assert!(std::fs::read_to_string(folder.path().join("my.html")).unwrap().starts_with("<!DOCTYPE html>"));
}

/// What stands between backticks.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn the_table_has_every_command_and_only_options_that_there_are() {
    let (readme, folder) = (readme(), std::env::temp_dir());
    let mut named = BTreeSet::new();
    for row in readme.lines().filter(|line| line.starts_with("| `hashjoule")) {
        let (commands, does) = row[2..].split_once(" | ").unwrap();
        for command in code(commands).filter_map(|command| command.strip_prefix("hashjoule ")) {
            let help = printed(&[command, "--help"], &folder);
            let options = code(does).filter(|word| word.starts_with("--"));
            options.for_each(|option| assert!(help.contains(option), "{command} has no {option}"));
            named.insert(command.to_owned());
        }
    }
    let help = printed(&["--help"], &folder);
    let list = help.split_once("Commands:\n").unwrap().1.split_once("\n\n").unwrap().0;
    let there = list.lines().filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
    let there = there.map(|line| line.split(' ').next().unwrap().to_owned()).filter(|name| name != "help");
    assert_eq!(named, there.collect());
}

#[test]
fn every_link_leads_to_a_file() {
    for page in ["README.md", "CONTRIBUTING.md"] {
        let text = std::fs::read_to_string(file(page)).unwrap();
        let links = text.split("](").skip(1).map(|rest| rest.split_once(')').unwrap().0);
        links.filter(|link| !link.contains("://")).for_each(|link| assert!(file(link).exists(), "{page}: {link}"));
    }
}

#[test]
fn the_wrong_searches_are_as_many_as_the_readme_says() {
    let readme = readme();
    let line = readme.lines().find(|line| line.contains("searches that are wrong on purpose")).unwrap();
    let said: usize =
        line.split_whitespace().find_map(|word| word.parse().ok()).expect("the line says how many, in digits");
    let path = line.split_once("](").unwrap().1.split_once(')').unwrap().0;
    let source = std::fs::read_to_string(file(path)).unwrap();
    let listed =
        source.split("Search); ").skip(1).map(|rest| rest.split_once(']').unwrap().0.parse::<usize>().unwrap());
    assert_eq!(said, listed.sum::<usize>(), "{path}");
}

#[test]
fn the_rust_of_the_readme_is_that_of_the_crates_page() {
    let page = std::fs::read_to_string(file("src/lib.rs")).unwrap().replace("//! ", "").replace("//!", "");
    let readme = readme();
    let block = readme.split_once("```rust\n").unwrap().1.split_once("```").unwrap().0;
    assert!(page.contains(block), "src/lib.rs runs the example that README.md shows; they differ");
}
