//! Every kernel in both modes as a multiple of `sha2` from the midstate, in one interleaved run.
//!
//! `cargo bench --bench ratios -- [--rounds N] [--versions N] [KERNEL ...]`. Each round goes 32 times through
//! all combinations, a slice of a few milliseconds each, in thread CPU time, and checks their hits against the
//! yardstick's. What counts for the round is the best slice of each: a neighbour on the core only ever slows, for
//! milliseconds or for seconds. Printed: the median of the per-round ratios, and its spread; where kernels are named,
//! also the median multiple of the first of them in the same mode.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark prints, and fails loudly")]

use hashjoule::header::Header;
use hashjoule::job::{BIP320_MASK, JobFamily};
use hashjoule::kernel::{Kernel, RolledHit};
use hashjoule::target::Target;
use rustix::time::{ClockId, clock_gettime};
use std::ops::{Range, RangeInclusive};

const YARDSTICK: &str = "sha2";
const SLICES: u32 = 32;
/// One hash in 65,536 is a hit: many enough in a round to check, and few enough not to matter, as in a real search. With
/// 13 bits the hits alone cost the fastest kernels a per cent.
const LEADING_ZEROS: u32 = 16;

struct Case {
    kernel: Kernel,
    versions: u64,
    rates: Vec<f64>,
}

fn main() {
    let Arguments { rounds, versions: rolled, names } = arguments();
    let mut cases: Vec<Case> = Kernel::available()
        .filter(|k| names.is_empty() || k.name() == YARDSTICK || names.iter().any(|n| n == k.name()))
        .flat_map(|kernel| [1, rolled].map(|versions| Case { kernel, versions, rates: Vec::new() }))
        .collect();
    for round in 0..=rounds {
        let best = best_of_slices(&cases, round);
        if round > 0 {
            cases.iter_mut().zip(best).for_each(|(case, rate)| case.rates.push(rate)); // round 0 is the warm-up
        }
    }
    print(&cases, rounds, rolled, names.first().map(String::as_str));
}

struct Arguments {
    rounds: u32,
    /// That `rolling` rolls over.
    versions: u64,
    names: Vec<String>,
}

fn arguments() -> Arguments {
    let mut all = Arguments { rounds: 21, versions: 128, names: Vec::new() };
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--rounds" => all.rounds = number(1..=1000, &arg, args.next()) as u32,
            "--versions" => all.versions = number(2..=1 << 16, &arg, args.next()),
            _ => all.names.push(arg),
        }
    }
    all
}

fn number(within: RangeInclusive<u64>, option: &str, value: Option<String>) -> u64 {
    let number = value.and_then(|text| text.parse().ok()).filter(|number| within.contains(number));
    number.unwrap_or_else(|| panic!("{option} takes a number from {} to {}", within.start(), within.end()))
}

fn best_of_slices(cases: &[Case], round: u32) -> Vec<f64> {
    let mut best = vec![0.0; cases.len()];
    for slice in SLICES * round..SLICES * (round + 1) {
        let results: Vec<Slice> = cases.iter().map(|case| search(case, slice)).collect();
        check(cases, &results);
        best.iter_mut().zip(results).for_each(|(best, result)| *best = result.rate.max(*best));
    }
    best
}

struct Slice {
    /// Hashes a second of CPU time.
    rate: f64,
    nonces: Range<u64>,
    hits: Vec<RolledHit>,
}

fn search(case: &Case, slice: u32) -> Slice {
    let hashes: u64 = if matches!(case.kernel.name(), "scalar" | "portable") { 1 << 13 } else { 1 << 16 };
    let count = (hashes / case.versions).max(1);
    let start = u64::from(slice) << 17;
    let nonces = start..start + count;
    let family =
        JobFamily::rolled(&Header::GENESIS, Target::from_leading_zeros(LEADING_ZEROS), BIP320_MASK, 0..case.versions);
    let mut hits = Vec::new();
    let before = cpu_seconds();
    case.kernel.search_rolled(&family, nonces.clone(), &mut hits);
    let seconds = cpu_seconds() - before;
    Slice { rate: (family.versions().len() as u64 * count) as f64 / seconds, nonces, hits }
}

/// Against the yardstick's hits, which searches as many nonces as any.
fn check(cases: &[Case], results: &[Slice]) {
    for (case, result) in cases.iter().zip(results) {
        let same_mode = |c: &Case| c.kernel.name() == YARDSTICK && c.versions == case.versions;
        let yardstick = &results[cases.iter().position(same_mode).expect("it is never left out")];
        let expected = yardstick.hits.iter().filter(|hit| result.nonces.contains(&u64::from(hit.nonce)));
        assert!(result.hits.iter().eq(expected), "{}: a kernel that skips work must not score", case.kernel.name());
    }
}

fn cpu_seconds() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 * 1e-9
}

/// `first`: the kernel that is named first, if any is; the last column is about it.
fn print(cases: &[Case], rounds: u32, rolled: u64, first: Option<&str>) {
    let yardstick = case_of(cases, YARDSTICK, 1);
    println!(
        "{rounds} rounds, the best of {SLICES} slices in each, thread CPU time, rolling over {rolled} versions\nx {YARDSTICK} = multiple of its one-version rate"
    );
    let last = first.map_or(String::new(), |name| format!(" {:>10}", format!("x {name}")));
    println!("{:<12} {:<12} {:>9} {:>9} {:>8} {:>17}{last}", "kernel", "mode", "MH/s", "best", "x sha2", "quartiles");
    for case in cases {
        let multiples = ratios(case, yardstick);
        let last = first.map_or(String::new(), |name| {
            format!(" {:>10.3}", middle(&ratios(case, case_of(cases, name, case.versions))))
        });
        println!(
            "{:<12} {:<12} {:>9.3} {:>9.3} {:>8.3} {:>8.3}-{:.3}{last}",
            case.kernel.name(),
            if case.versions == 1 { "one-version" } else { "rolling" },
            middle(&sorted(case.rates.clone())) / 1e6,
            case.rates.iter().copied().fold(0.0, f64::max) / 1e6,
            middle(&multiples),
            multiples[multiples.len() / 4],
            multiples[multiples.len() * 3 / 4]
        );
    }
}

fn case_of<'a>(cases: &'a [Case], kernel: &str, versions: u64) -> &'a Case {
    let found = cases.iter().find(|case| case.kernel.name() == kernel && case.versions == versions);
    found.expect("the kernel named first is one of those that `hashjoule info` lists")
}

/// Round by round, in order.
fn ratios(case: &Case, to: &Case) -> Vec<f64> {
    sorted(case.rates.iter().zip(&to.rates).map(|(a, b)| a / b).collect())
}

fn middle(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}
