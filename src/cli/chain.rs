//! The chain's record on the command line: a file of the user's own, and `hashjoule chain update`, which makes it.

use super::Failure;
use hashjoule::market::Chain;
use std::path::{Path, PathBuf};

#[cfg(feature = "net")]
pub(super) mod update;

const VARIABLE: &str = "HASHJOULE_CHAIN";

/// Difficulty and time of every epoch.
#[derive(Clone, Debug, clap::Args)]
pub struct ChainArg {
    /// Epochs of the chain, as `hashjoule chain update` writes them, instead of those that ship
    #[arg(long, value_name = "FILE", env = VARIABLE)]
    chain: Option<PathBuf>,
}

impl ChainArg {
    /// The user's record, or the one that ships.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn load(&self) -> Result<Chain, Failure> {
        let named = self.chain.as_deref().filter(|path| !path.as_os_str().is_empty());
        named.map_or_else(|| Ok(Chain::shipped()), read)
    }
}

/// For commands without the option: the variable alone.
///
/// # Errors
/// When the file cannot be read.
pub fn from_environment() -> Result<Chain, Failure> {
    ChainArg { chain: std::env::var_os(VARIABLE).map(PathBuf::from) }.load()
}

fn read(path: &Path) -> Result<Chain, Failure> {
    let bad = |error: &dyn std::fmt::Display| {
        Failure::content("chain", format!("{}: {error}", path.display()))
            .hint("`hashjoule chain update --node URL -o FILE` writes one")
    };
    let text = std::fs::read_to_string(path).map_err(|error| bad(&error))?;
    Chain::parse(&text).map_err(|error| bad(&error))
}

/// "2026-09-19, an estimated time, 10 weeks old; `hashjoule chain update` for newer".
pub fn date_and_age(chain: &Chain) -> String {
    let epoch = chain.newest();
    let estimated = if epoch.time_is_estimated { ", an estimated time" } else { "" };
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |now| now.as_secs());
    let weeks = now.saturating_sub(u64::from(epoch.time)) / (7 * 86_400);
    let age = match weeks {
        0..4 => String::new(),
        weeks => format!(", {weeks} weeks old; `hashjoule chain update` for newer"),
    };
    format!("{}{estimated}{age}", epoch.date())
}
