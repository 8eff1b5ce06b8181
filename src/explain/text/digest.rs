//! The verdict: the digest turned round, read as a number, against the target; and why one word decides.

use super::{Ink, Pen, hex, words};
use crate::explain::{EarlyExit, Story};
use crate::sha256::{IV, digest};
use crate::target::Target;

pub(super) fn lines(story: &Story, pen: Pen) -> Vec<String> {
    let w = &story.second_hash.w;
    let mut lines = vec![
        pen.ink(Ink::Title, "Second hash and verdict"),
        format!("  first digest  {}", hex(&digest(&story.second_chunk.after))),
        format!("  its padding   {}   (a one bit, zeros, {} bits)", words(&w[8..16]), w[15]),
        format!("  digest        {}   as it comes out", hex(&story.hash().0)),
        format!("  hash          {}   turned round, as it is written", pen.ink(Ink::Nonce, story.hash())),
        format!("  target        {}", story.target),
        verdict(story, pen),
        String::new(),
    ];
    lines.extend(early_exit(story, pen));
    lines
}

fn verdict(story: &Story, pen: Pen) -> String {
    if story.is_block() {
        let margin = story.target.to_f64() / Target::from(story.hash()).to_f64();
        let good = pen.ink(Ink::Good, "The hash does not exceed the target: this is a block");
        return format!("  {good} (the target is {} times the hash).", crate::units::significant(margin, 3));
    }
    format!("  {}: no block. A miner tries the next nonce.", pen.ink(Ink::Bad, "The hash exceeds the target"))
}

fn early_exit(story: &Story, pen: Pen) -> Vec<String> {
    let (exit, round) = (story.early_exit(), EarlyExit::ROUND);
    let mut lines = vec![
        pen.ink(Ink::Title, "One word decides"),
        format!("  e after round {round} only moves on: to f, to g, to h. Then the last word of the IV is added:"),
        format!(
            "  {:08x} + {:08x} = {:08x}, and its four bytes turned round, {:08x},",
            exit.e60, IV[7], exit.last_word, exit.top_of_hash
        ),
        format!(
            "  are the first of the hash. So a miner stops here, {} rounds early, and compares one word.",
            63 - round
        ),
    ];
    lines.push(match story.target.top_word() {
        0 => format!(
            "  The target begins with 00000000: e must be {:08x}; one nonce in 2^32 gets that far.",
            EarlyExit::e60_for(0)
        ),
        top => format!("  The target begins with {top:08x}: the four bytes must not exceed that."),
    });
    lines
}
