//! What a rate is worth: years for a block, and the watts at which a CPU would equal an S9.

use super::story::say;
#[cfg(feature = "market")]
use super::story::tell_section;
use super::{Failure, Output};
use hashjoule::units::HashRate;

/// Without the market there are no dated figures to compare with; what remains is where to go next.
#[cfg(not(feature = "market"))]
pub(super) fn tell(output: &mut Output, _rate: HashRate) -> Result<(), Failure> {
    say(output, "\nNext         hashjoule info | mine | verify | explain, each with --help")
}

/// Two figures: years per block at the newest difficulty that ships, and the watts of an equal.
#[cfg(feature = "market")]
pub(super) fn tell(output: &mut Output, rate: HashRate) -> Result<(), Failure> {
    use hashjoule::market::economics::years_per_block;
    use hashjoule::units::spoken;

    let chain = super::chain::from_environment()?;
    let epoch = chain.newest();
    let years = spoken(years_per_block(rate, epoch.difficulty()), 2);
    let difficulty = spoken(epoch.difficulty(), 4);
    let dated = format!("(at the difficulty {difficulty} of {})", super::chain::date_and_age(&chain));
    tell_section(output, "Perspective", format_args!("at {rate}, a block takes {years} years on average {dated}."))?;
    tell_of_the_s9(output, rate)?;
    say(output, "\nNext         hashjoule info | mine | bench | compare | explain, each with --help")
}

#[cfg(feature = "market")]
fn tell_of_the_s9(output: &mut Output, rate: HashRate) -> Result<(), Failure> {
    let catalogue = hashjoule::asic::Catalogue::built_in();
    let s9 = catalogue.get(hashjoule::asic::S9).expect("a test reads the built-in catalogue");
    let (Some(efficiency), Some(s9_rate)) = (s9.efficiency, s9.rate) else { return Ok(()) };
    let factor = hashjoule::units::spoken(s9_rate.to_hashes_per_second() / rate.to_hashes_per_second(), 2);
    let (vendor, model, released, watts) = (&s9.vendor, &s9.model, &s9.released, efficiency * rate);
    let fast = format!("The {model}, an ASIC by {vendor} of {released}, is {factor} times as fast");
    let thrifty = format!("and spends {efficiency} (joules per trillion hashes)");
    let equal = format!("To spend no more on a hash, this whole machine would have to run on {watts}.");
    tell_section(output, "", format_args!("{fast} {thrifty}. {equal}"))
}
