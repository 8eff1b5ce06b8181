//! What people give as a header: hex on the command line, a file, or stdin.

use super::Failure;
use crate::explain::{HeaderError, read_header};
use crate::header::Header;
use std::io::Read;

/// A header is 160 digits; whoever sends more than this sends something else.
const LONGEST: u64 = 64 * 1024;

/// How a failure is made: as a usage error for what was typed, as a content error for what was read.
pub type Make = fn(&'static str, String) -> Failure;

/// The text that HEX, @FILE or - stands for.
///
/// # Errors
/// When the file or stdin cannot be read, is no text or is far too long.
pub fn text(argument: &str) -> Result<(String, Make), Failure> {
    match argument.strip_prefix('@') {
        Some(path) => {
            let file = std::fs::File::open(path).map_err(|error| {
                Failure::content("file", format!("cannot read {path}: {error}"))
                    .hint("give the header in hex, @FILE for a file that exists, or - for stdin")
            })?;
            Ok((read(file, path)?, Failure::content))
        }
        None if argument == "-" => Ok((read(std::io::stdin().lock(), "stdin")?, Failure::content)),
        None => Ok((argument.to_owned(), Failure::usage)),
    }
}

fn read(source: impl Read, name: &str) -> Result<String, Failure> {
    let mut text = String::new();
    let read = source.take(LONGEST + 1).read_to_string(&mut text);
    read.map_err(|error| Failure::content("file", format!("cannot read {name} as text: {error}")))?;
    if text.len() as u64 > LONGEST {
        let message = format!("{name} is longer than {LONGEST} bytes; a header has 160 hex digits");
        return Err(Failure::content("header", message));
    }
    Ok(text)
}

/// The failure for a text that is no header.
pub fn no_header(make: Make, error: &HeaderError) -> Failure {
    make("header", error.to_string()).hint(error.hint())
}

/// A header from HEX, @FILE or -, with its nonce (80 bytes) or without (76 bytes, nonce 0).
///
/// # Errors
/// Says what the input looks like instead of a header.
pub fn header_to_mine(argument: &str) -> Result<Header, Failure> {
    let (text, make) = text(argument)?;
    let digits = text.chars().filter(|c| !c.is_whitespace()).count();
    let padded = if digits == 152 { format!("{}00000000", text.trim_end()) } else { text };
    read_header(&padded).map_err(|error| no_header(make, &error))
}
