//! Pictures of the market: the network's epochs, break-even lines, the fleet's supply curve.

use super::svg::{Axis, Canvas, Frame, Mark, Picture, Size};
use crate::market::fleet::State;
use crate::market::overview::{Line, Overview};
use crate::market::replay::Row;
use crate::market::{Epoch, economics::equilibrium_hash_rate};
use crate::units::{HashRate, Money, grouped};

/// Hash rate and difficulty per epoch. Difficulty is drawn as the hash rate that it is made for, on the same axis.
pub fn epochs(rows: &[Row], size: Size) -> Picture {
    let of_the_epoch = |row: &Row| (day(&row.epoch), measured(row));
    let made_for = |row: &Row| (day(&row.epoch), ehs(equilibrium_hash_rate(row.epoch.difficulty())));
    let (rates, difficulties): (Vec<_>, Vec<_>) = rows.iter().map(|row| (of_the_epoch(row), made_for(row))).unzip();
    let highest = rates.iter().chain(&difficulties).map(|point| point.1).fold(0.0, f64::max);
    let mut canvas = Frame {
        id: "market-epochs",
        size,
        title: "Hash rate and difficulty, epoch by epoch".to_owned(),
        description: epochs_in_words(rows),
        x: days(rows, size),
        y: Axis {
            from: 0.0,
            to: highest * 1.08,
            ticks: tens(highest * 1.08, 10.0),
            caption: "EH/s, mean of each epoch",
        },
        lines: vec![("line", difficulties.clone()), ("cpu", rates.clone())],
    }
    .draw();
    for (row, at) in rows.iter().zip(&rates) {
        canvas.mark(Mark::Cpu, *at, &row.epoch.height.to_string(), &epoch_tip(row));
    }
    keep_line(&mut canvas, &rates, 3.0);
    keep_line(&mut canvas, &difficulties, 3.0);
    extremes(&mut canvas, rows, &rates);
    // Where it lies farthest above the rate, there is room beside it.
    let above = |i: &usize| difficulties[*i].1 - rates[*i].1;
    if let Some(i) = (0..rates.len()).max_by(|a, b| above(a).total_cmp(&above(b))) {
        canvas.label(difficulties[i], 12.0, "difficulty, as the rate it is made for", "f-muted");
    }
    canvas.finish()
}

/// Names the highest of the first months, the lowest, and the last epoch.
fn extremes(canvas: &mut Canvas, rows: &[Row], rates: &[(f64, f64)]) {
    let trough = (0..rates.len()).min_by(|&a, &b| rates[a].1.total_cmp(&rates[b].1));
    let peak = (0..trough.unwrap_or(0)).max_by(|&a, &b| rates[a].1.total_cmp(&rates[b].1));
    for index in [peak, trough].into_iter().flatten() {
        let text = format!("{:.1} EH/s from {}", rates[index].1, rows[index].epoch.date());
        canvas.label(rates[index], 12.0, &text, "f-ink");
    }
}

/// An overview holds epochs that have ended, which have a rate.
fn measured(row: &Row) -> f64 {
    row.hash_rate.map_or(f64::NAN, ehs)
}

fn day(epoch: &Epoch) -> f64 {
    f64::from(epoch.time) / 86_400.0
}

fn days(rows: &[Row], size: Size) -> Axis {
    let ends = rows.first().zip(rows.last()).map_or((0.0, 1.0), |(first, last)| (day(&first.epoch), day(&last.epoch)));
    let step = rows.len().div_ceil(if size == Size::Wide { 8 } else { 3 }).max(1);
    let ticks = rows.iter().step_by(step).map(|row| (day(&row.epoch), row.epoch.date().to_string())).collect();
    Axis { from: ends.0 - 8.0, to: ends.1 + 24.0, ticks, caption: "" }
}

fn epoch_tip(row: &Row) -> String {
    let change = row.adjustment.map_or_else(String::new, |change| format!(" ({:+.1} %)", 100.0 * change));
    format!(
        "{} (height {})\n{:.2} EH/s\ndifficulty {:.4e}{change}",
        row.epoch.date(),
        row.epoch.height,
        measured(row),
        row.epoch.difficulty()
    )
}

fn epochs_in_words(rows: &[Row]) -> String {
    let each: Vec<_> = rows.iter().map(|row| format!("{} {:.1}", row.epoch.date(), measured(row))).collect();
    format!("Mean hash rate of the network in EH/s by the first day of each epoch: {}.", each.join(", "))
}

