//! The fleet: who runs at which price, and the hash rate that follows.
//!
//! A class of rigs with e J/hash breaks even at the power price c* = P R (1 - f) / (600 e u H), for in equilibrium
//! the network at H H/s finds a block in 600 s. Power prices are lognormal over the installed rate, so the share of
//! a class that runs is Phi(ln(c* / median) / sigma). H is on both sides, and the price enters only as P / H:
//!
//! ```text
//! H = on(P / H), on(x) = sum over classes of installed * Phi(ln(c*(x) / median) / sigma)
//! ```
//!
//! `on` rises with x, so there is one solution; and the price that calls a given H is x H with on(x) = H.

mod load;

pub use load::FleetError;

use super::economics::{BLOCK_INTERVAL, JOULES_PER_KWH, YEAR, equilibrium_difficulty};
use crate::units::{Efficiency, HashRate, Money, Power, PowerPrice};

/// Rigs of one efficiency.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// What they are.
    pub name: String,
    /// Joules per hash at the wall.
    pub efficiency: Efficiency,
    /// Their rate when all run.
    pub installed: HashRate,
}

/// All rigs of the network, and what their owners pay.
#[derive(Clone, Debug, PartialEq)]
pub struct Fleet {
    /// Its name.
    pub name: String,
    /// Whether its numbers were fitted to what they are compared with.
    pub fitted: bool,
    /// How its numbers came about, in a sentence or two.
    pub provenance: String,
    /// Classes, in the order of the file.
    pub classes: Vec<Class>,
    /// Half of the installed rate pays less than this.
    pub median: PowerPrice,
    /// Standard deviation of the logarithm of the power price.
    pub sigma: f64,
    /// BTC per block, fees included.
    pub reward_btc: f64,
    /// Pool fee, a share.
    pub fee: f64,
    /// Power of the site over power of the rigs.
    pub pue: f64,
}

/// The fleet at a price.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct State {
    /// US dollars per BTC.
    pub price: Money,
    /// Rate of the rigs that run.
    pub on: HashRate,
    /// Rate of all rigs.
    pub installed: HashRate,
    /// Difficulty in equilibrium.
    pub difficulty: f64,
    /// What the rigs that run draw, with the site around them (PUE).
    pub power: Power,
    /// Classes, the fewest joules per hash first.
    pub classes: Vec<ClassState>,
}

impl State {
    /// Terawatt-hours a year at that power.
    pub fn twh_per_year(&self) -> f64 {
        self.power.to_watts() * YEAR / JOULES_PER_KWH / 1e9
    }
}

/// A class at a price.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClassState {
    /// The class.
    pub class: Class,
    /// Rate that runs.
    pub on: HashRate,
    /// Rate that is off.
    pub off: HashRate,
    /// The power price above which its rigs are off.
    pub break_even_power_price: PowerPrice,
}

impl Fleet {
    /// The file of the fleet that ships, to be changed.
    pub const SHIPPED: &str = include_str!("fleet_2018_fitted.toml");

    /// Late 2018, fitted to peak and trough.
    pub fn shipped() -> Self {
        Self::parse(Self::SHIPPED).expect("the shipped file is checked by a test")
    }

    /// Rate of all rigs.
    pub fn installed(&self) -> HashRate {
        HashRate::from_hashes_per_second(self.classes.iter().map(|class| class.installed.to_hashes_per_second()).sum())
    }

    /// The hash rate that runs in equilibrium at this price.
    pub fn hash_rate_at(&self, price: Money) -> HashRate {
        if price.to_usd() <= 0.0 {
            return HashRate::from_hashes_per_second(0.0);
        }
        let too_many = |rate: f64| self.on(price.to_usd() / rate) < rate;
        HashRate::from_hashes_per_second(bisect(0.0, self.installed().to_hashes_per_second(), too_many))
    }

    /// The price that calls this hash rate. `None`: more than is installed, or nothing at all.
    pub fn price_for(&self, rate: HashRate) -> Option<Money> {
        let (rate, installed) = (rate.to_hashes_per_second(), self.installed().to_hashes_per_second());
        if !(rate > 0.0 && rate < installed) {
            return None;
        }
        // In logarithms, for x spans many decades. At e^700 all rigs run, unless rounding keeps the last one off.
        let enough = |log: f64| self.on(log.exp()) >= rate;
        enough(700.0).then(|| Money::from_usd(bisect(-700.0, 700.0, enough).exp() * rate))
    }

