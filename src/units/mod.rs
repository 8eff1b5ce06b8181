//! Quantities that carry their unit: rates, watts, joules, dollars. Constructors and getters name it.

pub mod parse;

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

pub use parse::ParseQuantityError;

/// SI prefixes from kilo to zetta, with their powers of ten.
const PREFIXES: [(&str, f64); 7] =
    [("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("P", 1e15), ("E", 1e18), ("Z", 1e21)];

/// Three significant digits with the SI prefix that leaves one to three digits before the point.
pub fn si(value: f64, unit: &str) -> String {
    let Some(&(prefix, scale)) = PREFIXES.iter().rev().find(|(_, scale)| value.abs() >= scale * 0.9995) else {
        return small(value, unit);
    };
    format!("{} {prefix}{unit}", three_digits(value / scale))
}

/// Below one kilo: milli, micro and nano where they help.
fn small(value: f64, unit: &str) -> String {
    let scales = [("", 1.0), ("m", 1e-3), ("µ", 1e-6), ("n", 1e-9)];
    let found = scales.into_iter().find(|(_, scale)| value.abs() >= scale * 0.9995);
    let (prefix, scale) = found.unwrap_or(if value == 0.0 { ("", 1.0) } else { ("n", 1e-9) });
    format!("{} {prefix}{unit}", three_digits(value / scale))
}

fn three_digits(x: f64) -> String {
    match x.abs() {
        a if a >= 99.95 => format!("{x:.0}"),
        a if a >= 9.995 => format!("{x:.1}"),
        _ => format!("{x:.2}"),
    }
}

/// `digits` significant digits, thousands grouped: 17,000 or 3.9 or 0.0012.
pub fn significant(x: f64, digits: usize) -> String {
    if x == 0.0 || !x.is_finite() {
        return format!("{x}");
    }
    let scientific = format!("{x:.*e}", digits.saturating_sub(1));
    let exponent: i32 = scientific.split_once('e').and_then(|(_, e)| e.parse().ok()).unwrap_or(0);
    let rounded: f64 = scientific.parse().unwrap_or(x);
    if !(-5..=15).contains(&exponent) {
        return scientific;
    }
    let decimals = usize::try_from(digits as i32 - 1 - exponent).unwrap_or(0);
    grouped(&format!("{rounded:.decimals$}"))
}

/// A large number as one says it: 1.3 billion, 850,000, 2.4e18.
pub fn spoken(x: f64, digits: usize) -> String {
    let rounded: f64 = format!("{x:.*e}", digits.saturating_sub(1)).parse().unwrap_or(x);
    let words = [("quadrillion", 1e15), ("trillion", 1e12), ("billion", 1e9), ("million", 1e6)];
    match words.iter().find(|(_, scale)| rounded.abs() >= *scale) {
        Some((word, scale)) if rounded.abs() < 1e18 => format!("{} {word}", significant(rounded / scale, digits)),
        _ => significant(x, digits),
    }
}

/// "1 thread", "2 threads".
pub fn counted(n: usize, thing: &str) -> String {
    format!("{} {thing}{}", grouped(&n.to_string()), if n == 1 { "" } else { "s" })
}

/// Commas between the thousands of a decimal number.
pub fn grouped(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(w, f)| (w, Some(f)));
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    fraction.into_iter().for_each(|f| out.extend(['.'].into_iter().chain(f.chars())));
    out
}

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $from:ident, $to:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
        pub struct $name(f64);

        impl $name {
            /// From the base unit that the name says.
            pub const fn $from(value: f64) -> Self {
                Self(value)
            }
            /// To the base unit that the name says.
            pub const fn $to(self) -> f64 {
                self.0
            }
        }
    };
}

