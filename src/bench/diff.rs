//! Two records side by side: what changed, and whether the noise could have done it. Pure.
//!
//! The figure that is compared is the ratio to `sha2`, for it holds from run to run where the rate
//! does not. A change counts when it is beyond the threshold *and* the intervals do not touch.

use super::record::{Joules, Machine, Measured, Record, Spread};
use crate::kernel::Kernel;
use serde::Serialize;

/// What became of a combination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Slower beyond threshold and noise.
    Regression,
    /// Faster beyond threshold and noise.
    Improvement,
    /// Neither.
    Same,
    /// Two machines, or another library's code beside ours: nothing is judged.
    NotJudged,
}

/// One combination in both records.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// The combination.
    pub name: String,
    /// Ratio to `sha2` in A.
    pub a_ratio_to_sha2: Spread,
    /// Ratio to `sha2` in B.
    pub b_ratio_to_sha2: Spread,
    /// B over A, less one: the median, and the widest and narrowest that the intervals allow.
    pub change: f64,
    /// See `change`.
    pub change_low: f64,
    /// See `change`.
    pub change_high: f64,
    /// What it means.
    pub verdict: Verdict,
    /// Joules per hash of B over A, less one; only where the two figures mean the same.
    pub joules_change: Option<f64>,
    /// Why not, where both have joules.
    pub joules_not_compared: Option<String>,
}

/// The comparison of two records.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Diff {
    /// Why nothing is judged; empty when everything is.
    pub not_judged_because: Vec<String>,
    /// Combinations of both.
    pub changes: Vec<Change>,
    /// Combinations of A alone.
    pub only_in_a: Vec<String>,
    /// Combinations of B alone.
    pub only_in_b: Vec<String>,
    /// The threshold, as a share.
    pub threshold: f64,
}

impl Diff {
    /// Compares; `threshold` is a share such as 0.05.
    pub fn new(a: &Record, b: &Record, threshold: f64) -> Self {
        let not_judged_because = differences(&a.machine, &b.machine);
        let judged = not_judged_because.is_empty();
        let change = |in_a: &Measured| {
            let in_b = b.results.iter().find(|r| same(in_a, r))?;
            Change::new(in_a, in_b, judged.then_some(threshold))
        };
        let only = |these: &Record, those: &Record| {
            let alone = these.results.iter().filter(|r| !those.results.iter().any(|other| same(r, other)));
            alone.map(Measured::name).collect()
        };
        let changes = a.results.iter().filter_map(change).collect();
        Self { changes, only_in_a: only(a, b), only_in_b: only(b, a), not_judged_because, threshold }
    }

    /// The combinations that became slower.
    pub fn regressions(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.verdict == Verdict::Regression)
    }
}

/// The same combination, whatever it reached.
fn same(a: &Measured, b: &Measured) -> bool {
    let key = |r: &Measured| (r.kernel.clone(), r.mode, r.versions, r.threads);
    key(a) == key(b)
}

impl Change {
    fn new(a: &Measured, b: &Measured, threshold: Option<f64>) -> Option<Self> {
        let (before, after) = (a.ratio_to_sha2?, b.ratio_to_sha2?);
        let change = after.median / before.median - 1.0;
        let ours = Kernel::NAMES.contains(&a.kernel.as_str());
        let verdict = match threshold.filter(|_| ours) {
            None => Verdict::NotJudged,
            Some(t) if change < -t && after.high < before.low => Verdict::Regression,
            Some(t) if change > t && after.low > before.high => Verdict::Improvement,
            Some(_) => Verdict::Same,
        };
        let joules = a.joules_per_hash.zip(b.joules_per_hash);
        Some(Self {
            name: a.name(),
            a_ratio_to_sha2: before,
            b_ratio_to_sha2: after,
            change,
            change_low: after.low / before.high - 1.0,
            change_high: after.high / before.low - 1.0,
            verdict,
            joules_change: joules.filter(mean_the_same).map(|(a, b)| b.spread.median / a.spread.median - 1.0),
            joules_not_compared: joules.filter(|pair| !mean_the_same(pair)).map(|pair| in_what_they_differ(&pair)),
        })
    }
}

/// Joules of two boundaries, or one measured and one declared, are not subtracted.
fn mean_the_same((a, b): &(Joules, Joules)) -> bool {
    (a.labels.boundary, a.labels.provenance) == (b.labels.boundary, b.labels.provenance)
}

fn in_what_they_differ((a, b): &(Joules, Joules)) -> String {
    let meaning = |joules: &Joules| format!("{} (boundary: {})", joules.labels.provenance, joules.labels.boundary);
    format!("A's are {}, B's are {}", meaning(a), meaning(b))
}

