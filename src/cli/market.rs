//! `hashjoule market`: what mining earns and costs, who is on at which price, and an article of 2018 checked.

mod article;
mod breakeven;
mod columns;
mod fleet;
mod replay;
#[cfg(feature = "report")]
mod svg;

use super::{Failure, Outcome, Output};
use hashjoule::asic::Catalogue;
use hashjoule::market::{Constants, Fleet};
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// The version of the JSON documents.
const SCHEMA: &str = "hashjoule-market/1";

const EXAMPLES: &str = "\
Examples:
  hashjoule market breakeven --power-price 0.05     who was under water in December 2018
  hashjoule market fleet --price 3400               which rigs are off at that price
  hashjoule market replay                           the network from September 2018 to July 2019
  hashjoule market article                          the article of December 2018, claim by claim";

/// What `hashjoule market` understands.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Revenue, cost and break-even of rigs, the most efficient first
    Breakeven(breakeven::Args),
    /// Which rigs run at a price, the supply curve, the price for a hash rate
    Fleet(fleet::Args),
    /// The network from September 2018 to July 2019, epoch by epoch
    Replay(replay::Args),
    /// An article of December 2018, every claim with verdict, figures, formula, source
    Article(article::Args),
}

/// Runs the command.
///
/// # Errors
/// Terms that cannot be, files that cannot be read.
pub fn run(args: Args, output: &mut Output) -> Outcome {
    match args.command {
        Command::Breakeven(args) => breakeven::run(&args, output),
        Command::Fleet(args) => fleet::run(&args, output),
        Command::Replay(args) => replay::run(&args, output),
        Command::Article(args) => article::run(&args, output),
    }
}

/// The user's catalogue, or the one that ships.
fn catalogue(path: Option<&PathBuf>) -> Result<Catalogue, Failure> {
    let Some(path) = path else { return Ok(Catalogue::built_in()) };
    let bytes = std::fs::read(path).map_err(|error| bad("catalogue", path, error))?;
    let hint = "the columns are id, vendor, model, kind, process_nm, released, hashrate_hs, power_w, \
                efficiency_j_per_th, price_usd, source, tier, note";
    Catalogue::from_csv(&bytes).map_err(|error| bad("catalogue", path, error).hint(hint))
}

/// The user's fleet, or the one that ships.
fn fleet(path: Option<&PathBuf>) -> Result<Fleet, Failure> {
    let hint = "`hashjoule market fleet --print-toml` prints a fleet with every key";
    let load = |path: &PathBuf| Fleet::parse(&text(path)?).map_err(|error| bad("fleet", path, error).hint(hint));
    path.map_or_else(|| Ok(Fleet::shipped()), load)
}

/// The user's figures, or the ones that ship.
fn constants(path: Option<&PathBuf>) -> Result<Constants, Failure> {
    let hint = "the columns are name, value, unit, date_or_epoch, source, note";
    let load =
        |path: &PathBuf| Constants::parse(&text(path)?).map_err(|error| bad("constants", path, error).hint(hint));
    path.map_or_else(|| Ok(Constants::shipped()), load)
}

fn text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| bad("file", path, error))
}

fn bad(code: &'static str, path: &Path, error: impl Display) -> Failure {
    Failure::content(code, format!("{}: {error}", path.display()))
}
