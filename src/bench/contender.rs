//! What is measured: a kernel in one mode, or a rung that only a benchmark has.

use super::record::Mode;
use super::work::{self, LONG, SHORT, Slice, VERSIONS};
use crate::header::Header;
use crate::kernel::{Kernel, RolledHit};
use std::fmt;
use std::ops::Range;

/// The kernel that every ratio divides by.
pub const YARDSTICK: &str = "sha2";

/// Names of the rungs that are no kernels: what a miner would do without knowing better.
pub const RUNGS: [&str; 2] = ["naive", "bitcoin-hashes"];

/// Kernels and rungs whose slices are short; they would need a second for a long one.
const SLOW: [&str; 5] = ["scalar", "portable", "sse2", "naive", "bitcoin-hashes"];

/// A search: appends the hits of a range of nonces, for every version of the work.
pub type Search = Box<dyn Fn(Range<u64>, &mut Vec<RolledHit>) + Send + Sync>;

/// One way to search, and what it is called.
pub struct Contender {
    /// The kernel's name, or one of [`RUNGS`].
    pub kernel: String,
    /// The mode.
    pub mode: Mode,
    /// Hashes side by side.
    pub lanes: Option<u32>,
    /// The CPU features that it needs, where it needs any.
    pub isa: Option<String>,
    /// Hashes of a slice, as a power of two.
    pub log2_hashes: u32,
    search: Search,
}

impl Contender {
    /// A kernel in a mode.
    pub fn kernel(kernel: Kernel, mode: Mode) -> Self {
        let search: Search = match mode {
            Mode::OneVersion => {
                let job = work::job();
                Box::new(move |nonces, hits| {
                    let mut found = Vec::new();
                    kernel.search(&job, nonces, &mut found);
                    let version = job.header().version;
                    hits.extend(found.into_iter().map(|nonce| RolledHit { version, nonce }));
                })
            }
            Mode::Rolling => {
                let family = work::family();
                Box::new(move |nonces, hits| kernel.search_rolled(&family, nonces, hits))
            }
        };
        let isa = Some(kernel.needs().to_owned()).filter(|features| !features.is_empty());
        Self { lanes: Some(kernel.lanes()), isa, ..Self::new(kernel.name(), mode, search) }
    }

    /// Any search under any name, so that tests can hand in wrong ones.
    pub fn new(name: &str, mode: Mode, search: Search) -> Self {
        let log2_hashes = if SLOW.contains(&name) { SHORT } else { LONG };
        Self { kernel: name.to_owned(), mode, lanes: None, isa: None, log2_hashes, search }
    }

    /// One of [`RUNGS`].
    pub fn rung(name: &str) -> Option<Self> {
        let hash: fn(&[u8; 80]) -> [u8; 32] = match name {
            "naive" => sha2_twice,
            #[cfg(feature = "bitcoin")]
            "bitcoin-hashes" => |header| {
                bitcoin::hashes::Hash::to_byte_array(<bitcoin::hashes::sha256d::Hash as bitcoin::hashes::Hash>::hash(
                    header,
                ))
            },
            _ => return None,
        };
        Some(Self::new(name, Mode::OneVersion, Box::new(move |nonces, hits| whole_headers(hash, nonces, hits))))
    }

    /// Versions that share a schedule.
    pub fn versions(&self) -> u32 {
        match self.mode {
            Mode::OneVersion => 1,
            Mode::Rolling => VERSIONS,
        }
    }

    /// What thread `number` searches in a round.
    pub fn slice(&self, number: u32) -> Slice {
        Slice { mode: self.mode, number, log2_hashes: self.log2_hashes }
    }

    /// Appends the hits of a range of nonces.
    pub fn search(&self, nonces: Range<u64>, hits: &mut Vec<RolledHit>) {
        (self.search)(nonces, hits);
    }

    /// Whether the ratios of its mode and of the others divide by this one.
    pub fn is_yardstick(&self) -> bool {
        self.kernel == YARDSTICK && self.mode == Mode::OneVersion
    }
}

impl fmt::Debug for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contender({} {})", self.kernel, self.mode)
    }
}

/// The `sha2` crate over all 80 bytes, twice, without a midstate.
fn sha2_twice(header: &[u8; 80]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(sha2::Sha256::digest(header)).into()
}

/// Hashes each header whole, as the definition says.
fn whole_headers(hash: fn(&[u8; 80]) -> [u8; 32], nonces: Range<u64>, hits: &mut Vec<RolledHit>) {
    let (header, target) = (work::header(), work::target());
    let mut bytes = header.to_bytes();
    for nonce in nonces {
        let nonce = nonce as u32; // slices end far below 2^32
        bytes[76..].copy_from_slice(&nonce.to_le_bytes());
        if target.is_met_by(&crate::header::BlockHash(hash(&bytes))) {
            hits.push(RolledHit { version: Header::from_bytes(&bytes).version, nonce });
        }
    }
}
