//! What `compare` and `report` are asked: which machines, beside which catalogue, on which terms.

use super::Failure;
use super::chain::ChainArg;
use super::terms::TermsArgs;
use hashjoule::asic::Catalogue;
use hashjoule::bench::record::Record;
use hashjoule::compare::{Ablation, Check, Comparison, Inputs, Machine, Scenario, checks, compare};
use hashjoule::market::economics::subsidy_btc;
use hashjoule::market::terms::{DECEMBER_2018, Moment};
use hashjoule::market::{Chain, Constants};
use hashjoule::report::html::Start;
use hashjoule::units::{HashRate, Power};
use std::path::{Path, PathBuf};

/// Machines, catalogue and terms on the command line.
#[derive(Debug, clap::Args)]
pub struct CompareArgs {
    /// Records written by `hashjoule bench --record FILE`; the first one leads
    #[arg(value_name = "RECORD")]
    records: Vec<PathBuf>,
    /// A rate instead of a record, such as 40MH/s
    #[arg(long, value_name = "RATE", conflicts_with = "records", allow_hyphen_values = true)]
    rate: Option<HashRate>,
    /// The power it draws, such as 65W; replaces the joules of a record
    #[arg(long, value_name = "WATTS", allow_hyphen_values = true, value_parser = watts)]
    watts: Option<Power>,
    #[command(flatten)]
    terms: TermsArgs,
    #[command(flatten)]
    chain: ChainArg,
    /// A catalogue of your own: CSV with the columns of the one that ships (see `compare --list --csv`)
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
}

/// Everything that was asked for, read and checked.
pub struct Answer {
    /// The figures.
    pub comparison: Comparison,
    /// The records behind them, in the order of the machines.
    pub records: Vec<Record>,
    /// Recomputations of the first machine, for a page that checks itself.
    pub checks: Vec<Check>,
    /// Where the sliders of a page begin.
    pub start: Start,
    /// Difficulties to choose from: a name, the moment, the reward of a block.
    pub presets: Vec<(String, Moment, f64)>,
}

impl CompareArgs {
    /// Reads, checks and compares.
    ///
    /// # Errors
    /// Bad records, a bad catalogue, or terms that cannot be; each names its file or option. Without a machine the hint
    /// names the command.
    pub fn answer(&self, command: &str) -> Result<Answer, Failure> {
        let chain = self.chain.load()?;
        let scenario = self.scenario(&chain)?;
        let catalogue = self.catalogue()?;
        let records = self.records.iter().map(|path| read_record(path)).collect::<Result<Vec<_>, _>>()?;
        let machines = self.machines(&records)?;
        let (first, others) = machines.split_first().ok_or_else(|| no_machine(command))?;
        Ok(Answer {
            comparison: compare(first, others, &catalogue, &scenario),
            checks: checks(first, &scenario),
            start: start(first, &scenario),
            presets: presets(&chain),
            records,
        })
    }

    /// Years and odds are of the newest epoch, unless the user names a difficulty.
    fn scenario(&self, chain: &Chain) -> Result<Scenario, Failure> {
        let dollars = self.terms.resolve_at_any_price(chain, &Constants::shipped())?;
        Ok(match self.terms.name_a_moment() {
            true => Scenario::at_one_time(dollars),
            false => Scenario::with_newest_odds(dollars, chain),
        })
    }

    /// The machines alone, perhaps none.
    ///
    /// # Errors
    /// Bad records, a rate of zero.
    pub fn machines_named(&self) -> Result<Vec<Machine>, Failure> {
        let records = self.records.iter().map(|path| read_record(path)).collect::<Result<Vec<_>, _>>()?;
        self.machines(&records)
    }

