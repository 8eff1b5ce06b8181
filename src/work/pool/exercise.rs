//! A session under arbitrary messages, for fuzzing and for tests on stable: any bytes are a script.
//!
//! The script chooses what the pool says (the lines are well-formed, their order and values are not), when
//! finds are submitted and how the time passes. A model beside the session knows which jobs are alive
//! and what was sent, and panics when the session breaks a promise: no share before authorisation or for a
//! dead job, none twice, bits within the mask and only when rolling, a header that meets its target.

use super::job::{PoolJob, Share};
use super::message;
use super::request::BIP320_MASK;
use super::session::{Action, Config, Session};
use crate::header::Header;
use crate::work::Secret;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// One line of a pool, whatever it holds: it parses or it does not.
pub fn line(bytes: &[u8]) {
    let _ = message::parse(bytes);
}

/// A whole session: each byte of the script picks a step, the next ones its values. How many shares it sent.
///
/// # Panics
/// When the session breaks a promise.
pub fn session(script: &[u8]) -> usize {
    let mut bytes = script.iter().copied();
    let config = Config {
        user: "u".into(),
        password: Secret::new("secret"),
        mask: if bytes.next().is_some_and(|b| b & 1 == 1) { BIP320_MASK } else { 0 },
        suggest_difficulty: None,
        host: "pool".into(),
        follows_anywhere: false,
    };
    let mut world = World::new(config);
    while let Some(step) = bytes.next() {
        let mut pick = |n: u8| bytes.next().unwrap_or(0) % n;
        world.step(step % 16, &mut pick);
        world.obey();
    }
    world.sent.len()
}

/// The session and what is known about it from outside.
struct World {
    session: Session,
    now: Duration,
    mask: u32,
    /// The methods of the requests that are not answered yet.
    asked: BTreeMap<u64, String>,
    authorized: bool,
    /// Job ids that shares still count for.
    alive: BTreeSet<String>,
    prev: Option<u8>,
    subscribed: bool,
    jobs: u32,
    /// Jobs that searchers have seen, with the mask of that moment.
    taken: Vec<(Arc<PoolJob>, u32)>,
    /// What is being submitted.
    offered: Option<(Arc<PoolJob>, Header)>,
    sent: BTreeSet<[u8; 80]>,
    finds: u64,
    pending: BTreeSet<String>,
    ended: bool,
}

impl World {
    fn new(config: Config) -> Self {
        Self {
            session: Session::new(config, 0, Duration::ZERO),
            now: Duration::ZERO,
            mask: 0,
            asked: BTreeMap::new(),
            authorized: false,
            alive: BTreeSet::new(),
            prev: None,
            subscribed: false,
            jobs: 0,
            taken: Vec::new(),
            offered: None,
            sent: BTreeSet::new(),
            finds: 0,
            pending: BTreeSet::new(),
            ended: false,
        }
    }

    fn step(&mut self, step: u8, pick: &mut dyn FnMut(u8) -> u8) {
        match step {
            0 | 1 => self.good_answer(pick),
            // Rarely, for most of them end the session.
            2 if pick(6) == 0 => self.bad_answer(pick),
            3 | 4 => self.notify(pick),
            5 => self.set_difficulty(pick),
            6 => self.set_mask(pick),
            7 => {
                let first = ["", "aa", "aabb"][pick(3) as usize];
                self.say(&json!({ "method": "mining.set_extranonce", "params": [first, pick(4)] }));
            }
            8 => self.raw(pick),
            9 => self.pass_time(pick),
            10 => self.take_work(),
            _ => self.find(pick),
        }
    }

    fn say(&mut self, line: &Value) {
        self.session.line(self.now, line.to_string().as_bytes());
    }

    fn some_id(&self, pick: &mut dyn FnMut(u8) -> u8) -> Option<(u64, String)> {
        let at = pick(u8::MAX) as usize % self.asked.len().max(1);
        self.asked.iter().nth(at).map(|(&id, method)| (id, method.clone()))
    }

    fn good_answer(&mut self, pick: &mut dyn FnMut(u8) -> u8) {
        let Some((id, method)) = self.some_id(pick) else { return };
        self.asked.remove(&id);
        let result = match method.as_str() {
            "mining.configure" => {
                let mask = [BIP320_MASK, 0x0000_6000, 0][pick(3) as usize];
                self.mask = mask & BIP320_MASK;
                json!({ "version-rolling": true, "version-rolling.mask": format!("{mask:08x}") })
            }
            "mining.subscribe" => {
                self.subscribed = true;
                let first = ["", "0102"][pick(2) as usize];
                json!([[], first, pick(3)])
            }
            _ => Value::Bool(true),
        };
        self.authorized |= method == "mining.authorize" && !self.ended;
        self.say(&json!({ "id": id, "result": result, "error": null }));
    }

    fn bad_answer(&mut self, pick: &mut dyn FnMut(u8) -> u8) {
        let id = if pick(4) == 0 { 9999 } else { self.some_id(pick).map_or(7777, |(id, _)| id) };
        self.asked.remove(&id);
        let code = 20 + pick(6);
        let error =
            [Value::Null, json!([code, "no"]), json!([code, "no", null]), json!("no")][pick(4) as usize].clone();
        self.say(&json!({ "id": id, "result": pick(2) == 0 && error != Value::Null, "error": error }));
    }

