//! Which pool to try next, when, and how: failover and waiting, without a clock or a socket.

use super::endpoint::Endpoint;
use super::message::Reconnect;
use super::session::End;
use crate::work::Backoff;
use std::time::Duration;

/// How a connection came to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Lost {
    /// It never came about.
    #[error("cannot connect: {0}")]
    Unreachable(std::io::Error),
    /// The certificate does not prove that it is the pool: trying again would not help.
    #[error("{0}")]
    Untrusted(String),
    /// The pool closed it, or the line broke.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// We closed it.
    #[error("{0}")]
    Ended(End),
}

/// How far a connection came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Went {
    /// The pool answered `mining.subscribe`.
    pub subscribed: bool,
    /// Time since the pool authorised us.
    pub authorised_for: Option<Duration>,
}

/// The next attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Where.
    pub endpoint: Endpoint,
    /// After how long.
    pub wait: Duration,
    /// Whether to ask for version rolling first.
    pub configure: bool,
}

/// The pools in the order of preference, and what is known about them.
#[derive(Debug)]
pub struct Link {
    pools: Vec<Pool>,
    current: usize,
    /// Where the pool sent us, for one attempt.
    moved: Option<Endpoint>,
    /// Whether version rolling is wanted at all.
    rolls: bool,
    wait: Duration,
    backoff: Backoff,
}

#[derive(Debug)]
struct Pool {
    endpoint: Endpoint,
    configure: bool,
    /// It has served us before: a refusal now may be a passing one.
    served: bool,
    /// Why it is of no use: our user or its certificate.
    refused: Option<String>,
}

impl Link {
    /// A connection that lasted so long counts as stable: the waits start over.
    pub const STABLE: Duration = Duration::from_secs(60);
    /// The longest wait that a pool may ask for.
    const LONGEST_WAIT: Duration = Duration::from_secs(300);

    /// `rolls` is whether version rolling is wanted at all.
    pub fn new(pools: Vec<Endpoint>, rolls: bool, backoff: Backoff) -> Self {
        let pool = |endpoint| Pool { endpoint, configure: rolls, served: false, refused: None };
        let pools = pools.into_iter().map(pool).collect();
        Self { pools, current: 0, moved: None, rolls, wait: Duration::ZERO, backoff }
    }

    /// The next attempt; `Err` with the reasons when no pool is left.
    ///
    /// # Errors
    /// When every pool has refused us.
    pub fn attempt(&mut self) -> Result<Attempt, String> {
        let count = self.pools.len();
        let usable = (0..count).map(|i| (self.current + i) % count).find(|&at| self.pools[at].refused.is_none());
        let Some(at) = usable else { return Err(self.refusals()) };
        self.current = at;
        let Pool { endpoint, configure, .. } = &self.pools[at];
        let endpoint = self.moved.take().unwrap_or_else(|| endpoint.clone());
        Ok(Attempt { endpoint, wait: std::mem::take(&mut self.wait), configure: *configure })
    }

    fn refusals(&self) -> String {
        let one = |pool: &Pool| pool.refused.as_ref().map(|why| format!("{}: {why}", pool.endpoint));
        self.pools.iter().filter_map(one).collect::<Vec<_>>().join("; ")
    }

    /// Learns how a connection went.
    pub fn learn(&mut self, lost: &Lost, went: Went) {
        let lasted = went.authorised_for.unwrap_or_default();
        if lasted >= Self::STABLE {
            self.backoff.reset();
        }
        let pool = &mut self.pools[self.current];
        pool.served |= went.authorised_for.is_some();
        match lost {
            Lost::Ended(End::Unauthorized { .. }) | Lost::Untrusted(_) if !pool.served => {
                pool.refused = Some(lost.to_string());
                self.current += 1;
            }
            Lost::Ended(End::Reconnect(to)) => self.moved_to(to, lasted),
            Lost::Broken(_) if !went.subscribed && pool.configure => {
                // Some pools close at a method that they do not know. Once more without it, and only then elsewhere.
                pool.configure = false;
                self.wait = self.backoff.wait_after_failure();
            }
            _ => {
                pool.configure |= !went.subscribed && self.rolls;
                self.next_pool(lasted);
            }
        }
        self.current %= self.pools.len();
    }

    /// Home to the first pool after a stable time; else on to the next one, with a wait after each round.
    fn next_pool(&mut self, lasted: Duration) {
        self.current = if lasted >= Self::STABLE { 0 } else { self.current + 1 };
        if self.current >= self.pools.len() || lasted >= Self::STABLE {
            self.wait = self.backoff.wait_after_failure();
        }
    }

