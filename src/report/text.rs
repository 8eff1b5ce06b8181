//! A comparison for the terminal: the machine, the ladder, the odds, the money, and what to keep in mind.

use super::table::{ASSUMED_WATTS, Choice, ladder};
use super::words::{chance, figure, j_per_th, node_is_not_efficiency, rate, two_digits, usd};
use crate::compare::{Comparison, Figures, Machine};
use std::fmt::Write as _;

/// The whole text, at most 80 columns wide.
pub fn comparison(comparison: &Comparison, choice: Choice) -> String {
    let first = &comparison.first;
    let mut text = String::new();
    for (index, figures) in [first].into_iter().chain(&comparison.others).enumerate() {
        let mark = char::from(b"*23456789"[index.min(8)]);
        text += &format!("{mark} {}\n", machine(&figures.machine));
    }
    let _ = write!(text, "\n{}{}", ladder(comparison, choice), legend(comparison));
    text += &odds(comparison);
    text += &money(comparison);
    text += &equals(first);
    text += &notes(comparison);
    text
}

fn machine(machine: &Machine) -> String {
    let rate = rate(machine.hashes_per_second);
    let how = machine.configuration.as_ref().map_or_else(String::new, |how| format!(", {how}"));
    let energy = machine.joules_per_hash.map_or_else(
        || "energy: not measured here".to_owned(),
        |j| {
            format!(
                "{} J/TH ({}, boundary: {}, {})",
                j_per_th(j.median),
                j.labels.provenance,
                j.labels.boundary,
                j.labels.quality
            )
        },
    );
    format!("{}\n  {rate} ({}){how}\n  {energy}", machine.name, machine.rate_provenance)
}

fn legend(comparison: &Comparison) -> String {
    let first = &comparison.first;
    let [low, high] = ASSUMED_WATTS;
    let last = match first.machine.joules_per_hash {
        Some(joules) if joules.is_lower_bound => {
            "joules x: this machine's joules for a hash over the device's, at least: rigs are measured at the wall, \
             this machine is not."
                .to_owned()
        }
        Some(_) => "joules x: this machine's joules for a hash over the device's.".to_owned(),
        None => format!(
            "equal at: the watts at which this machine would be as efficient as the device; its line spans {low} to \
             {high} W, and at 1 W it would be at {} J/TH{}.",
            j_per_th(first.one_watt.joules_per_hash),
            first.one_watt.s9_factor.map_or_else(String::new, |x| format!(", still {} times an S9", figure(x))),
        ),
    };
    let rate = "rate x: the device's rate over this machine's.";
    let kinds = "c CPU, g GPU, f FPGA, a ASIC. n/d: node not disclosed. Vendors promise their figures within 5 to 7 %.";
    format!("\n{}\n{}\n{}\n", wrap(&format!("{rate} {last}")), wrap(kinds), wrap(&node_is_not_efficiency(comparison)))
}

/// Lines of at most 80 columns, broken at spaces.
fn wrap(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= 80 {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.join("\n")
}

fn odds(comparison: &Comparison) -> String {
    let first = &comparison.first;
    let (date, is_estimated) = (comparison.epoch_date.as_deref(), comparison.epoch_date_is_estimated);
    let when = when(comparison.epoch, date, is_estimated);
    format!(
        "\nAlone against the network\n  ({when}difficulty {})\n  one block in {} years\n  odds of a block: {} in a day, {} \
         in a year,\n    {} in {} years\n  best share to expect: difficulty {} in a day, {} in a year\n",
        figure(comparison.difficulty),
        figure(first.years_per_block),
        chance(first.odds.day),
        chance(first.odds.year),
        chance(first.odds.lifetime),
        first.odds.lifetime_years,
        figure(first.best_share_difficulty.day),
        figure(first.best_share_difficulty.year),
    )
}

fn when(epoch: Option<u32>, date: Option<&str>, is_estimated: bool) -> String {
    let estimated = if is_estimated { " (estimated time)" } else { "" };
    epoch.zip(date).map_or_else(String::new, |(height, date)| format!("epoch {height} from {date}{estimated}, "))
}

fn money(comparison: &Comparison) -> String {
    let (terms, dollars) = (&comparison.terms, &comparison.first.economics);
    let price_date = terms.price_date.as_ref().map_or_else(String::new, |date| format!(" of {date}"));
    let mut text = format!(
        "\nMoney (${} per BTC{price_date}, {} BTC a block, {} USD/kWh,\n  {}difficulty {})\n  revenue {} a day\n",
        crate::units::significant(terms.price_usd, 4),
        terms.reward_btc,
        terms.power_price_usd_per_kwh,
        when(terms.epoch, terms.epoch_date.as_deref(), terms.epoch_date_is_estimated),
        figure(terms.difficulty),
        usd(dollars.revenue_usd_per_day),
    );
    if let (Some(power), Some(margin), Some(block), Some(price)) = (
        dollars.power_cost_usd_per_day,
        dollars.margin_usd_per_day,
        dollars.power_cost_usd_per_block,
        dollars.break_even_price_usd,
    ) {
        let result = if margin < 0.0 { "loss" } else { "gain" };
        let _ = write!(
            text,
            "  power {} a day: a {result} of {} a day\n  power for one block {}: break-even at {} per BTC\n",
            usd(power),
            usd(margin.abs()),
            usd(block),
            usd(price),
        );
    } else {
        text += "  power: unknown without watts (give --watts, or measure with `hashjoule bench`)\n";
    }
    text
}

fn equals(first: &Figures) -> String {
    let mut text = "\nSo many of this machine hash as fast as\n".to_owned();
    for count in &first.machines_to_equal {
        let _ = writeln!(text, "  {:<22} {}", count.name, figure(count.machines));
    }
    if let Some(s9) = first.devices.iter().find(|rung| rung.id == crate::compare::RIGS[0])
        && let Some(watts) = s9.watts_to_equal
    {
        let _ = writeln!(text, "As efficient as {} it would be at {}.", s9.name, two_digits(watts, "W"));
    }
    text
}

fn notes(comparison: &Comparison) -> String {
    let figures = [&comparison.first].into_iter().chain(&comparison.others);
    let all = figures.flat_map(|figures| &figures.machine.notes).chain(&comparison.notes);
    all.fold(String::new(), |text, note| {
        format!("{text}{}{}\n", if text.is_empty() { "\n" } else { "" }, wrap(&format!("note: {note}")))
    })
}
