//! An outside command as a meter: a smart plug, a PDU, a BMC. It prints watts or joules; we sample.
//!
//! What bounds such a process stands in [`crate::os`].

use super::meter::Integral;
use super::{Boundary, Clock, Labels, Meter, MeterError, MeterInfo, Provenance, Quality, Reading};
use crate::os::process::{Ending, Event, Process, program_of};
use crate::os::{WordsError, split_words};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// A command that does not answer in this time is killed.
const DEADLINE: Duration = Duration::from_secs(10);

/// Why a meter command gives no joules.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// Nothing to run, or a quote that is not closed.
    #[error("'{line}' is not a valid command: {error}")]
    Words {
        /// The line.
        line: String,
        /// What is wrong with it.
        error: WordsError,
    },
    /// It did not start.
    #[error("cannot start '{program}': {error}")]
    Start {
        /// The program.
        program: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// It ran longer than the deadline.
    #[error("'{0}' gave no answer within 10 s and was killed")]
    Late(String),
    /// It ended with a failure.
    #[error("'{program}' ended with {ending}")]
    Failed {
        /// The program.
        program: String,
        /// How it ended, and the last line of its stderr, shortened.
        ending: String,
    },
    /// It printed something else.
    #[error("'{program}' printed '{text}': expected a number with its unit, such as '43.1 W', '1234.5 J' or '0.9 kWh'")]
    Content {
        /// The program.
        program: String,
        /// The first line.
        text: String,
    },
    /// Joules that it had counted before are gone, or it changed from watts to joules.
    #[error("'{0}' contradicts what it printed before")]
    Contradiction(String),
}

/// A command that prints watts or a sum of joules.
#[derive(Debug)]
pub struct Command {
    words: Vec<String>,
    period: Duration,
    state: State,
    info: MeterInfo,
}

#[derive(Debug)]
enum State {
    Fresh,
    Watts(Integral),
    Joules { first: f64, last: f64 },
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    Watts(f64),
    Joules(f64),
}

impl Command {
    /// Splits the line into words, runs it once, and learns what it prints.
    ///
    /// # Errors
    /// When it is no command, does not run, or prints no power and no energy.
    pub fn open(line: &str, period: Duration) -> Result<Self, MeterError> {
        let words = split_words(line).map_err(|error| CommandError::Words { line: line.to_owned(), error })?;
        let info = MeterInfo {
            source: "command",
            detail: format!("--meter-cmd {}", program_of(&words)),
            labels: Labels { provenance: Provenance::Measured, boundary: Boundary::Wall, quality: Quality::L3 },
        };
        ask(&words)?;
        Ok(Self { words, period, state: State::Fresh, info })
    }
}

impl Meter for Command {
    fn info(&self) -> &MeterInfo {
        &self.info
    }
    fn period(&self) -> Duration {
        self.period
    }
    fn read(&mut self, clock: &dyn Clock) -> Result<Reading, MeterError> {
        let answer = ask(&self.words)?;
        let at = clock.now();
        match (&mut self.state, answer) {
            (State::Watts(sum), Answer::Watts(watts)) => return Ok(sum.add(at, watts)),
            (State::Joules { first, last }, Answer::Joules(joules)) if joules >= *last => {
                *last = joules;
                return Ok(Reading { joules: joules - *first, at });
            }
            (State::Fresh, Answer::Watts(watts)) => {
                let mut sum = Integral::default();
                sum.add(at, watts);
                self.state = State::Watts(sum);
            }
            (State::Fresh, Answer::Joules(first)) => self.state = State::Joules { first, last: first },
            _ => return Err(CommandError::Contradiction(program_of(&self.words)).into()),
        }
        Ok(Reading { joules: 0.0, at })
    }
}

fn ask(words: &[String]) -> Result<Answer, CommandError> {
    let program = program_of(words);
    let (ending, first) = run(words, &program)?;
    match ending.status {
        Some(status) if status.success() => {
            parse(&first).ok_or_else(|| CommandError::Content { program, text: first.chars().take(80).collect() })
        }
        _ => Err(CommandError::Failed { program, ending: ending.describe() }),
    }
}

/// "43.1 W", "1234.5 J", "0.9 kWh": a number and its unit.
fn parse(text: &str) -> Option<Answer> {
    let text = text.trim();
    let unit_at = text.find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '+'))?;
    let number: f64 = text[..unit_at].parse().ok().filter(|n: &f64| n.is_finite() && *n >= 0.0)?;
    match text[unit_at..].trim() {
        "mW" => Some(Answer::Watts(number / 1e3)),
        "W" => Some(Answer::Watts(number)),
        "kW" => Some(Answer::Watts(number * 1e3)),
        "J" => Some(Answer::Joules(number)),
        "kJ" => Some(Answer::Joules(number * 1e3)),
        "Wh" => Some(Answer::Joules(number * 3.6e3)),
        "kWh" => Some(Answer::Joules(number * 3.6e6)),
        _ => None,
    }
}

/// How it ended, and the first line that is not blank.
fn run(words: &[String], program: &str) -> Result<(Ending, String), CommandError> {
    let started = |error| CommandError::Start { program: program.to_owned(), error };
    let mut process = Process::start(words).map_err(started)?;
    process.close_input();
    let (deadline, never) = (Instant::now() + DEADLINE, AtomicBool::new(false));
    let mut first = None;
    loop {
        match process.next(deadline, &never) {
            Event::Line(line) if first.is_none() && !line.trim().is_empty() => first = Some(line),
            Event::Line(_) => {}
            Event::Broken(text) => return Err(CommandError::Content { program: program.to_owned(), text }),
            Event::End => break,
            Event::Silence | Event::Stopped => return Err(CommandError::Late(program.to_owned())),
        }
    }
    let grace = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(100));
    Ok((process.end(grace), first.unwrap_or_default()))
}

#[cfg(test)]
mod tests;
