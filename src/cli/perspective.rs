//! What a rate is worth: years for a block, and the watts at which a CPU would equal an S9.

use super::story::say;
use super::{Failure, Output};
use crate::units::HashRate;

/// Without the market there are no dated figures to compare with.
#[cfg(not(feature = "market"))]
pub(super) fn tell(_output: &mut Output, _rate: HashRate) -> Result<(), Failure> {
    Ok(())
}

/// Two figures: years per block at the newest difficulty that ships, and the watts of an equal.
#[cfg(feature = "market")]
pub(super) fn tell(output: &mut Output, rate: HashRate) -> Result<(), Failure> {
    use crate::market::{Chain, economics::years_per_block};
    use crate::units::significant;

    let chain = Chain::shipped();
    let epoch = chain.newest();
    let years = significant(years_per_block(rate, epoch.difficulty()), 2);
    say(output, format_args!("Perspective  at {rate}, one block takes {years} years"))?;
    let difficulty = significant(epoch.difficulty(), 4);
    say(output, format_args!("             (difficulty {difficulty}, epoch {}, {})", epoch.height, epoch.date()))?;
    tell_of_the_s9(output, rate)?;
    say(output, "\nNext         hashjoule info | mine | bench | compare | explain, each with --help")
}

#[cfg(feature = "market")]
fn tell_of_the_s9(output: &mut Output, rate: HashRate) -> Result<(), Failure> {
    let catalogue = crate::asic::Catalogue::built_in();
    let s9 = catalogue.get("antminer-s9-13.5").expect("a test reads the built-in catalogue");
    let (Some(efficiency), Some(s9_rate)) = (s9.efficiency, s9.rate) else { return Ok(()) };
    let watts = efficiency * rate;
    let factor = crate::units::significant(s9_rate.to_hashes_per_second() / rate.to_hashes_per_second(), 2);
    say(
        output,
        format_args!("             An {} {} of {} does {factor} times as much;", s9.vendor, s9.model, s9.released),
    )?;
    say(
        output,
        format_args!("             to equal its joules per hash, all of this machine would have to run on {watts}."),
    )
}
