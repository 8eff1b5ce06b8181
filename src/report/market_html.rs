//! The market as a chapter of the report: pictures, tables, the article. With scripts on, a slider moves the price.
//!
//! The chapter brings its own data island; whoever builds the page adds [`STYLE`] and [`SCRIPT`] to its own.

use super::market_svg::{Corners, break_even, epochs, supply_of};
use super::svg::{Picture, Size};
use crate::market::article::{Claim, SYMBOLS, in_plain_words};
use crate::market::fleet::ClassState;
use crate::market::overview::{Line, Overview};
use crate::market::replay::Row;
use crate::market::{BreakEven, Fleet};
use crate::units::{HashRate, Money, grouped, significant};
use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};

/// What this chapter adds to the style of the page.
pub const STYLE: &str = include_str!("market/market.css");
/// What this chapter adds to the script of the page; it does nothing where the chapter is not.
pub const SCRIPT: &str = include_str!("market/market.js");

/// The chapter: one `<section>`.
pub fn chapter(overview: &Overview) -> Markup {
    html! {
        section #market {
            h2 { "The market of late 2018" }
            p { "From September to December 2018 a third of Bitcoin's hash rate went off. These are the chain's own record, the "
                "rigs that people owned, and an article of that December, claim by claim." }
            (network(overview))
            (rigs(overview))
            (fleet(overview))
            (article(overview))
            script type="application/json" id="hj-market-data" { (PreEscaped(island(&data(overview)))) }
        }
    }
}

fn pictures(draw: impl Fn(Size) -> Picture) -> Markup {
    html! { @for size in Size::BOTH { (PreEscaped(draw(size).inline())) } }
}

fn network(overview: &Overview) -> Markup {
    html! {
        h3 { "The network, epoch by epoch" }
        figure {
            (pictures(|size| epochs(&overview.epochs, size)))
            figcaption { "Squares: mean hash rate of 2,016 blocks (standard error 2.2 %). Grey: difficulty, drawn as the rate that finds a "
                "block every ten minutes at it; it follows two weeks behind. From every 2016th header of the chain." }
        }
        details {
            summary { "The epochs as a table" }
            div.scroll tabindex="0" role="region" aria-label="Epochs" { (epoch_table(&overview.epochs)) }
        }
    }
}

fn epoch_table(rows: &[Row]) -> Markup {
    html! {
        table {
            caption { "Prices are means of the epoch, or (~) one day's quote; where none may be quoted the field is empty." }
            thead { tr { th scope="col" { "From" } th.n scope="col" { "Height" } th.n scope="col" { "Difficulty" } th.n scope="col" { "Change" }
                th.n scope="col" { "EH/s" } th.n scope="col" { "USD/BTC" } } }
            tbody { @for row in rows { tr {
                th scope="row" { (row.epoch.date()) @if row.epoch.time_is_estimated { " (estimated time)" } }
                td.n { (row.epoch.height) }
                td.n { (format!("{:.4e}", row.epoch.difficulty())) }
                td.n { @if let Some(change) = row.adjustment { (format!("{:+.1} %", 100.0 * change)) } }
                td.n { @if let Some(rate) = row.hash_rate { (format!("{:.2}", to_ehs(rate))) } }
                td.n { @if let Some(known) = &row.price { (if known.is_mean { "" } else { "~" }) (usd(known.price)) } }
            } } }
        }
    }
}

fn rigs(overview: &Overview) -> Markup {
    let cents = 100.0 * overview.terms.power_price.to_usd_per_kwh();
    html! {
        h3 { "Where rigs go off" }
        figure {
            (pictures(|size| break_even(&overview.lines, overview.terms.price, size)))
            figcaption {
                "Below its line a rig pays more for power than it earns, at the difficulty of 3 to 18 December 2018."
                @if node_misleads(&overview.lines) {
                    " GMO's B3 of 7 nm goes off before the S9 of 16 nm: the node is not the efficiency."
                }
            }
        }
        div.scroll tabindex="0" role="region" aria-label="Rigs" {
            table {
                caption { (format!("{} USD/BTC, {} BTC a block, {cents:.1} c/kWh; electricity alone, vendors' figures within 5 to 7 %.",
                    usd(overview.terms.price), overview.terms.reward_btc)) }
                thead { tr { th scope="col" { "Rig" } th.n scope="col" { "J/TH" } th.n scope="col" { "Margin, USD a day" }
                    th.n scope="col" { "Off below, USD/BTC" } th.n scope="col" { "Off above, c/kWh" } th.n scope="col" { "Payback, days" } } }
                tbody { @for rig in &overview.rigs { (rig_row(rig)) } }
            }
        }
    }
}

/// Whether GMO's B3 takes more joules than the S9, as it does in the catalogue that ships.
fn node_misleads(lines: &[Line]) -> bool {
    let joules = |name: &str| lines.iter().find(|line| line.name.contains(name)).map(|line| line.j_per_th);
    joules("B3").zip(joules("S9")).is_some_and(|(b3, s9)| b3 > s9)
}

fn rig_row(rig: &BreakEven) -> Markup {
    let margin = format!("{:.2}", rig.margin_per_day.to_usd());
    html! {
        tr {
            th scope="row" { (rig.rig.name) }
            td.n { (significant(rig.efficiency.to_joules_per_terahash(), 3)) }
            td.n { @if rig.is_under_water() { span.water { (margin) " (under water)" } } @else { (margin) } }
            td.n { (usd(rig.price)) }
            td.n { (format!("{:.2}", 100.0 * rig.power_price.to_usd_per_kwh())) }
            td.n { @match rig.payback_days {
                Some(days) => (grouped(&format!("{days:.0}"))),
                None if rig.is_under_water() => "never",
                None => "price unknown",
            } }
        }
    }
}

