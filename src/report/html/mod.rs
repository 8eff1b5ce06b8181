//! Pages: one self-contained file each, that asks the network for nothing and works without scripts.

mod devices;
mod figures;
mod method;
mod record;
mod sections;
pub mod shell;

use crate::bench::record::Record;
use crate::compare::{Ablation, Check, Comparison, Inputs};
use crate::market::terms::Moment;
use crate::report::svg;
use maud::{Markup, html};
use serde_json::{Value, json};
use shell::Page;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What the report shows.
#[derive(Debug)]
pub struct Report<'a> {
    /// Machines beside the catalogue.
    pub comparison: &'a Comparison,
    /// The records behind them; empty when rate and watts were declared.
    pub records: &'a [Record],
    /// What the page's script checks its own arithmetic against.
    pub checks: &'a [Check],
    /// Where the sliders begin.
    pub inputs: Start,
    /// Difficulties that a button sets: a name, the moment, its reward.
    pub presets: &'a [(String, Moment, f64)],
    /// Further chapters, each a `<section>`.
    pub chapters: Vec<Markup>,
    /// Style sheets of these chapters.
    pub styles: Vec<&'a str>,
    /// Scripts of these chapters.
    pub scripts: Vec<&'a str>,
    /// What each trick of the kernels saves, when it was counted or timed.
    pub ablation: Option<&'a Ablation>,
}

/// The first position of the sliders; watts are unknown without a meter.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// All but the watts count.
    pub inputs: Inputs,
    /// The watts, where joules are known.
    pub watts: Option<f64>,
}

/// The whole page.
pub fn page(report: &Report<'_>) -> String {
    let name = &report.comparison.first.machine.name;
    let mut styles = vec![svg::STYLE, STYLE];
    styles.extend(&report.styles);
    shell::document(&Page {
        title: &format!("{name} on the ladder of mining hardware"),
        description: "Hashes per second and per joule of this machine beside every generation of mining hardware",
        styles: &styles,
        script: &[&[SCRIPT][..], &report.scripts[..]].concat().concat(),
        data: Some(data(report)),
        body: body(report),
    })
}

fn body(report: &Report<'_>) -> Markup {
    let comparison = report.comparison;
    html! {
        (sections::top(comparison))
        main {
            (sections::ladder(comparison))
            (sections::node(comparison))
            (devices::section(comparison))
            (sections::odds(comparison))
            (sections::money(comparison, report.presets))
            @for chapter in &report.chapters { (chapter) }
            @for (index, record) in report.records.iter().enumerate() { (record::section(record, index)) }
            @if let Some(ablation) = report.ablation { (record::ablation(ablation)) }
            (method::section(comparison))
            (method::sources(comparison))
        }
        footer {
            p { "Written by hashjoule " (env!("CARGO_PKG_VERSION")) ". This file asks the network for nothing." }
            p.selftest #selftest role="status" hidden {}
        }
    }
}

/// What the script needs: the document of `compare --json` itself, and what it checks itself against.
fn data(report: &Report<'_>) -> Value {
    let mut inputs = json!(report.inputs.inputs);
    inputs["watts"] = json!(report.inputs.watts);
    let s9 = report.comparison.first.devices.iter().find(|rung| rung.id == crate::compare::RIGS[0]);
    let presets: Vec<Value> = (report.presets.iter())
        .map(|(_, moment, reward)| json!({ "difficulty": moment.difficulty, "reward_btc": reward }))
        .collect();
    json!({
        "comparison": report.comparison,
        "checks": report.checks,
        "inputs": inputs,
        "s9": s9.and_then(|rung| rung.joules_per_hash),
        "presets": presets,
    })
}
