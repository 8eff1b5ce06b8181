//! One connection to a pool as a state machine: lines, finds and the time go in, actions come out.
//!
//! The order of the handshake is configure, subscribe, authorize; nothing is searched or submitted before
//! the pool has authorised. Answers are told apart by their id alone, in whatever order they come.
//! A session never comes back to life: after its end the client opens another one, in which everything
//! (extranonce1, difficulty, mask, jobs) is new.

mod action;
mod handshake;
mod shares;
#[cfg(test)]
mod tests;

pub use action::{Action, Config, End};

use super::job::{PoolJob, Sent};
use super::message::{self, Answer, Extranonce, Message, Reconnect};
use super::notify::Notify;
use super::request;
use crate::header::Header;
use crate::target::Target;
use crate::work::sanitised;
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

/// Which of our requests an answer is for.
#[derive(Clone, Debug, PartialEq)]
enum Asked {
    Configure,
    Subscribe,
    Authorize,
    Suggest,
    Share { hash: String, header: Header },
}

/// Whether version bits may be rolled on this connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rolling {
    /// Not asked for, refused, or no answer yet.
    Off,
    /// The bits that both sides agreed on.
    Granted(u32),
}

/// One connection.
#[expect(clippy::struct_excessive_bools, reason = "a pool may say these in any order")]
#[derive(Debug)]
pub struct Session {
    config: Config,
    rolling: Rolling,
    /// BIP310 lets the pool set a mask; not after it refused to roll.
    rolling_refused: bool,
    has_subscribed: bool,
    extranonce: Option<Extranonce>,
    authorized: bool,
    ended: bool,
    difficulty: f64,
    share_target: Target,
    /// Came before the extranonce did.
    early: Option<Notify>,
    /// The jobs that shares still count for, the current one last.
    jobs: VecDeque<Arc<PoolJob>>,
    next_serial: u64,
    sent: Sent,
    next_id: u64,
    asked: BTreeMap<u64, (Duration, Asked)>,
    last_line: Duration,
    nonsense: usize,
    actions: VecDeque<Action>,
}

impl Session {
    /// Without any line for so long the connection is given up.
    pub const SILENCE: Duration = Duration::from_secs(100);
    /// A pool that does not answer `mining.configure` for so long does not know it.
    pub const CONFIGURE: Duration = Duration::from_secs(5);
    /// For the other steps of the handshake.
    pub const HANDSHAKE: Duration = Duration::from_secs(30);
    /// A share without an answer for so long gets none.
    pub const SHARE: Duration = Duration::from_secs(60);
    /// So many shares may be unanswered before the search has to wait for the pool.
    pub const WINDOW: usize = 64;
    /// Jobs without `clean_jobs` add up; older ones are forgotten.
    const MOST_JOBS: usize = 64;
    const MOST_NONSENSE: usize = 20;

    /// A fresh connection at the time `now`; jobs are numbered from `first_serial`.
    pub fn new(config: Config, first_serial: u64, now: Duration) -> Self {
        let mut session = Self {
            rolling: Rolling::Off,
            rolling_refused: config.mask == 0,
            has_subscribed: false,
            extranonce: None,
            authorized: false,
            ended: false,
            difficulty: 1.0,
            share_target: Target::DIFFICULTY_1,
            early: None,
            jobs: VecDeque::new(),
            next_serial: first_serial,
            sent: Sent::default(),
            next_id: 1,
            asked: BTreeMap::new(),
            last_line: now,
            nonsense: 0,
            actions: VecDeque::new(),
            config,
        };
        match session.config.mask {
            0 => session.subscribe(now),
            mask => session.ask(now, Asked::Configure, |id, _| request::configure(id, mask)),
        }
        session
    }

    /// The next thing to do, in order.
    pub fn action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    /// The serial of the next job, for the next session.
    pub fn next_serial(&self) -> u64 {
        self.next_serial
    }

    /// Whether the pool has answered `mining.subscribe`.
    pub fn is_subscribed(&self) -> bool {
        self.extranonce.is_some()
    }

    /// Whether shares wait for so many answers that the search should wait too.
    pub fn is_congested(&self) -> bool {
        self.asked.len() >= Self::WINDOW
    }

    /// The job that is searched now, once the pool has authorised.
    pub fn job(&self) -> Option<&Arc<PoolJob>> {
        self.jobs.back().filter(|_| self.authorized && !self.ended)
    }

    /// The share difficulty that the next job will have.
    pub fn difficulty(&self) -> f64 {
        self.difficulty
    }

    /// The version bits that are rolled; `None` when rolling was not granted.
    pub fn mask(&self) -> Option<u32> {
        match self.rolling {
            Rolling::Granted(mask) => Some(mask),
            Rolling::Off => None,
        }
    }

