//! The companies: Bitmain and GMO Internet.

use super::Verdict::{Holds, HoldsWithCaveat, NotShown, Reported};
use super::facts::{CATALOGUE, CHAIN, Facts, sources};
use super::{Checked, Finding, Gap, Number, Verdict, either, number};
use crate::asic::S9;
use crate::asic::{Device, Kind};
use crate::market::BreakEven;
use crate::market::statements::{Speaker, Statement};
use crate::units::Efficiency;

pub fn bitmain_listing(facts: &Facts<'_>) -> Checked {
    said(facts, "bitmain-listing")
}

pub fn bitmain_departments(facts: &Facts<'_>) -> Checked {
    said(facts, "bitmain-departments")
}

pub fn bitmain_layoffs(facts: &Facts<'_>) -> Checked {
    said(facts, "bitmain-layoffs")
}

pub fn gmo_stops_making(facts: &Facts<'_>) -> Checked {
    said(facts, "gmo-stops-making")
}

pub fn gmo_in_house_mining(facts: &Facts<'_>) -> Checked {
    said(facts, "gmo-in-house-mining")
}

pub fn bitmain_biggest(facts: &Facts<'_>) -> Checked {
    said(facts, "bitmain-biggest")
}

pub fn bitmain_survival(facts: &Facts<'_>) -> Checked {
    said(facts, "bitmain-survival")
}

pub fn bitmain_blockchain_ai(facts: &Facts<'_>) -> Checked {
    said(facts, "bitmain-blockchain-ai")
}

pub fn gmo_leaves(facts: &Facts<'_>) -> Checked {
    said(facts, "gmo-leaves")
}

pub fn rigs_unsold(facts: &Facts<'_>) -> Checked {
    said(facts, "rigs-unsold")
}

pub fn cannot_afford(facts: &Facts<'_>) -> Checked {
    said(facts, "cannot-afford")
}

/// A claim that no figure decides: it holds when the company itself said so.
fn said(facts: &Facts<'_>, id: &str) -> Checked {
    let found = facts.evidence.statements.on(id).ok_or_else(|| Gap("nobody is quoted on this".to_owned()))?;
    let Statement { date, by, says, caveat, source, .. } = found;
    let verdict = match (by, caveat.is_empty()) {
        (Speaker::Unknown, _) => NotShown,
        (Speaker::Staff, _) => Reported,
        (Speaker::Company, true) => Holds,
        (Speaker::Company, false) => HoldsWithCaveat,
    };
    let confirmed = either(verdict == Reported, "; the company did not confirm it", "");
    let caveat = if caveat.is_empty() { String::new() } else { format!(". But {caveat}") };
    Ok(Finding {
        verdict,
        finding: format!("{date}: {says}{confirmed}{caveat}."),
        figures: Vec::new(),
        formula: "none: it holds when the company said so itself, is reported when its staff did, else not shown",
        source: source.clone(),
    })
}

pub fn gmo_fastest(facts: &Facts<'_>) -> Checked {
    let is_7_nm = |device: &&Device| device.kind == Kind::Asic && device.node.to_nanometres() == Some(7.0);
    let is_gmo = |device: &&Device| device.vendor.starts_with("GMO");
    let all: Vec<_> = facts.evidence.catalogue.devices().filter(is_7_nm).collect();
    let first = all.iter().copied().filter(is_gmo).min_by_key(|device| device.released);
    let first = first.ok_or_else(|| Gap("no 7 nm rig of GMO Internet in the catalogue".to_owned()))?;
    let others = |holds: &dyn Fn(&Device) -> bool| -> Vec<&str> {
        all.iter().filter(|device| !is_gmo(device) && holds(device)).map(|device| device.model.as_str()).collect()
    };
    let earlier = others(&|device| device.released < first.released);
    let same = others(&|device| device.released == first.released);
    let verdict = match (earlier.is_empty(), same.is_empty()) {
        (false, _) => NotShown,
        (true, false) => HoldsWithCaveat,
        (true, true) => Holds,
    };
    let list = |names: &[&str]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    Ok(Finding {
        verdict,
        finding: format!(
            "GMO's first 7 nm rig is the {} ({}). Other makers' 7 nm rigs before it: {}; in the same month: {}. What was \
             announced and never delivered is no rig and does not count.",
            first.model,
            first.released,
            list(&earlier),
            list(&same),
        ),
        figures: vec![count("earlier_7nm_rigs", earlier.len()), count("same_month_7nm_rigs", same.len())],
        formula: "months of release in the catalogue, node 7 nm, kind asic",
        source: CATALOGUE.to_owned(),
    })
}

pub fn gmo_loss(facts: &Facts<'_>) -> Checked {
    let [loss, making, mining] =
        ["gmo_loss", "gmo_loss_development_and_sale", "gmo_loss_in_house_mining"].map(|name| facts.value(name));
    let (loss, making, mining, usd) = (loss?, making?, mining?, facts.value("article_loss_usd")?);
    let (told, jpy_per_usd) = (35.5e9, loss / usd);
    let adds_up = ((making + mining) / loss - 1.0).abs() < 0.005 && (loss / told - 1.0_f64).abs() < 0.005;
    let plausible = (100.0..125.0).contains(&jpy_per_usd);
    let verdict = match (adds_up && plausible, mining / loss > 0.1) {
        (false, _) => NotShown,
        (true, true) => HoldsWithCaveat,
        (true, false) => Holds,
    };
    Ok(Finding {
        verdict,
        finding: format!(
            "JPY {:.1} bn = {:.1} bn for developing and selling rigs + {:.1} bn for the in-house mining; ${:.0} m means {jpy_per_usd:.1} \
             JPY/USD. {}",
            loss / 1e9,
            making / 1e9,
            mining / 1e9,
            usd / 1e6,
            either(
                mining / loss > 0.1,
                "So a part of the loss is not from making rigs but from the mining that goes on.",
                "Nearly all of it is from making rigs.",
            ),
        ),
        figures: vec![
            number("loss_jpy", loss),
            number("development_and_sale_jpy", making),
            number("in_house_mining_jpy", mining),
            number("implied_jpy_per_usd", jpy_per_usd),
        ],
        formula: "sum of the parts; loss in yen over loss in dollars",
        source: sources([&facts.figure("gmo_loss")?.source, &facts.figure("gmo_loss_in_house_mining")?.source]),
    })
}

