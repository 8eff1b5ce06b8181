//! Vectors as a product: any implementation, ours or a stranger's, is asked every question that it can answer.
//!
//! ```text
//! vectors::Case -> Implementation -> Reply -> judge -> Verdict -> Report -> text, JSON, JUnit, annotations
//! ```
//!
//! [`kernels`] are ours, [`functions`] the plain code under them, [`zoo`] wrong on purpose, [`exec`] someone else's process.

pub mod deep;
pub mod exec;
pub mod functions;
mod judge;
pub mod kernels;
mod known;
pub mod report;
pub mod zoo;

pub use known::{KnownError, KnownFailures};

use crate::vectors::Case;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// What an implementation says to one question.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// An answer: the keys of the vector's `expect`.
    Answer(Map<String, Value>),
    /// It does not answer this one, and says why.
    Skip(String),
    /// No answer: it crashed, hung, or broke the protocol.
    Fault(String),
}

/// What became of one case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", content = "message", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// The answer is right.
    Passed,
    /// The answer is wrong, or none; or a known failure passed.
    Failed(String),
    /// Not asked or not answered, with the reason; or a known failure failed.
    Skipped(String),
}

/// One case and its verdict.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The vector's id.
    pub id: String,
    /// What became of it.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// All outcomes of one implementation.
#[derive(Clone, Debug, Serialize)]
pub struct Suite {
    /// A kernel's name, or what the outside command calls itself.
    pub implementation: String,
    /// How long its cases took.
    pub seconds: f64,
    /// In the order of the vector files.
    pub outcomes: Vec<Outcome>,
}

/// Everything that a run found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// One for each implementation.
    pub suites: Vec<Suite>,
    /// The run was stopped before its end.
    pub interrupted: bool,
}

/// How many of each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counts {
    /// Right answers.
    pub passed: usize,
    /// Wrong ones.
    pub failed: usize,
    /// Not asked, not answered, or known to fail.
    pub skipped: usize,
}

/// Something that answers questions. Yours to implement: a new method will come with a default.
pub trait Implementation {
    /// What reports call it.
    fn name(&self) -> String;
    /// Whether the case concerns it at all. A kernel is a search: it has no opinion on merkle trees.
    fn concerns(&self, case: &Case) -> bool;
    /// Asks each case; an answer goes to the sink with the case's place in `cases`.
    fn run(&mut self, cases: &[&Case], sink: &mut Sink, stop: &AtomicBool);
}

/// Where answers arrive, in any order.
#[derive(Debug)]
pub struct Sink {
    replies: Vec<Option<Reply>>,
    faults: Vec<String>,
}

impl Sink {
    fn new(cases: usize) -> Self {
        Self { replies: vec![None; cases], faults: Vec::new() }
    }

    /// The answer to the case at this place. A second answer is a fault: nobody knows which one to believe.
    pub fn reply(&mut self, case: usize, reply: Reply) {
        let slot = &mut self.replies[case];
        *slot = Some(if slot.is_none() { reply } else { Reply::Fault("answered twice".into()) });
    }

    /// Whether the case at this place was answered.
    pub fn has(&self, case: usize) -> bool {
        self.replies[case].is_some()
    }

    /// Something wrong that belongs to no single case.
    pub fn fault(&mut self, what: String) {
        self.faults.push(what);
    }
}

/// Asks one implementation all cases that concern it, and judges its answers.
pub fn run(implementation: &mut dyn Implementation, cases: &[&Case], stop: &AtomicBool) -> Suite {
    let start = Instant::now();
    let cases: Vec<&Case> = cases.iter().copied().filter(|case| implementation.concerns(case)).collect();
    let mut sink = Sink::new(cases.len());
    implementation.run(&cases, &mut sink, stop);
    let judged = cases.iter().zip(sink.replies);
    let mut outcomes: Vec<Outcome> = judged.filter_map(|(case, reply)| Some(judge(case, reply?))).collect();
    let protocol = |what| Outcome { id: "exec/protocol".into(), verdict: Verdict::Failed(what) };
    outcomes.extend(sink.faults.into_iter().map(protocol));
    Suite { implementation: implementation.name(), seconds: start.elapsed().as_secs_f64(), outcomes }
}

fn judge(case: &Case, reply: Reply) -> Outcome {
    let verdict = match reply {
        Reply::Answer(answer) => match judge::difference(case, &answer) {
            None => Verdict::Passed,
            Some(difference) => Verdict::Failed(difference),
        },
        Reply::Skip(why) => Verdict::Skipped(why),
        Reply::Fault(what) => Verdict::Failed(what),
    };
    Outcome { id: case.id.clone(), verdict }
}

/// Asks on all cores, for implementations that are a function. Cases after a stop stay unanswered.
fn ask_each(cases: &[&Case], sink: &mut Sink, stop: &AtomicBool, answer: impl Fn(&Case) -> Reply + Sync) {
    let ask = |case: &&Case| (!stop.load(Ordering::Relaxed)).then(|| answer(case));
    let replies: Vec<Option<Reply>> = cases.par_iter().map(ask).collect();
    for (place, reply) in replies.into_iter().enumerate() {
        if let Some(reply) = reply {
            sink.reply(place, reply);
        }
    }
}

/// An answer in the form in which an outside implementation would give it.
fn as_reply(answer: &crate::vectors::Answer) -> Reply {
    match serde_json::to_value(answer) {
        Ok(Value::Object(map)) => Reply::Answer(map),
        other => Reply::Fault(format!("the answer is no JSON object: {other:?}")),
    }
}

impl Suite {
    /// How many of each verdict.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for outcome in &self.outcomes {
            *match outcome.verdict {
                Verdict::Passed => &mut counts.passed,
                Verdict::Failed(_) => &mut counts.failed,
                Verdict::Skipped(_) => &mut counts.skipped,
            } += 1;
        }
        counts
    }
}

impl Report {
    /// How many of each verdict, over all implementations.
    pub fn counts(&self) -> Counts {
        self.suites.iter().map(Suite::counts).fold(Counts::default(), |sum, counts| Counts {
            passed: sum.passed + counts.passed,
            failed: sum.failed + counts.failed,
            skipped: sum.skipped + counts.skipped,
        })
    }

    /// The failures, with the name of the implementation.
    pub fn failures(&self) -> impl Iterator<Item = (&str, &Outcome)> {
        let outcomes = self.suites.iter().flat_map(|suite| {
            let name = suite.implementation.as_str();
            suite.outcomes.iter().map(move |outcome| (name, outcome))
        });
        outcomes.filter(|(_, outcome)| matches!(outcome.verdict, Verdict::Failed(_)))
    }
}
