//! `mine --pool` as a user runs it, against the scripted server.

use crate::program::hashjoule;
use crate::stratum_server::{Job, Server};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::Child;
use std::time::Duration;

const MASK: u32 = 0x1fff_e000;
const PASSWORD: &str = "correct-horse-battery";

struct Miner {
    folder: tempfile::TempDir,
    child: Child,
}

struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
    journal: String,
}

impl Ended {
    fn events(&self, name: &str) -> Vec<Value> {
        let values = self.stdout.lines().map(|line| serde_json::from_str::<Value>(line).expect(line));
        values.filter(|value| value["event"] == name).collect()
    }

    fn summary(&self) -> Value {
        self.events("summary").pop().unwrap_or_else(|| panic!("no summary: {}{}", self.stdout, self.stderr))
    }
}

impl Miner {
    fn start(server: &Server, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let child = hashjoule(["mine", "--pool", &server.url(), "--user", "worker.1", "--threads", "1", "--no-pin"])
            .args(["--kernel", "portable", "--events", "-v", "--journal"])
            .arg(folder.path().join("journal"))
            .args(if arguments.contains(&"--time") { &[][..] } else { &["--time", "20s"] })
            .args(arguments)
            .env("HASHJOULE_PASSWORD", PASSWORD)
            .spawn()
            .unwrap();
        Self { folder, child }
    }

    fn journal(&self) -> PathBuf {
        self.folder.path().join("journal")
    }

    /// Interrupts it when it has printed this event.
    fn end_at(mut self, event: &str) -> Ended {
        let mut stderr = self.child.stderr.take().unwrap();
        let notes = std::thread::spawn(move || std::io::read_to_string(&mut stderr).unwrap());
        let (mut lines, mut stdout) = (BufReader::new(self.child.stdout.take().unwrap()), String::new());
        let wanted = format!("\"event\":\"{event}\"");
        while !stdout.lines().next_back().is_some_and(|line| line.contains(&wanted)) {
            assert_ne!(lines.read_line(&mut stdout).unwrap(), 0, "it ended before: {stdout}");
        }
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        lines.read_to_string(&mut stdout).unwrap();
        Ended { stdout, stderr: notes.join().unwrap(), ..self.end() }
    }

    fn end(self) -> Ended {
        let journal = self.journal();
        let output = self.child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ended {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            journal: std::fs::read_to_string(journal).unwrap_or_default(),
        }
    }
}

#[test]
fn shares_are_in_the_journal_and_the_password_is_nowhere() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        let configure = peer.expect("mining.configure");
        peer.grant(&configure, MASK);
        peer.subscribe();
        let authorize = peer.expect("mining.authorize");
        assert_eq!(authorize["params"], json!(["worker.1", PASSWORD]));
        peer.answer(&authorize, json!(true));
        peer.tell("client.show_message", json!([format!("is {PASSWORD} your password?")]));
        peer.notify(Job::new("a"));
        (0..3).for_each(|_| drop(peer.share()));
        let refused = peer.expect("mining.submit");
        peer.refuse(&refused, json!([20, format!("{PASSWORD} is no good")]));
        // Some are under way when the miner has enough.
        peer.serve();
    });
    let miner = Miner::start(&server, &["--shares", "4"]);
    #[cfg(target_os = "linux")]
    {
        let read = || std::fs::read_to_string(format!("/proc/{}/cmdline", miner.child.id())).unwrap();
        // Empty until the new program has its memory.
        let mut titles = (0..100).map(|_| {
            std::thread::sleep(Duration::from_millis(5));
            read()
        });
        let title = titles.find(|title| !title.is_empty()).unwrap_or_default();
        assert!(title.contains("worker.1") && !title.contains(PASSWORD), "{title}");
    }
    let ended = miner.end();
    server.join();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.summary()["accepted"].as_u64().unwrap() >= 4);
    assert_eq!(ended.summary()["rejected"], 1);
    assert!(ended.journal.lines().filter(|line| line.contains("\"found\"")).count() >= 5, "{}", ended.journal);
    assert!(ended.stderr.contains("[password]"), "{}", ended.stderr);
    for (name, text) in [("stdout", &ended.stdout), ("stderr", &ended.stderr), ("journal", &ended.journal)] {
        assert!(!text.contains(PASSWORD), "the password is in {name}");
    }
}

