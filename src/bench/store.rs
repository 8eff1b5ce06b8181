//! The record file: opened before the work starts, whole after every write.

use super::record::Record;
use crate::os::files::ReplacedFile;
use std::io;
use std::path::Path;

/// Where a record goes.
#[derive(Debug)]
pub struct Store(ReplacedFile);

impl Store {
    /// Makes sure that a record can be written there, before any work is done.
    ///
    /// # Errors
    /// When it cannot.
    pub fn open(path: &Path) -> io::Result<Self> {
        ReplacedFile::open(path).map(Self)
    }

    /// Writes the record as it stands.
    ///
    /// # Errors
    /// When the disk is full or gone; the record before stays.
    pub fn write(&self, record: &Record) -> io::Result<()> {
        let mut text = serde_json::to_string_pretty(record).map_err(io::Error::other)?;
        text.push('\n');
        self.0.write(text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let text = include_str!("../../tests/data/bench-example.json");
        let record = Record::from_json(text).expect("the example is a record");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.json");
        let store = Store::open(&path).unwrap();
        for interrupted in [true, false] {
            store.write(&Record { interrupted, ..record.clone() }).unwrap();
            assert_eq!(Record::read(&path).unwrap().interrupted, interrupted);
        }
    }
}
