//! Every form of a number, over every parser that takes one.

use super::*;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt::Debug;

/// Each text is taken as this value.
fn takes<T: PartialEq + Debug>(parse: impl Fn(&str) -> Parsed<T>, cases: &[(&str, T)]) {
    for (text, value) in cases {
        assert_eq!(parse(text).as_ref(), Ok(value), "{text:?}");
    }
}

/// Each text is refused; the message hands it back and contains the hint.
fn refuses<T: Debug>(parse: impl Fn(&str) -> Parsed<T>, cases: &[(&str, &str)]) {
    for (text, hint) in cases {
        let message = parse(text).unwrap_err().to_string();
        assert!(message.starts_with(&format!("'{}' is not a valid ", text.escape_debug())), "{message}");
        assert!(message.contains(hint), "{message}");
    }
}

fn rate(text: &str) -> Parsed<f64> {
    text.parse().map(HashRate::to_hashes_per_second)
}
fn watts(text: &str) -> Parsed<f64> {
    text.parse().map(Power::to_watts)
}
fn usd(text: &str) -> Parsed<f64> {
    text.parse().map(Money::to_usd)
}
fn usd_per_kwh(text: &str) -> Parsed<f64> {
    text.parse().map(PowerPrice::to_usd_per_kwh)
}
fn j_per_th(text: &str) -> Parsed<f64> {
    text.parse().map(Efficiency::to_joules_per_terahash)
}

type Parser = fn(&str) -> Parsed<f64>;

/// The parsers of a number with or without a unit. A bare number from 0 to 1 means the same to all of them.
fn all() -> Vec<(&'static str, Parser)> {
    Vec::from([
        ("number", number as Parser),
        ("difficulty", difficulty),
        ("share", share),
        ("growth", growth),
        ("btc", btc),
        ("ratio", ratio),
        ("rate", rate),
        ("watts", watts),
        ("usd", usd),
        ("usd_per_kwh", usd_per_kwh),
        ("j_per_th", j_per_th),
    ])
}

#[test]
fn a_bare_number_is_the_same_everywhere() {
    for (name, parse) in all() {
        for (text, value) in [("0", 0.0), ("0.5", 0.5), (".5", 0.5), (" 0.25\n", 0.25), ("2.5e-1", 0.25), ("+1", 1.0)] {
            let found = parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!((found - value).abs() < 1e-15, "{name} reads {text:?} as {found}");
        }
    }
}

#[test]
fn what_is_not_a_number_is_refused_everywhere() {
    let bad = [
        "",
        " ",
        "seven",
        "NaN",
        "inf",
        "-inf",
        "infinity",
        "1e999",
        "--1",
        "1-",
        "0x10",
        "1.2.3",
        ".",
        "e5",
        "1,5",
        "3466,71",
        "0,050",
        "1,0000",
        ",100",
        "100,",
        "1,,000",
        "1_",
        "_1",
        "1__0",
        "1 000",
        "1'000",
        "1.000,50",
        "1.5,000",
        "٣",
        "0.5 furlongs",
    ];
    for (name, parse) in all() {
        for text in bad {
            let error = parse(text).err().unwrap_or_else(|| panic!("{name} takes {text:?}")).to_string();
            assert!(error.contains(&*text.escape_debug().to_string()), "{name}: {error}");
        }
    }
}

#[test]
fn a_comma_separates_complete_groups_of_three() {
    takes(
        number,
        &[
            ("3,466.71", 3466.71),
            ("3,466", 3466.0),
            ("-1,234,567.5", -1_234_567.5),
            ("5,646,403,851,534.72", 5_646_403_851_534.72),
            ("1_000_000", 1e6),
        ],
    );
    refuses(
        number,
        &[
            ("3466,71", "a comma separates groups of three digits; write 3466.71"),
            ("0,050", "write 0.050"),
            ("1,5", "write 1.5"),
            ("1,23,456", "a comma separates groups of three digits"),
            ("1.000,50", "a point comes before the decimals"),
            ("3 466.71", "write 3466.71"),
            ("3'466", "write 3466"),
        ],
    );
}

#[test]
fn whole_numbers_are_exact() {
    takes(count, &[("0", 0), ("1,000,000", 1_000_000), ("18446744073709551615", u64::MAX), ("1_000", 1000)]);
    refuses(
        count,
        &[
            ("18446744073709551616", "the largest is"),
            ("1.5", "write it like"),
            ("-1", ""),
            ("", ""),
            ("1000,5", "write 1000.5"),
        ],
    );
}

#[test]
fn difficulties_with_prefixes_and_words() {
    takes(
        difficulty,
        &[
            ("132.76T", 132.76e12),
            ("132.76 t", 132.76e12),
            ("5.65 trillion", 5.65e12),
            ("1m", 1e6),
            ("1M", 1e6),
            ("1E", 1e18),
            ("2k", 2e3),
        ],
    );
    refuses(difficulty, &[("-1", "below zero"), ("1X", "132.76T"), ("132.76TH", "132.76T")]);
}

