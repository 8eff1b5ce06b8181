//! The nonce loops. A [`Kernel`] is the permission to run one: it exists only where the CPU has the instructions.
//!
//! Every kernel keeps one promise, that of [`Kernel::search`]; `scalar` says in the plainest words what
//! that is, and the tests hold all others to it. A kernel proper yields *candidates*, whose last
//! state word has zeros where the target has them; `search` confirms each one against the
//! whole target, so exactness is one piece of code.

mod absent;
pub(crate) mod lanes;
mod portable;
mod scalar;
pub(crate) mod schedule;
pub(crate) mod search;
#[cfg(feature = "scan")]
mod sha2_crate;
mod table;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use absent::{Absent, KernelError};

use crate::job::{Head, Job, JobFamily, Tail};
use alloc::borrow::ToOwned;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;
use table::{Kind, Row, TABLE};

/// The statement once for each literal, as a constant.
macro_rules! each {
    ($t:ident in [$($literal:literal)*] $statement:stmt) => {
        $( { const $t: usize = $literal; $statement } )*
    };
}
pub(crate) use each;

/// One past the last nonce.
pub const NONCES: u64 = 1 << 32;

/// What the loops take: the shared tail, one head for each version, the bits that must be zero.
#[derive(Clone, Copy)]
pub(crate) struct Work<'a> {
    pub(crate) tail: &'a Tail,
    pub(crate) heads: &'a [Head],
    pub(crate) zero_bits: u32,
}

/// A version (its place in the family) and a nonce whose hash may meet the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Candidate {
    version: usize,
    nonce: u32,
}

/// A header of a family whose hash meets the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RolledHit {
    /// The whole nVersion.
    pub version: u32,
    /// The nonce.
    pub nonce: u32,
}

/// A search that this CPU can run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Kernel(Kind);

/// A kernel of the table and whether this machine has it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Listing {
    /// The name that `--kernel` takes.
    pub name: &'static str,
    /// Hashes that are worked on side by side.
    pub lanes: u32,
    /// The kernel, or why it is absent.
    pub kernel: Result<Kernel, Absent>,
}

impl Kernel {
    /// All names, from the plainest kernel to the widest.
    pub const NAMES: [&str; TABLE.len()] = {
        let mut names = [""; TABLE.len()];
        let mut i = 0;
        while i < names.len() {
            names[i] = TABLE[i].name;
            i += 1;
        }
        names
    };

    /// The widest kernel that this CPU has, in a fixed order. What is fastest is a matter of measurement.
    pub fn detect() -> Self {
        Self::available().last().unwrap_or(Self(Kind::Portable))
    }

    /// The kernel of this name.
    ///
    /// # Errors
    /// When there is no such name, or this CPU or this build lacks it. There is no fallback.
    pub fn named(name: &str) -> Result<Self, KernelError> {
        let row = TABLE.iter().find(|row| row.name == name).ok_or_else(|| KernelError::Unknown(name.to_owned()))?;
        row.kernel().map_err(|why| KernelError::Absent { name: row.name, why })
    }

    /// Every kernel that this machine can run, from the plainest to the widest.
    pub fn available() -> impl Iterator<Item = Self> {
        TABLE.iter().filter_map(|row| row.kernel().ok())
    }

    /// Every kernel of the table, those that are absent with the reason.
    pub fn listing() -> impl Iterator<Item = Listing> {
        TABLE.iter().map(|row| Listing { name: row.name, lanes: row.lanes, kernel: row.kernel() })
    }

    /// The name that `--kernel` takes.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Hashes that are worked on side by side.
    pub fn lanes(self) -> u32 {
        self.row().lanes
    }

