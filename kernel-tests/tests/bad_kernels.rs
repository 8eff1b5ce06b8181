//! Searches that are wrong on purpose, each in the way of a real mistake. The checker that passes the
//! kernels must fail every one of them, or it proves nothing.

use hashjoule::header::{BlockHash, Header};
use hashjoule::job::{Job, JobFamily};
use hashjoule::kernel::{Kernel, RolledHit};
use hashjoule::sha256;
use hashjoule::target::Target;
use kernel_tests::{check, check_rolled};
use std::ops::Range;

type Nonces = Range<u64>;
type Search = fn(&Job, Nonces, &mut Vec<u32>);

/// Eight lanes at a time is what most of these pretend to be.
const LANES: u64 = 8;

fn honest(job: &Job, nonces: Nonces, hits: &mut Vec<u32>) {
    Kernel::named("scalar").expect("every build has it").search(job, nonces, hits);
}

/// The honest hits, less those that the mistake loses.
fn losing(job: &Job, nonces: Nonces, hits: &mut Vec<u32>, keep: impl Fn(u64) -> bool) {
    let mut found = Vec::new();
    honest(job, nonces, &mut found);
    hits.extend(found.into_iter().filter(|&nonce| keep(u64::from(nonce))));
}

/// Each nonce judged by a mistaken rule.
fn judging(job: &Job, nonces: Nonces, hits: &mut Vec<u32>, meets: impl Fn(&Target, Header) -> bool) {
    let nonces = nonces.map(|nonce| nonce as u32);
    hits.extend(nonces.filter(|&nonce| meets(job.target(), job.header_with(nonce))));
}

fn last_lane_dropped(job: &Job, nonces: Nonces, hits: &mut Vec<u32>) {
    let start = nonces.start;
    losing(job, nonces, hits, |nonce| (nonce - start) % LANES != LANES - 1);
}

fn partial_vector_skipped(job: &Job, nonces: Nonces, hits: &mut Vec<u32>) {
    let whole = (nonces.end - nonces.start) / LANES * LANES;
    honest(job, nonces.start..nonces.start + whole, hits);
}

fn partial_vector_overrun(job: &Job, nonces: Nonces, hits: &mut Vec<u32>) {
    let whole = (nonces.end - nonces.start).div_ceil(LANES) * LANES;
    honest(job, nonces.start..nonces.start + whole, hits);
}

fn last_nonce_left_out(job: &Job, nonces: Nonces, hits: &mut Vec<u32>) {
    honest(job, nonces.start..nonces.end.max(1) - 1, hits);
}

fn nonce_off_by_one(job: &Job, nonces: Nonces, hits: &mut Vec<u32>) {
    let from = hits.len();
    honest(job, nonces, hits);
    hits[from..].iter_mut().for_each(|nonce| *nonce = nonce.wrapping_add(1));
}

fn nonce_byte_swapped(job: &Job, nonces: Nonces, hits: &mut Vec<u32>) {
    judging(job, nonces, hits, |target, h| target.is_met_by(&Header { nonce: h.nonce.swap_bytes(), ..h }.block_hash()));
}

fn nonce_of_31_bits(job: &Job, nonces: Nonces, hits: &mut Vec<u32>) {
    losing(job, nonces, hits, |nonce| nonce < 1 << 31);
}

fn one_pass_of_sha256(job: &Job, nonces: Nonces, hits: &mut Vec<u32>) {
    judging(job, nonces, hits, |target, h| target.is_met_by(&BlockHash(sha256::sha256(&h.to_bytes()))));
}

fn hash_not_reversed(job: &Job, nonces: Nonces, hits: &mut Vec<u32>) {
    judging(job, nonces, hits, |target, h| target.is_met_by(&BlockHash(h.block_hash().to_display_bytes())));
}

fn early_exit_on_the_wrong_word(job: &Job, nonces: Nonces, hits: &mut Vec<u32>) {
    judging(job, nonces, hits, |target, h| {
        let mut hash = h.block_hash();
        hash.0.rotate_right(4); // word 6 where word 7 belongs
        target.is_met_by(&hash)
    });
}

fn below_instead_of_at_most(job: &Job, nonces: Nonces, hits: &mut Vec<u32>) {
    judging(job, nonces, hits, |target, h| Target::from(h.block_hash()) < *target);
}

fn top_word_only(job: &Job, nonces: Nonces, hits: &mut Vec<u32>) {
    judging(job, nonces, hits, |target, h| Target::from(h.block_hash()).top_word() <= target.top_word());
}

