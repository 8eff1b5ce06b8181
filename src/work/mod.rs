//! Where headers come from and where finds go. Knows nothing of kernels.
//!
//! A source (a node, a pool) runs on its own threads and speaks in [`Event`]s through the sender that it was started
//! with: new [`Work`], a reason to stop hashing, the answer to a find. The mining loop takes [`Portion`]s out of the
//! work's [`Space`], searches them, writes each [`Solution`] into the journal and only then gives it to
//! [`WorkSource::submit`]. Searchers report through a clone of the same sender, so that the loop waits in one place.

pub mod space;
pub mod template;

#[cfg(feature = "net")]
pub mod backoff;
#[cfg(feature = "net")]
pub mod journal;
#[cfg(feature = "net")]
pub mod node;
#[cfg(feature = "net")]
pub mod pool;
#[cfg(feature = "net")]
pub mod secret;

#[cfg(feature = "net")]
pub use backoff::Backoff;
#[cfg(feature = "net")]
pub use secret::Secret;
pub use space::{Portion, Space};
pub use template::{Coinbase, HeaderTemplate};

use crate::header::{BlockHash, Header};
use crate::target::Target;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

/// One template or one pool job: everything that headers are made from, and how a solution of it is written.
pub struct Work {
    /// Ascending within one source; a greater number is newer.
    pub id: u64,
    /// Version, previous block, coinbase, merkle branch, nBits.
    pub template: HeaderTemplate,
    /// What nTime may be.
    pub time: TimeRule,
    /// The nonces that the server leaves to us; `0..1 << 32` is all of them.
    pub nonces: Range<u64>,
    /// Version bits that may be rolled; 0 leaves the version as it is given.
    pub version_mask: u32,
    /// What a hash must not exceed to be worth sending: the block's target, or a share's.
    pub target: Target,
    /// The height of the block that is searched, where the source tells it.
    pub height: Option<u32>,
    /// Whether everything older is dead: searchers leave it at once.
    pub clean: bool,
    /// When it reached this process.
    pub received: Instant,
    /// Writes a solution in the server's words: the block in hex, or a share's parameters as JSON.
    pub encode: Encode,
}

/// See [`Work::encode`].
pub type Encode = Box<dyn Fn(&Solution) -> String + Send + Sync>;

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").field("id", &self.id).field("height", &self.height).finish_non_exhaustive()
    }
}

/// What nTime may be. All in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRule {
    /// The server's clock when it made the work.
    pub current: u32,
    /// Inclusive bounds.
    pub min: u32,
    /// Inclusive bounds.
    pub max: u32,
    /// Whether nTime may differ from `current` at all.
    pub rolls: bool,
}

impl TimeRule {
    /// The nTime to start with, `elapsed_s` seconds after the work arrived: the server's clock, not ours.
    pub fn at(&self, elapsed_s: u64) -> u32 {
        if !self.rolls {
            return self.current;
        }
        let now = u64::from(self.current).saturating_add(elapsed_s).min(u64::from(u32::MAX));
        // Bounded by u32::MAX in the line above. `max` wins over `min` when a server sends them crossed.
        (now as u32).max(self.min).min(self.max)
    }
}

/// A header whose hash meets its work's target.
#[derive(Clone, Debug)]
pub struct Solution {
    /// The work that it solves.
    pub work: Arc<Work>,
    /// The extranonce in its coinbase.
    pub extranonce: u64,
    /// The solved header: version bits, time and nonce are in it.
    pub header: Header,
}

impl Solution {
    /// The block hash.
    pub fn hash(&self) -> BlockHash {
        self.header.block_hash()
    }
}

/// A find on its way: what the journal keeps and what is sent, again and again until an answer is final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Find {
    /// The hash of the header, as everyone writes it: 64 hex digits. The find's name in the journal.
    pub hash: String,
    /// The server's words for it, as [`Work::encode`] wrote them.
    pub payload: String,
    /// The height, where known.
    pub height: Option<u32>,
    /// It may have been sent before: then a server that has it already has it from us.
    pub resent: bool,
}

impl Find {
    /// Writes a solution in its server's words.
    pub fn new(solution: &Solution) -> Self {
        Self {
            hash: solution.hash().to_string(),
            payload: (solution.work.encode)(solution),
            height: solution.work.height,
            resent: false,
        }
    }
}

/// A server's final word on a find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It counts; also when an earlier copy of ours had got in.
    Accepted,
    /// Valid, but too late to count.
    Stale,
    /// The server had it, and not from us in this try.
    Duplicate,
    /// Refused; the words say why.
    Rejected,
}

impl Verdict {
    /// The name in the journal and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Stale => "stale",
            Self::Duplicate => "duplicate",
            Self::Rejected => "rejected",
        }
    }

    /// The verdict of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Accepted, Self::Stale, Self::Duplicate, Self::Rejected].into_iter().find(|v| v.name() == name)
    }
}

/// A final answer to a find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// [`Find::hash`].
    pub hash: String,
    /// What it comes to.
    pub verdict: Verdict,
    /// The server's own words, empty when it had none.
    pub words: String,
}

/// What a source or a searcher tells the mining loop.
#[derive(Debug)]
pub enum Event {
    /// Search this from now on.
    Work(Arc<Work>),
    /// Nothing worth hashing is known until the next `Work`, and why.
    Idle(String),
    /// A searcher's find.
    Found(Solution),
    /// The final answer to a find.
    Answer(Answer),
    /// A line for the user that changes nothing.
    Note(String),
    /// The source cannot go on; it sends nothing more.
    Fatal(Fatal),
    /// The user asked to stop.
    Interrupt,
}

/// Why a source cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fatal {
    /// A short name for JSON.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// A server's words as they may be shown and kept: no control characters, at most 300 characters.
pub fn sanitised(words: &str) -> String {
    let is_safe = |c: &char| !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut text: String = words.chars().map(|c| if c == '\n' { ' ' } else { c }).filter(is_safe).take(301).collect();
    if text.chars().count() > 300 {
        text = text.chars().take(299).chain(['…']).collect();
    }
    text.trim().to_owned()
}

/// Where finds go. Yours to implement: a new method will come with a default.
pub trait WorkSource {
    /// Takes a find that is safe in the journal, without waiting. Its answer comes as [`Event::Answer`]; until then the
    /// source sends it again whenever the server may not have got it.
    fn submit(&mut self, find: Find);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_follows_the_servers_clock_within_its_bounds() {
        let rule = TimeRule { current: 1000, min: 1005, max: 1020, rolls: true };
        assert_eq!([0, 7, 20, 21, u64::MAX].map(|s| rule.at(s)), [1005, 1007, 1020, 1020, 1020]);
        assert_eq!(TimeRule { rolls: false, ..rule }.at(500), 1000);
        let end = TimeRule { current: u32::MAX - 1, min: 0, max: u32::MAX, rolls: true };
        assert_eq!(end.at(5), u32::MAX);
    }

    #[test]
    fn foreign_words_cannot_drive_a_terminal() {
        assert_eq!(sanitised("\x1b[2Jbad\r\nworse\u{202e}\0 "), "[2Jbad worse");
        assert_eq!(sanitised(&"é".repeat(400)).chars().count(), 300);
    }

    #[test]
    fn verdicts_are_found_by_their_names() {
        for verdict in [Verdict::Accepted, Verdict::Stale, Verdict::Duplicate, Verdict::Rejected] {
            assert_eq!(Verdict::named(verdict.name()), Some(verdict));
        }
        assert_eq!(Verdict::named("maybe"), None);
    }
}
