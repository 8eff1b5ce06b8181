//! Configure, subscribe, authorize: three questions, whose answers come in any order or not at all.

use super::{Action, Asked, End, Rolling, Session};
use crate::work::pool::message::{Extranonce, PoolError, granted_mask};
use crate::work::pool::request;
use crate::work::sanitised;
use serde_json::Value;
use std::time::Duration;

impl Session {
    pub(super) fn configured(&mut self, now: Duration, outcome: Result<Value, PoolError>) {
        match outcome.as_ref().ok().and_then(granted_mask) {
            Some(mask) => {
                self.set_mask(mask);
                self.subscribe_once(now);
            }
            None => {
                self.rolling_refused = self.rolling == Rolling::Off;
                self.go_on_without_rolling(now, "the pool does not roll versions");
            }
        }
    }

    pub(super) fn go_on_without_rolling(&mut self, now: Duration, why: &str) {
        if self.subscribe_once(now) {
            self.actions.push_back(Action::Note(format!("{why}: going on with one version")));
        }
    }

    pub(super) fn set_mask(&mut self, theirs: u32) {
        let mask = theirs & self.config.mask;
        let before = std::mem::replace(&mut self.rolling, Rolling::Granted(mask));
        if before != self.rolling {
            self.detail(&format!("version bits that may be rolled: {mask:08x}"));
            self.announce(false);
        }
    }

    pub(super) fn subscribe(&mut self, now: Duration) {
        self.has_subscribed = true;
        self.ask(now, Asked::Subscribe, |id, _| request::subscribe(id));
    }

    /// The late answer to `mining.configure` must not subscribe again.
    fn subscribe_once(&mut self, now: Duration) -> bool {
        let first = !self.has_subscribed;
        if first {
            self.subscribe(now);
        }
        first
    }

    pub(super) fn subscribed(&mut self, now: Duration, outcome: Result<Value, PoolError>) {
        let extranonce = outcome
            .map_err(|error| error.to_string())
            .and_then(|result| Extranonce::from_subscribe(&result).map_err(|error| error.to_string()));
        match extranonce {
            Ok(extranonce) => self.begin(now, extranonce),
            Err(reason) => self.end(End::SubscribeRefused(reason)),
        }
    }

    fn begin(&mut self, now: Duration, extranonce: Extranonce) {
        self.extranonce = Some(extranonce);
        self.ask(now, Asked::Authorize, |id, config| request::authorize(id, &config.user, config.password.reveal()));
        if let Some(difficulty) = self.config.suggest_difficulty {
            self.ask(now, Asked::Suggest, |id, _| request::suggest_difficulty(id, difficulty));
        }
        if let Some(notify) = self.early.take() {
            self.notified(notify);
        }
    }

    pub(super) fn authorized(&mut self, outcome: Result<Value, PoolError>) {
        let reason = match outcome {
            Ok(Value::Bool(true)) => {
                self.authorized = true;
                return self.announce(true);
            }
            Ok(other) => format!("it answered {}", sanitised(&other.to_string())),
            Err(error) => error.to_string(),
        };
        self.end(End::Unauthorized { user: self.config.user.clone(), reason });
    }
}
