//! Bare `hashjoule`, once from beginning to end; tests/cli/signals.rs has its document.

use super::*;

/// Where a line is broken depends on the numbers.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_whole_story_finds_the_nonce_again() {
    let ran = run("");
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.out, ran.err);
    let sentences = one_line(&ran.out);
    for told in [
        "hashjoule 0.1.0",
        "every hash is right",
        "One version ",
        "Rolling ",
        "Searching block 125,552",
        "of 4,294,967,296",
        "Found nonce 2504433986 after",
        "00000000000000001e8d6829a8a21adc5d38d0a473b144b6765798e61f98bd1d",
    ] {
        assert!(sentences.contains(told), "no '{told}' in:\n{}", ran.out);
    }
    if cfg!(feature = "market") {
        assert!(sentences.contains("Perspective at ") && sentences.contains(" years on average"), "{}", ran.out);
    }
    for line in ran.out.lines() {
        assert!(line.chars().count() <= 80, "wider than a terminal: {line}");
    }
    assert_eq!(ran.err, "", "nothing for people beside it without a terminal");
}
