//! The network: hash rate, price, who is off, and why.

use super::Verdict::{Holds, HoldsWithCaveat, NotShown};
use super::facts::{CATALOGUE, CHAIN, Facts, rate, sources};
use super::{Checked, Finding, Gap, either, number};
use crate::asic::S9;
use crate::units::{Money, grouped, significant};

/// Poisson scatter of a day's 144 blocks.
const DAY_NOISE: f64 = 1.0 / 12.0;

pub fn hash_rate_fell(facts: &Facts<'_>) -> Checked {
    let [top, bottom] = [facts.value("article_peak_ehs")?, facts.value("article_trough_ehs")?];
    let (peak, trough, fall, error) = (rate(&facts.peak), rate(&facts.trough), facts.fall(), facts.fall_error());
    let share_agrees = (fall - (1.0 - bottom / top)).abs() <= 2.0 * error;
    let near = |told: f64, measured: f64| (told / measured - 1.0).abs() <= 0.05;
    let verdict = match (share_agrees, near(top, peak) && near(bottom, trough)) {
        (true, true) => Holds,
        (true, false) => HoldsWithCaveat,
        (false, _) => NotShown,
    };
    Ok(Finding {
        verdict,
        finding: format!(
            "Epoch means: {peak:.2} EH/s (from {}) to {trough:.2} EH/s (from {}), -{:.1} % (+-{:.1} points); the article's \
             {top} and {bottom} give -{:.1} %. {} {top} and {bottom} are estimates from single days, which scatter by {:.1} %.",
            facts.peak.date(),
            facts.trough.date(),
            100.0 * fall,
            100.0 * error,
            100.0 * (1.0 - bottom / top),
            either(share_agrees, "The share holds, the levels are noise:", "Neither levels nor share agree:"),
            100.0 * DAY_NOISE,
        ),
        figures: vec![
            number("peak_ehs", peak),
            number("trough_ehs", trough),
            number("fall_percent", 100.0 * fall),
            number("fall_error_points", 100.0 * error),
            number("article_fall_percent", 100.0 * (1.0 - bottom / top)),
        ],
        formula: "hash rate of an epoch = 2016 D 2^32 / seconds; fall = 1 - trough / peak; scatter 1/sqrt(blocks)",
        source: sources([CHAIN, &facts.figure("article_peak_ehs")?.source]),
    })
}

pub fn price_fell(facts: &Facts<'_>) -> Checked {
    let (high, low) = (facts.figure("daily_high_2017")?, facts.figure("daily_low_2018")?);
    let [top, bottom] = [facts.value("article_price_top")?, facts.value("article_price_bottom")?];
    let (before, after) = (facts.price(&facts.peak)?, facts.price(&facts.trough)?);
    let day = high.when.parse().map_err(|_| Gap(format!("'{}' is no day of the highest price", high.when)))?;
    let at_high = facts.evidence.chain.on(day).map_or(f64::NAN, rate);
    let agrees = (high.value / top - 1.0).abs() <= 0.05 && low.value < bottom;
    let together = at_high >= rate(&facts.peak);
    let verdict = if !agrees {
        NotShown
    } else if together {
        Holds
    } else {
        HoldsWithCaveat
    };
    let usd = |x: f64| grouped(&format!("{x:.0}"));
    Ok(Finding {
        verdict,
        finding: format!(
            "Highest day ${} ({}), lowest ${} ({}). {} at the highest price it was {at_high:.1} EH/s; from its own peak to \
             its trough the price went only from ${} to ${} (means of the epochs).",
            usd(high.value),
            high.when,
            usd(low.value),
            low.when,
            either(together, "The hash rate fell from there:", "But the hash rate did not fall along:"),
            usd(before),
            usd(after),
        ),
        figures: vec![
            number("daily_high_usd", high.value),
            number("daily_low_usd", low.value),
            number("hash_rate_at_highest_price_ehs", at_high),
            number("price_at_hash_rate_peak_usd", before),
            number("price_at_hash_rate_trough_usd", after),
        ],
        formula: "quoted days beside the article's round figures; hash rate of the epoch that holds the day",
        source: sources([CHAIN, &high.source, &low.source, &facts.quote(&facts.peak)?.source]),
    })
}

