//! The board on which work is pinned, and the thread that takes it from there: slice by slice to the scanner.

use super::Hits;
use super::latencies::Latencies;
use hashjoule::header::BlockHash;
use hashjoule::job::VersionMask;
use hashjoule::scan::{Ended, Find, ScanReport, Scanner, Space as ScanSpace, Watch};
use hashjoule::target::Target;
use hashjoule::work::{Event, Fatal, Portion, Solution, Space, Work};
use std::ops::Range;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// nTime is set anew at least this often.
const LONGEST_SCAN: Duration = Duration::from_secs(30);
/// Shares are told this often; the threads meet at the end of each slice, which costs them half a chunk.
const SHARE_SLICE: Duration = Duration::from_millis(500);
const SMALLEST_SLICE: u64 = 1 << 12;
/// A slice is cut so that it holds about so many shares, should the target be that easy.
const SHARES_A_SLICE: f64 = 32.0;
/// So many shares may wait for the mining loop; then the search waits for it.
pub(super) const MOST_UNREAD: usize = 64;

pub(super) struct Board {
    hits: Hits,
    events: Sender<Event>,
    state: Mutex<State>,
    pub(super) changed: Condvar,
}

#[derive(Default)]
pub(super) struct State {
    /// Changes with every pin and every taking down.
    edition: u64,
    pub(super) assignment: Option<Assignment>,
    /// Where work that continues the last one starts.
    pub(super) first_extranonce: u64,
    pub(super) ended: bool,
    /// The scan that runs, and the hashes of those before.
    pub(super) watch: Arc<Watch>,
    pub(super) hashes: u64,
    pub(super) best: Option<BlockHash>,
    pub(super) latencies: Latencies,
    /// Hits that were reported and not read.
    pub(super) unread: usize,
}

pub(super) struct Assignment {
    pub(super) work: Arc<Work>,
    pub(super) space: Space,
}

/// The lower of two hashes, where there are two.
pub(super) fn lower(a: Option<BlockHash>, b: Option<BlockHash>) -> Option<BlockHash> {
    a.into_iter().chain(b).min_by_key(|hash| Target::from(*hash))
}

impl State {
    /// Nobody searches any more, within a chunk.
    pub(super) fn take_down(&mut self) {
        self.edition += 1;
        self.watch.stop();
        if let Some(last) = self.assignment.take() {
            self.first_extranonce = last.space.next_extranonce();
        }
    }
}

/// The next thing to scan.
struct Order {
    edition: u64,
    work: Arc<Work>,
    portion: Portion,
    watch: Arc<Watch>,
}

impl Board {
    pub(super) fn new(hits: Hits, events: Sender<Event>) -> Self {
        Self { hits, events, state: Mutex::default(), changed: Condvar::new() }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Scans whatever is pinned, until it is over.
    pub(super) fn drive(&self, scanner: &Scanner) {
        let mut slice = SMALLEST_SLICE;
        let mut last_edition = 0;
        while let Some(order) = self.next_order(&mut last_edition) {
            self.scan_portion(scanner, &order, &mut slice);
        }
    }

    /// Waits for a portion. `None` when it is over.
    fn next_order(&self, last_edition: &mut u64) -> Option<Order> {
        let mut state = self.state();
        loop {
            if state.ended {
                return None;
            }
            if let Some(order) = state.order(last_edition) {
                return Some(order);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn scan_portion(&self, scanner: &Scanner, order: &Order, slice: &mut u64) {
        let all = &order.work.nonces;
        let mut from = all.start;
        while from < all.end && !order.watch.is_stopped() {
            let to = match self.hits {
                Hits::EndTheWork => all.end,
                Hits::AreShares => (from + self.share_slice(order, *slice)).min(all.end),
            };
            let (find, time) = match self.hits {
                Hits::EndTheWork => (Find::First, Some(LONGEST_SCAN).filter(|_| order.work.time.rolls)),
                Hits::AreShares => (Find::All, None),
            };
            match scanner.scan(&scan_space(order, from..to), find, &order.watch, time) {
                Ok(report) => {
                    *slice = next_slice(*slice, &report);
                    self.report(order, &report);
                    if report.ended == Ended::TimeUp {
                        return;
                    }
                }
                Err(wrong) => {
                    let hint = Some("do not trust this machine's hashes; try another --kernel".to_owned());
                    let fatal = Fatal { code: "kernel", message: wrong.to_string(), hint };
                    let _ = self.events.send(Event::Fatal(fatal));
                    self.state().take_down();
                    return;
                }
            }
            from = to;
        }
    }

    /// How many nonces to search in one go, once the mining loop has caught up with the shares found so far.
    fn share_slice(&self, order: &Order, slice: u64) -> u64 {
        let mut state = self.state();
        while state.unread >= MOST_UNREAD && !state.ended && !order.watch.is_stopped() {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let versions = &order.portion.versions;
        // At most GROUP of them.
        let versions = (versions.end - versions.start) as f64;
        let nonces = SHARES_A_SLICE * order.work.target.expected_hashes() / versions;
        slice.min(nonces as u64).max(1) // a float above u64::MAX becomes u64::MAX
    }

    fn report(&self, order: &Order, report: &ScanReport) {
        self.state().unread += report.hits.len();
        // A find on work that was replaced in the meantime is sent all the same.
        for hit in &report.hits {
            let work = Arc::clone(&order.work);
            let solution = Solution { work, extranonce: order.portion.extranonce, header: hit.header };
            // Nobody listens at the very end.
            let _ = self.events.send(Event::Found(solution));
        }
        if self.hits == Hits::EndTheWork && !report.hits.is_empty() {
            let mut state = self.state();
            if state.edition == order.edition {
                state.take_down();
            }
        }
    }
}

impl State {
    fn order(&mut self, last_edition: &mut u64) -> Option<Order> {
        let edition = self.edition;
        let Assignment { work, space } = self.assignment.as_mut()?;
        let portion = space.next(work.time.at(work.received.elapsed().as_secs()))?;
        let work = Arc::clone(work);
        let old = std::mem::take(&mut self.watch);
        self.hashes += old.hashes();
        self.best = lower(self.best, old.best().map(|hit| hit.hash));
        // The first work of all finds nobody at work.
        if edition != std::mem::replace(last_edition, edition) && self.hashes > 0 {
            self.latencies.add(work.received.elapsed());
        }
        Some(Order { edition, work, portion, watch: Arc::clone(&self.watch) })
    }
}

fn scan_space(order: &Order, nonces: Range<u64>) -> ScanSpace {
    ScanSpace {
        header: order.portion.header(&order.work),
        target: order.work.target,
        nonces,
        mask: VersionMask(order.work.version_mask),
        versions: order.portion.versions.clone(),
    }
}

/// As many nonces as fill [`SHARE_SLICE`] at the pace of the last slice, at most doubling.
fn next_slice(last: u64, report: &ScanReport) -> u64 {
    let ratio = SHARE_SLICE.as_secs_f64() / report.elapsed.as_secs_f64().max(1e-6);
    // At most twice a number of nonces, so it fits.
    ((last as f64 * ratio.min(2.0)) as u64).clamp(SMALLEST_SLICE, 1 << 32)
}
