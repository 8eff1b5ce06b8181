//! Difficulty, reward, price, power price, fee, PUE, uptime: the terms on which someone mines, and the formulas of money.
//!
//! Symbols: e J/hash, c USD/J, P USD/BTC, R BTC/block with fees, f pool fee, u PUE, a uptime, D difficulty.

mod dated;

pub use dated::{DECEMBER_2018, DEFAULT_POWER_PRICE, DatedTerms, Moment, TermsRequest, TermsRequestError, When};

use super::economics::{DAY, HASHES_PER_DIFFICULTY, JOULES_PER_KWH};
use crate::units::{Efficiency, HashRate, Money, Power, PowerPrice};
use thiserror::Error;

const DIFFICULTY_RULE: &str = "at least 1";

/// The terms on which someone mines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    /// Network difficulty, at least 1.
    pub difficulty: f64,
    /// BTC per block, fees included.
    pub reward_btc: f64,
    /// US dollars per BTC.
    pub price: Money,
    /// What the meter charges.
    pub power_price: PowerPrice,
    /// Pool fee, a share of the revenue in 0..1.
    pub fee: f64,
    /// Power usage effectiveness: power of the site over power of the rigs, at least 1.
    pub pue: f64,
    /// Share of the time that the rig runs, above 0 and at most 1.
    pub uptime: f64,
}

impl Terms {
    /// Whether the numbers can be terms at all.
    ///
    /// # Errors
    /// Names the first one that cannot, and what it must be.
    pub fn check(&self) -> Result<(), TermsError> {
        let Self { difficulty, reward_btc, fee, pue, uptime, .. } = *self;
        let (price, power_price) = (self.price.to_usd(), self.power_price.to_usd_per_kwh());
        let rules = [
            ("difficulty", difficulty, difficulty >= 1.0, DIFFICULTY_RULE),
            ("reward", reward_btc, reward_btc > 0.0, "BTC above zero"),
            ("price", price, price >= 0.0, "USD, zero or more"),
            ("power price", power_price, power_price >= 0.0, "USD/kWh, zero or more"),
            ("fee", fee, (0.0..1.0).contains(&fee), "a share from 0 to below 1"),
            ("PUE", pue, pue >= 1.0, "at least 1"),
            ("uptime", uptime, uptime > 0.0 && uptime <= 1.0, "a share above 0, at most 1"),
        ];
        let broken = rules.into_iter().find(|&(_, value, holds, _)| !holds || !value.is_finite());
        broken.map_or(Ok(()), |(name, value, _, wanted)| Err(TermsError { name, value, wanted }))
    }

    /// Nothing follows from a difficulty that is none.
    fn check_difficulty(difficulty: f64) -> Result<(), TermsError> {
        let fault = TermsError { name: "difficulty", value: difficulty, wanted: DIFFICULTY_RULE };
        if difficulty >= 1.0 && difficulty.is_finite() { Ok(()) } else { Err(fault) }
    }

    fn hashes(&self) -> f64 {
        self.difficulty * HASHES_PER_DIFFICULTY
    }

    /// Dollars a hash brings, after the pool's fee.
    fn usd_per_hash(&self) -> f64 {
        self.price.to_usd() * self.reward_btc * (1.0 - self.fee) / self.hashes()
    }

    /// Gross revenue per TH/s and day: 86400e12 R P / (D 2^32). Fee and uptime do not enter.
    pub fn hashprice(&self) -> Money {
        Money::from_usd(1e12 * DAY * self.price.to_usd() * self.reward_btc / self.hashes())
    }

    /// What a rig brings in a day, after the fee, over its uptime.
    pub fn revenue_per_day(&self, rate: HashRate) -> Money {
        Money::from_usd(rate.to_hashes_per_second() * DAY * self.usd_per_hash() * self.uptime)
    }

