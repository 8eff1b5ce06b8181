//! What happened, for tools: one JSON object a line with `--events`, one document with `--json`, sentences otherwise.

use super::power::Drawn;
use super::searchers::Latencies;
use crate::header::BlockHash;
use crate::units::HashRate;
use crate::work::Verdict;
use serde::Serialize;
use std::time::Duration;

/// The schema that each line and the document carry.
pub const SCHEMA: &str = "hashjoule-mining/1";

/// One line of `--events`.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Line {
    /// New work.
    Work { height: Option<u32>, clean: bool, target: String },
    /// No work.
    Idle { reason: String },
    /// A find; it is in the journal when this is printed.
    Found { hash: String, height: Option<u32> },
    /// Its answer.
    Answered { hash: String, verdict: &'static str, words: String },
    /// What people are told.
    Note { text: String },
    /// Now and then.
    Status(Figures),
    /// At the end.
    Summary(Summary),
}

/// A line with its schema.
#[derive(Debug, Serialize)]
pub struct Tagged<'a> {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The rest.
    #[serde(flatten)]
    pub line: &'a Line,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Wall time since the start.
    pub uptime_s: f64,
    /// All hashes tried.
    pub hashes: u64,
    /// Over the last period.
    pub rate_hashes_per_s: f64,
    /// Age of the work, when there is any.
    pub work_age_s: Option<f64>,
    /// Height of the block that is searched.
    pub height: Option<u32>,
    /// Difficulty of what is searched: a block's or a share's.
    pub difficulty: Option<f64>,
    /// The lowest hash so far.
    pub best_hash: Option<String>,
    /// Watts, where a source gives them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub power: Option<Drawn>,
    /// Finds and their answers.
    #[serde(flatten)]
    pub counts: Counts,
}

/// Finds and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Found by this process.
    pub found: u64,
    /// Found earlier and sent again by this process.
    pub resent: u64,
    /// Answers.
    pub accepted: u64,
    /// Answers.
    pub stale: u64,
    /// Answers.
    pub duplicate: u64,
    /// Answers.
    pub rejected: u64,
    /// Without a final answer: in the journal, to be sent at the next start.
    pub pending: u64,
}

impl Counts {
    pub(super) fn count(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Accepted => self.accepted += 1,
            Verdict::Stale => self.stale += 1,
            Verdict::Duplicate => self.duplicate += 1,
            Verdict::Rejected => self.rejected += 1,
        }
    }
}

/// The end of a session.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Ended by a signal.
    pub interrupted: bool,
    /// Wall time.
    pub uptime_s: f64,
    /// All hashes tried.
    pub hashes: u64,
    /// Over the whole session.
    pub rate_hashes_per_s: f64,
    /// The lowest hash.
    pub best_hash: Option<String>,
    /// Finds and their answers.
    #[serde(flatten)]
    pub counts: Counts,
    /// From the arrival of new work to each thread.
    pub switch_median_ms: Option<f64>,
    /// The same, the longest.
    pub switch_worst_ms: Option<f64>,
}

/// What a summary is made of.
pub(super) struct Totals<'a> {
    pub interrupted: bool,
    pub uptime: Duration,
    pub hashes: u64,
    pub best: Option<BlockHash>,
    pub counts: Counts,
    pub latencies: &'a Latencies,
}

impl Totals<'_> {
    pub(super) fn summary(&self) -> Summary {
        let ms = |latency: Duration| latency.as_secs_f64() * 1e3;
        let uptime_s = self.uptime.as_secs_f64();
        Summary {
            interrupted: self.interrupted,
            uptime_s,
            hashes: self.hashes,
            // A session has some length. Below 2^53 hashes a float is exact, above it is near enough.
            rate_hashes_per_s: self.hashes as f64 / uptime_s.max(1e-9),
            best_hash: self.best.map(|hash| hash.to_string()),
            counts: self.counts,
            switch_median_ms: self.latencies.median().map(ms),
            switch_worst_ms: self.latencies.worst().map(ms),
        }
    }
}

impl Summary {
    /// For people, `unit` being what is found: "block" or "share".
    pub fn text(&self, unit: &str) -> Vec<String> {
        let Counts { found, resent, accepted, stale, duplicate, rejected, pending } = self.counts;
        let mut lines = Vec::new();
        let end = if self.interrupted { " (interrupted)" } else { "" };
        lines.push(format!(
            "{found} {unit}{} found, {accepted} accepted, {stale} stale, {duplicate} duplicate, {rejected} rejected{end}",
            if found == 1 { "" } else { "s" }
        ));
        if resent > 0 {
            lines.push(format!("{resent} of an earlier session sent again"));
        }
        if pending > 0 {
            lines.push(format!("{pending} without an answer: kept in the journal and sent at the next start"));
        }
        let rate = HashRate::from_hashes_per_second(self.rate_hashes_per_s);
        lines.push(format!(
            "{} hashes in {:.1} s, {rate}",
            crate::units::grouped(&self.hashes.to_string()),
            self.uptime_s
        ));
        if let (Some(median), Some(worst)) = (self.switch_median_ms, self.switch_worst_ms) {
            lines.push(format!("new work reached the threads after {median:.1} ms (median), {worst:.1} ms (worst)"));
        }
        if let Some(best) = &self.best_hash {
            lines.push(format!("best hash {best}"));
        }
        lines
    }
}
