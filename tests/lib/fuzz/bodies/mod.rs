//! What is asserted of each parser, for any bytes: never a panic, what is taken can be written and read back, and an error
//! tells the truth about the input. The fuzz targets (`fuzz/`) and `tests/lib/fuzz` run the same bodies.
//!
//! Those that need to look inside the crate live there, in modules named `exercise`.

#![allow(clippy::unwrap_used, missing_docs, reason = "a body fails loudly, and its name says what it is about")]

mod bits;
mod catalogue;
mod header;
mod prices;
mod record;
mod vectors;

use hashjoule::work::{node, pool};

/// A parser under any bytes.
pub type Body = fn(&[u8]);

/// Each target with its body; a target's corpus is the folder of its name in `fuzz/corpus`.
pub const TARGETS: [(&str, Body); 10] = [
    ("bits", bits::any),
    ("catalogue", catalogue::any),
    ("exec_answer", hashjoule::verify::exec::exercise::answer),
    ("header", header::any),
    ("prices", prices::any),
    ("record", record::any),
    ("stratum_line", pool::exercise::line),
    ("stratum_session", |script| {
        pool::exercise::session(script);
    }),
    ("template", node::exercise::template),
    ("vectors", vectors::any),
];

/// Runs the body of one target.
pub fn run(target: &str, bytes: &[u8]) {
    let found = TARGETS.iter().find(|(name, _)| *name == target);
    found.unwrap_or_else(|| panic!("no target {target}")).1(bytes);
}

/// The line that a message names, `line N` or `file:N`, is one of the text.
fn assert_line(line: usize, text: &[u8], message: &str) {
    let lines = 1 + text.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
    assert!((1..=lines).contains(&line), "{message:?} for a text of {lines} lines");
}

/// A message goes to a terminal: what a foreign text holds must not steer it.
fn assert_plain(message: &str) {
    assert!(!message.is_empty() && !message.contains(char::is_control), "{message:?}");
}
