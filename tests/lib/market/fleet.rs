//! The fleet against the figures it was published with, and its properties.

use hashjoule::market::Fleet;
use hashjoule::units::{Efficiency, HashRate, Money};
use proptest::prelude::*;

fn usd(x: f64) -> Money {
    Money::from_usd(x)
}

fn ehs(rate: HashRate) -> f64 {
    rate.to_hashes_per_second() / 1e18
}

fn at(price: f64) -> f64 {
    ehs(Fleet::shipped().hash_rate_at(usd(price)))
}

#[test]
fn hash_rates_at_three_prices() {
    for (price, wanted) in [(3400.0, 37.3), (6500.0, 51.5), (7000.0, 52.7)] {
        assert!((at(price) - wanted).abs() < 0.05, "{price}: {}", at(price));
    }
}

#[test]
fn prices_for_two_hash_rates() {
    let fleet = Fleet::shipped();
    let factor = |rate: f64| fleet.price_for(HashRate::from_hashes_per_second(rate * 1e18)).unwrap().to_usd();
    assert!((factor(53.33) - 7346.0).abs() < 10.0, "{}", factor(53.33));
    assert!((factor(53.33) / 3467.0 - 2.12).abs() < 0.005);
    assert!((factor(56.55) - 12_950.0).abs() < 50.0, "{}", factor(56.55));
    assert!((factor(56.55) / 3467.0 - 3.7).abs() < 0.05);
    // The model's own trough and 20 EH/s more is beyond what is installed.
    let own = HashRate::from_hashes_per_second((at(3400.0) + 20.0) * 1e18);
    assert_eq!(fleet.price_for(own), None);
}

#[test]
fn elasticity_falls_as_the_fleet_fills_up() {
    let fleet = Fleet::shipped();
    assert!((fleet.elasticity_at(usd(4000.0)) - 0.59).abs() < 0.01, "{}", fleet.elasticity_at(usd(4000.0)));
    assert!((fleet.elasticity_at(usd(6000.0)) - 0.36).abs() < 0.01, "{}", fleet.elasticity_at(usd(6000.0)));
}

#[test]
fn a_state_adds_up() {
    let state = Fleet::shipped().at(usd(3400.0));
    let sum = |part: fn(&hashjoule::market::fleet::ClassState) -> HashRate| {
        state.classes.iter().map(|class| ehs(part(class))).sum::<f64>()
    };
    assert!((sum(|class| class.on) - ehs(state.on)).abs() < 1e-9);
    assert!((sum(|class| class.off) - ehs(state.off())).abs() < 1e-9);
    assert!((ehs(state.on) + ehs(state.off()) - 57.0).abs() < 1e-9);
    assert!((state.difficulty * 4_294_967_296.0 / 600.0 / state.on.to_hashes_per_second() - 1.0).abs() < 1e-12);
    let joules = |class: &hashjoule::market::fleet::ClassState| class.class.efficiency.to_joules_per_terahash();
    assert!(state.classes.windows(2).all(|pair| joules(&pair[0]) <= joules(&pair[1])));
    let share = |class: &hashjoule::market::fleet::ClassState| ehs(class.on) / ehs(class.class.installed);
    assert!(state.classes.windows(2).all(|pair| share(&pair[0]) >= share(&pair[1])));
}

#[test]
fn the_ends_of_the_curve() {
    let fleet = Fleet::shipped();
    assert_eq!(at(0.0), 0.0);
    assert!(at(1e9) > 56.999_999 && at(1e9) <= 57.0);
    let nothing = fleet.at(usd(0.0));
    assert!(nothing.classes.iter().all(|class| ehs(class.on) == 0.0));
    for rate in [0.0, 57e18, 60e18, f64::NAN] {
        assert_eq!(fleet.price_for(HashRate::from_hashes_per_second(rate)), None, "{rate}");
    }
    let curve = fleet.supply_curve(usd(1000.0), usd(20_000.0), 50);
    assert_eq!((curve.len(), curve[0].0), (50, usd(1000.0)));
    assert!((curve[49].0.to_usd() - 20_000.0).abs() < 1e-6);
}

fn any_fleet() -> impl Strategy<Value = Fleet> {
    let class = (10.0..500.0f64, 0.1..50.0f64);
    (proptest::collection::vec(class, 1..6), 0.05..1.0f64).prop_map(|(classes, sigma)| {
        let mut fleet = Fleet { sigma, ..Fleet::shipped() };
        let template = fleet.classes[0].clone();
        let class = |(joules, rate): (f64, f64)| hashjoule::market::fleet::Class {
            efficiency: Efficiency::from_joules_per_terahash(joules),
            installed: HashRate::from_hashes_per_second(rate * 1e18),
            ..template.clone()
        };
        fleet.classes = classes.into_iter().map(class).collect();
        fleet
    })
}

proptest! {
    #[test]
    fn more_is_on_at_a_higher_price_and_never_more_than_is_installed(
        fleet in any_fleet(), price in 1.0..1e6f64, factor in 1.0..100.0f64,
    ) {
        let (low, high) = (ehs(fleet.hash_rate_at(usd(price))), ehs(fleet.hash_rate_at(usd(price * factor))));
        prop_assert!(low <= high * (1.0 + 1e-12), "{low} {high}");
        prop_assert!(high <= ehs(fleet.installed()));
    }

    #[test]
    fn the_price_for_a_rate_brings_that_rate(fleet in any_fleet(), share in 0.01..0.99f64) {
        let wanted = fleet.installed().to_hashes_per_second() * share;
        let price = fleet.price_for(HashRate::from_hashes_per_second(wanted)).unwrap();
        let found = fleet.hash_rate_at(price).to_hashes_per_second();
        prop_assert!((found / wanted - 1.0).abs() < 1e-9, "{found} {wanted}");
    }
}
