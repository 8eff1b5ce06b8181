//! Puts a machine beside an ASIC of the catalogue: how many times faster, how many times thriftier, how long for a block.
//!
//! ```text
//! cargo run --release --example compare_to_asic [RATE [WATTS [DEVICE]]]      40MH/s 65W antminer-s9-13.5
//! ```

#![allow(clippy::print_stdout, reason = "an example tells what it does")]

use hashjoule::asic::Catalogue;
use hashjoule::compare::{Machine, Scenario, compare};
use hashjoule::units::{HashRate, Power, spoken};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let mut word = |default: &str| words.next().unwrap_or_else(|| default.to_owned());
    let rate: HashRate = word("40MH/s").parse()?;
    let power: Power = word("65W").parse()?;
    let id = word("antminer-s9-13.5");

    // Declared, not measured; `Machine::from_record` takes a record of `hashjoule bench`.
    let machine = Machine::declared(rate, Some(power));
    let scenario = Scenario::december_2018();
    let comparison = compare(&machine, &[], &Catalogue::built_in(), &scenario);

    let figures = &comparison.first;
    let rung = figures.devices.iter().find(|rung| rung.id == id).ok_or("no such device in the catalogue")?;
    println!("{} beside this machine ({rate} at {power}):", rung.name);
    println!("  hashes per second: {} times as many", words_for(rung.rate_factor));
    println!("  hashes per joule:  {} times as many", words_for(rung.efficiency_factor));
    println!(
        "  equal at:          {}",
        rung.watts_to_equal.map_or("?".to_owned(), |w| Power::from_watts(w).to_string())
    );
    let (years, date) = (spoken(figures.years_per_block, 2), comparison.epoch_date.as_deref().unwrap_or("then"));
    println!("a block alone takes {years} years on average, at the difficulty of {date}");
    Ok(())
}

fn words_for(factor: Option<f64>) -> String {
    factor.map_or("an unknown number of".to_owned(), |factor| spoken(factor, 2))
}
