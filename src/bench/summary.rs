//! Samples in, figures out. Pure: the same samples and seed give the same summary.

use super::contender::YARDSTICK;
use super::record::{Idle, Joules, Measured, Meter, Mode, Sample, Spread, Window};
use super::stats;
use crate::energy::{Labels, Quality};
use std::collections::HashMap;

/// Fewer windows say nothing about their spread.
pub const WINDOWS_FOR_L2: usize = 3;

/// Fills rates and ratios of every result from its samples; a result without samples goes.
pub fn rates(results: &mut Vec<Measured>, seed: u64) {
    results.retain(|result| !result.samples.is_empty());
    let yardsticks: HashMap<u32, HashMap<u32, f64>> = results
        .iter()
        .filter(|result| result.kernel == YARDSTICK && result.mode == Mode::OneVersion)
        .map(|result| (result.threads, cpu_rates(result).collect()))
        .collect();
    for result in results {
        let wall: Vec<f64> = result.samples.iter().map(|s| s.hashes as f64 / s.seconds).collect();
        let (numbers, cpu): (Vec<u32>, Vec<f64>) = cpu_rates(result).unzip();
        let pair = |(number, rate): (u32, f64)| Some((rate, *yardsticks.get(&result.threads)?.get(&number)?));
        let pairs: Vec<(f64, f64)> = numbers.into_iter().zip(cpu.iter().copied()).filter_map(pair).collect();
        let nothing = Spread { median: 0.0, mad: 0.0, low: 0.0, high: 0.0 };
        result.hashes_per_second = stats::spread(&wall, seed).unwrap_or(nothing);
        result.hashes_per_cpu_second = stats::spread(&cpu, seed);
        result.ratio_to_sha2 = stats::ratio(&pairs, seed);
    }
}

/// Number of each round and its hashes per CPU second of one thread.
fn cpu_rates(result: &Measured) -> impl Iterator<Item = (u32, f64)> {
    let rate = |s: &Sample| s.hashes as f64 / s.cpu_seconds;
    result.samples.iter().map(move |s| (s.round, rate(s)))
}

/// The share of a reading that no meter here answers for. A net figure below it, or an idle above the load,
/// speaks of the meter and not of the kernel.
const METER_ERROR: f64 = 0.01;

/// Fills the joules of every result that has windows.
pub fn joules(results: &mut [Measured], meter: &Meter, idle: &[Idle], seed: u64) {
    let quality = quality(meter, idle, results);
    let idle_watts = idle_watts(idle);
    for result in results {
        let per_hash = |net: f64| -> Vec<f64> {
            result.energy_windows.iter().map(|w: &Window| (w.joules - net * w.seconds) / w.hashes as f64).collect()
        };
        let label = |spread| Joules { spread, labels: Labels { quality, ..meter.labels } };
        let gross = stats::spread(&per_hash(0.0), seed);
        let floor = gross.map_or(0.0, |s| s.median * METER_ERROR);
        let net = idle_watts.and_then(|watts| stats::spread(&per_hash(watts), seed)).filter(|s| s.low > floor);
        (result.joules_per_hash, result.net_joules_per_hash) = (gross.map(label), net.map(label));
    }
}

/// The mean power of the stretches without work, in watts.
pub fn idle_watts(idle: &[Idle]) -> Option<f64> {
    let (joules, seconds) = idle.iter().fold((0.0, 0.0), |(j, s), stretch| (j + stretch.joules, s + stretch.seconds));
    (seconds > 0.0).then(|| joules / seconds)
}

