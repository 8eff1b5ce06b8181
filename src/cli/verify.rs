//! `verify`: the vectors against our kernels, or against anyone's implementation.

use super::engine::{kernel_failure, placement_failure};
use super::result_file::ResultFile;
use super::signals::Signals;
use super::{Exit, Failure, Outcome, Output};
use crate::kernel::{Absent, Kernel, KernelError};
use crate::scan::Watch;
use crate::vectors::{self, Case, File};
use crate::verify::exec::{Command, Session, Simple, SimpleError, split};
use crate::verify::functions::Plain;
use crate::verify::kernels::KernelUnderTest;
use crate::verify::report::{Form, render};
use crate::verify::{self, Implementation, KnownFailures, Report, Suite, Verdict, deep, zoo};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

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
        return prove(&args, output, &stop).map(|exit| signals.or(exit));
    }
    let file = args.output.as_deref().map(ResultFile::open).transpose()?;
    let files = load(&args.files)?;
    let all: Vec<&Case> = files.iter().flat_map(|file| &file.cases).collect();
    let known = args.known_failures.as_deref().map(|path| known_failures(path, &all)).transpose()?.unwrap_or_default();
    let cases: Vec<&Case> = all.iter().copied().filter(|case| is_chosen(case, &args.filter)).collect();
    let mut report = match (&args.exec, &args.simple) {
        (Some(command), _) => outside(&args, command, &cases, &stop)?,
        (_, Some(command)) => simple(&args, command, &cases, &stop)?,
        (None, None) => ours(&args, &cases, output, &stop)?,
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

/// Our library and kernels: those that are named, or all, the missing ones as skips or failures.
fn ours(args: &Args, cases: &[&Case], output: &Output, stop: &Stop) -> Result<Report, Failure> {
    let mut report = Report::default();
    let mut test = |implementation: &mut dyn Implementation| {
        if !stop.is_told() {
            report.suites.push(verify::run(implementation, cases, &stop.cases));
        }
    };
    let wanted: Vec<Kernel> =
        args.kernel.iter().map(|name| Kernel::named(name).map_err(kernel_failure)).collect::<Result<_, _>>()?;
    if let Some(name) = args.require.iter().find(|name| !Kernel::NAMES.contains(&name.as_str())) {
        return Err(kernel_failure(KernelError::Unknown(name.clone())));
    }
    if wanted.is_empty() {
        test(&mut Plain::library());
    }
    let kernels = if wanted.is_empty() { Kernel::available().collect() } else { wanted.clone() };
    for kernel in &kernels {
        output.detail(format_args!("kernel {}", kernel.name()));
        test(&mut KernelUnderTest(*kernel));
    }
    let missing = Kernel::listing().filter_map(|listing| Some((listing.name, listing.kernel.err()?)));
    let is_named = |name: &str| wanted.is_empty() || args.require.iter().any(|required| required == name);
    report
        .suites
        .extend(missing.filter(|(name, _)| is_named(name)).map(|(name, why)| absent(name, why, &args.require)));
    if args.deep {
        let kernels = if wanted.is_empty() { deep::independent_kernels() } else { wanted };
        deep(&kernels, &mut report, output, stop)?;
    }
    Ok(report)
}

fn absent(name: &str, why: Absent, required: &[String]) -> Suite {
    let is_required = required.iter().any(|required| required == name);
    let verdict = if is_required {
        Verdict::Failed(format!("required, but {why}"))
    } else {
        Verdict::Skipped(format!("not here: {why}"))
    };
    let outcome = verify::Outcome { id: format!("kernel/{name}"), verdict };
    Suite { implementation: name.into(), seconds: 0.0, outcomes: vec![outcome] }
}

fn deep(kernels: &[Kernel], report: &mut Report, output: &Output, stop: &Stop) -> Result<(), Failure> {
    for kernel in kernels {
        output.note(format_args!("deep: kernel {} searches 4,294,967,296 nonces of the genesis header", kernel.name()));
        let suite = deep::search(*kernel, &stop.search).map_err(placement_failure)?;
        report.suites.push(suite);
    }
    Ok(())
}

fn command(args: &Args, text: &str) -> Result<Command, Failure> {
    let words = split(text).map_err(|error| Failure::usage("command", error))?;
    if !(args.timeout > 0.0 && args.timeout <= 86_400.0) {
        let what = format!("--timeout {}: seconds above 0, at most 86400", args.timeout);
        return Err(Failure::usage("timeout", what));
    }
    Ok(Command { words, timeout: Duration::from_secs_f64(args.timeout) })
}

fn outside(args: &Args, text: &str, cases: &[&Case], stop: &Stop) -> Result<Report, Failure> {
    let hint = "docs/exec-protocol.md has an adapter of 15 lines to start from";
    match Session::start(command(args, text)?, &stop.cases) {
        Ok(mut session) => Ok(one_suite(&mut session, cases, stop)),
        Err(_) if stop.is_told() => Ok(Report::default()),
        Err(error) => Err(Failure::outside("exec", error).hint(hint)),
    }
}

fn simple(args: &Args, text: &str, cases: &[&Case], stop: &Stop) -> Result<Report, Failure> {
    let simple = Simple::new(command(args, text)?, &args.op, cases).map_err(|error| match error {
        SimpleError::Start(_) => Failure::outside("simple", error),
        _ => Failure::usage("simple", error).hint("for example --simple 'mytool hash {header}'"),
    });
    Ok(one_suite(&mut simple?, cases, stop))
}

fn one_suite(implementation: &mut dyn Implementation, cases: &[&Case], stop: &Stop) -> Report {
    Report { suites: vec![verify::run(implementation, cases, &stop.cases)], interrupted: false }
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

/// The zoo, one line a member.
fn prove(args: &Args, output: &mut Output, stop: &Stop) -> Outcome {
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
