//! The one checker that every search answers to, right or wrong, and the seams at which it looks.

use hashjoule::header::Header;
use hashjoule::job::{Job, JobFamily, VersionMask};
use hashjoule::kernel::{Kernel, NONCES, RolledHit};
use hashjoule::target::Target;
use std::ops::Range;

/// Every kernel that this machine has. One that `HASHJOULE_MUST_TEST` names and that is absent is a
/// failure; any other absence is printed.
pub fn kernels() -> Vec<Kernel> {
    let must = std::env::var("HASHJOULE_MUST_TEST").unwrap_or_default();
    let must: Vec<&str> = must.split_whitespace().collect();
    for name in &must {
        Kernel::named(name).unwrap_or_else(|error| panic!("HASHJOULE_MUST_TEST: {error}"));
    }
    for listing in Kernel::listing() {
        if let Err(why) = listing.kernel {
            println!("SKIPPED: kernel {}: {why}", listing.name);
        }
    }
    Kernel::available().collect()
}

/// The nonces at which vectors begin and end, words wrap and ranges close.
pub fn seams() -> Vec<(&'static str, Range<u64>)> {
    let mut seams = vec![
        ("empty", 0..0),
        ("empty, in the middle", 77..77),
        ("the first nonce", 0..1),
        ("unaligned, shorter than any vector", 5..12),
        ("unaligned, several vectors", 13..13 + 211),
        ("a byte of the nonce wraps", 0xff0..0x1021),
        ("two bytes wrap", 0xffe1..0x1_0023),
        ("across 2^31", 0x7fff_ffd3..0x8000_0041),
        ("the last nonce", NONCES - 1..NONCES),
        ("the top of the range", NONCES - 101..NONCES),
    ];
    for lanes in [1, 2, 4, 8, 16, 20, 28, 32] {
        seams.extend([("N-1", 1000..999 + lanes), ("N", 1000..1000 + lanes), ("N+1", 1000..1001 + lanes)]);
    }
    seams
}

/// Targets from "every hash" to "one in 8,192", and around one hash: equal, and one below.
pub fn targets() -> Vec<(&'static str, Target)> {
    let nonce_13 = Header { nonce: 13, ..Header::GENESIS }.block_hash().to_display_bytes();
    let mut below = nonce_13;
    below[31] -= 1; // its last byte is no zero, or this would overflow
    vec![
        ("all hashes", Target::MAX),
        ("one bit", Target::from_leading_zeros(1)),
        ("not a power of two", Target::from_difficulty(1e-9).expect("a positive number")),
        ("four bits", Target::from_leading_zeros(4)),
        ("thirteen bits", Target::from_leading_zeros(13)),
        ("equal to a hash", Target::from_be_bytes(nonce_13)),
        ("one below that hash", Target::from_be_bytes(below)),
        ("no hash", Target::ZERO),
    ]
}

/// The answer by the plainest search.
pub fn expected(family: &JobFamily, nonces: Range<u64>) -> Vec<RolledHit> {
    let mut hits = Vec::new();
    Kernel::named("scalar").expect("every build has it").search_rolled(family, nonces, &mut hits);
    hits
}

/// Whether a search gives the exact hit list at every seam; the first difference, if not.
pub fn check(mut search: impl FnMut(&Job, Range<u64>, &mut Vec<u32>)) -> Result<(), String> {
    for (target_name, target) in targets() {
        let job = Job::new(&Header::GENESIS, target);
        for (seam, nonces) in seams() {
            let want: Vec<u32> = expected(job.as_family(), nonces.clone()).iter().map(|hit| hit.nonce).collect();
            let mut got = vec![7]; // what stands there must stay
            search(&job, nonces.clone(), &mut got);
            let want = [vec![7], want].concat();
            if got != want {
                return Err(format!("{target_name}, {seam} {nonces:?}: {}", first_difference(&got, &want)));
            }
        }
    }
    Ok(())
}

fn first_difference(got: &[u32], want: &[u32]) -> String {
    let at = got.iter().zip(want).take_while(|(got, want)| got == want).count();
    let [got_there, want_there] = [got, want].map(|list| list.get(at).map_or("the end".to_owned(), u32::to_string));
    format!("{} hits instead of {}; at {at} stands {got_there} instead of {want_there}", got.len(), want.len())
}

/// The same for a search over versions.
pub fn check_rolled(mut search: impl FnMut(&JobFamily, Range<u64>, &mut Vec<RolledHit>)) -> Result<(), String> {
    let bases = [1, 0x2000_0000, 0xffff_ffff, 0x3fff_e123];
    let masks = [0, 1 << 13, 0x6000, 0x0000_7f00, 0x0ffff << 13, 0x7ffff << 10].map(VersionMask);
    let targets = [("four bits", Target::from_leading_zeros(4)), ("all hashes", Target::MAX)];
    for (mask, base) in masks.into_iter().flat_map(|mask| bases.map(|base| (mask, base))) {
        for (target_name, target) in targets {
            for (versions, nonces) in version_seams(mask) {
                let header = Header { version: base, ..Header::GENESIS };
                let family = JobFamily::rolled(&header, target, mask, versions.clone());
                let want = union_of_single_versions(&header, target, mask, &versions, &nonces);
                let mut got = Vec::new();
                search(&family, nonces.clone(), &mut got);
                if got != want {
                    let case = format!("mask {mask}, base {base:08x}, versions {versions:?}, nonces {nonces:?}");
                    return Err(format!("{target_name}, {case}: {} hits instead of {}", got.len(), want.len()));
                }
            }
        }
    }
    Ok(())
}

/// First, last, one and several versions, around turns of eight and tables of 192, beside nonces that fill no vector,
/// one, and a little more.
fn version_seams(mask: VersionMask) -> Vec<(Range<u64>, Range<u64>)> {
    let count = mask.count();
    let mut versions = vec![0..count.min(1), 0..count.min(5), count - count.min(3)..count, 1..count.clamp(1, 30)];
    versions.extend([7, 8, 9, 12, 13, 16, 17, 192, 193].map(|n| 0..count.min(n)));
    let nonces = [0..1, 3..36, NONCES - 33..NONCES];
    versions.iter().flat_map(|v| nonces.iter().map(|n| (v.clone(), n.clone()))).collect()
}

fn union_of_single_versions(
    header: &Header,
    target: Target,
    mask: VersionMask,
    versions: &Range<u64>,
    nonces: &Range<u64>,
) -> Vec<RolledHit> {
    let of_one = |index| {
        let version = mask.version(header.version, index);
        let job = Job::new(&Header { version, ..*header }, target);
        expected(job.as_family(), nonces.clone())
    };
    let mut union: Vec<RolledHit> = versions.clone().flat_map(of_one).collect();
    union.sort_unstable();
    union
}
