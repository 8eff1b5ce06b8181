//! The one parser of numbers with units: `2%`, `132.76T`, `3,466.71`, `7.2MH/s`, `30J/TH`, `10s`.
//!
//! A comma separates groups of three digits and nothing else. `3466,71` is refused, because half of the world reads it
//! as 3466.71 and a parser that drops commas reads 346,671. Where the case of a letter would change a value by a factor
//! of a million or more (`mW` and `MW`), the spelling that nobody means is refused.

use super::{Efficiency, HashRate, Money, Power, PowerPrice};
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;
use core::time::Duration;

/// A text that is not a valid quantity of the wanted kind.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseQuantityError {
    /// The text as it was given.
    pub input: String,
    /// What was wanted, and how to write it.
    pub wanted: &'static str,
    /// What is wrong with this text in particular, where that is known.
    pub reason: Option<String>,
}

impl fmt::Display for ParseQuantityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is not a valid {}", self.input.escape_debug(), self.wanted)?;
        self.reason.as_ref().map_or(Ok(()), |reason| write!(f, ": {reason}"))
    }
}

impl core::error::Error for ParseQuantityError {}

/// What a parser of this module answers.
pub type Parsed<T> = Result<T, ParseQuantityError>;

const NUMBER: &str = "number (write it like 3466.71 or 3,466.71)";
const COUNT: &str = "whole number (write it like 1000000 or 1,000,000)";
const DIFFICULTY: &str = "difficulty (write it like 132.76T or 5646403851534.72)";
const SHARE: &str = "share (write it like 0.02 or 2%)";
const GROWTH: &str = "growth (write it like 0.04 or 4%)";
const BTC: &str = "amount of BTC (write it like 12.5 or 12.5BTC)";
const RATIO: &str = "ratio (write it like 1.1)";
const TIME: &str = "time (write it like 500ms, 10s, 5m or 1h)";

/// A finite number of either sign.
///
/// # Errors
/// When the text is something else; the error hands it back.
pub fn number(text: &str) -> Parsed<f64> {
    Quantity::new(text, NUMBER)?.plain()
}

/// A whole number, exact up to `u64::MAX`.
///
/// # Errors
/// When the text is something else.
pub fn count(text: &str) -> Parsed<u64> {
    let error = |reason: Option<String>| ParseQuantityError { input: text.to_owned(), wanted: COUNT, reason };
    let digits = without_separators(text.trim()).map_err(|reason| error(Some(reason)))?;
    let all_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !all_digits {
        return Err(error(None));
    }
    digits.parse().map_err(|_| error(Some(format!("the largest is {}", u64::MAX))))
}

/// A network difficulty, at least 0.
///
/// # Errors
/// When the text is something else.
pub fn difficulty(text: &str) -> Parsed<f64> {
    Quantity::new(text, DIFFICULTY)?.scaled(&[""], Case::Ignored)
}

/// A share from 0 to 1: `0.02` or `2%`. A bare number above 1 is refused, because 2 may be meant as 2 %.
///
/// # Errors
/// When the text is something else.
pub fn share(text: &str) -> Parsed<f64> {
    let quantity = Quantity::new(text, SHARE)?;
    let (value, percent) = match quantity.unit {
        "" => (quantity.value, quantity.value),
        "%" => (quantity.times_ten_to(-2), quantity.value),
        _ => return Err(quantity.refused(None)),
    };
    match value {
        value if (0.0..=1.0).contains(&value) => Ok(value),
        value if value > 1.0 && quantity.unit.is_empty() && percent <= 100.0 => {
            Err(quantity.refused(Some(format!("a share is at most 1; write {percent}% for {percent} in a hundred"))))
        }
        _ => Err(quantity.refused(Some("a share lies between 0 and 1, that is 0% and 100%".to_owned()))),
    }
}

