//! The trade: new rigs, hours, margins, buyers.

use super::Verdict::{Holds, HoldsWithCaveat, NotShown};
use super::facts::{CATALOGUE, CHAIN, Facts, months, sources};
use super::{Checked, Finding, Gap, either, number};
use crate::asic::Device;
use crate::asic::S9;
use crate::market::BreakEven;
use crate::units::Efficiency;

/// Half a year without a better rig is a pause, a year is a halt.
const PAUSE: i32 = 6;
const HALT: i32 = 12;

pub fn abrupt_halt(facts: &Facts<'_>) -> Checked {
    let month = facts.trough.date().month();
    let best = facts.on_sale()?.first().map_or(f64::INFINITY, |rig| rig.efficiency.to_joules_per_terahash());
    let joules = |device: &Device| device.efficiency.map_or(f64::INFINITY, Efficiency::to_joules_per_terahash);
    let next = facts.asics_after(month).into_iter().find(|device| joules(device) < best);
    let gap = next.map(|device| months(month, device.released));
    let verdict = match gap {
        Some(gap) if gap <= PAUSE => NotShown,
        Some(gap) if gap <= HALT => HoldsWithCaveat,
        _ => Holds,
    };
    let told = next.map_or_else(
        || "no better one is in the catalogue".to_owned(),
        |device| {
            format!(
                "the next better one, {} ({:.1} J/TH), came out in {}",
                device.model,
                joules(device),
                device.released
            )
        },
    );
    Ok(Finding {
        verdict,
        finding: format!(
            "The best rig on sale in {month} took {best:.1} J/TH; {told}. {}",
            gap.map_or_else(String::new, |gap| format!("That is a pause of {gap} months.")),
        ),
        figures: vec![
            number("best_j_per_th", best),
            number("months_to_a_better_rig", gap.map_or(f64::NAN, f64::from)),
            number("next_j_per_th", next.map_or(f64::NAN, joules)),
        ],
        formula: "months from the trough to the first more efficient ASIC: up to 6 no halt, up to 12 a pause",
        source: CATALOGUE.to_owned(),
    })
}

pub fn round_the_clock(facts: &Facts<'_>) -> Checked {
    let rigs = facts.on_sale()?;
    let earning: Vec<_> = rigs.iter().filter(|rig| !rig.is_under_water()).collect();
    let priced = |rig: &&&BreakEven| rig.payback_days.is_some();
    let soonest = earning.iter().filter(priced).min_by(|a, b| days(a).total_cmp(&days(b)));
    let most_earn = 2 * earning.len() > rigs.len();
    let (full, rested) =
        soonest.map_or((f64::NAN, f64::NAN), |rig| (days(rig), rig.hour_off.payback_days.unwrap_or(f64::NAN)));
    let name = soonest.map_or("no rig", |rig| rig.rig.name.as_str());
    Ok(Finding {
        verdict: if most_earn { HoldsWithCaveat } else { NotShown },
        finding: format!(
            "An hour off a day takes 4.2 % of the margin: {name} pays for itself in {rested:.0} days instead of {full:.0}. {} Break-even \
             does not move, since a rig that is off draws nothing; what presses is the capital, which ages all day.",
            either(
                most_earn,
                "So every hour counts, and none is a threshold.",
                "But most rigs on sale lose money on these terms: every hour off is a gain.",
            ),
        ),
        figures: vec![
            number("margin_lost_percent", 100.0 / 24.0),
            number("payback_days", full),
            number("payback_days_with_an_hour_off", rested),
        ],
        formula: "payback = price / (daily margin * uptime); uptime 23/24",
        source: sources([CATALOGUE, CHAIN, &facts.quote(&facts.trough)?.source]),
    })
}

fn days(rig: &BreakEven) -> f64 {
    rig.payback_days.unwrap_or(f64::INFINITY)
}

pub fn slim_margins(facts: &Facts<'_>) -> Checked {
    const YEAR: f64 = 365.0;
    let rigs = facts.on_sale()?;
    let priced: Vec<_> = rigs.iter().filter(|rig| rig.rig.price.is_some()).collect();
    let soonest = priced.iter().min_by(|a, b| days(a).total_cmp(&days(b)));
    let soonest = soonest.ok_or_else(|| Gap("no rig of that year has a price".to_owned()))?;
    let margin = |rig: &BreakEven| rig.margin_per_day.to_usd() / rig.revenue_per_day.to_usd();
    let s9 = BreakEven::of(&facts.rig(S9)?, &facts.terms()?, 0.0);
    let verdict = match days(soonest) {
        days if days.is_infinite() => Holds,
        days if days > YEAR => HoldsWithCaveat,
        _ => NotShown,
    };
    Ok(Finding {
        verdict,
        finding: format!(
            "At {:.1} c/kWh an S9 keeps {:.0} % of its revenue after power and {} {:.0} %. The soonest payback among the rigs of that \
             year with a known price: {}. That is at flat terms, at release prices, without rent and wages.",
            100.0 * facts.evidence.power_price.to_usd_per_kwh(),
            100.0 * margin(&s9),
            soonest.rig.name,
            100.0 * margin(soonest),
            soonest.payback_days.map_or_else(|| "never".to_owned(), |days| format!("{days:.0} days")),
        ),
        figures: vec![
            number("s9_margin_percent_of_revenue", 100.0 * margin(&s9)),
            number("soonest_margin_percent_of_revenue", 100.0 * margin(soonest)),
            number("soonest_payback_days", days(soonest)),
        ],
        formula: "margin = 1 - electricity / revenue; slim when no rig pays back within a year",
        source: sources([CATALOGUE, CHAIN, &facts.quote(&facts.trough)?.source]),
    })
}

pub fn nobody_buys(facts: &Facts<'_>) -> Checked {
    let back = facts.back.ok_or_else(|| Gap("the chain history ends before the peak's rate is back".to_owned()))?;
    let (trough, back) = (facts.trough.date(), back.date());
    let new: Vec<_> =
        facts.asics_after(trough.month()).into_iter().filter(|device| device.released <= back.month()).collect();
    let names =
        new.iter().map(|device| format!("{} ({})", device.model, device.released)).collect::<Vec<_>>().join(", ");
    let none = new.is_empty();
    Ok(Finding {
        verdict: if none { HoldsWithCaveat } else { NotShown },
        finding: format!(
            "The peak's hash rate was back in the epoch from {back}. {} The catalogue knows what was offered, not what was sold.",
            if none {
                "No new rig came out until then.".to_owned()
            } else {
                format!("Until then makers brought out {names}.")
            },
        ),
        figures: vec![number("new_asics_before_the_return", f64::from(u32::try_from(new.len()).unwrap_or(u32::MAX)))],
        formula: "ASICs of the catalogue released after the trough, up to the month of the return",
        source: sources([CATALOGUE, CHAIN]),
    })
}
