//! Against values computed by hand.

use super::*;
use crate::market::terms::{DECEMBER_2018, TermsRequest, When};
use crate::market::{Chain, Constants};
use crate::units::Money;

fn laptop() -> Machine {
    Machine::declared(HashRate::from_hashes_per_second(40e6), Some(Power::from_watts(65.0)))
}

fn against_the_catalogue(machine: &Machine) -> Comparison {
    compare(machine, &[], &Catalogue::built_in(), &Scenario::december_2018())
}

fn dated(request: &TermsRequest) -> DatedTerms {
    request.resolve_at_any_price(&Chain::shipped(), &Constants::shipped()).unwrap()
}

fn device<'a>(comparison: &'a Comparison, id: &str) -> &'a Rung {
    comparison.first.devices.iter().find(|device| device.id == id).unwrap()
}

/// Equal to `digits` significant digits.
fn assert_digits(value: f64, wanted: f64, digits: i32) {
    assert!((value / wanted - 1.0).abs() < 0.5 * 10f64.powi(1 - digits), "{value} is not {wanted}");
}

#[test]
fn forty_megahashes_at_65_watts_beside_an_s9_and_an_s21_xp() {
    let comparison = against_the_catalogue(&laptop());
    let joules = comparison.first.machine.joules_per_hash.unwrap();
    assert_digits(joules.median * 1e12, 1.625e6, 6);
    let (s9, s21) = (device(&comparison, "antminer-s9-13.5"), device(&comparison, "antminer-s21-xp"));
    // 1,625,000 / 98 and 1,625,000 / 13.5
    assert_digits(s9.efficiency_factor.unwrap(), 16_581.6, 5);
    assert_digits(s21.efficiency_factor.unwrap(), 120_370.4, 5);
    // 40e6 * 98e-12 W
    assert_digits(s9.watts_to_equal.unwrap(), 3.92e-3, 6);
    // 13.5e12 / 40e6
    assert_digits(s9.rate_factor.unwrap(), 337_500.0, 6);
}

#[test]
fn years_per_block_at_a_given_difficulty() {
    let when = When::Difficulty(1e12, Some(DECEMBER_2018));
    let scenario = Scenario::at_one_time(dated(&TermsRequest { when, ..TermsRequest::default() }));
    let comparison = compare(&laptop(), &[], &Catalogue::built_in(), &scenario);
    // 1e12 * 2^32 * 65536/65535 / 40e6 / 31,557,600 s, by hand
    assert_digits(comparison.first.years_per_block, 3_402_534.44, 7);
    // tiny odds are the days in those years
    assert_digits(comparison.first.odds.day, 1.0 / (3_402_534.44 * 365.25), 6);
    assert_digits(comparison.first.odds.lifetime, 80.0 / 3_402_534.44, 4);
    // 1e12 * 2^32 / 600 / 40e6
    assert_digits(comparison.first.machines_to_equal[3].machines, 1.789_569_7e11, 7);
}

#[test]
fn dollars_of_december_2018_and_odds_of_the_newest_epoch() {
    let comparison = against_the_catalogue(&laptop());
    let (terms, economics) = (&comparison.terms, comparison.first.economics);
    assert_eq!((terms.epoch, terms.epoch_date.as_deref()), (Some(552_384), Some("2018-12-03")));
    assert_eq!((terms.price_usd, terms.price_date.as_deref()), (3466.71, Some("2018-12-03")));
    assert_eq!((comparison.epoch, comparison.epoch_date.as_deref()), (Some(967_680), Some("2026-09-19")));
    // 65 W * 24 h = 1.56 kWh at 5 cents
    assert_digits(economics.power_cost_usd_per_day.unwrap(), 0.078, 6);
    // 40e6 * 86400 * 3466.71 * 12.683 / (5,646,403,851,534.72 * 2^32)
    assert_digits(economics.revenue_usd_per_day, 6.2658e-6, 4);
    let margin = economics.margin_usd_per_day.unwrap();
    assert_digits(margin, economics.revenue_usd_per_day - 0.078, 9);
    assert!(margin < 0.0);
    // 1.625e-6 J * 5,646,403,851,534.72 * 2^32 / 3.6e6 * 0.05
    assert_digits(economics.power_cost_usd_per_block.unwrap(), 5.4733e8, 4);
}