/// In what two machines differ, as far as it moves a ratio.
fn differences(a: &Machine, b: &Machine) -> Vec<String> {
    let number = |n: Option<u32>| n.map_or("unknown".to_owned(), |n| n.to_string());
    let what = |m: &Machine| {
        [
            ("processor", m.cpu.brand.clone()),
            ("architecture", m.architecture.clone()),
            ("CPU family", number(m.cpu.family)),
            ("CPU model", number(m.cpu.model)),
            ("CPU stepping", number(m.cpu.stepping)),
            ("hypervisor", m.hypervisor.clone().unwrap_or_else(|| "none".to_owned())),
            ("number of CPUs", m.cpu.logical_cpus.to_string()),
        ]
    };
    let pairs = what(a).into_iter().zip(what(b));
    pairs.filter(|((_, a), (_, b))| a != b).map(|((name, a), (_, b))| format!("{name}: {a} and {b}")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::record::Sample;
    use super::super::summary;
    use super::*;
    use proptest::prelude::{prop_assert_eq, proptest};

    fn record() -> Record {
        let text = include_str!("../../tests/data/bench-example.json");
        Record::from_json(text).expect("the example is a record")
    }

    /// The record with one combination's rounds taking `factor` as long.
    fn slowed(kernel: &str, factor: f64) -> Record {
        let mut record = record();
        let slow = |s: &mut Sample| s.cpu_seconds *= factor;
        record.results.iter_mut().filter(|r| r.kernel == kernel).for_each(|r| r.samples.iter_mut().for_each(slow));
        summary::rates(&mut record.results, 1);
        record
    }

    #[test]
    fn a_record_with_itself_has_no_change() {
        let diff = Diff::new(&record(), &record(), 0.05);
        assert_eq!(diff.changes.len(), 4);
        assert!(
            diff.changes.iter().all(|c| c.change == 0.0 && c.verdict == Verdict::Same && c.joules_change != Some(1.0))
        );
        assert!(diff.only_in_a.is_empty() && diff.only_in_b.is_empty());
    }

    #[test]
    fn ten_per_cent_slower_is_a_regression_and_is_named() {
        let diff = Diff::new(&slowed("avx512", 1.0), &slowed("avx512", 1.1), 0.05);
        let names: Vec<&str> = diff.regressions().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["avx512 one-version, 1 thread", "avx512 rolling, 2 threads"]);
        let back = Diff::new(&slowed("avx512", 1.1), &slowed("avx512", 1.0), 0.05);
        assert!(back.regressions().next().is_none());
        assert_eq!(back.changes.iter().filter(|c| c.verdict == Verdict::Improvement).count(), 2);
    }

    #[test]
    fn a_change_inside_the_threshold_or_inside_the_noise_is_none() {
        let verdict = |a: &Record, b: &Record| Diff::new(a, b, 0.05).regressions().count();
        assert_eq!(verdict(&slowed("avx512", 1.0), &slowed("avx512", 1.04)), 0);
        let (before, mut noisy) = (record(), slowed("avx512", 1.1));
        noisy.results.iter_mut().filter_map(|r| r.ratio_to_sha2.as_mut()).for_each(|s| s.high *= 1.2);
        assert_eq!(verdict(&before, &noisy), 0);
    }

    #[test]
    fn two_machines_are_shown_and_not_judged() {
        let mut other = slowed("avx512", 2.0);
        other.machine.cpu.model = Some(1);
        let diff = Diff::new(&record(), &other, 0.05);
        assert_eq!(diff.not_judged_because, ["CPU model: 17 and 1"]);
        assert!(diff.changes.iter().all(|c| c.verdict == Verdict::NotJudged));
    }

    #[test]
    fn joules_of_two_boundaries_are_not_subtracted() {
        let mut other = record();
        other.results[3].joules_per_hash.as_mut().unwrap().labels.boundary = crate::energy::Boundary::Wall;
        let diff = Diff::new(&record(), &other, 0.05);
        assert_eq!(diff.changes[2].joules_change, Some(0.0));
        assert_eq!(diff.changes[3].joules_change, None);
        assert_eq!(diff.changes[2].joules_not_compared, None);
        let why = diff.changes[3].joules_not_compared.as_deref().unwrap();
        assert!(why.starts_with("A's are ") && why.ends_with("(boundary: wall)"), "{why}");
    }

    #[test]
    fn what_only_one_record_has_is_listed() {
        let mut fewer = record();
        fewer.results.remove(1);
        let diff = Diff::new(&record(), &fewer, 0.05);
        assert_eq!(diff.only_in_a, ["avx512 one-version, 1 thread"]);
        assert_eq!(diff.changes.len(), 3);
    }

    proptest! {
        #[test]
        fn a_regression_is_never_within_the_threshold_and_always_beyond_all_noise(factor in 0.5..2.0f64) {
            let found = Diff::new(&slowed("avx512", 1.0), &slowed("avx512", factor), 0.05).regressions().count();
            // 1 / 0.95 is 1.053; the example's rounds differ by less than 1 %.
            prop_assert_eq!(found, if factor < 1.05 { 0 } else if factor > 1.07 { 2 } else { found });
        }
    }
}