    /// The user's catalogue, or the one that ships.
    ///
    /// # Errors
    /// When the user's cannot be read or has a bad row.
    pub fn catalogue(&self) -> Result<Catalogue, Failure> {
        let Some(path) = &self.catalogue else { return Ok(Catalogue::built_in()) };
        let bad = |error: &dyn std::fmt::Display| Failure::content("catalogue", format!("{}: {error}", path.display()));
        let bytes = std::fs::read(path).map_err(|error| bad(&error))?;
        let hint = "`hashjoule compare --list --csv` prints a catalogue with the right columns";
        Catalogue::from_csv(&bytes).map_err(|error| bad(&error).hint(hint))
    }

    fn machines(&self, records: &[Record]) -> Result<Vec<Machine>, Failure> {
        if let Some(rate) = self.rate {
            if rate.to_hashes_per_second() <= 0.0 {
                return Err(Failure::usage("rate", "a rate of zero compares with nothing"));
            }
            return Ok(vec![Machine::declared(rate, self.watts)]);
        }
        let with_watts = |machine: Machine| match self.watts {
            Some(watts) => machine.with_declared_power(watts),
            None => machine,
        };
        let machine = |(record, path): (&Record, &PathBuf)| {
            let empty = || Failure::content("record", format!("{}: the record has no results", path.display()));
            Machine::from_record(record).map(with_watts).ok_or_else(empty)
        };
        records.iter().zip(&self.records).map(machine).collect()
    }
}

fn start(machine: &Machine, scenario: &Scenario) -> Start {
    let terms = &scenario.dollars.terms;
    let watts = machine.efficiency().map(|efficiency| (efficiency * machine.rate()).to_watts());
    let inputs = Inputs {
        hashes_per_second: machine.hashes_per_second,
        watts: watts.unwrap_or(f64::NAN),
        difficulty: terms.difficulty,
        reward_btc: terms.reward_btc,
        price_usd: terms.price.to_usd(),
        power_price_usd_per_kwh: terms.power_price.to_usd_per_kwh(),
        fee: terms.fee,
        pue: terms.pue,
        uptime: terms.uptime,
    };
    Start { inputs, watts }
}

fn presets(chain: &Chain) -> Vec<(String, Moment, f64)> {
    let preset = |name: &str, height| {
        let moment: Moment = chain.at(height).ok()?.into();
        let estimated = if moment.date_is_estimated { " (estimated time)" } else { "" };
        Some((format!("{name}{}{estimated}", moment.date?), moment, subsidy_btc(height)))
    };
    let heights = [("block 0, ", 0), ("", 66_528), ("", 219_744), ("the article, ", DECEMBER_2018)];
    let newest = ("newest known, ", chain.newest().height);
    heights.into_iter().chain([newest]).filter_map(|(name, height)| preset(name, height)).collect()
}

fn no_machine(command: &str) -> Failure {
    Failure::usage("no-machine", format!("nothing to {command}: name a record, or give a rate")).hint(format!(
        "`hashjoule bench --record my.json`, then `hashjoule {command} my.json`; or `--rate 40MH/s --watts 65`"
    ))
}

fn read_record(path: &Path) -> Result<Record, Failure> {
    Record::read(path).map_err(|error| {
        Failure::content("record", format!("{}: {error}", path.display()))
            .hint("records are written by `hashjoule bench --record FILE`")
    })
}

/// The document of `bench --ablate --json`, when one is named.
///
/// # Errors
/// When it cannot be read or is no such document.
pub fn read_ablation(path: Option<&Path>) -> Result<Option<Ablation>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let bad = |why: String| {
        Failure::content("ablation", format!("{}: {why}", path.display()))
            .hint("`hashjoule bench --ablate --json > FILE` writes one")
    };
    let text = std::fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
    Ablation::from_json(&text).map(Some).map_err(|error| bad(error.to_string()))
}

fn watts(text: &str) -> Result<Power, String> {
    let power: Power = text.parse().map_err(|error: hashjoule::units::ParseQuantityError| error.to_string())?;
    if power.to_watts() > 0.0 { Ok(power) } else { Err("nothing hashes at 0 W".to_owned()) }
}
