//! `verify --prove`: what the vectors are worth.

use super::{Args, Stop, form};
use crate::cli::result_file::ResultFile;
use crate::cli::{Exit, Failure, Outcome, Output};
use hashjoule::vectors::{self, Case};
use hashjoule::verify::report::Form;
use hashjoule::verify::zoo;

/// The zoo, one line a member.
pub(super) fn prove(args: &Args, output: &mut Output, stop: &Stop) -> Outcome {
    let file = args.output.as_deref().map(ResultFile::open).transpose()?;
    let files = vectors::embedded();
    let cases: Vec<&Case> = files.iter().flat_map(|file| &file.cases).collect();
    let right_but_failing = zoo::control(&cases);
    let proofs = zoo::prove(&cases, &stop.cases);
    let caught = proofs.iter().filter(|proof| proof.caught).count();
    let text = match form(args, output) {
        Form::Json => format!(
            "{:#}\n",
            serde_json::json!({
                "schema": "hashjoule-prove/1", "caught": caught, "members": zoo::ZOO.len(), "zoo": proofs,
                "right_but_failing": right_but_failing, "interrupted": stop.is_told(),
            })
        ),
        Form::Text => prove_text(&proofs, caught, &right_but_failing),
        Form::Junit | Form::Github => {
            return Err(
                Failure::usage("format", "--prove prints text or JSON").hint("leave --format away, or say --json")
            );
        }
    };
    match file {
        Some(file) => file.write(&text)?,
        None => output.line(text.trim_end())?,
    }
    let is_proved = caught == zoo::ZOO.len() && right_but_failing.is_empty();
    Ok(if is_proved { Exit::Success } else { Exit::Negative })
}

fn prove_text(proofs: &[zoo::Proof], caught: usize, right_but_failing: &[String]) -> String {
    let line = |proof: &zoo::Proof| {
        let verdict = if proof.caught { "caught by" } else { "NOT CAUGHT by" };
        format!(
            "{:22} {}: {verdict} {}, {} failures in all\n",
            proof.name, proof.mistake, proof.caught_by, proof.failures
        )
    };
    let lines: String = proofs.iter().map(line).collect();
    let control: String =
        right_but_failing.iter().map(|id| format!("FAILED the right functions fail {id}\n")).collect();
    format!(
        "{lines}{control}{caught} of {} wrong implementations caught, the right one passes: {}\n",
        zoo::ZOO.len(),
        if right_but_failing.is_empty() { "yes" } else { "no" }
    )
}
