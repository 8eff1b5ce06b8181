//! `verify`: the vectors against our kernels, or against anyone's implementation.

mod ours;
mod outside;
mod prove;

use super::result_file::ResultFile;
use super::signals::Signals;
use super::{Exit, Failure, Outcome, Output};
use hashjoule::scan::Watch;
use hashjoule::vectors::{self, Case, File};
use hashjoule::verify::report::{Form, render};
use hashjoule::verify::{KnownFailures, Report};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const EXAMPLES: &str = "\
Examples:
  hashjoule verify                                        every vector, every kernel of this CPU
  hashjoule verify --kernel avx2 --filter scan            one kernel, one group
  hashjoule verify --exec 'python3 mine.py'               yours (docs/exec-protocol.md)
  hashjoule verify --simple 'mytool hash {header}'        one process a case, the hash on stdout
  hashjoule verify mine.v1.json --format junit -o r.xml   your vectors, for your CI
  hashjoule verify --prove                                what the vectors are worth

Exit codes: 0 all passed; 1 a case failed, or fewer than --min-pass passed; 2 wrong command line;
3 a file that is no vector file; 4 --kernel names one that this machine lacks; 5 the command could
not be started or never said hello.";

/// What `verify` understands.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Vector files (JSON, or NIST's .rsp) instead of the built-in ones
    #[arg(value_name = "FILE", conflicts_with = "prove")]
    files: Vec<PathBuf>,
    /// Test only this kernel; may be repeated
    #[arg(long, value_name = "NAME", conflicts_with_all = ["exec", "simple", "prove"])]
    kernel: Vec<String>,
    /// Fail when this kernel cannot run here, instead of skipping it; may be repeated
    #[arg(long, value_name = "NAME", conflicts_with_all = ["exec", "simple", "prove"])]
    require: Vec<String>,
    /// Ask only the cases whose id or a flag contains this text; may be repeated
    #[arg(long, value_name = "TEXT", conflicts_with = "prove")]
    filter: Vec<String>,
    /// Fail when fewer cases pass
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "prove")]
    min_pass: usize,
    /// A file of cases that are known to fail, `ID REASON` a line; one that passes is a failure
    #[arg(long, value_name = "FILE", conflicts_with = "prove")]
    known_failures: Option<PathBuf>,
    /// Form of the report
    #[arg(long, value_name = "FORM", conflicts_with = "json")]
    format: Option<FormArg>,
    /// Write the report into this file; stdout gets the counts
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Also search the genesis header's whole nonce space with two independent kernels (2^32 hashes each)
    #[arg(long, conflicts_with_all = ["exec", "simple", "prove", "files"])]
    deep: bool,
    /// Test this command: one process, JSON lines (docs/exec-protocol.md)
    #[arg(long, value_name = "CMD", conflicts_with_all = ["simple", "prove"])]
    exec: Option<String>,
    /// Test this command: one process a case, {header} replaced, the answer on stdout
    #[arg(long, value_name = "CMD", conflicts_with = "prove")]
    simple: Option<String>,
    /// What --simple computes
    #[arg(long, value_name = "GROUP", default_value = "header_hash", requires = "simple")]
    op: String,
    /// How long the command may take for one answer
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    timeout: f64,
    /// Show that the vectors catch implementations that are wrong on purpose
    #[arg(long)]
    prove: bool,
}

/// The forms by name.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum FormArg {
    /// For people
    Text,
    /// hashjoule-verify/1, the same as --json
    Json,
    /// XML for CI servers
    Junit,
    /// Annotations of GitHub's workflows
    Github,
}

