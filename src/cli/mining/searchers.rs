//! The crew that hashes: one thread hands portions of the pinned work to the scanner, which runs them on all its threads.
//!
//! Whatever is pinned, taken down or pinned anew stops the scan, and that reaches every thread within one chunk (about
//! 10 ms). The scanner hashes each hit again with another implementation before it is reported here.

use crate::header::BlockHash;
use crate::job::VersionMask;
use crate::scan::{Ended, Find, GROUP, ScanReport, Scanner, Space as ScanSpace, Watch};
use crate::target::Target;
use crate::work::{Event, Fatal, Portion, Solution, Space, Work};
use std::ops::Range;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// nTime is set anew at least this often.
const LONGEST_SCAN: Duration = Duration::from_secs(30);
/// Shares are told this often; the threads meet at the end of each slice, which costs them half a chunk.
const SHARE_SLICE: Duration = Duration::from_millis(500);
const SMALLEST_SLICE: u64 = 1 << 12;
/// A slice is cut so that it holds about so many shares, should the target be that easy.
const SHARES_A_SLICE: f64 = 32.0;
/// So many shares may wait for the mining loop; then the search waits for it.
const MOST_UNREAD: usize = 64;

/// What becomes of a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hits {
    /// One block ends its template: the first is sent, and everyone stops.
    EndTheWork,
    /// Each is a share; go on.
    AreShares,
}

/// The crew; it ends when this is dropped.
pub struct Searchers {
    board: Arc<Board>,
    driver: Option<JoinHandle<()>>,
}

struct Board {
    hits: Hits,
    events: Sender<Event>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Changes with every pin and every taking down.
    edition: u64,
    assignment: Option<Assignment>,
    /// Where work that continues the last one starts.
    first_extranonce: u64,
    ended: bool,
    /// The scan that runs, and the hashes of those before.
    watch: Arc<Watch>,
    hashes: u64,
    best: Option<BlockHash>,
    latencies: Latencies,
    /// Hits that were reported and not read.
    unread: usize,
}

struct Assignment {
    work: Arc<Work>,
    space: Space,
}

/// How long new work took from its arrival to the scanner's threads; the median of the last 65,536 times.
#[derive(Clone, Debug, Default)]
pub struct Latencies {
    samples: Vec<Duration>,
    count: usize,
    worst: Duration,
}

impl Latencies {
    fn add(&mut self, latency: Duration) {
        self.worst = self.worst.max(latency);
        match self.samples.len() {
            full @ 0x1_0000.. => self.samples[self.count % full] = latency,
            _ => self.samples.push(latency),
        }
        self.count += 1;
    }

    /// The median of the kept ones.
    pub fn median(&self) -> Option<Duration> {
        let mut sorted = self.samples.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }

    /// The longest of all.
    pub fn worst(&self) -> Option<Duration> {
        (self.count > 0).then_some(self.worst)
    }
}

impl Searchers {
    /// Starts the crew, which waits for work.
    ///
    /// # Errors
    /// When its thread cannot be started.
    pub fn start(scanner: Scanner, hits: Hits, events: &Sender<Event>) -> std::io::Result<Self> {
        let board = Arc::new(Board { hits, events: events.clone(), state: Mutex::default(), changed: Condvar::new() });
        let theirs = Arc::clone(&board);
        let driver = std::thread::Builder::new().name("search".to_owned()).spawn(move || theirs.drive(&scanner))?;
        Ok(Self { board, driver: Some(driver) })
    }

    /// Has everyone search this. Work that is not `clean` goes on with the extranonces that are left.
    pub fn pin(&self, work: Arc<Work>) {
        let mut state = self.board.state();
        state.take_down();
        let first = if work.clean { 0 } else { state.first_extranonce };
        state.assignment = Some(Assignment { space: Space::new(&work, GROUP, first), work });
        self.board.changed.notify_all();
    }

    /// Has everyone stop within a chunk.
    pub fn unpin(&self) {
        self.board.state().take_down();
        self.board.changed.notify_all();
    }

    /// To be called for each hit that was read.
    pub fn read_one(&self) {
        let mut state = self.board.state();
        state.unread = state.unread.saturating_sub(1);
        drop(state);
        self.board.changed.notify_all();
    }

    /// Hashes so far.
    pub fn hashes(&self) -> u64 {
        let state = self.board.state();
        state.hashes + state.watch.hashes()
    }

    /// The lowest hash so far, once one was notable.
    pub fn best(&self) -> Option<BlockHash> {
        let state = self.board.state();
        lower(state.best, state.watch.best().map(|hit| hit.hash))
    }

    /// How long new work took to arrive.
    pub fn latencies(&self) -> Latencies {
        self.board.state().latencies.clone()
    }
}

