//! Hands out what is to be tried: every (extranonce, version, time) of a work once, to any number of threads. Pure.

use super::Work;
use crate::header::Header;
use crate::job::VersionMask;
use std::ops::Range;

/// All (extranonce, versions, time) of one [`Work`], as a cursor that several searchers share behind a lock.
///
/// Within one second of nTime the pairs (extranonce, group of versions) are counted through once; the next second starts
/// where the clock is, or, when all pairs of this second are used up, one second ahead. So a large extranonce moves with
/// the clock, and a pool that leaves no extranonce at all is mined by time and version alone, without trying twice.
#[derive(Clone, Debug)]
pub struct Space {
    extranonces: u64,
    /// Rollable versions, and how many of them are in one portion: a power of two.
    versions: u64,
    width: u64,
    max_time: u32,
    rolls_time: bool,
    /// The next pair, and how many pairs this `time` has had.
    pair: u128,
    used: u128,
    time: u32,
    /// The first extranonce: work that continues another one goes on where that stopped.
    first: u64,
}

/// One merkle root, one time, several versions: all nonces of each are for whoever took it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Portion {
    /// The extranonce in the coinbase.
    pub extranonce: u64,
    /// Which of the work's rollable versions, by index (see `job::VersionMask::version`); `0..1` where none is rolled.
    pub versions: Range<u64>,
    /// nTime.
    pub time: u32,
}

impl Portion {
    /// The header with the version that the server gave and nonce 0.
    pub fn header(&self, work: &Work) -> Header {
        work.template.header(self.extranonce, work.template.version, self.time)
    }
}

impl Space {
    /// The space of `work`, in portions of at most `width` versions, starting at extranonce `first`.
    ///
    /// `first` is 0, or, where a server sends the same coinbase again, what [`Space::next_extranonce`] of the last said.
    pub fn new(work: &Work, width: u64, first: u64) -> Self {
        let versions = VersionMask(work.version_mask).count();
        Self {
            extranonces: work.template.coinbase.extranonces(),
            versions,
            // The largest power of two that is not above: groups then tile the versions.
            width: 1 << width.clamp(1, versions).ilog2(),
            max_time: work.time.max,
            rolls_time: work.time.rolls,
            pair: 0,
            used: 0,
            time: 0,
            first,
        }
    }

    /// Where a continuation of this space would start.
    pub fn next_extranonce(&self) -> u64 {
        self.extranonce(self.pair.div_ceil(self.groups()))
    }

    /// The next portion, `now` being [`super::TimeRule::at`] this moment; nothing when all is tried.
    pub fn next(&mut self, now: u32) -> Option<Portion> {
        if now > self.time {
            (self.time, self.used) = (now, 0);
        } else if self.used == self.pairs() {
            if !self.rolls_time || self.time >= self.max_time {
                return None;
            }
            (self.time, self.used) = (self.time + 1, 0);
        }
        let portion = self.portion(self.pair % self.pairs());
        (self.pair, self.used) = (self.pair + 1, self.used + 1);
        Some(portion)
    }

    fn groups(&self) -> u128 {
        u128::from(self.versions / self.width)
    }

    fn pairs(&self) -> u128 {
        u128::from(self.extranonces) * self.groups()
    }

    fn extranonce(&self, number: u128) -> u64 {
        // The remainder is below `extranonces`, a u64.
        ((u128::from(self.first) + number) % u128::from(self.extranonces)) as u64
    }

