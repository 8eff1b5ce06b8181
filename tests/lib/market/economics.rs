//! The formulas against published shutdown prices, and against each other.

use super::december;
use hashjoule::market::Terms;
use hashjoule::market::economics::*;
use hashjoule::units::{Efficiency, HashRate, Money, Power, PowerPrice};
use proptest::prelude::*;

fn j_per_th(x: f64) -> Efficiency {
    Efficiency::from_joules_per_terahash(x)
}

fn th_per_s(x: f64) -> HashRate {
    HashRate::from_hashes_per_second(x * 1e12)
}

#[track_caller]
fn assert_near(found: f64, wanted: f64, relative: f64) {
    assert!((found / wanted - 1.0).abs() <= relative, "{found} is not within {relative} of {wanted}");
}

#[test]
fn shutdown_prices_of_the_s9() {
    for (cents, usd) in [(5.0, 2603.0), (7.0, 3644.0), (10.0, 5205.0)] {
        let terms = Terms { power_price: PowerPrice::from_usd_per_kwh(cents / 100.0), ..december() };
        assert_eq!(terms.break_even_price(j_per_th(98.0)).to_usd().round(), usd, "{cents} c/kWh");
    }
}

#[test]
fn viabtc_published_the_s19() {
    let terms = Terms {
        difficulty: 17.62e12,
        reward_btc: 6.33125,
        power_price: PowerPrice::from_usd_per_kwh(0.077),
        ..december()
    };
    let s19 = Power::from_watts(3250.0) / th_per_s(95.0);
    let price = terms.break_even_price(s19).to_usd();
    assert_near(price, 8744.27, 1e-3);
    assert_eq!(format!("{price:.2}"), "8746.30");
}

#[test]
fn f2pool_published_the_s9() {
    // In yuan on both sides: the formula does not care for the currency.
    let free = Terms { reward_btc: 12.5, power_price: PowerPrice::from_usd_per_kwh(0.40), fee: 0.0, ..december() };
    let with_fee = Terms { fee: 0.04, ..free };
    let price = with_fee.break_even_price(j_per_th(100.0)).to_usd();
    assert_near(price, 22_438.0, 2e-3);
    assert_eq!(format!("{price:.1}"), "22454.7");
    assert_eq!(free.break_even_price(j_per_th(100.0)).to_usd().round(), 21_557.0);
}

#[test]
fn electricity_per_terahash_and_day() {
    let watts_per_th = Power::from_watts(98.0);
    assert_near(december().electricity_per_day(watts_per_th).to_usd(), 0.024 * 98.0 * 0.05, 1e-12);
    assert_near(december().hashprice().to_usd(), december().revenue_per_day(th_per_s(1.0)).to_usd(), 1e-12);
}

#[test]
fn an_hour_off_a_day_costs_a_twenty_fourth_and_moves_no_break_even() {
    let (rate, power) = (th_per_s(28.0), Power::from_watts(1596.0));
    let rested = Terms { uptime: 23.0 / 24.0, ..december() };
    let (full, less) = (december().margin_per_day(rate, power), rested.margin_per_day(rate, power));
    assert_near(less.to_usd(), full.to_usd() * 23.0 / 24.0, 1e-12);
    assert_eq!(rested.break_even_price(j_per_th(57.0)), december().break_even_price(j_per_th(57.0)));
    let days = |terms: &Terms| terms.payback_days(Money::from_usd(1249.0), rate, power).unwrap();
    assert_near(days(&december()), 505.4, 1e-4);
    assert_near(days(&rested), 505.4 * 24.0 / 23.0, 1e-4);
}

#[test]
fn the_exact_number_of_hashes_is_that_of_the_target() {
    use hashjoule::target::{CompactTarget, Target};
    for bits in [0x1d00_ffff, 0x1731_d97c, 0x1702_905c] {
        let (target, difficulty) = (CompactTarget(bits).to_target().unwrap(), CompactTarget(bits).difficulty());
        assert_near(hashes_per_block(difficulty), target.expected_hashes(), 1e-14);
    }
    assert_near(hashes_per_block(1.0), Target::DIFFICULTY_1.expected_hashes(), 1e-14);
}

#[test]
fn years_and_odds_of_a_block() {
    // 40 MH/s at the difficulty of December 2018: 5.6464e12 * 2^32 / 4e7 = 6.063e14 s.
    let laptop = HashRate::from_hashes_per_second(4e7);
    let years = years_per_block(laptop, 5_646_403_851_534.721);
    assert_eq!(format!("{years:.3e}"), "1.921e7");
    assert_near(odds_of_a_block(laptop, 5_646_403_851_534.721, YEAR), 1.0 / years, 1e-7);
    let network = equilibrium_hash_rate(5e12);
    assert_near(odds_of_a_block(network, 5e12, 600.0), 1.0 - (-1.0f64).exp(), 1e-4);
    assert_near(equilibrium_difficulty(network), 5e12, 1e-12);
}

