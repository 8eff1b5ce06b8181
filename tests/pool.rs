//! The pool client against a server that misbehaves on demand. Every line that the client sends is read by `sv1_api`,
//! every share is put together and hashed by other code.
#![cfg(feature = "net")]

mod stratum_server;

use hashjoule::work::pool::session::Config;
use hashjoule::work::pool::stream::Trust;
use hashjoule::work::pool::{PoolConfig, PoolSource};
use hashjoule::work::{Event, Fatal, Find, Secret, Solution, Verdict, Work, WorkSource};
use serde_json::json;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use stratum_server::certificates::Authority;
use stratum_server::{Job, PATIENCE, Server};

const MASK: u32 = 0x1fff_e000;
const PASSWORD: &str = "correct-horse-battery";

/// The client with a searcher that hashes one nonce after the other when it is told to.
struct Miner {
    source: PoolSource,
    events: Receiver<Event>,
    /// Everything that was said to people.
    said: String,
    work: Option<Arc<Work>>,
    next: u64,
    started: Instant,
}

fn config(pools: &[String]) -> PoolConfig {
    PoolConfig {
        pools: pools.iter().map(|url| url.parse().unwrap()).collect(),
        session: Config {
            user: "worker.1".into(),
            password: Secret::new(PASSWORD),
            mask: MASK,
            suggest_difficulty: None,
            host: String::new(),
            follows_anywhere: false,
        },
        trust: Trust::web(),
        first_wait: Duration::from_millis(40),
        verbose: true,
    }
}

impl Miner {
    fn new(url: &str) -> Self {
        Self::with(config(&[url.to_owned()]))
    }

    fn with(config: PoolConfig) -> Self {
        let (sender, events) = channel();
        Self {
            source: PoolSource::start(config, sender),
            events,
            said: String::new(),
            work: None,
            next: 0,
            started: Instant::now(),
        }
    }

    fn event(&mut self) -> Event {
        let left = (self.started + PATIENCE).saturating_duration_since(Instant::now());
        let event = self.events.recv_timeout(left);
        let event = event.unwrap_or_else(|_| panic!("the client does not get there; it said:\n{}", self.said));
        match &event {
            Event::Work(work) => self.work = Some(Arc::clone(work)),
            Event::Idle(text) => {
                self.work = None;
                self.said += &format!("{text}\n");
            }
            Event::Note(text) => self.said += &format!("{text}\n"),
            Event::Answer(answer) => self.said += &format!("{}\n", answer.words),
            _ => {}
        }
        assert!(!self.said.contains(PASSWORD), "the password is out: {}", self.said);
        event
    }

    fn work(&mut self) -> Arc<Work> {
        loop {
            if let Event::Work(work) = self.event() {
                return work;
            }
        }
    }

    fn idle(&mut self) -> String {
        loop {
            if let Event::Idle(text) = self.event() {
                return text;
            }
        }
    }

    fn fatal(&mut self) -> Fatal {
        loop {
            if let Event::Fatal(fatal) = self.event() {
                return fatal;
            }
        }
    }

    fn answer(&mut self) -> (Verdict, String) {
        loop {
            if let Event::Answer(answer) = self.event() {
                return (answer.verdict, answer.words);
            }
        }
    }

    /// Finds a share of the work, with the version's bits rolled as far as they go, and hands it in.
    fn find(&mut self, work: &Arc<Work>) {
        self.next += 1;
        let version = work.template.version ^ (work.version_mask & 0x1555_4000);
        let extranonce = self.next % work.template.coinbase.extranonces();
        let time = work.time.current + u32::from(work.template.coinbase.extranonces() == 1) * self.next as u32;
        let header = |nonce| hashjoule::header::Header { nonce, ..work.template.header(extranonce, version, time) };
        let header = (0..).map(header).find(|header| work.target.is_met_by(&header.block_hash())).unwrap();
        self.source.submit(Find::new(&Solution { work: Arc::clone(work), extranonce, header }));
    }
}

#[test]
fn shares_with_rolled_bits_are_accepted() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(0xffff_ffff);
        peer.notify(Job::new("a"));
        let bits: Vec<String> = (0..3).map(|_| peer.share()["params"][5].to_string()).collect();
        assert_eq!(bits, vec!["\"15554000\""; 3]);
        assert_eq!(peer.drain(), 0);
    });
    let mut miner = Miner::new(&server.url());
    let work = miner.work();
    assert_eq!(work.version_mask, MASK);
    (0..3).for_each(|_| miner.find(&work));
    (0..3).for_each(|_| assert_eq!(miner.answer(), (Verdict::Accepted, String::new())));
    drop(miner);
    server.join();
}