    /// Everything about the fleet at this price.
    pub fn at(&self, price: Money) -> State {
        let on = self.hash_rate_at(price);
        let ratio = price.to_usd() / on.to_hashes_per_second();
        let mut classes: Vec<_> = self.classes.iter().map(|class| self.class_at(class, ratio)).collect();
        classes.sort_by(|a, b| joules(&a.class).total_cmp(&joules(&b.class)));
        let draws = |class: &ClassState| (class.class.efficiency * class.on).to_watts();
        let power = Power::from_watts(self.pue * classes.iter().map(draws).sum::<f64>());
        State { price, on, installed: self.installed(), difficulty: equilibrium_difficulty(on), power, classes }
    }

    /// Price and hash rate at so many prices between two, evenly spaced in the logarithm.
    pub fn supply_curve(&self, low: Money, high: Money, points: u32) -> Vec<(Money, HashRate)> {
        let step = (high.to_usd() / low.to_usd()).ln() / f64::from(points.saturating_sub(1).max(1));
        let price = |i: u32| Money::from_usd(low.to_usd() * (step * f64::from(i)).exp());
        (0..points).map(price).map(|price| (price, self.hash_rate_at(price))).collect()
    }

    /// d ln H / d ln P at this price.
    pub fn elasticity_at(&self, price: Money) -> f64 {
        let log = |factor: f64| self.hash_rate_at(Money::from_usd(price.to_usd() * factor)).to_hashes_per_second().ln();
        let width: f64 = 1e-3;
        (log(width.exp()) - log((-width).exp())) / (2.0 * width)
    }

    /// H/s that run when a coin costs so many dollars for each H/s of the network.
    fn on(&self, usd_per_rate: f64) -> f64 {
        let rate = |class: &Class| class.installed.to_hashes_per_second() * self.share_on(class, usd_per_rate);
        self.classes.iter().map(rate).sum()
    }

    fn share_on(&self, class: &Class, usd_per_rate: f64) -> f64 {
        let ratio = self.break_even_power_price(class, usd_per_rate).to_usd_per_kwh() / self.median.to_usd_per_kwh();
        normal_cdf(ratio.ln() / self.sigma)
    }

    fn break_even_power_price(&self, class: &Class, usd_per_rate: f64) -> PowerPrice {
        let usd_per_joule =
            usd_per_rate * self.reward_btc * (1.0 - self.fee) / (BLOCK_INTERVAL * joules(class) * self.pue);
        PowerPrice::from_usd_per_kwh(usd_per_joule * super::economics::JOULES_PER_KWH)
    }

    fn class_at(&self, class: &Class, usd_per_rate: f64) -> ClassState {
        // At a price of zero nothing runs and the ratio is 0/0.
        let ratio = if usd_per_rate.is_nan() { 0.0 } else { usd_per_rate };
        let (installed, share) = (class.installed.to_hashes_per_second(), self.share_on(class, ratio));
        ClassState {
            on: HashRate::from_hashes_per_second(installed * share),
            off: HashRate::from_hashes_per_second(installed * (1.0 - share)),
            break_even_power_price: self.break_even_power_price(class, ratio),
            class: class.clone(),
        }
    }
}

impl State {
    /// Rate of the rigs that are off.
    pub fn off(&self) -> HashRate {
        HashRate::from_hashes_per_second(self.installed.to_hashes_per_second() - self.on.to_hashes_per_second())
    }
}

fn joules(class: &Class) -> f64 {
    class.efficiency.to_joules_per_hash()
}

/// The point at which `above` turns true, when it is false below it and true beyond.
fn bisect(mut low: f64, mut high: f64, above: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if above(middle) { high = middle } else { low = middle }
    }
    f64::midpoint(low, high)
}

/// Phi, the normal distribution: 1/2 + phi(z) (z + z^3/3 + z^5/15 + z^7/105 + ...), to 15 digits.
fn normal_cdf(z: f64) -> f64 {
    if z.is_nan() || z.abs() > 8.5 {
        return if z > 0.0 { 1.0 } else { 0.0 };
    }
    let (mut term, mut sum, mut odd) = (z, z, 1.0);
    while term.abs() > 1e-17 * sum.abs() {
        odd += 2.0;
        term *= z * z / odd;
        sum += term;
    }
    (0.5 + sum * (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt()).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_distribution_at_known_points() {
        // Abramowitz and Stegun, table 26.1.
        for (z, wanted) in [
            (0.0, 0.5),
            (0.5, 0.691_462_461_274_013),
            (1.0, 0.841_344_746_068_543),
            (1.96, 0.975_002_104_851_780),
            (3.0, 0.998_650_101_968_370),
            (5.0, 0.999_999_713_348_428),
        ] {
            assert!((normal_cdf(z) - wanted).abs() < 1e-14, "{z}");
            assert!((normal_cdf(-z) - (1.0 - wanted)).abs() < 1e-14, "-{z}");
        }
        assert_eq!([f64::NEG_INFINITY, -9.0, 9.0, f64::INFINITY].map(normal_cdf), [0.0, 0.0, 1.0, 1.0]);
    }
}