pub fn gmo_efficient(facts: &Facts<'_>) -> Checked {
    let s9 = facts.rig(S9)?.efficiency().to_joules_per_terahash();
    let rigs = facts.gmo()?;
    let best = facts.on_sale()?.first().map_or(f64::NAN, |rig| rig.efficiency.to_joules_per_terahash());
    let joules = |rig: &BreakEven| rig.efficiency.to_joules_per_terahash();
    let (least, most) = span_of_7_nm(facts);
    let verdict = by_share(&rigs, |rig| joules(rig) < s9);
    let list = rigs.iter().map(|rig| format!("{} {:.0}", rig.rig.name, joules(rig))).collect::<Vec<_>>().join(", ");
    Ok(Finding {
        verdict,
        finding: format!(
            "J/TH: {list}; the 16 nm Antminer S9 {s9:.0}, the best rig on sale {best:.0}. {} All 7 nm rigs of the catalogue span \
             {most:.0} to {least:.0}.",
            either(
                verdict == Holds,
                "All of GMO's beat the S9.",
                "The node is not the efficiency: not every 7 nm rig of GMO beats the S9 of 2016.",
            ),
        ),
        figures: named(&rigs, "j_per_th", joules)
            .into_iter()
            .chain([
                number("s9_j_per_th", s9),
                number("best_j_per_th", best),
                number("7nm_least_j_per_th", least),
                number("7nm_most_j_per_th", most),
            ])
            .collect(),
        formula: "J/TH = watts / (TH/s), vendors' figures at the wall (+-5..7 %)",
        source: CATALOGUE.to_owned(),
    })
}

/// The fewest and the most J/TH among all rigs of that node.
fn span_of_7_nm(facts: &Facts<'_>) -> (f64, f64) {
    let devices = facts.evidence.catalogue.devices();
    let of_node = devices.filter(|device| device.kind == Kind::Asic && device.node.to_nanometres() == Some(7.0));
    let joules = of_node.filter_map(|device| device.efficiency).map(Efficiency::to_joules_per_terahash);
    joules.fold((f64::INFINITY, 0.0), |(least, most), x| (least.min(x), most.max(x)))
}

pub fn gmo_profitable(facts: &Facts<'_>) -> Checked {
    let (rigs, terms) = (facts.gmo()?, facts.terms()?);
    let s9 = terms.break_even_power_price(facts.rig(S9)?.efficiency()).to_usd_per_kwh();
    let median = facts.evidence.fleet.median.to_usd_per_kwh();
    let limit = |rig: &BreakEven| rig.power_price.to_usd_per_kwh();
    let verdict = match by_share(&rigs, |rig| limit(rig) > median) {
        Holds if rigs.iter().any(|rig| limit(rig) <= s9) => HoldsWithCaveat,
        verdict => verdict,
    };
    let list = rigs.iter().map(|rig| format!("{} up to {:.2} c/kWh", rig.rig.name, 100.0 * limit(rig)));
    Ok(Finding {
        verdict,
        finding: format!(
            "At the trough: {}; the S9 up to {:.2} c/kWh. In the fleet model half pays less than {:.1} c/kWh. Electricity alone: the price of the \
             rig is not in it.",
            list.collect::<Vec<_>>().join(", "),
            100.0 * s9,
            100.0 * median,
        ),
        figures: named(&rigs, "break_even_usd_per_kwh", limit)
            .into_iter()
            .chain([number("s9_break_even_usd_per_kwh", s9), number("fleet_median_usd_per_kwh", median)])
            .collect(),
        formula: "c* = P R (1-f) 3.6e6 / (e u D 2^32) at the trough",
        source: sources([CATALOGUE, CHAIN, &facts.quote(&facts.trough)?.source, "fleet_2018_fitted.toml"]),
    })
}

/// Holds for all, for some (with a caveat), or for none.
fn by_share(rigs: &[BreakEven], holds: impl Fn(&BreakEven) -> bool) -> Verdict {
    match rigs.iter().filter(|rig| holds(rig)).count() {
        0 => NotShown,
        all if all == rigs.len() => Holds,
        _ => HoldsWithCaveat,
    }
}

/// The best and the worst of several rigs, under names that stay.
fn named(rigs: &[BreakEven], unit: &str, value: impl Fn(&BreakEven) -> f64) -> Vec<Number> {
    let keys = match unit {
        "j_per_th" => ["gmo_best_j_per_th", "gmo_worst_j_per_th"],
        _ => ["gmo_best_break_even_usd_per_kwh", "gmo_worst_break_even_usd_per_kwh"],
    };
    let ends = [rigs.first(), rigs.last()]; // they stand by efficiency
    keys.into_iter().zip(ends).filter_map(|(key, rig)| rig.map(|rig| number(key, value(rig)))).collect()
}

fn count(key: &'static str, n: usize) -> Number {
    number(key, f64::from(u32::try_from(n).unwrap_or(u32::MAX)))
}
