//! Newer epochs from headers that somebody else gives: nothing is believed that the headers do not prove.
//!
//! Of each epoch the first and the last header are asked for. Their hashes meet the target of their nBits, nBits follow
//! from the epoch before by the retarget rule, and each first header names the last one before it. What stands in
//! between is not seen: an epoch of false headers costs whoever makes it the work of two blocks at full difficulty.

use super::{BLOCKS_PER_EPOCH, Chain, Epoch};
use crate::header::Header;
use crate::target::{CompactTarget, CompactTargetError, Target};
use thiserror::Error;

/// How far an epoch may begin before the last block of the one before. Larger steps back are a time warp (BIP54).
const MAX_STEP_BACK: u32 = 7200;

/// The two headers of an epoch that its difficulty follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpochEnds {
    /// Of the block whose height is a multiple of 2016.
    pub first: Header,
    /// Of the block 2,015 heights above; `None` while there is none.
    pub last: Option<Header>,
}

/// A header that cannot stand where it was given, with its height.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("height {height}: {fault}")]
pub struct UpdateError {
    /// Which block.
    pub height: u32,
    /// What is wrong with it.
    pub fault: UpdateFault,
}

/// What is wrong with a header.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UpdateFault {
    /// The record has other facts.
    #[error("this is another chain: {what} is {found} here and {known} in the record")]
    AnotherChain {
        /// Time or nBits.
        what: &'static str,
        /// In the header.
        found: String,
        /// In the record.
        known: String,
    },
    /// nBits that hold no target.
    #[error(transparent)]
    Bits(#[from] CompactTargetError),
    /// No proof of work.
    #[error("the hash does not meet the target of its nBits")]
    Work,
    /// Not what the retarget rule gives.
    #[error("nBits are {found}, the retarget rule gives {wanted}")]
    Retarget {
        /// In the header.
        found: CompactTarget,
        /// By the rule.
        wanted: CompactTarget,
    },
    /// The first header of an epoch does not name the last one before it.
    #[error("the previous block is not the last one of the epoch before")]
    Link,
    /// Two hours or more before the last block, or an epoch that ends before it begins.
    #[error("its time is before that of the block it follows, further than blocks may be")]
    TimeWarp,
    /// An epoch before this one is not whole.
    #[error("the last header of the epoch before is missing")]
    Incomplete,
}

impl Chain {
    /// The height from which headers are asked for: the last epoch before the first estimated time. Both its ends bind
    /// what follows to the record.
    pub fn update_from(&self) -> u32 {
        let first_estimate = self.0.iter().position(|epoch| epoch.time_is_estimated).unwrap_or(self.0.len());
        self.0[first_estimate.saturating_sub(1)].height
    }

    /// The record up to [`Chain::update_from`], then what the headers say. `limit` is the network's easiest target.
    ///
    /// # Errors
    /// Names the first height whose header cannot stand there; also when fewer epochs come than the record has.
    pub fn updated(&self, ends: &[EpochEnds], limit: Target) -> Result<Self, UpdateError> {
        let start = self.update_from();
        let mut epochs: Vec<_> = self.0.iter().filter(|epoch| epoch.height < start).copied().collect();
        let mut before: Option<&EpochEnds> = None;
        for (height, ends) in (start..).step_by(BLOCKS_PER_EPOCH as usize).zip(ends) {
            let at = |height| move |fault| UpdateError { height, fault };
            self.is_known(height, &ends.first).map_err(at(height))?;
            has_work(&ends.first).map_err(at(height))?;
            if let Some(before) = before {
                follows(before, &ends.first, limit).map_err(at(height))?;
            }
            if let Some(last) = &ends.last {
                ends_epoch(&ends.first, last).map_err(at(height + BLOCKS_PER_EPOCH - 1))?;
            }
            epochs.push(epoch(height, &ends.first));
            before = Some(ends);
        }
        if epochs.len() < self.0.len() {
            let height = start + BLOCKS_PER_EPOCH * u32::try_from(ends.len()).unwrap_or(u32::MAX / BLOCKS_PER_EPOCH);
            return Err(UpdateError { height, fault: UpdateFault::Incomplete });
        }
        let times: Vec<_> = epochs.iter().skip(1).map(|epoch| epoch.time).collect();
        for (epoch, next) in epochs.iter_mut().zip(times) {
            epoch.seconds = next.checked_sub(epoch.time);
        }
        Ok(Self(epochs))
    }

