//! What a round searches, and the hits that it must find.
//!
//! Every round is proved: its hits, one hash in 8,192, are compared by digest with known ones. The
//! known ones come from Python's SHA-256 (`benches/make_digests.py`); a machine with more threads
//! than that table has slices gets the rest from the `sha2` crate when the bench begins.

use super::record::Mode;
use crate::header::Header;
use crate::job::{BIP320_MASK, Job, JobFamily};
use crate::kernel::{Kernel, RolledHit};
use crate::sha256::sha256;
use crate::target::Target;
use std::ops::Range;

/// A hit is a hash with so many leading zero bits: enough hits for every lane, too few to cost time.
pub const ZERO_BITS: u32 = 13;

/// Versions that roll in the mode `rolling`.
pub const VERSIONS: u32 = 128;

/// Hashes of a slice, as a power of two: 4 Mi.
pub const LONG: u32 = 22;

/// The same for kernels that need a second for a long one: 256 Ki.
pub const SHORT: u32 = 18;

const LOG2_VERSIONS: u32 = VERSIONS.ilog2();

/// nVersion with the top bits of BIP9 and none of BIP320.
const BASE_VERSION: u32 = 0x2000_0000;

const KNOWN: &str = include_str!("known_digests.csv");

/// The header that is searched: the genesis block's, with a version that may roll.
pub fn header() -> Header {
    Header { version: BASE_VERSION, nonce: 0, ..Header::GENESIS }
}

/// The target of a hit.
pub fn target() -> Target {
    Target::from_leading_zeros(ZERO_BITS)
}

/// The work of the mode one-version.
pub fn job() -> Job {
    Job::new(&header(), target())
}

/// The work of the mode rolling.
pub fn family() -> JobFamily {
    JobFamily::rolled(&header(), target(), BIP320_MASK, 0..u64::from(VERSIONS))
}

/// What one thread searches in one round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The mode.
    pub mode: Mode,
    /// The thread's number.
    pub number: u32,
    /// Hashes, as a power of two: [`LONG`] or [`SHORT`].
    pub log2_hashes: u32,
}

impl Slice {
    /// Hashes in it.
    pub fn hashes(self) -> u64 {
        1 << self.log2_hashes
    }

    /// Its nonces, for each version. Slices of different threads do not overlap.
    pub fn nonces(self) -> Range<u64> {
        let start = u64::from(self.number) << (LONG - self.log2_versions());
        start..start + (1 << (self.log2_hashes - self.log2_versions()))
    }

    fn log2_versions(self) -> u32 {
        match self.mode {
            Mode::OneVersion => 0,
            Mode::Rolling => LOG2_VERSIONS,
        }
    }

    /// The hits that an honest search finds.
    pub fn expected(self) -> Proof {
        self.known().unwrap_or_else(|| self.found_by_sha2())
    }

    fn known(self) -> Option<Proof> {
        let key = format!("{},{},{},", self.mode, self.number, self.log2_hashes);
        let (hits, digest) = KNOWN.lines().find_map(|line| line.strip_prefix(&key))?.split_once(',')?;
        Some(Proof { hits: hits.parse().ok()?, digest: digest.to_owned() })
    }

    fn found_by_sha2(self) -> Proof {
        let kernel =
            Kernel::named("sha2").expect("the feature bench contains the sha2 kernel, which needs no CPU feature");
        let mut hits = Vec::new();
        match self.mode {
            Mode::OneVersion => kernel.search_rolled(job().as_family(), self.nonces(), &mut hits),
            Mode::Rolling => kernel.search_rolled(&family(), self.nonces(), &mut hits),
        }
        Proof::of(&mut hits)
    }
}

/// How many hits, and the SHA-256 over them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// The number of hits.
    pub hits: u64,
    /// SHA-256, in hex, over version and nonce of each hit, ascending, as u32 little-endian.
    pub digest: String,
}

impl Proof {
    /// Sorts the hits and digests them. A hit that comes twice counts twice.
    pub fn of(hits: &mut [RolledHit]) -> Self {
        hits.sort_unstable();
        let words = hits.iter().flat_map(|hit| [hit.version, hit.nonce]);
        let bytes: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
        let digest = sha256(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Self { hits: hits.len() as u64, digest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha2_finds_what_python_found() {
        for (mode, number) in [(Mode::OneVersion, 0), (Mode::OneVersion, 15), (Mode::Rolling, 0), (Mode::Rolling, 15)] {
            let slice = Slice { mode, number, log2_hashes: SHORT };
            assert_eq!(slice.known(), Some(slice.found_by_sha2()), "{slice:?}");
        }
    }

    #[test]
    fn the_table_holds_sixteen_slices_of_each_kind_with_a_plausible_number_of_hits() {
        for (mode, log2_hashes) in [Mode::OneVersion, Mode::Rolling].into_iter().flat_map(|m| [(m, LONG), (m, SHORT)]) {
            let proofs: Vec<Proof> =
                (0..16).map(|number| Slice { mode, number, log2_hashes }.known().unwrap()).collect();
            let hits: u64 = proofs.iter().map(|proof| proof.hits).sum();
            let mean = (16u64 << (log2_hashes - ZERO_BITS)) as f64;
            assert!((hits as f64 - mean).abs() < 5.0 * mean.sqrt(), "{mode} 2^{log2_hashes}: {hits}");
        }
        assert_eq!(Slice { mode: Mode::Rolling, number: 16, log2_hashes: LONG }.known(), None);
    }

    #[test]
    fn slices_do_not_overlap() {
        for mode in [Mode::OneVersion, Mode::Rolling] {
            let nonces = |number| Slice { mode, number, log2_hashes: LONG }.nonces();
            assert_eq!(nonces(0).end, nonces(1).start);
            let versions = if mode == Mode::Rolling { u64::from(VERSIONS) } else { 1 };
            assert_eq!((nonces(3).end - nonces(3).start) * versions, 1 << LONG);
        }
    }

    #[test]
    fn a_proof_sees_a_lost_hit_a_foreign_hit_and_a_double_one() {
        let hit = |nonce| RolledHit { version: BASE_VERSION, nonce };
        let proof = Proof::of(&mut [hit(5), hit(3)]);
        assert_eq!(proof, Proof::of(&mut [hit(3), hit(5)]));
        for mut other in [vec![hit(3)], vec![hit(3), hit(6)], vec![hit(3), hit(5), hit(5)]] {
            assert_ne!(proof, Proof::of(&mut other));
        }
    }
}