#[test]
fn subsidies_halve() {
    for (height, btc) in
        [(0, 50.0), (209_999, 50.0), (210_000, 25.0), (552_384, 12.5), (630_000, 6.25), (840_000, 3.125)]
    {
        assert_eq!(subsidy_btc(height), btc);
    }
    assert_eq!(subsidy_btc(32 * 210_000), 1e-8);
    assert_eq!((subsidy_btc(33 * 210_000), subsidy_btc(u32::MAX)), (0.0, 0.0));
}

#[test]
fn terms_that_cannot_be_are_named() {
    let bad = [
        (Terms { difficulty: 0.5, ..december() }, "difficulty 0.5: must be at least 1"),
        (Terms { reward_btc: 0.0, ..december() }, "reward 0: must be BTC above zero"),
        (Terms { price: Money::from_usd(-1.0), ..december() }, "price -1: must be USD, zero or more"),
        (Terms { fee: 1.0, ..december() }, "fee 1: must be a share from 0 to below 1"),
        (Terms { pue: 0.9, ..december() }, "PUE 0.9: must be at least 1"),
        (Terms { uptime: 0.0, ..december() }, "uptime 0: must be a share above 0, at most 1"),
        (Terms { difficulty: f64::NAN, ..december() }, "difficulty NaN: must be at least 1"),
        (Terms { difficulty: f64::INFINITY, ..december() }, "difficulty inf: must be at least 1"),
    ];
    assert_eq!(december().check(), Ok(()));
    for (terms, message) in bad {
        assert_eq!(terms.check().unwrap_err().to_string(), message);
    }
}

#[test]
fn growing_difficulty_stretches_the_payback_until_it_never_comes() {
    let (price, rate, power) = (Money::from_usd(1249.0), th_per_s(28.0), Power::from_watts(1596.0));
    let days = |growth| december().payback_days_growing(price, rate, power, growth);
    assert_near(days(0.0).unwrap(), 505.4, 1e-4);
    assert_near(days(1e-9).unwrap(), 505.4, 1e-3);
    assert!(days(0.005).unwrap() > 505.5);
    assert!(days(-0.01).unwrap() < 505.3);
    assert_eq!(days(0.05), None);
}

fn any_terms() -> impl Strategy<Value = Terms> {
    let range = |low: f64, high: f64| (low.ln()..high.ln()).prop_map(f64::exp);
    (range(1.0, 1e15), range(0.1, 60.0), range(1.0, 1e6), range(0.001, 1.0), 0.0..0.5, 1.0..2.0, 0.1..=1.0).prop_map(
        |(difficulty, reward_btc, price, power_price, fee, pue, uptime)| Terms {
            difficulty,
            reward_btc,
            price: Money::from_usd(price),
            power_price: PowerPrice::from_usd_per_kwh(power_price),
            fee,
            pue,
            uptime,
        },
    )
}

proptest! {
    #[test]
    fn revenue_is_linear_in_the_price(terms in any_terms(), factor in 0.01..100.0) {
        let dearer = Terms { price: Money::from_usd(terms.price.to_usd() * factor), ..terms };
        assert_near(dearer.revenue_per_day(th_per_s(14.0)).to_usd(), terms.revenue_per_day(th_per_s(14.0)).to_usd() * factor, 1e-12);
    }

    #[test]
    fn break_evens_invert_each_other(terms in any_terms(), joules in 5.0..1e7f64) {
        let rig = j_per_th(joules);
        let at_price = Terms { price: terms.break_even_price(rig), ..terms };
        assert_near(at_price.break_even_power_price(rig).to_usd_per_kwh(), terms.power_price.to_usd_per_kwh(), 1e-9);
        assert_near(at_price.break_even_efficiency().to_joules_per_terahash(), joules, 1e-9);
        let at_power_price = Terms { power_price: terms.break_even_power_price(rig), ..terms };
        assert_near(at_power_price.break_even_price(rig).to_usd(), terms.price.to_usd(), 1e-9);
    }

    #[test]
    fn at_break_even_nothing_is_left(terms in any_terms(), joules in 5.0..1e7f64) {
        let (rate, power) = (th_per_s(1.0), Power::from_watts(joules));
        let at_price = Terms { price: terms.break_even_price(power / rate), ..terms };
        let left = at_price.margin_per_day(rate, power).to_usd() / at_price.electricity_per_day(power).to_usd();
        prop_assert!(left.abs() < 1e-9, "{left}");
    }

    #[test]
    fn payback_under_growth_satisfies_its_own_sum(growth in -0.02..0.02f64, price in 100.0..2000.0) {
        let (rate, power) = (th_per_s(28.0), Power::from_watts(1596.0));
        if let Some(days) = december().payback_days_growing(Money::from_usd(price), rate, power, growth) {
            // Day by day: each day's revenue shrinks as difficulty grew until its noon.
            let (revenue, bill) = (december().revenue_per_day(rate).to_usd(), december().electricity_per_day(power).to_usd());
            let whole_days = days.floor() as u32;
            let day = |d: u32| revenue * (1.0 + growth).powf(-(f64::from(d) + 0.5) / 14.0) - bill;
            let earned: f64 = (0..whole_days).map(day).sum();
            prop_assert!(earned <= price * 1.0001 && earned + day(whole_days) >= price * 0.9999, "{earned} of {price}");
        }
    }
}