quantity!(
    /// Hashes per second; a hash is one 80-byte header hashed twice.
    HashRate, from_hashes_per_second, to_hashes_per_second
);
quantity!(
    /// Watts.
    Power, from_watts, to_watts
);
quantity!(
    /// Joules.
    Energy, from_joules, to_joules
);
quantity!(
    /// Joules per hash. The field writes J/TH, which is the same number of picojoules per hash.
    Efficiency, from_joules_per_hash, to_joules_per_hash
);
quantity!(
    /// US dollars.
    Money, from_usd, to_usd
);
quantity!(
    /// US dollars per kilowatt-hour.
    PowerPrice, from_usd_per_kwh, to_usd_per_kwh
);

impl Efficiency {
    /// From joules per terahash.
    pub const fn from_joules_per_terahash(j_per_th: f64) -> Self {
        Self(j_per_th / 1e12)
    }
    /// To joules per terahash.
    pub const fn to_joules_per_terahash(self) -> f64 {
        self.0 * 1e12
    }
    /// To megahashes per joule, the unit of the years before the ASIC.
    pub const fn to_megahashes_per_joule(self) -> f64 {
        1e-6 / self.0
    }
}

impl PowerPrice {
    /// To US dollars per joule.
    pub const fn to_usd_per_joule(self) -> f64 {
        self.0 / 3.6e6
    }
}

impl core::ops::Div<HashRate> for Power {
    type Output = Efficiency;
    fn div(self, rate: HashRate) -> Efficiency {
        Efficiency(self.0 / rate.0)
    }
}

impl core::ops::Mul<HashRate> for Efficiency {
    type Output = Power;
    fn mul(self, rate: HashRate) -> Power {
        Power(self.0 * rate.0)
    }
}

impl fmt::Display for HashRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&si(self.0, "H/s"))
    }
}
impl fmt::Display for Power {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&si(self.0, "W"))
    }
}
impl fmt::Display for Energy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&si(self.0, "J"))
    }
}
impl fmt::Display for Efficiency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} J/TH", significant(self.to_joules_per_terahash(), 2)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn si_prefixes_at_their_seams() {
        assert_eq!(si(0.0, "H/s"), "0.00 H/s");
        assert_eq!(si(999.4, "H/s"), "999 H/s");
        assert_eq!(si(999.9, "H/s"), "1.00 kH/s");
        assert_eq!(si(81_234_567.0, "H/s"), "81.2 MH/s");
        assert_eq!(si(53.33e18, "H/s"), "53.3 EH/s");
        assert_eq!(si(0.0039, "W"), "3.90 mW");
    }

    #[test]
    fn significant_digits_are_grouped() {
        assert_eq!(significant(17_346.0, 2), "17,000");
        assert_eq!(significant(1_625_000.0, 2), "1,600,000");
        assert_eq!(significant(3.92, 2), "3.9");
        assert_eq!(significant(0.001_234, 2), "0.0012");
        assert_eq!(significant(-1234.5, 3), "-1,230");
        assert_eq!(significant(9.99, 2), "10");
    }

    #[test]
    fn one_is_singular() {
        let told = [0, 1, 2, 1000].map(|n| counted(n, "hit"));
        assert_eq!(told, ["0 hits", "1 hit", "2 hits", "1,000 hits"]);
    }

    #[test]
    fn large_numbers_are_spoken() {
        assert_eq!(spoken(1_300_000_000.0, 2), "1.3 billion");
        assert_eq!(spoken(999_960.0, 2), "1.0 million");
        assert_eq!(spoken(854_000.0, 2), "850,000");
        assert_eq!(spoken(109_782_075_598_905.0, 4), "109.8 trillion");
        assert_eq!(spoken(3.2e16, 2), "32 quadrillion");
        assert_eq!(spoken(2.4e18, 2), "2.4e18");
        assert_eq!(spoken(3.92, 2), "3.9");
        assert_eq!(spoken(f64::INFINITY, 2), "inf");
    }

    #[test]
    fn watts_over_rate_is_efficiency() {
        let s9 = Power::from_watts(1323.0) / HashRate::from_hashes_per_second(13.5e12);
        assert!((s9.to_joules_per_terahash() - 98.0).abs() < 1e-9);
        assert!((Efficiency::from_joules_per_hash(1.6e-6).to_megahashes_per_joule() - 0.625).abs() < 1e-12);
    }
}