#[test]
fn without_energy_the_rates_stand_and_watts_take_the_place_of_joules() {
    let machine = Machine::declared(HashRate::from_hashes_per_second(40e6), None);
    let comparison = against_the_catalogue(&machine);
    let s9 = device(&comparison, "antminer-s9-13.5");
    assert_eq!(s9.efficiency_factor, None);
    assert_digits(s9.watts_to_equal.unwrap(), 3.92e-3, 6);
    assert_digits(comparison.first.one_watt.joules_per_hash, 2.5e-8, 6);
    assert_digits(comparison.first.one_watt.s9_factor.unwrap(), 255.1, 4);
    assert_eq!(comparison.first.economics.power_cost_usd_per_day, None);
    assert_eq!(comparison.first.neighbours, None);
    let json = serde_json::to_value(&comparison).unwrap();
    assert!(json["machine"]["joules_per_hash"].is_null());
}

#[test]
fn the_keys_that_other_tools_rely_on() {
    let json = serde_json::to_value(against_the_catalogue(&laptop())).unwrap();
    assert_eq!(json["schema"], "hashjoule-compare/1");
    assert_eq!(json["machine"]["hashes_per_second"], 40e6);
    assert_eq!(json["machine"]["joules_per_hash"]["provenance"], "declared");
    assert_eq!(json["devices"].as_array().unwrap().len(), Catalogue::built_in().devices().count());
    for key in ["id", "rate_factor", "efficiency_factor", "watts_to_equal"] {
        assert!(json["devices"][0].get(key).is_some(), "{key}");
    }
    assert!(json["years_per_block"].is_f64() && json["odds"]["day"].is_f64() && json["odds"]["year"].is_f64());
    assert_eq!(json["epoch"], 967_680);
}

#[test]
fn what_a_catalogue_does_not_say_is_null_and_a_plan_is_no_device() {
    let comparison = against_the_catalogue(&laptop());
    assert_eq!(device(&comparison, "cpu-class-best").rate_factor, None);
    assert_eq!(device(&comparison, "gpu-hd7970").efficiency_factor, None);
    assert_eq!(device(&comparison, "antminer-s23").node, "undisclosed");
    assert_eq!(device(&comparison, "antminer-s23").node_nm, None);
    assert!(comparison.first.devices.iter().all(|device| device.id != "gmo-7nm-2017-plan"));
}

#[test]
fn the_neighbours_on_the_ladder_of_efficiency() {
    let at = |watts| {
        let machine = Machine::declared(HashRate::from_hashes_per_second(1e12), Some(Power::from_watts(watts)));
        against_the_catalogue(&machine).first.neighbours.unwrap()
    };
    // B3 103.5, S9 98: a machine of 100 J/TH stands between (the 851 has exactly 100 and counts as better).
    assert_eq!(at(100.5).worse.as_deref(), Some("gmo-b3"));
    assert_eq!(at(1.0), Neighbours { better: None, worse: Some("antminer-s23-hyd".to_owned()) });
    assert_eq!(at(1e9).worse, None);
}

#[test]
fn a_price_of_another_time_than_the_difficulty_is_pointed_out() {
    let newest = |price| dated(&TermsRequest { when: When::Newest, price, ..TermsRequest::default() });
    assert_eq!(newest(None).terms.reward_btc, 3.125);
    assert!(newest(None).notes[0].contains("2018-12-03"));
    assert!(newest(Some(Money::from_usd(94_000.0))).notes.is_empty());
    assert!(dated(&TermsRequest::default()).notes.is_empty());
}

#[test]
fn an_implausible_efficiency_is_pointed_out_once() {
    let rate = HashRate::from_hashes_per_second(40e6);
    let machine = Machine::declared(rate, Some(Power::from_watts(65e-6))).with_declared_power(Power::from_watts(1e-3));
    assert_eq!(machine.notes.iter().filter(|note| note.contains("check rate and watts")).count(), 1);
    assert!(laptop().notes.is_empty());
}

#[test]
fn seven_nanometres_span_a_factor_of_three_and_a_half() {
    let nodes = against_the_catalogue(&laptop()).nodes;
    let seven = nodes.iter().find(|spread| spread.node_nm == 7.0).unwrap();
    assert_digits(seven.worst_joules_per_hash * 1e12, 103.545, 5);
    assert_digits(seven.best_joules_per_hash * 1e12, 29.5455, 5);
    assert!(nodes.windows(2).all(|pair| pair[0].node_nm > pair[1].node_nm));
}
