//! One process for all cases. Several questions are in flight at once; answers come in any order.
//!
//! When the process dies, falls silent or says something that is no answer, all questions in flight are suspects.
//! A new process is asked each of them alone, so that the one that did it is known, and the others get their answer.

use super::protocol::{self, Hello, Response, Says};
use super::{Command, NeverAnswered, quote};
use crate::os::process::{Event, Process};
use crate::vectors::Case;
use crate::verify::{Implementation, Reply, Sink};
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Questions in flight at once.
const WINDOW: usize = 32;
/// Accidents cost patience, those for which we had to wait ten times as much; when it is used up, what is left fails unasked.
const PATIENCE: usize = 200;
const COST_OF_WAITING: usize = 10;
/// So long a process that has closed its stdout may take to exit.
const GRACE: Duration = Duration::from_secs(3);
const ENDED: &str = "ended";
const NO_ANSWER: &str = "no answer";
/// So many lines that answer nothing, then it is a flood.
const MAX_SURPLUS: usize = 100;

/// An outside implementation that has said hello.
pub struct Session {
    command: Command,
    hello: Hello,
    /// The process that said hello, until it is used.
    process: Option<Process>,
}

/// Why a process is ended before its time.
struct Accident {
    story: String,
    cost: usize,
}

/// What is left to be asked.
struct Queue {
    /// Places of cases, in order.
    waiting: VecDeque<usize>,
    /// Those that were in flight when something happened: asked first, each alone.
    suspects: VecDeque<usize>,
}

impl Queue {
    fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.suspects.is_empty()
    }
}

impl Session {
    /// Starts the command and hears what it can do.
    ///
    /// # Errors
    /// When it cannot be started, or does not say a proper hello in time.
    pub fn start(command: Command, stop: &AtomicBool) -> Result<Self, NeverAnswered> {
        let (process, hello) = greet(&command, stop)
            .map_err(|what| NeverAnswered { program: command.words.first().cloned().unwrap_or_default(), what })?;
        Ok(Self { command, hello, process: Some(process) })
    }

    /// The ops that it answers.
    pub fn ops(&self) -> &[String] {
        &self.hello.ops
    }
}

/// Starts a process and waits for its hello.
fn greet(command: &Command, stop: &AtomicBool) -> Result<(Process, Hello), String> {
    let process = Process::start(&command.words).map_err(|error| format!("cannot be started: {error}"))?;
    process.send(protocol::hello());
    let what = match process.next(Instant::now() + command.patience_for_hello(), stop) {
        Event::Line(line) => match Hello::parse(&line) {
            Ok(hello) => return Ok((process, hello)),
            Err(what) => format!("its hello {}", what.replacen("a line", "is a line", 1)),
        },
        Event::Broken(what) => format!("instead of a hello it printed {what}"),
        Event::Silence => format!(
            "no hello within {} s: does it read stdin line by line, and flush stdout after each line?",
            command.patience_for_hello().as_secs_f64()
        ),
        Event::Stopped => return Err("stopped while waiting for its hello".into()),
        Event::End => {
            let ending = process.end(GRACE);
            return Err(format!("ended without a hello ({})", ending.describe()));
        }
    };
    Err(what)
}

impl Implementation for Session {
    fn name(&self) -> String {
        self.hello.name.clone()
    }

    fn concerns(&self, _: &Case) -> bool {
        true
    }

    fn run(&mut self, cases: &[&Case], sink: &mut Sink, stop: &AtomicBool) {
        let mut queue = Queue { waiting: VecDeque::new(), suspects: VecDeque::new() };
        for (place, case) in cases.iter().enumerate() {
            match self.hello.ops.iter().any(|op| op == case.question.op()) {
                true => queue.waiting.push_back(place),
                false => sink.reply(place, Reply::Skip(format!("it does not do {}", case.question.op()))),
            }
        }
        let mut patience = PATIENCE;
        while let Err(Accident { story, cost }) = self.drive(cases, &mut queue, sink, stop) {
            patience = patience.saturating_sub(cost);
            if stop.load(Ordering::Relaxed) {
                break;
            }
            if patience == 0 {
                give_up(&story, &mut queue, sink);
            }
            if queue.is_empty() {
                break;
            }
        }
    }
}

fn give_up(last: &str, queue: &mut Queue, sink: &mut Sink) {
    let why = format!("not asked: too many accidents, the last: {last}");
    for place in queue.suspects.drain(..).chain(queue.waiting.drain(..)) {
        sink.reply(place, Reply::Fault(why.clone()));
    }
}

