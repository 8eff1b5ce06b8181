//! Which kernel is fastest here is a matter of measurement: CPUs differ.

use super::GROUP;
use crate::header::Header;
use crate::job::{BIP320_MASK, JobFamily};
use crate::kernel::Kernel;
use crate::target::Target;
use crate::units::HashRate;
use std::time::{Duration, Instant};

/// The most that one kernel is given.
const TIME: Duration = Duration::from_millis(10);

/// What a short measurement says of a kernel, on one thread.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Timing {
    /// The kernel.
    pub kernel: Kernel,
    /// The best rate of a few short searches.
    pub rate: HashRate,
}

/// Times every available kernel that is made for the mode for at most 10 ms, with one version or rolling; the fastest first.
pub fn fastest(rolling: bool) -> Vec<Timing> {
    let versions = if rolling { GROUP } else { 1 };
    let family = JobFamily::rolled(&Header::GENESIS, Target::DIFFICULTY_1, BIP320_MASK, 0..versions);
    let kernels = Kernel::available().filter(|kernel| kernel.is_made_for(versions as usize));
    let mut timings: Vec<Timing> = kernels.map(|kernel| Timing { kernel, rate: time(kernel, &family) }).collect();
    timings.sort_by(|a, b| b.rate.to_hashes_per_second().total_cmp(&a.rate.to_hashes_per_second()));
    timings
}

/// The best of several searches: what disturbs a search only ever makes it slower.
fn time(kernel: Kernel, family: &JobFamily) -> HashRate {
    let versions = family.versions().len() as u64;
    let nonces = 0..(1 << 13) / versions;
    let hashes = (nonces.end * versions) as f64;
    let (start, mut best) = (Instant::now(), f64::INFINITY);
    let mut hits = Vec::new();
    while start.elapsed() + Duration::from_secs_f64(best.min(TIME.as_secs_f64())) < TIME || best.is_infinite() {
        let before = Instant::now();
        kernel.search_rolled(family, nonces.clone(), &mut hits);
        best = best.min(before.elapsed().as_secs_f64());
    }
    HashRate::from_hashes_per_second(hashes / best.max(1e-9))
}
