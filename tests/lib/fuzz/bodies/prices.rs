//! Daily prices in CSV: a day that was read can be asked for, and no other.

use hashjoule::market::prices::{Prices, PricesError};
use hashjoule::market::{Date, Epoch};
use hashjoule::target::CompactTarget;
use hashjoule::units::Money;

pub fn any(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Prices::parse(text) {
        Ok(prices) => asked_again(&prices, text),
        Err(error) => refused(&error, text),
    }
}

fn refused(error: &PricesError, text: &str) {
    let message = error.to_string();
    super::assert_plain(&message);
    let line = message.strip_prefix("line ").map(|rest| rest.split([',', ':']).next().unwrap().parse().unwrap());
    match line {
        Some(line) => super::assert_line(line, text.as_bytes(), &message),
        None => assert_eq!(*error, PricesError::Empty),
    }
}

/// Reads the rows a second time, without our reader of tables.
fn asked_again(prices: &Prices, text: &str) {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header.trim_start_matches('\u{feff}') == name).unwrap();
    let (date, usd) = (column("date"), column("price_usd"));
    let mut days: Vec<Date> = Vec::new();
    for row in reader.records().map(Result::unwrap) {
        let (day, price): (Date, f64) = (row[date].parse().unwrap(), row[usd].parse().unwrap());
        assert_eq!(prices.on(day).map(Money::to_usd), Some(price));
        mean_of_one_day(prices, day, price);
        days.push(day);
    }
    assert!(days.windows(2).all(|pair| pair[1] == pair[0].plus(1)), "a gap");
    assert_eq!(prices.on(days[days.len() - 1].plus(1)), None);
}

fn mean_of_one_day(prices: &Prices, day: Date, price: f64) {
    let Some(time) = day.day_number().checked_mul(86_400).filter(|time| time.checked_add(86_400).is_some()) else {
        return;
    };
    let bits = CompactTarget(0x1d00_ffff);
    let epoch = Epoch { height: 0, time, time_is_estimated: false, bits, seconds: Some(86_400) };
    let mean = prices.mean_of(&epoch).unwrap().to_usd();
    assert!(mean.is_infinite() || (mean / price - 1.0).abs() < 1e-9, "{mean} for {price}");
}
