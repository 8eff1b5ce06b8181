//! Completions and manual pages: they name every command, and a closed pipe is quiet.

use crate::hashjoule;
use std::process::Command;

/// The commands that `--help` lists.
fn commands() -> Vec<String> {
    let help = String::from_utf8(hashjoule(["--help"]).output().unwrap().stdout).unwrap();
    let list = help.split_once("Commands:").unwrap().1.split_once("\n\n").unwrap().0;
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn completions_name_every_command_for_each_shell() {
    let commands = commands();
    assert!(commands.len() >= 7, "{commands:?}");
    for shell in ["bash", "zsh", "fish"] {
        let output = hashjoule(["completions", shell]).output().unwrap();
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && commands.iter().all(|name| script.contains(name.as_str())), "{shell}");
    }
    assert_eq!(hashjoule(["completions", "tcl"]).output().unwrap().status.code(), Some(2));
}

/// The shell's answer to a script that loads the completions from `$1`, or `None` where the shell is not here.
fn asked(shell: &[&str], script: &str) -> Option<String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), hashjoule(["completions", shell[0]]).output().unwrap().stdout).unwrap();
    let command = script.replace("$1", &file.path().display().to_string());
    let asked = Command::new(shell[0]).args(&shell[1..]).args(["-c", &command]).output();
    let Ok(output) = asked else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "CI has to have {}", shell[0]);
        println!("SKIPPED: {} is not here to load its completions", shell[0]);
        return None;
    };
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn each_shell_loads_its_completions_and_completes_a_command() {
    let bash = "source $1; COMP_WORDS=(hashjoule mi); COMP_CWORD=1; _hashjoule hashjoule mi hashjoule; echo $COMPREPLY";
    let fish = "source $1; complete -C 'hashjoule mi'";
    // zsh completes at a prompt only; that the function is registered is what can be seen without one.
    let zsh = "autoload -U compinit; compinit -u -D; source $1; whence -w $_comps[hashjoule]";
    for (shell, script, says) in [
        (&["bash", "--norc"][..], bash, "mine"),
        (&["fish", "--no-config"], fish, "mine\tSearch a header"),
        (&["zsh", "-f"], zsh, "_hashjoule: function"),
    ] {
        let answer = asked(shell, script);
        assert!(answer.as_ref().is_none_or(|answer| answer.starts_with(says)), "{shell:?}: {answer:?}");
    }
}

fn page(words: &[&str]) -> Vec<u8> {
    let output = hashjoule([&["man"], words].concat()).output().unwrap();
    assert!(output.status.success(), "{words:?}");
    output.stdout
}

#[test]
fn every_command_has_a_manual_page() {
    for name in commands().iter().filter(|name| *name != "help") {
        let page = String::from_utf8(page(&[name])).unwrap();
        assert!(page.contains(".TH") && page.contains(name.as_str()), "{name}: {page}");
    }
    #[cfg(feature = "market")]
    assert!(String::from_utf8(page(&["market", "fleet"])).unwrap().contains(".TH hashjoule-market-fleet 1"));
    let unknown = hashjoule(["man", "fly"]).output().unwrap();
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("there is no command 'fly'"));
}

#[test]
fn manual_pages_are_roff_without_a_fault() {
    for name in commands().iter().filter(|name| *name != "help") {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), page(&[name])).unwrap();
        let Ok(output) = Command::new("mandoc").args(["-T", "utf8", "-W", "error"]).arg(file.path()).output() else {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "CI has to have mandoc");
            println!("SKIPPED: mandoc is not here to read the manual pages");
            return;
        };
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(text.contains(&format!("hashjoule {name}")), "{name}: {text}");
    }
}

#[test]
fn a_file_is_no_document() {
    for words in ["--json man", "completions bash --json"] {
        let ran = crate::run(words);
        assert_eq!((ran.code, &ran.json()["error"]["code"]), (Some(2), &"no-json".into()), "{words}: {}", ran.err);
    }
}

#[test]
fn a_closed_pipe_is_quiet() {
    for args in [&["completions", "zsh"][..], &["man"]] {
        let mut child = hashjoule(args).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{args:?}");
    }
}