/// The coin price at which rigs go off, over the power price: below its line a rig loses money.
pub fn break_even(lines: &[Line], price: Money, size: Size) -> Picture {
    const PAINTS: [&str; 4] = ["gpu", "asic", "cpu", "fpga"];
    let points =
        |line: &Line| line.ends.map(|(power, price)| (power.to_usd_per_kwh() * 100.0, price.to_usd())).to_vec();
    let highest = lines.iter().flat_map(points).map(|point| point.1).fold(price.to_usd(), f64::max) * 1.05;
    let ticks = (1..=6).map(|i| (f64::from(2 * i), format!("{} c", 2 * i))).collect();
    let right = if size == Size::Wide { 14.4 } else { 14.0 };
    let mut canvas = Frame {
        id: "market-break-even",
        size,
        title: "Where rigs go off".to_owned(),
        description: lines_in_words(lines, price),
        x: Axis { from: 2.0, to: right, ticks, caption: "power price, US cents per kWh" },
        y: Axis { from: 0.0, to: highest, ticks: tens(highest, 1000.0), caption: "shutdown price, USD per BTC" },
        lines: lines.iter().zip(PAINTS).map(|(line, paint)| (paint, points(line))).collect(),
    }
    .draw();
    let level = [(2.0, price.to_usd()), (right, price.to_usd())];
    canvas.line(level[0], level[1], "s-line", true);
    canvas.keep_free(level[0], level[1], 2.0);
    lines.iter().for_each(|line| keep_line(&mut canvas, &points(line), 2.0));
    for line in lines {
        // To the right of its end, where the axis leaves room.
        let [_, (_, end)] = line.ends;
        let joules = if size == Size::Wide { format!(", {:.0} J/TH", line.j_per_th) } else { String::new() };
        canvas.label((12.0, end.to_usd()), 6.0, &format!("{}{joules}", short(&line.name)), "f-ink");
    }
    canvas.label((3.0, price.to_usd()), 10.0, &format!("{} USD: 3 to 18 December 2018", usd(price)), "f-muted");
    canvas.finish()
}

/// Keeps labels off a line.
fn keep_line(canvas: &mut Canvas, points: &[(f64, f64)], margin: f64) {
    for pair in points.windows(2) {
        for i in 0..=12 {
            let share = f64::from(i) / 12.0;
            let at = (pair[0].0 + share * (pair[1].0 - pair[0].0), pair[0].1 + share * (pair[1].1 - pair[0].1));
            canvas.keep_free(at, at, margin);
        }
    }
}

fn short(name: &str) -> &str {
    let name = name.split(" (").next().unwrap_or(name);
    name.trim_start_matches("Bitmain Antminer ").trim_start_matches("GMO miner ")
}

fn lines_in_words(lines: &[Line], price: Money) -> String {
    let each: Vec<_> = lines
        .iter()
        .map(|line| {
            let [(low, first), (high, last)] =
                line.ends.map(|(power, price)| (power.to_usd_per_kwh() * 100.0, usd(price)));
            format!("{} {first} USD at {low:.0} cents to {last} USD at {high:.0} cents", line.name)
        })
        .collect();
    format!(
        "The coin price below which a rig costs more power than it earns. {}. The price was {} USD.",
        each.join("; "),
        usd(price)
    )
}

/// Pixels of the plot's corners in a picture and what they stand for, for a script that adds a mark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Corners {
    /// Lower left and upper right, in pixels of the picture.
    pub pixels: [(f64, f64); 2],
    /// ln(USD per BTC) and EH/s there.
    pub values: [(f64, f64); 2],
}

/// A known pair of price and hash rate, to stand beside the model.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// US dollars per BTC.
    pub price: Money,
    /// What ran.
    pub rate: HashRate,
    /// When, and whatever else is to be said.
    pub text: String,
}

/// The epochs of a replay whose mean price is known.
pub fn known(rows: &[Row]) -> Vec<Known> {
    let known = |row: &Row| {
        let known = row.price.as_ref().filter(|known| known.is_mean)?;
        Some(Known { price: known.price, rate: row.hash_rate?, text: format!("{}", row.epoch.date()) })
    };
    rows.iter().filter_map(known).collect()
}

