//! `market replay`: the epochs of the slump and of the way back.

use super::breakeven::rig;
use super::columns::columns;
use super::{SCHEMA, bad, catalogue, fleet, text};
use crate::cli::chain::ChainArg;
use crate::cli::terms::PowerPriceArg;
use crate::cli::{Exit, Failure, Outcome, Output};
use hashjoule::market::replay::{Question, RigAt, Row, replay};
use hashjoule::market::{Constants, Date, Prices};
use hashjoule::units::{Money, PowerPrice, grouped};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  hashjoule market replay                          September 2018 to July 2019, at quoted prices
  hashjoule market replay --prices my-prices.csv   the fleet's answer beside the record
  hashjoule market replay --from 2017-01-01 --rig antminer-s9-13.5

A price file is CSV: a header with date and price_usd, then a row for every day.
None ships, for the series are not free to pass on.";

/// What `market replay` understands.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// First day on which an epoch may start
    #[arg(long, value_name = "DATE", default_value = "2018-09-01")]
    from: Date,
    /// Last day on which an epoch may start
    #[arg(long, value_name = "DATE", default_value = "2019-07-31")]
    to: Date,
    /// Your daily prices: CSV with date, price_usd
    #[arg(long, value_name = "FILE")]
    prices: Option<PathBuf>,
    #[command(flatten)]
    power_price: PowerPriceArg,
    /// Rigs to price, by id
    #[arg(
        long = "rig",
        value_name = "RIG",
        value_delimiter = ',',
        default_values = [hashjoule::asic::S9, "gmo-b2", "gmo-b3", "antminer-s15"]
    )]
    rigs: Vec<String>,
    /// A fleet of your own
    #[arg(long, value_name = "FILE")]
    fleet: Option<PathBuf>,
    #[command(flatten)]
    chain: ChainArg,
    /// A catalogue of your own
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// A price file with bad dates or gaps, unknown rigs, no epoch in the range.
pub fn run(args: &Args, output: &mut Output) -> Outcome {
    let (chain, constants, fleet) = (args.chain.load()?, Constants::shipped(), fleet(args.fleet.as_ref())?);
    let catalogue = catalogue(args.catalogue.as_ref())?;
    let rigs = args.rigs.iter().map(|id| rig(&catalogue, id)).collect::<Result<Vec<_>, _>>()?;
    let prices = args.prices.as_deref().map(load_prices).transpose()?;
    let rows = replay(&Question {
        chain: &chain,
        constants: &constants,
        prices: prices.as_ref(),
        fleet: &fleet,
        rigs: &rigs,
        power_price: args.power_price.power_price,
        days: args.from..=args.to,
    });
    if rows.is_empty() {
        let last = chain.newest().date();
        return Err(Failure::usage("range", format!("no epoch starts between {} and {}", args.from, args.to))
            .hint(format!("the record reaches from 2009-01-03 to {last}; an epoch takes two weeks")));
    }
    if output.is_json() {
        output.json(&document(args, &rows))?;
    } else {
        output.line(table(args, &rows))?;
        output.note(FOOTNOTE);
        if rows.iter().any(|row| row.epoch.time_is_estimated) {
            output.note(ESTIMATED);
        }
        if fleet.fitted {
            output.note(FITTED);
        }
    }
    Ok(Exit::Success)
}

fn load_prices(path: &Path) -> Result<Prices, Failure> {
    let hint = "a header with date and price_usd, then a row for every day, such as 2018-12-04,3858";
    Prices::parse(&text(path)?).map_err(|error| bad("prices", path, error).hint(hint))
}

const FOOTNOTE: &str = "* the mean of the epoch, ~ one day in it. A dash: no price is known, so none is made up; `--prices FILE` \
takes your series.";
const ESTIMATED: &str = "est.: an estimated time, good to half an hour; the hash rate is good to 0.1 %.";
const FITTED: &str =
    "The fleet's column is a model whose parameters were fitted; see `hashjoule market fleet` for what that means.";