    /// The time passes. To be called about once a second.
    pub fn tick(&mut self, now: Duration) {
        if self.ended {
            return;
        }
        let since = |at: Duration| now.saturating_sub(at);
        let late =
            |kind: &Asked, limit: Duration| self.asked.values().any(|(at, asked)| asked == kind && since(*at) >= limit);
        if since(self.last_line) >= Self::SILENCE {
            self.end(End::Silent);
        } else if late(&Asked::Subscribe, Self::HANDSHAKE) {
            self.end(End::NoAnswer("mining.subscribe"));
        } else if late(&Asked::Authorize, Self::HANDSHAKE) {
            self.end(End::NoAnswer("mining.authorize"));
        } else if late(&Asked::Configure, Self::CONFIGURE) {
            self.go_on_without_rolling(now, "the pool does not answer mining.configure");
        }
        self.expire_shares(now);
    }

    /// The connection is gone: what is unanswered stays so.
    pub fn closed(&mut self) {
        let asked = std::mem::take(&mut self.asked);
        self.actions.extend(asked.values().filter_map(|(_, asked)| asked.unanswered()));
        self.ended = true;
        self.jobs.clear();
    }

    fn end(&mut self, why: End) {
        if !self.ended {
            self.closed();
            self.actions.push_back(Action::End(why));
        }
    }

    /// One line of the pool.
    pub fn line(&mut self, now: Duration, line: &[u8]) {
        if self.ended || line.trim_ascii().is_empty() {
            return;
        }
        self.last_line = now;
        match message::parse(line) {
            Ok(message) => {
                self.nonsense = 0;
                self.hear(now, message);
            }
            Err(error) => self.bad_line(&error.to_string()),
        }
    }

    fn bad_line(&mut self, why: &str) {
        self.nonsense += 1;
        self.actions.push_back(Action::Note(why.to_owned()));
        if self.nonsense >= Self::MOST_NONSENSE {
            self.end(End::Nonsense(self.nonsense, why.to_owned()));
        }
    }

    fn hear(&mut self, now: Duration, message: Message) {
        match message {
            Message::Answer(answer) => self.answered(now, answer),
            Message::Notify(notify) => self.notified(*notify),
            Message::SetDifficulty(difficulty) => self.set_difficulty(difficulty),
            Message::SetVersionMask(mask) if !self.rolling_refused => self.set_mask(mask),
            Message::SetVersionMask(_) => self.detail("a version mask without version rolling: ignored"),
            // It counts from the next job on; shares of the present ones keep theirs.
            Message::SetExtranonce(extranonce) if self.extranonce.is_some() => self.extranonce = Some(extranonce),
            Message::SetExtranonce(_) => self.detail("an extranonce before the subscription: ignored"),
            Message::Reconnect(to) => self.sent_away(to),
            Message::ShowMessage(text) => self.actions.push_back(Action::Note(format!("the pool says: {text}"))),
            Message::GetVersion(id) => self.send(request::answer(&id, request::AGENT)),
            Message::Ping(id) => self.send(request::answer(&id, "pong")),
            Message::Unknown(Value::Null, method) => self.detail(&format!("unknown notification {method}: ignored")),
            Message::Unknown(id, method) => self.send(request::refusal(&id, &method)),
        }
    }

    fn answered(&mut self, now: Duration, Answer { id, outcome }: Answer) {
        let Some((_, asked)) = id.or_else(|| self.only_id()).and_then(|id| self.asked.remove(&id)) else {
            return self.detail("an answer to nothing that was asked: ignored");
        };
        match asked {
            Asked::Configure => self.configured(now, outcome),
            Asked::Subscribe => self.subscribed(now, outcome),
            Asked::Authorize => self.authorized(outcome),
            Asked::Suggest => {}
            Asked::Share { hash, header } => self.judged(hash, &header, outcome),
        }
    }

    /// An answer without an id can only be told when a single one is awaited.
    fn only_id(&self) -> Option<u64> {
        let mut ids = self.asked.iter().filter(|(_, (_, asked))| *asked != Asked::Suggest).map(|(&id, _)| id);
        ids.next().filter(|_| ids.next().is_none())
    }

    /// Anyone on the way could send us to a pool of their own.
    fn sent_away(&mut self, to: Reconnect) {
        if self.config.may_move_to(to.host.as_deref()) {
            return self.end(End::Reconnect(to));
        }
        let host = sanitised(&to.host.unwrap_or_default());
        self.actions.push_back(Action::Note(format!("the pool wants to send us to {host}: refused, staying here")));
    }

    fn announce(&mut self, clean: bool) {
        if self.job().is_some() {
            self.actions.push_back(Action::NewWork { clean });
        }
    }

    fn ask(&mut self, now: Duration, asked: Asked, line: impl FnOnce(u64, &Config) -> String) {
        let id = self.next_id;
        self.next_id += 1;
        self.send(line(id, &self.config));
        self.asked.insert(id, (now, asked));
    }

    fn send(&mut self, line: String) {
        self.actions.push_back(Action::Send(line));
    }

    fn detail(&mut self, text: &str) {
        self.actions.push_back(Action::Detail(text.to_owned()));
    }
}
