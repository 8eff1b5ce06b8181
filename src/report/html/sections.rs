//! The chapters about the machine: who it is, where it stands, its odds, its money.

use super::figures::{machines, maybe, n, pictures};
use crate::compare::{Comparison, Figures, Joules, RIGS, Rung, TermsUsed};
use crate::energy::Boundary;
use crate::market::terms::Moment;
use crate::report::svg;
use crate::report::words::{chance, figure, j_per_th, nodes_in_figures, rate, two_digits, usd};
use crate::units::significant;
use maud::{Markup, html};

/// Name, one sentence, four figures.
pub fn top(comparison: &Comparison) -> Markup {
    let first = &comparison.first;
    html! {
        header.top {
            p.brand { "hashjoule report" }
            h1 { (first.machine.name) }
            p.lead { (lead(first)) }
            dl.tiles {
                div { dt { "Rate" } dd { (n("machine/hashes_per_second", first.machine.hashes_per_second, rate(first.machine.hashes_per_second))) } dd { (first.machine.rate_provenance) @if let Some(how) = &first.machine.configuration { ": " (how) } } }
                div { dt { "Energy of a hash" } (energy(first)) }
                div { dt { "Alone, one block in" } dd { (n("years_per_block", first.years_per_block, figure(first.years_per_block))) " years" } dd { "at " (moment(comparison)) } }
                div { dt { "Revenue in a day" } dd { (n("economics/revenue_usd_per_day", first.economics.revenue_usd_per_day, usd(first.economics.revenue_usd_per_day))) } dd { "at " (price(&comparison.terms)) } }
            }
        }
    }
}

fn lead(first: &Figures) -> Markup {
    let s9 = first.devices.iter().find(|rung| rung.id == RIGS[0]);
    let Some((s9, factor)) = s9.and_then(|rung| Some((rung, rung.rate_factor?))) else {
        return html! { "One machine beside the mining hardware of a catalogue." };
    };
    html! {
        "One " (s9.name) " of " (&s9.released[..4]) " hashes as fast as "
        (n(&format!("devices/{}/rate_factor", s9.id), factor, figure(factor))) " of this machine"
        @if let Some(factor) = s9.efficiency_factor {
            ", and " @if first.machine.joules_per_hash.is_some_and(|j| j.is_lower_bound) { "at least " }
            (n(&format!("devices/{}/efficiency_factor", s9.id), factor, figure(factor))) " of its hashes take the joules of one here."
        } @else if let Some(watts) = s9.watts_to_equal {
            ". To be as efficient, this machine would have to run on "
            (n(&format!("devices/{}/watts_to_equal", s9.id), watts, two_digits(watts, "W"))) "."
        }
    }
}

fn energy(first: &Figures) -> Markup {
    match first.machine.joules_per_hash {
        Some(joules) => html! {
            dd { (n("machine/joules_per_hash/median", joules.median, j_per_th(joules.median))) " J/TH" }
            dd { (provenance(&joules)) }
        },
        None => html! {
            dd { "not measured here" }
            dd { "at 1 W it would be " (n("one_watt/joules_per_hash", first.one_watt.joules_per_hash, j_per_th(first.one_watt.joules_per_hash))) " J/TH"
                @if let Some(factor) = first.one_watt.s9_factor { ", still " (n("one_watt/s9_factor", factor, figure(factor))) " times an S9" } }
        },
    }
}

fn provenance(joules: &Joules) -> String {
    if joules.labels.boundary == Boundary::Declared {
        return format!("from declared watts ({})", joules.labels.quality);
    }
    let bound = if joules.is_lower_bound { ", a lower bound" } else { "" };
    format!("{}, boundary: {}, {}{bound}", joules.labels.provenance, joules.labels.boundary, joules.labels.quality)
}

fn moment(comparison: &Comparison) -> Markup {
    html! {
        "difficulty " (n("difficulty", comparison.difficulty, figure(comparison.difficulty)))
        @if let (Some(height), Some(date)) = (comparison.epoch, &comparison.epoch_date) {
            ", epoch " (height) " from " (date) @if comparison.epoch_date_is_estimated { " (estimated time)" }
        }
    }
}

fn price(terms: &TermsUsed) -> Markup {
    html! {
        "$" (n("terms/price_usd", terms.price_usd, significant(terms.price_usd, 4)))
        @if let Some(date) = &terms.price_date { " of " (date) }
    }
}

