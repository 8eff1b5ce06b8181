//! The mining loop, the same for a node and a pool: work to the searchers, finds to the journal and then to the source.

mod board;
mod events;
mod finds;
mod keep;
mod latencies;
mod power;
mod progress;
mod searchers;

pub use keep::SessionArgs;
pub use searchers::Hits;

use super::signals::Signals;
use super::status::Status;
use super::{Exit, Failure, Outcome, Output};
use events::{Counts, Figures, Line, SCHEMA, Tagged};
use hashjoule::job::VersionMask;
use hashjoule::scan::Scanner;
use hashjoule::work::journal::Journal;
use hashjoule::work::{Event, Fatal, Work, WorkSource};
use keep::open_journal;
use power::Gauge;
use progress::Pace;
use searchers::Searchers;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// How long an ending session waits for the answers that are still out.
const GRACE: Duration = Duration::from_secs(5);
/// A template of the old tip that was asked for before our block was in arrives no later than this.
const AFTERMATH: Duration = Duration::from_secs(30);
/// A template for the same block that comes so soon after another says nothing new.
const ECHO: Duration = Duration::from_secs(1);

/// What every session takes from the command line, wherever its work comes from.
pub struct Setup<'a> {
    /// Journal, names, watts.
    pub args: &'a SessionArgs,
    /// Who hashes.
    pub scanner: Scanner,
    /// The version bits that may roll.
    pub mask: VersionMask,
    /// End after so long.
    pub time: Option<Duration>,
}

/// What a session looks for.
pub struct Goal {
    /// What is found: "block" or "share".
    pub unit: &'static str,
    /// Whether a hit ends its work.
    pub hits: Hits,
    /// End after so many accepted ones.
    pub stop_after: Option<u64>,
}

/// Mines for `server` until told to stop, until the goal is reached, or until the source gives up. `start` gets the sender
/// of events.
///
/// # Errors
/// When the source cannot go on, or the journal cannot be kept.
pub fn mine<S: WorkSource>(
    setup: Setup<'_>,
    goal: Goal,
    server: &str,
    output: &mut Output,
    start: impl FnOnce(Sender<Event>) -> S,
) -> Outcome {
    let gauge = Gauge::open(&setup.args.power)?;
    let journal = open_journal(setup.args, server, output)?;
    let (events, inbox) = channel();
    let to_loop = events.clone();
    // The first signal ends the session, a second one the process.
    let signals = Signals::listen(move || drop(to_loop.send(Event::Interrupt)))?;
    let searchers = Searchers::start(setup.scanner, goal.hits, &events)
        .map_err(|error| Failure::content("thread", format!("cannot start a thread: {error}")))?;
    let source = start(events);
    let status = Status::new(output);
    let mut session = Session {
        goal,
        time: setup.time,
        tells_events: setup.args.events,
        gauge,
        journal,
        output,
        source,
        searchers,
        signals,
        status,
        started: Instant::now(),
        work: None,
        counts: Counts::default(),
        in_flight: HashMap::new(),
        solved: HashMap::new(),
        pace: Pace::new(),
        ending: None,
    };
    let ended = session.resend().and_then(|()| session.run(&inbox));
    session.finish(ended)
}

/// Why the session ends, and until when it waits for answers.
struct Ending {
    outcome: Outcome,
    deadline: Instant,
}

struct Session<'a, S> {
    goal: Goal,
    time: Option<Duration>,
    /// Whether stdout gets a JSON line for each event.
    tells_events: bool,
    /// Where the watts come from.
    gauge: Gauge,
    journal: Journal,
    output: &'a mut Output,
    source: S,
    searchers: Searchers,
    signals: Signals,
    status: Status,
    started: Instant,
    /// What is searched.
    work: Option<Arc<Work>>,
    counts: Counts,
    /// Finds without an answer, and the block that each builds on where it is known.
    in_flight: HashMap<String, Option<[u8; 32]>>,
    /// Blocks that ours have been built on, and when that became sure.
    solved: HashMap<[u8; 32], Instant>,
    pace: Pace,
    ending: Option<Ending>,
}

