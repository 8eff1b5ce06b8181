//! `hashjoule compare`: a machine on the ladder of mining hardware; `--list` shows the catalogue itself.

use super::compare_args::{Answer, CompareArgs, read_ablation};
use super::result_file::ResultFile;
use super::{Exit, Failure, Outcome, Output};
use hashjoule::report::svg::{self, Picture, Size};
use hashjoule::report::table::Choice;
use hashjoule::report::text;
use std::path::PathBuf;

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
    machines: CompareArgs,
    /// Show every device, not only the telling ones
    #[arg(long)]
    all: bool,
    /// Also draw a picture into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Which picture
    #[arg(long, value_enum, value_name = "PICTURE", requires = "svg", default_value_t = Plot::Efficiency)]
    plot: Plot,
    /// What each trick saves: a file that `hashjoule bench --ablate --json` wrote
    #[arg(long, value_name = "FILE", requires = "svg")]
    ablation: Option<PathBuf>,
    #[command(flatten)]
    list: list::ListArgs,
}

/// The pictures of `--svg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Plot {
    /// Joules per terahash over the year of release
    Efficiency,
    /// Hashes per second over the year of release
    Rates,
    /// Joules per terahash by process node
    Nodes,
    /// Hashes per second over threads (of the first record)
    Threads,
    /// Operations of a hash, trick upon trick (of --ablation)
    Ablation,
}

/// Runs the command.
///
/// # Errors
/// Bad records, catalogues and terms; a picture that cannot be drawn or written.
pub fn run(args: Args, output: &mut Output) -> Outcome {
    if args.list.is_wanted() {
        return list::run(&args.list, &args.machines.catalogue()?, output);
    }
    let file = args.svg.as_deref().map(ResultFile::open).transpose()?;
    let answer = args.machines.answer("compare")?;
    if let (Some(path), Some(file)) = (&args.svg, file) {
        file.write(&draw(&args, &answer)?.standalone())?;
        output.note(format!("wrote {}", path.display()));
    }
    if output.is_json() {
        output.json(&answer.comparison)?;
    } else {
        let choice = if args.all { Choice::All } else { Choice::Rungs };
        output.line(text::comparison(&answer.comparison, choice).trim_end())?;
    }
    Ok(Exit::Success)
}

fn draw(args: &Args, answer: &Answer) -> Result<Picture, Failure> {
    let (comparison, size) = (&answer.comparison, Size::Wide);
    match args.plot {
        Plot::Efficiency => Ok(svg::efficiency(comparison, size)),
        Plot::Rates => Ok(svg::rates(comparison, size)),
        Plot::Nodes => Ok(svg::nodes(comparison, size)),
        Plot::Ablation => match read_ablation(args.ablation.as_deref())? {
            Some(ablation) => Ok(svg::ablation(&ablation, size)),
            None => Err(Failure::usage("ablation", "which tricks? name the file with --ablation FILE")
                .hint("`hashjoule bench --ablate --json > FILE` writes one")),
        },
        Plot::Threads => answer.records.first().and_then(|record| svg::threads(record, size)).ok_or_else(|| {
            Failure::content("threads", "no record with more than one number of threads")
                .hint("`hashjoule bench --sweep threads --record FILE` makes one")
        }),
    }
}