    fn notify(&mut self, pick: &mut dyn FnMut(u8) -> u8) {
        let (clean, prev) = (pick(2) == 0, pick(2));
        // Sometimes a job id comes again.
        self.jobs += u32::from(pick(4) != 0);
        if clean || self.prev != Some(prev) || !self.subscribed {
            self.alive.clear();
        }
        self.prev = Some(prev);
        let job_id = self.jobs.to_string();
        let prev = hex::encode([prev; 32]);
        // All hashes are shares and blocks, so every find is worth sending.
        let params = json!([job_id, prev, "01", "02", [], "20000000", "207fffff", "5c000000", clean]);
        self.alive.insert(job_id);
        self.say(&json!({ "id": null, "method": "mining.notify", "params": params }));
    }

    fn set_difficulty(&mut self, pick: &mut dyn FnMut(u8) -> u8) {
        let value = [json!(1e-9), json!(0), json!(-1), json!("NaN"), json!(1e-80), json!(1), json!(null)]
            [pick(7) as usize]
            .clone();
        self.say(&json!({ "method": "mining.set_difficulty", "params": [value] }));
    }

    fn set_mask(&mut self, pick: &mut dyn FnMut(u8) -> u8) {
        let mask = [0, 0xffff_ffffu32, 0x0000_2000][pick(3) as usize];
        self.say(&json!({ "method": "mining.set_version_mask", "params": [format!("{mask:08x}")] }));
        self.mask = self.session.mask().unwrap_or(0);
        assert_eq!(self.mask & !BIP320_MASK, 0, "rolls bits that BIP320 does not leave to miners");
    }

    fn raw(&mut self, pick: &mut dyn FnMut(u8) -> u8) {
        let line: Vec<u8> = (0..pick(40)).map(|_| pick(u8::MAX)).collect();
        self.session.line(self.now, &line);
    }

    fn pass_time(&mut self, pick: &mut dyn FnMut(u8) -> u8) {
        self.now += Duration::from_secs(u64::from(pick(40)));
        self.session.tick(self.now);
    }

    fn take_work(&mut self) {
        let job = self.session.job().cloned();
        assert!(job.is_none() || (self.authorized && !self.ended), "work without authorisation");
        self.taken.extend(job.map(|job| (job, self.session.mask().unwrap_or(0))));
    }

    fn find(&mut self, pick: &mut dyn FnMut(u8) -> u8) {
        let at = pick(u8::MAX) as usize % self.taken.len().max(1);
        let Some((job, mask)) = self.taken.get(at).cloned() else { return };
        let rolled = [0, 0x2000, 0x4000, mask][pick(4) as usize] & mask;
        let share = Share {
            job: job.serial,
            extranonce: u64::from(pick(2)),
            time: job.time + u32::from(pick(2)),
            version: job.template.version ^ rolled,
            nonce: u32::from(pick(4)),
        };
        let header = job.header(&share);
        self.offered = Some((job, header));
        self.finds += 1;
        let name = self.finds.to_string();
        if self.session.submit(self.now, &name, &share).is_ok() {
            self.pending.insert(name);
        }
    }

    fn obey(&mut self) {
        while let Some(action) = self.session.action() {
            assert!(!self.ended, "{action:?} after the end");
            match action {
                Action::Send(line) => self.hear(&line),
                Action::Judged(answer) => assert!(self.pending.remove(&answer.hash), "{answer:?} twice"),
                Action::NewWork { .. } => assert!(self.authorized, "work before authorisation"),
                Action::End(_) => {
                    self.ended = true;
                    assert!(self.pending.is_empty(), "shares without a verdict at the end");
                }
                Action::Note(text) | Action::Detail(text) => assert!(!text.contains("secret")),
            }
        }
        self.offered = None;
    }

    fn hear(&mut self, line: &str) {
        assert_eq!(line.find('\n'), Some(line.len() - 1), "one object a line");
        let value: Value = serde_json::from_str(line).expect("we speak JSON");
        let Some(method) = value["method"].as_str() else { return };
        let id = value["id"].as_u64().expect("our ids are numbers");
        assert!(self.asked.insert(id, method.to_owned()).is_none(), "an id twice");
        if method == "mining.submit" {
            self.judge(&value["params"]);
        }
    }

    fn judge(&mut self, params: &Value) {
        let (job, header) = self.offered.take().expect("a share that nobody found");
        let job_id = params[1].as_str().expect("a job id");
        assert!(self.authorized, "a share before authorisation");
        assert!(self.alive.contains(job_id), "a share for the dead job {job_id}");
        let word = |at: usize| u32::from_str_radix(params[at].as_str().expect("hex"), 16).expect("hex");
        let rolling = self.session.mask();
        assert_eq!(params.as_array().map(Vec::len), Some(5 + usize::from(rolling.is_some())));
        let bits = if rolling.is_some() { word(5) } else { 0 };
        let mask = rolling.unwrap_or(0);
        assert_eq!(bits & !mask, 0, "bits outside the mask");
        let version = (job.template.version & !mask) | (bits & mask);
        // As a pool does it: from the text of extranonce2.
        let extranonce = params[2].as_str().and_then(|text| hex::decode(text).ok()).expect("hex");
        let extranonce = extranonce.iter().fold(0, |number, &byte| number << 8 | u64::from(byte));
        let rebuilt = job.header(&Share { job: 0, extranonce, time: word(3), version, nonce: word(4) });
        assert_eq!(rebuilt, header, "the pool would see another header");
        assert!(self.sent.insert(header.to_bytes()), "a share twice");
    }
}