impl Drop for Searchers {
    fn drop(&mut self) {
        let mut state = self.board.state();
        state.ended = true;
        state.take_down();
        drop(state);
        self.board.changed.notify_all();
        if let Some(driver) = self.driver.take() {
            // A driver that panicked has said so already.
            let _ = driver.join();
        }
    }
}

fn lower(a: Option<BlockHash>, b: Option<BlockHash>) -> Option<BlockHash> {
    a.into_iter().chain(b).min_by_key(|hash| Target::from(*hash))
}

impl State {
    fn take_down(&mut self) {
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
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn drive(&self, scanner: &Scanner) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Kernel;
    use crate::scan::Placement;
    use crate::work::{Coinbase, HeaderTemplate, TimeRule};
    use std::collections::HashSet;
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Instant;

    fn work(id: u64, zero_bits: u32, version_mask: u32) -> Arc<Work> {
        let coinbase = Coinbase::new(id.to_le_bytes(), 8, *b">");
        let template = HeaderTemplate {
            version: 0x2000_0000,
            prev_blockhash: [7; 32],
            bits: 0x207f_ffff,
            coinbase,
            branch: vec![],
        };
        Arc::new(Work {
            id,
            template,
            time: TimeRule { current: 1_700_000_000, min: 0, max: u32::MAX, rolls: true },
            nonces: 0..1 << 32,
            version_mask,
            target: Target::from_leading_zeros(zero_bits),
            height: Some(1),
            clean: true,
            received: Instant::now(),
            encode: Box::new(|_| String::new()),
        })
    }

    fn crew(hits: Hits) -> (Searchers, Receiver<Event>) {
        let (events, inbox) = channel();
        let scanner = Scanner::new(Kernel::detect(), Placement::threads(2).unwrap().unpinned()).unwrap();
        (Searchers::start(scanner, hits, &events).unwrap(), inbox)
    }

    fn next_find(inbox: &Receiver<Event>) -> Option<Solution> {
        match inbox.recv_timeout(Duration::from_secs(20)) {
            Ok(Event::Found(solution)) => Some(solution),
            _ => None,
        }
    }

    #[test]
    fn a_block_ends_its_work_and_the_next_work_is_searched() {
        let (crew, inbox) = crew(Hits::EndTheWork);
        for id in 1..=3 {
            crew.pin(work(id, 8, 0));
            let find = next_find(&inbox).unwrap();
            assert_eq!(find.work.id, id);
            assert!(find.work.target.is_met_by(&find.hash()));
            // One block, and then silence.
            assert!(inbox.recv_timeout(Duration::from_millis(50)).is_err());
        }
        assert!(crew.hashes() > 0 && crew.best().is_some());
        assert!(crew.latencies().worst().unwrap() >= crew.latencies().median().unwrap());
    }

    #[test]
    fn shares_keep_coming_and_never_twice() {
        let (crew, inbox) = crew(Hits::AreShares);
        crew.pin(work(1, 12, 0x6000));
        let mut seen = HashSet::new();
        for _ in 0..200 {
            let find = next_find(&inbox).unwrap();
            crew.read_one();
            let merkle_root = find.work.template.header(find.extranonce, 0, 0).merkle_root;
            assert_eq!(find.header.merkle_root, merkle_root, "the extranonce is not that of the header");
            assert_eq!(find.header.version & !0x6000, 0x2000_0000);
            assert!(seen.insert(find.header), "a share came twice");
        }
    }

    #[test]
    fn a_flood_of_shares_waits_for_its_reader_and_goes_on() {
        let (crew, inbox) = crew(Hits::AreShares);
        // Every hash is a share.
        crew.pin(work(1, 0, 0x1fff_e000));
        let first: Vec<_> = (0..MOST_UNREAD).map(|_| next_find(&inbox).unwrap()).collect();
        std::thread::sleep(Duration::from_millis(100));
        // A slice is at least one nonce of each version.
        let more = inbox.try_iter().count();
        assert!(first.len() + more < MOST_UNREAD + 2 * GROUP as usize, "{more} more");
        (0..first.len() + more).for_each(|_| crew.read_one());
        assert!(next_find(&inbox).is_some());
    }

    #[test]
    fn nothing_is_hashed_without_work_and_new_work_takes_over() {
        let (crew, inbox) = crew(Hits::EndTheWork);
        crew.pin(work(1, 200, 0));
        while crew.hashes() == 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
        crew.pin(work(2, 4, 0));
        assert_eq!(next_find(&inbox).unwrap().work.id, 2);
        crew.pin(work(3, 200, 0));
        crew.unpin();
        // The chunks that run come to their end; from then on the count stands still.
        let settled = |crew: &Searchers| {
            let before = crew.hashes();
            std::thread::sleep(Duration::from_millis(60));
            crew.hashes() == before
        };
        assert!((0..100).any(|_| settled(&crew)));
        assert!(inbox.try_recv().is_err());
    }
}
