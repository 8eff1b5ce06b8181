//! Every kernel in both modes as a multiple of `sha2` from the midstate, in one interleaved run.
//!
//! `cargo bench --bench ratios -- [--rounds N] [--versions N] [KERNEL ...]`. Each round runs every combination
//! once over the same number of hashes, in thread CPU time, and checks its hits against the first
//! kernel's. Printed: the median of the per-round ratios, and its spread.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark prints, and fails loudly")]

use hashjoule::header::Header;
use hashjoule::job::{BIP320_MASK, JobFamily};
use hashjoule::kernel::{Kernel, RolledHit};
use hashjoule::target::Target;
use rustix::time::{ClockId, clock_gettime};

const YARDSTICK: &str = "sha2";

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
        for case in &mut cases {
            let rate = hashes_per_cpu_second(case.kernel, case.versions, round);
            if round > 0 {
                case.rates.push(rate); // round 0 is the warm-up
            }
        }
    }
    print(&cases, rounds, rolled);
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
            "--rounds" => all.rounds = args.next().and_then(|n| n.parse().ok()).expect("--rounds takes a number"),
            "--versions" => all.versions = args.next().and_then(|n| n.parse().ok()).expect("--versions takes a number"),
            _ => all.names.push(arg),
        }
    }
    all
}

fn hashes_per_cpu_second(kernel: Kernel, versions: u64, round: u32) -> f64 {
    let hashes: u64 = if matches!(kernel.name(), "scalar" | "portable") { 1 << 17 } else { 1 << 20 };
    let start = u64::from(round) << 21;
    let nonces = start..start + hashes / versions;
    let family = JobFamily::rolled(&Header::GENESIS, Target::from_leading_zeros(13), BIP320_MASK, 0..versions);
    let mut hits = Vec::new();
    let before = cpu_seconds();
    kernel.search_rolled(&family, nonces.clone(), &mut hits);
    let seconds = cpu_seconds() - before;
    check(&family, nonces, &hits);
    (family.versions().len() as u64 * (hashes / versions)) as f64 / seconds
}

fn check(family: &JobFamily, nonces: std::ops::Range<u64>, hits: &[RolledHit]) {
    let mut expected = Vec::new();
    Kernel::named(YARDSTICK).expect("the feature scan is on").search_rolled(family, nonces, &mut expected);
    assert_eq!(hits, expected, "a kernel that skips work must not score");
}

fn cpu_seconds() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 * 1e-9
}

fn print(cases: &[Case], rounds: u32, rolled: u64) {
    let best = |case: &Case| case.rates.iter().copied().fold(0.0, f64::max) / 1e6;
    let mode = |case: &Case| if case.versions == 1 { "one-version" } else { "rolling" };
    let yardstick =
        cases.iter().find(|c| c.kernel.name() == YARDSTICK && c.versions == 1).expect("it is never left out");
    println!(
        "{rounds} rounds, thread CPU time, rolling over {rolled} versions; x {YARDSTICK} = multiple of its one-version rate"
    );
    println!("{:<12} {:<12} {:>9} {:>9} {:>8} {:>17}", "kernel", "mode", "MH/s", "best", "x sha2", "quartiles");
    for case in cases {
        let ratios = sorted(case.rates.iter().zip(&yardstick.rates).map(|(a, b)| a / b).collect());
        let rates = sorted(case.rates.clone());
        println!(
            "{:<12} {:<12} {:>9.3} {:>9.3} {:>8.3} {:>8.3}-{:.3}",
            case.kernel.name(),
            mode(case),
            rates[rates.len() / 2] / 1e6,
            best(case),
            ratios[ratios.len() / 2],
            ratios[ratios.len() / 4],
            ratios[ratios.len() * 3 / 4]
        );
    }
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}
