//! What `compare` and `report` are asked: which machines, beside which catalogue, on which terms.

use super::Failure;
use hashjoule::asic::Catalogue;
use hashjoule::bench::record::Record;
use hashjoule::compare::{
    ARTICLE_EPOCH, Ablation, Check, Comparison, Inputs, Machine, Moment, Scenario, checks, compare,
};
use hashjoule::market::Chain;
use hashjoule::market::economics::subsidy_btc;
use hashjoule::report::html::Start;
use hashjoule::target::CompactTarget;
use hashjoule::units::{HashRate, Money, Power, PowerPrice};
use std::path::{Path, PathBuf};

/// Machines, catalogue and terms on the command line.
#[derive(Debug, clap::Args)]
pub struct Question {
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
    /// A catalogue of your own: CSV with the columns of the one that ships (see `compare --list --csv`)
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
}

/// The terms. The default is 4 December 2018 for dollars, the newest epoch of the history for odds.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Terms (default: 4 December 2018; odds: the newest epoch that ships)")]
struct TermsArgs {
    /// Network difficulty, for dollars and odds
    #[arg(long, value_name = "N", group = "moment", allow_hyphen_values = true)]
    difficulty: Option<f64>,
    /// Network difficulty as nBits, such as 1731d97c
    #[arg(long, value_name = "HEX", group = "moment")]
    bits: Option<String>,
    /// Difficulty and subsidy of the epoch that holds this height, or `newest`
    #[arg(long, value_name = "HEIGHT", group = "moment", allow_hyphen_values = true)]
    epoch: Option<String>,
    /// US dollars per BTC
    #[arg(long, value_name = "USD", allow_hyphen_values = true)]
    price: Option<Money>,
    /// US dollars per kilowatt-hour [default: 0.05]
    #[arg(long, value_name = "USD/KWH", allow_hyphen_values = true)]
    power_price: Option<PowerPrice>,
    /// BTC per block, fees included [default: the subsidy of the epoch]
    #[arg(long, value_name = "BTC", allow_hyphen_values = true)]
    reward: Option<f64>,
    /// Pool fee, a share from 0 to below 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.0, hide_default_value = true, allow_hyphen_values = true)]
    fee: f64,
    /// Power of the site over power of the machine, at least 1
    #[arg(long, value_name = "RATIO", default_value_t = 1.0, hide_default_value = true, allow_hyphen_values = true)]
    pue: f64,
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

impl Question {
    /// Reads, checks and compares.
    ///
    /// # Errors
    /// Bad records, a bad catalogue, or terms that cannot be; each names its file or option.
    pub fn answer(&self) -> Result<Answer, Failure> {
        let chain = Chain::shipped();
        let scenario = self.terms.scenario(&chain)?;
        let catalogue = self.catalogue()?;
        let records = self.records.iter().map(|path| read_record(path)).collect::<Result<Vec<_>, _>>()?;
        let machines = self.machines(&records)?;
        let (first, others) = machines.split_first().ok_or_else(no_machine)?;
        Ok(Answer {
            comparison: compare(first, others, &catalogue, &scenario),
            checks: checks(first, &scenario),
            start: start(first, &scenario),
            presets: presets(&chain),
            records,
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
    let terms = &scenario.terms;
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
    };
    Start { inputs, watts }
}

fn presets(chain: &Chain) -> Vec<(String, Moment, f64)> {
    let preset = |name: &str, height| {
        let moment: Moment = chain.at(height).ok()?.into();
        Some((format!("{name}{}", moment.date?), moment, subsidy_btc(height)))
    };
    let heights = [("block 0, ", 0), ("", 66_528), ("", 219_744), ("the article, ", ARTICLE_EPOCH)];
    let newest = ("newest known, ", chain.newest().height);
    heights.into_iter().chain([newest]).filter_map(|(name, height)| preset(name, height)).collect()
}

fn no_machine() -> Failure {
    Failure::usage("no-machine", "nothing to compare: name a record, or give a rate")
        .hint("`hashjoule bench --record my.json`, then `hashjoule compare my.json`; or `--rate 40MH/s --watts 65`")
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

impl TermsArgs {
    fn scenario(&self, chain: &Chain) -> Result<Scenario, Failure> {
        let scenario = Scenario::december_2018(chain);
        let mut scenario = match self.moment(chain)? {
            Some(moment) => scenario.at(moment),
            None => scenario,
        };
        if let Some(price) = self.price {
            scenario = scenario.priced(price);
        }
        let terms = &mut scenario.terms;
        terms.power_price = self.power_price.unwrap_or(terms.power_price);
        terms.reward_btc = self.reward.unwrap_or(terms.reward_btc);
        (terms.fee, terms.pue) = (self.fee, self.pue);
        terms.check().map_err(|error| Failure::usage("terms", error))?;
        Ok(scenario.checked_for_dates())
    }

    fn moment(&self, chain: &Chain) -> Result<Option<Moment>, Failure> {
        if let Some(height) = &self.epoch {
            return epoch(height, chain).map(Some);
        }
        let difficulty = self.bits.as_deref().map(difficulty_of_bits).transpose()?.or(self.difficulty);
        Ok(difficulty.map(|difficulty| Moment { epoch: None, date: None, difficulty }))
    }
}

fn epoch(height: &str, chain: &Chain) -> Result<Moment, Failure> {
    if height == "newest" {
        return Ok(chain.newest().into());
    }
    let newest = chain.newest();
    let hint = format!("heights 0 to {} are known, or say `newest`", newest.height + 2015);
    let unknown = |why: String| Failure::usage("epoch", why).hint(&hint);
    let height: u32 = height.parse().map_err(|_| unknown(format!("'{height}' is no block height")))?;
    chain.at(height).map(Moment::from).map_err(|error| unknown(error.to_string()))
}

fn difficulty_of_bits(hex: &str) -> Result<f64, Failure> {
    let bad = |why: String| Failure::usage("bits", why).hint("nBits are eight hex digits, such as 1731d97c");
    let digits = hex.strip_prefix("0x").unwrap_or(hex);
    let is_hex = digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let bits = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex);
    let bits = bits.ok_or_else(|| bad(format!("'{}' is no nBits", hex.escape_debug())))?;
    let target = CompactTarget(bits).to_target().map_err(|error| bad(error.to_string()))?;
    Ok(target.difficulty())
}
