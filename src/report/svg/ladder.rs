//! The two ladders: joules per hash and hashes per second over the year a device came out.

use super::{Axis, Canvas, Frame, Mark, Picture, Size};
use crate::asic::S9;
use crate::compare::{Comparison, Figures, Rung};
use crate::report::table::{ASSUMED_WATTS, RUNGS};
use crate::report::words::{j_per_th, rate};

/// Labels of the wide picture; those that find no place stay away. The narrow one takes the first few.
const LABELLED: [&str; 16] = [
    S9,
    "cpu-p4-class",
    "gpu-hd5870",
    "antminer-s21-xp",
    "fpga-lx150-2011",
    "avalon-b1",
    "gmo-b3",
    "antminer-s1",
    "antminer-s7",
    "antminer-s15",
    "antminer-s19-pro",
    "antminer-s5",
    "fpga-bfl-single",
    "cpu-class-worst",
    "antminer-s23-hyd",
    "cpu-i7-3930k",
];
const LABELLED_NARROW: usize = 6;

/// J/TH over years, downwards is better.
pub fn efficiency(comparison: &Comparison, size: Size) -> Picture {
    let place = |joules: f64| (joules * 1e12).log10();
    let mut canvas = Frame {
        id: "efficiency",
        size,
        title: "Energy of a hash, from 2009 to today".to_owned(),
        description: efficiency_in_words(comparison),
        x: years(comparison, size),
        y: decades(0.6, 8.2, "joules per terahash (log scale; lower is better)"),
        lines: Vec::new(),
    }
    .draw();
    let cloud = cloud(&mut canvas, comparison, place);
    marks(&mut canvas, comparison, |rung| rung.joules_per_hash.map(place));
    for figures in machines(comparison) {
        own_efficiency(&mut canvas, comparison, figures, place);
    }
    cloud.into_iter().for_each(|corner| label_cloud(&mut canvas, comparison, corner));
    let labels = if size == Size::Wide { LABELLED.len() } else { LABELLED_NARROW };
    label_devices(&mut canvas, comparison, labels, |rung| rung.joules_per_hash.map(place));
    canvas.legend(&legend(&["CPU", "GPU", "FPGA", "ASIC"]));
    canvas.finish()
}

/// Hashes per second over years.
pub fn rates(comparison: &Comparison, size: Size) -> Picture {
    let mut canvas = Frame {
        id: "rates",
        size,
        title: "Hashes per second, from 2009 to today".to_owned(),
        description: rates_in_words(comparison),
        x: years(comparison, size),
        y: rate_decades(),
        lines: Vec::new(),
    }
    .draw();
    marks(&mut canvas, comparison, |rung| rung.hashes_per_second.map(f64::log10));
    for figures in machines(comparison) {
        let at = (own_year(comparison, figures), figures.machine.hashes_per_second.log10());
        canvas.mark(Mark::Own, at, "machine", &own_tip(figures));
    }
    for figures in machines(comparison) {
        let at = (own_year(comparison, figures), figures.machine.hashes_per_second.log10());
        canvas.label(at, 14.0, &own_name(figures, size), "f-own");
    }
    let labels = if size == Size::Wide { LABELLED.len() } else { LABELLED_NARROW };
    label_devices(&mut canvas, comparison, labels, |rung| rung.hashes_per_second.map(f64::log10));
    canvas.legend(&legend(&["CPU", "GPU", "FPGA", "ASIC"]));
    canvas.finish()
}

fn machines(comparison: &Comparison) -> impl Iterator<Item = &Figures> {
    [&comparison.first].into_iter().chain(&comparison.others)
}

fn legend(names: &[&'static str; 4]) -> [(Mark, &'static str); 4] {
    [(Mark::Cpu, names[0]), (Mark::Gpu, names[1]), (Mark::Fpga, names[2]), (Mark::Asic, names[3])]
}

fn marks(canvas: &mut Canvas, comparison: &Comparison, height: impl Fn(&Rung) -> Option<f64>) {
    for rung in &comparison.first.devices {
        if let Some(y) = height(rung) {
            canvas.mark(Mark::of_kind(rung.kind), (rung.year, y), &rung.id, &tip(rung));
        }
    }
}

