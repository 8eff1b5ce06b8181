//! The mining loop, the same for a node and a pool: work to the searchers, finds to the journal and then to the source.

mod events;
mod keep;
mod power;
mod searchers;

pub use events::{Counts, Figures, Line, SCHEMA, Tagged};
pub use keep::{SessionArgs, open_journal};
pub use power::Gauge;
pub use searchers::{Hits, Searchers};

use super::signals::Signals;
use super::status::{Status, human_time};
use super::{Exit, Failure, Outcome, Output};
use crate::scan::Scanner;
use crate::target::Target;
use crate::units::{HashRate, significant};
use crate::work::journal::Journal;
use crate::work::{Answer, Event, Fatal, Find, Solution, Verdict, Work, WorkSource};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// How long an ending session waits for the answers that are still out.
const GRACE: Duration = Duration::from_secs(5);
/// Between two status lines of `--events`.
const STATUS_EVENTS: Duration = Duration::from_secs(10);
/// A template of the old tip that was asked for before our block was in arrives no later than this.
const AFTERMATH: Duration = Duration::from_secs(30);
/// A template for the same block that comes so soon after another says nothing new.
const ECHO: Duration = Duration::from_secs(1);
/// The odds are told once, when the rate is known this well.
const ODDS_AFTER: Duration = Duration::from_secs(5);

/// How a session mines.
pub struct Options {
    /// What is found: "block" or "share".
    pub unit: &'static str,
    /// Whether a hit ends its work.
    pub hits: Hits,
    /// End after so many accepted ones.
    pub stop_after: Option<u64>,
    /// End after so long.
    pub time: Option<Duration>,
    /// Whether stdout gets a JSON line for each event.
    pub events: bool,
    /// Where the watts come from.
    pub gauge: Gauge,
}

