//! `market fleet`: which rigs run at a price, the supply curve, the price for a hash rate.

use super::columns::{columns, wrapped};
use super::{SCHEMA, fleet};
#[cfg(feature = "report")]
use crate::cli::result_file::ResultFile;
use crate::cli::{Exit, Outcome, Output};
use hashjoule::market::Fleet;
use hashjoule::market::fleet::State;
use hashjoule::units::{HashRate, Money, PowerPrice, significant};
use serde_json::{Value, json};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  hashjoule market fleet --price 3400                  who is off at that price
  hashjoule market fleet --hashrate 53.33EH/s          the price that calls so much
  hashjoule market fleet --svg supply.svg              the supply curve as a picture
  hashjoule market fleet --print-toml > my.toml        a fleet to change
  hashjoule market fleet --fleet my.toml --price 6500";

/// What `market fleet` understands.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// US dollars per BTC
    #[arg(long, value_name = "USD", default_value = "3466.71", allow_hyphen_values = true)]
    price: Money,
    /// Tell the price that calls this hash rate, such as 53.33EH/s
    #[arg(long, value_name = "RATE", allow_hyphen_values = true)]
    hashrate: Option<HashRate>,
    /// A fleet of your own, in TOML
    #[arg(long, value_name = "FILE")]
    fleet: Option<PathBuf>,
    /// Write the supply curve as SVG
    #[cfg(feature = "report")]
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Print the fleet that ships, to change it
    #[arg(long, conflicts_with_all = ["hashrate", "fleet", "json"])]
    print_toml: bool,
}

/// Runs the command.
///
/// # Errors
/// A fleet that does not add up, an SVG file that cannot be written.
pub fn run(args: &Args, output: &mut Output) -> Outcome {
    if args.print_toml {
        output.line(Fleet::SHIPPED.trim_end())?;
        return Ok(Exit::Success);
    }
    let fleet = fleet(args.fleet.as_ref())?;
    #[cfg(feature = "report")]
    let file = args.svg.as_deref().map(ResultFile::open).transpose()?;
    let answer = Answer::of(&fleet, args);
    #[cfg(feature = "report")]
    if let Some(file) = file {
        file.write(&super::svg::draw(&fleet, &answer.state))?;
    }
    if output.is_json() {
        output.json(&answer.document())?;
    } else {
        output.line(answer.text())?;
    }
    Ok(Exit::Success)
}

/// Everything that is told.
struct Answer<'a> {
    fleet: &'a Fleet,
    state: State,
    elasticity: f64,
    curve: Vec<(Money, HashRate)>,
    wanted: Option<(HashRate, Option<Money>)>,
}

impl<'a> Answer<'a> {
    fn of(fleet: &'a Fleet, args: &Args) -> Self {
        Self {
            fleet,
            state: fleet.at(args.price),
            elasticity: fleet.elasticity_at(args.price),
            curve: CURVE.map(|usd| (Money::from_usd(usd), fleet.hash_rate_at(Money::from_usd(usd)))).to_vec(),
            wanted: args.hashrate.map(|rate| (rate, fleet.price_for(rate))),
        }
    }

    fn text(&self) -> String {
        let Self { fleet, state, .. } = self;
        let mut parts = vec![
            format!("{}: {} EH/s installed.", fleet.name, ehs(state.installed)),
            format!(
                "At {} USD/BTC {} EH/s run and {} EH/s are off; difficulty {:.4e}.",
                state.price.to_usd(),
                ehs(state.on),
                ehs(state.off()),
                state.difficulty,
            ),
            format!("They draw {} with all around them, {:.1} TWh a year.", state.power, state.twh_per_year()),
            finite(self.elasticity).map_or_else(String::new, |x| format!("A price 1 % higher brings {x:.2} % more.")),
            String::new(),
            classes(state),
            String::new(),
            "The supply curve:".to_owned(),
            curve(&self.curve, state.price),
        ];
        if let Some(wanted) = self.wanted {
            parts.extend([String::new(), wanted_text(wanted, state)]);
        }
        let origin = if fleet.fitted { "Fitted, not measured. " } else { "" };
        parts.extend([String::new(), wrapped(&format!("{origin}{}", fleet.provenance), 80).join("\n")]);
        parts.push(wrapped(SHARE, 80).join("\n"));
        parts.join("\n")
    }

