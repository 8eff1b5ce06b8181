//! How the figures come about, and where those of the world come from.

use crate::compare::Comparison;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Methodology.
pub fn section(comparison: &Comparison) -> Markup {
    html! {
        section #method {
            h2 { "How to read these figures" }
            p { b { "A hash" } " is one 80-byte block header through SHA-256 twice. A rate counts whole ranges of nonces that were "
                "searched, and the hits found must be exactly the hits that the range holds: a kernel that skips work has no rate." }
            p { b { "A joule" } " carries how it is known (measured, declared, estimated), what it includes (package, system, wall) and how good "
                "the method is, from L0, watts that somebody declared, to L3, a meter at the wall. Catalogue rows are wall figures. "
                "A machine measured at its package draws more at the wall: its factor is then a lower bound." }
            p { b { "A factor" } " is the ratio of two figures of which one is a vendor's, good to 5 to 7 %. Hence two digits." }
            p { b { "A block" } " takes D × 2" sup { "32" } " × 65536/65535 hashes at difficulty D. Blocks come as a Poisson process: the chance of at least "
                "one in time t is 1 − exp(−t × rate / hashes). The network's rate is D × 2" sup { "32" } " / 600 s." }
            p { b { "Dollars" } " are price × reward × (1 − fee) / (D × 2" sup { "32" } ") for a hash, less joules × PUE × power price. Fee "
                (comparison.terms.fee) ", PUE " (comparison.terms.pue) ". Capital, rent and wages are not in it: a break-even that covers the power only is the lowest one." }
            p { "Every figure that is shown stands, unrounded, in " code { "hashjoule compare --json" } "." }
        }
    }
}

/// Each source once, with the number of devices that rest on it.
pub fn sources(comparison: &Comparison) -> Markup {
    let mut sources: BTreeMap<&str, usize> = BTreeMap::new();
    for rung in &comparison.first.devices {
        *sources.entry(rung.source.as_str()).or_default() += 1;
    }
    html! {
        section #sources {
            h2 { "Sources" }
            ul.small {
                li { "Difficulty: every 2,016th header of the main chain, from block 0 to September 2026. Of 2025 and 2026 nBits are facts and most times are estimates, good to half an hour." }
                @if let Some(date) = &comparison.terms.price_date {
                    li { "Price of " (date) ": " (comparison.terms.price_source) "." }
                }
                li { "Reward of a block: " (comparison.terms.reward_source) "." }
            }
            details {
                summary { "The " (sources.len()) " sources of the devices" }
                ul.small { @for (source, count) in sources { li { (source) " (" (count) @if count == 1 { " device)" } @else { " devices)" } } } }
            }
        }
    }
}
