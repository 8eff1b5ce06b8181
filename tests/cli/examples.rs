//! Each example is run as its first lines say, and what it prints is looked at.

use std::env::consts::EXE_EXTENSION;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// `cargo test` builds the examples, beside the folder of this test; `cargo test --test cli` alone does not.
fn built(example: &str) -> PathBuf {
    let this = std::env::current_exe().unwrap();
    let program = this.ancestors().nth(2).unwrap().join("examples").join(example).with_extension(EXE_EXTENSION);
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example).with_extension("rs");
    let changed = |path: &Path| path.metadata().and_then(|metadata| metadata.modified()).ok();
    assert!(changed(&program) >= changed(&source), "{example} is not built yet: `cargo build --examples`");
    program
}

fn run(example: &str, args: &[&str]) -> Output {
    Command::new(built(example)).args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap()
}

fn printed(example: &str, args: &[&str]) -> String {
    let output = run(example, args);
    assert!(output.status.success(), "{example}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn complaint(example: &str, args: &[&str]) -> String {
    let output = run(example, args);
    assert!(!output.status.success(), "{example} {args:?} ended well");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn mine_header_finds_the_genesis_block_again() {
    let text = printed("mine_header", &[]);
    let hash = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f";
    assert!(text.starts_with("Found: ") && text.ends_with(&format!("nonce 2083236893 makes {hash}\n")), "{text}");
}

#[test]
fn bench_two_kernels_gives_a_ratio_and_its_interval() {
    let text = printed("bench_two_kernels", &["portable", "portable"]);
    assert!(text.starts_with("portable is ") && text.contains(" times as fast as portable\n(9 rounds, 95 %"), "{text}");
    assert!(complaint("bench_two_kernels", &["abacus"]).contains("abacus"));
}

#[test]
fn compare_to_asic_gives_the_factors_of_the_s9() {
    let text = printed("compare_to_asic", &[]);
    for line in ["Antminer S9", "340,000 times as many", "17,000 times as many", "3.92 mW", "450 million years"] {
        assert!(text.contains(line), "no '{line}' in:\n{text}");
    }
    assert!(complaint("compare_to_asic", &["40MH/s", "65W", "abacus"]).contains("no such device"));
}

#[test]
fn check_vectors_passes_every_case_and_refuses_a_file_of_another_group() {
    let embedded = printed("check_vectors", &[]);
    assert_eq!(embedded, printed("check_vectors", &["vectors/header_hash.v1.json"]));
    let count = hashjoule::vectors::of::<hashjoule::vectors::HeaderHash>().len();
    assert_eq!(embedded, format!("{count} of {count} cases of header_hash passed\n"));
    assert!(complaint("check_vectors", &["vectors/merkle.v1.json"]).contains("no case of this group"));
}
