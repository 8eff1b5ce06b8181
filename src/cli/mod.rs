//! The command line: arguments in, one `run` for each subcommand, an exit code out.

#[cfg(feature = "bench")]
mod bench;
#[cfg(feature = "market")]
mod chain;
#[cfg(feature = "report")]
mod compare;
#[cfg(feature = "report")]
mod compare_args;
mod engine;
mod exit;
mod explain;
mod grind;
mod info;
mod input;
#[cfg(feature = "market")]
mod market;
mod mine;
#[cfg(feature = "net")]
mod mine_node;
#[cfg(feature = "net")]
mod mine_pool;
#[cfg(feature = "net")]
mod mining;
mod output;
mod paragraph;
mod perspective;
mod progress;
#[cfg(feature = "report")]
mod report;
mod result_file;
mod setting;
mod shell;
mod signals;
#[cfg(feature = "net")]
mod status;
mod story;
#[cfg(feature = "market")]
mod terms;
mod verify;

pub use exit::{Exit, Failure, Outcome};
pub use output::Output;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Search Bitcoin block headers on a CPU, measure hashes per second and per joule, compare with ASICs.
#[derive(Debug, Parser)]
#[command(name = "hashjoule", version, max_term_width = 100)]
#[command(after_help = "Without a command: the whole story in under 20 seconds, offline.")]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What every command understands.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// Print one JSON document on stdout
    #[arg(long, global = true)]
    json: bool,
    /// Print results and errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more about what is done and why
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure hashes per second and per joule; compare what was measured
    #[cfg(feature = "bench")]
    Bench(Box<bench::Args>),
    /// Keep the record of the chain up to date from your own node
    #[cfg(all(feature = "market", feature = "net"))]
    Chain(chain::update::Args),
    /// Put a machine beside every generation of mining hardware: rates, joules, odds, money
    #[cfg(feature = "report")]
    Compare(compare::Args),
    /// Print a shell's completions
    Completions(shell::CompletionsArgs),
    /// Take one real header apart, step by step
    Explain(explain::Args),
    /// Solve a header, as Bitcoin Core's `bitcoin-util grind` does
    Grind(grind::Args),
    /// Show this machine: CPU, kernels, sources of joules, and why any of them is missing
    Info(info::Args),
    /// Print a manual page
    Man(shell::ManArgs),
    /// Search a header for a nonce whose hash meets the target
    Mine(Box<mine::Args>),
    /// Work out break-even and the fleet; check an article of 2018 sentence by sentence
    #[cfg(feature = "market")]
    Market(market::Args),
    /// Write the whole story of a machine as one HTML file
    #[cfg(feature = "report")]
    Report(report::Args),
    /// Test kernels, or anyone's implementation, against vectors
    Verify(Box<verify::Args>),
}

/// Parses the command line, runs the command, reports a failure, and returns the exit code.
pub fn main() -> ExitCode {
    let cli = match parse() {
        Ok(cli) => cli,
        Err(error) => return exit::report_usage(&error),
    };
    let mut output = Output::new(&cli.global);
    let outcome = run(cli, &mut output).and_then(|exit| output.flush().map(|()| exit));
    exit::report(outcome, &mut output)
}

/// A node or cookie from the environment gives way to what was typed and does not go with it.
fn parse() -> Result<Cli, clap::Error> {
    let parsed = Cli::try_parse();
    #[cfg(feature = "net")]
    if parsed.as_ref().is_err_and(|error| error.kind() == clap::error::ErrorKind::ArgumentConflict) {
        return without(&["cookie"]).or_else(|_| without(&["cookie", "node"])).or(parsed);
    }
    parsed
}

/// Parses the command line as if the variables of these options of `mine` were not set.
#[cfg(feature = "net")]
fn without(options: &[&str]) -> Result<Cli, clap::Error> {
    use clap::{CommandFactory, FromArgMatches};
    let unset = |mine: clap::Command| {
        options.iter().fold(mine, |mine, option| mine.mut_arg(option, |arg| arg.env(clap::builder::Resettable::Reset)))
    };
    Cli::from_arg_matches(&Cli::command().mut_subcommand("mine", unset).try_get_matches()?)
}

fn run(cli: Cli, output: &mut Output) -> Outcome {
    match cli.command {
        None => story::run(output),
        #[cfg(feature = "bench")]
        Some(Command::Bench(args)) => bench::run(*args, output),
        #[cfg(all(feature = "market", feature = "net"))]
        Some(Command::Chain(args)) => chain::update::run(&args, output),
        #[cfg(feature = "report")]
        Some(Command::Compare(args)) => compare::run(args, output),
        Some(Command::Completions(args)) => shell::completions(&args, output),
        Some(Command::Explain(args)) => explain::run(args, output),
        Some(Command::Grind(args)) => grind::run(args, output),
        Some(Command::Info(args)) => info::run(args, output),
        Some(Command::Man(args)) => shell::man(&args, output),
        Some(Command::Mine(args)) => mine::run(*args, output),
        #[cfg(feature = "market")]
        Some(Command::Market(args)) => market::run(args, output),
        #[cfg(feature = "report")]
        Some(Command::Report(args)) => report::run(args, output),
        Some(Command::Verify(args)) => verify::run(*args, output),
    }
}
