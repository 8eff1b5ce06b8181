//! The devices as tables: the telling ones, and all with their sources.

use super::figures::{machines, n};
use crate::compare::{Comparison, Figures, Rung};
use crate::report::table::{Choice, chosen};
use crate::report::words::{figure, j_per_th, rate, two_digits, watts};
use maud::{Markup, html};

/// Both tables.
pub fn section(comparison: &Comparison) -> Markup {
    let first = &comparison.first;
    let mut rungs: Vec<&Rung> = chosen(first, Choice::Rungs).collect();
    rungs.sort_by(|a, b| joules(a).total_cmp(&joules(b)));
    html! {
        section #devices {
            h2 { "Rung by rung" }
            p { "The fewest joules on top. A factor (×) says how far a device is ahead of "
                @if comparison.others.is_empty() { "this machine" } @else { (first.machine.name) }
                "; vendors promise their figures within 5 to 7 %, so the second digit is the last one." }
            @if first.machine.joules_per_hash.is_some_and(|j| j.is_lower_bound) {
                p { "Rigs are measured at the wall, this machine at its " (boundary(first)) ": its factors in joules are lower bounds." }
            }
            div.scroll role="region" tabindex="0" aria-label="The telling devices" { (table(comparison, &rungs)) }
            details {
                summary { "All " (first.devices.len()) " devices, with sources" }
                div.scroll role="region" tabindex="0" aria-label="All devices" { (all(first)) }
            }
        }
    }
}

fn boundary(first: &Figures) -> String {
    first.machine.joules_per_hash.map_or_else(String::new, |j| j.labels.boundary.to_string())
}

fn joules(rung: &Rung) -> f64 {
    rung.joules_per_hash.unwrap_or(f64::INFINITY)
}

fn key(rung: &Rung, name: &str) -> String {
    format!("devices/{}/{name}", rung.id)
}

/// The devices with the machines among them.
fn table(comparison: &Comparison, rungs: &[&Rung]) -> Markup {
    let mut lines: Vec<(f64, Markup)> =
        rungs.iter().map(|rung| (joules(rung), line(rung, &comparison.first))).collect();
    for (path, figures) in machines(comparison) {
        let at = figures.machine.joules_per_hash.map_or(f64::MAX, |j| j.median);
        lines.push((at, own_line(&path, figures)));
    }
    lines.sort_by(|a, b| a.0.total_cmp(&b.0));
    html! {
        table.sortable {
            caption { "Telling devices of each generation" }
            thead { tr {
                th scope="col" { "Device" } th.wide-only scope="col" { "Node" } th.wide-only scope="col" { "Year" }
                th.n scope="col" { "J/TH" } th.n.wide-only scope="col" { "Rate" } th.n scope="col" { "Rate ×" }
                @if comparison.first.machine.joules_per_hash.is_some() { th.n scope="col" { "Joules ×" } }
                @else { th.n scope="col" { "Equal at" } }
            } }
            tbody { @for (_, line) in &lines { (line) } }
        }
    }
}

fn line(rung: &Rung, first: &Figures) -> Markup {
    html! {
        tr {
            th scope="row" { (rung.model.split(" (").next().unwrap_or(&rung.model)) }
            td.wide-only data-sort=(rung.node_nm.map_or_else(String::new, |nm| nm.to_string())) { (rung.node) }
            td.wide-only { (&rung.released[..4]) }
            td.n { (cell(rung, "joules_per_hash", rung.joules_per_hash, j_per_th)) }
            td.n.wide-only { (cell(rung, "hashes_per_second", rung.hashes_per_second, rate)) }
            td.n { (cell(rung, "rate_factor", rung.rate_factor, figure)) }
            td.n {
                @if first.machine.joules_per_hash.is_some() { (cell(rung, "efficiency_factor", rung.efficiency_factor, figure)) }
                @else { (cell(rung, "watts_to_equal", rung.watts_to_equal, |w| two_digits(w, "W"))) }
            }
        }
    }
}

fn cell(rung: &Rung, name: &str, value: Option<f64>, text: impl Fn(f64) -> String) -> Markup {
    html! { @if let Some(value) = value { (n(&key(rung, name), value, text(value))) } }
}

fn own_line(path: &str, figures: &Figures) -> Markup {
    let machine = &figures.machine;
    let own = path.is_empty();
    html! {
        tr.own {
            th scope="row" { (machine.name) }
            td.wide-only data-sort="" { "" }
            td.wide-only { @if let Some(year) = machine.year { (year.floor()) } }
            td.n { @match machine.joules_per_hash {
                Some(j) => (n(&format!("{path}machine/joules_per_hash/median"), j.median, j_per_th(j.median))),
                None => "unknown",
            } }
            td.n.wide-only { (n(&format!("{path}machine/hashes_per_second"), machine.hashes_per_second, rate(machine.hashes_per_second))) }
            td.n { @if own { "1" } }
            td.n { @if own && machine.joules_per_hash.is_some() { "1" } }
        }
    }
}

/// Every device, in the catalogue's order.
fn all(first: &Figures) -> Markup {
    html! {
        table.sortable {
            caption { "The catalogue. Tier A: the maker's own filing or lists that agree; B: one good list; C: second hand, claimed or announced." }
            thead { tr {
                th scope="col" { "Device" } th scope="col" { "Kind" } th scope="col" { "Node" } th scope="col" { "Released" }
                th.n scope="col" { "Rate" } th.n scope="col" { "Watts" } th.n scope="col" { "J/TH" } th.n scope="col" { "Rate ×" }
                th.n scope="col" { "Equal at" } th scope="col" { "Tier" } th scope="col" { "Source and note" }
            } }
            tbody { @for rung in &first.devices { (whole_line(rung)) } }
        }
    }
}

fn whole_line(rung: &Rung) -> Markup {
    html! {
        tr {
            th scope="row" { (rung.name) }
            td { (rung.kind) }
            td data-sort=(rung.node_nm.map_or_else(String::new, |nm| nm.to_string())) { (rung.node) }
            td { (rung.released) }
            td.n { (cell(rung, "hashes_per_second", rung.hashes_per_second, rate)) }
            td.n { (cell(rung, "watts", rung.watts, watts)) }
            td.n { (cell(rung, "joules_per_hash", rung.joules_per_hash, j_per_th)) }
            td.n { (cell(rung, "rate_factor", rung.rate_factor, figure)) }
            td.n { (cell(rung, "watts_to_equal", rung.watts_to_equal, |w| two_digits(w, "W"))) }
            td { (rung.tier) }
            td.source { (rung.source) @if !rung.note.is_empty() { ". " (rung.note) } }
        }
    }
}
