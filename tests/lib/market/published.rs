//! What others published, computed again: `tests/data/published.csv` has inputs, source and deviation of each figure.

use hashjoule::market::economics::{JOULES_PER_KWH, YEAR};
use hashjoule::market::{Chain, Fleet, Terms};
use hashjoule::units::{Efficiency, Money, PowerPrice};

struct Published {
    id: String,
    figure: f64,
    /// In percent; none where a check is of its own kind.
    deviation: Option<f64>,
}

fn published() -> Vec<Published> {
    let mut reader = csv::Reader::from_reader(include_str!("../../data/published.csv").as_bytes());
    let row = |row: csv::StringRecord| Published {
        id: row[0].to_owned(),
        figure: row[2].parse().unwrap(),
        deviation: row[7].parse().ok(),
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn difficulty_on(day: &str) -> f64 {
    Chain::shipped().on(day.parse().unwrap()).unwrap().difficulty()
}

/// A shutdown price in the currency of the power price.
fn shutdown(j_per_th: f64, per_kwh: f64, reward_btc: f64, fee: f64, pue: f64, difficulty: f64) -> f64 {
    let (price, power_price) = (Money::from_usd(0.0), PowerPrice::from_usd_per_kwh(per_kwh));
    let terms = Terms { difficulty, reward_btc, price, power_price, fee, pue, uptime: 1.0 };
    terms.break_even_price(Efficiency::from_joules_per_terahash(j_per_th)).to_usd()
}

/// Gigawatts if the whole network were S9s.
fn all_s9(day: &str) -> f64 {
    let rate = Chain::shipped().on(day.parse().unwrap()).unwrap().hash_rate().unwrap();
    (Efficiency::from_joules_per_terahash(98.0) * rate).to_watts() / 1e9
}

fn ehs(height: u32) -> f64 {
    Chain::shipped().at(height).unwrap().hash_rate().unwrap().to_hashes_per_second() / 1e18
}

fn model(id: &str) -> Option<f64> {
    let fleet_twh = |price, pue: f64| {
        let fleet = Fleet { pue, ..Fleet::shipped() };
        let state = fleet.at(Money::from_usd(price));
        assert!((state.twh_per_year() * 1e9 * JOULES_PER_KWH / YEAR / state.power.to_watts() - 1.0).abs() < 1e-12);
        state.twh_per_year()
    };
    Some(match id {
        "f2pool-2018-11-25" => shutdown(100.0, 0.38, 12.5, 0.04, 1.0, difficulty_on("2018-11-25")),
        "f2pool-2018-09-06" => shutdown(100.0, 0.45, 12.5, 0.04, 1.0, difficulty_on("2018-09-06")),
        "viabtc-2020-m30s-plus" => shutdown(34.0, 0.077, 6.33125, 0.0, 1.0, 17.62e12),
        "viabtc-2022-s9" => shutdown(100.0, 0.05, 6.25, 0.0, 1.0, 31.25e12),
        "viabtc-2022-a911" => shutdown(80.0, 0.05, 6.25, 0.0, 1.0, 31.25e12),
        "antpool-2026-02-s23-hyd" => shutdown(9.5, 0.08, 3.125, 0.0, 1.0, 141.67e12),
        "antpool-2026-02-s21" => shutdown(17.5, 0.08, 3.125, 0.0, 1.0, 141.67e12),
        "antpool-2026-02-m63s" => shutdown(18.5, 0.08, 3.125, 0.0, 1.0, 141.67e12),
        "compass-2021-s19" => shutdown(34.21, 0.03, 6.25, 0.0, 1.0, difficulty_on("2021-01-19")),
        "compass-2021-s19-pro" => shutdown(29.55, 0.03, 6.25, 0.0, 1.0, difficulty_on("2021-01-19")),
        "bitooda-2021-s19" => shutdown(34.21, 0.03176, 6.25 / (1.0 - 0.095), 0.0, 1.12, difficulty_on("2021-01-20")),
        "devries-2018" => all_s9("2018-03-16"),
        "kufeoglu-2019" => all_s9("2017-12-18"),
        "stoll-2018-11" => fleet_twh(6430.0, 1.05),
        "bitmex-2018-12-s9" => (ehs(542_304) - ehs(552_384)) / 13.5,
        "bitmex-2018-12-revenue" => 144.0 * 12.683 * 3466.71 / 1e6,
        _ => return None,
    })
}

#[test]
fn each_published_figure_comes_out_within_its_deviation() {
    let mut checked = 0;
    for Published { id, figure, deviation } in published() {
        let Some(deviation) = deviation else { continue };
        let found = 100.0 * (model(&id).unwrap_or_else(|| panic!("no model for {id}")) / figure - 1.0);
        assert!(found.abs() <= deviation.abs() + 0.2, "{id}: {found:.2} % off where {deviation} % is stated");
        checked += 1;
    }
    assert_eq!(checked, 16);
}

#[test]
fn the_three_prices_of_antpool_stand_as_the_joules_of_the_rigs() {
    let figure = |id: &str| published().into_iter().find(|row| row.id == id).unwrap().figure;
    let per_joule = [("antpool-2026-02-s23-hyd", 9.5), ("antpool-2026-02-s21", 17.5), ("antpool-2026-02-m63s", 18.5)]
        .map(|(id, joules)| figure(id) / joules);
    assert!(per_joule.iter().all(|price| (price / per_joule[0] - 1.0).abs() < 1e-4), "{per_joule:?}");
}
