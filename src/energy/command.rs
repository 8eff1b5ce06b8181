//! An outside command as a meter: a smart plug, a PDU, a BMC. It prints watts or joules; we sample.
//!
//! No shell, our own variables taken from its environment, a process group of its own that is
//! killed at the deadline, and its output bounded.

use super::meter::Integral;
use super::{Boundary, Clock, Labels, Meter, MeterError, Provenance, Quality, Reading};
use rustix::process::{Pid, Signal, kill_process_group};
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

/// A command that does not answer in this time is killed.
const DEADLINE: Duration = Duration::from_secs(10);

/// More than any meter prints.
const LONGEST: u64 = 64 * 1024;

/// Why a meter command gives no joules.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// Nothing to run, or a quote that is not closed.
    #[error("'{0}' is no command: it is empty, or a quote is not closed")]
    Words(String),
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
    #[error("'{program}' ended with {status}: {text}")]
    Failed {
        /// The program.
        program: String,
        /// How it ended.
        status: std::process::ExitStatus,
        /// What it wrote on stderr, its last line.
        text: String,
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
    labels: Labels,
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
        let words = split(line).filter(|words| !words.is_empty());
        let words = words.ok_or_else(|| CommandError::Words(line.to_owned()))?;
        let labels = Labels {
            source: "command",
            detail: format!("--meter-cmd {}", program_of(&words)),
            provenance: Provenance::Measured,
            boundary: Boundary::Wall,
            quality: Quality::L3,
        };
        ask(&words)?;
        Ok(Self { words, period, state: State::Fresh, labels })
    }
}

impl Meter for Command {
    fn labels(&self) -> &Labels {
        &self.labels
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

/// The name of the program without its folder: messages and records hold no paths.
fn program_of(words: &[String]) -> String {
    words.first().map(|word| word.rsplit('/').next().unwrap_or(word).to_owned()).unwrap_or_default()
}

/// Words as a shell would split them: blanks, quotes of both kinds, a backslash outside single quotes.
fn split(line: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\\', None | Some('"')) => word.get_or_insert_default().push(letters.next()?),
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

fn ask(words: &[String]) -> Result<Answer, CommandError> {
    let program = program_of(words);
    let (status, stdout, stderr) = run(words, &program)?;
    if !status.success() {
        let text = stderr.lines().last().unwrap_or_default().trim().to_owned();
        return Err(CommandError::Failed { program, status, text });
    }
    let first = stdout.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    parse(first).ok_or_else(|| CommandError::Content { program, text: first.chars().take(80).collect() })
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

type Ended = (std::process::ExitStatus, String, String);

fn run(words: &[String], program: &str) -> Result<Ended, CommandError> {
    let started = |error| CommandError::Start { program: program.to_owned(), error };
    let mut command = std::process::Command::new(&words[0]); // `open` refuses no words
    command.args(&words[1..]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HASHJOULE_")) {
        command.env_remove(name);
    }
    let mut child = command.spawn().map_err(started)?;
    let (sender, receiver) = channel();
    let (out, err) = (child.stdout.take(), child.stderr.take());
    // The group's pipes close when the last of its processes has ended or was killed, and then the reader ends too.
    std::thread::spawn(move || {
        let stderr = std::thread::spawn(move || bounded(err));
        let _ = sender.send((bounded(out), stderr.join().unwrap_or_default()));
    });
    let texts = receiver.recv_timeout(DEADLINE);
    if texts.is_err() {
        kill(&child);
    }
    let status = child.wait().map_err(started)?;
    match texts {
        Ok((out, err)) => Ok((status, out, err)),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Err(CommandError::Late(program.to_owned())),
    }
}

/// What the pipe says, at most [`LONGEST`] bytes of it; the rest is read and dropped so that the writer can end.
fn bounded(pipe: Option<impl Read>) -> String {
    let Some(mut pipe) = pipe else { return String::new() };
    let mut bytes = Vec::new();
    // A pipe that fails has said what it said.
    let _ = pipe.by_ref().take(LONGEST).read_to_end(&mut bytes);
    let _ = std::io::copy(&mut pipe, &mut std::io::sink());
    String::from_utf8_lossy(&bytes).into_owned()
}

fn kill(child: &Child) {
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    // It may have ended by itself in the meantime.
    let _ = group.map(|group| kill_process_group(group, Signal::KILL));
}

#[cfg(test)]
mod tests;
