//! Failures that say what to do, and the exit codes that scripts rely on.

use super::Output;
use std::fmt;
use std::process::ExitCode;

/// How a command ended, when it could do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Ok, found, all passed.
    Success,
    /// A negative result: nothing found, a case failed, a regression.
    Negative,
    /// Ended by SIGINT (2) or SIGTERM (15), after the same summary as without.
    Signal(u8),
}

/// Why a command could not do its work. The number is the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Wrong on the command line.
    Usage = 2,
    /// Bad content of a file, of stdin or of a remote, or I/O that failed.
    Content = 3,
    /// A kernel, CPU or sensor that this machine does not have.
    Absent = 4,
    /// An outside command that could not be started or never answered.
    Outside = 5,
}

/// A failure: what is wrong with which input, and what to do about it.
#[derive(Clone, Debug)]
pub struct Failure {
    kind: Kind,
    code: &'static str,
    message: String,
    hint: Option<String>,
    /// The reader of stdout has gone: nobody is left to tell, and nothing is wrong.
    closed_pipe: bool,
}

/// What every subcommand returns.
pub type Outcome = Result<Exit, Failure>;

impl Failure {
    fn new(kind: Kind, code: &'static str, message: impl fmt::Display) -> Self {
        Self { kind, code, message: message.to_string(), hint: None, closed_pipe: false }
    }
    /// Exit code 2.
    pub fn usage(code: &'static str, message: impl fmt::Display) -> Self {
        Self::new(Kind::Usage, code, message)
    }
    /// Exit code 3.
    pub fn content(code: &'static str, message: impl fmt::Display) -> Self {
        Self::new(Kind::Content, code, message)
    }
    /// Exit code 4.
    pub fn absent(code: &'static str, message: impl fmt::Display) -> Self {
        Self::new(Kind::Absent, code, message)
    }
    /// Exit code 5.
    pub fn outside(code: &'static str, message: impl fmt::Display) -> Self {
        Self::new(Kind::Outside, code, message)
    }
    /// Writing to stdout failed; when its reader has gone, that is no failure.
    pub fn stdout(error: std::io::Error) -> Self {
        let closed_pipe = error.kind() == std::io::ErrorKind::BrokenPipe;
        Self { closed_pipe, ..Self::content("stdout", format!("cannot write to stdout: {error}")) }
    }
    /// Adds what to do next.
    pub fn hint(self, hint: impl fmt::Display) -> Self {
        Self { hint: Some(hint.to_string()), ..self }
    }
}

/// Tells the user and chooses the exit code.
pub(super) fn report(outcome: Outcome, output: &mut Output) -> ExitCode {
    match outcome {
        Ok(Exit::Success) => ExitCode::SUCCESS,
        Ok(Exit::Negative) => ExitCode::from(1),
        Ok(Exit::Signal(number)) => ExitCode::from(128 + number),
        Err(failure) if failure.closed_pipe => ExitCode::SUCCESS,
        Err(failure) => {
            output.failure(failure.code, &failure.message, failure.hint.as_deref());
            ExitCode::from(failure.kind as u8)
        }
    }
}

/// clap's own messages: help and version on stdout with code 0, the rest on stderr with code 2.
pub(super) fn report_usage(error: &clap::Error) -> ExitCode {
    let wants_json = std::env::args_os().any(|arg| arg == "--json");
    if error.use_stderr() && wants_json {
        let text = error.to_string();
        let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        Output::json_only().failure("usage", message, Some("run the command with --help"));
        return ExitCode::from(Kind::Usage as u8);
    }
    // A closed pipe is quiet.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(Kind::Usage as u8) } else { ExitCode::SUCCESS }
}