fn label_devices(canvas: &mut Canvas, comparison: &Comparison, most: usize, height: impl Fn(&Rung) -> Option<f64>) {
    let further = RUNGS.iter().filter(|id| !LABELLED.contains(id) && most == LABELLED.len());
    for id in LABELLED.iter().take(most).chain(further) {
        let found = comparison.first.devices.iter().find(|rung| rung.id == *id);
        if let Some((rung, y)) = found.and_then(|rung| Some((rung, height(rung)?))) {
            canvas.label((rung.year, y), 8.0, &label(rung), "f-ink");
        }
    }
}

fn label(rung: &Rung) -> String {
    let name = rung.model.split(" (").next().unwrap_or(&rung.model);
    rung.node_nm.map_or_else(|| name.to_owned(), |_| format!("{name}, {}", rung.node))
}

/// What a pointer over a device is told.
pub(super) fn tip(rung: &Rung) -> String {
    let known = |value: Option<f64>, text: fn(f64) -> String| value.map_or_else(|| "unknown".to_owned(), text);
    format!(
        "{}, {}, node {}\n{} J/TH, {}\nSource (tier {}): {}{}{}",
        rung.name,
        rung.released,
        rung.node,
        known(rung.joules_per_hash, j_per_th),
        known(rung.hashes_per_second, rate),
        rung.tier,
        rung.source,
        if rung.note.is_empty() { "" } else { "\nNote: " },
        rung.note,
    )
}

fn own_tip(figures: &Figures) -> String {
    let machine = &figures.machine;
    let energy = machine.joules_per_hash.map_or_else(
        || "energy not measured".to_owned(),
        |j| format!("{} J/TH ({}, boundary: {})", j_per_th(j.median), j.labels.provenance, j.labels.boundary),
    );
    format!("{}\n{} ({}), {energy}", machine.name, rate(machine.hashes_per_second), machine.rate_provenance)
}

fn own_name(figures: &Figures, size: Size) -> String {
    let most = if size == Size::Wide { 30 } else { 16 };
    let name = &figures.machine.name;
    if name.chars().count() <= most { name.clone() } else { "this machine".to_owned() }
}

fn own_year(comparison: &Comparison, figures: &Figures) -> f64 {
    figures.machine.year.unwrap_or_else(|| newest(comparison)).max(2009.0)
}

fn newest(comparison: &Comparison) -> f64 {
    comparison.first.devices.iter().map(|rung| rung.year).fold(2025.0, f64::max)
}

/// A dot where joules are known; else a line over the watts that a CPU may draw.
fn own_efficiency(canvas: &mut Canvas, comparison: &Comparison, figures: &Figures, place: impl Fn(f64) -> f64) {
    let (x, machine) = (own_year(comparison, figures), &figures.machine);
    let narrow = canvas.is_narrow();
    let name = own_name(figures, if narrow { Size::Narrow } else { Size::Wide });
    if let Some(joules) = machine.joules_per_hash {
        let at = (x, place(joules.median));
        canvas.mark(Mark::Own, at, "machine", &own_tip(figures));
        canvas.label(at, 14.0, &format!("{name}, {}", joules.labels.provenance), "f-own");
        return;
    }
    let [few, many] = ASSUMED_WATTS.map(|watts| place(watts / machine.hashes_per_second));
    canvas.line((x, few), (x, many), "s-own", false);
    canvas.keep_free((x, few), (x, many), 4.0);
    for (watts, y) in ASSUMED_WATTS.into_iter().zip([few, many]) {
        canvas.mark(
            Mark::Own,
            (x, y),
            "machine",
            &format!("{}\nif it drew {watts} W: energy not measured", own_tip(figures)),
        );
        canvas.label((x, y), 14.0, &format!("at {watts} W"), "f-own");
    }
    let middle = f64::midpoint(few, many);
    canvas.label((x, middle), 10.0, &if narrow { name } else { format!("{name}, without a meter") }, "f-own");
}

