//! The lesson: its page is the one that the code makes, and its commands say what the sheet says.
#![cfg(feature = "report")]

use std::path::Path;
use std::process::Command;

const SHEET: &str = include_str!("../docs/lesson.md");

/// Writes the page anew: `HASHJOULE_UPDATE=1 cargo test --test lesson`.
#[test]
fn docs_learn_html_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/learn.html");
    let page = hashjoule::report::learn::page(&[]);
    if std::env::var_os("HASHJOULE_UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let shipped = std::fs::read_to_string(&path).unwrap();
    assert!(shipped == page, "docs/learn.html is old: HASHJOULE_UPDATE=1 cargo test --test lesson");
}

/// The texts of the fenced blocks of one language.
fn blocks(language: &str) -> Vec<&'static str> {
    let opening = format!("```{language}\n");
    SHEET.split(opening.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// Stdout and stderr of a command of the sheet, as it stands behind the dollar sign.
fn run(command: &str) -> String {
    let mut words = command.split_whitespace();
    assert_eq!(words.next(), Some("hashjoule"), "{command}");
    let output = Command::new(env!("CARGO_BIN_EXE_hashjoule")).args(words).env("NO_COLOR", "1").output().unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

/// Whether the lines stand in the text in their order, next to each other but for `...`.
fn shows(text: &str, lines: &[&str]) -> Result<(), String> {
    let mut rest = text.lines();
    let mut gap = false;
    for &line in lines {
        if line == "..." {
            gap = true;
            continue;
        }
        let found = if gap { rest.any(|found| found == line) } else { rest.next() == Some(line) };
        found.then_some(()).ok_or_else(|| format!("the sheet shows\n{line}\nand the command\n{text}"))?;
        gap = false;
    }
    Ok(())
}

#[test]
fn every_command_of_the_sheet_says_what_the_sheet_shows() {
    let blocks = blocks("console");
    assert!(blocks.len() >= 10, "{}", blocks.len());
    for block in blocks {
        let lines: Vec<&str> = block.lines().collect();
        let command = lines[0].strip_prefix("$ ").expect("a block begins with its command");
        assert!(lines[1..].iter().any(|&line| line != "..."), "{command}: nothing to see");
        shows(&run(command), &lines[1..]).unwrap_or_else(|error| panic!("{command}: {error}"));
    }
}

#[test]
fn what_a_command_does_not_say_is_noticed() {
    assert!(shows("a\nb\nc", &["a", "...", "c"]).is_ok());
    assert!(shows("a\nb\nc", &["a", "c"]).is_err());
    assert!(shows("a\nb\nc", &["...", "c", "b"]).is_err());
}

#[test]
fn the_python_of_the_sheet_prints_the_hash_of_the_genesis_block() {
    for script in blocks("python") {
        match Command::new("python3").args(["-c", script]).output() {
            Ok(output) => assert_eq!(
                String::from_utf8_lossy(&output.stdout).trim(),
                hashjoule::header::Header::GENESIS.block_hash().to_string()
            ),
            Err(error) if std::env::var("CI").is_ok_and(|ci| ci == "true") => panic!("python3: {error}"),
            Err(error) => eprintln!("SKIPPED: the sheet's Python: {error}"),
        }
    }
}