fn lanes_reversed(job: &Job, nonces: Nonces, hits: &mut Vec<u32>) {
    let start = nonces.start;
    let from = hits.len();
    honest(job, nonces, hits);
    for nonce in &mut hits[from..] {
        let lane = (u64::from(*nonce) - start) % LANES;
        *nonce = nonce.wrapping_add((LANES - 1) as u32).wrapping_sub(2 * lane as u32);
    }
}

fn descending(job: &Job, nonces: Nonces, hits: &mut Vec<u32>) {
    let from = hits.len();
    honest(job, nonces, hits);
    hits[from..].reverse();
}

fn earlier_hits_forgotten(job: &Job, nonces: Nonces, hits: &mut Vec<u32>) {
    hits.clear();
    honest(job, nonces, hits);
}

fn one_nonce_in_a_hundred_skipped(job: &Job, nonces: Nonces, hits: &mut Vec<u32>) {
    losing(job, nonces, hits, |nonce| nonce % 100 != 99);
}

#[test]
fn the_checker_passes_the_plain_search() {
    assert_eq!(check(honest), Ok(()));
}

#[test]
fn the_checker_fails_every_wrong_search() {
    let zoo: [(&str, Search); 16] = [
        ("last lane dropped", last_lane_dropped),
        ("partial vector skipped", partial_vector_skipped),
        ("partial vector overrun", partial_vector_overrun),
        ("last nonce left out", last_nonce_left_out),
        ("nonce off by one", nonce_off_by_one),
        ("nonce byte-swapped", nonce_byte_swapped),
        ("nonce of 31 bits", nonce_of_31_bits),
        ("one pass of SHA-256", one_pass_of_sha256),
        ("hash not reversed", hash_not_reversed),
        ("early exit on the wrong word", early_exit_on_the_wrong_word),
        ("below instead of at most", below_instead_of_at_most),
        ("top word only", top_word_only),
        ("lanes reversed", lanes_reversed),
        ("descending", descending),
        ("earlier hits forgotten", earlier_hits_forgotten),
        ("one nonce in a hundred skipped", one_nonce_in_a_hundred_skipped),
    ];
    for (name, wrong) in zoo {
        let verdict = check(wrong);
        assert!(verdict.is_err(), "the checker passes '{name}'");
        println!("caught: {name}: {}", verdict.expect_err("it was just tested"));
    }
}

type RolledSearch = fn(&JobFamily, Nonces, &mut Vec<RolledHit>);

fn honest_rolled(jobs: &JobFamily, nonces: Nonces, hits: &mut Vec<RolledHit>) {
    Kernel::named("scalar").expect("every build has it").search_rolled(jobs, nonces, hits);
}

fn last_version_dropped(jobs: &JobFamily, nonces: Nonces, hits: &mut Vec<RolledHit>) {
    honest_rolled(jobs, nonces, hits);
    hits.retain(|hit| Some(&hit.version) != jobs.versions().last() || jobs.versions().len() == 1);
}

fn first_versions_midstate_for_all(jobs: &JobFamily, nonces: Nonces, hits: &mut Vec<RolledHit>) {
    let Some(&first) = jobs.versions().first() else { return };
    let mut found = Vec::new();
    honest_rolled(jobs, nonces, &mut found);
    let nonces: Vec<u32> = found.iter().filter(|hit| hit.version == first).map(|hit| hit.nonce).collect();
    hits.extend(
        jobs.versions().iter().flat_map(|&version| nonces.iter().map(move |&nonce| RolledHit { version, nonce })),
    );
    hits.sort_unstable();
}

fn two_versions_swapped(jobs: &JobFamily, nonces: Nonces, hits: &mut Vec<RolledHit>) {
    honest_rolled(jobs, nonces, hits);
    if let [a, b, ..] = *jobs.versions() {
        for hit in hits.iter_mut() {
            hit.version = if hit.version == a {
                b
            } else if hit.version == b {
                a
            } else {
                hit.version
            };
        }
        hits.sort_unstable();
    }
}

/// Eight versions a turn is what these pretend to be: place in the family, modulo eight, to place.
fn moving_streams(jobs: &JobFamily, nonces: Nonces, hits: &mut Vec<RolledHit>, to: impl Fn(usize) -> Option<usize>) {
    let versions = jobs.versions();
    let mut found = Vec::new();
    honest_rolled(jobs, nonces, &mut found);
    hits.extend(found.into_iter().filter_map(|hit| {
        let place = versions.iter().position(|&version| version == hit.version)?;
        let version = *versions.get(place / 8 * 8 + to(place % 8)?)?;
        Some(RolledHit { version, ..hit })
    }));
    hits.sort_unstable();
}

fn a_stream_dropped(jobs: &JobFamily, nonces: Nonces, hits: &mut Vec<RolledHit>) {
    moving_streams(jobs, nonces, hits, |stream| (stream != 6).then_some(stream));
}