    fn moved_to(&mut self, to: &Reconnect, lasted: Duration) {
        let home = &self.pools[self.current].endpoint;
        self.moved = Some(Endpoint {
            host: to.host.clone().unwrap_or_else(|| home.host.clone()),
            port: to.port.unwrap_or(home.port),
            tls: home.tls,
        });
        let asked = Duration::from_secs(to.wait.unwrap_or(0)).min(Self::LONGEST_WAIT);
        // Two pools that send us to and fro must not make us spin.
        let own = if lasted >= Self::STABLE { Duration::ZERO } else { self.backoff.wait_after_failure() };
        self.wait = asked.max(own);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(pools: &[&str]) -> Link {
        let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60), 1);
        Link::new(pools.iter().map(|pool| pool.parse().unwrap()).collect(), true, backoff)
    }

    const NOT_AT_ALL: Went = Went { subscribed: false, authorised_for: None };

    fn for_seconds(s: u64) -> Went {
        Went { subscribed: true, authorised_for: Some(Duration::from_secs(s)) }
    }

    fn unreachable() -> Lost {
        Lost::Unreachable(std::io::ErrorKind::ConnectionRefused.into())
    }

    fn broken() -> Lost {
        Lost::Broken("closed".into())
    }

    fn next(link: &mut Link) -> (String, Duration) {
        let attempt = link.attempt().unwrap();
        (attempt.endpoint.host, attempt.wait)
    }

    #[test]
    fn failures_go_round_the_pools_and_the_waits_grow_to_the_cap() {
        let mut link = link(&["a:1", "b:1"]);
        let mut waits = Vec::new();
        for round in 0..10 {
            let (host, wait) = next(&mut link);
            assert_eq!(host, "a");
            waits.push(wait);
            link.learn(&unreachable(), NOT_AT_ALL);
            assert_eq!(next(&mut link), ("b".into(), Duration::ZERO), "the second pool at once, round {round}");
            link.learn(&unreachable(), NOT_AT_ALL);
        }
        assert_eq!(waits[0], Duration::ZERO);
        for (i, wait) in waits.iter().enumerate().skip(1) {
            let full = Duration::from_secs(60.min(1 << (i - 1)));
            assert!(*wait >= full / 2 && *wait <= full, "{wait:?} in round {i}");
        }
    }

    #[test]
    fn only_a_stable_minute_starts_the_waits_over() {
        let wait_after = |lasted| {
            let mut link = link(&["a:1"]);
            for _ in 0..6 {
                link.learn(&unreachable(), NOT_AT_ALL);
            }
            link.learn(&broken(), for_seconds(lasted));
            link.attempt().unwrap().wait
        };
        assert!(wait_after(59) > Duration::from_secs(20));
        assert!(wait_after(60) <= Duration::from_secs(1));
    }

    #[test]
    fn a_pool_that_closes_at_configure_is_tried_without_it() {
        let mut link = link(&["a:1", "b:1"]);
        assert!(link.attempt().unwrap().configure);
        link.learn(&broken(), NOT_AT_ALL);
        let second = link.attempt().unwrap();
        assert_eq!((second.endpoint.host.as_str(), second.configure), ("a", false));
        link.learn(&broken(), NOT_AT_ALL);
        assert_eq!(next(&mut link).0, "b");
        link.learn(&unreachable(), NOT_AT_ALL);
        assert!(link.attempt().unwrap().configure, "it was something else");
    }

    #[test]
    fn pools_that_refuse_us_are_left_and_the_last_one_is_the_end() {
        let mut link = link(&["a:1", "b:1"]);
        link.learn(&Lost::Untrusted("the certificate is too old".into()), NOT_AT_ALL);
        assert_eq!(next(&mut link).0, "b");
        let refused = End::Unauthorized { user: "me".into(), reason: "no".into() };
        link.learn(&Lost::Ended(refused), NOT_AT_ALL);
        let reasons = link.attempt().unwrap_err();
        assert!(reasons.contains("too old") && reasons.contains("\"me\""), "{reasons}");
    }

    #[test]
    fn a_pool_that_served_us_may_refuse_for_a_while() {
        let mut link = link(&["a:1"]);
        link.learn(&broken(), for_seconds(5));
        link.learn(&Lost::Ended(End::Unauthorized { user: "me".into(), reason: "busy".into() }), NOT_AT_ALL);
        assert!(link.attempt().unwrap().wait > Duration::from_secs(1));
    }

    #[test]
    fn a_reconnect_moves_once_and_waits_as_asked() {
        let mut link = link(&["a:1"]);
        let to = Reconnect { host: None, port: Some(7), wait: Some(1_000_000) };
        link.learn(&Lost::Ended(End::Reconnect(to)), for_seconds(90));
        let attempt = link.attempt().unwrap();
        assert_eq!((attempt.endpoint.port, attempt.wait), (7, Link::LONGEST_WAIT));
        link.learn(&unreachable(), NOT_AT_ALL);
        assert_eq!(link.attempt().unwrap().endpoint.port, 1);
    }

    #[test]
    fn reconnects_in_a_row_are_slowed_down() {
        let mut link = link(&["a:1"]);
        for _ in 0..8 {
            link.learn(&Lost::Ended(End::Reconnect(Reconnect::default())), for_seconds(1));
        }
        assert!(link.attempt().unwrap().wait >= Duration::from_secs(30));
    }
}