/// A relative change of either sign: `0.04`, `4%` or `-4%`.
///
/// # Errors
/// When the text is something else.
pub fn growth(text: &str) -> Parsed<f64> {
    let quantity = Quantity::new(text, GROWTH)?;
    match quantity.unit {
        "" => Ok(quantity.value),
        "%" => Ok(quantity.times_ten_to(-2)),
        _ => Err(quantity.refused(None)),
    }
}

/// Bitcoins, at least 0.
///
/// # Errors
/// When the text is something else.
pub fn btc(text: &str) -> Parsed<f64> {
    let quantity = Quantity::new(text, BTC)?;
    match quantity.unit.to_ascii_lowercase().as_str() {
        "" | "btc" => quantity.not_negative(0),
        _ => Err(quantity.refused(None)),
    }
}

/// A plain ratio, at least 0.
///
/// # Errors
/// When the text is something else.
pub fn ratio(text: &str) -> Parsed<f64> {
    let quantity = Quantity::new(text, RATIO)?;
    if quantity.unit.is_empty() { quantity.not_negative(0) } else { Err(quantity.refused(None)) }
}

/// A time above zero: `500ms`, `10s`, `5m`, `1h30m`, or a bare number of seconds.
///
/// # Errors
/// When the text is something else.
pub fn duration(text: &str) -> Parsed<Duration> {
    let error = |reason: Option<&str>| {
        let reason = reason.map(ToOwned::to_owned);
        ParseQuantityError { input: text.to_owned(), wanted: TIME, reason }
    };
    let mut seconds = 0.0;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (value, after) = rest.split_at(end_of_number(rest));
        let after = after.trim_start();
        let unit_ends = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, next) = after.split_at(unit_ends);
        let scale = seconds_in(unit).ok_or_else(|| error((unit == "M").then_some("m is minutes")))?;
        let value = number(value).map_err(|inner| ParseQuantityError { reason: inner.reason, ..error(None) })?;
        seconds += value * scale;
        rest = next.trim_start();
    }
    let duration = Duration::try_from_secs_f64(seconds).ok().filter(|duration| !duration.is_zero());
    duration.ok_or_else(|| error(Some(if seconds > 0.0 { "it is too long" } else { "it must be above zero" })))
}

fn seconds_in(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" => 1e-3,
        "" | "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hour" | "hours" => 3600.0,
        "d" | "day" | "days" => 86_400.0,
        _ => return None,
    })
}

/// Whether `m` and `M` are the same prefix. They are where nobody means a thousandth.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Ignored,
    /// `mW` is neither read as a milliwatt nor as a megawatt.
    Matters,
}

/// A number and what follows it.
struct Quantity<'a> {
    input: &'a str,
    wanted: &'static str,
    /// The number without separators.
    number: String,
    value: f64,
    /// Without the spaces around it.
    unit: &'a str,
}