    /// The power bill of a day. A rig that is off draws nothing.
    pub fn electricity_per_day(&self, power: Power) -> Money {
        Money::from_usd(power.to_watts() * DAY * self.pue * self.power_price.to_usd_per_joule() * self.uptime)
    }

    /// Revenue less electricity; capital, rent and wages are not in it.
    pub fn margin_per_day(&self, rate: HashRate, power: Power) -> Money {
        Money::from_usd(self.revenue_per_day(rate).to_usd() - self.electricity_per_day(power).to_usd())
    }

    /// The coin price at which a rig only pays for its power: e u c D 2^32 / (R (1 - f)).
    pub fn break_even_price(&self, efficiency: Efficiency) -> Money {
        Money::from_usd(self.electricity_per_block(efficiency).to_usd() / (self.reward_btc * (1.0 - self.fee)))
    }

    /// The power price at which a rig only pays for its power: P R (1 - f) / (e u D 2^32).
    pub fn break_even_power_price(&self, efficiency: Efficiency) -> PowerPrice {
        let usd_per_joule = self.usd_per_hash() / (efficiency.to_joules_per_hash() * self.pue);
        PowerPrice::from_usd_per_kwh(usd_per_joule * JOULES_PER_KWH)
    }

    /// The efficiency at which a rig only pays for its power; infinite where power is free.
    pub fn break_even_efficiency(&self) -> Efficiency {
        Efficiency::from_joules_per_hash(self.usd_per_hash() / (self.pue * self.power_price.to_usd_per_joule()))
    }

    /// The electricity of one block: e u c D 2^32.
    pub fn electricity_per_block(&self, efficiency: Efficiency) -> Money {
        let joules = efficiency.to_joules_per_hash() * self.pue * self.hashes();
        Money::from_usd(joules * self.power_price.to_usd_per_joule())
    }

    /// Days until the margins of a rig have paid its price, all terms staying as they are. `None`: never.
    pub fn payback_days(&self, rig_price: Money, rate: HashRate, power: Power) -> Option<f64> {
        let margin = self.margin_per_day(rate, power).to_usd();
        (margin > 0.0).then(|| rig_price.to_usd() / margin)
    }

    /// The same, while difficulty changes by `growth` (0.05 = +5 %) in every 14 days: what is earned by day t is
    /// r (1 - exp(-k t)) / k - p t, with k = ln(1 + growth) / 14. `None`: not within a hundred years.
    pub fn payback_days_growing(&self, rig_price: Money, rate: HashRate, power: Power, growth: f64) -> Option<f64> {
        const CENTURY: f64 = 36_525.0;
        let k = growth.ln_1p() / 14.0;
        let (revenue, bill) = (self.revenue_per_day(rate).to_usd(), self.electricity_per_day(power).to_usd());
        if k == 0.0 {
            return self.payback_days(rig_price, rate, power).filter(|&days| days <= CENTURY);
        }
        let earned = |days: f64| -revenue * (-k * days).exp_m1() / k - bill * days;
        // Rising difficulty: the margin is gone when revenue has fallen to the bill, and nobody goes on after that.
        let last_day = if k > 0.0 { (revenue / bill).ln() / k } else { CENTURY }.clamp(0.0, CENTURY);
        let pays = |days: f64| earned(days) >= rig_price.to_usd();
        pays(last_day).then(|| first(pays, last_day))
    }
}

/// The first point of 0..=end from which `holds` is true, when it is true at the end and changes once.
fn first(holds: impl Fn(f64) -> bool, end: f64) -> f64 {
    let (mut below, mut above) = (0.0, end);
    for _ in 0..100 {
        let middle = f64::midpoint(below, above);
        if holds(middle) { above = middle } else { below = middle }
    }
    above
}

/// A number that cannot be a term of mining.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[error("{name} {value}: must be {wanted}")]
pub struct TermsError {
    /// Which term.
    pub name: &'static str,
    /// The offending number.
    pub value: f64,
    /// What it must be.
    pub wanted: &'static str,
}
