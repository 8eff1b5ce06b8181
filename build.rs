//! Leaves the compiler's version, the target and the commit for the bench's record.
//!
//! The commit is asked for in release builds only: a debug build would compile everything again
//! after each commit, for a record that says "debug" anyway.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let env = |name: &str| std::env::var(name).unwrap_or_default();
    set("RUSTC", first_line(&env("RUSTC"), &["-V"]));
    set("TARGET", Some(env("TARGET")));
    if env("PROFILE") == "release" {
        set("COMMIT", commit());
    }
}

fn set(name: &str, value: Option<String>) {
    println!("cargo:rustc-env=HASHJOULE_{name}={}", value.unwrap_or_default());
}

/// The commit, with `-dirty` where the sources differ from it; nothing outside a checkout of our own.
fn commit() -> Option<String> {
    if !Path::new(".git").exists() {
        return None;
    }
    let log = first_line("git", &["rev-parse", "--git-path", "logs/HEAD"])?;
    for watched in [log.as_str(), "src", "Cargo.toml", "Cargo.lock"] {
        if Path::new(watched).exists() {
            println!("cargo:rerun-if-changed={watched}");
        }
    }
    let commit = first_line("git", &["rev-parse", "--short=12", "HEAD"])?;
    let changed = first_line("git", &["status", "--porcelain", "--", "src", "Cargo.toml", "Cargo.lock"]);
    Some(if changed.is_some() { commit + "-dirty" } else { commit })
}

fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()?.lines().next().map(str::to_owned)
}
