//! What a block costs: hashes, time and joules.

use super::{Ink, Pen};
use crate::explain::Story;
use crate::units::{si, significant};

pub(super) fn lines(story: &Story, pen: Pen) -> Vec<String> {
    let expected = story.target.expected_hashes();
    let mut lines = vec![
        pen.ink(Ink::Title, "Odds: what such a block costs"),
        format!(
            "  One hash in {} meets this target, and luck has no memory. At Bitcoin's aim of one",
            significant(expected, 3)
        ),
        format!("  block in ten minutes, all miners together make {}.", si(expected / 600.0, "H/s")),
    ];
    lines.extend(ladder(expected));
    lines
}

#[cfg(not(feature = "market"))]
fn ladder(_expected: f64) -> Vec<String> {
    vec![]
}

/// The machines of the catalogue, one of each age.
#[cfg(feature = "market")]
fn ladder(expected: f64) -> Vec<String> {
    let ladder = crate::explain::Ladder::built_in();
    let mut lines = vec![format!(
        "  {:<28} {:>8} {:>11} {:>12} {:>18} {:>10}",
        "alone, with", "from", "rate", "J/TH", "one block takes", "and"
    )];
    lines.extend(ladder.rungs.iter().map(|rung| {
        format!(
            "  {:<28} {:>8} {:>11} {:>12} {:>18} {:>10}",
            rung.name,
            rung.released,
            si(rung.hashes_per_second, "H/s"),
            significant(rung.joules_per_hash * 1e12, 2),
            duration(rung.seconds_for(expected)),
            rung.energy_for(expected).to_string(),
        )
    }));
    lines
        .push("  Rates and J/TH are the catalogue's, at the wall (hashjoule compare --list names each source).".into());
    lines
}

/// Seconds in the unit that people would use.
#[cfg(feature = "market")]
fn duration(seconds: f64) -> String {
    const UNITS: [(&str, f64); 5] =
        [("years", 365.25 * 86_400.0), ("days", 86_400.0), ("hours", 3600.0), ("minutes", 60.0), ("s", 1.0)];
    match UNITS.iter().find(|(_, length)| seconds >= 2.0 * length) {
        Some((unit, length)) => format!("{} {unit}", significant(seconds / length, 2)),
        None => si(seconds, "s"),
    }
}

#[cfg(all(test, feature = "market"))]
mod tests {
    use super::duration;

    #[test]
    fn durations_as_people_say_them() {
        let said = [0.0003, 1.5, 65.0, 200.0, 7200.0, 200_000.0, 1e8, 3.2e13].map(duration);
        let wanted =
            ["300 µs", "1.50 s", "65 s", "3.3 minutes", "2.0 hours", "2.3 days", "3.2 years", "1,000,000 years"];
        assert_eq!(said, wanted);
    }
}
