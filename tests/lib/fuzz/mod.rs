//! The fuzz targets on stable: each body over its corpus, and over inputs made from it by changing bytes, putting hostile
//! words in, cutting, repeating and joining. `PROPTEST_CASES` asks for more of them.

mod bodies;
mod template;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use std::path::{Path, PathBuf};

/// Words that are at home nowhere, or only somewhere else.
const WORDS: [&str; 24] = [
    "-1",
    "0",
    "7.5",
    "1e400",
    "1e-320",
    "NaN",
    "inf",
    "4294967296",
    "18446744073709551615",
    "null",
    "true",
    "\"\"",
    "[]",
    "{}",
    "\\u0000",
    "\u{1b}[31m",
    "\u{202e}",
    "é",
    "\u{feff}",
    "\r\n",
    ",",
    "0x",
    "9999-12-31",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
];

fn fuzz(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(below)
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = std::fs::read_dir(fuzz("corpus").join(target)).unwrap();
    let mut files: Vec<PathBuf> = folder.map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 4, "the corpus of {target} is gone");
    files.into_iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// What is done to an input: how, where, and with what.
type Change = (u8, Index, Index, u8);

fn changed(mut bytes: Vec<u8>, other: &[u8], changes: &[Change]) -> Vec<u8> {
    for (how, from, to, with) in changes {
        let (from, to) = (from.index(bytes.len() + 1), to.index(bytes.len() + 1));
        let piece = from.min(to)..from.max(to);
        match how {
            0 | 1 => bytes.iter_mut().skip(from).take(1).for_each(|byte| *byte = *with),
            2 | 3 => drop(bytes.splice(from..from, WORDS[usize::from(*with) % WORDS.len()].bytes())),
            4 => drop(bytes.drain(piece)),
            5 => bytes.extend_from_within(piece),
            _ => bytes.splice(from.., other[to.min(other.len())..].iter().copied()).for_each(drop),
        }
    }
    bytes
}

/// A made input, shown as text when it fails.
struct Made(Vec<u8>);

impl std::fmt::Debug for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

/// The corpus as it is, then what can be made of it.
fn run(target: &str) {
    let corpus = corpus(target);
    corpus.iter().for_each(|bytes| bodies::run(target, bytes));
    let change = (0u8..7, any::<Index>(), any::<Index>(), any::<u8>());
    let recipe = (any::<Index>(), any::<Index>(), prop::collection::vec(change, 1..6));
    let made = recipe.prop_map(|(one, other, changes)| {
        Made(changed(one.get(&corpus).clone(), other.get::<Vec<u8>>(&corpus), &changes))
    });
    let usual = ProptestConfig::default();
    let config = ProptestConfig { cases: usual.cases * 8, failure_persistence: None, ..usual };
    let outcome = TestRunner::new(config).run(&made, |Made(bytes)| {
        bodies::run(target, &bytes);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{target}: {failure}"));
}

macro_rules! each_target {
    ($($target:ident)+) => {
        mod target {
            $(#[test]
            fn $target() {
                super::run(stringify!($target));
            })+
        }
        const RUN_HERE: &[&str] = &[$(stringify!($target)),+];
    };
}

each_target! {
    bits catalogue exec_answer header prices record stratum_line stratum_session template vectors
}

#[test]
fn every_target_runs_here_and_under_the_fuzzer() {
    let names: Vec<&str> = bodies::TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, RUN_HERE);
    let binaries = std::fs::read_to_string(fuzz("Cargo.toml")).unwrap();
    for name in &names {
        let binary = std::fs::read_to_string(fuzz("fuzz_targets").join(format!("{name}.rs"))).unwrap();
        assert!(binary.contains(&format!("hashjoule_fuzz::run(\"{name}\", ")), "{name}");
        assert!(binaries.contains(&format!("name = \"{name}\"\n")), "{name}");
    }
    assert_eq!(std::fs::read_dir(fuzz("fuzz_targets")).unwrap().count(), names.len());
    assert_eq!(std::fs::read_dir(fuzz("corpus")).unwrap().count(), names.len());
}

/// Whether a parser takes an input.
type Taken<'a> = &'a dyn Fn(&[u8]) -> bool;

/// A corpus of nothing but refusals would test the door only.
#[test]
fn corpora_hold_what_is_taken_and_what_is_not() {
    let text = |bytes: &[u8]| std::str::from_utf8(bytes).unwrap_or_default().to_owned();
    let taken: [(&str, Taken); 7] = [
        ("bits", &|bytes| hashjoule::explain::read_bits(&text(bytes)).is_ok()),
        ("catalogue", &|bytes| hashjoule::asic::Catalogue::from_csv(bytes).is_ok()),
        ("header", &|bytes| hashjoule::explain::read_header(&text(bytes)).is_ok()),
        ("prices", &|bytes| hashjoule::market::Prices::parse(&text(bytes)).is_ok()),
        ("record", &|bytes| hashjoule::bench::record::Record::from_json(&text(bytes)).is_ok()),
        ("stratum_line", &|bytes| hashjoule::work::pool::message::parse(bytes).is_ok()),
        ("vectors", &|bytes| {
            ["x.v1.json", "x.rsp"].iter().any(|name| hashjoule::vectors::parse(name, &text(bytes)).is_ok())
        }),
    ];
    for (target, is_taken) in taken {
        let corpus = corpus(target);
        let count = corpus.iter().filter(|bytes| is_taken(bytes)).count();
        assert!(count >= 2 && count < corpus.len(), "{target}: {count} of {} are taken", corpus.len());
    }
}
