//! Test vectors: the files of `vectors/`, embedded, and anyone's files in the same form.
//!
//! ```
//! use hashjoule::vectors::{HeaderHash, of};
//!
//! for vector in of::<HeaderHash>() {
//!     let mut hash = hashjoule::sha256::sha256d(&vector.input.header.0); // your hasher here
//!     hash.reverse();
//!     assert_eq!(hash, vector.expect.hash.0, "{}", vector.id);
//! }
//! ```

mod groups;
mod hex;
mod load;
mod nist;

pub use groups::*;
pub use hex::{Hex, HexBytes};
pub use load::{parse, read};

use std::collections::BTreeMap;
use std::fmt;

/// The form that this version reads.
pub const SCHEMA: &str = "hashjoule-vectors/1";

/// A larger vector file is refused unread.
pub const MAX_BYTES: u64 = 16 << 20;

/// A vector file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct File {
    /// The group of all its cases.
    pub group: &'static str,
    /// What the keys mean.
    pub about: String,
    /// Where cases come from, by key.
    pub sources: BTreeMap<String, String>,
    /// Why cases exist, by flag.
    pub flags: BTreeMap<String, String>,
    /// The cases, in the file's order.
    pub cases: Vec<Case>,
}

/// One test of any group.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Case {
    /// `group/slug`: stable, unique in its file.
    pub id: String,
    /// Why the case exists.
    pub flags: Vec<String>,
    /// A key of the file's sources.
    pub source: Option<String>,
    /// What is asked.
    pub question: Question,
    /// What is right.
    pub answer: Answer,
}

/// One test of a known group.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Vector<G: Group> {
    /// `group/slug`.
    pub id: String,
    /// What is asked.
    pub input: G::Input,
    /// What is right.
    pub expect: G::Expect,
}

macro_rules! embedded {
    ($($path:literal)+) => {
        &[$(($path, include_str!(concat!("../vectors/", $path)))),+]
    };
}

/// Path below `vectors/` and text of each embedded file.
pub const EMBEDDED: &[(&str, &str)] = embedded! {
    "header_hash.v1.json" "midstate.v1.json" "compress.v1.json" "meets_target.v1.json" "target_bits.v1.json"
    "difficulty.v1.json" "retarget.v1.json" "merkle.v1.json" "scan.v1.json" "rolled.v1.json" "stratum_job.v1.json"
    "accumulated.v1.json" "nist/SHA256ShortMsg.rsp" "nist/SHA256LongMsg.rsp" "nist/SHA256Monte.rsp"
};

/// The embedded files, read.
pub fn embedded() -> Vec<File> {
    let read = |(name, text): &(&str, &str)| parse(name, text).expect("a test reads every embedded file");
    EMBEDDED.iter().map(read).collect()
}

/// The embedded vectors of one group.
pub fn of<G: Group>() -> Vec<Vector<G>> {
    embedded().into_iter().flat_map(|file| file.cases).filter_map(G::take).collect()
}

/// Why a file is no vector file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VectorError {
    /// The file.
    pub file: String,
    /// Line and column, counted from 1, where known.
    pub position: Option<(usize, Option<usize>)>,
    /// What is wrong.
    pub what: String,
}

impl VectorError {
    fn of(file: &str, what: impl fmt::Display) -> Self {
        Self { file: file.into(), position: None, what: what.to_string() }
    }

    fn at(file: &str, line: usize, what: impl fmt::Display) -> Self {
        Self { position: Some((line, None)), ..Self::of(file, what) }
    }

    /// serde_json ends its messages with the position, which stands in front here.
    fn json(file: &str, error: &serde_json::Error) -> Self {
        let position = (error.line(), Some(error.column()));
        let text = error.to_string();
        let tail = format!(" at line {} column {}", position.0, error.column());
        Self { position: Some(position), ..Self::of(file, shorten(text.strip_suffix(&tail).unwrap_or(&text))) }
    }
}

/// A foreign text may be long.
fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(300).collect();
    if short.len() < text.len() {
        short.push_str(" ...");
    }
    short
}

impl fmt::Display for VectorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some((line, column)) = self.position {
            write!(f, ":{line}")?;
            if let Some(column) = column {
                write!(f, ":{column}")?;
            }
        }
        write!(f, ": {}", self.what)
    }
}

impl std::error::Error for VectorError {}