/// The picture of efficiency, and of rates.
pub fn ladder(comparison: &Comparison) -> Markup {
    html! {
        section #ladder {
            h2 { "The ladder" }
            p { "Joules that a trillion hashes took, for every generation of hardware. Each step down the scale is a "
                "tenth of the energy. Point at a dot for its figures and their source." }
            figure {
                (pictures(|size| Some(svg::efficiency(comparison, size))))
                figcaption { (between(&comparison.first)) " The shaded field holds the ASICs of 7 nm." }
            }
            h3 { "And in hashes per second" }
            figure {
                (pictures(|size| Some(svg::rates(comparison, size))))
                figcaption { "Small ASICs of a few watts (USB sticks, Bitaxe) lie below the rigs of their year." }
            }
        }
    }
}

/// Between which devices the machine stands.
fn between(first: &Figures) -> Markup {
    let device = |id: &Option<String>| first.devices.iter().find(|rung| Some(&rung.id) == id.as_ref());
    let name = |rung: &Rung| format!("{} ({})", rung.name, &rung.released[..4]);
    let Some(neighbours) = &first.neighbours else {
        let [low, high] = crate::report::table::ASSUMED_WATTS;
        return html! { "Without a meter this machine is a line: its place if it drew from " (low) " to " (high) " W." };
    };
    match (device(&neighbours.worse), device(&neighbours.better)) {
        (Some(worse), Some(better)) => {
            html! { "This machine stands between " (name(worse)) " and " (name(better)) "." }
        }
        (None, Some(better)) => {
            html! { "This machine takes more joules than any device here; the next one is " (name(better)) "." }
        }
        (Some(worse), None) => {
            html! { "This machine takes fewer joules than any device here; the next one is " (name(worse)) "." }
        }
        (None, None) => html! {},
    }
}

/// The node is a label.
pub fn node(comparison: &Comparison) -> Markup {
    html! {
        section #nodes {
            h2 { "The node is not the efficiency" }
            p { @if let Some(figures) = nodes_in_figures(comparison) { (figures) " " } "A node is a name that vendors give: some give none, and on some the sources disagree." }
            figure {
                (pictures(|size| Some(svg::nodes(comparison, size))))
                figcaption { "Every ASIC with known watts, in the column of the node that its vendor states. The dashed line is the S9." }
            }
        }
    }
}

/// Chances, the best share, and how many machines it takes.
pub fn odds(comparison: &Comparison) -> Markup {
    html! {
        section #odds {
            h2 { "Alone against the network" }
            p { "At " (moment(comparison)) ", where the network makes about "
                (n("network_hashes_per_second", comparison.network_hashes_per_second, two_digits(comparison.network_hashes_per_second, "H/s"))) "." }
            @for (path, figures) in machines(comparison) {
                @let key = |name: &str| format!("{path}{name}");
                @if !comparison.others.is_empty() { h3 { (figures.machine.name) } }
                dl.facts {
                    dt { "One block in" } dd { (n(&key("years_per_block"), figures.years_per_block, figure(figures.years_per_block))) " years" }
                    dt { "At least one in a day" } dd { (n(&key("odds/day"), figures.odds.day, chance(figures.odds.day))) }
                    dt { "in a year" } dd { (n(&key("odds/year"), figures.odds.year, chance(figures.odds.year))) }
                    dt { "in " (figures.odds.lifetime_years) " years" } dd { (n(&key("odds/lifetime"), figures.odds.lifetime, chance(figures.odds.lifetime))) }
                    dt { "Best share of a day" } dd { "difficulty " (n(&key("best_share_difficulty/day"), figures.best_share_difficulty.day, figure(figures.best_share_difficulty.day))) }
                    dt { "Best share of a year" } dd { "difficulty " (n(&key("best_share_difficulty/year"), figures.best_share_difficulty.year, figure(figures.best_share_difficulty.year))) }
                    @for count in &figures.machines_to_equal {
                        dt { "To equal " (count.name) } dd { (n(&key(&format!("machines_to_equal/{}/machines", count.id)), count.machines, figure(count.machines))) " of this machine" }
                    }
                }
            }
            p.small.soft { "The best share is exceeded with a chance of one half." }
        }
    }
}

