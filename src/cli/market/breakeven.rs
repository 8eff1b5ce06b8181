//! `market breakeven`: the rigs of the catalogue, or one of the user's, on stated terms.

use super::columns::columns;
use super::{SCHEMA, catalogue};
use crate::cli::chain::ChainArg;
use crate::cli::terms::TermsArgs;
use crate::cli::{Exit, Failure, Outcome, Output};
use hashjoule::asic::Catalogue;
use hashjoule::market::breakeven::nearest;
use hashjoule::market::{BreakEven, Constants, DatedTerms, Rig};
use hashjoule::units::{HashRate, Money, Power, grouped, parse, significant};
use serde_json::{Value, json};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  hashjoule market breakeven                                   December 2018 at 5 cents
  hashjoule market breakeven gmo-b2 gmo-b3 antminer-s9-13.5 --power-price 0.07
  hashjoule market breakeven --rate 13.5TH/s --watts 1323 --price 3467 --growth 2%
  hashjoule market breakeven --epoch newest --price 95000 --all --json";

/// What `market breakeven` understands.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Ids of the catalogue [default: every ASIC that was out by then]
    #[arg(value_name = "RIG")]
    rigs: Vec<String>,
    /// Hash rate of a rig of your own, such as 13.5TH/s
    #[arg(long, value_name = "RATE", requires = "watts", allow_hyphen_values = true)]
    rate: Option<HashRate>,
    /// What it draws, such as 1323W
    #[arg(long, value_name = "WATTS", requires = "rate", allow_hyphen_values = true)]
    watts: Option<Power>,
    /// What it costs, for the payback
    #[arg(long, value_name = "USD", requires = "rate", allow_hyphen_values = true)]
    rig_price: Option<Money>,
    /// Every ASIC of the catalogue, later ones too
    #[arg(long, conflicts_with = "rigs")]
    all: bool,
    /// Change of difficulty in 14 days for the second payback, such as 2%
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = parse::growth, allow_hyphen_values = true)]
    growth: f64,
    #[command(flatten)]
    chain: ChainArg,
    /// A catalogue of your own
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    #[command(flatten)]
    terms: TermsArgs,
}

/// Runs the command.
///
/// # Errors
/// Unknown rigs, terms that cannot be, a catalogue that cannot be read.
pub fn run(args: &Args, output: &mut Output) -> Outcome {
    if !(args.growth > -1.0 && args.growth <= 10.0) {
        let message = format!("growth {}: must be above -1 (-100 %) and at most 10", args.growth);
        return Err(Failure::usage("growth", message));
    }
    let catalogue = catalogue(args.catalogue.as_ref())?;
    let resolved = args.terms.resolve(&args.chain.load()?, &Constants::shipped())?;
    let rigs = args.choose(&catalogue, &resolved)?;
    let rows = BreakEven::table(&rigs, &resolved.terms, args.growth);
    if output.is_json() {
        output.json(&document(&resolved, &rows, args.growth))?;
    } else {
        output.line(text(&resolved, &rows, args.growth))?;
        output.note(FOOTNOTE);
    }
    Ok(Exit::Success)
}

impl Args {
    fn choose(&self, catalogue: &Catalogue, resolved: &DatedTerms) -> Result<Vec<Rig>, Failure> {
        let mut rigs = self.rigs.iter().map(|id| rig(catalogue, id)).collect::<Result<Vec<_>, _>>()?;
        rigs.extend(self.custom()?);
        if !rigs.is_empty() {
            return Ok(rigs);
        }
        let month = resolved.epoch.filter(|_| !self.all).map(|epoch| epoch.date().month());
        let was_out = |rig: &Rig| month.is_none_or(|month| rig.released.is_none_or(|released| released <= month));
        Ok(Rig::all(catalogue).into_iter().filter(was_out).collect())
    }

    fn custom(&self) -> Result<Option<Rig>, Failure> {
        let Some((rate, power)) = self.rate.zip(self.watts) else { return Ok(None) };
        if rate.to_hashes_per_second() <= 0.0 || power.to_watts() <= 0.0 {
            return Err(Failure::usage("rate", "a rig of your own needs a rate and watts above zero"));
        }
        let (id, name) = ("custom".to_owned(), "your rig".to_owned());
        Ok(Some(Rig { id, name, rate, power, price: self.rig_price, released: None }))
    }
}

/// The rig of that id, or the nearest ids.
pub fn rig(catalogue: &Catalogue, id: &str) -> Result<Rig, Failure> {
    let shown = id.escape_debug();
    let Some(device) = catalogue.get(id) else {
        let near = nearest(catalogue, id, 3).join(", ");
        return Err(
            Failure::usage("rig", format!("no rig '{shown}' in the catalogue")).hint(format!("the nearest are {near}"))
        );
    };
    let hint = "give both: `--rate 13.5TH/s --watts 1323`";
    Rig::from_device(device).ok_or_else(|| {
        Failure::usage("rig", format!("'{shown}' has no known rate and watts, or is a mere plan")).hint(hint)
    })
}

const FOOTNOTE: &str = "Revenue less electricity: capital, rent and wages are not in it. Rates and watts are the vendors', \
within 5 to 7 %; payback counts from the catalogue's price, mostly that at release.";

const LEGEND: &str = "earns, power, margin: USD a day. below $: off when a bitcoin brings less.
above c: off when a kWh costs more. payback: days at flat terms. 1 h off: an hour off each day.";

