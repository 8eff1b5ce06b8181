//! What a node's answer to `submitblock` means. Pure.

use super::rpc::RpcError;
use crate::work::{Verdict, sanitised};

/// What to do about an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// The block is in; whether it is in the best chain is another question.
    In,
    /// Final.
    Final(Verdict, String),
    /// No word on the block: send the same bytes again.
    Again(String),
}

/// `tried_before`: an earlier copy of ours may have got in.
pub(super) fn judge(answer: Result<Option<String>, RpcError>, tried_before: bool) -> Reply {
    match answer {
        Ok(None) => Reply::In,
        Ok(Some(words)) => judge_words(&sanitised(&words), tried_before),
        // The block could not be read, or was refused in words: the same bytes will not fare better.
        Err(RpcError::Node { code: -22 | -27..=-25, message }) => Reply::Final(Verdict::Rejected, message),
        Err(error) => Reply::Again(error.to_string()),
    }
}

fn judge_words(words: &str, tried_before: bool) -> Reply {
    let plain = words.trim_start_matches("rejected:").trim();
    let verdict = match plain {
        "duplicate" if tried_before => return Reply::In,
        "duplicate" => Verdict::Duplicate,
        "inconclusive" | "duplicate-inconclusive" => Verdict::Stale,
        stale if stale.starts_with("stale") => Verdict::Stale,
        _ => Verdict::Rejected,
    };
    Reply::Final(verdict, plain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_its_meaning() {
        let of = |words: &str, tried| judge(Ok(Some(words.to_owned())), tried);
        let last = |verdict, words: &str| Reply::Final(verdict, words.to_owned());
        assert_eq!(judge(Ok(None), false), Reply::In);
        assert_eq!(of("duplicate", true), Reply::In);
        assert_eq!(of("duplicate", false), last(Verdict::Duplicate, "duplicate"));
        assert_eq!(of("inconclusive", false), last(Verdict::Stale, "inconclusive"));
        assert_eq!(of("duplicate-inconclusive", true), last(Verdict::Stale, "duplicate-inconclusive"));
        assert_eq!(of("stale-prevblk", false), last(Verdict::Stale, "stale-prevblk"));
        assert_eq!(of("rejected: bad-txnmrklroot", false), last(Verdict::Rejected, "bad-txnmrklroot"));
        assert_eq!(of("duplicate-invalid", true), last(Verdict::Rejected, "duplicate-invalid"));
        assert_eq!(of("high-hash", false), last(Verdict::Rejected, "high-hash"));
    }

    #[test]
    fn only_errors_about_the_block_are_final() {
        let of = |code| judge(Err(RpcError::Node { code, message: "words".to_owned() }), false);
        assert_eq!(of(-22), Reply::Final(Verdict::Rejected, "words".to_owned()));
        for code in [-9, -10, -28, -1, -32603] {
            assert!(matches!(of(code), Reply::Again(_)), "{code}");
        }
    }
}
