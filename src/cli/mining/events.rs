//! What happened, for tools: one JSON object a line with `--events`, one document with `--json`, sentences otherwise.

use super::latencies::Latencies;
use super::power::Drawn;
use crate::cli::status::human_time;
use hashjoule::header::BlockHash;
use hashjoule::units::{HashRate, significant};
use hashjoule::work::Verdict;
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

impl Figures {
    /// For people, in one line; `unit` is what is found: "block" or "share".
    pub fn text(&self, unit: &str) -> String {
        let rate = HashRate::from_hashes_per_second(self.rate_hashes_per_s);
        let Counts { found, accepted, pending, .. } = self.counts;
        let mut line = format!("{rate}  {unit}s {accepted}/{found}");
        if pending > 0 {
            line += &format!("  waiting {pending}");
        }
        match (self.height, self.work_age_s) {
            (Some(height), Some(age)) => line += &format!("  height {height} for {}", human_time(age)),
            (None, Some(age)) => {
                let difficulty = significant(self.difficulty.unwrap_or_default(), 3);
                line += &format!("  difficulty {difficulty}  job for {}", human_time(age));
            }
            _ => line += "  no work",
        }
        if let Some(power) = &self.power {
            line += &format!("  {}", power.text(rate));
        }
        if let Some(best) = &self.best_hash {
            line += &format!("  best {}", &best[..best.len().min(24)]);
        }
        line + &format!("  up {}", human_time(self.uptime_s))
    }
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
            hashjoule::units::grouped(&self.hashes.to_string()),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> Figures {
        Figures {
            uptime_s: 12.0,
            hashes: 1,
            rate_hashes_per_s: 40e6,
            work_age_s: None,
            height: None,
            difficulty: None,
            best_hash: None,
            power: None,
            counts: Counts::default(),
        }
    }

    #[test]
    fn the_status_says_what_is_searched_and_for_how_long() {
        assert_eq!(figures().text("block"), "40.0 MH/s  blocks 0/0  no work  up 12 s");
        let block = Figures { work_age_s: Some(3.0), height: Some(125_552), ..figures() };
        assert_eq!(block.text("block"), "40.0 MH/s  blocks 0/0  height 125552 for 3.0 s  up 12 s");
        let counts = Counts { found: 5, accepted: 3, pending: 2, ..Counts::default() };
        let best_hash = Some(format!("{}{}", "0".repeat(20), "7".repeat(44)));
        let share = Figures { work_age_s: Some(3.0), difficulty: Some(0.125), best_hash, counts, ..figures() };
        assert_eq!(
            share.text("share"),
            "40.0 MH/s  shares 3/5  waiting 2  difficulty 0.125  job for 3.0 s  best 000000000000000000007777  up 12 s"
        );
    }

    #[test]
    fn the_summary_leaves_nothing_out_that_happened() {
        let counts = Counts { found: 1, resent: 2, accepted: 3, stale: 4, duplicate: 5, rejected: 6, pending: 7 };
        let mut latencies = Latencies::default();
        latencies.add(Duration::from_millis(2));
        let (uptime, best) = (Duration::from_secs(2), Some(hashjoule::header::Header::GENESIS.block_hash()));
        let totals = Totals { interrupted: true, uptime, hashes: 3_000_000, best, counts, latencies: &latencies };
        let told = totals.summary().text("block");
        let expected = [
            "1 block found, 3 accepted, 4 stale, 5 duplicate, 6 rejected (interrupted)",
            "2 of an earlier session sent again",
            "7 without an answer: kept in the journal and sent at the next start",
            "3,000,000 hashes in 2.0 s, 1.50 MH/s",
            "new work reached the threads after 2.0 ms (median), 2.0 ms (worst)",
            "best hash 000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
        ];
        assert_eq!(told, expected);
        let nothing = Totals {
            interrupted: false,
            uptime,
            hashes: 0,
            best: None,
            counts: Counts::default(),
            latencies: &Latencies::default(),
        };
        let told = nothing.summary().text("share");
        assert_eq!(
            told,
            ["0 shares found, 0 accepted, 0 stale, 0 duplicate, 0 rejected", "0 hashes in 2.0 s, 0.00 H/s"]
        );
    }
}
