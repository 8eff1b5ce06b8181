//! The lesson: its page is the one that the code makes, and its commands say what the sheet says.

use crate::hashjoule;
use std::path::Path;
use std::process::Command;

const SHEET: &str = include_str!("../../docs/lesson.md");

/// Writes the page anew: `HASHJOULE_UPDATE=1 cargo test --test cli lesson::`.
#[test]
fn docs_learn_html_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/learn.html");
    let page = hashjoule::report::learn::page(&[]);
    if std::env::var_os("HASHJOULE_UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let shipped = std::fs::read_to_string(&path).unwrap();
    assert!(shipped == page, "docs/learn.html is old: HASHJOULE_UPDATE=1 cargo test --test cli lesson::");
}

#[test]
fn report_learn_writes_that_page_and_a_machine_joins_it() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("learn.html");
    let report = |args: &[&str]| {
        let output = hashjoule(["report", "--learn", "-o", file.to_str().unwrap()]).args(args).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::read_to_string(&file).unwrap()
    };
    assert!(report(&[]) == hashjoule::report::learn::page(&[]));
    assert!(report(&["--rate", "81.25MH/s", "--watts", "65"]).contains("81250000"));
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
    let output = hashjoule(words).output().unwrap();
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

/// The commands of a block, each with the lines that it is to show.
fn commands(block: &str) -> Vec<(&str, Vec<&str>)> {
    let mut commands = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command, Vec::new())),
            (None, Some((_, lines))) => lines.push(line),
            (None, None) => panic!("a block begins with a command: {line}"),
        }
    }
    commands
}

#[test]
fn every_command_of_the_sheet_says_what_the_sheet_shows() {
    let commands: Vec<_> = blocks("console").into_iter().flat_map(commands).collect();
    assert!(commands.len() >= 14, "{}", commands.len());
    for (command, lines) in commands {
        assert!(lines.iter().any(|&line| line != "..."), "{command}: nothing to see");
        shows(&run(command), &lines).unwrap_or_else(|error| panic!("{command}: {error}"));
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
