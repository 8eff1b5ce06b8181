//! The SSE transition: legacy SSE and SHA instructions beside dirty upper halves of vector registers run up to a hundred
//! times slower. If a wide kernel left them dirty, everything after it would crawl.
//!
//! The only test that looks at a clock, and only a factor of three fails it.

use hashjoule::header::Header;
use hashjoule::job::{BIP320_MASK, Job, JobFamily};
use hashjoule::kernel::Kernel;
use hashjoule::target::Target;
use std::time::Instant;

/// The shortest of several searches: noise only ever adds.
fn shortest(kernel: Kernel, before_each: impl Fn()) -> f64 {
    let job = Job::new(&Header::GENESIS, Target::DIFFICULTY_1);
    let time = |_| {
        before_each();
        let start = Instant::now();
        kernel.search(&job, 0..1 << 14, &mut Vec::new());
        start.elapsed().as_secs_f64()
    };
    (0..15).map(time).fold(f64::INFINITY, f64::min)
}

#[test]
fn narrow_kernels_keep_their_speed_after_wide_ones_ran() {
    let kernels = kernel_tests::kernels();
    // Both modes: some kernels are wide in one of them alone.
    let families = [1, 16].map(|n| JobFamily::rolled(&Header::GENESIS, Target::DIFFICULTY_1, BIP320_MASK, 0..n));
    let wide: Vec<Kernel> = kernels.iter().copied().filter(|kernel| kernel.lanes() >= 8).collect();
    for name in ["sha2", "sha-ni", "sse2"] {
        let Some(&narrow) = kernels.iter().find(|kernel| kernel.name() == name) else { continue };
        let alone = shortest(narrow, || ());
        for &wide in &wide {
            let before = || families.each_ref().map(|family| wide.search_rolled(family, 0..1 << 8, &mut Vec::new()));
            let after = shortest(narrow, || _ = before());
            assert!(after < 3.0 * alone, "{name} takes {after:.6} s after {} and {alone:.6} s alone", wide.name());
        }
    }
}