#[test]
fn nothing_but_the_handshake_is_sent_before_authorisation() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        let configure = peer.expect("mining.configure");
        peer.grant(&configure, MASK);
        peer.notify(Job::new("early"));
        peer.subscribe();
        let authorize = peer.expect("mining.authorize");
        peer.notify(Job::new("a"));
        std::thread::sleep(Duration::from_millis(100));
        peer.answer(&authorize, json!(true));
        peer.share();
    });
    let mut miner = Miner::new(&server.url());
    let work = miner.work();
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    server.join();
}

#[test]
fn partial_lines_are_put_together() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        for piece in
            [&b"\n{\"id\":nu"[..], b"ll,\"method\":\"mining.", b"set_difficulty\",\"params\":[0.001]}\r", b"\n"]
        {
            peer.raw(piece);
            std::thread::sleep(Duration::from_millis(30));
        }
        peer.notify(Job::new("a"));
        peer.share();
    });
    let mut miner = Miner::new(&server.url());
    let work = miner.work();
    assert_eq!(miner.source.status().difficulty, Some(0.001));
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    server.join();
}

#[test]
fn a_pool_that_closes_in_mid_line_is_connected_to_again_and_no_hash_is_made_meanwhile() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("a"));
        peer.raw(b"{\"id\":null,\"method\":\"mining.noti");
        drop(peer);
        let mut peer = door.accept();
        peer.extranonce1 = vec![0xee; 3];
        peer.handshake(0x0000_6000);
        peer.notify(Job::new("a"));
        peer.share();
    });
    let mut miner = Miner::new(&server.url());
    let old = miner.work();
    let why = miner.idle();
    assert!(why.contains("closed"), "{why}");
    // Found for the connection that is gone: answered, not sent, not lost without a word.
    miner.find(&old);
    assert_eq!(miner.answer(), (Verdict::Stale, "found for a job that had ended".into()));
    let work = miner.work();
    assert_eq!(work.version_mask, 0x6000, "everything is new after a reconnect");
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    server.join();
}

#[test]
fn two_mebibytes_without_a_newline_end_the_connection() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.raw(&vec![b'['; 2 << 20]);
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("a"));
        peer.share();
    });
    let mut miner = Miner::new(&server.url());
    assert!(miner.idle().contains("1048576 bytes without a newline"));
    let work = miner.work();
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    server.join();
}

#[test]
fn a_pool_that_closes_at_configure_is_asked_without_it() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.expect("mining.configure");
        drop(peer);
        let mut peer = door.accept();
        peer.subscribe();
        peer.authorize();
        peer.notify(Job::new("a"));
        assert_eq!(peer.share()["params"].as_array().unwrap().len(), 5);
    });
    let mut miner = Miner::new(&server.url());
    let work = miner.work();
    assert_eq!((work.version_mask, miner.source.status().version_mask), (0, None));
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    server.join();
}

#[test]
fn masks_extranonces_and_jobs_change_in_flight() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("a"));
        peer.share();
        peer.tell("mining.set_version_mask", json!(["00004000"]));
        peer.mask = Some(0x4000);
        assert_eq!(peer.share()["params"][5], "00004000");
        peer.tell("mining.set_extranonce", json!(["00112233445566778899aabbccddeeff", 0]));
        // Counts from the next job; the present one keeps its own.
        peer.share();
        (peer.extranonce1, peer.extranonce2_size) = (hex::decode("00112233445566778899aabbccddeeff").unwrap(), 0);
        peer.notify(Job::new("b"));
        assert_eq!(peer.share()["params"][2], "");
        assert_eq!(peer.share()["params"][2], "");
    });
    let mut miner = Miner::new(&server.url());
    let work = miner.work();
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    let work = miner.work();
    assert_eq!(work.version_mask, 0x4000);
    miner.find(&work);
    miner.find(&work);
    assert_eq!((miner.answer().0, miner.answer().0), (Verdict::Accepted, Verdict::Accepted));
    let work = miner.work();
    assert_eq!(work.template.coinbase.extranonces(), 1);
    miner.find(&work);
    miner.find(&work);
    assert_eq!((miner.answer().0, miner.answer().0), (Verdict::Accepted, Verdict::Accepted));
    server.join();
}

