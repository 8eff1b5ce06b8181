//! A job of a pool with all that a share of it needs.

use super::message::Extranonce;
use super::notify::Notify;
use crate::header::Header;
use crate::target::{CompactTarget, Target};
use crate::work::{Coinbase, HeaderTemplate, Solution, TimeRule};
use serde::{Deserialize, Serialize};
use std::collections::{HashSet, VecDeque};

/// A job, bound to the extranonce and the difficulty that were in force when it came.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolJob {
    /// Counts the jobs of all connections: a pool may use a job id again, we do not.
    pub serial: u64,
    /// The pool's name for it.
    pub job_id: String,
    /// What headers are made from.
    pub template: HeaderTemplate,
    /// nTime as sent, seconds since 1970.
    pub time: u32,
    /// The share difficulty, for people; comparisons use the target.
    pub difficulty: f64,
    /// The share target.
    pub share_target: Target,
}

impl PoolJob {
    /// How far nTime may run ahead of the pool's, seconds: nodes accept 7,200, pools often less.
    pub const AHEAD_S: u32 = 600;

    pub(super) fn new(
        notify: Notify,
        extranonce: &Extranonce,
        serial: u64,
        difficulty: f64,
        share_target: Target,
    ) -> Self {
        let Notify { job_id, prev_blockhash, coinb1, coinb2, branch, version, bits, time, clean: _ } = notify;
        let before = [coinb1, extranonce.first.clone()].concat();
        let coinbase = Coinbase::new(before, extranonce.second_size, coinb2);
        let template = HeaderTemplate { version, prev_blockhash, bits, coinbase, branch };
        Self { serial, job_id, template, time, difficulty, share_target }
    }

    /// What a hash must meet to be sent: the easier one of the share's and the block's target.
    pub fn target(&self) -> Target {
        self.block_target().unwrap_or(Target::ZERO).max(self.share_target)
    }

    /// The target of a block; `None` when nBits hold none.
    pub fn block_target(&self) -> Option<Target> {
        CompactTarget(self.template.bits).to_target().ok()
    }

    /// nTime goes with the pool's clock, and ahead of it where nothing else is left to change.
    pub fn time_rule(&self) -> TimeRule {
        TimeRule { current: self.time, min: self.time, max: self.time.saturating_add(Self::AHEAD_S), rolls: true }
    }

    /// The header of a share of this job.
    pub fn header(&self, share: &Share) -> Header {
        Header { nonce: share.nonce, ..self.template.header(share.extranonce, share.version, share.time) }
    }
}

/// A find in our own words: what the journal keeps, and what a session turns into the pool's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// [`PoolJob::serial`].
    pub job: u64,
    /// The number in extranonce2.
    pub extranonce: u64,
    /// nTime.
    pub time: u32,
    /// nVersion, whole.
    pub version: u32,
    /// nNonce.
    pub nonce: u32,
}

impl Share {
    /// A solution of the job with that serial.
    pub fn new(job: u64, solution: &Solution) -> Self {
        let Header { time, version, nonce, .. } = solution.header;
        Self { job, extranonce: solution.extranonce, time, version, nonce }
    }

    /// As the journal keeps it.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("five numbers are always JSON")
    }
}

/// The shares that this connection sent, the last 65,536 of them, so that none is sent twice.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    hashes: HashSet<[u8; 32]>,
    order: VecDeque<[u8; 32]>,
}

impl Sent {
    const MOST: usize = 1 << 16;

    /// Notes the hash; false when it was sent before.
    pub fn insert(&mut self, hash: [u8; 32]) -> bool {
        let is_new = self.hashes.insert(hash);
        if is_new {
            self.order.push_back(hash);
        }
        if self.order.len() > Self::MOST {
            self.order.pop_front().map(|oldest| self.hashes.remove(&oldest));
        }
        is_new
    }
}