/// What the method can be, less what this run left out.
fn quality(meter: &Meter, idle: &[Idle], results: &[Measured]) -> Quality {
    let repeated = results.iter().all(|r| r.energy_windows.is_empty() || r.energy_windows.len() >= WINDOWS_FOR_L2);
    match meter.labels.quality {
        Quality::L2 if idle.is_empty() || !repeated => Quality::L1,
        best => best,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::energy::{Boundary, Provenance};

    fn result(kernel: &str, cpu_seconds: &[f64]) -> Measured {
        let samples = (0u32..).zip(cpu_seconds);
        let sample = |(round, &s): (u32, &f64)| Sample { round, hashes: 1000, seconds: 2.0 * s, cpu_seconds: s };
        let nothing = Spread { median: 0.0, mad: 0.0, low: 0.0, high: 0.0 };
        Measured {
            kernel: kernel.to_owned(),
            mode: Mode::OneVersion,
            versions: 1,
            threads: 1,
            lanes: None,
            isa: None,
            cpus: Vec::new(),
            hashes_per_second: nothing,
            hashes_per_cpu_second: None,
            ratio_to_sha2: None,
            joules_per_hash: None,
            net_joules_per_hash: None,
            hits_digest: String::new(),
            hits: 0,
            samples: samples.map(sample).collect(),
            energy_windows: Vec::new(),
        }
    }

    fn rapl(quality: Quality) -> Meter {
        Meter {
            source: "powercap".to_owned(),
            detail: "package-0".to_owned(),
            labels: Labels { provenance: Provenance::Measured, boundary: Boundary::Package, quality },
        }
    }

    #[test]
    fn rates_by_the_wall_and_by_the_cpu_and_ratios_by_round() {
        // The yardstick's third round is missing, so the ratio has two pairs.
        let mut results = vec![result("sha2", &[4.0, 8.0]), result("avx2", &[2.0, 4.0, 100.0]), result("none", &[])];
        rates(&mut results, 1);
        assert_eq!(results.len(), 2);
        assert_eq!(results[1].hashes_per_second.median, 125.0);
        assert_eq!(results[1].hashes_per_cpu_second.unwrap().median, 250.0);
        assert_eq!(results[1].ratio_to_sha2.unwrap().median, 2.0);
        assert_eq!(results[0].ratio_to_sha2.unwrap().median, 1.0);
    }

    #[test]
    fn without_a_yardstick_there_is_no_ratio() {
        let mut results = vec![result("avx2", &[1.0])];
        rates(&mut results, 1);
        assert_eq!(results[0].ratio_to_sha2, None);
    }

    #[test]
    fn gross_is_the_total_and_net_is_less_the_idle() {
        let mut results = vec![result("avx2", &[1.0])];
        results[0].energy_windows = vec![Window { joules: 500.0, hashes: 1000, seconds: 10.0 }; 3];
        let idle = [Idle { joules: 90.0, seconds: 5.0 }, Idle { joules: 110.0, seconds: 5.0 }];
        joules(&mut results, &rapl(Quality::L2), &idle, 1);
        let (gross, net) = (results[0].joules_per_hash.unwrap(), results[0].net_joules_per_hash.unwrap());
        assert_eq!((gross.spread.median, net.spread.median, gross.labels.quality), (0.5, 0.3, Quality::L2));
        joules(&mut results, &rapl(Quality::L2), &[], 1);
        assert_eq!(results[0].joules_per_hash.unwrap().labels.quality, Quality::L1);
        assert_eq!(results[0].net_joules_per_hash, None);
    }

    #[test]
    fn an_idle_above_the_load_gives_no_net_figure() {
        let mut results = vec![result("avx2", &[1.0])];
        results[0].energy_windows = vec![Window { joules: 10.0, hashes: 1000, seconds: 10.0 }];
        joules(&mut results, &rapl(Quality::L2), &[Idle { joules: 50.0, seconds: 5.0 }], 1);
        assert_eq!(results[0].net_joules_per_hash, None);
        assert_eq!(results[0].joules_per_hash.unwrap().labels.quality, Quality::L1);
    }

    #[test]
    fn a_net_figure_within_the_error_of_the_meter_is_none() {
        let net = |joules: f64| {
            let mut results = vec![result("avx2", &[1.0])];
            results[0].energy_windows = vec![Window { joules, hashes: 1000, seconds: 10.0 }];
            super::joules(&mut results, &rapl(Quality::L2), &[Idle { joules: 50.0, seconds: 1.0 }], 1);
            results[0].net_joules_per_hash.is_some()
        };
        assert!(!net(504.0) && net(506.0));
    }
}
