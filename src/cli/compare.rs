//! `hashjoule compare`: a machine on the ladder of mining hardware; `--list` shows the catalogue itself.

use super::question::Question;
use super::{Exit, Outcome, Output};
use crate::report::table::Choice;
use crate::report::text;

mod list;

const EXAMPLES: &str = "\
Examples:
  hashjoule compare my.json                       a record of `hashjoule bench --record my.json`
  hashjoule compare --rate 40MH/s --watts 65      no record: what you say counts as declared
  hashjoule compare my.json --epoch newest --price 95000
  hashjoule compare my.json --svg ladder.svg      the picture of it
  hashjoule compare --list --kind asic --before 2019 --sort efficiency";

/// What `hashjoule compare` understands.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    question: Question,
    /// Show every device, not only the telling ones
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    list: list::ListArgs,
}

/// Runs the command.
///
/// # Errors
/// Bad records, catalogues and terms.
pub fn run(args: Args, output: &mut Output) -> Outcome {
    if args.list.is_wanted() {
        return list::run(&args.list, &args.question.catalogue()?, output);
    }
    let answer = args.question.answer()?;
    if output.is_json() {
        output.json(&answer.comparison)?;
    } else {
        let choice = if args.all { Choice::All } else { Choice::Rungs };
        output.line(text::comparison(&answer.comparison, choice).trim_end())?;
    }
    Ok(Exit::Success)
}