impl<'a> Quantity<'a> {
    fn new(input: &'a str, wanted: &'static str) -> Parsed<Self> {
        let trimmed = input.trim();
        let (number, unit) = trimmed.split_at(end_of_number(trimmed));
        let fail = |reason| ParseQuantityError { input: input.to_owned(), wanted, reason };
        let plain = without_separators(number.trim()).map_err(|reason| fail(Some(reason)))?;
        let begins_well = plain.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit() || c == '.');
        let value = plain.parse().ok().filter(|value: &f64| value.is_finite() && begins_well);
        let value = value.ok_or_else(|| fail(None))?;
        Ok(Self { input, wanted, number: plain, value, unit: unit.trim() })
    }

    fn refused(&self, reason: Option<String>) -> ParseQuantityError {
        ParseQuantityError { input: self.input.to_owned(), wanted: self.wanted, reason }
    }

    fn plain(&self) -> Parsed<f64> {
        if self.unit.is_empty() { Ok(self.value) } else { Err(self.refused(None)) }
    }

    /// Rounded once: 132.76T is the float next to 132760000000000, which 132.76 times 1e12 is not.
    fn times_ten_to(&self, exponent: i32) -> f64 {
        let (digits, own) = self.number.split_once(['e', 'E']).unwrap_or((&self.number, "0"));
        let own: i32 = own.parse().unwrap_or(i32::MAX); // too large for an i32: zero or infinite already
        format!("{digits}e{}", own.saturating_add(exponent)).parse().unwrap_or(self.value)
    }

    fn not_negative(&self, exponent: i32) -> Parsed<f64> {
        match self.times_ten_to(exponent) {
            value if value < 0.0 => Err(self.refused(Some("it is not below zero".to_owned()))),
            value if !value.is_finite() => Err(self.refused(Some("it is too large".to_owned()))),
            value => Ok(value),
        }
    }

    /// The value in the base unit: an SI prefix or a word of size, then one of the units (in lower case).
    fn scaled(&self, units: &[&str], case: Case) -> Parsed<f64> {
        if self.unit.is_empty() {
            return self.not_negative(0);
        }
        let lower = self.unit.to_lowercase();
        let found = units.iter().find_map(|unit| {
            let prefix = lower.strip_suffix(unit)?.trim_end();
            Some((exponent_of(prefix)?, prefix == "m"))
        });
        match found {
            Some((_, true)) if case == Case::Matters && !self.unit.starts_with('M') => {
                Err(self.refused(Some(format!("m is a thousandth and M a million; write {}", self.both_meanings()))))
            }
            Some((exponent, _)) => self.not_negative(exponent),
            None => Err(self.refused(None)),
        }
    }

    /// "0.005W or 5MW" for 5mW.
    fn both_meanings(&self) -> String {
        let unit = &self.unit[1..].to_uppercase();
        format!("{}{unit} or {}M{unit}", self.value / 1000.0, self.value)
    }
}

/// The power of ten of a prefix in lower case, or of a word.
fn exponent_of(prefix: &str) -> Option<i32> {
    Some(match prefix {
        "" => 0,
        "k" | "thousand" => 3,
        "m" | "million" => 6,
        "g" | "bn" | "billion" => 9,
        "t" | "tn" | "trillion" => 12,
        "p" | "quadrillion" => 15,
        "e" => 18,
        "z" => 21,
        _ => return None,
    })
}

/// Where the number ends and its unit begins. An `e` belongs to the number where digits follow.
fn end_of_number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_exponent = |at: usize| {
        let after = &text[at + 1..];
        at > 0 && after.strip_prefix(['+', '-']).unwrap_or(after).starts_with(|c: char| c.is_ascii_digit())
    };
    let belongs = |(at, byte): (usize, &u8)| match byte {
        b'0'..=b'9' | b'.' | b',' | b'_' => true,
        b'+' | b'-' => at == 0 || matches!(bytes[at - 1], b'e' | b'E'),
        b'e' | b'E' => is_exponent(at),
        // Digits after a space belong to the number: it is refused with them, never cut.
        b' ' | b'\'' => bytes[at + 1..].first().is_some_and(u8::is_ascii_digit),
        _ => false,
    };
    bytes.iter().enumerate().position(|pair| !belongs(pair)).unwrap_or(text.len())
}

/// The digits without commas and underscores between complete groups.
fn without_separators(number: &str) -> Result<String, String> {
    if number.contains([' ', '\'']) {
        let joined: String = number.chars().filter(|c| !matches!(c, ' ' | '\'')).collect();
        return Err(format!("write {joined}"));
    }
    let (whole, rest) = number.split_at(number.find(['.', 'e', 'E']).unwrap_or(number.len()));
    if rest.contains(',') {
        return Err("a point comes before the decimals, commas only separate groups of three digits".to_owned());
    }
    if whole.contains(',') && !groups_are_complete(whole) {
        return Err(comma_hint(number, whole, rest));
    }
    let underscores_between = !number.starts_with('_') && !number.ends_with('_') && !number.contains("__");
    if !underscores_between {
        return Err("an underscore stands between digits".to_owned());
    }
    Ok(number.chars().filter(|c| !matches!(c, ',' | '_')).collect())
}

