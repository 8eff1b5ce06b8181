//! How a kernel's rate depends on the number of versions that share a message schedule, and on how
//! many nonces one call is given. `cargo bench --bench curves -- [--quick] [FILTER]`.
//!
//! Criterion's curves, in thread CPU time: what else runs on the machine takes turns, not time. For
//! comparing kernels with each other there is `ratios`, which interleaves them; this does not.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark prints, and fails loudly")]

use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput};
use hashjoule::header::Header;
use hashjoule::job::{BIP320_MASK, JobFamily};
use hashjoule::kernel::{Kernel, RolledHit};
use hashjoule::target::Target;
use rustix::time::{ClockId, clock_gettime};
use std::ops::Range;
use std::time::Duration;

/// One of each kind: a word at a time, the SHA instructions, and vectors of two widths.
const KERNELS: [&str; 4] = ["portable", "sha-ni", "avx2", "avx512"];

/// Hashes of one call on the curve over versions: a few milliseconds.
const LOG2_HASHES: u32 = 15;

/// The time that the calling thread was on a CPU.
struct ThreadCpuTime;

impl ThreadCpuTime {
    fn now() -> Duration {
        Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).expect("a thread's clock begins at zero")
    }
}

impl Measurement for ThreadCpuTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        Self::now()
    }
    fn end(&self, start: Duration) -> Duration {
        Self::now() - start
    }
    fn add(&self, a: &Duration, b: &Duration) -> Duration {
        *a + *b
    }
    fn zero(&self) -> Duration {
        Duration::ZERO
    }
    fn to_f64(&self, time: &Duration) -> f64 {
        time.as_nanos() as f64
    }
    fn formatter(&self) -> &dyn ValueFormatter {
        &Hashes
    }
}

/// Times as criterion prints wall time, which is in nanoseconds too; elements are hashes.
struct Hashes;

static WALL: WallTime = WallTime;

impl ValueFormatter for Hashes {
    fn scale_values(&self, typical: f64, values: &mut [f64]) -> &'static str {
        WALL.formatter().scale_values(typical, values)
    }
    fn scale_throughputs(&self, typical: f64, throughput: &Throughput, values: &mut [f64]) -> &'static str {
        let Throughput::Elements(hashes) = *throughput else {
            return WALL.formatter().scale_throughputs(typical, throughput, values);
        };
        values.iter_mut().for_each(|nanoseconds| *nanoseconds = hashes as f64 * 1e3 / *nanoseconds);
        "MH/s"
    }
    fn scale_for_machines(&self, values: &mut [f64]) -> &'static str {
        WALL.formatter().scale_for_machines(values)
    }
}

fn main() {
    let mut criterion = Criterion::default()
        .with_measurement(ThreadCpuTime)
        .sample_size(10)
        .warm_up_time(Duration::from_millis(50))
        .measurement_time(Duration::from_millis(300))
        .configure_from_args();
    over_versions(&mut criterion);
    over_range_length(&mut criterion);
    criterion.final_summary();
}

/// The same number of hashes, as fewer nonces of more versions.
fn over_versions(criterion: &mut Criterion<ThreadCpuTime>) {
    let mut group = criterion.benchmark_group("versions");
    for (kernel, log2) in kernels().flat_map(|kernel| (0..=10).map(move |log2| (kernel, log2))) {
        curve_point(&mut group, kernel, 1 << log2, 1 << log2, 0..1 << (LOG2_HASHES - log2));
    }
}

/// One version; what a call costs beside its hashes shows where the range is short.
fn over_range_length(criterion: &mut Criterion<ThreadCpuTime>) {
    let mut group = criterion.benchmark_group("nonces");
    for (kernel, log2) in kernels().flat_map(|kernel| (0..=8).map(move |i| (kernel, 2 * i))) {
        curve_point(&mut group, kernel, 1 << log2, 1, 0..1 << log2);
    }
}

fn kernels() -> impl Iterator<Item = Kernel> {
    KERNELS.iter().filter_map(|name| Kernel::named(name).map_err(|error| eprintln!("skipped: {error}")).ok())
}

fn curve_point(
    group: &mut BenchmarkGroup<ThreadCpuTime>,
    kernel: Kernel,
    parameter: u64,
    versions: u64,
    nonces: Range<u64>,
) {
    let family = JobFamily::rolled(&Header::GENESIS, Target::from_leading_zeros(13), BIP320_MASK, 0..versions);
    let mut hits = Vec::new();
    kernel.search_rolled(&family, nonces.clone(), &mut hits);
    assert_eq!(hits, by_the_yardstick(&family, nonces.clone()), "a kernel that skips work must not score");
    group.throughput(Throughput::Elements(versions * (nonces.end - nonces.start)));
    group.bench_function(BenchmarkId::new(kernel.name(), parameter), |bencher| {
        bencher.iter(|| {
            hits.clear();
            kernel.search_rolled(&family, nonces.clone(), &mut hits);
        });
    });
}

fn by_the_yardstick(family: &JobFamily, nonces: Range<u64>) -> Vec<RolledHit> {
    let mut hits = Vec::new();
    Kernel::named("sha2").expect("the feature scan is on").search_rolled(family, nonces, &mut hits);
    hits
}