#[test]
fn two_notifies_after_a_block_leave_the_old_job_dead_and_both_new_ones_alive() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("old"));
        peer.share();
        peer.notify(Job::new("empty").on(4));
        std::thread::sleep(Duration::from_millis(50));
        peer.notify(Job::new("full").on(4).stale_jobs_live());
        let jobs = [peer.share(), peer.share()].map(|share| share["params"][1].to_string());
        assert_eq!(jobs, ["\"empty\"", "\"full\""]);
        assert_eq!(peer.drain(), 0);
    });
    let mut miner = Miner::new(&server.url());
    let old = miner.work();
    miner.find(&old);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    let (empty, full) = (miner.work(), miner.work());
    assert_eq!((empty.clean, full.clean), (true, false));
    miner.find(&old);
    assert_eq!(miner.answer().0, Verdict::Stale);
    miner.find(&empty);
    miner.find(&full);
    assert_eq!((miner.answer().0, miner.answer().0), (Verdict::Accepted, Verdict::Accepted));
    drop(miner);
    server.join();
}

#[test]
fn answers_out_of_order_and_of_any_shape_find_their_shares() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("a"));
        let shares: Vec<_> = (0..4).map(|_| peer.expect("mining.submit")).collect();
        peer.refuse(&shares[3], json!([21, "Job not found"]));
        peer.say(&json!({ "id": 999, "result": true, "error": null }));
        peer.say(&json!({ "id": shares[1]["id"].to_string(), "result": null, "error": [22, "Duplicate share", null] }));
        peer.refuse(&shares[2], json!({ "code": 20, "message": format!("I know your {PASSWORD}\u{1b}[2J") }));
        peer.answer(&shares[0], json!(true));
        assert_eq!(peer.drain(), 0);
    });
    let mut miner = Miner::new(&server.url());
    let work = miner.work();
    (0..4).for_each(|_| miner.find(&work));
    let verdicts: Vec<Verdict> = (0..4).map(|_| miner.answer().0).collect();
    assert_eq!(verdicts, [Verdict::Stale, Verdict::Duplicate, Verdict::Rejected, Verdict::Accepted]);
    assert!(miner.said.contains("I know your [password]"), "{}", miner.said);
    drop(miner);
    server.join();
}

#[test]
fn a_flood_of_shares_waits_for_the_pool_and_none_is_lost() {
    const COUNT: usize = 200;
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.tell("mining.set_difficulty", json!([1e-9]));
        peer.notify(Job::new("a"));
        // No answer until so many stand open.
        let first: Vec<_> = (0..64).map(|_| peer.expect("mining.submit")).collect();
        std::thread::sleep(Duration::from_millis(100));
        first.iter().for_each(|share| {
            peer.check(share);
            peer.answer(share, json!(true));
        });
        (64..COUNT).for_each(|_| drop(peer.share()));
        assert_eq!(peer.drain(), 0);
    });
    let mut miner = Miner::new(&server.url());
    let work = miner.work();
    (0..COUNT).for_each(|_| miner.find(&work));
    assert!(miner.idle().contains("faster than the pool answers"));
    (0..COUNT).for_each(|_| assert_eq!(miner.answer().0, Verdict::Accepted));
    assert!(miner.work.is_some(), "the search goes on");
    drop(miner);
    server.join();
}

#[test]
fn a_share_without_an_answer_is_told_when_the_connection_goes() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("a"));
        peer.expect("mining.submit");
        drop(peer);
        door.accept().expect("mining.configure");
    });
    let mut miner = Miner::new(&server.url());
    let work = miner.work();
    miner.find(&work);
    assert_eq!(miner.answer(), (Verdict::Stale, "the pool never answered".into()));
    drop(work);
    server.join();
}

#[test]
fn a_foreign_host_is_refused_and_the_own_one_with_a_port_as_text_is_followed() {
    let second = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("there"));
        peer.share();
    });
    let port = second.port.to_string();
    let first = Server::start(move |door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("here"));
        peer.tell("client.reconnect", json!(["thief.example", 3333, 0]));
        peer.share();
        peer.tell("client.reconnect", json!(["127.0.0.1", port, "0"]));
        assert_eq!(peer.drain(), 0);
    });
    let mut miner = Miner::new(&first.url());
    let work = miner.work();
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    assert!(miner.said.contains("thief.example: refused"), "{}", miner.said);
    miner.idle();
    let work = miner.work();
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    first.join();
    second.join();
}