fn fleet(overview: &Overview) -> Markup {
    let state = &overview.state;
    html! {
        h3 { "What the fleet runs at a price" }
        figure #market-supply {
            (pictures(|size| supply_of(overview, size).0))
            figcaption {
                "Line: the model. Rings: measured means of epochs whose mean price may be quoted."
                @if overview.epochs.iter().any(|row| row.hash_rate.is_some_and(|rate| rate > state.installed)) {
                    " What lies above the installed rate ran on rigs that this fleet does not have."
                }
            }
        }
        p.small { @if overview.fleet.fitted { b { "Fitted, not measured. " } } (overview.fleet.provenance) }
        div.whatif #market-whatif hidden {
            h3 { "Move the price" }
            div.sliders { div {
                label for="market-price" { "Price " output #market-price-out for="market-price" {} }
                input #market-price type="range" min="1" max="2";
            } }
            p #market-rate role="status" {}
        }
        div.scroll tabindex="0" role="region" aria-label="Classes of rigs" {
            table {
                caption { (format!("{} at {} USD/BTC: {:.1} EH/s run, {:.1} are off.", overview.fleet.name, usd(state.price),
                    to_ehs(state.on), to_ehs(state.off()))) }
                thead { tr { th scope="col" { "Class" } th.n scope="col" { "J/TH" } th.n scope="col" { "Installed, EH/s" } th.n scope="col" { "On" }
                    th.n scope="col" { "Off" } th.n scope="col" { "Share on" } } }
                tbody { @for (index, class) in state.classes.iter().enumerate() { (class_row(index, class)) } }
            }
        }
        p.small { "A share of the hash rate is not a share of the rigs: those that are off are the slow ones. Those that run are above "
            "break-even on electricity, whatever their owners paid for them." }
        p.selftest #market-selftest role="status" hidden {}
    }
}

fn class_row(index: usize, class: &ClassState) -> Markup {
    let (on, installed) = (to_ehs(class.on), to_ehs(class.class.installed));
    html! {
        tr {
            th scope="row" { (class.class.name) }
            td.n { (significant(class.class.efficiency.to_joules_per_terahash(), 3)) }
            td.n { (format!("{installed:.1}")) }
            td.n #(format!("market-on-{index}")) { (format!("{on:.1}")) }
            td.n #(format!("market-off-{index}")) { (format!("{:.1}", to_ehs(class.off))) }
            td.n #(format!("market-share-{index}")) { @if installed > 0.0 { (format!("{:.0} %", 100.0 * on / installed)) } @else { "-" } }
        }
    }
}

fn article(overview: &Overview) -> Markup {
    html! {
        h3 { "The article, claim by claim" }
        div.scroll tabindex="0" role="region" aria-label="Claims" {
            table #claims {
                caption { "An article of December 2018, its claims in our words. Verdicts are computed from the figures." }
                thead { tr { th scope="col" { "Claim" } th scope="col" { "Verdict" } th scope="col" { "Why" } } }
                tbody { @for claim in &overview.claims { (claim_row(claim)) } }
            }
        }
        p { (in_plain_words(&overview.claims)) }
        p.small.soft { "Symbols: " (SYMBOLS) }
    }
}

fn claim_row(claim: &Claim) -> Markup {
    let verdict = claim.verdict.to_string();
    html! {
        tr id=(format!("claim-{}", claim.id)) {
            th scope="row" { (claim.claim) }
            td { span.verdict data-verdict=(verdict) { (verdict) } @if !claim.caveat.is_empty() { br; (claim.caveat) } }
            td.why {
                (claim.finding)
                details { summary { "How, and from where" } div.how { (claim.formula) br; "Source: " (claim.source) } }
            }
        }
    }
}

/// What the slider needs, and what its arithmetic is checked against.
fn data(overview: &Overview) -> Value {
    let corners = |size: Size| {
        let Corners { pixels, values } = supply_of(overview, size).1;
        json!({ "size": size.suffix(), "pixels": pixels, "values": values })
    };
    json!({
        "fleet": fleet_data(overview, &overview.fleet),
        "curve": overview.curve.iter().map(|(price, rate)| json!([price.to_usd(), to_ehs(*rate)])).collect::<Vec<_>>(),
        "supply": Size::BOTH.map(corners),
        "start_usd": overview.state.price.to_usd(),
    })
}

/// The classes in the order of the table.
fn fleet_data(overview: &Overview, fleet: &Fleet) -> Value {
    let class = |class: &ClassState| json!({ "j_per_th": class.class.efficiency.to_joules_per_terahash(), "ehs": to_ehs(class.class.installed) });
    json!({
        "classes": overview.state.classes.iter().map(class).collect::<Vec<_>>(),
        "median_usd_per_kwh": fleet.median.to_usd_per_kwh(),
        "sigma": fleet.sigma,
        "reward_btc": fleet.reward_btc,
        "fee": fleet.fee,
        "pue": fleet.pue,
    })
}

/// JSON that cannot end its own element.
fn island(data: &Value) -> String {
    data.to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

fn to_ehs(rate: HashRate) -> f64 {
    rate.to_hashes_per_second() / 1e18
}

fn usd(money: Money) -> String {
    grouped(&format!("{:.0}", money.to_usd()))
}