    fn document(&self) -> Value {
        let Self { fleet, state, .. } = self;
        json!({
            "schema": SCHEMA,
            "fleet": fleet.name,
            "fitted": fleet.fitted,
            "provenance": fleet.provenance,
            "price_usd": state.price.to_usd(),
            "hashrate_ehs": to_ehs(state.on),
            "installed_ehs": to_ehs(state.installed),
            "off_ehs": to_ehs(state.off()),
            "difficulty": state.difficulty,
            "watts": state.power.to_watts(),
            "twh_per_year": state.twh_per_year(),
            "elasticity": finite(self.elasticity),
            "off": state.classes.iter().map(|class| json!({ "class": class.class.name, "ehs": to_ehs(class.off) })).collect::<Vec<_>>(),
            "classes": state.classes.iter().map(class_document).collect::<Vec<_>>(),
            "curve": self.curve.iter().map(|&(price, rate)| point(price, rate)).collect::<Vec<_>>(),
            "wanted": self.wanted.map(|(rate, price)| json!({ "hashrate_ehs": to_ehs(rate), "price_usd": price.map(Money::to_usd) })),
        })
    }
}

/// Prices of the table, in US dollars per BTC.
const CURVE: [f64; 12] =
    [1000.0, 2000.0, 2500.0, 3000.0, 3400.0, 4000.0, 5000.0, 6500.0, 7000.0, 8000.0, 12_000.0, 20_000.0];

const SHARE: &str = "A share of the hash rate is not a share of the rigs: those that are off are the slow ones, so more rigs \
than hash rate stand still. Those that still run are above break-even on electricity, whatever their owners paid for them.";

fn to_ehs(rate: HashRate) -> f64 {
    rate.to_hashes_per_second() / 1e18
}

fn ehs(rate: HashRate) -> String {
    format!("{:.1}", to_ehs(rate))
}

fn cents(price: PowerPrice) -> String {
    format!("{:.2}", price.to_usd_per_kwh() * 100.0)
}

fn finite(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

fn classes(state: &State) -> String {
    let line = |class: &hashjoule::market::fleet::ClassState| {
        let share = 100.0 * to_ehs(class.on) / to_ehs(class.class.installed);
        vec![
            class.class.name.clone(),
            significant(class.class.efficiency.to_joules_per_terahash(), 3),
            ehs(class.class.installed),
            ehs(class.on),
            ehs(class.off),
            format!("{share:.0} %"),
            cents(class.break_even_power_price),
        ]
    };
    let header = ["class", "J/TH", "installed", "on EH/s", "off EH/s", "share on", "off above c/kWh"];
    columns(1, &header, &state.classes.iter().map(line).collect::<Vec<_>>())
}

fn class_document(class: &hashjoule::market::fleet::ClassState) -> Value {
    json!({
        "class": class.class.name,
        "j_per_th": class.class.efficiency.to_joules_per_terahash(),
        "installed_ehs": to_ehs(class.class.installed),
        "on_ehs": to_ehs(class.on),
        "off_ehs": to_ehs(class.off),
        "break_even_power_price_usd_per_kwh": class.break_even_power_price.to_usd_per_kwh(),
    })
}

fn point(price: Money, rate: HashRate) -> Value {
    json!({ "price_usd": price.to_usd(), "hashrate_ehs": to_ehs(rate) })
}

/// x2.12, or a dash where the price that was asked for is zero.
fn factor(price: Money, from: Money) -> String {
    if from.to_usd() > 0.0 { format!("x{:.2}", price.to_usd() / from.to_usd()) } else { "-".to_owned() }
}

/// Price, factor to the price that was asked for, and hash rate.
fn curve(points: &[(Money, HashRate)], from: Money) -> String {
    let line =
        |&(price, rate): &(Money, HashRate)| vec![significant(price.to_usd(), 4), factor(price, from), ehs(rate)];
    columns(0, &["USD/BTC", "factor", "EH/s"], &points.iter().map(line).collect::<Vec<_>>())
}

fn wanted_text((rate, price): (HashRate, Option<Money>), state: &State) -> String {
    match price {
        Some(price) => format!(
            "{} EH/s take {} USD/BTC, {}.",
            significant(to_ehs(rate), 4),
            significant(price.to_usd(), 4),
            factor(price, state.price)
        ),
        None => format!(
            "{} EH/s are never reached: {} EH/s are installed.",
            significant(to_ehs(rate), 4),
            ehs(state.installed)
        ),
    }
}