impl<S: WorkSource> Session<'_, S> {
    fn run(&mut self, inbox: &Receiver<Event>) -> Outcome {
        loop {
            if let Some(ending) = &self.ending
                && (self.in_flight.is_empty() || Instant::now() >= ending.deadline)
            {
                return ending.outcome.clone();
            }
            match inbox.recv_timeout(self.patience()) {
                Ok(event) => self.take(event)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(Exit::Negative),
            }
            if self.time.is_some_and(|time| self.started.elapsed() >= time) {
                self.end(Ok(Exit::Success));
            }
            self.show_progress()?;
        }
    }

    fn patience(&self) -> Duration {
        let now = Instant::now();
        let end = self.time.and_then(|time| self.started.checked_add(time));
        let deadline = self.ending.as_ref().map(|ending| ending.deadline);
        let due = [Some(self.pace.events_due), end, deadline].into_iter().flatten().min();
        self.status.wait().min(due.map_or(GRACE, |due| due.saturating_duration_since(now)))
    }

    fn take(&mut self, event: Event) -> Result<(), Failure> {
        match event {
            Event::Work(work) => self.begin(work),
            Event::Idle(reason) => self.pause(reason),
            Event::Found(solution) => {
                self.searchers.read_one();
                self.found(&solution)
            }
            Event::Answer(answer) => self.answered(&answer),
            Event::Note(text) => self.note(text),
            Event::Fatal(fatal) => {
                self.end(Err(failure(fatal)));
                Ok(())
            }
            Event::Interrupt => {
                self.end(Ok(self.signals.or(Exit::Success)));
                Ok(())
            }
        }
    }

    fn begin(&mut self, work: Arc<Work>) -> Result<(), Failure> {
        // Enough blocks are on their way; should one be refused, its answer brings new work. (A share's does not.)
        let on_the_way = self.counts.accepted + self.in_flight.len() as u64;
        let is_enough =
            self.goal.hits == Hits::EndTheWork && self.goal.stop_after.is_some_and(|enough| on_the_way >= enough);
        if self.ending.is_some() || is_enough || self.is_dead(&work) || self.is_echo(&work) {
            return Ok(());
        }
        let line = Line::Work { height: work.height, clean: work.clean, target: work.target.to_string() };
        self.searchers.pin(Arc::clone(&work));
        if work.clean
            && let Some(height) = work.height
        {
            self.output.detail(format!("height {height}, target {}", work.target));
        }
        self.work = Some(work);
        self.event(line)
    }

    /// Whether a block of ours stands, or may stand, where this one would.
    fn is_dead(&self, work: &Work) -> bool {
        let prev = work.template.prev_blockhash;
        let may_be_solved = self.goal.hits == Hits::EndTheWork && self.in_flight.values().any(|p| *p == Some(prev));
        may_be_solved || self.solved.get(&prev).is_some_and(|since| work.received < *since + AFTERMATH)
    }

    /// The long poll and the refresher often bring the same news. Beginning anew would only invite a find's sibling.
    fn is_echo(&self, work: &Work) -> bool {
        let place = |work: &Work| (work.template.prev_blockhash, work.target);
        let current = self.work.as_ref().filter(|current| place(current) == place(work));
        self.goal.hits == Hits::EndTheWork && current.is_some_and(|current| current.received.elapsed() < ECHO)
    }

    fn pause(&mut self, reason: String) -> Result<(), Failure> {
        self.searchers.unpin();
        self.work = None;
        self.status.note(self.output, format!("not hashing: {reason}"));
        self.event(Line::Idle { reason })
    }

    fn end(&mut self, outcome: Outcome) {
        self.searchers.unpin();
        self.work = None;
        if self.ending.is_none() {
            self.ending = Some(Ending { outcome, deadline: Instant::now() + GRACE });
        }
    }

    fn note(&mut self, text: impl Into<String>) -> Result<(), Failure> {
        let text = text.into();
        self.status.note(self.output, &text);
        self.event(Line::Note { text })
    }

    fn event(&mut self, line: Line) -> Result<(), Failure> {
        if !self.tells_events {
            return Ok(());
        }
        let tagged = Tagged { schema: SCHEMA, line: &line };
        let text = serde_json::to_string(&tagged).expect("strings and numbers always serialise");
        self.output.line(text)
    }
}

fn failure(fatal: Fatal) -> Failure {
    let Fatal { code, message, hint } = fatal;
    let failure = match code {
        "payout-address" | "node-network" | "usage" => Failure::usage(code, message),
        _ => Failure::content(code, message),
    };
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