pub fn share_off(facts: &Facts<'_>) -> Checked {
    const TOLD: f64 = 0.30;
    let (off, fall, error) = (facts.ehs_off(), facts.fall(), facts.fall_error());
    let s9 = facts.rig(S9)?;
    let machines = off * 1e18 / s9.rate.to_hashes_per_second();
    let told = facts.value("article_peak_ehs")? - facts.value("article_trough_ehs")?;
    let verdict = if fall - error > TOLD && off > 0.9 * told {
        Holds
    } else if fall + error > TOLD {
        HoldsWithCaveat
    } else {
        NotShown
    };
    Ok(Finding {
        verdict,
        finding: format!(
            "{off:.1} EH/s went off between the epochs' means, {:.1} % (+-{:.1} points), where the article has {told} EH/s. A share of \
             the hash rate is not one of the rigs: the slow ones go first, so more than that share of the rigs stood \
             still; as S9s it would be {} million machines.",
            100.0 * fall,
            100.0 * error,
            significant(machines / 1e6, 3),
        ),
        figures: vec![
            number("off_ehs", off),
            number("off_percent_of_hash_rate", 100.0 * fall),
            number("error_points", 100.0 * error),
            number("as_s9_machines", machines),
        ],
        formula: "peak - trough of the epochs' means; machines = EH/s over the rate of an S9",
        source: sources([CHAIN, CATALOGUE]),
    })
}

pub fn off_at_a_loss(facts: &Facts<'_>) -> Checked {
    let (fleet, record) = (&facts.evidence.fleet, facts.ehs_off());
    let on = |price: f64| fleet.hash_rate_at(Money::from_usd(price)).to_hashes_per_second() / 1e18;
    let [before, after] = [facts.price(&facts.peak)?, facts.price(&facts.trough)?].map(on);
    let explained = (before - after) / record;
    let s9 = facts.terms()?.break_even_power_price(facts.rig(S9)?.efficiency()).to_usd_per_kwh();
    let verdict = match explained {
        share if share > 0.9 && !fleet.fitted => Holds,
        share if share > 0.5 => HoldsWithCaveat,
        _ => NotShown,
    };
    Ok(Finding {
        verdict,
        finding: format!(
            "At the trough an S9 earned its power up to {:.2} c/kWh and no further. A fleet whose owners switch off at a loss goes from \
             {before:.1} to {after:.1} EH/s between the two prices: {:.0} % of the record's {record:.1} EH/s. {}",
            100.0 * s9,
            100.0 * explained,
            either(
                fleet.fitted,
                "But the fleet was fitted to these two points, so it agrees with the reason and does not prove it.",
                "The fleet was not fitted to these points.",
            ),
        ),
        figures: vec![
            number("s9_break_even_usd_per_kwh", s9),
            number("fleet_before_ehs", before),
            number("fleet_after_ehs", after),
            number("explained_percent", 100.0 * explained),
        ],
        formula: "c* = P R (1-f) 3.6e6 / (e u D 2^32); H = sum of installed * Phi(ln(c*/median)/sigma)",
        source: sources([CHAIN, CATALOGUE, "fleet_2018_fitted.toml", &facts.quote(&facts.trough)?.source]),
    })
}

pub fn most_take_losses(facts: &Facts<'_>) -> Checked {
    let state = facts.evidence.fleet.at(facts.quote(&facts.trough)?.price);
    let idle = 1.0 - state.on.to_hashes_per_second() / state.installed.to_hashes_per_second();
    let rigs = facts.on_sale()?;
    let under = rigs.iter().filter(|rig| rig.is_under_water()).count();
    let cents = 100.0 * facts.evidence.power_price.to_usd_per_kwh();
    let most_idle = idle > 0.5;
    let most_under = 2 * under > rigs.len();
    let verdict = if most_idle || most_under { HoldsWithCaveat } else { NotShown };
    Ok(Finding {
        verdict,
        finding: format!(
            "{:.0} % of the fleet's installed rate is idle at the trough; whoever still runs earns more than the power costs. Of \
             {} rigs of the year before, {under} lose money at {cents:.1} c/kWh. {}",
            100.0 * idle,
            rigs.len(),
            either(
                most_idle || most_under,
                "That is most of them, by hash rate or by model; businesses are not counted here.",
                "Whether most businesses lost money, with what they paid for rigs, rent and wages, figures of hash rate cannot say.",
            ),
        ),
        figures: vec![
            number("idle_percent", 100.0 * idle),
            number("rigs_under_water", f64::from(u32::try_from(under).unwrap_or(u32::MAX))),
            number("rigs_of_the_year", f64::from(u32::try_from(rigs.len()).unwrap_or(u32::MAX))),
        ],
        formula: "idle = 1 - on / installed of the fleet; margin = revenue - electricity, a day",
        source: sources([CHAIN, CATALOGUE, "fleet_2018_fitted.toml", &facts.quote(&facts.trough)?.source]),
    })
}
