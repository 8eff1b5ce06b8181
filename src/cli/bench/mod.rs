//! `hashjoule bench`: measure this machine; compare and list what was measured.

mod ablate;
mod args;
mod choose;
mod show;
mod sweep;
mod two;
mod watch;

pub use args::Args;

use super::signals::Signals;
use super::{Exit, Failure, Outcome, Output};
use args::{Command, Measure, Sweep};
use hashjoule::bench::record::{Energy, Record};
use hashjoule::bench::store::Store;
use hashjoule::bench::{self, About, sources};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Measures, or does what the subcommand says.
///
/// # Errors
/// When an argument cannot be, a kernel or a meter that was asked for is absent, or a file fails.
pub fn run(args: Args, output: &mut Output) -> Outcome {
    match args.command {
        Some(Command::Diff(args)) => two::diff(&args, output),
        Some(Command::Table(args)) => two::table(&args, output),
        None if args.measure.ablate => ablate::run(&args.measure, output),
        None => measure(&args.measure, output),
    }
}

fn measure(args: &Measure, output: &mut Output) -> Outcome {
    let plan = choose::plan(args)?;
    let store = args.record.as_deref().map(open).transpose()?;
    let (power, energy) = sources::choose(&args.wish(), Path::new("/"))?;
    let record = begin(args, plan.settings.seed, energy);
    let stop = Arc::new(AtomicBool::new(false));
    let theirs = Arc::clone(&stop);
    let signals = Signals::listen(move || theirs.store(true, Ordering::Relaxed))?;

    let mut watch = watch::Watch::new(output, store.as_ref(), args.label.as_deref());
    let outcome = bench::run(&plan.contenders, &plan.settings, &power, record, &stop, &mut watch);
    let failed_write = watch.finish();
    let record = match outcome {
        Ok(record) => record,
        Err(wrong) => return Ok(wrong_hits(&wrong, output)),
    };
    show(&record, args, output)?;
    match failed_write {
        Some(error) => Err(cannot_write(args.record.as_deref(), &error)),
        None => Ok(signals.or(Exit::Success)),
    }
}

fn show(record: &Record, args: &Measure, output: &mut Output) -> Result<(), Failure> {
    if output.is_json() {
        return output.json(record);
    }
    show::summary(record, output)?;
    if args.sweep == Some(Sweep::Threads) {
        sweep::show(record, output)?;
    }
    if !args.no_warn {
        show::warnings(record, output);
    }
    if let Some(path) = &args.record {
        output.note(format_args!("record: {}", path.display()));
    }
    Ok(())
}

/// A record that says what the command line says of the run.
fn begin(args: &Measure, seed: u64, energy: Energy) -> Record {
    let seconds_per_combination = if args.hashes.is_some() { 0.0 } else { args.seconds() };
    let about = About { label: args.label.clone(), command: args.command_line(), seconds_per_combination, energy };
    Record::begin(about, seed)
}

/// A wrong kernel is a negative result: it must not score, and the figures of the others go with it.
fn wrong_hits(wrong: &hashjoule::bench::round::WrongHits, output: &mut Output) -> Exit {
    let hint = "do not mine with it; please report it with the output of `hashjoule info`";
    output.failure("wrong-hits", &wrong.to_string(), Some(hint));
    Exit::Negative
}

fn open(path: &Path) -> Result<Store, Failure> {
    Store::open(path).map_err(|error| cannot_write(Some(path), &error))
}

fn cannot_write(path: Option<&Path>, error: &std::io::Error) -> Failure {
    let path = path.map(|path| path.display().to_string()).unwrap_or_default();
    Failure::content("record", format!("cannot write the record {path}: {error}"))
        .hint("give another path, or leave --record out: the figures are printed either way")
}
