//! Failures that say what to do, and the exit codes that scripts rely on.

use super::Output;
use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue};
#[cfg(feature = "energy")]
use hashjoule::energy::{CommandError, MeterError};
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
        let failure = Self::content("stdout", format!("cannot write to stdout: {error}"));
        Self { closed_pipe, ..failure.hint("is the disk full? send the output elsewhere") }
    }
    /// Which exit code it gives.
    #[cfg(test)]
    pub fn kind(&self) -> Kind {
        self.kind
    }
    /// Says which flag or variable is meant.
    pub fn about(self, source: &str) -> Self {
        Self { message: format!("{source}: {}", self.message), ..self }
    }
    /// Adds what to do next.
    pub fn hint(self, hint: impl fmt::Display) -> Self {
        Self { hint: Some(hint.to_string()), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
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

/// What clap has to say: help and version are output, the rest is a failure like any other.
pub(super) fn report_usage(error: &clap::Error) -> ExitCode {
    let wants_json = std::env::args_os().any(|arg| arg == "--json");
    let mut output = if wants_json { Output::json_only() } else { Output::text_only() };
    let outcome = match error.use_stderr() {
        true => Err(usage_failure(error)),
        false => error.print().map_err(Failure::stdout).and_then(|()| output.flush()).map(|()| Exit::Success),
    };
    report(outcome, &mut output)
}

/// clap's message in our form: one line with the fault, one with what to do.
fn usage_failure(error: &clap::Error) -> Failure {
    let message = not_text(error).or_else(|| no_command(error)).unwrap_or_else(|| fault(error));
    let tip = tip(error).map(|tip| format!("{tip}; ")).unwrap_or_default();
    Failure::usage("usage", message).hint(format!("{tip}see `{} --help`", typed_command()))
}

/// The first paragraph of what clap would print, on one line.
fn fault(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let fault = text.split("\n\n").next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    fault.strip_prefix("error: ").unwrap_or(&fault).to_owned()
}

/// What was meant, if clap knows something alike.
fn tip(error: &clap::Error) -> Option<String> {
    let kinds = [
        (ContextKind::SuggestedArg, "argument"),
        (ContextKind::SuggestedSubcommand, "command"),
        (ContextKind::SuggestedValue, "value"),
    ];
    kinds.into_iter().find_map(|(kind, what)| {
        let names = match error.get(kind)? {
            ContextValue::String(name) => name.clone(),
            ContextValue::Strings(names) => names.join("', '"),
            _ => return None,
        };
        Some(format!("a similar {what} exists: '{names}'"))
    })
}

/// "hashjoule market fleet", as far as the command line names a command: clap does not always show its usage.
fn typed_command() -> String {
    let mut command = super::Cli::command();
    let mut path = command.get_name().to_owned();
    for word in std::env::args_os().skip(1) {
        if let Some(inner) = command.find_subcommand(&word).cloned() {
            path = format!("{path} {}", inner.get_name());
            command = inner;
        }
    }
    path
}

/// Where a command is missing, clap prints the help and no fault.
fn no_command(error: &clap::Error) -> Option<String> {
    let is_missing = error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    let mut command = super::Cli::command();
    let path = typed_command();
    for name in path.split(' ').skip(1) {
        command = command.find_subcommand(name)?.clone();
    }
    let names: Vec<_> = command.get_subcommands().map(clap::Command::get_name).collect();
    is_missing.then(|| format!("`{path}` needs a command: {}", names.join(", ")))
}

/// clap does not say which argument is no text.
fn not_text(error: &clap::Error) -> Option<String> {
    let mut arguments = std::env::args_os().filter(|_| error.kind() == clap::error::ErrorKind::InvalidUtf8);
    let argument = arguments.find(|argument| argument.to_str().is_none())?;
    Some(format!("the argument '{}' is no UTF-8 text", argument.to_string_lossy()))
}

/// A meter that was asked for and does not work.
#[cfg(feature = "energy")]
impl From<MeterError> for Failure {
    fn from(error: MeterError) -> Self {
        let advice = error.advice();
        match error {
            MeterError::Command(CommandError::Words { .. }) => Self::usage("meter-cmd", error),
            MeterError::Command(_) => Self::outside("meter-cmd", error)
                .hint("run the command by hand: it prints one line such as '43.1 W' and ends with code 0"),
            _ => Self::absent("meter", &error).hint(advice.unwrap_or("see `hashjoule info`")),
        }
    }
}