    /// The record as CSV, as [`Chain::parse`] reads it.
    pub fn to_csv(&self) -> String {
        let mut text = "height,time,bits,epoch_seconds_to_next,time_source\n".to_owned();
        for Epoch { height, time, time_is_estimated, bits, seconds } in &self.0 {
            let seconds = seconds.map_or_else(String::new, |seconds| seconds.to_string());
            let source = if *time_is_estimated { "estimate" } else { "header" };
            text += &format!("{height},{time},{bits},{seconds},{source}\n");
        }
        text
    }

    /// nBits are facts in the record, times where they are no estimates.
    fn is_known(&self, height: u32, header: &Header) -> Result<(), UpdateFault> {
        let Ok(epoch) = self.at(height) else { return Ok(()) };
        let other = |what, found, known| Err(UpdateFault::AnotherChain { what, found, known });
        if epoch.bits.0 != header.bits {
            return other("nBits", CompactTarget(header.bits).to_string(), epoch.bits.to_string());
        }
        if !epoch.time_is_estimated && epoch.time != header.time {
            return other("the time", header.time.to_string(), epoch.time.to_string());
        }
        Ok(())
    }
}

fn epoch(height: u32, first: &Header) -> Epoch {
    let bits = CompactTarget(first.bits);
    Epoch { height, time: first.time, time_is_estimated: false, bits, seconds: None }
}

fn has_work(header: &Header) -> Result<(), UpdateFault> {
    let target = CompactTarget(header.bits).to_target()?;
    if target.is_met_by(&header.block_hash()) { Ok(()) } else { Err(UpdateFault::Work) }
}

fn follows(before: &EpochEnds, first: &Header, limit: Target) -> Result<(), UpdateFault> {
    let last = before.last.as_ref().ok_or(UpdateFault::Incomplete)?;
    let (wanted, found) =
        (CompactTarget(before.first.bits).next(before.first.time, last.time, limit)?, CompactTarget(first.bits));
    if found != wanted {
        return Err(UpdateFault::Retarget { found, wanted });
    }
    if first.prev_blockhash != last.block_hash().0 {
        return Err(UpdateFault::Link);
    }
    if first.time.saturating_add(MAX_STEP_BACK) < last.time || first.time <= before.first.time {
        return Err(UpdateFault::TimeWarp);
    }
    Ok(())
}

