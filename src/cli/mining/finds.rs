//! Finds and their answers: each is on disk before it is sent, and sent until it is answered.

use super::{AFTERMATH, Hits, Line, Session};
use crate::cli::{Exit, Failure};
use hashjoule::work::{Answer, Find, Solution, Verdict, WorkSource};
use std::time::Instant;

impl<S: WorkSource> Session<'_, S> {
    /// What an earlier session found and got no answer to.
    pub(super) fn resend(&mut self) -> Result<(), Failure> {
        let pending = self.journal.pending();
        if !pending.is_empty() {
            let (count, unit) = (pending.len(), self.goal.unit);
            self.note(format!("{count} {unit}(s) of an earlier session without an answer: sent again"))?;
        }
        for find in pending {
            self.counts.resent += 1;
            self.in_flight.insert(find.hash.clone(), None);
            self.source.submit(find);
        }
        Ok(())
    }

    /// On disk first, then on its way.
    pub(super) fn found(&mut self, solution: &Solution) -> Result<(), Failure> {
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
        if self.goal.hits == Hits::EndTheWork && is_sibling {
            self.searchers.unpin();
            self.work = None;
        }
    }

    pub(super) fn answered(&mut self, answer: &Answer) -> Result<(), Failure> {
        let Some(prev) = self.in_flight.remove(&answer.hash) else { return Ok(()) };
        if let Err(error) = self.journal.answered(answer) {
            self.note(format!("{error}; at the next start the {} is sent once more", self.goal.unit))?;
        }
        self.counts.count(answer.verdict);
        if answer.verdict == Verdict::Accepted {
            self.solved.retain(|_, since| since.elapsed() < AFTERMATH);
            self.solved.extend(prev.filter(|_| self.goal.hits == Hits::EndTheWork).map(|prev| (prev, Instant::now())));
        }
        self.tell_answer(answer)?;
        if self.goal.stop_after.is_some_and(|enough| self.counts.accepted >= enough) {
            self.end(Ok(Exit::Success));
        }
        Ok(())
    }

    fn tell_answer(&mut self, answer: &Answer) -> Result<(), Failure> {
        let Answer { hash, verdict, words } = answer;
        let why = if words.is_empty() { String::new() } else { format!(": {words}") };
        let is_routine = self.goal.hits == Hits::AreShares && *verdict == Verdict::Accepted;
        let line = format!("{} {hash} {}{why}", self.goal.unit, verdict.name());
        if is_routine {
            self.output.detail(line);
        } else {
            self.status.note(self.output, line);
        }
        self.event(Line::Answered { hash: hash.clone(), verdict: verdict.name(), words: words.clone() })
    }
}
