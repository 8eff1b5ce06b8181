//! JUnit's XML: one testsuite an implementation, one testcase a vector.

use super::super::{Counts, Outcome, Report, Suite, Verdict};

pub(super) fn render(report: &Report) -> String {
    let seconds: f64 = report.suites.iter().map(|suite| suite.seconds).sum();
    let head = attributes(report.counts(), seconds);
    let suites: String = report.suites.iter().map(suite).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"hashjoule verify\" {head}>\n{suites}</testsuites>\n"
    )
}

fn attributes(counts: Counts, seconds: f64) -> String {
    let tests = counts.passed + counts.failed + counts.skipped;
    let (failures, skipped) = (counts.failed, counts.skipped);
    format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" time=\"{seconds:.3}\"")
}

fn suite(suite: &Suite) -> String {
    let head = attributes(suite.counts(), suite.seconds);
    let name = escape(&suite.implementation);
    let cases: String = suite.outcomes.iter().map(|outcome| case(&name, outcome)).collect();
    format!("  <testsuite name=\"{name}\" {head}>\n{cases}  </testsuite>\n")
}

fn case(suite: &str, outcome: &Outcome) -> String {
    let group = escape(outcome.id.split('/').next().unwrap_or_default());
    let head = format!("    <testcase classname=\"{suite}.{group}\" name=\"{}\"", escape(&outcome.id));
    match &outcome.verdict {
        Verdict::Passed => format!("{head}/>\n"),
        Verdict::Failed(message) => format!("{head}><failure message=\"{}\"/></testcase>\n", escape(message)),
        Verdict::Skipped(why) => format!("{head}><skipped message=\"{}\"/></testcase>\n", escape(why)),
    }
}

/// For attributes. Characters that XML 1.0 does not know at all become U+FFFD.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push_str(&format!("&#{};", u32::from(c))),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_character_is_fit_for_an_attribute() {
        let xml = super::render(&super::super::tests::sample());
        assert!(xml.contains("tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"2\" time=\"1.250\""));
        assert!(xml.contains("50 % &lt;b&gt;&amp;&quot;'&#13;&#10;second: line, with ]]&gt; and \u{fffd}\u{fffd}[31m"));
        assert_eq!(xml.matches("<testcase ").count(), 4);
    }
}
