//! The table of kernels, and the one place that asks the CPU for them.

use super::{Absent, Kernel};

/// Which search a [`Kernel`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Scalar,
    Portable,
    #[cfg(feature = "scan")]
    Sha2,
    #[cfg(target_arch = "x86_64")]
    Sse2,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512vl,
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    ShaNi,
    #[cfg(target_arch = "x86_64")]
    Avx2ShaNi,
}

/// One row of the table of kernels.
pub(super) struct Row {
    pub(super) name: &'static str,
    /// Hashes that are worked on side by side.
    pub(super) lanes: u32,
    /// The CPU features that it needs, as `/proc/cpuinfo` and `raw-cpuid` spell them.
    pub(super) needs: &'static str,
    /// The kernel, when this build has it.
    pub(super) kind: Option<Kind>,
}

macro_rules! x86 {
    ($kind:ident) => {{
        #[cfg(target_arch = "x86_64")]
        let kind = Some(Kind::$kind);
        #[cfg(not(target_arch = "x86_64"))]
        let kind = None;
        kind
    }};
}

const fn row(name: &'static str, lanes: u32, needs: &'static str, kind: Option<Kind>) -> Row {
    Row { name, lanes, needs, kind }
}

/// All kernels, from the plainest to the one that `detect` prefers.
pub(super) const TABLE: [Row; 9] = [
    row("scalar", 1, "", Some(Kind::Scalar)),
    row("portable", 1, "", Some(Kind::Portable)),
    #[cfg(feature = "scan")]
    row("sha2", 1, "", Some(Kind::Sha2)),
    #[cfg(not(feature = "scan"))]
    row("sha2", 1, "", None),
    row("sse2", 4, "sse2", x86!(Sse2)),
    row("avx2", 8, "avx2", x86!(Avx2)),
    row("sha-ni", 4, "sha ssse3 sse4.1", x86!(ShaNi)),
    row("avx2-sha-ni", 8, "sha ssse3 sse4.1 avx2", x86!(Avx2ShaNi)),
    row("avx512vl", 8, "avx512f avx512vl", x86!(Avx512vl)),
    row("avx512", 16, "avx512f", x86!(Avx512)),
];

impl Row {
    /// The only place where a `Kernel` is made.
    pub(super) fn kernel(&self) -> Result<Kernel, Absent> {
        let kind = self.kind.ok_or(Absent::Build)?;
        match self.needs.split(' ').find(|feature| !cpu_has(feature)) {
            None => Ok(Kernel(kind)),
            Some(feature) => Err(Absent::Cpu(feature)),
        }
    }
}

/// Whether it is one of these features and the CPU has it. Without std nobody asks the CPU: which registers the operating
/// system saves when it switches threads is not known here, and only the build can say it (`-C target-feature`).
#[cfg(target_arch = "x86_64")]
macro_rules! cpu_has {
    ($name:ident: $($feature:tt)*) => {{
        #[cfg(feature = "std")]
        let has = $($name == $feature && std::is_x86_feature_detected!($feature))||*;
        #[cfg(not(feature = "std"))]
        let has = $($name == $feature && cfg!(target_feature = $feature))||*;
        has
    }};
}

#[cfg(target_arch = "x86_64")]
fn cpu_has(feature: &str) -> bool {
    feature.is_empty() || cpu_has!(feature: "sse2" "ssse3" "sse4.1" "sha" "avx2" "avx512f" "avx512vl")
}

#[cfg(not(target_arch = "x86_64"))]
fn cpu_has(feature: &str) -> bool {
    feature.is_empty()
}
