//! Implementations that are wrong on purpose, each in one way that has happened to someone. The vectors must catch each:
//! that is what they are worth.

mod members;

pub use members::ZOO;

use super::Verdict;
use super::functions::Functions;
use crate::vectors::Case;
use rayon::prelude::*;
use serde::Serialize;
use std::sync::atomic::{AtomicBool, Ordering};

/// A wrong implementation.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// What it gets wrong.
    pub mistake: &'static str,
    /// A vector that shows it.
    pub caught_by: &'static str,
    /// The functions, one or two of them wrong.
    pub functions: Functions,
}

/// What became of one member.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Proof {
    /// The member's name.
    pub name: &'static str,
    /// What it gets wrong.
    pub mistake: &'static str,
    /// The vector that was to show it.
    pub caught_by: &'static str,
    /// Whether that vector failed.
    pub caught: bool,
    /// What the verdict said.
    pub message: String,
    /// How many vectors failed in all, of those that cost little.
    pub failures: usize,
}

/// Cases that take more hashes than this are asked only when a member names them.
const LIGHT: u64 = 600;

/// Asks every member every light case, and every case that a member names.
pub fn prove(cases: &[&Case], stop: &AtomicBool) -> Vec<Proof> {
    let light: Vec<&Case> = cases.iter().copied().filter(|case| is_asked(case)).collect();
    ZOO.par_iter().filter(|_| !stop.load(Ordering::Relaxed)).map(|member| member.prove(&light)).collect()
}

/// The ids that the right functions fail: there must be none, or the proof proves nothing.
pub fn control(cases: &[&Case]) -> Vec<String> {
    let asked = cases.iter().filter(|case| is_asked(case));
    asked.filter(|case| failure(&Functions::RIGHT, case).is_some()).map(|case| case.id.clone()).collect()
}

fn is_asked(case: &Case) -> bool {
    case.question.hashes() <= LIGHT || ZOO.iter().any(|member| member.caught_by == case.id)
}

impl Member {
    fn prove(&self, cases: &[&Case]) -> Proof {
        let failing = cases.iter().filter_map(|case| Some((&case.id, failure(&self.functions, case)?)));
        let failing: Vec<(&String, String)> = failing.collect();
        let named = failing.iter().find(|(id, _)| *id == self.caught_by);
        Proof {
            name: self.name,
            mistake: self.mistake,
            caught_by: self.caught_by,
            caught: named.is_some(),
            message: named.map(|(_, message)| message.clone()).unwrap_or_default(),
            failures: failing.len(),
        }
    }
}

fn failure(functions: &Functions, case: &Case) -> Option<String> {
    match super::judge(case, super::as_reply(&functions.answer(&case.question))).verdict {
        Verdict::Failed(message) => Some(message),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_is_caught_by_its_vector_and_the_right_functions_by_none() {
        let cases: Vec<Case> = crate::vectors::embedded().into_iter().flat_map(|file| file.cases).collect();
        let cases: Vec<&Case> = cases.iter().collect();
        assert_eq!(control(&cases), Vec::<String>::new());
        let proofs = prove(&cases, &AtomicBool::new(false));
        assert!(proofs.len() >= 12);
        let free: Vec<&Proof> = proofs.iter().filter(|proof| !proof.caught).collect();
        assert!(free.is_empty(), "not caught: {free:#?}");
    }

    #[test]
    fn names_are_unique() {
        let names: std::collections::HashSet<&str> = ZOO.iter().map(|member| member.name).collect();
        assert_eq!(names.len(), ZOO.len());
    }
}