/// One to three digits, then groups of exactly three. `0,050` is a decimal comma.
fn groups_are_complete(whole: &str) -> bool {
    let mut groups = whole.trim_start_matches(['+', '-']).split(',');
    let is_digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let first = groups.next().unwrap_or("");
    let first_is_good = (1..=3).contains(&first.len()) && is_digits(first) && !first.starts_with('0');
    first_is_good && groups.all(|group| group.len() == 3 && is_digits(group))
}

fn comma_hint(number: &str, whole: &str, rest: &str) -> String {
    let rule = "a comma separates groups of three digits";
    let has_one_comma = whole.matches(',').count() == 1 && rest.is_empty();
    if has_one_comma { format!("{rule}; write {}", number.replace(',', ".")) } else { rule.to_owned() }
}

impl FromStr for HashRate {
    type Err = ParseQuantityError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        const UNITS: [&str; 10] =
            ["hashes/s", "hash/s", "hashes/sec", "hash/sec", "h/sec", "h/s", "hps", "hs", "h", ""];
        let quantity = Quantity::new(s, "hash rate (write it like 7.2MH/s or 14TH/s)")?;
        quantity.scaled(&UNITS, Case::Ignored).map(Self::from_hashes_per_second)
    }
}

impl FromStr for Power {
    type Err = ParseQuantityError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let quantity = Quantity::new(s, "power (write it like 65 or 65W or 1.3kW)")?;
        quantity.scaled(&["watts", "watt", "w"], Case::Matters).map(Self::from_watts)
    }
}

impl FromStr for Efficiency {
    type Err = ParseQuantityError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let quantity = Quantity::new(s, "efficiency (write it like 30J/TH)")?;
        let joules_per_terahash = match quantity.unit.to_ascii_lowercase().as_str() {
            "" | "j/th" | "w/th" | "w/th/s" | "pj/h" => 0,
            "j/gh" | "w/gh" | "w/gh/s" | "nj/h" => 3,
            "j/mh" | "w/mh" | "w/mh/s" => 6,
            _ => return Err(quantity.refused(None)),
        };
        quantity.not_negative(joules_per_terahash).map(Self::from_joules_per_terahash)
    }
}

impl FromStr for Money {
    type Err = ParseQuantityError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let amount = s.trim();
        let amount = amount.strip_prefix("US$").or_else(|| amount.strip_prefix('$')).unwrap_or(amount);
        let error = |error: ParseQuantityError| ParseQuantityError { input: s.to_owned(), ..error };
        let quantity = Quantity::new(amount, "price in US dollars (write it like 3858 or 3,466.71)").map_err(error)?;
        let usd = quantity.scaled(&["usd", "dollars", "$", ""], Case::Ignored);
        usd.map(Self::from_usd).map_err(error)
    }
}

impl FromStr for PowerPrice {
    type Err = ParseQuantityError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let amount = s.trim();
        let amount = amount.strip_prefix("US$").or_else(|| amount.strip_prefix('$')).unwrap_or(amount);
        let error = |error: ParseQuantityError| ParseQuantityError { input: s.to_owned(), ..error };
        let wanted = "power price in USD/kWh (write it like 0.05 or 0.05USD/kWh)";
        let quantity = Quantity::new(amount, wanted).map_err(error)?;
        let usd_per_kwh = match quantity.unit.to_lowercase().as_str() {
            "" | "usd/kwh" | "$/kwh" | "/kwh" => 0,
            "usd/mwh" | "$/mwh" | "/mwh" => -3,
            "ct/kwh" | "c/kwh" | "¢/kwh" | "cents/kwh" => -2,
            _ => return Err(error(quantity.refused(None))),
        };
        quantity.not_negative(usd_per_kwh).map(Self::from_usd_per_kwh).map_err(error)
    }
}

#[cfg(test)]
mod tests;
