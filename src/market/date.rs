//! Days of the calendar, without a clock: 2018-12-04 and the day number behind it.

use crate::asic::Month;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// A day of the proleptic Gregorian calendar in UTC, years 1970 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(
    /// Days since 1970-01-01.
    u32,
);

impl Date {
    /// The day on which this second of the Unix clock lies.
    pub fn from_unix_seconds(seconds: u32) -> Self {
        Self(seconds / 86_400)
    }

    /// Days since 1970-01-01.
    pub fn day_number(self) -> u32 {
        self.0
    }

    /// The month that it lies in.
    pub fn month(self) -> Month {
        let (year, month, _) = self.civil();
        Month { year: year as u16, month: month as u8 } // at most 9999 by construction from text, 2106 from seconds; 12
    }

    /// So many days later; the end of the calendar where there is no such day.
    #[must_use]
    pub fn plus(self, days: usize) -> Self {
        Self(u32::try_from(days).ok().and_then(|days| self.0.checked_add(days)).unwrap_or(u32::MAX - 719_468))
    }

    /// Year, month and day. (Years start in March here, so that the leap day is the last one.)
    fn civil(self) -> (u32, u32, u32) {
        let since_march_0 = self.0 + 719_468; // days since 0000-03-01
        let (era, day) = (since_march_0 / 146_097, since_march_0 % 146_097); // 400 years
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day_of_year = day - (365 * year + year / 4 - year / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day_of_month = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        (400 * era + year + u32::from(month <= 2), month, day_of_month)
    }

    fn from_civil(year: u32, month: u32, day: u32) -> Option<Self> {
        if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 {
            return None;
        }
        let march_year = year - u32::from(month <= 2);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let days = 365 * march_year + march_year / 4 - march_year / 100 + march_year / 400 + day_of_year;
        let date = Self(days - 719_468);
        (date.civil() == (year, month, day)).then_some(date) // 31 June is no day
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        f.pad(&format!("{year:04}-{month:02}-{day:02}"))
    }
}

/// A text that is no day.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("'{0}' is no date (write it like 2018-12-04)")]
pub struct DateError(String);

impl FromStr for Date {
    type Err = DateError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let number = |text: Option<&str>, len| {
            let digits = text.filter(|t| t.len() == len && t.bytes().all(|b| b.is_ascii_digit()));
            digits.and_then(|t| t.parse().ok())
        };
        let mut parts = s.splitn(3, '-');
        let (year, month, day) = (number(parts.next(), 4), number(parts.next(), 2), number(parts.next(), 2));
        let date = year.zip(month).zip(day).and_then(|((year, month), day)| Self::from_civil(year, month, day));
        date.ok_or_else(|| DateError(s.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_at_the_seams_of_the_calendar() {
        for (text, number) in [
            ("1970-01-01", 0),
            ("1972-02-29", 789),
            ("1999-12-31", 10_956),
            ("2000-02-29", 11_016),
            ("2000-03-01", 11_017),
            ("2018-12-04", 17_869),
            ("2100-02-28", 47_540),
            ("2100-03-01", 47_541),
        ] {
            let date: Date = text.parse().unwrap();
            assert_eq!((date.day_number(), date.to_string().as_str()), (number, text));
        }
        assert_eq!(Date::from_unix_seconds(1_543_838_368).to_string(), "2018-12-03");
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_last() {
        let mut date: Date = "1970-01-01".parse().unwrap();
        for _ in 0..146_097 {
            let next = date.plus(1);
            assert_eq!(date.plus(1).to_string().parse(), Ok(next));
            date = next;
        }
        assert_eq!(date.to_string(), "2370-01-01");
    }

    #[test]
    fn what_is_no_day_is_handed_back() {
        for bad in [
            "",
            "2018-13-01",
            "2018-02-29",
            "2018-2-9",
            "18-02-09",
            "2018-06-31",
            "2018/06/01",
            "1969-12-31",
            "2018-12-04x",
            "+018-01-01",
        ] {
            assert_eq!(bad.parse::<Date>(), Err(DateError(bad.to_owned())));
        }
    }
}