/// The network, and below it the rigs: side by side they would not fit a terminal.
fn table(args: &Args, rows: &[Row]) -> String {
    let network = ["epoch", "from", "difficulty", "change", "EH/s", "USD/BTC", "fleet EH/s"];
    let network = columns(2, &network, &rows.iter().map(network_line).collect::<Vec<_>>());
    let short = args.rigs.iter().map(|id| id.trim_start_matches("antminer-"));
    let header: Vec<_> = ["from"].into_iter().chain(short).collect();
    let off = |cell: fn(&RigAt) -> String| {
        let line = |row: &Row| [row.epoch.date().to_string()].into_iter().chain(row.rigs.iter().map(cell)).collect();
        columns(1, &header, &rows.iter().map(line).collect::<Vec<_>>())
    };
    let cents = 100.0 * args.power_price.power_price.to_usd_per_kwh();
    format!(
        "{network}\n\nOff below so many USD/BTC at {cents:.1} c/kWh:\n{}\n\nOff above so many c/kWh at the known price:\n{}",
        off(|rig| usd(rig.shutdown_price)),
        off(|rig| rig
            .break_even_power_price
            .map_or_else(|| "-".to_owned(), |c| format!("{:.2}", 100.0 * c.to_usd_per_kwh()))),
    )
}

fn usd(money: Money) -> String {
    grouped(&format!("{:.0}", money.to_usd()))
}

fn network_line(row: &Row) -> Vec<String> {
    let dash = || "-".to_owned();
    let price =
        row.price.as_ref().map(|known| format!("{}{}", usd(known.price), if known.is_mean { "*" } else { "~" }));
    vec![
        row.epoch.height.to_string(),
        format!("{}{}", row.epoch.date(), if row.epoch.time_is_estimated { " est." } else { "" }),
        format!("{:.4e}", row.epoch.difficulty()),
        row.adjustment.map_or_else(dash, |change| format!("{:+.1} %", 100.0 * change)),
        row.hash_rate.map_or_else(dash, |rate| format!("{:.2}", rate.to_hashes_per_second() / 1e18)),
        price.unwrap_or_else(dash),
        row.fleet.map_or_else(dash, |rate| format!("{:.1}", rate.to_hashes_per_second() / 1e18)),
    ]
}

fn document(args: &Args, rows: &[Row]) -> Value {
    json!({
        "schema": SCHEMA,
        "power_price_usd_per_kwh": args.power_price.power_price.to_usd_per_kwh(),
        "epochs": rows.iter().map(row_document).collect::<Vec<_>>(),
    })
}

fn row_document(row: &Row) -> Value {
    json!({
        "height": row.epoch.height,
        "date": row.epoch.date().to_string(),
        "time_is_estimated": row.epoch.time_is_estimated,
        "bits": row.epoch.bits.to_string(),
        "difficulty": row.epoch.difficulty(),
        "adjustment": row.adjustment,
        "hashrate_ehs": row.hash_rate.map(|rate| rate.to_hashes_per_second() / 1e18),
        "reward_btc": row.reward_btc,
        "price_usd": row.price.as_ref().map(|known| known.price.to_usd()),
        "price_is_mean_of_epoch": row.price.as_ref().map(|known| known.is_mean),
        "price_source": row.price.as_ref().map(|known| &known.source),
        "fleet_ehs": row.fleet.map(|rate| rate.to_hashes_per_second() / 1e18),
        "rigs": row.rigs.iter().map(rig_document).collect::<Vec<_>>(),
    })
}

fn rig_document(rig: &RigAt) -> Value {
    json!({
        "id": rig.id,
        "shutdown_price_usd": rig.shutdown_price.to_usd(),
        "break_even_power_price_usd_per_kwh": rig.break_even_power_price.map(PowerPrice::to_usd_per_kwh),
    })
}
