//! The threads around a node: one keeps the template fresh, one hangs on the long poll, one submits.

use super::link::{Link, Trouble};
use super::pace::{Asked, keep_asking};
use super::payout::Chain;
use super::rpc::{Rpc, RpcError};
use crate::work::backoff::random_seed;
use crate::work::{Answer, Backoff, Event, Fatal, Find, WorkSource};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// Time between templates where a long poll tells us of new blocks, and where nothing does.
const REFRESH: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_secs(5);
/// For [`Config::patience`]: a template of 4 MB over a slow line still fits.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// Two long polls are at least this far apart.
const BREATH: Duration = Duration::from_millis(250);

/// Where the reward goes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Payout {
    /// An address, to be checked against the node's chain.
    Address(String),
    /// A scriptPubKey.
    Script(Vec<u8>),
}

/// What to mine, for whom, and where.
#[derive(Clone, Debug)]
pub struct Config {
    /// The node.
    pub rpc: Rpc,
    /// Where the reward goes.
    pub payout: Payout,
    /// The chain that the node must be on, when the user named one.
    pub chain: Option<Chain>,
    /// Put into the coinbase.
    pub text: Vec<u8>,
    /// Version bits to roll; 0 for none.
    pub version_mask: u32,
    /// How long a plain call may take; [`PATIENCE`] is plenty.
    pub patience: Duration,
}

/// A node, seen as a source of work.
#[derive(Debug)]
pub struct NodeSource {
    finds: Sender<Find>,
}

impl NodeSource {
    /// Starts the threads; whatever happens comes as an [`Event`]. They end when the receiver of `events` is gone.
    pub fn start(config: Config, events: Sender<Event>) -> Self {
        let (finds, to_submit) = channel();
        let (wake, woken) = channel();
        let link = Arc::new(Link::new(config, events, wake));
        spawn("submit", &link, move |link| submit_all(&link, &to_submit));
        spawn("templates", &link, move |link| match link.begin(&woken) {
            Err(fatal) => drop(link.tell(Event::Fatal(fatal))),
            Ok(false) => {}
            Ok(true) => {
                spawn("long-poll", &link, |link| long_poll(&link));
                refresh(&link, &woken);
            }
        });
        Self { finds }
    }
}

impl WorkSource for NodeSource {
    fn submit(&mut self, find: Find) {
        // The receiver lives as long as this sender.
        let _ = self.finds.send(find);
    }
}

fn spawn(name: &str, link: &Arc<Link>, body: impl FnOnce(Arc<Link>) + Send + 'static) {
    let theirs = Arc::clone(link);
    if let Err(error) = std::thread::Builder::new().name(name.to_owned()).spawn(move || body(theirs)) {
        let message = format!("cannot start a thread: {error}");
        link.tell(Event::Fatal(Fatal { code: "thread", message, hint: None }));
    }
}

pub(super) fn backoff() -> Backoff {
    Backoff::new(Duration::from_secs(1), Duration::from_secs(60), random_seed())
}

/// Waits, or less when someone wakes us. False when nobody is left to work for.
pub(super) fn wait(woken: &Receiver<()>, pause: Duration) -> bool {
    let outcome = woken.recv_timeout(pause);
    // Several reasons to ask now are one.
    while woken.try_recv().is_ok() {}
    outcome != Err(RecvTimeoutError::Disconnected)
}

fn sleep(pause: Duration) -> bool {
    std::thread::sleep(pause);
    true
}

fn refresh(link: &Link, woken: &Receiver<()>) {
    let ask = || match link.fetch(None) {
        Ok(_) => Asked::Well(if link.has_long_poll() { REFRESH } else { POLL }),
        Err(trouble) => link.bear(&trouble),
    };
    // The first template is a moment old.
    if wait(woken, POLL) {
        keep_asking(backoff(), ask, |pause| wait(woken, pause));
    }
}

fn long_poll(link: &Link) {
    let ask = || match link.fetch(Some(&link.long_poll_id())) {
        // Silence is what a long poll is for.
        Ok(true) | Err(Trouble::Rpc(RpcError::Timeout { .. })) => Asked::Well(BREATH),
        // An answer without news is not.
        Ok(false) => Asked::Badly,
        Err(_) => {
            // The refresher finds out what is wrong.
            link.wake();
            Asked::Badly
        }
    };
    keep_asking(backoff(), ask, sleep);
}

/// Sends one find after the other, each until its answer is final.
fn submit_all(link: &Link, finds: &Receiver<Find>) {
    for find in finds {
        let mut tried_before = find.resent;
        let attempt = || match link.submit(&find, tried_before) {
            Ok((verdict, words)) => {
                link.tell(Event::Answer(Answer { hash: find.hash.clone(), verdict, words }));
                Asked::Enough
            }
            Err(why) => {
                if !std::mem::replace(&mut tried_before, true) {
                    link.note(format!("no word yet on block {}, it is sent again: {why}", find.hash));
                }
                Asked::Badly
            }
        };
        keep_asking(backoff(), attempt, sleep);
        // Whatever became of it, there may be a new tip.
        link.wake();
    }
}
