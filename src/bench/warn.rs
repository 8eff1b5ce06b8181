//! What weakens a record's figures, each with what to do about it. Pure: a record in, warnings out.

use super::record::{Measured, Record, Warning};
use super::schedule::MIN_ROUNDS;
use super::stats::median;
use crate::energy::Provenance;

/// J/TH of a modern CPU lie well inside.
pub(crate) const PLAUSIBLE_J_PER_TH: std::ops::RangeInclusive<f64> = 1e4..=1e8;
/// A window that gives joules.
const SHORTEST_WINDOW: f64 = 10.0;
/// The share of the wall time that a thread should have run.
const BUSY: f64 = 0.95;
/// A median absolute deviation of the ratio above this share of it is noisy.
const NOISY: f64 = 0.03;
/// A rate that moves by more from the first third of the rounds to the last drifts.
const DRIFT: f64 = 0.05;
/// The share of CPU time stolen that a guest bears.
const STEAL: f64 = 0.01;

/// Everything that a reader of the record should know.
pub fn warnings(record: &Record) -> Vec<Warning> {
    let checks = [build, guest, steal, load, governor, smt, waiting, drift, noise, rounds, windows, plausible, meter];
    checks.iter().filter_map(|check| check(record)).collect()
}

fn warning(code: &str, message: String, advice: &str) -> Warning {
    Warning { code: code.to_owned(), message, advice: advice.to_owned() }
}

/// The names of the results that a test picks, and how many.
fn which(record: &Record, is_so: impl Fn(&Measured) -> bool) -> Option<String> {
    let names: Vec<String> = record.results.iter().filter(|r| is_so(r)).map(Measured::name).collect();
    match names.as_slice() {
        [] => None,
        [first] => Some(first.clone()),
        [first, rest @ ..] => Some(format!("{first} and {} more", rest.len())),
    }
}

fn build(record: &Record) -> Option<Warning> {
    let message = || "this is a debug build: it checks for overflow while it measures".to_owned();
    (record.build.profile == "debug")
        .then(|| warning("debug-build", message(), "measure with a release build: cargo build --release"))
}

fn guest(record: &Record) -> Option<Warning> {
    let hypervisor = record.machine.hypervisor.as_ref()?;
    let message = format!("this is a guest of {hypervisor}: its clock, its neighbours and its power are hidden");
    Some(warning("virtual-machine", message, "trust the ratio to sha2 more than the rate; for joules run on the host"))
}

fn steal(record: &Record) -> Option<Warning> {
    let cpu_seconds = record.method.seconds * f64::from(record.machine.cpu.logical_cpus);
    let share = record.method.steal_seconds? / cpu_seconds;
    let message = || format!("the hypervisor gave {:.1} % of this machine's CPU time to others", share * 100.0);
    (share > STEAL)
        .then(|| warning("steal", message(), "run again at a quieter hour; the ratio suffers less than the rate"))
}

fn load(record: &Record) -> Option<Warning> {
    let load = record.machine.load_average?;
    let limit = 0.25 * f64::from(record.machine.cpu.logical_cpus.max(1));
    let message = || format!("other programs were running when this began: load average {load}");
    (load > limit).then(|| warning("load", message(), "close what else runs, or wait a minute, and run again"))
}

fn governor(record: &Record) -> Option<Warning> {
    let governor = record.machine.clock.governor.as_deref().filter(|&governor| governor != "performance")?;
    let message = format!("the governor is {governor}: the clock follows the load");
    Some(warning(
        "governor",
        message,
        "sudo cpupower frequency-set -g performance, or know that short rounds start slow",
    ))
}

fn smt(record: &Record) -> Option<Warning> {
    let cores = record.machine.cpu.physical_cores;
    let names = which(record, |r| cores > 0 && r.threads > cores && record.machine.cpu.threads_per_core > 1)?;
    let message = format!("more threads than the {cores} physical cores, so some share a core: {names}");
    Some(warning("smt", message, &format!("compare per core: {cores} threads have a core each")))
}

fn waiting(record: &Record) -> Option<Warning> {
    let share = |r: &Measured| {
        let cpu: f64 = r.samples.iter().map(|s| s.cpu_seconds).sum();
        let wall: f64 = r.samples.iter().map(|s| s.seconds).sum();
        cpu / (wall * f64::from(r.threads))
    };
    let names = which(record, |r| !r.samples.is_empty() && share(r) < BUSY)?;
    let message = format!("threads had to wait for a CPU, so rates by the wall clock are too low: {names}");
    Some(warning(
        "waiting",
        message,
        "close what else runs; the rate per CPU second and the ratio suffer less, and not nothing",
    ))
}

fn drift(record: &Record) -> Option<Warning> {
    let moved = |r: &Measured| {
        let rates: Vec<f64> = r.samples.iter().map(|s| s.hashes as f64 / s.cpu_seconds).collect();
        let third = rates.len() / 3;
        let (Some(first), Some(last)) = (median(&rates[..third]), median(&rates[rates.len() - third..])) else {
            return false;
        };
        (last / first - 1.0).abs() > DRIFT
    };
    let names = which(record, moved)?;
    let message = format!("the rate moved by more than 5 % from the first rounds to the last: {names}");
    Some(warning("drift", message, "the clock changed: let the machine warm up or cool down, and give it more time"))
}

