//! The command line: arguments in, one `run` for each subcommand, an exit code out.

mod exit;
mod explain;
#[cfg(feature = "net")]
pub mod mining;
mod output;
#[cfg(feature = "net")]
pub mod status;

pub use exit::{Exit, Failure, Outcome};
pub use output::{Format, Output};

use clap::{CommandFactory, Parser, Subcommand};
use std::process::ExitCode;

/// Search Bitcoin block headers on a CPU, measure hashes per second and per joule, compare with ASICs.
#[derive(Debug, Parser)]
#[command(name = "hashjoule", version, max_term_width = 100, subcommand_required = false)]
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
    /// Take one real header apart, step by step
    Explain(explain::Args),
}

/// Parses the command line, runs the command, reports a failure, and returns the exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::report_usage(&error),
    };
    let mut output = Output::new(&cli.global);
    let outcome = run(cli, &mut output).and_then(|exit| output.flush().map(|()| exit));
    exit::report(outcome, &mut output)
}

fn run(cli: Cli, output: &mut Output) -> Outcome {
    match cli.command {
        None => {
            Cli::command().print_help().map_err(Failure::stdout)?;
            Ok(Exit::Success)
        }
        Some(Command::Explain(args)) => explain::run(args, output),
    }
}
