//! A finished report in four forms: for people, for tools, for CI servers, for GitHub.

mod github;
mod json;
mod junit;
mod text;

use super::{Counts, Report};
use std::fmt;

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Text,
    /// `hashjoule-verify/1`.
    Json,
    /// JUnit's XML, which CI servers read.
    Junit,
    /// GitHub's workflow commands: annotations.
    Github,
}

/// The whole report in that form.
pub fn render(report: &Report, form: Form) -> String {
    match form {
        Form::Text => text::render(report),
        Form::Json => json::render(report),
        Form::Junit => junit::render(report),
        Form::Github => github::render(report),
    }
}

impl fmt::Display for Counts {
    /// The last line of every text: people and scripts look for it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::{Outcome, Report, Suite, Verdict};

    /// One of each verdict, with what is hard to print.
    pub(in super::super) fn sample() -> Report {
        let outcome = |id: &str, verdict| Outcome { id: id.into(), verdict };
        let nasty = "50 % <b>&\"'\r\nsecond: line, with ]]> and \u{1}\u{1b}[31m";
        let suite = Suite {
            implementation: "mine: <1>, 2".into(),
            seconds: 1.25,
            outcomes: vec![
                outcome("header_hash/a", Verdict::Passed),
                outcome("header_hash/b", Verdict::Failed(nasty.into())),
                outcome("scan/c", Verdict::Skipped("it does not do scan".into())),
                outcome("scan/d", Verdict::Skipped("it does not do scan".into())),
            ],
        };
        Report { suites: vec![suite], interrupted: false }
    }
}
