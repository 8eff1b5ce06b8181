//! What all of it adds up to.

use super::{Ink, Pen};
use crate::explain::Savings;
use crate::units::grouped;

pub(super) fn lines(pen: Pen) -> Vec<String> {
    let savings = Savings::counted();
    let row =
        |name: &str, sign: &str, number: u32| format!("  {name:<70} {sign:>1}{:>5}", grouped(&number.to_string()));
    let mut lines = vec![
        pen.ink(Ink::Title, "What the savings add up to, in vector operations for one hash in each lane"),
        "Counted over the code that mines, by a lane type that counts instead of computing.".into(),
        row("three compressions for every nonce", "", savings.operations_plain),
        row("two: the midstate is kept", "", savings.operations_from_midstate),
    ];
    lines.extend(savings.steps.iter().map(|step| row(step.name, "-", step.saves_operations)));
    lines.push(row("with all of them", "", savings.operations_one_version));
    lines.extend(savings.rolling.iter().map(|rolling| {
        let name = format!("and rolling {} versions over one schedule", rolling.versions);
        row(&name, "", rolling.operations.round() as u32) // a few thousand
    }));
    lines
}
