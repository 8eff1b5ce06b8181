//! The ladder in plain characters: 80 columns, the best rung on top.

use super::words::{figure, j_per_th, two_digits};
use crate::asic::S9;
use crate::compare::{Comparison, Figures, Rung};
use std::fmt::Write as _;

/// The rungs that stand for all: one or two of each generation, and the rigs of the article.
pub const RUNGS: [&str; 22] = [
    "cpu-p4-class",
    "cpu-i7-3930k",
    "gpu-gtx480",
    "gpu-hd5870",
    "fpga-bfl-single",
    "fpga-lx150-2011",
    "avalon-b1",
    "asicminer-sapphire",
    "antminer-s1",
    "antminer-s3",
    "antminer-s5",
    "antminer-s7",
    S9,
    "gmo-b3",
    "gmo-b2",
    "whatsminer-m10",
    "antminer-s15",
    "antminer-s17-pro-53",
    "antminer-s19-pro",
    "bitaxe-gamma",
    "antminer-s21-xp",
    "antminer-s23-hyd",
];

/// Watts that some CPU could draw: where the rungs of a machine without a meter may lie.
pub const ASSUMED_WATTS: [f64; 2] = [1.0, 500.0];

/// Columns of the names.
const NAME: usize = 22;
/// Columns of the little plot, three for a power of ten, from 1e8 J/TH on the left.
const PLOT: usize = 22;
/// The column of 1e8 J/TH is 0.
const LEFT_EXPONENT: f64 = 8.0;

/// Which devices a table shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// [`RUNGS`].
    Rungs,
    /// Every device whose efficiency is known.
    All,
}

/// One line of the ladder: a device, or a machine (whose joules may be a range).
struct Line {
    name: String,
    node: String,
    /// J/hash, for the order: the smaller end of a range.
    joules: f64,
    efficiency: String,
    plot: String,
    rate_factor: String,
    last: String,
}

/// The ladder of efficiency, machines and devices, as text.
pub fn ladder(comparison: &Comparison, choice: Choice) -> String {
    let has_joules = comparison.first.machine.joules_per_hash.is_some();
    let mut lines: Vec<Line> =
        chosen(&comparison.first, choice).map(|rung| device_line(rung, &comparison.first, has_joules)).collect();
    let machines = [&comparison.first].into_iter().chain(&comparison.others);
    lines.extend(machines.enumerate().map(|(index, figures)| machine_line(index, figures, has_joules)));
    lines.sort_by(|a, b| a.joules.total_cmp(&b.joules));
    let last = if has_joules { "joules x" } else { "equal at" };
    let mut text = row("", "", "J/TH", "1e8   1e6   1e4   100", "rate x", last);
    for line in &lines {
        text += &row(&line.name, &line.node, &line.efficiency, &line.plot, &line.rate_factor, &line.last);
    }
    text
}

/// The devices that the choice shows, in the catalogue's order. A catalogue of the user's own is shown whole.
pub fn chosen(figures: &Figures, choice: Choice) -> impl Iterator<Item = &Rung> {
    let known = |rung: &&Rung| RUNGS.contains(&rung.id.as_str());
    let all = choice == Choice::All || !figures.devices.iter().any(|rung| known(&rung));
    figures.devices.iter().filter(move |rung| rung.joules_per_hash.is_some() && (all || known(rung)))
}

fn row(name: &str, node: &str, efficiency: &str, plot: &str, rate: &str, last: &str) -> String {
    let name: String = name.chars().take(NAME).collect();
    let line = format!("{name:<NAME$}{node:>6} {efficiency:>9} {plot:<PLOT$} {rate:>9} {last:>8}");
    format!("{}\n", line.trim_end())
}

fn device_line(rung: &Rung, figures: &Figures, has_joules: bool) -> Line {
    let joules = rung.joules_per_hash.unwrap_or(f64::INFINITY);
    let at_least = figures.machine.joules_per_hash.is_some_and(|joules| joules.is_lower_bound);
    let factor = |factor: f64| format!("{}{}", if at_least { ">" } else { "" }, short(factor));
    let mark = rung.kind.chars().next().unwrap_or('o');
    Line {
        name: short_name(&rung.model),
        node: node(rung),
        joules,
        efficiency: j_per_th(joules),
        plot: dot(joules, mark),
        rate_factor: rung.rate_factor.map_or_else(String::new, short),
        last: match (has_joules, rung.efficiency_factor, rung.watts_to_equal) {
            (true, Some(x), _) => factor(x),
            (false, _, Some(watts)) => two_digits(watts, "W"),
            _ => String::new(),
        },
    }
}

/// The bin in parentheses goes when the column is too narrow.
fn short_name(model: &str) -> String {
    let shorter = model.split(" (").next().unwrap_or(model);
    if model.chars().count() > NAME { shorter.to_owned() } else { model.to_owned() }
}

fn node(rung: &Rung) -> String {
    rung.node_nm.map_or_else(|| "n/d".to_owned(), |_| rung.node.replace(' ', ""))
}

/// A factor in nine columns.
fn short(factor: f64) -> String {
    let text = figure(factor);
    ["million", "billion", "trillion"].iter().zip(["M", "bn", "tn"]).fold(text, |t, (word, sign)| t.replace(word, sign))
}

fn machine_line(index: usize, figures: &Figures, has_joules: bool) -> Line {
    let machine = &figures.machine;
    let mark = char::from(b"*23456789"[index.min(8)]);
    let [few, many] = ASSUMED_WATTS.map(|watts| watts / machine.hashes_per_second);
    let known = machine.joules_per_hash;
    Line {
        name: format!("{mark} {}", machine.name),
        node: String::new(),
        joules: known.map_or(few, |joules| joules.median),
        efficiency: known.map_or_else(|| "?".to_owned(), |joules| j_per_th(joules.median)),
        plot: known.map_or_else(|| range(few, many, mark), |joules| dot(joules.median, mark)),
        rate_factor: if index == 0 { "1".to_owned() } else { String::new() },
        last: if index == 0 && has_joules { "1".to_owned() } else { String::new() },
    }
}

/// The column of an efficiency, at the nearest edge when it lies outside.
fn column(joules: f64) -> usize {
    let at = (LEFT_EXPONENT - (joules * 1e12).log10()) * 3.0;
    at.round().clamp(0.0, (PLOT - 1) as f64) as usize // 0..PLOT
}

fn dot(joules: f64, mark: char) -> String {
    format!("{:.>1$}", mark, column(joules) + 1)
}

/// From many joules on the left to few on the right.
fn range(few: f64, many: f64, mark: char) -> String {
    let (from, to) = (column(many), column(few));
    let mut text = ".".repeat(from);
    let _ = write!(text, "{mark}{}", "-".repeat((to - from).saturating_sub(1)));
    if to > from {
        text.push(mark);
    }
    text
}
