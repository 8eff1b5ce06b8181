//! A contender with a number of threads, and what it has shown so far.

use super::contender::Contender;
use super::record::{Measured, Mode, Sample, Spread, Window};
use super::round::{self, Round, WrongHits};
use super::schedule::Estimate;
use super::work::{Proof, Slice};
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

/// A contender with a number of threads.
pub struct Combination<'a> {
    /// What searches.
    pub contender: &'a Contender,
    /// One for each thread; `None` leaves it free.
    pub cpus: Vec<Option<u32>>,
    /// What each thread must find in its slice.
    pub expected: Vec<Proof>,
    /// The hits of all threads, since the warm-up.
    pub proof: Option<Proof>,
    /// Repetitions of the slice in a round.
    pub repeats: u32,
    /// What the warm-up saw.
    pub estimate: Estimate,
    /// The rounds.
    pub samples: Vec<Sample>,
    /// The windows that give joules.
    pub windows: Vec<Window>,
}

/// Every contender with every number of threads. `cpus` are those to pin to, the best first.
pub fn combine<'a>(contenders: &'a [Contender], threads: &[u32], cpus: &[u32]) -> Vec<Combination<'a>> {
    let mut proofs = Proofs::default();
    let pairs = contenders.iter().flat_map(|contender| threads.iter().map(move |&threads| (contender, threads)));
    let combination = |(contender, threads): (&'a Contender, u32)| Combination {
        contender,
        cpus: (0..threads as usize).map(|i| cpus.get(i).copied()).collect(),
        expected: (0..threads).map(|number| proofs.of(contender.slice(number))).collect(),
        proof: None,
        repeats: 1,
        estimate: Estimate { seconds: 0.0, hashes: contender.slice(0).hashes() * u64::from(threads) },
        samples: Vec::new(),
        windows: Vec::new(),
    };
    pairs.map(combination).collect()
}

/// The hits of each slice, looked up or searched for once.
#[derive(Default)]
struct Proofs(HashMap<(Mode, u32, u32), Proof>);

impl Proofs {
    fn of(&mut self, slice: Slice) -> Proof {
        let key = (slice.mode, slice.number, slice.log2_hashes);
        self.0.entry(key).or_insert_with(|| slice.expected()).clone()
    }
}

impl Combination<'_> {
    /// Its number of threads.
    pub fn threads(&self) -> u32 {
        self.cpus.len() as u32 // made from a u32
    }

    /// Searches once, unmeasured but checked. Returns whether it came to its end.
    ///
    /// # Errors
    /// When the hits are wrong.
    pub fn warm_up(&mut self, stop: &AtomicBool) -> Result<bool, WrongHits> {
        let Some((sample, proof)) = round::run(&self.numbered(0, stop))? else { return Ok(false) };
        (self.estimate.seconds, self.proof) = (sample.seconds, Some(proof));
        Ok(true)
    }

    /// One measured round. Returns whether it came to its end.
    ///
    /// # Errors
    /// When the hits are wrong.
    pub fn round(&mut self, number: u32, stop: &AtomicBool) -> Result<bool, WrongHits> {
        let Some((sample, _)) = round::run(&self.numbered(number, stop))? else { return Ok(false) };
        self.samples.push(sample);
        Ok(true)
    }

    fn numbered<'s>(&'s self, number: u32, stop: &'s AtomicBool) -> Round<'s> {
        let (contender, repeats) = (self.contender, self.repeats);
        Round { contender, cpus: &self.cpus, expected: &self.expected, repeats, number, stop }
    }

    /// What goes into the record; rates and joules are filled in by [`super::summary`].
    pub fn measured(&self) -> Measured {
        let nothing = Spread { median: 0.0, mad: 0.0, low: 0.0, high: 0.0 };
        let Proof { hits, digest } = self.proof.clone().unwrap_or_default();
        Measured {
            kernel: self.contender.kernel.clone(),
            mode: self.contender.mode,
            versions: self.contender.versions(),
            threads: self.threads(),
            lanes: self.contender.lanes,
            isa: self.contender.isa.clone(),
            cpus: self.cpus.iter().copied().flatten().collect(),
            hashes_per_second: nothing,
            hashes_per_cpu_second: None,
            ratio_to_sha2: None,
            joules_per_hash: None,
            net_joules_per_hash: None,
            hits,
            hits_digest: digest,
            samples: self.samples.clone(),
            energy_windows: self.windows.clone(),
        }
    }
}
