//! For tools: `hashjoule-verify/1`.

use super::super::Report;
use serde_json::json;

pub(super) fn render(report: &Report) -> String {
    let suite = |suite: &super::super::Suite| {
        let counts = suite.counts();
        json!({
            "name": suite.implementation, "seconds": suite.seconds, "passed": counts.passed, "failed": counts.failed,
            "skipped": counts.skipped, "outcomes": suite.outcomes,
        })
    };
    let counts = report.counts();
    let document = json!({
        "schema": "hashjoule-verify/1",
        "passed": counts.passed, "failed": counts.failed, "skipped": counts.skipped,
        "interrupted": report.interrupted,
        "implementations": report.suites.iter().map(suite).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn counts_and_outcomes_are_there() {
        let document: serde_json::Value = serde_json::from_str(&super::render(&super::super::tests::sample())).unwrap();
        assert_eq!(document["schema"], "hashjoule-verify/1");
        assert_eq!((&document["passed"], &document["failed"], &document["skipped"]), (&1.into(), &1.into(), &2.into()));
        let outcomes = &document["implementations"][0]["outcomes"];
        assert_eq!(outcomes[0], serde_json::json!({"id": "header_hash/a", "verdict": "passed"}));
        assert_eq!(outcomes[2]["message"], "it does not do scan");
    }
}
