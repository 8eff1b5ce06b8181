//! The supply curve as a picture, with the record beside the model.

use hashjoule::market::fleet::State;
use hashjoule::market::replay::{Question, replay};
use hashjoule::market::{Chain, Constants, Fleet};
use hashjoule::report::market_svg::{known, supply};
use hashjoule::report::svg::Size;
use hashjoule::units::{Money, PowerPrice};

pub fn draw(fleet: &Fleet, state: &State) -> String {
    let (chain, constants) = (Chain::shipped(), Constants::shipped());
    let day = |text: &str| text.parse().expect("a date that is written in this file");
    let rows = replay(&Question {
        chain: &chain,
        constants: &constants,
        prices: None,
        fleet,
        rigs: &[],
        power_price: PowerPrice::from_usd_per_kwh(0.05),
        days: day("2018-09-01")..=day("2019-07-31"),
    });
    let curve = fleet.supply_curve(Money::from_usd(1000.0), Money::from_usd(20_000.0), 121);
    let (picture, _) = supply(&curve, state, &known(&rows), Size::Wide);
    picture.standalone()
}
