//! A fleet from TOML. What cannot be is refused with its line and column.

use super::{Class, Fleet};
use crate::units::{Efficiency, HashRate, PowerPrice};
use serde::Deserialize;
use std::ops::Range;
use thiserror::Error;
use toml::Spanned;

/// The one version of the format.
const SCHEMA: &str = "hashjoule-fleet/1";

/// A fleet that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {message}")]
pub struct FleetError {
    /// Line of the file, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: Spanned<String>,
    name: String,
    fitted: bool,
    provenance: String,
    installed_ehs: Spanned<f64>,
    reward_btc_per_block: Spanned<f64>,
    pool_fee: Spanned<f64>,
    pue: Spanned<f64>,
    power_price: PowerPrices,
    class: Spanned<Vec<ClassRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PowerPrices {
    median_usd_per_kwh: Spanned<f64>,
    sigma: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassRow {
    name: String,
    j_per_th: Spanned<f64>,
    installed_ehs: Spanned<f64>,
}

impl Fleet {
    /// Reads and checks a fleet.
    ///
    /// # Errors
    /// Names line and column of what is missing, unknown, out of range, or does not add up.
    pub fn parse(text: &str) -> Result<Self, FleetError> {
        let at = |span: Range<usize>, message: String| fault(text, span, message);
        let file: File =
            toml::from_str(text).map_err(|error| at(error.span().unwrap_or_default(), error.message().to_owned()))?;
        file.check().map_err(|(span, message)| at(span, message))?;
        let class = |row: ClassRow| Class {
            name: plain(&row.name),
            efficiency: Efficiency::from_joules_per_terahash(row.j_per_th.into_inner()),
            installed: HashRate::from_hashes_per_second(row.installed_ehs.into_inner() * 1e18),
        };
        Ok(Self {
            name: plain(&file.name),
            fitted: file.fitted,
            provenance: plain(&file.provenance),
            classes: file.class.into_inner().into_iter().map(class).collect(),
            median: PowerPrice::from_usd_per_kwh(file.power_price.median_usd_per_kwh.into_inner()),
            sigma: file.power_price.sigma.into_inner(),
            reward_btc: file.reward_btc_per_block.into_inner(),
            fee: file.pool_fee.into_inner(),
            pue: file.pue.into_inner(),
        })
    }
}

type Fault = (Range<usize>, String);

impl File {
    fn check(&self) -> Result<(), Fault> {
        if self.schema.get_ref() != SCHEMA {
            return Err((self.schema.span(), format!("schema '{}', but this reads '{SCHEMA}'", self.schema.get_ref())));
        }
        within("installed_ehs", &self.installed_ehs, 1e-9..=1e9)?;
        within("reward_btc_per_block", &self.reward_btc_per_block, 1e-8..=1e3)?;
        within("pool_fee", &self.pool_fee, 0.0..=0.99)?;
        within("pue", &self.pue, 1.0..=100.0)?;
        within("median_usd_per_kwh", &self.power_price.median_usd_per_kwh, 1e-6..=1e3)?;
        within("sigma", &self.power_price.sigma, 1e-3..=10.0)?;
        self.class.get_ref().iter().try_for_each(ClassRow::check)?;
        self.adds_up()
    }

    fn adds_up(&self) -> Result<(), Fault> {
        let sum: f64 = self.class.get_ref().iter().map(|row| row.installed_ehs.get_ref()).sum();
        let stated = *self.installed_ehs.get_ref();
        let message = || format!("installed_ehs is {stated}, but the classes add up to {sum}");
        if (sum / stated - 1.0).abs() > 1e-9 { Err((self.installed_ehs.span(), message())) } else { Ok(()) }
    }
}

impl ClassRow {
    fn check(&self) -> Result<(), Fault> {
        within("j_per_th", &self.j_per_th, 1e-3..=1e12)?;
        within("installed_ehs", &self.installed_ehs, 0.0..=1e9)
    }
}

fn within(name: &str, value: &Spanned<f64>, range: std::ops::RangeInclusive<f64>) -> Result<(), Fault> {
    let message = || format!("{name} {} must lie between {} and {}", value.get_ref(), range.start(), range.end());
    if range.contains(value.get_ref()) { Ok(()) } else { Err((value.span(), message())) }
}

/// Without control characters: it goes to terminals.
fn plain(text: &str) -> String {
    text.trim().replace(char::is_control, " ")
}

fn fault(text: &str, span: Range<usize>, message: String) -> FleetError {
    let before = text.get(..span.start).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before[line_start..].chars().count() + 1;
    FleetError { line: before.matches('\n').count() + 1, column, message: plain(&message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = Fleet::SHIPPED;

    #[test]
    fn the_fleet_that_ships_is_read() {
        let fleet = Fleet::parse(GOOD).unwrap();
        assert_eq!(fleet.classes.len(), 10);
        assert!((fleet.installed().to_hashes_per_second() / 57e18 - 1.0).abs() < 1e-12);
        assert!(fleet.fitted && fleet.provenance.contains("proves nothing"));
    }

    #[test]
    fn what_is_wrong_is_told_by_line_and_column() {
        let line = |needle: &str| GOOD[..GOOD.find(needle).unwrap()].matches('\n').count() + 1;
        for (from, to, line, column, message) in [
            (
                "installed_ehs = 57.0",
                "installed_ehs = 58.0",
                line("installed_ehs"),
                17,
                "installed_ehs is 58, but the classes add up to 57",
            ),
            ("j_per_th = 104.0", "j_per_th = -104.0", line("j_per_th = 104.0"), 12, "j_per_th -104 must lie between"),
            ("sigma = 0.18", "sigma = nan", line("sigma ="), 9, "sigma NaN must lie between"),
            ("pue = 1.05", "pue = 'a'", line("pue ="), 7, "invalid type: string"),
            ("pool_fee = 0.02", "pool_fe = 0.02", line("pool_fee"), 1, "unknown field `pool_fe`"),
            (
                "hashjoule-fleet/1",
                "hashjoule-fleet/2",
                line("schema ="),
                10,
                "schema 'hashjoule-fleet/2', but this reads",
            ),
            ("fitted = true", "fitted = ", line("fitted ="), 10, ""),
        ] {
            let error = Fleet::parse(&GOOD.replacen(from, to, 1)).unwrap_err();
            assert_eq!((error.line, error.column), (line, column), "{to}: {error}");
            assert!(error.message.contains(message), "{error}");
        }
    }
}
