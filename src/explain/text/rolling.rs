//! Version rolling (overt AsicBoost): one message schedule for many midstates.

use super::{Ink, Pen, words};
use crate::explain::{ROLLING_BITS, ROLLING_MASK, Story, Touched};
use crate::units::grouped;

pub(super) fn lines(story: &Story, pen: Pen) -> Vec<String> {
    let [first, last] = ROLLING_BITS;
    let versions = 1u64 << ROLLING_MASK.count_ones();
    let mut lines = vec![
        pen.ink(Ink::Title, "Version rolling: one schedule for many midstates (AsicBoost, BIP320)"),
        format!(
            "The version lies in the first chunk, the nonce in the second: rolling bits {first}-{last} of the version gives"
        ),
        format!("{} midstates, and all of them meet the same second chunk.", grouped(&versions.to_string())),
    ];
    lines.extend(story.midstates(4).iter().map(|rolled| {
        let midstate = pen.ink(Ink::Version, words(&rolled.midstate));
        format!("  version {:08x}  midstate {midstate}", rolled.version)
    }));
    lines.extend(saving());
    lines
}

/// What of the schedule a new midstate leaves alone: all of it.
fn saving() -> Vec<String> {
    let (by_midstate, by_nonce) = (Touched::by_midstate(), Touched::by_nonce());
    let computed = by_nonce.w[16..].iter().filter(|&&w| w).count();
    vec![
        format!(
            "  Of the second chunk's 64 schedule words a new midstate touches {}, a new nonce {},",
            by_midstate.schedule_words(),
            by_nonce.schedule_words()
        ),
        format!(
            "  {computed} of which must be computed. So compute them once for a nonce, and use them with every midstate:"
        ),
        "  the more versions, the less each hash pays for the schedule of its first pass.".into(),
    ]
}
