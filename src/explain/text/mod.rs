//! The story for a terminal. Colours mean something, and every line says the same without them.

mod bits;
mod digest;
mod header;
mod midstate;
mod odds;
mod pen;
mod rolling;
mod rounds;
mod savings;

use super::Story;
pub use bits::bits_alone;
pub use pen::{Ink, Pen};

/// A chapter of the story. What is said of each here is what `--help` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[non_exhaustive]
pub enum Section {
    /// The six fields in both byte orders
    Fields,
    /// nBits, target, difficulty, expected hashes
    Bits,
    /// The first chunk, the midstate, what the nonce touches
    Midstate,
    /// The rounds
    Rounds,
    /// The second hash, the verdict, the early exit
    Digest,
    /// Version rolling
    Asicboost,
    /// What the tricks of a miner save, counted
    Savings,
    /// Hashes, time and joules for a block
    Odds,
}

impl Section {
    /// All chapters in their order.
    pub const ALL: [Self; 8] = [
        Self::Fields,
        Self::Bits,
        Self::Midstate,
        Self::Rounds,
        Self::Digest,
        Self::Asicboost,
        Self::Savings,
        Self::Odds,
    ];
}

/// How a story is to be told.
#[derive(Clone, Debug)]
pub struct Style {
    /// Colour or none.
    pub pen: Pen,
    /// All rounds, not the telling ones only.
    pub all_rounds: bool,
}

/// Writes the chapters, one after the other, with a blank line between them.
pub fn render(story: &Story, sections: &[Section], style: &Style) -> String {
    let chapters: Vec<String> = sections.iter().map(|section| chapter(story, *section, style).join("\n")).collect();
    chapters.join("\n\n")
}

fn chapter(story: &Story, section: Section, style: &Style) -> Vec<String> {
    let pen = style.pen;
    match section {
        Section::Fields => header::lines(story, pen),
        Section::Bits => bits::lines(story, pen),
        Section::Midstate => midstate::lines(story, pen),
        Section::Rounds => rounds::lines(story, style),
        Section::Digest => digest::lines(story, pen),
        Section::Asicboost => rolling::lines(story, pen),
        Section::Savings => savings::lines(pen),
        Section::Odds => odds::lines(story, pen),
    }
}

/// Eight words, apart.
fn words(words: &[u32]) -> String {
    let hex: Vec<String> = words.iter().map(|word| format!("{word:08x}")).collect();
    hex.join(" ")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