fn noise(record: &Record) -> Option<Warning> {
    let noisy = |r: &Measured| r.ratio_to_sha2.is_some_and(|s| s.mad > NOISY * s.median);
    let names = which(record, noisy)?;
    let message = format!("the rounds disagree by more than 3 %: {names}");
    Some(warning("noise", message, "close what else runs, or give it more time"))
}

fn rounds(record: &Record) -> Option<Warning> {
    let names = which(record, |r| (r.samples.len() as u64) < u64::from(MIN_ROUNDS))?;
    let message = format!("fewer than {MIN_ROUNDS} rounds: {names}");
    Some(warning("few-rounds", message, "let it run to its end, or measure fewer kernels, modes or numbers of threads"))
}

fn windows(record: &Record) -> Option<Warning> {
    let measured = record.energy.meter.as_ref().is_some_and(|m| m.labels.provenance == Provenance::Measured);
    let names = which(record, |r| measured && r.energy_windows.iter().any(|w| w.seconds < SHORTEST_WINDOW))?;
    let message = format!("a window that gives joules is shorter than {SHORTEST_WINDOW} s: {names}");
    Some(warning("short-window", message, "make the windows 10 s long or more; 60 s for a figure that is published"))
}

fn plausible(record: &Record) -> Option<Warning> {
    let odd = |r: &Measured| {
        let j_per_th = r.joules_per_hash.map(|j| j.efficiency().to_joules_per_terahash());
        j_per_th.is_some_and(|x| !PLAUSIBLE_J_PER_TH.contains(&x))
    };
    let names = which(record, odd)?;
    let message = format!("outside 1e4 to 1e8 J/TH, where CPUs lie: {names}");
    Some(warning("implausible", message, "check the meter or the declared watts, and what they include"))
}

/// A meter that was there, and failed while it was read.
fn meter(record: &Record) -> Option<Warning> {
    let failed = record.energy.probed.iter().find(|p| p.failed)?;
    let message = format!("the meter {} failed in the middle: {}", failed.source, failed.reason);
    (record.energy.meter.is_none())
        .then(|| warning("meter-failed", message, "no joules come from this run; run it again, or declare the watts"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calm() -> Record {
        let text = include_str!("../../tests/data/bench-example.json");
        let mut record = Record::from_json(text).expect("the example is a record");
        record.machine.hypervisor = None;
        record
    }

    fn codes(change: impl FnOnce(&mut Record)) -> Vec<String> {
        let mut record = calm();
        change(&mut record);
        warnings(&record).into_iter().map(|w| w.code).collect()
    }

    #[test]
    fn a_calm_machine_gets_none() {
        assert_eq!(codes(|_| {}), [] as [&str; 0]);
    }

    #[test]
    fn each_disturbance_has_its_warning() {
        assert_eq!(codes(|r| r.build.profile = "debug".to_owned()), ["debug-build"]);
        assert_eq!(codes(|r| r.machine.hypervisor = Some("KVM".to_owned())), ["virtual-machine"]);
        assert_eq!(codes(|r| r.method.steal_seconds = Some(9.0)), ["steal"]);
        assert_eq!(codes(|r| r.machine.load_average = Some(3.0)), ["load"]);
        assert_eq!(codes(|r| r.machine.clock.governor = Some("powersave".to_owned())), ["governor"]);
        assert_eq!(codes(|r| r.machine.clock.governor = Some("performance".to_owned())), [] as [&str; 0]);
        assert_eq!(codes(|r| (r.machine.cpu.physical_cores, r.machine.cpu.threads_per_core) = (1, 2)), ["smt"]);
        assert_eq!(codes(|r| r.results[0].samples[3].seconds *= 3.0), ["waiting"]);
        assert_eq!(codes(|r| r.results[1].samples.truncate(6)), ["few-rounds"]);
        assert_eq!(codes(|r| r.results[1].ratio_to_sha2.as_mut().unwrap().mad = 0.2), ["noise"]);
        assert_eq!(codes(|r| r.results[2].joules_per_hash.as_mut().unwrap().spread.median = 1.0), ["implausible"]);
        let slower = |r: &mut Record| r.results[1].samples.iter_mut().skip(5).for_each(|s| s.cpu_seconds *= 1.1);
        assert_eq!(codes(slower), ["drift"]);
        let measured = |r: &mut Record| r.energy.meter.as_mut().unwrap().labels.provenance = Provenance::Measured;
        assert_eq!(codes(measured), ["short-window"]);
    }

    #[test]
    fn every_warning_says_what_to_do_and_names_what_it_is_about() {
        let mut record = calm();
        record.results.iter_mut().for_each(|r| r.samples.truncate(2));
        let [warning] = warnings(&record).try_into().expect("one warning");
        assert_eq!(warning.message, "fewer than 7 rounds: sha2 one-version, 1 thread and 3 more");
        assert!(warning.advice.contains("fewer kernels"));
    }
}