fn ends_epoch(first: &Header, last: &Header) -> Result<(), UpdateFault> {
    if last.bits != first.bits {
        return Err(UpdateFault::Retarget { found: CompactTarget(last.bits), wanted: CompactTarget(first.bits) });
    }
    if last.time <= first.time {
        return Err(UpdateFault::TimeWarp);
    }
    has_work(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EASY: u32 = 0x207f_ffff;

    fn limit() -> Target {
        CompactTarget(EASY).to_target().unwrap()
    }

    /// Half of all hashes will do.
    fn mined(mut header: Header) -> Header {
        while has_work(&header).is_err() {
            header.nonce += 1;
        }
        header
    }

    fn header(prev_blockhash: [u8; 32], time: u32, bits: u32) -> Header {
        mined(Header { version: 4, prev_blockhash, merkle_root: [7; 32], time, bits, nonce: 0 })
    }

    /// Epochs of a chain of one's own, each in half its time, so that difficulty doubles.
    fn honest(count: u32) -> Vec<EpochEnds> {
        let (mut ends, mut previous, mut bits) = (Vec::new(), [0; 32], CompactTarget(EASY));
        for index in 0..count {
            let start = 1_000_000_000 + index * 604_800;
            let first = header(previous, start, bits.0);
            let last = header([9; 32], start + 604_000, bits.0);
            (previous, bits) = (last.block_hash().0, bits.next(first.time, last.time, limit()).unwrap());
            ends.push(EpochEnds { first, last: Some(last) });
        }
        ends
    }

    /// What is known of it: the first epoch, and an estimate of the second.
    fn known() -> Chain {
        let ends = honest(2);
        let (first, second) = (&ends[0].first, &ends[1].first);
        let seconds = second.time + 100 - first.time;
        let row = |header: &Header| CompactTarget(header.bits);
        let text = format!(
            "height,time,bits,epoch_seconds_to_next,time_source\n0,{},{},{seconds},header\n2016,{},{},,estimate\n",
            first.time,
            row(first),
            second.time + 100,
            row(second)
        );
        Chain::parse(&text).unwrap()
    }

    fn refused(ends: &[EpochEnds]) -> UpdateError {
        known().updated(ends, limit()).unwrap_err()
    }

    #[test]
    fn what_headers_prove_replaces_estimates_and_can_be_read_again() {
        let mut ends = honest(5);
        ends[4].last = None;
        let chain = known().updated(&ends, limit()).unwrap();
        assert_eq!((known().update_from(), chain.epochs().len()), (0, 5));
        assert!(chain.epochs().iter().all(|epoch| !epoch.time_is_estimated));
        assert_eq!(chain.epochs()[1].time, ends[1].first.time);
        assert_eq!(chain.newest().seconds, None);
        assert_eq!(Chain::parse(&chain.to_csv()), Ok(chain));
    }

    #[test]
    fn each_lie_is_refused_with_its_height() {
        type Lie = fn(&mut Vec<EpochEnds>);
        let lies: [(Lie, u32, UpdateFault); 7] = [
            (
                |ends| ends[3].first = header(ends[3].first.prev_blockhash, ends[3].first.time, EASY),
                6048,
                UpdateFault::Retarget { found: CompactTarget(EASY), wanted: CompactTarget(honest(4)[3].first.bits) },
            ),
            (|ends| ends[2].first = header([1; 32], ends[2].first.time, ends[2].first.bits), 4032, UpdateFault::Link),
            (
                |ends| {
                    while has_work(&ends[2].first).is_ok() {
                        ends[2].first.nonce += 1;
                    }
                },
                4032,
                UpdateFault::Work,
            ),
            (
                |ends| {
                    while has_work(ends[2].last.as_ref().unwrap()).is_ok() {
                        ends[2].last.as_mut().unwrap().nonce += 1;
                    }
                },
                6047,
                UpdateFault::Work,
            ),
            (
                |ends| {
                    let last = ends[1].last.as_ref().unwrap();
                    ends[2].first = header(last.block_hash().0, last.time - 7201, ends[2].first.bits);
                },
                4032,
                UpdateFault::TimeWarp,
            ),
            (
                |ends| ends[2].last = Some(header([9; 32], ends[2].first.time - 1, ends[2].first.bits)),
                6047,
                UpdateFault::TimeWarp,
            ),
            (|ends| ends[1].last = None, 4032, UpdateFault::Incomplete),
        ];
        for (lie, height, fault) in lies {
            let mut ends = honest(5);
            lie(&mut ends);
            assert_eq!(refused(&ends), UpdateError { height, fault });
        }
    }

    #[test]
    fn another_network_is_refused() {
        let mut ends = honest(2);
        ends[0].first = header([0; 32], ends[0].first.time + 1, EASY);
        assert!(refused(&ends).to_string().starts_with("height 0: this is another chain: the time is 1000000001"));
        ends[0].first = header([0; 32], 1_000_000_000, 0x2000_ffff);
        assert!(refused(&ends).to_string().contains("nBits is 2000ffff here and 207fffff in the record"));
    }

    #[test]
    fn a_node_that_lags_takes_nothing_away() {
        assert_eq!(refused(&honest(1)), UpdateError { height: 2016, fault: UpdateFault::Incomplete });
    }
}
