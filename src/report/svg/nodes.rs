//! The node is not the efficiency: joules per terahash of every ASIC over the node that its vendor states.

use super::ladder::tip;
use super::{Axis, Frame, Mark, Picture, Size};
use crate::compare::{Comparison, Rung};
use crate::report::words::{j_per_th, node_is_not_efficiency};

/// Labelled, as far as there is room.
const LABELLED: [&str; 6] = ["gmo-b3", "gmo-b2", "antminer-s19-pro", "antminer-s23", "whatsminer-m10", "antminer-s15"];

/// How far a dot may stand beside the middle of its column.
const ZIGZAG: f64 = 0.19;

/// J/TH (log scale) over the node, one column a node.
pub fn nodes(comparison: &Comparison, size: Size) -> Picture {
    let columns = columns(comparison);
    let mut canvas = Frame {
        id: "nodes",
        size,
        title: "Joules per terahash by process node".to_owned(),
        description: format!("{} Each dot is an ASIC; one column for each node.", node_is_not_efficiency(comparison)),
        x: axis(&columns, size),
        y: Axis {
            from: 0.8,
            to: 4.2,
            ticks: [(1.0, "10"), (2.0, "100"), (3.0, "1,000"), (4.0, "10,000")]
                .map(|(at, text)| (at, text.to_owned()))
                .into(),
            caption: "joules per terahash (log scale; lower is better)",
        },
        lines: Vec::new(),
    }
    .draw();
    let end = columns.len() as f64 - 0.5;
    let s9 = asics(comparison).find(|(rung, _)| rung.id == crate::compare::RIGS[0]);
    if let Some((rung, joules)) = s9 {
        let (from, to) = ((-0.5, height(joules)), (end, height(joules)));
        canvas.line(from, to, "s-line", true);
        canvas.keep_free(from, to, 2.0);
        let name = rung.model.split(" (").next().unwrap_or(&rung.model);
        canvas.label(from, 8.0, &format!("{name}: {} J/TH", j_per_th(joules)), "f-muted");
    }
    let spots = spots(comparison, &columns);
    if let Some(spread) = comparison.nodes.iter().find(|spread| spread.node_nm.total_cmp(&7.0).is_eq()) {
        let at = columns.iter().position(|node| *node == Some(7.0)).unwrap_or_default() as f64;
        canvas.cloud(
            (at - ZIGZAG, height(spread.best_joules_per_hash)),
            (at + ZIGZAG, height(spread.worst_joules_per_hash)),
        );
    }
    for (rung, spot) in &spots {
        canvas.mark(Mark::Asic, *spot, &rung.id, &tip(rung));
    }
    for id in LABELLED {
        if let Some((rung, spot)) = spots.iter().find(|(rung, _)| rung.id == id) {
            let name = rung.model.split(" (").next().unwrap_or(&rung.model);
            let joules = rung.joules_per_hash.map_or_else(String::new, j_per_th);
            canvas.label(*spot, 8.0, &format!("{name}: {joules}"), "f-ink");
        }
    }
    canvas.finish()
}

fn height(joules: f64) -> f64 {
    (joules * 1e12).log10()
}

fn asics(comparison: &Comparison) -> impl Iterator<Item = (&Rung, f64)> {
    let devices = comparison.first.devices.iter().filter(|rung| rung.kind == "asic");
    devices.filter_map(|rung| Some((rung, rung.joules_per_hash?)))
}

/// Where the dots stand: in a column by efficiency, neighbours side by side.
fn spots<'a>(comparison: &'a Comparison, columns: &[Option<f64>]) -> Vec<(&'a Rung, (f64, f64))> {
    let mut ranked: Vec<_> = asics(comparison).collect();
    ranked.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut seen = vec![0_u32; columns.len() + 1];
    let spot = |(rung, joules): (&'a Rung, f64)| {
        let at = columns.iter().position(|node| *node == rung.node_nm).unwrap_or(columns.len());
        seen[at] += 1;
        (rung, (at as f64 + ZIGZAG * (f64::from(seen[at] % 3) - 1.0), height(joules)))
    };
    ranked.into_iter().map(spot).collect()
}

/// The nodes, the largest first; `None`, undisclosed, last.
fn columns(comparison: &Comparison) -> Vec<Option<f64>> {
    let mut nodes: Vec<f64> = asics(comparison).filter_map(|(rung, _)| rung.node_nm).collect();
    nodes.sort_by(|a, b| b.total_cmp(a));
    nodes.dedup();
    nodes.into_iter().map(Some).chain([None]).collect()
}

/// On a phone there is room for every other name.
fn axis(columns: &[Option<f64>], size: Size) -> Axis {
    let text = |node: &Option<f64>| match (node, size) {
        (Some(nm), Size::Wide) => format!("{nm} nm"),
        (Some(nm), Size::Narrow) => format!("{nm}"),
        (None, Size::Wide) => "undisclosed".to_owned(),
        (None, Size::Narrow) => "n/d".to_owned(),
    };
    let every = if size == Size::Wide { 1 } else { 2 };
    let named = columns.iter().enumerate().rev().step_by(every);
    let ticks = named.map(|(index, node)| (index as f64, text(node))).collect();
    Axis { from: -0.5, to: columns.len() as f64 - 0.4, ticks, caption: "" }
}
