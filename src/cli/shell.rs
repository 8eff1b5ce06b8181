//! `hashjoule completions` and `hashjoule man`: what a packager installs beside the binary.

use super::{Cli, Exit, Failure, Outcome, Output};
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
  hashjoule man mine | man -l -
  hashjoule man market fleet | man -l -")]
pub struct ManArgs {
    /// A command, for its own page [default: the page of hashjoule]
    command: Vec<String>,
}

/// Prints a shell's completions.
///
/// # Errors
/// `--json`; stdout that cannot be written.
pub fn completions(args: &CompletionsArgs, output: &Output) -> Outcome {
    refuse_json(output)?;
    // Rendered first: the generator panics when it writes to a closed pipe.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "hashjoule", &mut script);
    print(&script)
}

/// Prints a manual page in roff.
///
/// # Errors
/// `--json`; an unknown command; stdout that cannot be written.
pub fn man(args: &ManArgs, output: &Output) -> Outcome {
    refuse_json(output)?;
    let mut command = Cli::command();
    command.build();
    for name in &args.command {
        command = command.find_subcommand(name).cloned().ok_or_else(|| unknown(name))?;
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).map_err(Failure::stdout)?;
    let page = String::from_utf8(page).expect("our help texts are UTF-8");
    // The generator leaves the date away without a sign, and readers take what follows for it.
    print(page.replacen(" 1  \"", " 1 \"\" \"", 1).as_bytes())
}

fn refuse_json(output: &Output) -> Result<(), Failure> {
    let refusal = || Failure::usage("no-json", "this command prints a file, not a document").hint("leave --json away");
    if output.is_json() { Err(refusal()) } else { Ok(()) }
}

fn unknown(name: &str) -> Failure {
    Failure::usage("unknown-command", format!("there is no command '{name}'")).hint("see `hashjoule --help`")
}

fn print(bytes: &[u8]) -> Outcome {
    std::io::stdout().lock().write_all(bytes).map_err(Failure::stdout)?;
    Ok(Exit::Success)
}
