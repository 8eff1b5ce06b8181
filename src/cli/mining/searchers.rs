//! The crew that hashes: one thread hands portions of the pinned work to the scanner, which runs them on all its threads.
//!
//! Whatever is pinned, taken down or pinned anew stops the scan, and that reaches every thread within one chunk (about
//! 10 ms). The scanner hashes each hit again with another implementation before it is reported here.

use super::board::{Assignment, Board, lower};
use super::latencies::Latencies;
use hashjoule::header::BlockHash;
use hashjoule::scan::{GROUP, Scanner};
use hashjoule::work::{Event, Space, Work};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;

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

impl Searchers {
    /// Starts the crew, which waits for work.
    ///
    /// # Errors
    /// When its thread cannot be started.
    pub fn start(scanner: Scanner, hits: Hits, events: &Sender<Event>) -> std::io::Result<Self> {
        let board = Arc::new(Board::new(hits, events.clone()));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::mining::board::MOST_UNREAD;
    use hashjoule::kernel::Kernel;
    use hashjoule::scan::Placement;
    use hashjoule::target::Target;
    use hashjoule::work::{Coinbase, HeaderTemplate, Solution, TimeRule};
    use std::collections::HashSet;
    use std::sync::mpsc::{Receiver, channel};
    use std::time::{Duration, Instant};

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