#[test]
fn shares_and_growth() {
    takes(share, &[("2%", 0.02), ("2 %", 0.02), ("0.02", 0.02), ("1", 1.0), ("100%", 1.0), ("0%", 0.0)]);
    refuses(
        share,
        &[("2", "write 2%"), ("95", "write 95%"), ("-2%", "between 0 and 1"), ("101%", "between 0 and 1"), ("2%%", "")],
    );
    takes(growth, &[("4%", 0.04), ("-4%", -0.04), ("0.04", 0.04), ("250%", 2.5)]);
    refuses(growth, &[("4 percent", "0.04 or 4%")]);
}

#[test]
fn hash_rates_in_any_case() {
    takes(
        rate,
        &[
            ("7.2MH/s", 7.2e6),
            ("7.2 mh/s", 7.2e6),
            ("7.2Mh/s", 7.2e6),
            ("14 TH/s", 14e12),
            ("14ths", 14e12),
            ("40 MHps", 40e6),
            ("40 Mhash/s", 40e6),
            ("100 kH", 1e5),
            ("100KH/s", 1e5),
            ("1EH/s", 1e18),
            ("40M", 40e6),
            ("1e6 H/s", 1e6),
        ],
    );
    refuses(rate, &[("7.2XH/s", "7.2MH/s"), ("-1MH/s", "below zero"), ("7 watts", "14TH/s"), ("MH/s", "7.2MH/s")]);
}

#[test]
fn watts_where_the_case_matters() {
    takes(
        watts,
        &[
            ("65", 65.0),
            ("65W", 65.0),
            ("65 w", 65.0),
            ("65 watts", 65.0),
            ("1.3kW", 1300.0),
            ("1.3KW", 1300.0),
            ("5MW", 5e6),
        ],
    );
    refuses(watts, &[("5mW", "write 0.005W or 5MW"), ("5mw", "write 0.005W or 5MW"), ("5J", "65W")]);
}

#[test]
fn money_and_power_prices() {
    takes(
        usd,
        &[
            ("3858", 3858.0),
            ("$3,858", 3858.0),
            ("3,466.71USD", 3466.71),
            ("US$ 60k", 60e3),
            ("1.5m", 1.5e6),
            ("3858 $", 3858.0),
        ],
    );
    refuses(
        usd,
        &[("3466,71", "write 3466.71"), ("€3858", "US dollars"), ("3858 EUR", "US dollars"), ("-5", "below zero")],
    );
    takes(
        usd_per_kwh,
        &[
            ("0.05", 0.05),
            ("0.05USD/kWh", 0.05),
            ("$0.05/kWh", 0.05),
            ("0.05 $/KWH", 0.05),
            ("50 USD/MWh", 0.05),
            ("5ct/kWh", 0.05),
        ],
    );
    refuses(usd_per_kwh, &[("0,05", "write 0.05"), ("0.05EUR/kWh", "USD/kWh"), ("5 W", "USD/kWh")]);
}

#[test]
fn efficiencies() {
    takes(
        j_per_th,
        &[("30J/TH", 30.0), ("30 j/th", 30.0), ("30W/TH", 30.0), ("0.1J/GH", 100.0), ("30", 30.0), ("1.6 J/MH", 1.6e6)],
    );
    refuses(j_per_th, &[("30J", "30J/TH"), ("-1J/TH", "below zero")]);
}

#[test]
fn amounts_of_bitcoin_and_ratios() {
    takes(btc, &[("12.5", 12.5), ("12.5BTC", 12.5), ("12.5 btc", 12.5)]);
    refuses(btc, &[("12,5", "write 12.5"), ("12.5 sat", "12.5BTC")]);
    takes(ratio, &[("1.1", 1.1)]);
    refuses(ratio, &[("1.1x", "1.1"), ("110%", "1.1"), ("-1", "below zero")]);
}

#[test]
fn times() {
    let ms = Duration::from_millis;
    takes(
        duration,
        &[
            ("500ms", ms(500)),
            ("10", ms(10_000)),
            ("10 s", ms(10_000)),
            ("1.5m", ms(90_000)),
            ("1.5 min", ms(90_000)),
            ("1h30m", ms(5_400_000)),
            ("1h 30m", ms(5_400_000)),
            ("2 days", ms(172_800_000)),
        ],
    );
    refuses(
        duration,
        &[
            ("", "above zero"),
            ("0", "above zero"),
            ("-1s", "above zero"),
            ("s", "500ms"),
            ("5M", "m is minutes"),
            ("10 years", "500ms"),
            ("1e300h", "too long"),
            ("NaN", "500ms"),
            ("1,5s", "write 1.5"),
        ],
    );
}
