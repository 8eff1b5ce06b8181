//! Failures that are known: an id and a reason a line. A file, so that they are reviewed; and when one passes, the run fails.

use super::{Outcome, Report, Verdict};
use std::collections::BTreeMap;
use std::fmt;

/// Ids that are known to fail, each with its reason.
#[derive(Clone, Debug, Default)]
pub struct KnownFailures(BTreeMap<String, String>);

/// A line that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for KnownError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for KnownError {}

impl KnownFailures {
    /// Reads `ID REASON` lines; `#` starts a comment, empty lines are skipped. A line that is meant for
    /// one implementation only starts with `IMPLEMENTATION:ID`.
    ///
    /// # Errors
    /// A line without a reason, an id that stands twice, or one that `is_known` does not know.
    pub fn parse(text: &str, is_known: impl Fn(&str) -> bool) -> Result<Self, KnownError> {
        let mut known = BTreeMap::new();
        for (number, line) in text.lines().enumerate().map(|(i, line)| (i + 1, line.trim())) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fail = |what| Err(KnownError { line: number, what });
            let Some((id, reason)) = line.split_once(char::is_whitespace) else {
                return fail(format!("{line:.80?} has no reason; write the id, a space, and why it fails"));
            };
            if !is_known(id.rsplit(':').next().unwrap_or(id)) {
                return fail(format!("no vector has the id {id:.80?}"));
            }
            if known.insert(id.to_owned(), reason.trim().to_owned()).is_some() {
                return fail(format!("{id:.80?} stands here a second time"));
            }
        }
        Ok(Self(known))
    }

    fn reason(&self, implementation: &str, id: &str) -> Option<&String> {
        self.0.get(id).or_else(|| self.0.get(&format!("{implementation}:{id}")))
    }

    /// A known failure that fails is skipped with its reason; one that passes is a failure.
    pub fn apply(&self, report: &mut Report) {
        for suite in &mut report.suites {
            for Outcome { id, verdict } in &mut suite.outcomes {
                let Some(reason) = self.reason(&suite.implementation, id) else { continue };
                *verdict = match verdict {
                    Verdict::Passed => {
                        Verdict::Failed(format!("passes, but stands among the known failures ({reason}): remove it"))
                    }
                    Verdict::Failed(_) => Verdict::Skipped(format!("known failure: {reason}")),
                    Verdict::Skipped(why) => Verdict::Skipped(why.clone()),
                };
            }
        }
    }
}