/// Mines until told to stop, until `stop_after`, or until the source gives up. `start` gets the sender of events.
///
/// # Errors
/// When the source cannot go on, or the journal cannot be kept.
pub fn mine<S: WorkSource>(
    options: Options,
    scanner: Scanner,
    journal: Journal,
    output: &mut Output,
    start: impl FnOnce(Sender<Event>) -> S,
) -> Outcome {
    let (events, inbox) = channel();
    let to_loop = events.clone();
    // The first signal ends the session, a second one the process.
    let signals = Signals::listen(move || drop(to_loop.send(Event::Interrupt)))?;
    let searchers = Searchers::start(scanner, options.hits, &events)
        .map_err(|error| Failure::content("thread", format!("cannot start a thread: {error}")))?;
    let source = start(events);
    let status = Status::new(output);
    let mut session = Session {
        options,
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
        pace: Pace { since: Instant::now(), hashes: 0, events_due: Instant::now() + STATUS_EVENTS, odds_told: false },
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

/// For the rate over the last period.
struct Pace {
    since: Instant,
    hashes: u64,
    events_due: Instant,
    odds_told: bool,
}

struct Session<'a, S> {
    options: Options,
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
    /// What an earlier session found and got no answer to.
    fn resend(&mut self) -> Result<(), Failure> {
        let pending = self.journal.pending();
        if !pending.is_empty() {
            let (count, unit) = (pending.len(), self.options.unit);
            self.note(format!("{count} {unit}(s) of an earlier session without an answer: sent again"))?;
        }
        for find in pending {
            self.counts.resent += 1;
            self.in_flight.insert(find.hash.clone(), None);
            self.source.submit(find);
        }
        Ok(())
    }

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
            if self.options.time.is_some_and(|time| self.started.elapsed() >= time) {
                self.end(Ok(Exit::Success));
            }
            self.show_progress()?;
        }
    }

    fn patience(&self) -> Duration {
        let now = Instant::now();
        let end = self.options.time.and_then(|time| self.started.checked_add(time));
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
            self.options.hits == Hits::EndTheWork && self.options.stop_after.is_some_and(|enough| on_the_way >= enough);
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
        let may_be_solved = self.options.hits == Hits::EndTheWork && self.in_flight.values().any(|p| *p == Some(prev));
        may_be_solved || self.solved.get(&prev).is_some_and(|since| work.received < *since + AFTERMATH)
    }

    /// The long poll and the refresher often bring the same news. Beginning anew would only invite a find's sibling.
    fn is_echo(&self, work: &Work) -> bool {
        let place = |work: &Work| (work.template.prev_blockhash, work.target);
        let current = self.work.as_ref().filter(|current| place(current) == place(work));
        self.options.hits == Hits::EndTheWork && current.is_some_and(|current| current.received.elapsed() < ECHO)
    }

    fn pause(&mut self, reason: String) -> Result<(), Failure> {
        self.searchers.unpin();
        self.work = None;
        self.status.note(self.output, format!("not hashing: {reason}"));
        self.event(Line::Idle { reason })
    }

    /// On disk first, then on its way.
    fn found(&mut self, solution: &Solution) -> Result<(), Failure> {
        let find = Find::new(solution);
        match self.journal.found(&find) {
            Ok(false) => return Ok(()),
            Ok(true) => {}
            Err(error) => {
                let failure = Failure::content("journal", &error)
                    .hint("make room on the disk: without a journal a find could be lost, so mining stops");
                self.note(format!("{error}; {} is sent all the same", find.hash))?;
                self.end(Err(failure));
            }
        }
        self.counts.found += 1;
        self.leave_siblings_alone(&solution.header.prev_blockhash);
        self.in_flight.insert(find.hash.clone(), Some(solution.header.prev_blockhash));
        let line = Line::Found { hash: find.hash.clone(), height: find.height };
        self.source.submit(find);
        self.event(line)
    }

    /// Newer work on the block that a find builds on may have been pinned while the find was on its way here.
    fn leave_siblings_alone(&mut self, prev: &[u8; 32]) {
        let is_sibling = self.work.as_ref().is_some_and(|work| work.template.prev_blockhash == *prev);
        if self.options.hits == Hits::EndTheWork && is_sibling {
            self.searchers.unpin();
            self.work = None;
        }
    }

    fn answered(&mut self, answer: &Answer) -> Result<(), Failure> {
        let Some(prev) = self.in_flight.remove(&answer.hash) else { return Ok(()) };
        if let Err(error) = self.journal.answered(answer) {
            self.note(format!("{error}; at the next start the {} is sent once more", self.options.unit))?;
        }
        self.counts.count(answer.verdict);
        if answer.verdict == Verdict::Accepted {
            self.solved.retain(|_, since| since.elapsed() < AFTERMATH);
            self.solved
                .extend(prev.filter(|_| self.options.hits == Hits::EndTheWork).map(|prev| (prev, Instant::now())));
        }
        self.tell_answer(answer)?;
        if self.options.stop_after.is_some_and(|enough| self.counts.accepted >= enough) {
            self.end(Ok(Exit::Success));
        }
        Ok(())
    }

    fn tell_answer(&mut self, answer: &Answer) -> Result<(), Failure> {
        let Answer { hash, verdict, words } = answer;
        let why = if words.is_empty() { String::new() } else { format!(": {words}") };
        let is_routine = self.options.hits == Hits::AreShares && *verdict == Verdict::Accepted;
        let line = format!("{} {hash} {}{why}", self.options.unit, verdict.name());
        if is_routine {
            self.output.detail(line);
        } else {
            self.status.note(self.output, line);
        }
        self.event(Line::Answered { hash: hash.clone(), verdict: verdict.name(), words: words.clone() })
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
        if !self.options.events {
            return Ok(());
        }
        let tagged = Tagged { schema: SCHEMA, line: &line };
        let text = serde_json::to_string(&tagged).expect("strings and numbers always serialise");
        self.output.line(text)
    }

    fn show_progress(&mut self) -> Result<(), Failure> {
        if self.ending.is_some() {
            return Ok(());
        }
        let events_due = self.options.events && Instant::now() >= self.pace.events_due;
        if !events_due && !self.status.is_due() {
            return Ok(());
        }
        let figures = self.figures()?;
        self.tell_odds(figures.rate_hashes_per_s)?;
        if self.status.is_due() {
            self.status.show(self.output, status_line(&figures, self.options.unit));
        }
        if events_due {
            self.pace.events_due = Instant::now() + STATUS_EVENTS;
            self.event(Line::Status(figures))?;
        }
        Ok(())
    }

    fn figures(&mut self) -> Result<Figures, Failure> {
        let (now, hashes) = (Instant::now(), self.searchers.hashes());
        let period = now.duration_since(self.pace.since).as_secs_f64();
        // A float is exact below 2^53 hashes.
        let rate_hashes_per_s = (hashes - self.pace.hashes) as f64 / period.max(1e-3);
        (self.pace.since, self.pace.hashes) = (now, hashes);
        let power = match self.options.gauge.drawn() {
            Ok(power) => power,
            Err(error) => {
                self.note(format!("{error}: the watts are not known any more"))?;
                None
            }
        };
        Ok(Figures {
            uptime_s: self.started.elapsed().as_secs_f64(),
            hashes,
            rate_hashes_per_s,
            work_age_s: self.work.as_ref().map(|work| work.received.elapsed().as_secs_f64()),
            height: self.work.as_ref().and_then(|work| work.height),
            difficulty: self.work.as_ref().map(|work| work.target.difficulty()),
            best_hash: self.searchers.best().map(|hash| hash.to_string()),
            power,
            counts: self.counts(),
        })
    }

    fn counts(&self) -> Counts {
        Counts { pending: self.in_flight.len() as u64, ..self.counts }
    }

    /// Once, when the rate is known and it will be long.
    fn tell_odds(&mut self, rate: f64) -> Result<(), Failure> {
        let Some(work) = self.work.as_ref().filter(|_| !self.pace.odds_told && self.started.elapsed() > ODDS_AFTER)
        else {
            return Ok(());
        };
        self.pace.odds_told = true;
        let seconds = block_target(work).expected_hashes() / rate;
        if seconds.is_finite() && seconds > 3600.0 {
            let rate = HashRate::from_hashes_per_second(rate);
            self.note(format!("at {rate} a block takes {} on average", human_time(seconds)))?;
        }
        Ok(())
    }

    fn finish(mut self, ended: Outcome) -> Outcome {
        self.status.clear();
        let totals = events::Totals {
            interrupted: matches!(ended, Ok(Exit::Signal(_))),
            uptime: self.started.elapsed(),
            hashes: self.searchers.hashes(),
            best: self.searchers.best(),
            counts: self.counts(),
            latencies: &self.searchers.latencies(),
        };
        let summary = totals.summary();
        let is_nothing = summary.hashes == 0 && summary.counts == Counts::default();
        if ended.is_err() && is_nothing {
            return ended;
        }
        if self.options.events {
            self.event(Line::Summary(summary))?;
        } else if self.output.is_json() {
            if ended.is_ok() {
                self.output.json(&Tagged { schema: SCHEMA, line: &Line::Summary(summary) })?;
            }
        } else {
            summary.text(self.options.unit).iter().try_for_each(|line| self.output.line(line))?;
        }
        ended
    }
}

/// A share's target is not a block's.
fn block_target(work: &Work) -> Target {
    crate::target::CompactTarget(work.template.bits).decode().target
}

fn status_line(figures: &Figures, unit: &str) -> String {
    let rate = HashRate::from_hashes_per_second(figures.rate_hashes_per_s);
    let Counts { found, accepted, pending, .. } = figures.counts;
    let mut line = format!("{rate}  {unit}s {accepted}/{found}");
    if pending > 0 {
        line += &format!("  waiting {pending}");
    }
    match (figures.height, figures.work_age_s) {
        (Some(height), Some(age)) => line += &format!("  height {height} for {}", human_time(age)),
        (None, Some(age)) => {
            let difficulty = significant(figures.difficulty.unwrap_or_default(), 3);
            line += &format!("  difficulty {difficulty}  job for {}", human_time(age));
        }
        _ => line += "  no work",
    }
    if let Some(power) = &figures.power {
        line += &format!("  {}", power.text(rate));
    }
    if let Some(best) = &figures.best_hash {
        line += &format!("  best {}", &best[..best.len().min(24)]);
    }
    line + &format!("  up {}", human_time(figures.uptime_s))
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
