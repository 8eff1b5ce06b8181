//! The whole nonce space of the genesis header, searched by two kernels that share no inner loop: each must find the same two nonces.

use super::{Outcome, Suite, Verdict};
use crate::header::Header;
use crate::kernel::Kernel;
use crate::scan::{Find, Placement, PlacementError, Scanner, Space, Watch, fastest};
use crate::target::Target;

/// Every nonce of the genesis header whose hash is at most its target, found by both kinds of kernels; the first is the block's own.
pub const GENESIS_HITS: [u32; 2] = [2_083_236_893, 3_197_545_707];

/// Kernels whose compression is not that of the generic search over lanes.
const OF_THEIR_OWN: [&str; 3] = ["scalar", "sha2", "sha-ni"];

/// The fastest kernel of each kind.
pub fn independent_kernels() -> Vec<Kernel> {
    let timings = fastest(false);
    let of_kind = |own: bool| {
        timings.iter().map(|timing| timing.kernel).find(|kernel| OF_THEIR_OWN.contains(&kernel.name()) == own)
    };
    [of_kind(true), of_kind(false)].into_iter().flatten().collect()
}

/// Searches all 2^32 nonces with one kernel on all cores. A search that was stopped has no outcome.
///
/// # Errors
/// When the threads cannot be started.
pub fn search(kernel: Kernel, watch: &Watch) -> Result<Suite, PlacementError> {
    let scanner = Scanner::new(kernel, Placement::all())?;
    let space = Space::one_version(Header::GENESIS, Target::DIFFICULTY_1);
    let (verdict, seconds) = match scanner.scan(&space, Find::All, watch, None) {
        Ok(report) => {
            let hits: Vec<u32> = report.hits.iter().map(|hit| hit.header.nonce).collect();
            let is_whole = report.hashes == crate::kernel::NONCES;
            let verdict = is_whole.then(|| judge(&hits));
            (verdict, report.elapsed.as_secs_f64())
        }
        Err(wrong) => (Some(Verdict::Failed(wrong.to_string())), 0.0),
    };
    let outcome = |verdict| Outcome { id: "deep/genesis-whole-nonce-space".into(), verdict };
    Ok(Suite { implementation: kernel.name().into(), seconds, outcomes: verdict.map(outcome).into_iter().collect() })
}

fn judge(hits: &[u32]) -> Verdict {
    if hits == GENESIS_HITS {
        Verdict::Passed
    } else {
        Verdict::Failed(format!("finds {hits:?}, expected {GENESIS_HITS:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_kernels_are_of_two_kinds() {
        let kernels = independent_kernels();
        assert_eq!(kernels.len(), 2);
        assert!(OF_THEIR_OWN.contains(&kernels[0].name()) && !OF_THEIR_OWN.contains(&kernels[1].name()));
    }

    #[test]
    fn a_missing_or_surplus_hit_fails() {
        assert_eq!(judge(&GENESIS_HITS), Verdict::Passed);
        assert!(matches!(judge(&GENESIS_HITS[..1]), Verdict::Failed(_)));
        assert!(matches!(judge(&[0, 2_083_236_893, 3_197_545_707]), Verdict::Failed(_)));
    }

    #[test]
    fn a_stopped_search_has_no_outcome() {
        let watch = Watch::default();
        watch.stop();
        assert!(search(Kernel::detect(), &watch).unwrap().outcomes.is_empty());
    }
}
