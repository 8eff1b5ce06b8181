//! `mine --pool`: shares for a pool through Stratum V1, versions rolled where the pool grants it.

use super::mining::{self, Goal, Hits, Setup};
use super::{Failure, Outcome, Output};
use hashjoule::job::VersionMask;
use hashjoule::work::Secret;
use hashjoule::work::pool::session::Config;
use hashjoule::work::pool::stream::Trust;
use hashjoule::work::pool::{Endpoint, EndpointError, PoolConfig, PoolSource};
use std::path::PathBuf;
use std::time::Duration;

/// Mining with a pool.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Mining with a pool (Stratum V1)")]
pub struct PoolArgs {
    /// Mine shares for this pool, such as stratum+tcp://HOST:PORT or stratum+ssl://HOST:PORT; give a second one as failover
    #[arg(long, value_name = "URL", requires = "user",
          conflicts_with_all = ["node", "header", "target", "bits", "from", "count", "all"])]
    pool: Vec<String>,
    /// End after so many accepted shares
    #[arg(long, value_name = "N", requires = "pool", value_parser = clap::value_parser!(u64).range(1..))]
    shares: Option<u64>,
    /// Ask the pool for this share difficulty; many pools start higher than a CPU ever meets
    #[arg(long, value_name = "DIFFICULTY", requires = "pool", value_parser = difficulty)]
    suggest_difficulty: Option<f64>,
    /// Do not ask the pool for version rolling
    #[arg(long, requires = "pool", conflicts_with = "roll_versions")]
    no_version_rolling: bool,
    /// Believe the certificates of these authorities (a PEM file) instead of the web's
    #[arg(long, value_name = "FILE", requires = "pool")]
    ca_file: Option<PathBuf>,
    /// Follow the pool to another host when it asks for that; anyone on the way could ask too
    #[arg(long, requires = "pool")]
    follow_reconnect: bool,
}

impl PoolArgs {
    /// Whether a pool was given.
    pub fn is_wanted(&self) -> bool {
        !self.pool.is_empty()
    }

    /// The version bits to ask for: those of BIP320, unless told otherwise.
    pub fn mask(&self, given: Option<VersionMask>) -> VersionMask {
        if self.no_version_rolling { VersionMask(0) } else { given.unwrap_or(hashjoule::job::BIP320_MASK) }
    }
}

fn difficulty(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| format!("'{text}' is no difficulty: write a number above zero, such as 0.1"))
}

/// Mines for `args.pool`, which is given.
///
/// # Errors
/// Wrong arguments, pools that refuse us, a journal that cannot be kept.
pub fn run(args: &PoolArgs, setup: Setup<'_>, output: &mut Output) -> Outcome {
    let config = config(args, &setup, output)?;
    let name = config.pools[0].to_string();
    let goal = Goal { unit: "share", hits: Hits::AreShares, stop_after: args.shares };
    mining::mine(setup, goal, &name, output, |events| PoolSource::start(config, events))
}

fn config(args: &PoolArgs, setup: &Setup<'_>, output: &Output) -> Result<PoolConfig, Failure> {
    let pools = args.pool.iter().map(|text| endpoint(text)).collect::<Result<_, _>>()?;
    let trust = match &args.ca_file {
        None => Trust::web(),
        Some(path) => Trust::only(path).map_err(|error| Failure::content("ca-file", error))?,
    };
    // Most pools ask for none, and "x" is what everybody sends then.
    let password = setup.args.password()?.unwrap_or_else(|| Secret::new("x"));
    let session = Config {
        user: setup.args.user.clone().unwrap_or_default(),
        password,
        mask: setup.mask.0,
        suggest_difficulty: args.suggest_difficulty,
        host: String::new(),
        follows_anywhere: args.follow_reconnect,
    };
    let first_wait = Duration::from_secs(1);
    Ok(PoolConfig { pools, session, trust, first_wait, verbose: output.is_verbose() })
}

/// Not by clap, which would repeat an address with a password in it.
fn endpoint(text: &str) -> Result<Endpoint, Failure> {
    text.parse().map_err(|error| {
        let hint = match error {
            EndpointError::Secret => "give them with --user and --password-file",
            _ => "write it like stratum+tcp://pool.example:3333",
        };
        Failure::usage("pool-url", format!("--pool: {error}")).hint(hint)
    })
}