/// Revenue, power bill, what a block costs; and the sliders.
pub fn money(comparison: &Comparison, presets: &[(String, Moment, f64)]) -> Markup {
    let terms = &comparison.terms;
    html! {
        section #money {
            h2 { "What it earns and costs" }
            p { "At " (price(terms)) " per BTC, " (n("terms/reward_btc", terms.reward_btc, terms.reward_btc)) " BTC a block, "
                (n("terms/power_price_usd_per_kwh", terms.power_price_usd_per_kwh, terms.power_price_usd_per_kwh)) " USD/kWh and difficulty "
                (n("terms/difficulty", terms.difficulty, figure(terms.difficulty)))
                @if let (Some(height), Some(date)) = (terms.epoch, &terms.epoch_date) { " (epoch " (height) " from " (date) @if terms.epoch_date_is_estimated { ", estimated time" } ")" } "." }
            @for note in &comparison.notes { p.small.soft { "Note: " (note) "." } }
            @for (path, figures) in machines(comparison) {
                @if !comparison.others.is_empty() { h3 { (figures.machine.name) } }
                (dollars(&path, figures))
            }
            (what_if(presets))
        }
    }
}

fn dollars(path: &str, figures: &Figures) -> Markup {
    let dollars = &figures.economics;
    let shown = |name: &str, value: Option<f64>, text: &dyn Fn(f64) -> String| {
        maybe(&format!("{path}economics/{name}"), value, text)
    };
    let revenue = Some(dollars.revenue_usd_per_day);
    html! {
        dl.facts {
            dt { "Revenue" } dd { (shown("revenue_usd_per_day", revenue, &|x| format!("{} a day", usd(x)))) }
            @if figures.machine.joules_per_hash.is_none() {
                dt { "Power" } dd { "unknown without watts" }
            } @else {
                dt { "Power" } dd { (shown("power_cost_usd_per_day", dollars.power_cost_usd_per_day, &|x| format!("{} a day", usd(x)))) }
                dt { @if dollars.margin_usd_per_day.is_some_and(|x| x > 0.0) { "Gain" } @else { "Loss" } }
                dd { (shown("margin_usd_per_day", dollars.margin_usd_per_day, &|x| format!("{} a day", usd(x.abs())))) }
                dt { "Power for one block" } dd { (shown("power_cost_usd_per_block", dollars.power_cost_usd_per_block, &usd)) }
                dt { "The power pays from" } dd { (shown("break_even_price_usd", dollars.break_even_price_usd, &|x| format!("{} per BTC", usd(x)))) }
                dt { "or at a power price of" } dd { (shown("break_even_power_price_usd_per_kwh", dollars.break_even_power_price_usd_per_kwh, &|x| format!("{}/kWh", usd(x)))) }
            }
        }
    }
}

/// Hidden until the script has set it up.
fn what_if(presets: &[(String, Moment, f64)]) -> Markup {
    let slider = |name: &str, label: &str, min: &str, max: &str, step: &str| {
        html! {
            label for=(format!("whatif-{name}")) { (label) output #(format!("whatif-{name}-out")) for=(format!("whatif-{name}")) {} }
            input #(format!("whatif-{name}")) type="range" min=(min) max=(max) step=(step);
        }
    };
    let rows = [
        ("efficiency", "Energy of a hash"),
        ("s9", "Times the joules of an S9"),
        ("years", "One block in"),
        ("year", "At least one in a year"),
        ("revenue", "Revenue a day"),
        ("bill", "Power a day"),
        ("margin", "Margin a day"),
        ("block", "Power for one block"),
        ("even", "The power pays from"),
    ];
    html! {
        div.whatif #whatif hidden {
            h3 { "What if" }
            div.sliders {
                div { (slider("price", "Price of a BTC", "1", "6", "0.001")) }
                div { (slider("power", "Power price", "0", "0.5", "0.001")) }
                div { (slider("difficulty", "Difficulty", "0", "15", "0.001")) }
                div { (slider("watts", "Power of this machine", "-3", "3.5", "0.001")) }
            }
            div.presets {
                @for (index, (name, _, _)) in presets.iter().enumerate() { button type="button" data-preset=(index) { (name) } }
            }
            dl.facts {
                @for (id, label) in rows { dt { (label) } dd #(format!("whatif-r-{id}")) {} }
            }
            p.small.soft { "A block brings " span #whatif-reward {} " BTC here. Fee and PUE are those of the terms above." }
        }
    }
}
