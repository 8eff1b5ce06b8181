//! Measures one kernel as a multiple of another: interleaved rounds, thread CPU time, and every round's hits are checked.
//!
//! ```text
//! cargo run --release --example bench_two_kernels [KERNEL [YARDSTICK]]
//! ```

#![allow(clippy::print_stdout, reason = "an example tells what it does")]

use hashjoule::bench::combination::{Combination, combine};
use hashjoule::bench::contender::Contender;
use hashjoule::bench::record::Mode;
use hashjoule::bench::stats;
use hashjoule::kernel::Kernel;
use std::error::Error;
use std::sync::atomic::AtomicBool;

const ROUNDS: u32 = 9;

fn main() -> Result<(), Box<dyn Error>> {
    let mut names = std::env::args().skip(1);
    let kernel = names.next().map_or(Ok(Kernel::detect()), |name| Kernel::named(&name))?;
    let yardstick = Kernel::named(&names.next().unwrap_or_else(|| "sha2".to_owned()))?;

    let contenders = [kernel, yardstick].map(|kernel| Contender::kernel(kernel, Mode::OneVersion));
    let mut pair = combine(&contenders, &[1], &[]); // one thread, on whatever CPU the system gives it
    let nobody_stops = AtomicBool::new(false);
    for one in &mut pair {
        one.warm_up(&nobody_stops)?;
    }
    for round in 0..ROUNDS {
        for one in &mut pair {
            one.round(round, &nobody_stops)?;
        }
    }

    let ratios: Vec<(f64, f64)> = rates(&pair[0]).zip(rates(&pair[1])).collect();
    let times = stats::ratio(&ratios, 1).ok_or("no rounds")?;
    let names = (kernel.name(), yardstick.name());
    println!("{} is {:.2} times as fast as {}", names.0, times.median, names.1);
    println!("({ROUNDS} rounds, 95 % interval {:.2} to {:.2})", times.low, times.high);
    Ok(())
}

/// Hashes in a second of the thread's own CPU time, one figure a round.
fn rates<'a>(combination: &'a Combination<'_>) -> impl Iterator<Item = f64> + 'a {
    combination.samples.iter().map(|sample| sample.hashes as f64 / sample.cpu_seconds)
}