/// The hash rate that the fleet runs over the price (log scale), with the record beside it.
pub fn supply(curve: &[(Money, HashRate)], state: &State, record: &[Known], size: Size) -> (Picture, Corners) {
    let point = |&(price, rate): &(Money, HashRate)| (price.to_usd().ln(), ehs(rate));
    let points: Vec<_> = curve.iter().map(point).collect();
    let ends = points.first().zip(points.last()).map_or((0.0, 1.0), |(first, last)| (first.0, last.0));
    let installed = ehs(state.installed);
    let highest = record.iter().map(|known| ehs(known.rate)).fold(installed, f64::max) * 1.08;
    let values = [(ends.0, 0.0), (ends.1, highest)];
    let mut canvas = Frame {
        id: "market-supply",
        size,
        title: "What the fleet runs at a price".to_owned(),
        description: supply_in_words(curve, state, record),
        x: Axis { from: ends.0, to: ends.1, ticks: prices(ends, size), caption: "USD per BTC (log scale)" },
        y: Axis { from: 0.0, to: highest, ticks: tens(highest, 10.0), caption: "EH/s that run" },
        lines: vec![("cpu", points.clone())],
    }
    .draw();
    canvas.line((ends.0, installed), (ends.1, installed), "s-line", true);
    canvas.keep_free((ends.0, installed), (ends.1, installed), 2.0);
    for known in record.iter().filter(|known| (ends.0..=ends.1).contains(&known.price.to_usd().ln())) {
        let at = (known.price.to_usd().ln(), ehs(known.rate));
        let text = format!("{}\n{:.1} EH/s at {} USD, measured", known.text, at.1, usd(known.price));
        canvas.mark(Mark::Own, at, &known.text, &text);
    }
    points.iter().for_each(|at| canvas.keep_free(*at, *at, 3.0));
    for known in record {
        canvas.label((known.price.to_usd().ln(), ehs(known.rate)), 14.0, &known.text, "f-own");
    }
    canvas.label((ends.0 + 0.1, installed), 10.0, &format!("{installed:.0} EH/s installed"), "f-muted");
    let pixels = [canvas.at(values[0].0, values[0].1), canvas.at(values[1].0, values[1].1)];
    (canvas.finish(), Corners { pixels, values })
}

fn supply_in_words(curve: &[(Money, HashRate)], state: &State, record: &[Known]) -> String {
    let model: Vec<_> = curve
        .iter()
        .step_by(curve.len().div_ceil(8).max(1))
        .map(|(p, h)| format!("{} USD {:.1}", usd(*p), ehs(*h)))
        .collect();
    let known: Vec<_> = record
        .iter()
        .map(|known| format!("{} {:.1} at {} USD", known.text, ehs(known.rate), usd(known.price)))
        .collect();
    format!(
        "The model's hash rate in EH/s over the price of a bitcoin, {:.0} installed: {}. Measured: {}.",
        ehs(state.installed),
        model.join(", "),
        known.join(", "),
    )
}

fn prices(ends: (f64, f64), size: Size) -> Vec<(f64, String)> {
    let all: &[f64] = if size == Size::Wide {
        &[1e3, 2e3, 3e3, 4e3, 6e3, 8e3, 1e4, 1.5e4, 2e4, 5e4, 1e5]
    } else {
        &[1e3, 2e3, 4e3, 8e3, 1.6e4, 1e5]
    };
    let inside = all.iter().filter(|price| (ends.0 - 1e-9..=ends.1 + 1e-9).contains(&price.ln()));
    inside.map(|price| (price.ln(), grouped(&format!("{price:.0}")))).collect()
}

/// The curve of the whole overview.
pub fn supply_of(overview: &Overview, size: Size) -> (Picture, Corners) {
    supply(&overview.curve, &overview.state, &known(&overview.epochs), size)
}

fn tens(highest: f64, step: f64) -> Vec<(f64, String)> {
    let mut step = step;
    while highest / step > 8.0 {
        step *= 2.0;
    }
    (0..)
        .map(|i| f64::from(i) * step)
        .take_while(|at| *at <= highest)
        .map(|at| (at, grouped(&format!("{at:.0}"))))
        .collect()
}

fn ehs(rate: HashRate) -> f64 {
    rate.to_hashes_per_second() / 1e18
}

fn usd(money: Money) -> String {
    grouped(&format!("{:.0}", money.to_usd()))
}
