//! Completions and manual pages: they name every command, and a closed pipe is quiet.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test fails loudly")]

use std::process::{Command, Output, Stdio};

fn hashjoule(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hashjoule")).args(args).output().unwrap()
}

/// The commands that `--help` lists.
fn commands() -> Vec<String> {
    let help = String::from_utf8(hashjoule(&["--help"]).stdout).unwrap();
    let list = help.split_once("Commands:").unwrap().1.split_once("\n\n").unwrap().0;
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn completions_name_every_command_for_each_shell() {
    let commands = commands();
    assert!(commands.len() >= 7, "{commands:?}");
    for shell in ["bash", "zsh", "fish"] {
        let output = hashjoule(&["completions", shell]);
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && commands.iter().all(|name| script.contains(name.as_str())), "{shell}");
    }
    assert_eq!(hashjoule(&["completions", "tcl"]).status.code(), Some(2));
}

#[test]
fn bash_loads_its_completions() {
    let script = hashjoule(&["completions", "bash"]).stdout;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), script).unwrap();
    let load = format!("source {} && complete -p hashjoule", file.path().display());
    let bash = Command::new("bash").args(["--norc", "-c", &load]).output().unwrap();
    assert!(bash.status.success(), "{}", String::from_utf8_lossy(&bash.stderr));
}

#[test]
fn every_command_has_a_manual_page() {
    for name in commands().iter().filter(|name| *name != "help") {
        let page = String::from_utf8(hashjoule(&["man", name]).stdout).unwrap();
        assert!(page.contains(".TH") && page.contains(name.as_str()), "{name}: {page}");
    }
    let unknown = hashjoule(&["man", "fly"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("there is no command 'fly'"));
}

#[test]
fn a_closed_pipe_is_quiet() {
    for args in [&["completions", "zsh"][..], &["man"]] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hashjoule"))
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{args:?}");
    }
}
