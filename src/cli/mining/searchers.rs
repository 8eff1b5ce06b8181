//! The threads that hash. They share one board: what to search now, or that there is nothing worth searching.
//!
//! A searcher takes whole portions (all nonces of a few versions of one header), so two never share a header, and looks
//! at the board after each chunk of nonces: whatever is pinned there reaches it within one chunk.

use crate::header::BlockHash;
use crate::job::JobFamily;
use crate::kernel::{Kernel, RolledHit};
use crate::target::Target;
use crate::work::{Event, Portion, Solution, Space, Work};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long one chunk should take: the price of a look at the board stays far below a thousandth.
const CHUNK: Duration = Duration::from_millis(20);
/// The first chunk of a portion; on a regression-test chain every second hash is a block.
const FIRST_CHUNK: u64 = 1 << 8;
const LARGEST_CHUNK: u64 = 1 << 26;
/// Hashes with so many leading zero bits are looked at for the best one even where a block needs more.
const NOTABLE_ZERO_BITS: u32 = 32;

/// What the searchers do with a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hits {
    /// One block ends its template: the first of a chunk is sent, and everyone stops.
    EndTheWork,
    /// Each is a share; go on.
    AreShares,
}

/// What is pinned to the board.
#[derive(Clone)]
struct Assignment {
    work: Arc<Work>,
    space: Arc<Mutex<Space>>,
}

struct Board {
    kernel: Kernel,
    hits: Hits,
    events: Sender<Event>,
    /// Changes with every pin and unpin.
    edition: AtomicU64,
    pinned: Mutex<Pinned>,
    changed: Condvar,
    hashes: AtomicU64,
    best: Mutex<Option<BlockHash>>,
    latencies: Mutex<Latencies>,
}

#[derive(Default)]
struct Pinned {
    assignment: Option<Assignment>,
    /// Where work that continues the last one starts.
    first_extranonce: u64,
    ended: bool,
}

impl Pinned {
    fn take_down(&mut self) {
        if let Some(last) = self.assignment.take() {
            self.first_extranonce = lock(&last.space).next_extranonce();
        }
    }
}

/// How long new work took to reach a searching thread, for each time and thread; the last 65,536 of them.
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

/// A crew of searching threads; they end when it is dropped.
pub struct Searchers {
    board: Arc<Board>,
    threads: Vec<JoinHandle<()>>,
    width: u32,
}

impl Searchers {
    /// Starts `threads` threads, which wait for work. `prepare` runs first on each, with its number: a place to pin it.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn start(
        kernel: Kernel,
        threads: usize,
        hits: Hits,
        events: &Sender<Event>,
        prepare: impl Fn(usize) + Send + Sync + Clone + 'static,
    ) -> std::io::Result<Self> {
        let board = Arc::new(Board {
            kernel,
            hits,
            events: events.clone(),
            edition: AtomicU64::new(0),
            pinned: Mutex::default(),
            changed: Condvar::new(),
            hashes: AtomicU64::new(0),
            best: Mutex::default(),
            latencies: Mutex::default(),
        });
        // Versions of one family share a message schedule; more than a few no longer fit the registers.
        let mut crew = Self { board, threads: Vec::new(), width: 4 };
        for number in 0..threads {
            let (board, prepare) = (Arc::clone(&crew.board), prepare.clone());
            let body = move || {
                prepare(number);
                board.search_for_ever();
            };
            crew.threads.push(std::thread::Builder::new().name(format!("search-{number}")).spawn(body)?);
        }
        Ok(crew)
    }

    /// Has everyone search this. Work with the coinbase of the last one goes on where that stopped.
    pub fn pin(&self, work: Arc<Work>) {
        let mut pinned = self.board.lock();
        pinned.take_down();
        let first = if work.clean { 0 } else { pinned.first_extranonce };
        let space = Arc::new(Mutex::new(Space::new(&work, self.width, first)));
        pinned.assignment = Some(Assignment { work, space });
        self.board.turn_the_page();
    }

    /// Has everyone stop within a chunk.
    pub fn unpin(&self) {
        self.board.lock().take_down();
        self.board.turn_the_page();
    }

    /// Hashes so far.
    pub fn hashes(&self) -> u64 {
        self.board.hashes.load(Ordering::Relaxed)
    }

    /// The lowest hash seen, once one had 32 leading zero bits or met its target.
    pub fn best(&self) -> Option<BlockHash> {
        *lock(&self.board.best)
    }

    /// How long new work took from its arrival to each thread.
    pub fn latencies(&self) -> Latencies {
        lock(&self.board.latencies).clone()
    }
}

