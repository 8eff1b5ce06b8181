//! The search on all threads: a space of (version, nonce) pairs cut into chunks of about 10 ms.
//!
//! The chunks stand in one order: groups of [`GROUP`] versions, in each the nonces from the lowest. A
//! thread that is done takes the next one, so every pair is tried once, at any number of
//! threads. A stop is looked at between chunks. Whoever finds the first hit closes the cursor: all
//! chunks before it are taken by then, so once they end the lowest hit is known.
//!
//! Every hit is hashed again by the `sha2` crate before anyone hears of it.

mod cursor;
mod fastest;
mod workers;

pub use fastest::{Timing, fastest};
pub use workers::{Placement, PlacementError};

use crate::header::{BlockHash, Header};
use crate::job::{JobFamily, VersionMask};
use crate::kernel::{Kernel, RolledHit};
use crate::target::Target;
use crate::units::HashRate;
use cursor::{Chunk, Cursor};
use std::fmt;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use workers::Workers;

/// Versions that share one message schedule: more gain nothing, fewer fill the first-level cache less.
pub const GROUP: u64 = 128;

/// How long a chunk should take.
const CHUNK: Duration = Duration::from_millis(10);

/// What to search: nonces, and versions under a mask.
#[derive(Clone, Debug)]
pub struct Space {
    /// The header; its nonce is not looked at, of its version only what the mask leaves alone.
    pub header: Header,
    /// The target that a hit meets.
    pub target: Target,
    /// At most 0..2^32.
    pub nonces: Range<u64>,
    /// The bits that are rolled; none for the one version of the header.
    pub mask: VersionMask,
    /// Which of the mask's versions, by index (see [`VersionMask::version`]).
    pub versions: Range<u64>,
}

impl Space {
    /// All nonces of the header as it stands.
    pub fn one_version(header: Header, target: Target) -> Self {
        Self { header, target, nonces: 0..crate::kernel::NONCES, mask: VersionMask(0), versions: 0..1 }
    }

    /// All nonces of all versions under the mask.
    pub fn rolling(header: Header, target: Target, mask: VersionMask) -> Self {
        Self { mask, versions: 0..mask.count(), ..Self::one_version(header, target) }
    }

    /// The number of (version, nonce) pairs.
    pub fn size(&self) -> u128 {
        let length = |range: &Range<u64>| u128::from(range.end.saturating_sub(range.start));
        length(&self.versions) * length(&self.nonces)
    }
}

/// When to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Find {
    /// At the first hit in the order of the search: with one version, the lowest nonce.
    First,
    /// At the end of the space.
    All,
}

/// A header whose hash meets the target, confirmed by two implementations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The header, complete.
    pub header: Header,
    /// Its hash.
    pub hash: BlockHash,
}

/// What others see of a running search, and how they end it.
#[derive(Debug, Default)]
pub struct Watch {
    stop: AtomicBool,
    hashes: AtomicU64,
    best: Mutex<Option<Hit>>,
}

impl Watch {
    /// Ends the search within one chunk; what was found until then is reported.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Release);
    }

    /// Whether the search was told to end.
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    /// Hashes tried so far.
    pub fn hashes(&self) -> u64 {
        self.hashes.load(Ordering::Relaxed)
    }

    /// The lowest hash seen so far, if one had [`NOTABLE_ZEROS`] leading zero bits.
    pub fn best(&self) -> Option<Hit> {
        *self.best.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn saw(&self, hit: Hit) {
        let mut best = self.best.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if best.is_none_or(|best| Target::from(hit.hash) < Target::from(best.hash)) {
            *best = Some(hit);
        }
    }
}

/// Hashes with so many leading zero bits are looked at for the best one, hit or not.
pub const NOTABLE_ZEROS: u32 = 18;

/// Why a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// [`Find::First`] found one.
    Found,
    /// The whole space was searched.
    Exhausted,
    /// [`Watch::stop`].
    Stopped,
    /// The time was up.
    TimeUp,
}

/// What a search did.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ScanReport {
    /// The hits, in the order of the search: ascending nonces within a group of versions.
    pub hits: Vec<Hit>,
    /// Hashes tried, counted from the chunks that were completed.
    pub hashes: u64,
    /// Wall time.
    pub elapsed: Duration,
    /// Why it ended.
    pub ended: Ended,
    /// The lowest hash seen, if one was notable.
    pub best: Option<Hit>,
}

impl ScanReport {
    /// Hashes over wall time.
    pub fn rate(&self) -> HashRate {
        HashRate::from_hashes_per_second(self.hashes as f64 / self.elapsed.as_secs_f64().max(1e-9))
    }
}

/// A kernel called a hash a hit and `sha2` does not agree: a bug in the kernel, or broken hardware.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WrongHit {
    /// The kernel.
    pub kernel: &'static str,
    /// The header that it reported.
    pub header: Box<Header>,
    /// What `sha2` makes of it.
    pub hash: BlockHash,
}

impl fmt::Display for WrongHit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Header { version, nonce, .. } = *self.header;
        write!(
            f,
            "kernel {} reports nonce {nonce} (version {version:08x}) as a hit, but its hash is {}: \
             the kernel or this hardware is faulty",
            self.kernel, self.hash
        )
    }
}

impl std::error::Error for WrongHit {}

/// A kernel on its threads.
pub struct Scanner {
    kernel: Kernel,
    workers: Workers,
    /// Hashes in a chunk, learned from how long the last ones took.
    chunk: AtomicU64,
}

