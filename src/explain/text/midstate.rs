//! The cut at byte 64: what is done once, and what the nonce touches.

use super::{Ink, Pen, words};
use crate::explain::Story;
use crate::sha256::IV;

/// Rounds of the three compressions.
const ALL_ROUNDS: usize = 3 * 64;

pub(super) fn lines(story: &Story, pen: Pen) -> Vec<String> {
    let mut lines = first_chunk(story, pen);
    lines.push(String::new());
    lines.extend(second_chunk(story, pen));
    lines
}

fn first_chunk(story: &Story, pen: Pen) -> Vec<String> {
    let w = &story.first_chunk.w;
    let constant = |text: String| pen.ink(Ink::Constant, text);
    vec![
        pen.ink(Ink::Title, "First chunk: bytes 0-63, done once"),
        "SHA-256 eats 64 bytes at a time. The first 64 hold the version, the previous block and 28 of the".into(),
        "merkle root's 32 bytes, but not the nonce.".into(),
        constant(format!("  W0-W7     {}", words(&w[..8]))),
        constant(format!("  W8-W15    {}", words(&w[8..16]))),
        constant(format!("  start     {}   (IV)", words(&IV))),
        format!("  midstate  {}", pen.ink(Ink::Version, words(&story.first_chunk.after))),
        format!(
            "  The midstate serves every nonce: 64 of {ALL_ROUNDS} rounds, {} in a hundred, done once.",
            64 * 100 / ALL_ROUNDS
        ),
    ]
}

fn second_chunk(story: &Story, pen: Pen) -> Vec<String> {
    let w = &story.second_chunk.w;
    let row = |at: &str, word: u32, what: &str| pen.ink(Ink::Constant, format!("  {at:<8}  {word:08x}  {what}"));
    let mut lines = vec![
        pen.ink(Ink::Title, "Second chunk: bytes 64-79 and the padding"),
        row("W0", w[0], "the last four bytes of the merkle root"),
        row("W1", w[1], "time"),
        row("W2", w[2], "nBits"),
        pen.ink(Ink::Nonce, format!("  {:<8}  {:08x}  nonce <- the one word that changes", "W3", w[3])),
        row("W4", w[4], "a single one bit ends the message"),
        row("W5-W14", w[5], "zeros"),
        row("W15", w[15], &format!("its length: {} bits", w[15])),
    ];
    lines.extend(schedule(story, pen));
    lines
}

/// All 64 words, those that the nonce touches marked.
fn schedule(story: &Story, pen: Pen) -> Vec<String> {
    let touched = story.touched();
    let mut lines = vec!["  The 16 words grow to 64, one for each round; * marks those that the nonce touches:".into()];
    for (row, chunk) in story.second_chunk.w.chunks(8).enumerate() {
        let cells = chunk.iter().enumerate().map(|(i, word)| {
            let touches = touched.w[8 * row + i];
            let (ink, mark) = if touches { (Ink::Nonce, '*') } else { (Ink::Constant, ' ') };
            pen.ink(ink, format!("{word:08x}{mark}"))
        });
        lines.push(format!("  W{:<3} {}", 8 * row, cells.collect::<Vec<_>>().join(" ")).trim_end().to_owned());
    }
    let changing = touched.schedule_words();
    lines.push(format!("  {changing} of 64 words change with the nonce, {} never do.", 64 - changing));
    lines
}