impl Drop for Searchers {
    fn drop(&mut self) {
        self.board.lock().ended = true;
        self.board.turn_the_page();
        for thread in self.threads.drain(..) {
            // A searcher that panicked has said so already.
            let _ = thread.join();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Board {
    fn lock(&self) -> MutexGuard<'_, Pinned> {
        lock(&self.pinned)
    }

    fn turn_the_page(&self) {
        self.edition.fetch_add(1, Ordering::Release);
        self.changed.notify_all();
    }

    fn is_current(&self, edition: u64) -> bool {
        self.edition.load(Ordering::Acquire) == edition
    }

    fn search_for_ever(&self) {
        let mut read = None;
        let mut chunk = FIRST_CHUNK;
        while let Some((edition, assignment)) = self.next_assignment(read) {
            // The first work finds nobody searching.
            if read.replace(edition).is_some() {
                lock(&self.latencies).add(assignment.work.received.elapsed());
            }
            self.search(edition, &assignment, &mut chunk);
        }
    }

    /// Waits for an edition with work that is not the one read last. `None` when it is over.
    fn next_assignment(&self, read: Option<u64>) -> Option<(u64, Assignment)> {
        let mut pinned = self.lock();
        loop {
            let edition = self.edition.load(Ordering::Acquire);
            match &pinned.assignment {
                _ if pinned.ended => return None,
                Some(assignment) if read != Some(edition) => return Some((edition, assignment.clone())),
                _ => pinned = self.changed.wait(pinned).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn search(&self, edition: u64, assignment: &Assignment, chunk: &mut u64) {
        let work = &assignment.work;
        *chunk = FIRST_CHUNK;
        while self.is_current(edition) {
            let now = work.time.at(work.received.elapsed().as_secs());
            let Some(portion) = lock(&assignment.space).next(now) else { return };
            self.search_portion(edition, work, &portion, chunk);
        }
    }

    fn search_portion(&self, edition: u64, work: &Arc<Work>, portion: &Portion, chunk: &mut u64) {
        let target = work.target.max(Target::from_leading_zeros(NOTABLE_ZERO_BITS));
        let family = JobFamily::new(&portion.header(work), target, portion.versions.iter().copied());
        let (mut from, mut hits) = (work.nonces.start, Vec::new());
        while from < work.nonces.end && self.is_current(edition) {
            let nonces = from..(from + *chunk).min(work.nonces.end);
            let started = Instant::now();
            self.board_search(&family, nonces.clone(), portion.versions.len(), &mut hits);
            if started.elapsed() < CHUNK / 2 && *chunk < LARGEST_CHUNK {
                *chunk *= 2;
            }
            self.report(edition, work, portion, &mut hits);
            from = nonces.end;
        }
    }

    fn board_search(&self, family: &JobFamily, nonces: Range<u64>, versions: usize, hits: &mut Vec<RolledHit>) {
        let tried = (nonces.end - nonces.start) * versions as u64;
        self.kernel.search_rolled(family, nonces, hits);
        self.hashes.fetch_add(tried, Ordering::Relaxed);
    }

    fn report(&self, edition: u64, work: &Arc<Work>, portion: &Portion, hits: &mut Vec<RolledHit>) {
        for hit in hits.drain(..) {
            let header = crate::header::Header { version: hit.version, nonce: hit.nonce, ..portion.header(work) };
            let hash = header.block_hash();
            let mut best = lock(&self.best);
            if best.is_none_or(|best| Target::from(hash) < Target::from(best)) {
                *best = Some(hash);
            }
            drop(best);
            if !work.target.is_met_by(&hash) {
                continue;
            }
            let solution = Solution { work: Arc::clone(work), extranonce: portion.extranonce, header };
            // Nobody listens at the very end.
            let _ = self.events.send(Event::Found(solution));
            if self.hits == Hits::EndTheWork {
                self.retire(edition);
                break;
            }
        }
        hits.clear();
    }

    /// Takes the work down, if it is still the one of this edition.
    fn retire(&self, edition: u64) {
        let mut pinned = self.lock();
        if self.is_current(edition) {
            pinned.take_down();
            self.turn_the_page();
        }
    }
}
