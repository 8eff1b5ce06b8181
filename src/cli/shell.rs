//! `hashjoule completions` and `hashjoule man`: what a packager installs beside the binary.

use super::{Cli, Exit, Failure, Outcome};
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::Write;

/// What `hashjoule completions` understands.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  hashjoule completions bash > ~/.local/share/bash-completion/completions/hashjoule
  hashjoule completions zsh > \"${fpath[1]}/_hashjoule\"
  hashjoule completions fish > ~/.config/fish/completions/hashjoule.fish")]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// What `hashjoule man` understands.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  hashjoule man > hashjoule.1
  hashjoule man mine | man -l -")]
pub struct ManArgs {
    /// A command, for its own page [default: the page of hashjoule]
    command: Option<String>,
}

/// Prints a shell's completions.
///
/// # Errors
/// When stdout cannot be written.
pub fn completions(args: &CompletionsArgs) -> Outcome {
    // Rendered first: the generator panics when it writes to a closed pipe.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "hashjoule", &mut script);
    print(&script)
}

/// Prints a manual page in roff.
///
/// # Errors
/// An unknown command; stdout that cannot be written.
pub fn man(args: &ManArgs) -> Outcome {
    let mut whole = Cli::command();
    whole.build();
    let command = match &args.command {
        None => whole,
        Some(name) => whole.find_subcommand(name).cloned().ok_or_else(|| unknown(name))?,
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).map_err(Failure::stdout)?;
    print(&page)
}

fn unknown(name: &str) -> Failure {
    Failure::usage("unknown-command", format!("there is no command '{name}'")).hint("see `hashjoule --help`")
}

fn print(bytes: &[u8]) -> Outcome {
    std::io::stdout().lock().write_all(bytes).map_err(Failure::stdout)?;
    Ok(Exit::Success)
}
