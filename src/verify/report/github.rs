//! GitHub's workflow commands: an error annotation for each failure, then the counts.

use super::super::{Outcome, Report, Verdict};

pub(super) fn render(report: &Report) -> String {
    let annotation = |(implementation, Outcome { id, verdict }): (&str, &Outcome)| match verdict {
        Verdict::Failed(message) => {
            format!("::error title={}::{}\n", property(&format!("{implementation} {id}")), data(message))
        }
        _ => String::new(),
    };
    let annotations: String = report.failures().map(annotation).collect();
    format!("{annotations}{}\n", report.counts())
}

/// What stands after the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What stands before it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_in_a_message_ends_the_annotation() {
        let text = super::render(&super::super::tests::sample());
        let lines: Vec<&str> = text.lines().collect();
        let start = "::error title=mine%3A <1>%2C 2 header_hash/b::50 %25 <b>&\"'%0D%0Asecond: line, with";
        assert!(lines[0].starts_with(start), "{}", lines[0]);
        assert_eq!(lines[1..], ["1 passed, 1 failed, 2 skipped"]);
    }
}
