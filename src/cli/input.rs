//! What people give as a header: hex on the command line, a file, or stdin.

use super::Failure;
use hashjoule::explain::{HeaderError, header_named, read_header};
use hashjoule::header::Header;
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
    read.map_err(|error| {
        Failure::content("file", format!("cannot read {name} as text: {error}")).hint("a header is 160 hex digits")
    })?;
    if text.len() as u64 > LONGEST {
        let message = format!("{name} is longer than {LONGEST} bytes; a header has 160 hex digits");
        return Err(Failure::content("header", message).hint("give a file that holds one header and nothing else"));
    }
    Ok(text)
}

/// The failure for a text that is no header.
pub fn no_header(make: Make, error: &HeaderError) -> Failure {
    make("header", error.to_string()).hint(error.hint())
}

/// A header from HEX, @FILE, - or a name, with its nonce (80 bytes) or without (76 bytes, nonce 0),
/// and how a failure about its content is made.
///
/// # Errors
/// Says what the input looks like instead of a header.
pub fn header_to_mine(argument: &str) -> Result<(Header, Make), Failure> {
    if let Some(header) = header_named(argument) {
        return Ok((header, Failure::usage));
    }
    let (text, make) = text(argument)?;
    let bare = text.trim().strip_prefix("0x").unwrap_or(text.trim());
    let padded = if bare.chars().filter(|c| !c.is_whitespace()).count() == 152 {
        format!("{}00000000", text.trim_end())
    } else {
        text
    };
    read_header(&padded).map(|header| (header, make)).map_err(|error| no_header(make, &error))
}