/// Runs `verify`.
pub fn run(args: Args, output: &mut Output) -> Outcome {
    let stop = Stop::default();
    let signals = stop.listen()?;
    if args.prove {
        return prove::prove(&args, output, &stop).map(|exit| signals.or(exit));
    }
    let file = args.output.as_deref().map(ResultFile::open).transpose()?;
    let files = load(&args.files)?;
    let all: Vec<&Case> = files.iter().flat_map(|file| &file.cases).collect();
    let known = args.known_failures.as_deref().map(|path| known_failures(path, &all)).transpose()?.unwrap_or_default();
    let cases: Vec<&Case> = all.iter().copied().filter(|case| is_chosen(case, &args.filter)).collect();
    let mut report = match (&args.exec, &args.simple) {
        (Some(command), _) => outside::outside(&args, command, &cases, &stop)?,
        (_, Some(command)) => outside::simple(&args, command, &cases, &stop)?,
        (None, None) => ours::ours(&args, &cases, output, &stop)?,
    };
    known.apply(&mut report);
    report.interrupted = stop.is_told();
    print(&report, form(&args, output), file, output)?;
    if stop.is_told() {
        return Ok(signals.or(Exit::Negative));
    }
    Ok(judge(&args, &report, output))
}

fn judge(args: &Args, report: &Report, output: &Output) -> Exit {
    let counts = report.counts();
    if counts.passed < args.min_pass {
        output.note(format_args!("{} passed, and --min-pass asks for {}", counts.passed, args.min_pass));
    }
    if counts.failed == 0 && counts.passed >= args.min_pass { Exit::Success } else { Exit::Negative }
}

/// What a signal ends: the cases that follow, and a deep search.
#[derive(Clone, Default)]
struct Stop {
    cases: Arc<AtomicBool>,
    search: Arc<Watch>,
}

impl Stop {
    fn listen(&self) -> Result<Signals, Failure> {
        let stop = self.clone();
        Signals::listen(move || {
            stop.cases.store(true, Ordering::Relaxed);
            stop.search.stop();
        })
    }

    fn is_told(&self) -> bool {
        self.cases.load(Ordering::Relaxed)
    }
}

fn load(paths: &[PathBuf]) -> Result<Vec<File>, Failure> {
    if paths.is_empty() {
        return Ok(vectors::embedded());
    }
    let hint = "vectors/README.md of the project says what a vector file looks like";
    let read = |path: &PathBuf| vectors::read(path).map_err(|error| Failure::content("vectors", error).hint(hint));
    let files = paths.iter().map(read).collect::<Result<Vec<File>, Failure>>()?;
    let mut seen: HashMap<&str, &Path> = HashMap::new();
    for (file, path) in files.iter().zip(paths) {
        for case in &file.cases {
            if let Some(other) = seen.insert(&case.id, path) {
                let what = format!("{}: the id {:?} stands in {} too", path.display(), case.id, other.display());
                return Err(Failure::content("vectors", what).hint("give each case an id of its own"));
            }
        }
    }
    Ok(files)
}

fn known_failures(path: &Path, cases: &[&Case]) -> Result<KnownFailures, Failure> {
    let fail =
        |error: &dyn std::fmt::Display| Failure::content("known-failures", format!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| fail(&error))?;
    KnownFailures::parse(&text, |id| cases.iter().any(|case| case.id == id)).map_err(|error| fail(&error))
}

fn is_chosen(case: &Case, filters: &[String]) -> bool {
    let has = |filter: &String| case.id.contains(filter) || case.flags.iter().any(|flag| flag.contains(filter));
    filters.is_empty() || filters.iter().any(has)
}

fn form(args: &Args, output: &Output) -> Form {
    match args.format {
        Some(FormArg::Json) => Form::Json,
        Some(FormArg::Junit) => Form::Junit,
        Some(FormArg::Github) => Form::Github,
        None if output.is_json() => Form::Json,
        Some(FormArg::Text) | None => Form::Text,
    }
}

fn print(report: &Report, form: Form, file: Option<ResultFile>, output: &mut Output) -> Result<(), Failure> {
    let text = render(report, form);
    match file {
        Some(file) => {
            file.write(&text)?;
            output.line(report.counts())
        }
        None => output.line(text.trim_end()),
    }
}
