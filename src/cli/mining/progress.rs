//! How far it is: the status now and then, the odds once, the summary at the end.

use super::events::Totals;
use super::{Counts, Figures, Line, SCHEMA, Session, Tagged};
use crate::cli::status::human_time;
use crate::cli::{Exit, Failure, Outcome};
use hashjoule::target::Target;
use hashjoule::units::HashRate;
use hashjoule::work::{Work, WorkSource};
use std::time::{Duration, Instant};

/// Between two status lines of `--events`.
const STATUS_EVENTS: Duration = Duration::from_secs(10);
/// The odds are told once, when the rate is known this well.
const ODDS_AFTER: Duration = Duration::from_secs(5);

/// For the rate over the last period.
pub(super) struct Pace {
    since: Instant,
    hashes: u64,
    pub(super) events_due: Instant,
    odds_told: bool,
}

impl Pace {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self { since: now, hashes: 0, events_due: now + STATUS_EVENTS, odds_told: false }
    }
}

impl<S: WorkSource> Session<'_, S> {
    pub(super) fn show_progress(&mut self) -> Result<(), Failure> {
        if self.ending.is_some() {
            return Ok(());
        }
        let events_due = self.tells_events && Instant::now() >= self.pace.events_due;
        if !events_due && !self.status.is_due() {
            return Ok(());
        }
        let figures = self.figures()?;
        self.tell_odds(figures.rate_hashes_per_s)?;
        if self.status.is_due() {
            self.status.show(self.output, figures.text(self.goal.unit));
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
        let power = match self.gauge.drawn() {
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

    pub(super) fn finish(mut self, ended: Outcome) -> Outcome {
        self.status.clear();
        let totals = Totals {
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
        if self.tells_events {
            self.event(Line::Summary(summary))?;
        } else if self.output.is_json() {
            if ended.is_ok() {
                self.output.json(&Tagged { schema: SCHEMA, line: &Line::Summary(summary) })?;
            }
        } else {
            summary.text(self.goal.unit).iter().try_for_each(|line| self.output.line(line))?;
        }
        ended
    }
}

/// A share's target is not a block's.
fn block_target(work: &Work) -> Target {
    hashjoule::target::CompactTarget(work.template.bits).decode().target
}
