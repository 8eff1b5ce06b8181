//! Other people's programs as what is tested.

use super::{Args, Stop};
use crate::cli::Failure;
use hashjoule::os::split_words;
use hashjoule::vectors::Case;
use hashjoule::verify::exec::{Command, Session, Simple, SimpleError};
use hashjoule::verify::{self, Implementation, Report};
use std::time::Duration;

fn command(args: &Args, text: &str) -> Result<Command, Failure> {
    let words = split_words(text).map_err(|error| Failure::usage("command", error))?;
    if !(args.timeout > 0.0 && args.timeout <= 86_400.0) {
        let what = format!("--timeout {}: seconds above 0, at most 86400", args.timeout);
        return Err(Failure::usage("timeout", what));
    }
    Ok(Command { words, timeout: Duration::from_secs_f64(args.timeout) })
}

/// One process for all cases.
pub(super) fn outside(args: &Args, text: &str, cases: &[&Case], stop: &Stop) -> Result<Report, Failure> {
    let hint = "docs/exec-protocol.md has an adapter of 15 lines to start from";
    match Session::start(command(args, text)?, &stop.cases) {
        Ok(mut session) => Ok(one_suite(&mut session, cases, stop)),
        Err(_) if stop.is_told() => Ok(Report::default()),
        Err(error) => Err(Failure::outside("exec", error).hint(hint)),
    }
}

/// One process for each case.
pub(super) fn simple(args: &Args, text: &str, cases: &[&Case], stop: &Stop) -> Result<Report, Failure> {
    let simple = Simple::new(command(args, text)?, &args.op, cases).map_err(|error| match error {
        SimpleError::Start(_) => Failure::outside("simple", error),
        _ => Failure::usage("simple", error).hint("for example --simple 'mytool hash {header}'"),
    });
    Ok(one_suite(&mut simple?, cases, stop))
}

fn one_suite(implementation: &mut dyn Implementation, cases: &[&Case], stop: &Stop) -> Report {
    Report { suites: vec![verify::run(implementation, cases, &stop.cases)], interrupted: false }
}
