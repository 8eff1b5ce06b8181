//! The client with somebody who searches by hand.

use super::{MASK, PASSWORD, PATIENCE};
use hashjoule::work::pool::session::Config;
use hashjoule::work::pool::stream::Trust;
use hashjoule::work::pool::{PoolConfig, PoolSource};
use hashjoule::work::{Event, Fatal, Find, Secret, Solution, Verdict, Work, WorkSource};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// The client with a searcher that hashes one nonce after the other when it is told to.
pub struct Miner {
    pub source: PoolSource,
    pub events: Receiver<Event>,
    /// Everything that was said to people.
    pub said: String,
    pub work: Option<Arc<Work>>,
    pub next: u64,
    pub started: Instant,
}

pub fn config(pools: &[String]) -> PoolConfig {
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
    pub fn new(url: &str) -> Self {
        Self::with(config(&[url.to_owned()]))
    }

    pub fn with(config: PoolConfig) -> Self {
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

    pub fn event(&mut self) -> Event {
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

    pub fn work(&mut self) -> Arc<Work> {
        loop {
            if let Event::Work(work) = self.event() {
                return work;
            }
        }
    }

    pub fn idle(&mut self) -> String {
        loop {
            if let Event::Idle(text) = self.event() {
                return text;
            }
        }
    }

    pub fn fatal(&mut self) -> Fatal {
        loop {
            if let Event::Fatal(fatal) = self.event() {
                return fatal;
            }
        }
    }

    pub fn answer(&mut self) -> (Verdict, String) {
        loop {
            if let Event::Answer(answer) = self.event() {
                return (answer.verdict, answer.words);
            }
        }
    }

    /// Finds a share of the work, with the version's bits rolled as far as they go, and hands it in.
    pub fn find(&mut self, work: &Arc<Work>) {
        self.next += 1;
        let version = work.template.version ^ (work.version_mask & 0x1555_4000);
        let extranonce = self.next % work.template.coinbase.extranonces();
        let time = work.time.current + u32::from(work.template.coinbase.extranonces() == 1) * self.next as u32;
        let header = |nonce| hashjoule::header::Header { nonce, ..work.template.header(extranonce, version, time) };
        let header = (0..).map(header).find(|header| work.target.is_met_by(&header.block_hash())).unwrap();
        self.source.submit(Find::new(&Solution { work: Arc::clone(work), extranonce, header }));
    }
}
