//! The run: warm up and prove each combination once, then interleaved rounds in shuffled order, then
//! the windows that give joules. The record is whole after every step.

use super::begin::Recorder;
use super::combination::{Combination, combine};
use super::contender::Contender;
use super::joules::{self, WindowError};
use super::record::{Idle, Probed, Record, Sample, Window};
use super::round::WrongHits;
use super::schedule::{Amount, Estimate, Schedule};
use super::stats::Rng;
use super::summary;
use crate::energy::{Declared, MeterError, Source};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

/// What a run with a time limit makes at least.
const FEWEST_ROUNDS: u32 = 3;

/// Which combinations get windows, when a meter works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metered {
    /// The fastest combination with the most threads.
    Fastest,
    /// All combinations with the most threads.
    All,
}

/// How to measure.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Numbers of threads.
    pub threads: Vec<u32>,
    /// How much of each combination.
    pub amount: Amount,
    /// Seed of the order and of the bootstrap.
    pub seed: u64,
    /// CPUs to pin to, the best first; empty leaves the threads free.
    pub cpus: Vec<u32>,
    /// Length of a window that gives joules.
    pub window: Duration,
    /// Windows of a combination.
    pub windows: u32,
    /// Length of the idle stretches before and after; zero leaves them out.
    pub idle: Duration,
    /// Which combinations get windows.
    pub metered: Metered,
    /// After this time, less that of the windows, no further round starts, once there are a few.
    pub limit: Option<Duration>,
}

/// Who wants to know how far the run is. Yours to implement: a new method will come with a default.
pub trait Observer {
    /// The plan, as soon as it is known.
    fn announce(&mut self, combinations: usize, schedule: &Schedule, energy_seconds: f64);
    /// One step of so many is about to begin.
    fn step(&mut self, done: u32, of: u32, what: &str);
    /// The record as it stands.
    fn record(&mut self, record: &Record);
}

struct Run<'a> {
    settings: &'a Settings,
    combinations: Vec<Combination<'a>>,
    record: Record,
    recorder: Recorder,
    power: &'a Source,
    stop: &'a AtomicBool,
    observer: &'a mut dyn Observer,
}

/// Measures. `record` is one that [`Record::begin`] made.
///
/// # Errors
/// When a contender finds other hits than there are: it must not score.
pub fn run(
    contenders: &[Contender],
    settings: &Settings,
    power: &Source,
    record: Record,
    stop: &AtomicBool,
    observer: &mut dyn Observer,
) -> Result<Record, WrongHits> {
    let combinations = combine(contenders, &settings.threads, &settings.cpus);
    let mut run = Run { settings, combinations, record, recorder: Recorder::start(), power, stop, observer };
    let finished = run.all()?;
    run.fill();
    run.recorder.finish(&mut run.record, finished);
    run.observer.record(&run.record);
    Ok(run.record)
}

impl Run<'_> {
    /// Returns whether it came to its end.
    fn all(&mut self) -> Result<bool, WrongHits> {
        let idle = self.idle();
        if !self.metered(idle)? || !self.warm_up()? {
            return Ok(false);
        }
        let estimates: Vec<Estimate> = self.combinations.iter().map(|c| c.estimate).collect();
        let schedule = Schedule::new(self.settings.amount, &estimates);
        self.observer.announce(estimates.len(), &schedule, self.energy_seconds());
        for (combination, repeats) in self.combinations.iter_mut().zip(&schedule.repeats) {
            combination.repeats = *repeats;
        }
        if !self.rounds(schedule.rounds)? {
            return Ok(false);
        }
        let windows = self.windows();
        self.metered(windows)
    }

    /// Wakes the clock up, proves every contender, and gives an estimate of its speed.
    fn warm_up(&mut self) -> Result<bool, WrongHits> {
        for i in 0..self.combinations.len() {
            if !self.combinations[i].warm_up(self.stop)? {
                return Ok(false);
            }
        }
        self.update();
        Ok(true)
    }

    fn rounds(&mut self, rounds: u32) -> Result<bool, WrongHits> {
        let mut rng = Rng::new(self.settings.seed);
        let mut order: Vec<usize> = (0..self.combinations.len()).collect();
        let each = order.len() as u32; // kernels times modes times threads
        let (start, metering) = (Instant::now(), Duration::from_secs_f64(self.energy_seconds()));
        let limit = self.settings.limit.map(|limit| limit.saturating_sub(metering));
        for round in 0..rounds {
            if round >= FEWEST_ROUNDS && limit.is_some_and(|limit| start.elapsed() > limit) {
                break; // the record warns of it
            }
            rng.shuffle(&mut order);
            for (place, &i) in (0u32..).zip(&order) {
                let combination = &mut self.combinations[i];
                self.observer.step(round * each + place, rounds * each, &combination.contender.kernel);
                if !combination.round(round, self.stop)? {
                    return Ok(false);
                }
            }
            self.update();
        }
        Ok(true)
    }

    /// Brings the record up to this moment, and shows it.
    fn update(&mut self) {
        self.fill();
        self.recorder.update(&mut self.record);
        self.observer.record(&self.record);
    }

    /// Fills the record from what was measured so far.
    fn fill(&mut self) {
        let seed = self.settings.seed;
        if let Source::Declared(declared) = self.power {
            self.declare(declared);
        }
        self.record.results = self.combinations.iter().map(Combination::measured).collect();
        summary::rates(&mut self.record.results, seed);
        if let Some(meter) = &self.record.energy.meter {
            summary::joules(&mut self.record.results, meter, &self.record.energy.idle, seed);
        }
    }

    /// The declared watts hold for the most threads that run; so each of their rounds is a window.
    fn declare(&mut self, declared: &Declared) {
        for i in self.most_threads() {
            let c = &mut self.combinations[i];
            let joules = |s: &Sample| declared.energy(Duration::from_secs_f64(s.seconds)).to_joules();
            let window = |s: &Sample| Window { joules: joules(s), hashes: s.hashes, seconds: s.seconds };
            c.windows = c.samples.iter().map(window).collect();
        }
    }

    fn most_threads(&self) -> Vec<usize> {
        let most = self.settings.threads.iter().max().copied().unwrap_or(0);
        (0..self.combinations.len()).filter(|&i| self.combinations[i].threads() == most).collect()
    }
}