impl Scanner {
    /// Starts the threads.
    ///
    /// # Errors
    /// When they cannot be started.
    pub fn new(kernel: Kernel, placement: Placement) -> Result<Self, PlacementError> {
        Ok(Self { kernel, workers: Workers::start(placement)?, chunk: AtomicU64::new(1 << 16) })
    }

    /// The kernel that searches.
    pub fn kernel(&self) -> Kernel {
        self.kernel
    }

    /// Where the threads were put.
    pub fn placement(&self) -> &Placement {
        self.workers.placement()
    }

    /// Whether every thread's affinity mask, read back, is the one CPU that it was given.
    pub fn is_pinned(&self) -> bool {
        self.workers.pinned()
    }

    /// Searches the space until it is done, stopped, or the time is up.
    ///
    /// # Errors
    /// When a hit does not stand up to the second hash.
    pub fn scan(
        &self,
        space: &Space,
        find: Find,
        watch: &Watch,
        time: Option<Duration>,
    ) -> Result<ScanReport, WrongHit> {
        let start = Instant::now();
        let deadline = time.and_then(|time| start.checked_add(time));
        let run = Run { scanner: self, space, find, watch, deadline, cursor: Cursor::new(space) };
        let mut finds = Vec::new();
        for result in self.workers.on_each(|_| run.work()) {
            finds.extend(result?);
        }
        finds.sort_unstable_by_key(|&(chunk, hit)| (chunk, hit.header.nonce, hit.header.version));
        let mut hits: Vec<Hit> = finds.into_iter().map(|(_, hit)| hit).collect();
        if find == Find::First {
            hits.truncate(1);
        }
        Ok(ScanReport {
            ended: run.ended(!hits.is_empty()),
            hits,
            hashes: run.cursor.completed(),
            elapsed: start.elapsed(),
            best: watch.best(),
        })
    }
}

impl fmt::Debug for Scanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scanner({:?}, {:?})", self.kernel, self.workers.placement())
    }
}

/// One call of `scan`, seen by all its threads.
struct Run<'a> {
    scanner: &'a Scanner,
    space: &'a Space,
    find: Find,
    watch: &'a Watch,
    deadline: Option<Instant>,
    cursor: Cursor,
}

/// A hit and the number of the chunk that it comes from.
type FoundIn = (u64, Hit);

impl Run<'_> {
    /// What each thread does: chunk after chunk, until there is none.
    fn work(&self) -> Result<Vec<FoundIn>, WrongHit> {
        let mut found = Vec::new();
        let mut group: Option<(Range<u64>, JobFamily)> = None;
        while let Some(chunk) = self.next_chunk() {
            let family = match &mut group {
                Some((versions, family)) if *versions == chunk.versions => family,
                other => &mut other.insert((chunk.versions.clone(), self.family(&chunk))).1,
            };
            let start = Instant::now();
            let hits = self.search(family, &chunk)?;
            self.learn(chunk.hashes(), start.elapsed());
            self.cursor.complete(chunk.hashes());
            self.watch.hashes.fetch_add(chunk.hashes(), Ordering::Relaxed);
            if self.find == Find::First && !hits.is_empty() {
                self.cursor.close();
            }
            found.extend(hits.into_iter().map(|hit| (chunk.group, hit)));
        }
        Ok(found)
    }

    fn next_chunk(&self) -> Option<Chunk> {
        if self.watch.is_stopped() || self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return None;
        }
        self.cursor.take(self.scanner.chunk.load(Ordering::Relaxed))
    }

    /// The kernel looks for notable hashes, so that the best one is known; hits are among them.
    fn family(&self, chunk: &Chunk) -> JobFamily {
        let target = self.space.target.max(Target::from_leading_zeros(NOTABLE_ZEROS));
        JobFamily::rolled(&self.space.header, target, self.space.mask, chunk.versions.clone())
    }

    fn search(&self, family: &JobFamily, chunk: &Chunk) -> Result<Vec<Hit>, WrongHit> {
        let mut raw = Vec::new();
        self.scanner.kernel.search_rolled(family, chunk.nonces.clone(), &mut raw);
        let mut hits = Vec::new();
        for RolledHit { version, nonce } in raw {
            let hit = self.confirm(family.target(), family.header_with(version, nonce))?;
            self.watch.saw(hit);
            if self.space.target.is_met_by(&hit.hash) {
                hits.push(hit);
            }
        }
        Ok(hits)
    }

    fn confirm(&self, target: &Target, header: Header) -> Result<Hit, WrongHit> {
        use sha2::{Digest, Sha256};
        let hash = BlockHash(Sha256::digest(Sha256::digest(header.to_bytes())).into());
        match target.is_met_by(&hash) {
            true => Ok(Hit { header, hash }),
            false => Err(WrongHit { kernel: self.scanner.kernel.name(), header: Box::new(header), hash }),
        }
    }

    /// The next chunk's size: as many hashes as this thread does in [`CHUNK`].
    fn learn(&self, hashes: u64, took: Duration) {
        let ideal = hashes as f64 * CHUNK.as_secs_f64() / took.as_secs_f64().max(1e-6);
        self.scanner.chunk.store((ideal as u64).clamp(1 << 10, 1 << 26), Ordering::Relaxed); // positive, clamped
    }

    fn ended(&self, found: bool) -> Ended {
        match self.find {
            Find::First if found => Ended::Found,
            _ if self.cursor.is_exhausted() => Ended::Exhausted,
            _ if self.watch.is_stopped() => Ended::Stopped,
            _ => Ended::TimeUp,
        }
    }
}

#[cfg(test)]
mod tests;
