//! The one place that says what is tried next: groups of versions, in each the nonces, in order.

use super::{GROUP, Space};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Nonces of one group of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    /// The group's place in the order of the search.
    pub(super) group: u64,
    pub(super) versions: Range<u64>,
    pub(super) nonces: Range<u64>,
}

impl Chunk {
    pub(super) fn hashes(&self) -> u64 {
        (self.versions.end - self.versions.start) * (self.nonces.end - self.nonces.start)
    }
}

/// Hands out chunks, each pair of the space once.
pub(super) struct Cursor {
    versions: Range<u64>,
    nonces: Range<u64>,
    next: Mutex<Next>,
    completed: AtomicU64,
}

struct Next {
    group: u64,
    nonce: u64,
    closed: bool,
}

impl Cursor {
    pub(super) fn new(space: &Space) -> Self {
        let nonces = space.nonces.start..space.nonces.end.min(crate::kernel::NONCES);
        let next = Mutex::new(Next { group: 0, nonce: nonces.start, closed: false });
        Self { versions: space.versions.clone(), nonces, next, completed: AtomicU64::new(0) }
    }

    /// The next chunk, of about so many hashes; at least one nonce.
    pub(super) fn take(&self, hashes: u64) -> Option<Chunk> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        if next.closed || self.is_at_end(&next) {
            return None;
        }
        let versions = self.group(next.group);
        let count = (hashes / (versions.end - versions.start)).max(1);
        let nonces = next.nonce..next.nonce.saturating_add(count).min(self.nonces.end);
        let chunk = Chunk { group: next.group, versions, nonces };
        next.nonce = chunk.nonces.end;
        if next.nonce == self.nonces.end {
            *next = Next { group: next.group + 1, nonce: self.nonces.start, closed: false };
        }
        Some(chunk)
    }

    fn group(&self, group: u64) -> Range<u64> {
        let start = self.versions.start + group * GROUP;
        start..(start + GROUP).min(self.versions.end)
    }

    fn is_at_end(&self, next: &Next) -> bool {
        self.nonces.is_empty() || self.group(next.group).is_empty()
    }

    /// No more chunks: what comes later is not wanted.
    pub(super) fn close(&self) {
        self.next.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
    }

    pub(super) fn complete(&self, hashes: u64) {
        self.completed.fetch_add(hashes, Ordering::Relaxed);
    }

    /// Hashes in the chunks that were completed.
    pub(super) fn completed(&self) -> u64 {
        self.completed.load(Ordering::Relaxed)
    }

    /// Whether every chunk has been taken.
    pub(super) fn is_exhausted(&self) -> bool {
        self.is_at_end(&self.next.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::Header;
    use crate::job::VersionMask;
    use crate::target::Target;
    use proptest::prelude::*;

    fn space(mask: u32, versions: Range<u64>, nonces: Range<u64>) -> Space {
        Space { nonces, versions, ..Space::rolling(Header::GENESIS, Target::MAX, VersionMask(mask)) }
    }

    proptest! {
        /// Nothing twice, nothing skipped, whatever the sizes that are asked for.
        #[test]
        fn the_chunks_are_the_space(
            (first, count) in (0u64..300, 0u64..300),
            (start, len) in (0u64..1 << 32, 0u64..5_000),
            sizes in prop::collection::vec(0u64..200_000, 1..20),
        ) {
            let end = (start + len).min(1 << 32);
            let cursor = Cursor::new(&space(u32::MAX, first..first + count, start..end));
            let (mut version, mut nonce, mut pairs) = (first, start, 0);
            for size in sizes.iter().cycle() {
                let Some(chunk) = cursor.take(*size) else { break };
                prop_assert_eq!((chunk.versions.start, chunk.nonces.start), (version, nonce));
                prop_assert!(!chunk.versions.is_empty() && !chunk.nonces.is_empty());
                pairs += chunk.hashes();
                (version, nonce) = if chunk.nonces.end == end { (chunk.versions.end, start) } else { (version, chunk.nonces.end) };
            }
            prop_assert!(cursor.is_exhausted());
            prop_assert_eq!(pairs, count * (end - start));
        }
    }

    #[test]
    fn a_closed_cursor_gives_no_more() {
        let cursor = Cursor::new(&space(0, 0..1, 0..1 << 32));
        assert!(cursor.take(1).is_some());
        cursor.close();
        assert_eq!(cursor.take(1), None);
        assert!(!cursor.is_exhausted());
    }
}