#[test]
fn a_flood_of_shares_is_searched_no_faster_than_the_pool_answers() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.tell("mining.set_difficulty", json!([1e-9]));
        peer.notify(Job::new("a"));
        for _ in 0..300 {
            std::thread::sleep(Duration::from_millis(1));
            peer.share();
        }
        peer.serve();
    });
    let ended = Miner::start(&server, &["--shares", "300"]).end();
    server.join();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let summary = ended.summary();
    let number = |key: &str| summary[key].as_u64().unwrap();
    assert_eq!((number("rejected"), number("duplicate"), number("stale")), (0, 0, 0), "{summary}");
    assert!(number("found") < 300 + 2000, "{summary}");
    assert_eq!(number("found"), number("accepted") + number("pending"), "{summary}");
}

#[test]
fn a_clean_job_takes_over_and_its_latency_is_told() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        // Nobody finds a share of the first job.
        peer.tell("mining.set_difficulty", json!([1e12]));
        peer.notify(Job { bits: "172e5b50", ..Job::new("hard") });
        std::thread::sleep(Duration::from_millis(300));
        peer.tell("mining.set_difficulty", json!([1e-6]));
        peer.notify(Job { bits: "172e5b50", ..Job::new("easy").on(9) });
        assert_eq!(peer.share()["params"][1], "easy");
        peer.serve();
    });
    let ended = Miner::start(&server, &["--shares", "1"]).end();
    server.join();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.summary()["switch_median_ms"].is_number(), "{}", ended.summary());
    assert_eq!(ended.events("work").len(), 2);
}

#[test]
fn nothing_is_hashed_between_two_connections() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.tell("mining.set_difficulty", json!([1e12]));
        peer.notify(Job { bits: "172e5b50", ..Job::new("a") });
        std::thread::sleep(Duration::from_millis(200));
        drop(peer);
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.tell("mining.set_difficulty", json!([1e-6]));
        peer.notify(Job { bits: "172e5b50", ..Job::new("b") });
        peer.serve();
    });
    let ended = Miner::start(&server, &["--shares", "1"]).end();
    server.join();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let idle = ended.events("idle").swap_remove(0);
    assert!(idle["reason"].as_str().unwrap().contains("closed"), "{idle}");
    let place =
        |name: &str| ended.stdout.lines().position(|line| line.contains(&format!("\"event\":\"{name}\""))).unwrap();
    assert!(place("idle") < place("found"), "shares only after the new connection");
    assert!(ended.stderr.contains("not hashing: stratum+tcp://127.0.0.1"), "{}", ended.stderr);
    assert!(ended.stderr.contains("trying stratum+tcp://127.0.0.1"), "{}", ended.stderr);
}

#[test]
fn a_refused_user_ends_with_3_and_a_hint() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.expect("mining.configure");
        peer.raw(b"{\"id\":1,\"result\":{},\"error\":null}\n");
        peer.subscribe();
        let authorize = peer.expect("mining.authorize");
        peer.answer(&authorize, json!(false));
        peer.drain();
    });
    let ended = Miner::start(&server, &[]).end();
    server.join();
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    assert!(ended.stderr.contains("worker.1") && ended.stderr.contains("hint: "), "{}", ended.stderr);
}

#[test]
fn the_command_line_says_what_is_missing() {
    for (arguments, words) in [
        (&["--pool", "stratum+tcp://127.0.0.1:1"][..], "--user"),
        (&["--pool", "stratum+tcp://me:secret-word@127.0.0.1:1", "--user", "me"], "no user and no password"),
        (&["--pool", "http://127.0.0.1:1", "--user", "me"], "no scheme of a pool"),
        (&["--pool", "127.0.0.1:1", "--user", "me", "--suggest-difficulty", "0"], "suggest-difficulty"),
        (&["--shares", "1"], "--pool"),
    ] {
        let output = hashjoule([&["mine"], arguments].concat()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(words), "{stderr}");
        assert!(words == "--user" || !stderr.contains("me:secret"), "{stderr}");
    }
}

#[test]
fn a_status_has_the_watts_and_how_they_are_known() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("a"));
        peer.serve();
    });
    // A status comes every ten seconds.
    let ended = Miner::start(&server, &["--watts", "65W", "--time", "5m"]).end_at("status");
    server.join();
    assert_eq!(ended.code, Some(130), "{}", ended.stderr);
    let status = ended.events("status").pop().unwrap();
    assert_eq!(status["power"], json!({"watts": 65.0, "provenance": "declared", "boundary": "declared"}));
}

#[test]
fn a_meter_that_was_asked_for_and_fails_ends_it_before_the_pool_hears_of_it() {
    let server = Server::start(drop);
    let ended = Miner::start(&server, &["--meter-cmd", "false"]).end();
    assert_eq!(ended.code, Some(5), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("'false' ended with exit status: 1") && ended.stderr.contains("hint: run the command")
    );
    server.join();
}