fn text(resolved: &DatedTerms, rows: &[BreakEven], growth: f64) -> String {
    let mut header = vec!["rig", "J/TH", "earns", "power", "margin", "below $", "above c", "payback", "1 h off"];
    let grown = format!("at {:+.1} %", growth * 100.0);
    if growth != 0.0 {
        header.push(&grown);
    }
    let lines: Vec<_> = rows.iter().map(|row| line(row, growth != 0.0)).collect();
    let under = rows.iter().filter(|row| row.is_under_water()).count();
    let summary = format!("{under} of {} rigs are under water: they pay more for power than they earn.", rows.len());
    format!("{}\n\n{}\n\n{summary}\n{LEGEND}", heading(resolved), columns(1, &header, &lines))
}

/// The terms, a line each with its source.
fn heading(resolved: &DatedTerms) -> String {
    let DatedTerms { terms, epoch, price_source, reward_source, .. } = resolved;
    let limit = terms.break_even_efficiency().to_joules_per_terahash();
    let even = if limit.is_finite() { format!("even at {limit:.1} J/TH") } else { "power is free".to_owned() };
    let moment = epoch.map_or_else(String::new, |epoch| format!(" (height {}, {})", epoch.height, epoch.date()));
    format!(
        "Difficulty {:.4e}{moment}\n{} USD/BTC: {price_source}\n{} BTC a block: {reward_source}\n\
         {} USD/kWh, fee {} %, PUE {}, uptime {} %\nHashprice {:.4} USD per TH/s and day; {even}.",
        terms.difficulty,
        terms.price.to_usd(),
        terms.reward_btc,
        terms.power_price.to_usd_per_kwh(),
        significant(terms.fee * 100.0, 3),
        terms.pue,
        significant(terms.uptime * 100.0, 3),
        terms.hashprice().to_usd(),
    )
}

fn whole(days: f64) -> String {
    grouped(&format!("{days:.0}"))
}

fn line(row: &BreakEven, growing: bool) -> Vec<String> {
    let days = |days: Option<f64>| match days {
        Some(days) => whole(days),
        None if row.is_under_water() => "never".to_owned(),
        None => "-".to_owned(),
    };
    let usd = |money: Money| format!("{:.2}", money.to_usd()).replace("-0.00", "0.00");
    let mut cells = vec![
        row.rig.id.clone(),
        significant(row.efficiency.to_joules_per_terahash(), 3),
        usd(row.revenue_per_day),
        usd(row.electricity_per_day),
        usd(row.margin_per_day),
        significant(row.price.to_usd(), 4),
        format!("{:.2}", row.power_price.to_usd_per_kwh() * 100.0),
        days(row.payback_days),
        days(row.hour_off.payback_days),
    ];
    if growing {
        let never = if row.rig.price.is_some() { "never" } else { "-" };
        cells.push(row.payback_days_growing.map_or_else(|| never.to_owned(), whole));
    }
    cells
}

fn document(resolved: &DatedTerms, rows: &[BreakEven], growth: f64) -> Value {
    let terms = &resolved.terms;
    json!({
        "schema": SCHEMA,
        "terms": {
            "difficulty": terms.difficulty,
            "epoch": resolved.epoch.map(|epoch| json!({ "height": epoch.height, "date": epoch.date().to_string() })),
            "price_usd": terms.price.to_usd(),
            "price_source": resolved.price_source,
            "reward_btc": terms.reward_btc,
            "reward_source": resolved.reward_source,
            "power_price_usd_per_kwh": terms.power_price.to_usd_per_kwh(),
            "fee": terms.fee,
            "pue": terms.pue,
            "uptime": terms.uptime,
            "difficulty_growth_per_14_days": growth,
        },
        "hashprice_usd_per_ths_day": terms.hashprice().to_usd(),
        "break_even_j_per_th": terms.break_even_efficiency().to_joules_per_terahash(),
        "rigs": rows.iter().map(rig_document).collect::<Vec<_>>(),
    })
}

fn rig_document(row: &BreakEven) -> Value {
    let th_per_s = row.rig.rate.to_hashes_per_second() / 1e12;
    json!({
        "id": row.rig.id,
        "name": row.rig.name,
        "hashes_per_second": row.rig.rate.to_hashes_per_second(),
        "watts": row.rig.power.to_watts(),
        "j_per_th": row.efficiency.to_joules_per_terahash(),
        "rig_price_usd": row.rig.price.map(Money::to_usd),
        "revenue_usd_per_day": row.revenue_per_day.to_usd(),
        "electricity_usd_per_day": row.electricity_per_day.to_usd(),
        "margin_usd_per_day": row.margin_per_day.to_usd(),
        "revenue_usd_per_ths_day": row.revenue_per_day.to_usd() / th_per_s,
        "electricity_usd_per_ths_day": row.electricity_per_day.to_usd() / th_per_s,
        "margin_usd_per_ths_day": row.margin_per_day.to_usd() / th_per_s,
        "under_water": row.is_under_water(),
        "break_even_price_usd": row.price.to_usd(),
        "break_even_power_price_usd_per_kwh": row.power_price.to_usd_per_kwh(),
        "payback_days": row.payback_days,
        "payback_days_with_growth": row.payback_days_growing,
        "one_hour_off_a_day": {
            "margin_usd_per_day": row.hour_off.margin_per_day.to_usd(),
            "payback_days": row.hour_off.payback_days,
        },
    })
}
