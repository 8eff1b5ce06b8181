use super::*;
use crate::job::{BIP320_MASK, Job};

fn scanner(threads: usize) -> Scanner {
    Scanner::new(Kernel::detect(), Placement::threads(threads).unwrap()).unwrap()
}

fn headers(report: &ScanReport) -> Vec<(u32, u32)> {
    report.hits.iter().map(|hit| (hit.header.version, hit.header.nonce)).collect()
}

#[test]
fn all_hits_ascend_and_are_the_kernels_at_any_number_of_threads() {
    let target = Target::from_leading_zeros(12);
    let nonces = 4_000_000_001..4_000_300_003;
    let mut want = Vec::new();
    Kernel::detect().search(&Job::new(&Header::GENESIS, target), nonces.clone(), &mut want);
    assert!(want.len() > 50);
    for threads in 1..=5 {
        let space = Space { nonces: nonces.clone(), ..Space::one_version(Header::GENESIS, target) };
        let report = scanner(threads).scan(&space, Find::All, &Watch::default(), None).unwrap();
        assert!(headers(&report).iter().map(|&(_, nonce)| nonce).eq(want.iter().copied()), "{threads} threads");
        assert_eq!((report.hashes, report.ended), (300_002, Ended::Exhausted));
    }
}

#[test]
fn the_first_hit_is_the_lowest_nonce_at_any_number_of_threads() {
    for threads in 1..=5 {
        let scanner = scanner(threads);
        for from in (0..60u64).map(|i| i * 70_000_000) {
            let target = Target::from_leading_zeros(16);
            let mut want = Vec::new();
            let job = Job::new(&Header::GENESIS, target);
            for at in (from..).step_by(1 << 16) {
                Kernel::detect().search(&job, at..at + (1 << 16), &mut want);
                if !want.is_empty() {
                    break;
                }
            }
            let space = Space { nonces: from..1 << 32, ..Space::one_version(Header::GENESIS, target) };
            let report = scanner.scan(&space, Find::First, &Watch::default(), None).unwrap();
            assert_eq!(headers(&report), [(1, want[0])], "{threads} threads from {from}");
            assert_eq!(report.ended, Ended::Found);
        }
    }
}

#[test]
fn rolled_spaces_are_searched_whole_and_in_one_order() {
    let space = Space {
        nonces: 0..40,
        versions: 3..400,
        ..Space::rolling(Header::GENESIS, Target::from_leading_zeros(6), BIP320_MASK)
    };
    let reports: Vec<ScanReport> =
        (1..=4).map(|n| scanner(n).scan(&space, Find::All, &Watch::default(), None).unwrap()).collect();
    let mut want = Vec::new();
    let family = JobFamily::rolled(&space.header, space.target, BIP320_MASK, 3..400);
    Kernel::named("scalar").unwrap().search_rolled(&family, 0..40, &mut want);
    for report in &reports {
        let mut sorted = headers(report);
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(want.iter().map(|hit| (hit.version, hit.nonce))));
        assert_eq!(headers(report), headers(&reports[0]));
        assert_eq!(u128::from(report.hashes), space.size());
    }
    let first = scanner(3).scan(&space, Find::First, &Watch::default(), None).unwrap();
    assert_eq!(headers(&first)[0], headers(&reports[0])[0]);
}

#[test]
fn a_stop_before_the_start_tries_nothing_and_an_empty_range_is_exhausted() {
    let watch = Watch::default();
    watch.stop();
    let space = Space::one_version(Header::GENESIS, Target::ZERO);
    let report = scanner(2).scan(&space, Find::All, &watch, None).unwrap();
    assert_eq!((report.hashes, report.ended), (0, Ended::Stopped));
    let empty = Space { nonces: 5..5, ..space };
    let report = scanner(2).scan(&empty, Find::First, &Watch::default(), None).unwrap();
    assert_eq!((report.hashes, report.ended), (0, Ended::Exhausted));
}

#[test]
fn a_stop_in_the_middle_keeps_what_was_found() {
    let watch = Watch::default();
    let space = Space::one_version(Header::GENESIS, Target::from_leading_zeros(14));
    let report = std::thread::scope(|scope| {
        scope.spawn(|| {
            while watch.hashes() == 0 {
                std::thread::yield_now();
            }
            watch.stop();
        });
        scanner(2).scan(&space, Find::All, &watch, None).unwrap()
    });
    assert_eq!(report.ended, Ended::Stopped);
    assert!(report.hashes > 0 && u128::from(report.hashes) < space.size());
    let mut want = Vec::new();
    // What was completed is a prefix of the space: the chunks are taken in order and each is ended.
    Kernel::detect().search(&Job::new(&space.header, space.target), 0..report.hashes, &mut want);
    assert!(headers(&report).iter().map(|&(_, nonce)| nonce).eq(want));
}

#[test]
fn time_that_is_up_ends_a_search() {
    let space = Space::one_version(Header::GENESIS, Target::ZERO);
    let report = scanner(1).scan(&space, Find::All, &Watch::default(), Some(Duration::from_millis(1))).unwrap();
    assert_eq!(report.ended, Ended::TimeUp);
}

#[test]
fn the_best_hash_is_known_without_a_hit() {
    let genesis = Header::GENESIS;
    let nonce = u64::from(genesis.nonce);
    let space = Space { nonces: nonce - 1000..nonce + 1000, ..Space::one_version(genesis, Target::ZERO) };
    let report = scanner(2).scan(&space, Find::All, &Watch::default(), None).unwrap();
    assert_eq!(report.hits, []);
    assert_eq!(report.best.map(|best| best.hash), Some(genesis.block_hash()));
}

#[test]
fn the_fastest_kernel_comes_first_and_all_are_timed_that_are_made_for_the_mode() {
    for rolling in [false, true] {
        let timings = fastest(rolling);
        let names: Vec<&str> = timings.iter().map(|timing| timing.kernel.name()).collect();
        assert!(Kernel::available().all(|kernel| names.contains(&kernel.name())), "{names:?}");
        assert!(timings.is_sorted_by(|a, b| a.rate >= b.rate));
    }
}