#[test]
fn requests_of_the_pool_are_answered() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        for (method, expected) in
            [("client.get_version", "hashjoule/"), ("mining.ping", "pong"), ("mining.dance", "unknown")]
        {
            peer.say(&json!({ "id": "x", "method": method, "params": [] }));
            let answer = peer.read().unwrap();
            assert_eq!(answer["id"], "x");
            assert!(answer.to_string().contains(expected), "{answer}");
        }
        peer.tell("client.show_message", json!(["hello\u{7}"]));
        peer.notify(Job::new("a"));
    });
    let mut miner = Miner::new(&server.url());
    miner.work();
    assert!(miner.said.contains("the pool says: hello"), "{}", miner.said);
    server.join();
}

#[test]
fn the_second_pool_serves_when_the_first_does_not() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.handshake(MASK);
        peer.notify(Job::new("a"));
        peer.share();
    });
    let mut miner = Miner::with(config(&[format!("127.0.0.1:{closed}"), server.url()]));
    let work = miner.work();
    assert_eq!(miner.source.status().pool, Some(server.url()));
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    server.join();
}

#[test]
fn a_refused_user_is_the_end_with_a_clear_line() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        let configure = peer.expect("mining.configure");
        peer.grant(&configure, MASK);
        peer.subscribe();
        let authorize = peer.expect("mining.authorize");
        peer.refuse(&authorize, json!([24, format!("no such worker with password {PASSWORD}")]));
        assert_eq!(peer.drain(), 0);
    });
    let mut miner = Miner::new(&server.url());
    let fatal = miner.fatal();
    assert!(fatal.message.contains("worker.1") && fatal.message.contains("no such worker"), "{fatal:?}");
    assert!(!fatal.message.contains(PASSWORD));
    server.join();
}

fn over_tls(name: &'static str, expired: bool, trust_it: bool) -> (Server, PoolConfig) {
    let authority = Authority::new();
    let server = Server::start_tls(authority.server(name, expired), move |door| {
        if let Ok(mut peer) = door.try_accept() {
            peer.handshake(MASK);
            peer.notify(Job::new("a"));
            peer.share();
        }
    });
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &authority.pem).unwrap();
    let trust = if trust_it { Trust::only(file.path()).unwrap() } else { Trust::web() };
    let url = format!("stratum+ssl://127.0.0.1:{}", server.port);
    (server, PoolConfig { trust, ..config(&[url]) })
}

#[test]
fn a_pool_behind_tls_with_our_own_authority_serves() {
    let (server, config) = over_tls("127.0.0.1", false, true);
    let mut miner = Miner::with(config);
    let work = miner.work();
    miner.find(&work);
    assert_eq!(miner.answer().0, Verdict::Accepted);
    server.join();
}

#[test]
fn certificates_that_prove_nothing_are_the_end_with_a_clear_line() {
    for (name, expired, trust_it, words) in [
        ("127.0.0.1", false, false, "nobody we trust has issued it"),
        ("127.0.0.1", true, true, "it has expired"),
        ("pool.example", false, true, "it is for another name than 127.0.0.1"),
    ] {
        let (server, config) = over_tls(name, expired, trust_it);
        let fatal = Miner::with(config).fatal();
        assert!(fatal.message.contains(words), "{fatal:?}");
        server.join();
    }
}

#[test]
fn a_pool_without_tls_is_told_apart() {
    let server = Server::start(|door| {
        let mut peer = door.accept();
        peer.raw(b"{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[1]}\n");
        std::thread::sleep(Duration::from_millis(200));
    });
    let url = format!("stratum+ssl://127.0.0.1:{}", server.port);
    let fatal = Miner::with(config(&[url])).fatal();
    assert!(fatal.message.contains("does not speak TLS"), "{fatal:?}");
    server.join();
}

#[test]
fn authorities_that_are_none_are_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "no certificate").unwrap();
    assert!(Trust::only(file.path()).unwrap_err().to_string().contains("no certificate in it"));
    assert!(Trust::only(std::path::Path::new("absent.pem")).is_err());
}
