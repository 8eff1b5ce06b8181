//! The user's own daily prices: CSV with the columns date and `price_usd`, a row for each day, none left out.

use super::table::{Table, TableError};
use super::{Date, Epoch};
use crate::units::Money;
use thiserror::Error;

const DAY: u32 = 86_400;

/// Prices of consecutive days.
#[derive(Clone, Debug, PartialEq)]
pub struct Prices {
    first: Date,
    usd: Vec<f64>,
}

/// What is wrong with a price file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PricesError {
    /// Not CSV, or a field that is not what its column holds.
    #[error("{0}")]
    Table(#[from] TableError),
    /// Days must follow each other.
    #[error("line {line}, column {column} (date): {found} where {wanted} was due")]
    Sequence {
        /// Line of the file, from 1.
        line: u64,
        /// Column, from 1.
        column: usize,
        /// The offending day.
        found: Date,
        /// The day that was due: a gap, a repeat, or a file that runs backwards.
        wanted: Date,
    },
    /// No rows.
    #[error("no prices at all")]
    Empty,
}

impl Prices {
    /// Reads a series.
    ///
    /// # Errors
    /// Names line and column of a bad date, a price that is not above zero, a gap.
    pub fn parse(text: &str) -> Result<Self, PricesError> {
        let mut series: Option<Self> = None;
        for row in Table::new(text)? {
            let row = row?;
            let (date, usd) = (row.read("date", "date (write it like 2018-12-04)")?, row.positive("price_usd")?);
            let series = series.get_or_insert(Self { first: date, usd: Vec::new() });
            let wanted = series.first.plus(series.usd.len());
            if date != wanted {
                return Err(PricesError::Sequence {
                    line: row.line,
                    column: row.column("date")? + 1,
                    found: date,
                    wanted,
                });
            }
            series.usd.push(usd);
        }
        series.ok_or(PricesError::Empty)
    }

    /// The price of a day.
    pub fn on(&self, day: Date) -> Option<Money> {
        let index = day.day_number().checked_sub(self.first.day_number())?;
        self.usd.get(usize::try_from(index).ok()?).copied().map(Money::from_usd)
    }

    /// The mean over an epoch, each day weighted by its seconds in it. `None` when the series does not cover it.
    pub fn mean_of(&self, epoch: &Epoch) -> Option<Money> {
        let seconds = epoch.seconds?;
        let (mut time, end, mut sum) = (epoch.time, epoch.time.checked_add(seconds)?, 0.0);
        while time < end {
            let day = Date::from_unix_seconds(time);
            let until = end.min((day.day_number() + 1).saturating_mul(DAY));
            sum += self.on(day)?.to_usd() * f64::from(until - time);
            time = until;
        }
        Some(Money::from_usd(sum / f64::from(seconds)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::CompactTarget;

    #[test]
    fn the_mean_weighs_days_by_their_seconds() {
        let prices = Prices::parse("date,price_usd\n2018-12-03,4000\n2018-12-04,3000\n").unwrap();
        let noon = 1_543_838_400; // 2018-12-03 12:00
        let epoch = Epoch {
            height: 0,
            time: noon,
            time_is_estimated: false,
            bits: CompactTarget(0x1d00_ffff),
            seconds: Some(DAY),
        };
        assert_eq!(prices.mean_of(&epoch), Some(Money::from_usd(3500.0)));
        assert_eq!(prices.mean_of(&Epoch { seconds: Some(DAY + DAY / 2 + 1), ..epoch }), None);
        assert_eq!(prices.mean_of(&Epoch { time: noon - DAY, ..epoch }), None);
    }

    #[test]
    fn columns_may_stand_anywhere() {
        let prices = Prices::parse("\u{feff}note,price_usd,date\nx, 7 ,2018-12-03\n").unwrap();
        assert_eq!(prices.on("2018-12-03".parse().unwrap()), Some(Money::from_usd(7.0)));
        assert_eq!(prices.on("2018-12-02".parse().unwrap()), None);
    }

    #[test]
    fn a_bad_file_names_line_and_column() {
        for (text, message) in [
            ("date,price_usd\n", "no prices at all"),
            ("", "no prices at all"),
            ("date,usd\n2018-12-03,1\n", "line 1: no column 'price_usd' (found: date, usd)"),
            (
                "date,price_usd\n2018-13-03,1\n",
                "line 2, column 1 (date): '2018-13-03' is no date (write it like 2018-12-04)",
            ),
            ("date,price_usd\n2018-12-03,-1\n", "line 2, column 2 (price_usd): '-1' is no number above zero"),
            ("date,price_usd\n2018-12-03,NaN\n", "line 2, column 2 (price_usd): 'NaN' is no number above zero"),
            (
                "date,price_usd\n2018-12-03,1\n2018-12-05,1\n",
                "line 3, column 1 (date): 2018-12-05 where 2018-12-04 was due",
            ),
            (
                "date,price_usd\n2018-12-03,1\n2018-12-03,1\n",
                "line 3, column 1 (date): 2018-12-03 where 2018-12-04 was due",
            ),
            ("date,price_usd\n2018-12-03\n", "line 2: 1 fields where the header has 2"),
        ] {
            assert_eq!(Prices::parse(text).unwrap_err().to_string(), message);
        }
    }
}
