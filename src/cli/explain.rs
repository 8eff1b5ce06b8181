//! `hashjoule explain`: one header, step by step.

use super::{Exit, Failure, Outcome, Output, input};
use hashjoule::explain::text::{self, Pen, Section, Style};
use hashjoule::explain::{
    BitsDocument, Document, HeaderError, Story, header_named, names_like, read_bits, read_header,
};
use hashjoule::target::{CompactTarget, CompactTargetError};

/// What `hashjoule explain` understands.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// 160 hex digits, @FILE, - for stdin, or a name such as genesis or block-125552
    #[arg(value_name = "HEADER", default_value = "genesis", conflicts_with = "bits")]
    header: String,
    /// Explain an nBits alone, such as 1d00ffff
    #[arg(long, value_name = "HEX", conflicts_with_all = ["only", "rounds"])]
    bits: Option<String>,
    /// Tell these chapters only (the JSON document always holds all)
    #[arg(long, value_name = "CHAPTER", value_delimiter = ',')]
    only: Vec<Section>,
    /// Show all 64 rounds of each chunk, not the telling ones only
    #[arg(long)]
    rounds: bool,
}

const EXAMPLES: &str = "\
Examples:
  hashjoule explain                      the genesis block
  hashjoule explain --only midstate      one chapter of it
  hashjoule explain --bits 1731d97c      a target, its difficulty, the hashes it takes
  hashjoule explain --json @header.hex   every word of the trace, for a program";

/// Explains a header or an nBits.
///
/// # Errors
/// Input that is no header, and nBits that hold no target.
pub fn run(args: Args, output: &mut Output) -> Outcome {
    match &args.bits {
        Some(bits) => explain_bits(bits, output)?,
        None => explain_header(&args, output)?,
    }
    Ok(Exit::Success)
}

fn explain_bits(text: &str, output: &mut Output) -> Result<(), Failure> {
    let bits = CompactTarget(read_bits(text).map_err(|error| Failure::usage("bits", error))?);
    let failure = |error| no_target(Failure::usage, error);
    if output.is_json() {
        return output.json(&BitsDocument::try_from(bits).map_err(failure)?);
    }
    output.line(text::bits_alone(bits, Pen::new(output.has_colour())).map_err(failure)?)
}

fn explain_header(args: &Args, output: &mut Output) -> Result<(), Failure> {
    let story = read_story(&args.header)?;
    if output.is_json() {
        return output.json(&Document::from(&story));
    }
    let sections = if args.only.is_empty() { &Section::ALL[..] } else { &args.only };
    let style = Style { pen: Pen::new(output.has_colour()), all_rounds: args.rounds };
    output.line(text::render(&story, sections, &style))
}

fn read_story(argument: &str) -> Result<Story, Failure> {
    if let Some(header) = header_named(argument) {
        let story = Story::new(header).map_err(|error| no_target(Failure::content, error))?;
        return Ok(story.named(argument));
    }
    let (text, make) = input::text(argument)?;
    let header = read_header(&text).map_err(|error| no_header(make, &error))?;
    Story::new(header).map_err(|error| no_target(make, error))
}

/// The failure for a text that is no header, with the names that are most like it.
fn no_header(make: input::Make, error: &HeaderError) -> Failure {
    let likely = if let HeaderError::Text(text) = error { names_like(text) } else { vec![] };
    let failure = input::no_header(make, error);
    if likely.is_empty() { failure } else { failure.hint(format!("known names are {}", likely.join(", "))) }
}

fn no_target(make: input::Make, error: CompactTargetError) -> Failure {
    make("bits", error.to_string()).hint(
        "the first byte is the target's length in bytes, at most 32; three bytes follow; 1d00ffff is difficulty 1",
    )
}
