//! Hashes per second over threads, beside what one thread times their number would be.

use super::{Axis, Frame, Mark, Picture, Size};
use crate::bench::record::{Measured, Mode, Record};
use crate::report::words::rate;

/// The kernel and mode with the most thread counts; `None` when none was run with more than one.
pub fn threads(record: &Record, size: Size) -> Option<Picture> {
    let (kernel, mode) = widest(record)?;
    let mut runs: Vec<&Measured> =
        record.results.iter().filter(|run| run.kernel == kernel && run.mode == mode).collect();
    runs.sort_by_key(|run| run.threads);
    runs.dedup_by_key(|run| run.threads);
    let (first, last) = (runs.first()?, runs.last()?);
    let per_thread = first.hashes_per_second.median / f64::from(first.threads);
    let (most, scale) = (f64::from(last.threads), per_thread * f64::from(last.threads));
    let top = runs.iter().map(|run| run.hashes_per_second.high).fold(scale, f64::max) * 1.12;
    let points: Vec<_> = runs.iter().map(|run| (f64::from(run.threads), run.hashes_per_second.median)).collect();
    let mut canvas = Frame {
        id: "threads",
        size,
        title: format!("Threads: {kernel}, {mode}"),
        description: in_words(&runs),
        x: Axis { from: 0.0, to: most * 1.1, ticks: thread_ticks(&runs), caption: "threads" },
        y: Axis { from: 0.0, to: top, ticks: rate_ticks(top), caption: "hashes per second" },
        lines: vec![("own", points)],
    }
    .draw();
    canvas.line((0.0, 0.0), (most, scale), "s-line", true);
    for run in runs {
        let at = (f64::from(run.threads), run.hashes_per_second.median);
        let tip = format!("{}\n{} (median)", run.name(), rate(run.hashes_per_second.median));
        canvas.mark(Mark::Own, at, "machine", &tip);
    }
    canvas.label((most * 0.5, scale * 0.5), 10.0, "one thread, times their number", "f-muted");
    Some(canvas.finish())
}

fn widest(record: &Record) -> Option<(String, Mode)> {
    let count = |run: &Measured| {
        let same = record.results.iter().filter(|other| other.kernel == run.kernel && other.mode == run.mode);
        same.map(|run| run.threads).collect::<std::collections::BTreeSet<_>>().len()
    };
    let best = record.results.iter().max_by_key(|run| count(run))?;
    (count(best) > 1).then(|| (best.kernel.clone(), best.mode))
}

fn thread_ticks(runs: &[&Measured]) -> Vec<(f64, String)> {
    let every = runs.len().div_ceil(9);
    runs.iter().rev().step_by(every).map(|run| (f64::from(run.threads), run.threads.to_string())).collect()
}

/// Four or five round numbers.
fn rate_ticks(top: f64) -> Vec<(f64, String)> {
    let rough = top / 5.0;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|x| x * power).find(|step| *step >= rough).unwrap_or(rough);
    (1..).map(|i| f64::from(i) * step).take_while(|at| *at < top).map(|at| (at, rate(at))).collect()
}

fn in_words(runs: &[&Measured]) -> String {
    let each: Vec<_> =
        runs.iter().map(|run| format!("{} threads {}", run.threads, rate(run.hashes_per_second.median))).collect();
    format!("The median rate for each number of threads: {}.", each.join(", "))
}
