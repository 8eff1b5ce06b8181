//! Records that were written before: `bench diff` and `bench table`.

use super::args::{DiffArgs, TableArgs};
use super::show::{boundary, cpu_rate, table as plain};
use crate::cli::{Exit, Failure, Outcome, Output};
use hashjoule::bench::diff::{Change, Diff, Verdict};
use hashjoule::bench::record::{Mode, Record};
use hashjoule::units::{si, significant};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::Path;

#[derive(Serialize)]
struct DiffDocument<'a> {
    schema: &'static str,
    #[serde(flatten)]
    diff: &'a Diff,
}

pub(super) fn diff(args: &DiffArgs, output: &mut Output) -> Outcome {
    if !(args.threshold >= 0.0 && args.threshold < 100.0) {
        let what = format!("--threshold {} is no share in per cent", args.threshold);
        return Err(Failure::usage("threshold", what).hint("write it like --threshold 5"));
    }
    let diff = Diff::new(&read(&args.before)?, &read(&args.after)?, args.threshold / 100.0);
    if output.is_json() {
        output.json(&DiffDocument { schema: "hashjoule-bench-diff/1", diff: &diff })?;
    } else {
        show_diff(&diff, output)?;
    }
    Ok(if diff.regressions().next().is_some() { Exit::Negative } else { Exit::Success })
}

pub(super) fn read(path: &Path) -> Result<Record, Failure> {
    let hint = "a record is what `hashjoule bench --record FILE` writes";
    Record::read(path).map_err(|error| Failure::content("record", format!("{}: {error}", path.display())).hint(hint))
}

fn show_diff(diff: &Diff, output: &mut Output) -> Result<(), Failure> {
    let mut table = plain(&["combination", "verdict", "A x sha2", "B x sha2", "change", "interval", "J/hash"]);
    table.add_rows(diff.changes.iter().map(diff_row));
    output.line(table)?;
    for (which, names) in [("A", &diff.only_in_a), ("B", &diff.only_in_b)] {
        if !names.is_empty() {
            output.line(format_args!("only in {which}: {}", names.join("; ")))?;
        }
    }
    let reasons: BTreeSet<&String> = diff.changes.iter().filter_map(|c| c.joules_not_compared.as_ref()).collect();
    for why in reasons {
        output.line(format_args!("J/hash not compared where {why}."))?;
    }
    output.line(conclusion(diff))
}

fn diff_row(change: &Change) -> Vec<String> {
    let verdict = match change.verdict {
        Verdict::Regression => "REGRESSION",
        Verdict::Improvement => "faster",
        Verdict::Same => "same",
        Verdict::NotJudged => "not judged",
    };
    vec![
        change.name.clone(),
        verdict.to_owned(),
        format!("{:.3}", change.a_ratio_to_sha2.median),
        format!("{:.3}", change.b_ratio_to_sha2.median),
        percent(change.change),
        format!("{} .. {}", percent(change.change_low), percent(change.change_high)),
        joules(change).unwrap_or_default(),
    ]
}

fn joules(change: &Change) -> Option<String> {
    let refused = change.joules_not_compared.as_ref().map(|_| "not compared".to_owned());
    change.joules_change.map(percent).or(refused)
}

fn percent(share: f64) -> String {
    format!("{:+.1} %", share * 100.0)
}

fn conclusion(diff: &Diff) -> String {
    if !diff.not_judged_because.is_empty() {
        return format!("Not judged: these are two machines ({}).", diff.not_judged_because.join("; "));
    }
    let slower: Vec<&str> = diff.regressions().map(|change| change.name.as_str()).collect();
    let threshold = diff.threshold * 100.0;
    match slower.as_slice() {
        [] => format!("No regression beyond {threshold} % and the noise."),
        names => format!("Slower by more than {threshold} %, outside both intervals: {}.", names.join("; ")),
    }
}

#[derive(Serialize)]
struct TableDocument {
    schema: &'static str,
    machines: Vec<Row>,
}

/// What one record says in one line.
#[derive(Serialize)]
struct Row {
    name: String,
    mode: Mode,
    kernel: String,
    threads: u32,
    hashes_per_second: f64,
    hashes_per_second_per_core: Option<f64>,
    hashes_per_cpu_second: f64,
    ratio_to_sha2: Option<f64>,
    joules_per_hash: Option<f64>,
    joules_are: Option<String>,
    interrupted: bool,
}

pub(super) fn table(args: &TableArgs, output: &mut Output) -> Outcome {
    let records = args.records.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let rows = records.iter().flat_map(|record| [Mode::OneVersion, Mode::Rolling].map(|mode| Row::new(record, mode)));
    let machines: Vec<Row> = rows.flatten().collect();
    if output.is_json() {
        output.json(&TableDocument { schema: "hashjoule-bench-table/1", machines })?;
        return Ok(Exit::Success);
    }
    let header =
        ["machine", "mode", "kernel", "threads", "in all", "per core", "per CPU second", "x sha2", "J/TH", "joules"];
    let mut table = plain(&header);
    table.add_rows(machines.iter().map(Row::cells));
    output.line(table)?;
    if machines.iter().any(|row| row.joules_are.is_some()) {
        output.line("Joules of different boundaries do not compare: see the last column.")?;
    }
    Ok(Exit::Success)
}

impl Row {
    /// The fastest result of a mode.
    fn new(record: &Record, mode: Mode) -> Option<Self> {
        let of_mode = record.results.iter().filter(|result| result.mode == mode);
        let best = of_mode.max_by(|a, b| a.hashes_per_second.median.total_cmp(&b.hashes_per_second.median))?;
        let cores = record.machine.cpu.physical_cores;
        let used = f64::from(best.threads.min(cores.max(1)));
        let rate = best.hashes_per_second.median;
        Some(Self {
            name: name(record),
            mode,
            kernel: best.kernel.clone(),
            threads: best.threads,
            hashes_per_second: rate,
            hashes_per_second_per_core: (cores > 0).then_some(rate / used),
            hashes_per_cpu_second: cpu_rate(best),
            ratio_to_sha2: best.ratio_to_sha2.map(|ratio| ratio.median),
            joules_per_hash: best.joules_per_hash.map(|joules| joules.spread.median),
            joules_are: best
                .joules_per_hash
                .map(|j| format!("{}, {}, {}", j.labels.provenance, boundary(j.labels.boundary), j.labels.quality)),
            interrupted: record.interrupted,
        })
    }

    fn cells(&self) -> Vec<String> {
        let mark = if self.interrupted { " (interrupted)" } else { "" };
        let j_per_th = self.joules_per_hash.map(|joules| significant(joules * 1e12, 2));
        vec![
            format!("{}{mark}", self.name),
            self.mode.to_string(),
            self.kernel.clone(),
            self.threads.to_string(),
            si(self.hashes_per_second, "H/s"),
            self.hashes_per_second_per_core.map_or_else(String::new, |rate| si(rate, "H/s")),
            si(self.hashes_per_cpu_second, "H"),
            self.ratio_to_sha2.map_or_else(String::new, |ratio| format!("{ratio:.2}")),
            j_per_th.unwrap_or_default(),
            self.joules_are.clone().unwrap_or_default(),
        ]
    }
}

/// The label, or the processor.
fn name(record: &Record) -> String {
    let brand = record.machine.cpu.brand.clone();
    let named = record.label.clone().unwrap_or(brand);
    if named.is_empty() { record.machine.architecture.clone() } else { named }
}
