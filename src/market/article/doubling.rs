//! "The price will have to double": four answers, each with its own assumption, kept apart.

use super::Verdict::{self, HoldsWithCaveat, NotShown};
use super::facts::{CATALOGUE, CHAIN, Facts, rate, sources};
use super::{Checked, Finding, Gap, number};
use crate::units::{HashRate, grouped};

/// Double, to within a tenth.
const DOUBLE: f64 = 1.8;

/// A doubling is needed where at least (about) a doubling is found. Each answer rests on its assumption.
fn verdict(factor: Option<f64>) -> Verdict {
    if factor.is_some_and(|factor| factor >= DOUBLE) { HoldsWithCaveat } else { NotShown }
}

pub fn same_rigs(facts: &Facts<'_>) -> Checked {
    let measured = rate(&facts.peak) / rate(&facts.trough);
    let told = told_factor(facts)?;
    Ok(Finding {
        verdict: verdict(Some(measured)),
        finding: format!(
            "With the same rigs and power prices every miner's revenue per hash is restored when the price grows as the hash rate: \
             x{measured:.2} from {:.1} to {:.1} EH/s, x{told:.2} by the article's figures. On this reckoning {} a doubling is needed.",
            rate(&facts.trough),
            rate(&facts.peak),
            if measured < DOUBLE { "less than" } else { "at least" },
        ),
        figures: vec![number("price_factor", measured), number("price_factor_by_the_article", told)],
        formula: "P / H constant: price factor = hash-rate factor",
        source: sources([CHAIN, &facts.figure("article_peak_ehs")?.source]),
    })
}

fn told_factor(facts: &Facts<'_>) -> Result<f64, Gap> {
    Ok(facts.value("article_peak_ehs")? / facts.value("article_trough_ehs")?)
}

pub fn elasticity(facts: &Facts<'_>) -> Checked {
    let (peak, trough) = (rate(&facts.peak), rate(&facts.trough));
    let elasticity = (trough / peak).ln() / (facts.price(&facts.trough)? / facts.price(&facts.peak)?).ln();
    let factor = |growth: f64| growth.powf(1.0 / elasticity);
    let (measured, told) = (factor(peak / trough), factor(told_factor(facts)?));
    Ok(Finding {
        verdict: verdict(Some(measured).filter(|factor| factor.is_finite())),
        finding: format!(
            "On the way down a price 1 % lower took {elasticity:.2} % of the hash rate along. The same on the way back needs x{measured:.2} \
             for {peak:.1} EH/s, and x{told:.2} for the article's 40 to 60. But two points make a line, not a law: rigs that are off come \
             back at another price than they left."
        ),
        figures: vec![
            number("elasticity", elasticity),
            number("price_factor", measured),
            number("price_factor_by_the_article", told),
        ],
        formula: "elasticity = ln(H1/H0) / ln(P1/P0); price factor = (hash-rate factor)^(1/elasticity)",
        source: sources([CHAIN, &facts.quote(&facts.peak)?.source, &facts.quote(&facts.trough)?.source]),
    })
}

pub fn fleet(facts: &Facts<'_>) -> Checked {
    let (model, from) = (&facts.evidence.fleet, facts.quote(&facts.trough)?.price);
    let factor = |ehs: f64| {
        let price = model.price_for(HashRate::from_hashes_per_second(ehs * 1e18));
        price.map(|price| price.to_usd() / from.to_usd())
    };
    let (peak, trough) = (rate(&facts.peak), rate(&facts.trough));
    let own = model.hash_rate_at(from).to_hashes_per_second() / 1e18;
    let installed = model.installed().to_hashes_per_second() / 1e18;
    let [to_peak, twenty, own_twenty] = [peak, trough + 20.0, own + 20.0].map(factor);
    let told = |factor: Option<f64>| factor.map_or_else(|| "never".to_owned(), |factor| format!("x{factor:.2}"));
    Ok(Finding {
        verdict: verdict(to_peak),
        finding: format!(
            "A fleet of {installed:.0} EH/s with unequal rigs and power prices: {} for {peak:.2} EH/s; {} for the trough's {trough:.2} + 20; \
             from the model's own {own:.1} EH/s + 20: {}. {}",
            told(to_peak),
            told(twenty),
            told(own_twenty),
            if model.fitted {
                "Its parameters were fitted to peak and trough: that it meets those proves nothing."
            } else {
                "It was not fitted."
            },
        ),
        figures: vec![
            number("price_factor", to_peak.unwrap_or(f64::NAN)),
            number("price_usd", to_peak.map_or(f64::NAN, |factor| factor * from.to_usd())),
            number("price_factor_for_trough_plus_20", twenty.unwrap_or(f64::NAN)),
            number("price_factor_for_own_plus_20", own_twenty.unwrap_or(f64::NAN)),
            number("installed_ehs", installed),
        ],
        formula: "H = sum of installed * Phi(ln(c*/median)/sigma), c* = P R (1-f) 3.6e6 / (600 e u H), solved for P",
        source: sources([CHAIN, "fleet_2018_fitted.toml", &facts.quote(&facts.trough)?.source]),
    })
}

pub fn record(facts: &Facts<'_>) -> Checked {
    let back = facts.back.ok_or_else(|| Gap("the chain history ends before the peak's rate is back".to_owned()))?;
    let (from, to) = (facts.price(&facts.trough)?, facts.price(&back)?);
    let target = facts.value("article_peak_ehs")?;
    let mut later = facts.evidence.chain.epochs().iter().filter(|epoch| epoch.height > facts.trough.height);
    let above = later.find(|epoch| rate(epoch) > target).copied();
    let above_factor = above.and_then(|epoch| facts.price(&epoch).ok()).map(|price| price / from);
    let new = facts
        .asics_after(facts.trough.date().month())
        .into_iter()
        .filter(|device| device.released <= back.date().month());
    let new = new.count();
    let above_text = above.zip(above_factor).map_or_else(String::new, |(epoch, factor)| {
        format!(" Above {target} EH/s it was from {}, at x{factor:.2}.", epoch.date())
    });
    Ok(Finding {
        verdict: verdict(Some(to / from)),
        finding: format!(
            "{:.1} EH/s were back in the epoch from {}, at ${} or x{:.2} the trough's price.{above_text} {new} new rigs had come out by then, so \
             a part of it was not the old rigs returning.",
            rate(&back),
            back.date(),
            grouped(&format!("{to:.0}")),
            to / from,
        ),
        figures: vec![
            number("price_factor", to / from),
            number("hash_rate_ehs", rate(&back)),
            number("price_factor_above_60_ehs", above_factor.unwrap_or(f64::NAN)),
            number("new_asics_by_then", f64::from(u32::try_from(new).unwrap_or(u32::MAX))),
        ],
        formula: "mean price of the epoch of the return over that of the trough",
        source: sources([CHAIN, CATALOGUE, &facts.quote(&back)?.source]),
    })
}
