//! Rigs on stated terms: what each brings and costs in a day, and when it only pays for its power.

use super::Terms;
use crate::asic::{Catalogue, Device, Kind, Month};
use crate::units::{Efficiency, HashRate, Money, Power, PowerPrice};

/// A machine that can be priced: rate and watts are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Rig {
    /// Id in the catalogue, or `custom`.
    pub id: String,
    /// Vendor and model.
    pub name: String,
    /// Hashes per second.
    pub rate: HashRate,
    /// Watts at the wall, vendor's figure (5 to 7 % tolerance).
    pub power: Power,
    /// Price of the rig, mostly at release.
    pub price: Option<Money>,
    /// When it came out.
    pub released: Option<Month>,
}

impl Rig {
    /// From the catalogue; `None` where rate or watts are unknown, and for a plan, which is no rig.
    pub fn from_device(device: &Device) -> Option<Self> {
        let (rate, power) = device.rate.zip(device.power)?;
        // "GMO miner B2" names its maker already.
        let named = device.vendor.split(' ').next().is_some_and(|word| device.model.starts_with(word));
        let name = if named { device.model.clone() } else { format!("{} {}", device.vendor, device.model) };
        let rig =
            Self { id: device.id.clone(), name, rate, power, price: device.price, released: Some(device.released) };
        (device.kind != Kind::Plan).then_some(rig)
    }

    /// Every ASIC of the catalogue that can be priced, the fewest joules per hash first.
    pub fn all(catalogue: &Catalogue) -> Vec<Self> {
        let asics = catalogue.devices().filter(|device| device.kind == Kind::Asic);
        let mut rigs: Vec<_> = asics.filter_map(Self::from_device).collect();
        sort(&mut rigs, |rig| rig);
        rigs
    }

    /// Joules per hash: watts over rate.
    pub fn efficiency(&self) -> Efficiency {
        self.power / self.rate
    }
}

fn sort<T>(items: &mut [T], rig: impl Fn(&T) -> &Rig) {
    let joules = |item: &T| rig(item).efficiency().to_joules_per_hash();
    items.sort_by(|a, b| joules(a).total_cmp(&joules(b)).then_with(|| rig(a).id.cmp(&rig(b).id)));
}

/// The ids of the catalogue nearest to one that it does not have, the nearest first; at most `count`.
pub fn nearest<'a>(catalogue: &'a Catalogue, id: &str, count: usize) -> Vec<&'a str> {
    let wanted = id.to_lowercase();
    let distance = |known: &str| {
        // A part of the name counts as almost the name: `s9` is meant to find antminer-s9-13.5.
        if known.contains(&wanted) { (0, known.len()) } else { (edits(&wanted, known), known.len()) }
    };
    let mut ids: Vec<_> = catalogue.devices().map(|device| device.id.as_str()).collect();
    ids.sort_by_key(|known| distance(known));
    ids.truncate(count);
    ids
}

/// Levenshtein's distance: the fewest letters to insert, delete or replace.
fn edits(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.chars().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[row.len() - 1]
}

/// One rig on the terms.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BreakEven {
    /// The rig.
    pub rig: Rig,
    /// Joules per hash.
    pub efficiency: Efficiency,
    /// After the pool's fee, over the uptime.
    pub revenue_per_day: Money,
    /// The power bill.
    pub electricity_per_day: Money,
    /// Revenue less electricity; below zero the rig is under water.
    pub margin_per_day: Money,
    /// The coin price at which nothing is left.
    pub price: Money,
    /// The power price at which nothing is left.
    pub power_price: PowerPrice,
    /// Days until the margins have paid the rig, all terms staying; `None`: never, or its price is unknown.
    pub payback_days: Option<f64>,
    /// The same under the stated growth of difficulty.
    pub payback_days_growing: Option<f64>,
    /// What an hour off in each day costs.
    pub hour_off: HourOff,
}

/// One hour off in each day.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct HourOff {
    /// Margin that is left.
    pub margin_per_day: Money,
    /// Days until that has paid the rig.
    pub payback_days: Option<f64>,
}

impl BreakEven {
    /// A rig on the terms; `growth` is the change of difficulty in 14 days (0.05 = +5 %).
    pub fn of(rig: &Rig, terms: &Terms, growth: f64) -> Self {
        let (rate, power, efficiency) = (rig.rate, rig.power, rig.efficiency());
        let payback = |terms: &Terms| rig.price.and_then(|price| terms.payback_days(price, rate, power));
        let growing = rig.price.and_then(|price| terms.payback_days_growing(price, rate, power, growth));
        let rested = Terms { uptime: terms.uptime * 23.0 / 24.0, ..*terms };
        Self {
            efficiency,
            revenue_per_day: terms.revenue_per_day(rate),
            electricity_per_day: terms.electricity_per_day(power),
            margin_per_day: terms.margin_per_day(rate, power),
            price: terms.break_even_price(efficiency),
            power_price: terms.break_even_power_price(efficiency),
            payback_days: payback(terms),
            payback_days_growing: growing,
            hour_off: HourOff { margin_per_day: rested.margin_per_day(rate, power), payback_days: payback(&rested) },
            rig: rig.clone(),
        }
    }

    /// Rigs on the terms, the fewest joules per hash first.
    pub fn table(rigs: &[Rig], terms: &Terms, growth: f64) -> Vec<Self> {
        let mut rows: Vec<_> = rigs.iter().map(|rig| Self::of(rig, terms, growth)).collect();
        sort(&mut rows, |row| &row.rig);
        rows
    }

    /// Whether the rig loses money while it runs.
    pub fn is_under_water(&self) -> bool {
        self.margin_per_day.to_usd() < 0.0
    }
}
