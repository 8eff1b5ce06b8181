//! What a block costs: hashes and years.

use super::{Ink, Pen};
use crate::explain::Story;
use crate::units::{si, significant};

pub(super) fn lines(story: &Story, pen: &Pen) -> Vec<String> {
    let expected = story.target.expected_hashes();
    vec![
        pen.ink(Ink::Title, "Odds"),
        format!("  One hash in {} meets this target; luck has no memory.", significant(expected, 3)),
        format!("  All miners together found such a block about every ten minutes: {}.", si(expected / 600.0, "H/s")),
    ]
}