    /// The CPU features that it needs, as `/proc/cpuinfo` spells them; empty when any CPU will do.
    pub fn needs(self) -> &'static str {
        self.row().needs
    }

    /// Whether it searches so many versions itself. `avx2-sha-ni` hands two to seven on to `sha-ni`.
    pub fn is_made_for(self, versions: usize) -> bool {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2ShaNi => versions == 1 || versions >= x86::avx2_sha_ni::BATCH,
            _ => versions >= 1,
        }
    }

    fn row(self) -> &'static Row {
        TABLE.iter().find(|row| row.kind == Some(self.0)).expect("every kind has its row in the table")
    }

    /// Appends, in ascending order, exactly the nonces in `nonces` whose hash meets the job's target.
    /// The range may be empty; what lies above 2^32 is no nonce and is not searched.
    pub fn search(self, job: &Job, nonces: Range<u64>, hits: &mut Vec<u32>) {
        let confirmed = self.confirmed(job.as_family(), nonces);
        hits.extend(confirmed.into_iter().map(|hit| hit.nonce));
    }

    /// The same promise for every version of the family: ascending by version, then by nonce.
    pub fn search_rolled(self, jobs: &JobFamily, nonces: Range<u64>, hits: &mut Vec<RolledHit>) {
        let versions = jobs.versions();
        let from = hits.len();
        let confirmed = self.confirmed(jobs, nonces);
        hits.extend(confirmed.into_iter().map(|hit| RolledHit { version: versions[hit.version], nonce: hit.nonce }));
        hits[from..].sort_unstable();
    }

    fn confirmed(self, jobs: &JobFamily, nonces: Range<u64>) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        self.candidates(jobs, nonces.start..nonces.end.min(NONCES), &mut candidates);
        candidates.retain(|c| jobs.target().is_met_by(&jobs.hash(c.version, c.nonce)));
        candidates
    }

    #[allow(unsafe_code, reason = "the one call into each function that enables instructions")]
    fn candidates(self, jobs: &JobFamily, nonces: Range<u64>, out: &mut Vec<Candidate>) {
        let work = Work { tail: &jobs.tail, heads: &jobs.heads, zero_bits: jobs.zero_bits() };
        if nonces.is_empty() || work.heads.is_empty() {
            return;
        }
        match self.0 {
            Kind::Scalar => scalar::candidates(work, nonces, out),
            Kind::Portable => portable::candidates(work, nonces, out),
            #[cfg(feature = "scan")]
            Kind::Sha2 => sha2_crate::candidates(work, nonces, out),
            // SAFETY, for each: a `Kernel` of this kind comes from `Row::kernel` alone, which asks the CPU.
            #[cfg(target_arch = "x86_64")]
            Kind::Sse2 => unsafe { x86::sse2::candidates(work, nonces, out) },
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { x86::avx2::candidates(work, nonces, out) },
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512vl => unsafe { x86::avx512vl::candidates(work, nonces, out) },
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { x86::avx512::candidates(work, nonces, out) },
            #[cfg(target_arch = "x86_64")]
            Kind::ShaNi => unsafe { x86::sha_ni::candidates(work, nonces, out) },
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2ShaNi => unsafe { x86::avx2_sha_ni::candidates(work, nonces, out) },
        }
    }
}

impl fmt::Debug for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kernel({})", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::Header;
    use crate::job::BIP320_MASK;
    use crate::target::Target;

    fn candidates(kernel: Kernel, family: &JobFamily, nonces: Range<u64>) -> Vec<Candidate> {
        let mut out = Vec::new();
        kernel.candidates(family, nonces, &mut out);
        out.sort_unstable();
        out
    }

    /// A kernel that flags every nonce would pass the tests of `search`, which confirms; not this one.
    #[test]
    fn every_kernel_yields_exactly_the_candidates_of_the_plainest() {
        let targets = [0, 1, 5, 8, 9, 13, 14].map(Target::from_leading_zeros);
        for (target, versions) in targets.into_iter().flat_map(|target| [(target, 1), (target, 3), (target, 13)]) {
            let family = JobFamily::rolled(&Header::GENESIS, target, BIP320_MASK, 0..versions);
            let none = Range { start: NONCES + 100, end: 7 };
            for nonces in [0..1, 0..8192, 3..77, 31..32, 0x7fff_fff5..0x8000_0010, NONCES - 35..NONCES, 9..9, none] {
                let want = candidates(Kernel(Kind::Scalar), &family, nonces.clone());
                for kernel in Kernel::available() {
                    assert_eq!(candidates(kernel, &family, nonces.clone()), want, "{kernel:?} {nonces:?} {target}");
                }
            }
        }
    }

    #[test]
    fn every_kind_has_one_row() {
        for listing in Kernel::listing() {
            let rows = TABLE.iter().filter(|row| row.name == listing.name).count();
            assert_eq!(rows, 1, "{}", listing.name);
            if let Ok(kernel) = listing.kernel {
                assert_eq!(kernel.name(), listing.name);
            }
        }
    }
}
