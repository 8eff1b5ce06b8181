//! What every mining session understands, and where it keeps its finds.

use super::power::PowerArgs;
use crate::cli::{Failure, Output};
use hashjoule::units::counted;
use hashjoule::work::Secret;
use hashjoule::work::journal::{Journal, JournalError};
use std::path::PathBuf;

/// Options of `mine --node` and of `mine --pool`.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Mining with a node or a pool")]
pub struct SessionArgs {
    /// Where every find is kept before it is sent [default: one for each server, in ~/.local/state/hashjoule]
    #[arg(long, value_name = "FILE", env = "HASHJOULE_JOURNAL")]
    journal: Option<PathBuf>,
    /// Print each event as a JSON line on stdout
    #[arg(long)]
    pub events: bool,
    /// Name at the node or the pool; the password comes from --password-file or the variable HASHJOULE_PASSWORD
    #[arg(long, value_name = "NAME", env = "HASHJOULE_USER")]
    pub user: Option<String>,
    /// File that holds the password in its first line
    #[arg(long, value_name = "FILE", env = "HASHJOULE_PASSWORD_FILE")]
    password_file: Option<PathBuf>,
    #[command(flatten)]
    pub power: PowerArgs,
}

impl SessionArgs {
    /// From the file, else from the environment, never from the command line.
    ///
    /// # Errors
    /// A file that cannot be read, or that has nothing in it.
    pub fn password(&self) -> Result<Option<Secret>, Failure> {
        let Some(path) = &self.password_file else {
            return Ok(std::env::var("HASHJOULE_PASSWORD").ok().filter(|text| !text.is_empty()).map(Secret::new));
        };
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::content("password", format!("cannot read {}: {error}", path.display())))?;
        match text.lines().next() {
            Some(line) if !line.is_empty() => Ok(Some(Secret::new(line))),
            _ => Err(Failure::content("password", format!("{} holds no password in its first line", path.display()))),
        }
    }
}

/// Opens the journal for finds that go to `server`, a name without secrets.
///
/// # Errors
/// With what to do about it.
pub fn open_journal(args: &SessionArgs, server: &str, output: &Output) -> Result<Journal, Failure> {
    let path = args.journal.clone().map_or_else(|| default_journal(server), Ok)?;
    let journal = Journal::open(&path, server).map_err(failure)?;
    output.note(format!("mining for {server}, journal {}", path.display()));
    if journal.damaged() > 0 {
        output.note(format!("passed over in the journal: {}", counted(journal.damaged(), "damaged line")));
    }
    if journal.pending_elsewhere() > 0 {
        let finds = counted(journal.pending_elsewhere(), "find");
        output.note(format!("kept in the journal for another server than {server}: {finds}"));
    }
    Ok(journal)
}

fn failure(error: JournalError) -> Failure {
    let hint = match error {
        JournalError::Locked { .. } => "another process mines with it: give this one a --journal of its own",
        JournalError::Foreign { .. } => "choose another file for --journal",
        JournalError::Open { .. } | JournalError::Write { .. } => {
            "every find is written there before it is sent: choose a --journal on a disk with room"
        }
    };
    Failure::content("journal", error).hint(hint)
}

/// One journal for each server, so that two miners for two servers do not lock each other out.
fn default_journal(server: &str) -> Result<PathBuf, Failure> {
    let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute()).or(home);
    let state = state.ok_or_else(|| {
        Failure::usage("journal", "there is no home folder to keep the journal in").hint("give --journal FILE")
    })?;
    let name: String = server.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
    Ok(state.join("hashjoule").join(format!("{}.journal", name.trim_matches('-'))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_server_has_a_journal_of_its_own() {
        let (a, b) = (default_journal("http://127.0.0.1:1/").unwrap(), default_journal("http://127.0.0.1:2/").unwrap());
        assert_ne!(a, b);
        assert!(a.ends_with("hashjoule/http---127.0.0.1-1.journal"), "{}", a.display());
    }
}
