//! `hashjoule report`: everything about a machine in one HTML file.

use super::compare_args::{Answer, CompareArgs, read_ablation};
use super::result_file::ResultFile;
use super::{Exit, Failure, Outcome, Output};
use hashjoule::compare::Ablation;
use hashjoule::market::article::Evidence;
use hashjoule::market::overview::Overview;
use hashjoule::report::html::{self, Report};
use hashjoule::report::{learn, market_html};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const EXAMPLES: &str = "\
Examples:
  hashjoule report my.json -o report.html --open     a record of `hashjoule bench --record my.json`
  hashjoule report --rate 40MH/s --watts 65 -o report.html
  hashjoule report old.json new.json -o both.html
  hashjoule report --learn -o learn.html             the lesson of `hashjoule explain`, for a class";

/// What `hashjoule report` understands.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    machines: CompareArgs,
    /// The file to write
    #[arg(short, long, value_name = "FILE", default_value = "hashjoule-report.html")]
    output: PathBuf,
    /// Write the interactive lesson about one block header instead; machines named here stand on its ladder
    #[arg(long)]
    learn: bool,
    /// What each trick saves: a file that `hashjoule bench --ablate --json` wrote
    #[arg(long, value_name = "FILE")]
    ablation: Option<PathBuf>,
    /// Open it in the browser when it is written
    #[arg(long)]
    open: bool,
}

/// Runs the command.
///
/// # Errors
/// Bad records, catalogues and terms; a file that cannot be written; a browser that cannot be started.
pub fn run(args: Args, output: &mut Output) -> Outcome {
    let file = ResultFile::open(&args.output)?;
    let page = match args.learn {
        true => learn::page(&args.machines.machines_named()?),
        false => page(&args.machines.answer("report")?, read_ablation(args.ablation.as_deref())?.as_ref()),
    };
    file.write(&page)?;
    if output.is_json() {
        let path = args.output.display().to_string();
        output.json(&serde_json::json!({ "schema": "hashjoule-report/1", "file": path, "bytes": page.len() }))?;
    } else {
        output.note(format!("wrote {} ({} kB)", args.output.display(), page.len() / 1000));
    }
    if args.open { open(&args.output) } else { Ok(Exit::Success) }
}

/// The market of 2018 stands in every report: it is what the terms are taken from.
fn page(answer: &Answer, ablation: Option<&Ablation>) -> String {
    let overview = Overview::of(&Evidence::shipped());
    html::page(&Report {
        comparison: &answer.comparison,
        records: &answer.records,
        checks: &answer.checks,
        inputs: answer.start,
        presets: &answer.presets,
        chapters: overview.iter().map(market_html::chapter).collect(),
        styles: vec![market_html::STYLE],
        scripts: vec![market_html::SCRIPT],
        ablation,
    })
}

/// Hands the file to the desktop, which picks the browser.
fn open(path: &Path) -> Outcome {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    // An absolute path: it can be taken neither for an option nor for an address.
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut command = Command::new(opener);
    command.arg(&path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map_err(|error| {
        Failure::outside("open", format!("cannot start {opener}: {error}"))
            .hint(format!("the report is written: open {} in a browser", path.display()))
    })?;
    Ok(Exit::Success)
}
