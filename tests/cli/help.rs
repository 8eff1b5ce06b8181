//! The help of every command: an example that names options that there are, lines that are not broken.

use crate::{Ran, hashjoule, run};

fn help(path: &[String]) -> String {
    let words: Vec<&str> = path.iter().map(String::as_str).chain(["--help"]).collect();
    Ran::from(hashjoule(words).output().unwrap()).out
}

/// The paragraph that begins with this line.
fn paragraph<'a>(text: &'a str, heading: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("\n{heading}:\n"))?;
    Some(rest.split("\n\n").next().unwrap())
}

/// Every command and subcommand, by its words.
fn commands() -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = vec![Vec::new()];
    let mut next = 0;
    while let Some(path) = found.get(next).cloned() {
        next += 1;
        let text = help(&path);
        let list = paragraph(&text, "Commands").unwrap_or_default();
        let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        let names = names.map(|line| line.split_whitespace().next().unwrap()).filter(|name| *name != "help");
        found.extend(names.map(|name| [path.as_slice(), &[name.to_owned()]].concat()));
    }
    found
}

#[test]
fn no_help_is_wider_than_a_terminal_and_each_has_the_options_of_all() {
    let commands = commands();
    assert!(commands.len() >= 18, "{commands:?}");
    for path in commands {
        let text = help(&path);
        let widest = text.lines().max_by_key(|line| line.chars().count()).unwrap();
        assert!(widest.chars().count() <= 100, "{path:?}: {widest}");
        assert!(text.contains("\nEverywhere:\n"), "{path:?}");
    }
}

#[test]
fn every_command_has_examples_on_whole_lines_with_options_that_there_are() {
    for path in commands().into_iter().filter(|path| !path.is_empty()) {
        let text = help(&path);
        let examples = paragraph(&text, "Examples").unwrap_or_else(|| panic!("{path:?} has no examples"));
        for line in examples.lines() {
            assert!(line.starts_with("  ") && line.contains("hashjoule "), "{path:?}: a broken line: {line}");
            let known = |option: &&str| text.contains(*option) || option.starts_with("--grind-cmd");
            let options = line.split_whitespace().filter(|word| word.starts_with("--") && word.len() > 2);
            let options = options.map(|word| word.split('=').next().unwrap());
            let unknown: Vec<&str> = options.filter(|option| !known(option)).collect();
            let of_the_child = line.contains(&format!("hashjoule {} ", path.join(" ")));
            assert!(
                unknown.is_empty() || (of_the_child && is_for_a_child(&path, line)),
                "{path:?}: {unknown:?}: {line}"
            );
        }
    }
}

/// The help of `market` and `bench` shows examples of their subcommands.
fn is_for_a_child(path: &[String], line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    commands().iter().any(|other| other.len() == path.len() + 1 && words[1..].starts_with(&strs(other)))
}

fn strs(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

#[test]
fn a_fault_sends_to_the_help_of_its_own_command() {
    for (line, command) in [
        ("mine --time", "hashjoule mine"),
        ("market fleet --price", "hashjoule market fleet"),
        ("compare --rate x", "hashjoule compare"),
        ("--json bench --threads", "hashjoule bench"),
        ("bench diff one", "hashjoule bench diff"),
        ("mnie", "hashjoule"),
    ] {
        let err = run(line).err;
        assert!(err.trim_end().ends_with(&format!("see `{command} --help`")), "{line}: {err}");
    }
}
