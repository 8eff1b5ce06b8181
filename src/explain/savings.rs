//! What the tricks of a miner save, counted over the code that mines by a lane type that counts.

use crate::ablate::{Allowed, Cost, Saving, operations};
use serde::Serialize;

/// Versions that share one message schedule in the examples of rolling.
const VERSIONS: [u64; 3] = [4, 16, 128];

/// Vector operations for one hash in each lane, from the plainest way to the cleverest.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Savings {
    /// Three whole compressions for every nonce.
    pub operations_plain: u32,
    /// Two: the midstate is kept.
    pub operations_from_midstate: u32,
    /// What each further trick takes off, in their order.
    pub steps: Vec<Step>,
    /// With all of them, one version.
    pub operations_one_version: u32,
    /// With all of them, for versions that share one message schedule.
    pub rolling: Vec<Rolling>,
}

/// One trick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Step {
    /// What it is.
    pub name: &'static str,
    /// Operations that it takes off.
    pub saves_operations: u32,
}

/// So many versions for each nonce.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Rolling {
    /// Versions that share one schedule.
    pub versions: u64,
    /// Operations for one hash.
    pub operations: f64,
}

impl Savings {
    /// Counts them.
    pub fn counted() -> Self {
        let with = |allowed: Allowed| Cost::with(allowed).total();
        let midstate = Allowed::up_to(Saving::Midstate);
        let mut left = with(midstate);
        let step = |saving: Saving| {
            let before = std::mem::replace(&mut left, with(Allowed::up_to(saving)));
            Step { name: saving.name(), saves_operations: before - left }
        };
        let per_hash = |versions: u64| f64::from(operations(versions).total()) / versions as f64; // at most 128
        Self {
            operations_plain: with(Allowed::NONE),
            operations_from_midstate: with(midstate),
            steps: Saving::ALL[midstate.0..].iter().copied().map(step).collect(),
            operations_one_version: with(Allowed::ALL),
            rolling: VERSIONS.map(|versions| Rolling { versions, operations: per_hash(versions) }).to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_lead_from_the_midstate_to_the_search_and_rolling_goes_on() {
        let savings = Savings::counted();
        let saved: u32 = savings.steps.iter().map(|step| step.saves_operations).sum();
        assert_eq!(savings.operations_from_midstate - saved, savings.operations_one_version);
        let ladder = savings.rolling.iter().map(|rolling| rolling.operations);
        let all: Vec<f64> = [f64::from(savings.operations_one_version)].into_iter().chain(ladder).collect();
        assert!(all.is_sorted_by(|a, b| a > b), "{all:?}");
    }
}
