//! Which kernel is fastest here is a matter of measurement: CPUs differ.

use super::GROUP;
use crate::header::Header;
use crate::job::{BIP320_MASK, JobFamily};
use crate::kernel::Kernel;
use crate::os::clock::thread_cpu_time;
use crate::target::Target;
use crate::units::HashRate;

/// Hashes of one search.
const HASHES: u64 = 1 << 13;

/// Further rounds: how many times as long as the best a kernel may have taken so far, to be searched with again. The more is
/// known, the less.
const ROUNDS: [f64; 10] = [2.5, 1.6, 1.6, 1.3, 1.3, 1.2, 1.2, 1.1, 1.1, 1.1];

/// Seconds after which no further search begins.
const ENOUGH: f64 = 0.035;

/// What a short measurement says of a kernel, on one thread.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Timing {
    /// The kernel.
    pub kernel: Kernel,
    /// The best rate of a few short searches.
    pub rate: HashRate,
}

/// Times every available kernel that is made for the mode, with one version or rolling, for at most some 40 ms of CPU time in all; the
/// fastest first.
pub fn fastest(rolling: bool) -> Vec<Timing> {
    let versions = if rolling { GROUP } else { 1 };
    let family = JobFamily::rolled(&Header::GENESIS, Target::DIFFICULTY_1, BIP320_MASK, 0..versions);
    let mut kernels: Vec<Kernel> = Kernel::available().filter(|k| k.is_made_for(versions as usize)).collect();
    kernels.reverse(); // the widest first: the plain ones are then found hopeless at once
    // A first search also waits for pages of code and memory, so it is not timed.
    kernels.iter().for_each(|kernel| kernel.search_rolled(&family, 0..32, &mut Vec::new()));
    let ranked = ranked(&kernels, |kernel| seconds(kernel, &family));
    let rate = |seconds: f64| HashRate::from_hashes_per_second(HASHES as f64 / seconds.max(1e-9));
    ranked.into_iter().map(|(kernel, seconds)| Timing { kernel, rate: rate(seconds) }).collect()
}

/// CPU time of one search.
fn seconds(kernel: Kernel, family: &JobFamily) -> f64 {
    let nonces = 0..HASHES / family.versions().len() as u64;
    let before = thread_cpu_time();
    kernel.search_rolled(family, nonces, &mut Vec::new());
    (thread_cpu_time() - before).as_secs_f64()
}

/// The least time of each, the shortest first: what disturbs a search only ever makes it slower. One search of each, then
/// rounds over those that are not hopeless, so that a disturbance hits all of them.
fn ranked<K: Copy>(kernels: &[K], mut seconds: impl FnMut(K) -> f64) -> Vec<(K, f64)> {
    let mut timings: Vec<(K, f64)> = kernels.iter().map(|&kernel| (kernel, seconds(kernel))).collect();
    let mut spent: f64 = timings.iter().map(|&(_, time)| time).sum();
    for hopeless in ROUNDS {
        let best = timings.iter().map(|&(_, time)| time).fold(f64::INFINITY, f64::min);
        for (kernel, least) in timings.iter_mut().filter(|(_, time)| *time < hopeless * best) {
            if spent > ENOUGH {
                break;
            }
            let time = seconds(*kernel);
            spent += time;
            *least = least.min(time);
        }
    }
    timings.sort_by(|a, b| a.1.total_cmp(&b.1));
    timings
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Microseconds of a search by invented kernels on six invented cores.
    const CORES: [[f64; 10]; 6] = [
        [280.0, 310.0, 420.0, 400.0, 700.0, 640.0, 900.0, 2100.0, 3200.0, 4100.0],
        [410.0, 300.0, 290.0, 400.0, 700.0, 640.0, 900.0, 2100.0, 3200.0, 4100.0],
        [900.0, 890.0, 500.0, 460.0, 450.0, 640.0, 900.0, 2100.0, 3200.0, 4100.0],
        [900.0, 700.0, 1300.0, 650.0, 1100.0, 1500.0, 1800.0, 2100.0, 2500.0, 3000.0],
        [500.0, 490.0, 480.0, 470.0, 440.0, 700.0, 900.0, 2100.0, 3200.0, 4100.0],
        [150.0, 600.0, 600.0, 600.0, 600.0, 600.0, 900.0, 2100.0, 3200.0, 4100.0],
    ];

    /// A busy machine: a search in three takes up to twice its time, the others up to 2 % more.
    struct Busy(u64);

    impl Busy {
        fn next(&mut self) -> f64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            let share = (self.0 >> 11) as f64 / (1u64 << 53) as f64;
            if self.0.is_multiple_of(3) { 1.0 + share } else { 1.0 + 0.02 * share }
        }
    }

    #[test]
    fn the_fastest_of_each_core_is_found_on_a_busy_machine_within_40_milliseconds() {
        let kernels: Vec<usize> = (0..10).collect();
        for core in CORES {
            let least = core.into_iter().fold(f64::INFINITY, f64::min);
            for start in 1..=20 {
                let (mut busy, mut spent) = (Busy(0x9e37_79b9_7f4a * start), 0.0);
                let ranked = ranked(&kernels, |kernel| {
                    let time = core[kernel] * 1e-6 * busy.next();
                    spent += time;
                    time
                });
                assert_eq!(ranked.len(), 10);
                assert!(core[ranked[0].0] <= 1.03 * least, "start {start}: {ranked:?}");
                assert!(spent < 0.040, "start {start}: {spent} s");
            }
        }
    }

    #[test]
    fn a_hopeless_kernel_is_searched_with_once() {
        let mut searches = [0; 3];
        let ranked = ranked(&[0, 1, 2], |kernel: usize| {
            searches[kernel] += 1;
            [1e-4, 2.4e-4, 2.6e-4][kernel]
        });
        assert_eq!((searches, ranked[0].0), ([11, 2, 1], 0));
    }
}
