//! Jobs come and die; finds become shares as long as they count.

use super::{Action, Asked, End, Session};
use crate::header::Header;
use crate::target::Target;
use crate::work::pool::job::{PoolJob, Share};
use crate::work::pool::message::PoolError;
use crate::work::pool::notify::Notify;
use crate::work::pool::verdict::{Dropped, judge};
use crate::work::pool::{message, request};
use crate::work::{Answer, Verdict};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

impl Session {
    pub(super) fn notified(&mut self, notify: Notify) {
        let Some(extranonce) = &self.extranonce else {
            self.early = Some(notify);
            return;
        };
        // Another previous block kills the old jobs even when the pool forgets to say so.
        let same_block = self.jobs.back().is_some_and(|job| job.template.prev_blockhash == notify.prev_blockhash);
        let clean = notify.clean || !same_block;
        if clean {
            self.jobs.clear();
        }
        // The pool knows one job of a name: the newest.
        self.jobs.retain(|job| job.job_id != notify.job_id);
        let job = PoolJob::new(notify, extranonce, self.next_serial, self.difficulty, self.share_target);
        self.jobs.push_back(Arc::new(job));
        self.next_serial += 1;
        if self.jobs.len() > Self::MOST_JOBS {
            self.jobs.pop_front();
        }
        self.announce(clean);
    }

    pub(super) fn set_difficulty(&mut self, difficulty: f64) {
        match Target::from_difficulty(difficulty) {
            Ok(target) => (self.difficulty, self.share_target) = (difficulty, target),
            Err(error) => self.actions.push_back(Action::Note(format!("the pool sent a {error}; kept the old one"))),
        }
    }

    /// Sends a share, unless it cannot count any more. Its answer follows under `hash`, its name in the journal.
    ///
    /// # Errors
    /// Says why it is not sent.
    pub fn submit(&mut self, now: Duration, hash: &str, share: &Share) -> Result<(), Dropped> {
        let (job, header) = self.check(share)?;
        let bits = self.mask().map(|mask| share.version & mask);
        let asked = Asked::Share { hash: hash.to_owned(), header };
        self.ask(now, asked, |id, config| request::submit(id, &config.user, &job, share, bits));
        Ok(())
    }

    fn check(&mut self, share: &Share) -> Result<(Arc<PoolJob>, Header), Dropped> {
        let job = self.jobs.iter().find(|job| job.serial == share.job);
        let job = job.filter(|_| self.authorized && !self.ended).map(Arc::clone).ok_or(Dropped::Dead)?;
        let header = job.header(share);
        if !job.target().is_met_by(&header.block_hash()) {
            return Err(Dropped::NoShare);
        }
        let mask = self.mask().unwrap_or(0);
        if (share.version ^ job.template.version) & !mask != 0 {
            return Err(Dropped::OutsideMask);
        }
        if !self.sent.insert(header.block_hash().0) {
            return Err(Dropped::Repeated);
        }
        Ok((job, header))
    }

    pub(super) fn judged(&mut self, hash: String, header: &Header, outcome: Result<Value, PoolError>) {
        let (verdict, error) = judge(outcome);
        if error.is_low_difficulty() {
            // Either a race with a new difficulty or a bug: the header tells which.
            let note = format!("share refused as too easy: {}", hex::encode(header.to_bytes()));
            self.actions.push_back(Action::Note(note));
        }
        let words = error.to_string();
        self.actions.push_back(Action::Judged(Answer { hash, verdict, words: words.clone() }));
        if error.is_lost_handshake() {
            self.end(End::HandshakeLost(words));
        }
    }

    /// Shares whose answer never came.
    pub(super) fn expire_shares(&mut self, now: Duration) {
        let actions = &mut self.actions;
        self.asked.retain(|_, (at, asked)| {
            let expired = now.saturating_sub(*at) >= Self::SHARE && !asked.is_handshake();
            actions.extend(asked.unanswered().filter(|_| expired));
            !expired
        });
    }
}

impl Asked {
    fn is_handshake(&self) -> bool {
        matches!(self, Self::Configure | Self::Subscribe | Self::Authorize)
    }

    /// A share is worth nothing outside its connection, so no answer is a final one.
    pub(super) fn unanswered(&self) -> Option<Action> {
        let Self::Share { hash, .. } = self else { return None };
        let words = message::NO_ANSWER.to_owned();
        Some(Action::Judged(Answer { hash: hash.clone(), verdict: Verdict::Stale, words }))
    }
}