/// What needs a meter.
impl Run<'_> {
    fn energy_seconds(&self) -> f64 {
        let combinations = match (self.power, self.settings.metered) {
            (Source::Metered(_), Metered::Fastest) => 1,
            (Source::Metered(_), Metered::All) => self.most_threads().len(),
            _ => return 0.0,
        };
        let window = (self.settings.window + joules::WARM_UP).as_secs_f64();
        // One of the two idle stretches is over when this is announced.
        combinations as f64 * f64::from(self.settings.windows) * window + self.settings.idle.as_secs_f64()
    }

    fn idle(&mut self) -> Result<(), WindowError> {
        if let Source::Metered(sampler) = self.power
            && !self.settings.idle.is_zero()
        {
            self.observer.step(0, 1, "idle");
            let idle: Idle = joules::idle(sampler, self.settings.idle, self.stop)?;
            self.record.energy.idle.push(idle);
        }
        Ok(())
    }

    /// The windows, interleaved like the rounds, and the idle after them.
    fn windows(&mut self) -> Result<(), WindowError> {
        let (Source::Metered(sampler), Some(_)) = (self.power, &self.record.energy.meter) else { return Ok(()) };
        let mut order = match self.settings.metered {
            Metered::Fastest => self.fastest().into_iter().collect(),
            Metered::All => self.most_threads(),
        };
        let mut rng = Rng::new(self.settings.seed);
        let (all, each) = (self.settings.windows * order.len() as u32, order.len() as u32); // few
        for number in 0..self.settings.windows {
            rng.shuffle(&mut order);
            for (place, &i) in (0u32..).zip(&order) {
                let c = &mut self.combinations[i];
                self.observer.step(number * each + place, all, &format!("joules of {}", c.contender.kernel));
                let time = self.settings.window;
                c.windows.push(joules::window(c.contender, &c.cpus, &c.expected, sampler, time, self.stop)?);
                self.update();
            }
        }
        self.idle()
    }

    fn fastest(&self) -> Option<usize> {
        let rate = |&i: &usize| {
            let samples = &self.combinations[i].samples;
            let sum = |pick: fn(&Sample) -> f64| samples.iter().map(pick).sum::<f64>();
            sum(|s| s.hashes as f64) / sum(|s| s.seconds)
        };
        self.most_threads().into_iter().max_by(|a, b| rate(a).total_cmp(&rate(b)))
    }

    /// Returns whether to go on. A meter that fails costs the joules, not the run.
    fn metered(&mut self, outcome: Result<(), WindowError>) -> Result<bool, WrongHits> {
        match outcome {
            Ok(()) => Ok(true),
            Err(WindowError::Interrupted) => Ok(false),
            Err(WindowError::Wrong(wrong)) => Err(*wrong),
            Err(WindowError::Meter(error)) => {
                self.give_up(&error);
                Ok(true)
            }
        }
    }

    /// Half a measurement is none: the meter goes, its windows go, and the reason stays.
    fn give_up(&mut self, error: &MeterError) {
        let energy = &mut self.record.energy;
        energy.idle.clear();
        if let Some(meter) = energy.meter.take() {
            energy.probed.retain(|probed| probed.source != meter.source);
            energy.probed.push(Probed { failed: true, ..super::sources::failed(&meter.source, error) });
        }
        self.combinations.iter_mut().for_each(|c| c.windows.clear());
    }
}
