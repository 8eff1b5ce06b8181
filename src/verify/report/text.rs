//! For people: a line for each implementation, then what failed and what was skipped, the counts last.

use super::super::{Outcome, Report, Suite, Verdict};
use std::collections::BTreeMap;
use std::fmt::Write;

pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
    let width = report.suites.iter().map(|suite| suite.implementation.chars().count()).max().unwrap_or(0);
    for suite in &report.suites {
        write_suite(&mut out, suite, width).expect("writing to a String cannot fail");
    }
    for (implementation, Outcome { id, verdict }) in report.failures() {
        if let Verdict::Failed(message) = verdict {
            out += &format!("FAILED {} {id}: {}\n", printable(implementation), printable(message));
        }
    }
    if report.interrupted {
        out += "interrupted: these are the cases until then\n";
    }
    format!("{out}{}\n", report.counts())
}

fn write_suite(out: &mut String, suite: &Suite, width: usize) -> std::fmt::Result {
    let counts = suite.counts();
    write!(out, "{:width$}  ", printable(&suite.implementation))?;
    if counts.passed + counts.failed > 0 {
        let groups = groups(suite).len();
        let verb = if counts.failed > 0 { format!("{} FAILED, ", counts.failed) } else { String::new() };
        let plural = if groups == 1 { "" } else { "s" };
        writeln!(out, "{verb}{} passed in {groups} group{plural}, {:.1} s", counts.passed, suite.seconds)?;
    }
    for (number, (why, count)) in skips(suite).iter().enumerate() {
        if number > 0 || counts.passed + counts.failed > 0 {
            write!(out, "{:width$}  ", "")?;
        }
        writeln!(out, "skipped {count}: {}", printable(why))?;
    }
    if suite.outcomes.is_empty() {
        writeln!(out, "nothing to ask")?;
    }
    Ok(())
}

/// Passed and failed cases by group.
fn groups(suite: &Suite) -> BTreeMap<&str, usize> {
    let mut groups = BTreeMap::new();
    for outcome in suite.outcomes.iter().filter(|outcome| !matches!(outcome.verdict, Verdict::Skipped(_))) {
        *groups.entry(outcome.id.split('/').next().unwrap_or_default()).or_default() += 1;
    }
    groups
}

fn skips(suite: &Suite) -> BTreeMap<&str, usize> {
    let mut skips: BTreeMap<&str, usize> = BTreeMap::new();
    for outcome in &suite.outcomes {
        if let Verdict::Skipped(why) = &outcome.verdict {
            *skips.entry(why).or_default() += 1;
        }
    }
    skips
}

/// Foreign text on a terminal: no line breaks, no escape sequences.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn counts_stand_last_and_foreign_text_stays_on_its_line() {
        let text = super::render(&super::super::tests::sample());
        assert_eq!(text.lines().last(), Some("1 passed, 1 failed, 2 skipped"));
        assert!(text.starts_with("mine: <1>, 2  1 FAILED, 1 passed in 1 group, 1.2 s\n"), "{text}");
        assert!(text.contains("skipped 2: it does not do scan\n"));
        assert!(text.contains("FAILED mine: <1>, 2 header_hash/b: 50 % <b>&\"'  second: line"));
        assert!(!text.contains('\u{1b}'));
    }
}
