//! What each trick saves: operations of a hash that are left, trick upon trick.

use super::{Axis, Frame, Mark, Picture, Size};
use crate::compare::Ablation;
use crate::units::{grouped, significant};

/// Operations left (from zero: a share is a length here) over the tricks, in their order.
pub fn ablation(ablation: &Ablation, size: Size) -> Picture {
    let start = ablation.operations_without_tricks;
    let steps: Vec<f64> = [start].into_iter().chain(ablation.rows.iter().map(|row| row.operations_left)).collect();
    let top = start * 1.08;
    let mut canvas = Frame {
        id: "ablation",
        size,
        title: "Operations of a hash, trick upon trick".to_owned(),
        description: in_words(ablation),
        x: Axis { from: -0.6, to: steps.len() as f64 - 0.2, ticks: ticks(steps.len(), size), caption: "tricks" },
        y: Axis { from: 0.0, to: top, ticks: operations(top), caption: "operations of a hash that are left" },
        lines: vec![("own", stairs(&steps))],
    }
    .draw();
    canvas.mark(Mark::Own, (0.0, start), "none", "no trick: three compressions for every nonce");
    for (row, at) in ablation.rows.iter().zip(1_u32..) {
        let tip = format!(
            "{at}. {}\nsaves {}, leaves {}",
            row.trick,
            count(row.operations_saved),
            count(row.operations_left)
        );
        canvas.mark(Mark::Asic, (f64::from(at), row.operations_left), &row.trick, &tip);
    }
    canvas.label((0.0, start), 14.0, &format!("no trick: {}", count(start)), "f-own");
    if let Some(last) = steps.last() {
        canvas.label((steps.len() as f64 - 1.0, *last), 8.0, &format!("all: {}", count(*last)), "f-ink");
    }
    canvas.finish()
}

/// Each trick is a step down.
fn stairs(steps: &[f64]) -> Vec<(f64, f64)> {
    let step =
        |(at, pair): (usize, &[f64])| [(at as f64, pair[0]), (at as f64 + 1.0, pair[0]), (at as f64 + 1.0, pair[1])];
    steps.windows(2).enumerate().flat_map(step).collect()
}

fn count(operations: f64) -> String {
    grouped(&format!("{}", (operations * 10.0).round() / 10.0))
}

fn ticks(steps: usize, size: Size) -> Vec<(f64, String)> {
    let every = if size == Size::Wide { 1 } else { 2 };
    (0..steps).step_by(every).map(|at| (at as f64, at.to_string())).collect()
}

fn operations(top: f64) -> Vec<(f64, String)> {
    let step = 10f64.powf(top.log10().floor());
    let step = if top / step < 2.5 { step / 2.0 } else { step };
    (0..).map(|i| f64::from(i) * step).take_while(|at| *at < top).map(|at| (at, grouped(&format!("{at}")))).collect()
}

fn in_words(ablation: &Ablation) -> String {
    let each: Vec<_> =
        ablation.rows.iter().map(|row| format!("{}: {}", row.trick, significant(row.operations_left, 4))).collect();
    format!(
        "From {} operations without tricks down to, {}.",
        significant(ablation.operations_without_tricks, 4),
        each.join("; ")
    )
}
