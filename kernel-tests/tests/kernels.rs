//! Every kernel against the plainest one: the exact hit list, at the seams and at random.

use hashjoule::header::Header;
use hashjoule::job::{BIP320_MASK, Job, JobFamily, VersionMask};
use hashjoule::kernel::{Absent, Kernel, KernelError, NONCES, RolledHit};
use hashjoule::target::Target;
use kernel_tests::{check, check_rolled, expected, kernels};
use proptest::prelude::*;

#[test]
fn every_kernel_gives_the_exact_hit_list_at_the_seams() {
    for kernel in kernels() {
        check(|job, nonces, hits| kernel.search(job, nonces, hits))
            .unwrap_or_else(|difference| panic!("{}: {difference}", kernel.name()));
    }
}

#[test]
fn rolled_hits_are_the_union_of_single_versions() {
    for kernel in kernels() {
        check_rolled(|jobs, nonces, hits| kernel.search_rolled(jobs, nonces, hits))
            .unwrap_or_else(|difference| panic!("{}: {difference}", kernel.name()));
    }
}

#[test]
fn every_kernel_finds_the_nonce_of_the_genesis_block() {
    let job = Job::new(&Header::GENESIS, Target::DIFFICULTY_1);
    for kernel in kernels() {
        let mut hits = Vec::new();
        kernel.search(&job, 2_083_000_000..2_083_300_000, &mut hits);
        assert_eq!(hits, [2_083_236_893], "{}", kernel.name());
    }
}

#[test]
fn what_lies_above_the_last_nonce_is_not_searched() {
    let job = Job::new(&Header::GENESIS, Target::MAX);
    for kernel in kernels() {
        let mut hits = Vec::new();
        kernel.search(&job, NONCES - 3..NONCES + 100, &mut hits);
        assert_eq!(hits, [u32::MAX - 2, u32::MAX - 1, u32::MAX], "{}", kernel.name());
    }
}

#[test]
fn a_family_of_all_versions_has_hits_in_each() {
    let family = JobFamily::rolled(&Header::GENESIS, Target::MAX, BIP320_MASK, 0..BIP320_MASK.count());
    for kernel in kernels() {
        let mut hits = Vec::new();
        kernel.search_rolled(&family, 9..11, &mut hits);
        let pairs = family.versions().iter().flat_map(|&v| [(v, 9), (v, 10)]);
        assert!(hits.iter().map(|hit| (hit.version, hit.nonce)).eq(pairs), "{}", kernel.name());
    }
}

#[test]
fn a_name_gives_its_kernel_or_an_error_and_never_another_kernel() {
    for listing in Kernel::listing() {
        match (listing.kernel, Kernel::named(listing.name)) {
            (Ok(_), Ok(kernel)) => assert_eq!((kernel.name(), kernel.lanes()), (listing.name, listing.lanes)),
            (Err(why), Err(KernelError::Absent { name, why: again })) => {
                assert_eq!((name, again), (listing.name, why));
                assert!(matches!(why, Absent::Cpu(_) | Absent::Build));
            }
            (listed, named) => panic!("{}: {listed:?} but {named:?}", listing.name),
        }
    }
    assert_eq!(Kernel::named("avx9000"), Err(KernelError::Unknown("avx9000".into())));
    assert!(Kernel::available().any(|kernel| kernel == Kernel::detect()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_header_any_range_any_target(
        bytes in prop::array::uniform32(any::<u8>()),
        (version, time, bits, base) in any::<(u32, u32, u32, u32)>(),
        (mask, count) in (any::<u32>(), 1u64..40),
        (start, len, zeros) in (0..NONCES, 0u64..300, 0u32..12),
    ) {
        let merkle_root = bytes.map(|b| b.rotate_left(3));
        let header = Header { version, prev_blockhash: bytes, merkle_root, time, bits, nonce: base };
        let mask = VersionMask(mask);
        let family = JobFamily::rolled(&header, Target::from_leading_zeros(zeros), mask, 0..count.min(mask.count()));
        let nonces = start..(start + len).min(NONCES);
        let want = expected(&family, nonces.clone());
        let rolled = |hit: &RolledHit| Header { version: hit.version, nonce: hit.nonce, ..header };
        let all_meet = want.iter().all(|hit| family.target().is_met_by(&rolled(hit).block_hash()));
        prop_assert!(all_meet);
        for kernel in kernels() {
            let mut hits = Vec::new();
            kernel.search_rolled(&family, nonces.clone(), &mut hits);
            prop_assert_eq!(&hits, &want, "{}", kernel.name());
        }
    }
}