impl Session {
    /// Asks with one process until the queue is empty, we are told to stop, or there is an accident.
    fn drive(
        &mut self,
        cases: &[&Case],
        queue: &mut Queue,
        sink: &mut Sink,
        stop: &AtomicBool,
    ) -> Result<(), Accident> {
        let process = match self.process.take() {
            Some(process) => process,
            None => greet(&self.command, stop).map_err(|story| Accident { story, cost: COST_OF_WAITING })?.0,
        };
        let mut talk = Talk {
            command: &self.command,
            cases,
            places: cases.iter().enumerate().map(|(place, case)| (case.id.as_str(), place)).collect(),
            process,
            in_flight: Vec::new(),
            surplus: 0,
        };
        match talk.ask_all(queue, sink, stop) {
            Ok(()) => {
                talk.part(sink, stop);
                Ok(())
            }
            Err(what) => Err(talk.accident(&what, queue, sink)),
        }
    }
}

/// The conversation with one process.
struct Talk<'a> {
    command: &'a Command,
    cases: &'a [&'a Case],
    places: HashMap<&'a str, usize>,
    process: Process,
    in_flight: Vec<usize>,
    surplus: usize,
}

impl Talk<'_> {
    fn ask_all(&mut self, queue: &mut Queue, sink: &mut Sink, stop: &AtomicBool) -> Result<(), String> {
        loop {
            self.fill(queue);
            if self.in_flight.is_empty() {
                return Ok(());
            }
            let hashes = self.in_flight.iter().map(|&place| self.cases[place].question.hashes()).sum();
            let patience = self.command.patience(hashes);
            match self.process.next(Instant::now() + patience, stop) {
                Event::Line(line) => self.hear(&line, sink)?,
                Event::Broken(what) => return Err(format!("printed {what}")),
                Event::End => return Err(ENDED.into()),
                Event::Silence => return Err(format!("{NO_ANSWER} within {} s", patience.as_secs_f64())),
                Event::Stopped => {
                    *queue = Queue { waiting: VecDeque::new(), suspects: VecDeque::new() };
                    return Ok(());
                }
            }
        }
    }

    /// Sends what may be in flight: a suspect alone, or a window of the others.
    fn fill(&mut self, queue: &mut Queue) {
        let are_suspects = !queue.suspects.is_empty();
        let window = if are_suspects { 1 } else { WINDOW };
        let from = if are_suspects { &mut queue.suspects } else { &mut queue.waiting };
        while self.in_flight.len() < window {
            let Some(place) = from.pop_front() else { return };
            self.process.send(protocol::request(self.cases[place]));
            self.in_flight.push(place);
        }
    }

    fn hear(&mut self, line: &str, sink: &mut Sink) -> Result<(), String> {
        let Response { id, says } = Response::parse(line).map_err(|what| format!("printed {what}"))?;
        let reply = match says {
            Says::Answer(answer) => Reply::Answer(answer),
            Says::Skip(why) => Reply::Skip(why),
            Says::Error(what) => Reply::Fault(format!("it says: {what}")),
        };
        match self.places.get(id.as_str()) {
            Some(&place) if self.in_flight.contains(&place) => {
                self.in_flight.retain(|&other| other != place);
                sink.reply(place, reply);
                return Ok(());
            }
            Some(&place) if sink.has(place) => sink.reply(place, reply), // a second answer
            _ => sink.fault(format!("answers {}, which was not asked", quote(&id))),
        }
        self.surplus += 1;
        if self.surplus > MAX_SURPLUS {
            Err(format!("gave {MAX_SURPLUS} answers that nobody asked for"))
        } else {
            Ok(())
        }
    }

    /// One question in flight: it failed. Several: each will be asked alone.
    fn accident(self, what: &str, queue: &mut Queue, sink: &mut Sink) -> Accident {
        let (ended, waited) = (what == ENDED, what.starts_with(NO_ANSWER));
        let ending = self.process.end(if ended { GRACE } else { Duration::ZERO });
        let story = format!("{what} ({})", ending.describe());
        match self.in_flight[..] {
            [place] => sink.reply(place, Reply::Fault(story.clone())),
            _ => queue.suspects.extend(self.in_flight),
        }
        Accident { story, cost: if waited { COST_OF_WAITING } else { 1 } }
    }

    /// All is answered: closes its stdin and hears what it still has to say, which should be nothing.
    fn part(mut self, sink: &mut Sink, stop: &AtomicBool) {
        self.process.close_input();
        let deadline = Instant::now() + self.command.timeout;
        let what = loop {
            match self.process.next(deadline, stop) {
                Event::Stopped => return,
                Event::End => match self.process.end(GRACE) {
                    ending if ending.status.is_some_and(|status| !status.success()) => {
                        break format!("ended badly ({})", ending.describe());
                    }
                    _ => return,
                },
                Event::Line(line) => match self.hear(&line, sink) {
                    Ok(()) => {}
                    Err(what) => break what,
                },
                Event::Broken(what) => break format!("printed {what}"),
                Event::Silence => break "did not end when its stdin was closed".into(),
            }
        };
        sink.fault(format!("after its last answer it {what}"));
    }
}
