//! Reading a record back, with errors that name the place.

use super::{Measured, Record, SCHEMA, Spread};
use std::fmt;
use std::path::Path;

impl Record {
    /// Reads a record from its JSON text.
    ///
    /// # Errors
    /// When it is no JSON, no record, a record of another version, or holds figures that cannot be.
    pub fn from_json(text: &str) -> Result<Self, RecordError> {
        let value: serde_json::Value = serde_json::from_str(text).map_err(RecordError::Json)?;
        match value.get("schema") {
            Some(serde_json::Value::String(schema)) if schema == SCHEMA => {}
            Some(schema) => return Err(RecordError::Schema(schema.to_string())),
            None => return Err(RecordError::NoSchema),
        }
        // From the text again, so that an error names its line.
        let record: Self = serde_json::from_str(text).map_err(RecordError::Json)?;
        record.check()?;
        Ok(record)
    }

    /// Reads a record from a file.
    ///
    /// # Errors
    /// Those of [`Record::from_json`], and when the file cannot be read.
    pub fn read(path: &Path) -> Result<Self, RecordError> {
        Self::from_json(&std::fs::read_to_string(path).map_err(RecordError::Io)?)
    }

    fn check(&self) -> Result<(), RecordError> {
        self.results.iter().enumerate().try_for_each(|(index, result)| {
            let wrong = |what: String| RecordError::Figure { index, name: result.name(), what };
            result.check().map_err(wrong)
        })
    }
}

impl Measured {
    fn check(&self) -> Result<(), String> {
        check_spread("hashes_per_second", self.hashes_per_second)?;
        self.hashes_per_cpu_second.map_or(Ok(()), |s| check_spread("hashes_per_cpu_second", s))?;
        self.ratio_to_sha2.map_or(Ok(()), |s| check_spread("ratio_to_sha2", s))?;
        self.joules_per_hash.map_or(Ok(()), |j| check_spread("joules_per_hash", j.spread))?;
        self.net_joules_per_hash.map_or(Ok(()), |j| check_spread("net_joules_per_hash", j.spread))?;
        if self.threads == 0 || self.versions == 0 {
            return Err("threads and versions are at least 1".to_owned());
        }
        let is_digest = self.hits_digest.len() == 64 && self.hits_digest.bytes().all(|b| b.is_ascii_hexdigit());
        is_digest.then_some(()).ok_or_else(|| format!("hits_digest '{}' is not 64 hex digits", self.hits_digest))
    }
}

fn check_spread(key: &str, s: Spread) -> Result<(), String> {
    if !(s.median > 0.0 && s.median.is_finite()) {
        return Err(format!("{key}.median is {}; it must be above zero", s.median));
    }
    if !(s.low <= s.median && s.median <= s.high && s.mad >= 0.0) {
        return Err(format!("{key}: low {} <= median {} <= high {} does not hold", s.low, s.median, s.high));
    }
    Ok(())
}

/// Why a text is no record.
#[derive(Debug)]
#[non_exhaustive]
pub enum RecordError {
    /// The file cannot be read.
    Io(std::io::Error),
    /// No JSON, or not the shape of a record.
    Json(serde_json::Error),
    /// JSON without the key `schema`.
    NoSchema,
    /// Another schema, quoted as JSON.
    Schema(String),
    /// A figure that cannot be.
    Figure {
        /// Position in `results`.
        index: usize,
        /// The combination.
        name: String,
        /// What is wrong with it.
        what: String,
    },
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Json(error) if error.is_eof() => write!(f, "the record ends in the middle: {error}"),
            Self::Json(error) => write!(f, "no bench record: {error}"),
            Self::NoSchema => write!(f, "no bench record: the key \"schema\" is missing (expected \"{SCHEMA}\")"),
            Self::Schema(found) => write!(f, "schema {found} is not \"{SCHEMA}\", which this version reads"),
            Self::Figure { index, name, what } => write!(f, "results[{index}] ({name}): {what}"),
        }
    }
}

impl std::error::Error for RecordError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Json(error) => Some(error),
            _ => None,
        }
    }
}
