//! The rigs of the catalogue on the terms of December 2018.

use super::december;
use hashjoule::asic::Catalogue;
use hashjoule::market::breakeven::nearest;
use hashjoule::market::{BreakEven, Rig};

fn row(id: &str) -> BreakEven {
    let rig = Rig::from_device(Catalogue::built_in().get(id).unwrap()).unwrap();
    BreakEven::of(&rig, &december(), 0.0)
}

#[test]
fn break_even_power_prices_to_the_last_digit() {
    for (id, cents) in [
        ("whatsminer-m3", "3.9"),
        ("avalon-741", "4.1"),
        ("ebit-e9plus", "4.5"),
        ("antminer-t9plus", "4.8"),
        ("antminer-t9", "5.2"),
        ("gmo-b3", "6.3"),
        ("antminer-s9-13.5", "6.66"),
        ("antminer-s9i-14", "6.9"),
        ("antminer-s9j", "7.0"),
        ("gmo-b2", "8.0"),
        ("antminer-t15", "9.7"),
        ("whatsminer-m10", "10.0"),
        ("antminer-s15", "11.5"),
    ] {
        let decimals = cents.split_once('.').unwrap().1.len();
        let found = row(id).power_price.to_usd_per_kwh() * 100.0;
        assert_eq!(format!("{found:.decimals$}"), cents, "{id}");
    }
}

#[test]
fn paybacks_to_the_day() {
    for (id, days) in [("gmo-b2", 1408.0), ("gmo-b3", 1869.0), ("antminer-s15", 505.0)] {
        let found = row(id).payback_days.unwrap();
        assert!((found - days).abs() < 1.0, "{id}: {found}");
    }
    assert_eq!(row("ebit-e9plus").payback_days, None); // under water at 5 c
    assert_eq!(row("antminer-s9j").payback_days, None); // no price known
    assert!(row("ebit-e9plus").is_under_water() && !row("antminer-t9").is_under_water());
}

#[test]
fn an_hour_off_is_a_twenty_fourth_of_the_margin() {
    let s15 = row("antminer-s15");
    let kept = s15.hour_off.margin_per_day.to_usd() / s15.margin_per_day.to_usd();
    assert!((kept - 23.0 / 24.0).abs() < 1e-12);
    let longer = s15.hour_off.payback_days.unwrap() / s15.payback_days.unwrap();
    assert!((longer - 24.0 / 23.0).abs() < 1e-12);
}

#[test]
fn rigs_stand_by_efficiency_and_plans_are_none() {
    let catalogue = Catalogue::built_in();
    let rows = BreakEven::table(&Rig::all(&catalogue), &december(), 0.0);
    let joules = |row: &BreakEven| row.efficiency.to_joules_per_hash();
    assert!(rows.len() > 100 && rows.windows(2).all(|pair| joules(&pair[0]) <= joules(&pair[1])));
    assert!(rows.iter().all(|row| row.rig.id != "gmo-7nm-2017-plan" && row.rig.id != "cpu-p4-class"));
    assert_eq!(Rig::from_device(catalogue.get("gmo-7nm-2017-plan").unwrap()), None);
    let place = |id: &str| rows.iter().position(|row| row.rig.id == id).unwrap();
    assert!(place("gmo-b2") < place("antminer-s9-13.5") && place("antminer-s9-13.5") < place("gmo-b3"));
}

#[test]
fn a_slip_of_the_pen_finds_its_rig() {
    let catalogue = Catalogue::built_in();
    assert!(nearest(&catalogue, "gmo-b4", 3).contains(&"gmo-b2"));
    assert!(nearest(&catalogue, "S15", 3).contains(&"antminer-s15"));
    assert!(nearest(&catalogue, "whatsminer-m33", 3).contains(&"whatsminer-m3"));
    assert_eq!(nearest(&catalogue, "", 3).len(), 3);
}