/// The field in which all ASICs of 7 nm lie; its upper right corner.
fn cloud(canvas: &mut Canvas, comparison: &Comparison, place: impl Fn(f64) -> f64) -> Option<(f64, f64)> {
    let seven = |rung: &&Rung| rung.kind == "asic" && rung.node == "7 nm" && rung.joules_per_hash.is_some();
    let corners: Vec<(f64, f64)> = (comparison.first.devices.iter().filter(seven))
        .map(|rung| (rung.year, place(rung.joules_per_hash.unwrap_or(f64::NAN))))
        .collect();
    if corners.len() < 2 {
        return None;
    }
    let least = |axis: fn(&(f64, f64)) -> f64| corners.iter().map(axis).fold(f64::INFINITY, f64::min);
    let most = |axis: fn(&(f64, f64)) -> f64| corners.iter().map(axis).fold(f64::NEG_INFINITY, f64::max);
    let (low, high) = ((least(|c| c.0), least(|c| c.1)), (most(|c| c.0), most(|c| c.1)));
    canvas.cloud(low, high);
    Some(high)
}

/// Once the marks stand, so that it finds a free place.
fn label_cloud(canvas: &mut Canvas, comparison: &Comparison, corner: (f64, f64)) {
    let Some(spread) = comparison.nodes.iter().find(|spread| spread.node_nm.total_cmp(&7.0).is_eq()) else { return };
    let [worst, best] = [spread.worst_joules_per_hash, spread.best_joules_per_hash].map(j_per_th);
    let text = format!("7 nm: {worst} to {best} J/TH");
    let mut places = [0.0, 0.4, 0.8].into_iter().map(|higher| (corner.0, corner.1 + higher));
    places.find(|place| canvas.label(*place, 16.0, &text, "f-muted"));
}

fn years(comparison: &Comparison, size: Size) -> Axis {
    let last = machines(comparison).map(|figures| own_year(comparison, figures)).fold(newest(comparison), f64::max);
    let step = if size == Size::Wide { 1 } else { 4 };
    let to = (last + 0.4).max(2026.2);
    let ticks = (2009..=to.floor() as i32).step_by(step).map(|year| (f64::from(year), year.to_string())).collect(); // a year
    Axis { from: 2008.2, to, ticks, caption: "" }
}

fn decades(from: f64, to: f64, caption: &'static str) -> Axis {
    let names = ["1", "10", "100", "1,000", "10,000", "10\u{2075}", "10\u{2076}", "10\u{2077}", "10\u{2078}"];
    let ticks = (0..).zip(names).filter(|(exponent, _)| f64::from(*exponent) >= from);
    Axis { from, to, ticks: ticks.map(|(exponent, name)| (f64::from(exponent), name.to_owned())).collect(), caption }
}

fn rate_decades() -> Axis {
    let names = ["1 MH/s", "1 GH/s", "1 TH/s", "1 PH/s"];
    let ticks = names.into_iter().zip([6.0, 9.0, 12.0, 15.0]).map(|(name, at)| (at, name.to_owned())).collect();
    Axis { from: 5.0, to: 15.4, ticks, caption: "hashes per second (log scale)" }
}

fn efficiency_in_words(comparison: &Comparison) -> String {
    let ranked = comparison.first.devices.iter().filter_map(|rung| Some((rung.joules_per_hash?, rung)));
    let best = ranked.min_by(|a, b| a.0.total_cmp(&b.0));
    let best = best.map_or_else(String::new, |(joules, rung)| {
        format!(" The best device, {}, takes {} J/TH.", rung.name, j_per_th(joules))
    });
    let own: Vec<String> = machines(comparison).map(own_tip).collect();
    format!(
        "Dots of {} devices: joules per terahash on a log scale over the year of release, falling from a hundred million \
         for the first CPUs.{best} Measured here: {}.",
        comparison.first.devices.len(),
        own.join("; ").replace('\n', ": "),
    )
}

fn rates_in_words(comparison: &Comparison) -> String {
    let own: Vec<String> = machines(comparison).map(own_tip).collect();
    format!(
        "Dots of {} devices: hashes per second on a log scale over the year of release. This machine: {}.",
        comparison.first.devices.len(),
        own.join("; ").replace('\n', ": "),
    )
}
