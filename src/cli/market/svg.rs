//! The supply curve as a file, with the record beside the model.

use crate::cli::Failure;
use crate::market::fleet::State;
use crate::market::replay::{Question, replay};
use crate::market::{Chain, Constants, Fleet};
use crate::report::market_svg::{known, supply};
use crate::report::svg::Size;
use crate::units::{Money, PowerPrice};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file that is open before the work starts.
pub struct Svg {
    path: PathBuf,
    file: std::fs::File,
}

pub fn open(path: &Path) -> Result<Svg, Failure> {
    let file = std::fs::File::create(path).map_err(|error| failure(path, &error))?;
    Ok(Svg { path: path.to_owned(), file })
}

fn failure(path: &Path, error: &std::io::Error) -> Failure {
    Failure::content("svg", format!("cannot write {}: {error}", path.display()))
}

impl Svg {
    pub fn write(mut self, fleet: &Fleet, state: &State) -> Result<(), Failure> {
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
        self.file.write_all(picture.standalone().as_bytes()).map_err(|error| failure(&self.path, &error))
    }
}