    /// Versions change fastest: a new merkle root costs hashes of its own.
    fn portion(&self, pair: u128) -> Portion {
        // A group's number is below 2^32.
        let from = (pair % self.groups()) as u64 * self.width;
        Portion {
            extranonce: self.extranonce(pair / self.groups()),
            versions: from..from + self.width,
            time: self.time,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::template::{Coinbase, HeaderTemplate};
    use super::super::{TimeRule, Work};
    use super::*;
    use crate::target::Target;
    use proptest::prelude::*;
    use std::collections::HashSet;
    use std::sync::Mutex;
    use std::time::Instant;

    fn work(hole: usize, mask: u32, time: TimeRule) -> Work {
        let coinbase = Coinbase::new(*b"<", hole, *b">");
        let template =
            HeaderTemplate { version: 0x2000_0000, prev_blockhash: [0; 32], bits: 0, coinbase, branch: Vec::new() };
        Work {
            id: 1,
            template,
            time,
            nonces: 0..1 << 32,
            version_mask: mask,
            target: Target::MAX,
            height: None,
            clean: true,
            received: Instant::now(),
            encode: Box::new(|_| String::new()),
        }
    }

    const TIME: TimeRule = TimeRule { current: 100, min: 90, max: 103, rolls: true };

    #[test]
    fn a_tiny_space_is_tried_whole_and_then_ends() {
        let mut space = Space::new(&work(0, 0x6000, TIME), 2, 0);
        let all: Vec<_> = std::iter::from_fn(|| space.next(100)).collect();
        // 4 versions in pairs, 4 seconds.
        assert_eq!(all.len(), 2 * 4);
        assert_eq!(all[0], Portion { extranonce: 0, versions: 0..2, time: 100 });
        assert_eq!(all[7], Portion { extranonce: 0, versions: 2..4, time: 103 });
    }

    #[test]
    fn a_fixed_time_never_moves() {
        let fixed = TimeRule { rolls: false, ..TIME };
        let mut space = Space::new(&work(1, 0, fixed), 4, 0);
        let all: Vec<_> = std::iter::from_fn(|| space.next(100)).collect();
        assert_eq!(all.len(), 256);
        assert!(all.iter().all(|p| p.time == 100 && p.versions == (0..1)));
    }

    #[test]
    fn a_large_space_moves_with_the_clock() {
        let mut space = Space::new(&work(8, 0, TIME), 1, 0);
        assert_eq!([100, 100, 102, 101].map(|now| space.next(now).unwrap().time), [100, 100, 102, 102]);
        assert_eq!(space.next(103).unwrap().extranonce, 4);
        assert_eq!(space.next_extranonce(), 5);
    }

    #[test]
    fn a_continuation_starts_with_untouched_extranonces() {
        let mut first = Space::new(&work(1, 0x6000, TIME), 1, 0);
        let before: Vec<_> = (0..5).map(|_| first.next(100).unwrap().extranonce).collect();
        assert_eq!(before, [0, 0, 0, 0, 1]);
        let mut second = Space::new(&work(1, 0x6000, TIME), 1, first.next_extranonce());
        assert_eq!(second.next(100).unwrap().extranonce, 2);
    }

    proptest! {
        /// Nothing twice, nothing skipped: with a clock that stands still, the threads together get the whole product.
        #[test]
        fn every_combination_once_over_any_number_of_threads(
            threads in 1usize..6, hole in 0usize..=1, mask_bits in 0u32..4, width in 1u64..9, first in 0u64..300
        ) {
            let mask = 0x0000_e000 & ((1 << (13 + mask_bits)) - 1);
            let work = work(hole, mask, TIME);
            let space = Mutex::new(Space::new(&work, width, first));
            let mine = || std::iter::from_fn(|| space.lock().unwrap().next(100)).collect::<Vec<_>>();
            let all: Vec<Portion> = std::thread::scope(|scope| {
                let handles: Vec<_> = (0..threads).map(|_| scope.spawn(mine)).collect();
                handles.into_iter().flat_map(|handle| handle.join().unwrap()).collect()
            });
            let tried: Vec<_> = all.iter().flat_map(|p| p.versions.clone().map(|v| (p.extranonce, v, p.time))).collect();
            let distinct: HashSet<_> = tried.iter().copied().collect();
            prop_assert_eq!(distinct.len(), tried.len());
            prop_assert_eq!(tried.len(), 256usize.pow(hole as u32) * (1 << mask_bits) * 4);
        }

        /// With a clock that runs, still nothing twice.
        #[test]
        fn nothing_twice_while_the_clock_runs(ticks in prop::collection::vec(0u32..2, 1..200), hole in 0usize..=1) {
            let long = TimeRule { max: 1000, ..TIME };
            let mut space = Space::new(&work(hole, 0x2000, long), 1, 0);
            let (mut now, mut seen) = (100, HashSet::new());
            for tick in ticks {
                now += tick;
                if let Some(portion) = space.next(now) {
                    prop_assert!(portion.time >= now && portion.time <= 1000);
                    prop_assert!(seen.insert(portion));
                }
            }
        }
    }
}
