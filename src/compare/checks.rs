//! Figures for a page that recomputes: inputs all over the range of its sliders, with what follows from them here.

use super::{Economics, LIFETIME_YEARS, Machine, Odds, Scenario, dollars, odds};
use crate::market::economics::years_per_block;
use crate::units::{HashRate, Money, Power, PowerPrice};
use serde::Serialize;

/// Inputs of a recomputation and its results.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Check {
    /// What is given.
    pub inputs: Inputs,
    /// What follows.
    pub results: Results,
}

/// What a page lets its reader move, and what it takes as it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Inputs {
    /// Rate of the machine.
    pub hashes_per_second: f64,
    /// Power of the machine.
    pub watts: f64,
    /// Network difficulty, for dollars and odds.
    pub difficulty: f64,
    /// BTC per block.
    pub reward_btc: f64,
    /// Dollars per BTC.
    pub price_usd: f64,
    /// Dollars per kilowatt-hour.
    pub power_price_usd_per_kwh: f64,
    /// Pool fee, a share.
    pub fee: f64,
    /// Power of the site over power of the machine.
    pub pue: f64,
    /// Share of the time that the machine runs.
    pub uptime: f64,
}

/// What follows from [`Inputs`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Results {
    /// Watts over rate.
    pub joules_per_hash: f64,
    /// Expected years until a block.
    pub years_per_block: f64,
    /// Chances of a block.
    pub odds: Odds,
    /// Dollars.
    pub economics: Economics,
}

/// Two dozen recomputations around the machine and the scenario.
pub fn checks(machine: &Machine, scenario: &Scenario) -> Vec<Check> {
    let difficulties = [1.0, 5e6, scenario.dollars.terms.difficulty, scenario.odds_at.difficulty];
    let prices = [(0.0, 0.05), (250.0, 0.0), (scenario.dollars.terms.price.to_usd(), 0.05), (95_000.0, 0.31)];
    let watts = [1e-3, 65.0];
    let all = difficulties.iter().flat_map(|d| prices.iter().flat_map(move |p| watts.map(|w| (*d, *p, w))));
    all.map(|(difficulty, price, watts)| check(machine, scenario, difficulty, price, watts)).collect()
}

fn check(machine: &Machine, scenario: &Scenario, difficulty: f64, (usd, kwh): (f64, f64), watts: f64) -> Check {
    let mut scenario = scenario.clone();
    let terms = &mut scenario.dollars.terms;
    (terms.difficulty, terms.price) = (difficulty, Money::from_usd(usd));
    terms.power_price = PowerPrice::from_usd_per_kwh(kwh);
    let terms = *terms;
    let rate = HashRate::from_hashes_per_second(machine.hashes_per_second);
    let machine = Machine::declared(rate, Some(Power::from_watts(watts)));
    Check {
        inputs: Inputs {
            hashes_per_second: machine.hashes_per_second,
            watts,
            difficulty,
            reward_btc: terms.reward_btc,
            price_usd: usd,
            power_price_usd_per_kwh: kwh,
            fee: terms.fee,
            pue: terms.pue,
            uptime: terms.uptime,
        },
        results: Results {
            joules_per_hash: machine.joules_per_hash.map_or(f64::NAN, |joules| joules.median),
            years_per_block: years_per_block(rate, difficulty),
            odds: odds(rate, difficulty, LIFETIME_YEARS),
            economics: dollars(&machine, &scenario),
        },
    }
}