fn two_streams_swapped(jobs: &JobFamily, nonces: Nonces, hits: &mut Vec<RolledHit>) {
    let order = [0, 1, 4, 3, 2, 5, 6, 7]; // as an interleaving of two halves leaves them, when nobody puts them back
    moving_streams(jobs, nonces, hits, |stream| Some(order[stream]));
}

fn last_turn_left_in_the_pipeline(jobs: &JobFamily, nonces: Nonces, hits: &mut Vec<RolledHit>) {
    let last = nonces.end.wrapping_sub(1) as u32;
    let turn = jobs.versions().len().saturating_sub(1) / 8 * 8;
    honest_rolled(jobs, nonces, hits);
    hits.retain(|hit| hit.nonce != last || !jobs.versions()[turn..].contains(&hit.version));
}

fn filling_versions_reported(jobs: &JobFamily, nonces: Nonces, hits: &mut Vec<RolledHit>) {
    honest_rolled(jobs, nonces, hits);
    let (filler, fill) = (jobs.versions().get(7), jobs.versions().len().next_multiple_of(8) - jobs.versions().len());
    let again: Vec<RolledHit> = hits.iter().filter(|hit| Some(&hit.version) == filler).copied().collect();
    (0..fill).for_each(|_| hits.extend(&again));
    hits.sort_unstable();
}

/// The versions that fill no turn of eight alone, where two nonces may share one.
fn left_over(jobs: &JobFamily) -> &[u32] {
    let versions = jobs.versions();
    &versions[versions.len() / 8 * 8..]
}

fn nonce_waits_for_one_beyond_the_end(jobs: &JobFamily, nonces: Nonces, hits: &mut Vec<RolledHit>) {
    let last = nonces.end.wrapping_sub(1);
    honest_rolled(jobs, nonces, hits);
    hits.retain(|hit| last % 2 == 1 || u64::from(hit.nonce) != last || !left_over(jobs).contains(&hit.version));
}

fn nonce_that_shares_the_first_turn_reported(jobs: &JobFamily, nonces: Nonces, hits: &mut Vec<RolledHit>) {
    let start = nonces.start;
    honest_rolled(jobs, nonces, hits);
    if start % 2 == 1 {
        let mut before = Vec::new();
        honest_rolled(jobs, start - 1..start, &mut before);
        hits.extend(before.iter().filter(|hit| left_over(jobs).contains(&hit.version)));
        hits.sort_unstable();
    }
}

/// As one does that searches many versions in parts of 192, and forgets to clear its table in between.
fn part_before_searched_again(jobs: &JobFamily, nonces: Nonces, hits: &mut Vec<RolledHit>) {
    honest_rolled(jobs, nonces, hits);
    let Some((before, last)) = jobs.versions().split_at_checked(192) else { return };
    let rest = before.get(last.len().next_multiple_of(8)..).unwrap_or_default();
    let again: Vec<RolledHit> = hits.iter().filter(|hit| rest.contains(&hit.version)).copied().collect();
    hits.extend(again);
    hits.sort_unstable();
}

fn versions_after_the_first_part_left_out(jobs: &JobFamily, nonces: Nonces, hits: &mut Vec<RolledHit>) {
    honest_rolled(jobs, nonces, hits);
    hits.retain(|hit| jobs.versions().iter().take(192).any(|&version| version == hit.version));
}

fn ordered_by_nonce(jobs: &JobFamily, nonces: Nonces, hits: &mut Vec<RolledHit>) {
    honest_rolled(jobs, nonces, hits);
    hits.sort_unstable_by_key(|hit| (hit.nonce, hit.version));
}

#[test]
fn the_checker_of_families_passes_the_plain_search_and_fails_the_wrong_ones() {
    assert_eq!(check_rolled(honest_rolled), Ok(()));
    let zoo: [(&str, RolledSearch); 12] = [
        ("last version dropped", last_version_dropped),
        ("first version's midstate for all", first_versions_midstate_for_all),
        ("two versions swapped", two_versions_swapped),
        ("a stream dropped", a_stream_dropped),
        ("two streams swapped", two_streams_swapped),
        ("the last turn left in the pipeline", last_turn_left_in_the_pipeline),
        ("filling versions reported", filling_versions_reported),
        ("a nonce waits for one beyond the end", nonce_waits_for_one_beyond_the_end),
        ("the nonce that shares the first turn reported", nonce_that_shares_the_first_turn_reported),
        ("the part before searched again", part_before_searched_again),
        ("versions after the first part left out", versions_after_the_first_part_left_out),
        ("ordered by nonce", ordered_by_nonce),
    ];
    for (name, wrong) in zoo {
        assert!(check_rolled(wrong).is_err(), "the checker passes '{name}'");
    }
}
