//! One process a case: placeholders in the command are replaced by the question's values, stdout is the answer.

use super::{Command, NeverAnswered, quote};
use crate::os::process::{Event, Process, program_of};
use crate::vectors::{Case, GROUPS};
use crate::verify::judge::answer_key;
use crate::verify::{Implementation, Reply, Sink, ask_each};
use serde_json::{Map, Value};
use std::fmt;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// A command with placeholders, such as `mytool hash {header}`.
#[derive(Clone, Debug)]
pub struct Simple {
    command: Command,
    op: &'static str,
}

/// A command that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SimpleError {
    /// No such op.
    Op(String),
    /// Not one placeholder of the op in the command; these are its placeholders.
    NoPlaceholder(&'static str, Vec<String>),
    /// It could not be started.
    Start(NeverAnswered),
}

impl fmt::Display for SimpleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Op(op) => write!(f, "there is no op {}; there are {}", quote(op), GROUPS.join(", ")),
            Self::NoPlaceholder(op, keys) => {
                write!(f, "the command has no placeholder; for {op} there are {{{}}}", keys.join("}, {"))
            }
            Self::Start(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for SimpleError {}

impl Simple {
    /// Checks the command against the op's placeholders, for which one case of the op stands as the example, and starts it once.
    ///
    /// # Errors
    /// An unknown op, a command without placeholder, or one that cannot be started.
    pub fn new(command: Command, op: &str, cases: &[&Case]) -> Result<Self, SimpleError> {
        let op = GROUPS.iter().find(|group| **group == op).ok_or_else(|| SimpleError::Op(op.into()))?;
        let simple = Self { command, op };
        let Some(example) = cases.iter().find(|case| case.question.op() == *op) else { return Ok(simple) };
        let values = values(example);
        let is_used = |key: &String| simple.command.words.iter().any(|word| word.contains(&format!("{{{key}}}")));
        if !values.iter().any(|(key, _)| is_used(key)) {
            return Err(SimpleError::NoPlaceholder(op, values.into_iter().map(|(key, _)| key).collect()));
        }
        // A program that cannot be started tests nothing; what it answers is not looked at here.
        match Process::start(&simple.fill(example).words) {
            Ok(_) => Ok(simple),
            Err(error) => {
                let program = simple.command.words.first().cloned().unwrap_or_default();
                Err(SimpleError::Start(NeverAnswered { program, what: format!("cannot be started: {error}") }))
            }
        }
    }

    /// The command with the question's values; each stays within its argument.
    fn fill(&self, case: &Case) -> Command {
        let values = values(case);
        let fill = |word: &String| {
            values.iter().fold(word.clone(), |word, (key, value)| word.replace(&format!("{{{key}}}"), value))
        };
        Command { words: self.command.words.iter().map(fill).collect(), timeout: self.command.timeout }
    }

    fn ask(&self, case: &Case, stop: &AtomicBool) -> Reply {
        let patience = self.command.patience(case.question.hashes());
        let deadline = Instant::now() + patience;
        let mut process = match Process::start(&self.fill(case).words) {
            Ok(process) => process,
            Err(error) => return Reply::Fault(format!("cannot be started: {error}")),
        };
        process.close_input();
        let mut output = String::new();
        loop {
            match process.next(deadline, stop) {
                Event::Line(line) if output.len() + line.len() < 1 << 20 => output = output + &line + "\n",
                Event::Line(_) => return Reply::Fault("printed more than 1 MiB".into()),
                Event::Broken(what) => return Reply::Fault(format!("printed {what}")),
                Event::Silence => return Reply::Fault(format!("no end within {} s", patience.as_secs_f64())),
                Event::Stopped => return Reply::Skip("stopped".into()),
                Event::End => break,
            }
        }
        let ending = process.end(deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(100)));
        if ending.status.is_some_and(|status| status.success()) {
            return read(case, &output);
        }
        Reply::Fault(ending.describe())
    }
}

/// The text of stdout as the value that the case's op answers with.
pub(super) fn read(case: &Case, output: &str) -> Reply {
    let key = answer_key(case.question.op());
    let expect = serde_json::to_value(&case.answer).unwrap_or_default();
    let text = output.trim();
    let value = match &expect[key] {
        Value::Array(_) => text.split_whitespace().map(number).collect::<Option<Vec<_>>>().map(Value::from),
        Value::Number(_) => number(text),
        Value::Bool(_) => text.parse().ok().map(Value::Bool),
        _ if text == "null" => Some(Value::Null),
        _ => Some(Value::from(text)),
    };
    match value {
        Some(value) => Reply::Answer(Map::from_iter([(key.to_owned(), value)])),
        None => Reply::Fault(format!("stdout cannot be read as {key}: {}", quote(text))),
    }
}

fn number(text: &str) -> Option<Value> {
    let float = || text.parse::<f64>().ok().map(Value::from);
    text.parse::<u64>().ok().map(Value::from).or_else(float)
}

/// The question's keys and values as text; lists are joined by commas.
fn values(case: &Case) -> Vec<(String, String)> {
    let text = |value: Value| match value {
        Value::String(text) => text,
        Value::Array(items) => {
            let items: Vec<String> =
                items.iter().map(|i| i.as_str().map_or_else(|| i.to_string(), str::to_owned)).collect();
            items.join(",")
        }
        other => other.to_string(),
    };
    let Ok(Value::Object(question)) = serde_json::to_value(&case.question) else { return Vec::new() };
    question.into_iter().filter(|(key, _)| key != "op").map(|(key, value)| (key, text(value))).collect()
}

impl Implementation for Simple {
    fn name(&self) -> String {
        program_of(&self.command.words)
    }

    /// It was made for one op.
    fn concerns(&self, case: &Case) -> bool {
        case.question.op() == self.op
    }

    fn run(&mut self, cases: &[&Case], sink: &mut Sink, stop: &AtomicBool) {
        ask_each(cases, sink, stop, |case| self.ask(case, stop));
    }
}
