//! `bench --ablate`: what each trick saves, as a table for teaching.

use super::args::Measure;
use super::show::table;
use super::watch::Watch;
use crate::cli::signals::Signals;
use crate::cli::{Exit, Failure, Outcome, Output};
use hashjoule::bench::ablate::{self, Row};
use hashjoule::bench::record::Energy;
use hashjoule::bench::{record::Spread, work};
use hashjoule::units::grouped;
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    operations_without_tricks: f64,
    versions: u32,
    rows: &'a [Row],
    interrupted: bool,
}

pub(super) fn run(args: &Measure, output: &mut Output) -> Outcome {
    let stop = Arc::new(AtomicBool::new(false));
    let theirs = Arc::clone(&stop);
    let signals = Signals::listen(move || theirs.store(true, Ordering::Relaxed))?;
    let blank = super::begin(args, args.seed, Energy::default());
    let mut watch = Watch::new(output, None, None);
    let outcome = ablate::measure(args.seconds(), args.seed, blank, &stop, &mut watch);
    drop(watch);
    let rows = match outcome {
        Ok(rows) => rows,
        Err(wrong) => return Ok(super::wrong_hits(&wrong, output)),
    };
    let exit = signals.or(Exit::Success);
    show(&rows, exit != Exit::Success, output)?;
    Ok(exit)
}

fn show(rows: &[Row], interrupted: bool, output: &mut Output) -> Result<(), Failure> {
    let operations_without_tricks = ablate::operations_without_tricks();
    if output.is_json() {
        let (schema, versions) = ("hashjoule-bench-ablate/1", work::VERSIONS);
        return output.json(&Document { schema, operations_without_tricks, versions, rows, interrupted });
    }
    output.line(text(rows, operations_without_tricks))?;
    if interrupted { output.line("Interrupted: fewer rounds than planned.") } else { Ok(()) }
}

fn text(rows: &[Row], operations_without_tricks: f64) -> String {
    let mut table = table(&["trick, on top of those above", "", "saves", "left", "times as fast", "interval", ""]);
    let start = operations(operations_without_tricks);
    table.add_row(["none: three compressions for every nonce", "", "", start.as_str(), "", "", ""]);
    table.add_rows(rows.iter().map(cells));
    format!(
        "{table}\n\
        saves, left: operations of a hash, counted on the source; those on what no nonce changes are free.\n\
        times as fast: CPU time of one thread, this source over one u32, against the timed row above it,\n\
        with the 95 % interval. The last row shares the schedule among {} versions.",
        work::VERSIONS
    )
}

/// Whole, but where operations are shared among versions.
fn operations(number: f64) -> String {
    grouped(&if number.fract() == 0.0 { format!("{number:.0}") } else { format!("{number:.1}") })
}

fn cells(row: &Row) -> [String; 7] {
    let timed = |f: fn(&Spread) -> String| row.times_as_fast.as_ref().map(f).unwrap_or_default();
    [
        row.trick.to_owned(),
        String::new(),
        operations(row.operations_saved),
        operations(row.operations_left),
        timed(|s| format!("{:.2}", s.median)),
        timed(|s| format!("{:.2} - {:.2}", s.low, s.high)),
        row.timed_as.map(|name| format!("({name})")).unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_counts_from_three_compressions_down_and_times_where_a_group_ends() {
        let mut rows = ablate::count();
        rows[0].times_as_fast = Some(Spread { median: 1.5, mad: 0.1, low: 1.25, high: 1.75 });
        let text = text(&rows, ablate::operations_without_tricks());
        let row = |start: &str| text.lines().find(|line| line.trim_start().starts_with(start)).unwrap();
        let cells = |start: &str| row(start).split("  ").map(str::trim).filter(|c| !c.is_empty()).collect::<Vec<_>>();
        assert_eq!(cells("none: three")[1..], ["4,872"]);
        assert_eq!(cells("midstate: ")[1..], ["1,624", "3,248", "1.50", "1.25 - 1.75", "(midstate)"]);
        assert_eq!(cells("first hash: rounds")[1..], ["51", "3,197"]);
        assert_eq!(cells("version rolling: ")[1..], ["456.4", "2,390.6", "(shared schedule)"]);
        assert!(text.ends_with("shares the schedule among 128 versions."));
    }
}
