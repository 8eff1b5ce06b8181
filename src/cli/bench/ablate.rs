//! `bench --ablate`.

use super::args::Measure;
use crate::cli::{Exit, Outcome, Output};

pub(super) fn run(_args: &Measure, _output: &mut Output) -> Outcome {
    Ok(Exit::Success)
}
