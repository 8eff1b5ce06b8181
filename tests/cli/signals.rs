//! SIGINT and SIGTERM in mid-search: the summary, the exit code, and no hit lost.

use super::*;
use hashjoule::header::Header;
use hashjoule::job::Job;
use hashjoule::kernel::Kernel;
use hashjoule::target::CompactTarget;
use rustix::process::{Pid, Signal, kill_process};
use std::io::Read;
use std::process::Child;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);

fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn proc_file(child: &Child, name: &str) -> String {
    std::fs::read_to_string(format!("/proc/{}/{name}", child.id())).unwrap()
}

/// Whether a handler for SIGINT is in place.
fn listens(child: &Child) -> bool {
    let status = proc_file(child, "status");
    let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
    u64::from_str_radix(mask.trim(), 16).unwrap() & 1 << (2 - 1) != 0
}

/// Seconds of CPU time that it has used, by the 100 ticks a second that Linux shows everywhere.
fn cpu_seconds(child: &Child) -> f64 {
    let stat = proc_file(child, "stat");
    let after_name = stat.rsplit_once(')').unwrap().1;
    let ticks = after_name.split_whitespace().skip(11).take(2).map(|field| field.parse::<f64>().unwrap());
    ticks.sum::<f64>() / 100.0
}

fn send(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

/// A search that goes on for long and has some hits when the signal comes.
fn interrupted(words: &str, signal: Signal) -> Ran {
    let child = hashjoule(words.split_whitespace()).spawn().unwrap();
    wait_until("the search has run for half a second", || listens(&child) && cpu_seconds(&child) > 0.5);
    send(&child, signal);
    child.wait_with_output().unwrap().into()
}

/// With one thread the hashes that were tried are the first ones, so the hits are known.
#[test]
fn the_document_keeps_every_hit_and_says_interrupted() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let ran = interrupted("mine --threads 1 --bits 1f00ffff --all --json", signal);
        let document = ran.json();
        assert_eq!((ran.code, &document["interrupted"]), (Some(code), &true.into()), "{document}");
        let mut want = Vec::new();
        let target = CompactTarget(0x1f00_ffff).to_target().unwrap();
        let hashes = document["hashes"].as_u64().unwrap();
        assert!(hashes < 1 << 32, "it was in the middle of the search");
        Kernel::detect().search(&Job::new(&Header::GENESIS, target), 0..hashes, &mut want);
        assert_eq!(ran.nonces(), want.into_iter().map(u64::from).collect::<Vec<_>>());
        assert!(!ran.nonces().is_empty(), "there were hits to lose: {document}");
    }
}

#[test]
fn the_text_has_the_hits_and_the_summary() {
    let ran = interrupted("mine --bits 1f00ffff --all", Signal::INT);
    assert_eq!(ran.code, Some(130));
    let hits = ran.out.lines().filter(|line| line.starts_with("nonce ")).count();
    assert!(hits > 0 && ran.err.contains("(interrupted). "), "{}", ran.err);
    assert!(ran.err.starts_with(&hashjoule::units::counted(hits, "hit")), "{}", ran.err);
}

/// The output that nobody reads keeps it from ending at the first signal.
#[test]
fn a_second_signal_ends_at_once() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let target = "f".repeat(64);
        let words = format!("mine --target {target} --count 20000 --all");
        let mut child = hashjoule(words.split_whitespace()).spawn().unwrap();
        let mut first = [0; 5];
        child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
        assert_eq!(&first, b"nonce", "the search is over and the hits are being printed");
        send(&child, signal);
        std::thread::sleep(Duration::from_millis(200));
        assert_eq!(child.try_wait().unwrap(), None, "one signal alone does not cut the output off");
        send(&child, signal);
        wait_until("the second signal ends it", || child.try_wait().unwrap().is_some());
        assert_eq!(child.wait().unwrap().code(), Some(code));
    }
}

#[test]
fn the_story_ends_early_with_its_document() {
    let ran = interrupted("--json", Signal::INT);
    let document = ran.json();
    assert_eq!((ran.code, &document["schema"]), (Some(130), &"hashjoule-story/1".into()), "{document}");
    assert_eq!((&document["interrupted"], &document["found"]), (&true.into(), &Value::Null), "{document}");
}
