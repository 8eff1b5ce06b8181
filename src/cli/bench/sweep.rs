//! How the rate grows with the threads, and where it stops to.

use super::show::table;
use crate::cli::{Failure, Output};
use hashjoule::bench::contender::YARDSTICK;
use hashjoule::bench::record::{Measured, Record};
use hashjoule::units::si;

/// A thread that adds less than this share of the first one's rate is past the knee.
const WORTH_IT: f64 = 0.5;

/// One step of the sweep.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    threads: u32,
    /// Hashes per second of all threads, wall time.
    rate: f64,
    /// The rate over that of one thread.
    speedup: f64,
    /// What each thread since the step before added, as a share of the first one's rate.
    added: f64,
}

pub(super) fn show(record: &Record, output: &mut Output) -> Result<(), Failure> {
    let mut names: Vec<_> =
        record.results.iter().filter(|r| r.kernel != YARDSTICK).map(|r| (r.kernel.as_str(), r.mode)).collect();
    names.dedup();
    for (kernel, mode) in names {
        let results: Vec<&Measured> = record.results.iter().filter(|r| r.kernel == kernel && r.mode == mode).collect();
        output.line(format_args!("\nScaling of {kernel} {mode}, wall time:"))?;
        output.line(scaling(&steps(&results)))?;
    }
    Ok(())
}

/// The table of one combination, and its knee in words.
fn scaling(steps: &[Step]) -> String {
    let mut table = table(&["threads", "", "rate", "x one thread", "efficiency", "each further thread adds"]);
    for step in steps {
        table.add_row([
            step.threads.to_string(),
            String::new(),
            si(step.rate, "H/s"),
            format!("{:.2}", step.speedup),
            format!("{:.0} %", step.speedup / f64::from(step.threads) * 100.0),
            format!("{:.0} %", step.added * 100.0),
        ]);
    }
    let knee = match knee(steps) {
        Some(threads) => {
            format!("The knee is at {threads} threads: beyond it a thread adds less than half of the first.")
        }
        None => "No knee: every thread adds at least half of the first.".to_owned(),
    };
    format!("{table}\n{knee}")
}

/// The steps of one combination, from one thread up.
fn steps(results: &[&Measured]) -> Vec<Step> {
    let mut rates: Vec<(u32, f64)> = results.iter().map(|r| (r.threads, r.hashes_per_second.median)).collect();
    rates.sort_by_key(|(threads, _)| *threads);
    let Some(&(first_threads, first)) = rates.first() else { return Vec::new() };
    let one = first / f64::from(first_threads);
    let before = [(0, 0.0)].into_iter().chain(rates.iter().copied());
    let step = |((fewer, slower), &(threads, rate)): ((u32, f64), &(u32, f64))| Step {
        threads,
        rate,
        speedup: rate / one,
        added: (rate - slower) / one / f64::from(threads - fewer),
    };
    before.zip(&rates).map(step).collect()
}

/// The last number of threads before a thread adds too little.
fn knee(steps: &[Step]) -> Option<u32> {
    let past = steps.iter().position(|step| step.added < WORTH_IT)?;
    past.checked_sub(1).and_then(|at| steps.get(at)).map(|step| step.threads)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn swept(rates: &[(u32, f64)]) -> Vec<Step> {
        let text = include_str!("../../../tests/data/bench-example.json");
        let example = Record::from_json(text).expect("the example is a record").results[0].clone();
        let result = |&(threads, rate): &(u32, f64)| {
            let mut result = Measured { threads, ..example.clone() };
            result.hashes_per_second.median = rate;
            result
        };
        let results: Vec<Measured> = rates.iter().map(result).collect();
        steps(&results.iter().collect::<Vec<_>>())
    }

    #[test]
    fn the_knee_is_where_smt_begins() {
        let steps = swept(&[(1, 10.0), (2, 20.0), (4, 39.0), (6, 43.0), (8, 46.0)]);
        assert_eq!(knee(&steps), Some(4));
        assert_eq!((steps[2].speedup, steps[2].added), (3.9, 0.95));
        assert!((steps[3].added - 0.2).abs() < 1e-9);
    }

    #[test]
    fn perfect_scaling_has_no_knee() {
        assert_eq!(knee(&swept(&[(1, 10.0), (2, 20.0), (3, 29.0)])), None);
        assert_eq!(knee(&swept(&[(1, 10.0)])), None);
        assert_eq!(swept(&[]), []);
    }

    #[test]
    fn a_table_says_what_each_thread_is_worth_and_where_it_ends() {
        let text = scaling(&swept(&[(1, 10e6), (2, 20e6), (4, 28e6)]));
        let cells: Vec<String> = text.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(
            cells[1..],
            [
                "1 10.0 MH/s 1.00 100 % 100 %",
                "2 20.0 MH/s 2.00 100 % 100 %",
                "4 28.0 MH/s 2.80 70 % 40 %",
                "The knee is at 2 threads: beyond it a thread adds less than half of the first.",
            ]
        );
        assert!(scaling(&swept(&[(1, 10.0)])).ends_with("No knee: every thread adds at least half of the first."));
    }
}
