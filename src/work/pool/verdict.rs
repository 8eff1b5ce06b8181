//! What becomes of a share.

use super::message::PoolError;
use crate::work::Verdict;
use serde_json::Value;

/// Why a find is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Dropped {
    /// Its job ended before.
    #[error("found for a job that had ended")]
    Dead,
    /// The pool took back the version bits that it uses.
    #[error("found with version bits that the pool has taken back")]
    OutsideMask,
    /// The same header was sent before.
    #[error("found twice")]
    Repeated,
    /// Its hash meets neither target: a fault of the search.
    #[error("no share: its hash misses the target")]
    NoShare,
}

impl Dropped {
    /// What it comes to.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Dead | Self::OutsideMask => Verdict::Stale,
            Self::Repeated => Verdict::Duplicate,
            Self::NoShare => Verdict::Rejected,
        }
    }
}

/// Not an error code of any pool, but the words that some pools say without one.
const LOW_DIFFICULTY: i64 = 23;

/// The pool's answer to a share: `true` is yes; `false`, null and everything else is no.
/// Pools disagree about codes, so the words count too. Gives back the error with its code filled in.
pub fn judge(outcome: Result<Value, PoolError>) -> (Verdict, PoolError) {
    let error = match outcome {
        Ok(Value::Bool(true)) => return (Verdict::Accepted, PoolError::default()),
        Ok(_) => PoolError { code: None, text: "refused without a reason".to_owned() },
        Err(error) => error,
    };
    let words = error.text.to_lowercase();
    let says = |part: &str| words.contains(part);
    match error.code {
        Some(21) => (Verdict::Stale, error),
        Some(22) => (Verdict::Duplicate, error),
        Some(LOW_DIFFICULTY | 24 | 25) => (Verdict::Rejected, error),
        _ if says("stale") || says("job not found") => (Verdict::Stale, error),
        _ if says("duplicate") => (Verdict::Duplicate, error),
        _ if says("low difficulty") || says("above target") => {
            (Verdict::Rejected, PoolError { code: Some(LOW_DIFFICULTY), ..error })
        }
        _ => (Verdict::Rejected, error),
    }
}

impl PoolError {
    /// The hash missed the share target: a race with a new difficulty, or a bug.
    pub fn is_low_difficulty(&self) -> bool {
        self.code == Some(LOW_DIFFICULTY)
    }

    /// The pool no longer knows us: unauthorised (24) or not subscribed (25).
    pub fn is_lost_handshake(&self) -> bool {
        matches!(self.code, Some(24 | 25))
    }
}
