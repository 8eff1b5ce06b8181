//! The record file: opened before the work starts, whole after every write.
//!
//! A regular file is replaced by renaming a finished copy over it, so that whoever looks, at any
//! moment, finds a valid record; even a full disk leaves the one before.

use super::record::Record;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Where a record goes.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    /// `None` for what cannot be renamed over: a pipe, `/dev/stdout`, `/dev/full`.
    copy: Option<PathBuf>,
}

impl Store {
    /// Makes sure that a record can be written there, before any work is done.
    ///
    /// # Errors
    /// When it cannot.
    pub fn open(path: &Path) -> io::Result<Self> {
        let is_special = path.metadata().is_ok_and(|data| !data.is_file());
        if is_special {
            OpenOptions::new().write(true).open(path)?;
            return Ok(Self { path: path.to_owned(), copy: None });
        }
        // An existing file must be writable itself, though it is only renamed over.
        if path.exists() {
            OpenOptions::new().append(true).open(path)?;
        }
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let copy = path.with_file_name(format!(".{}.part", name.to_string_lossy()));
        File::create(&copy)?;
        Ok(Self { path: path.to_owned(), copy: Some(copy) })
    }

    /// Writes the record as it stands.
    ///
    /// # Errors
    /// When the disk is full or gone; the record before stays.
    pub fn write(&self, record: &Record) -> io::Result<()> {
        let mut text = serde_json::to_string_pretty(record).map_err(io::Error::other)?;
        text.push('\n');
        let Some(copy) = &self.copy else {
            return OpenOptions::new().write(true).open(&self.path)?.write_all(text.as_bytes());
        };
        let mut file = File::create(copy)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(copy, &self.path)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // After a rename there is none; after a failure it is no record.
        let _ = self.copy.as_ref().map(std::fs::remove_file);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        let text = include_str!("../../tests/data/bench-example.json");
        Record::from_json(text).expect("the example is a record")
    }

    #[test]
    fn every_write_leaves_a_whole_record_and_no_litter() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record.json");
        let store = Store::open(&path).unwrap();
        assert!(!path.exists(), "nothing is there before there is something to say");
        for interrupted in [true, false] {
            store.write(&Record { interrupted, ..record() }).unwrap();
            assert_eq!(Record::read(&path).unwrap().interrupted, interrupted);
        }
        drop(store);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_path_that_cannot_be_written_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Store::open(&folder.path().join("no/such/folder/record.json")).is_err());
        assert!(Store::open(folder.path()).is_err(), "a folder is no file");
        assert!(Store::open(Path::new("/")).is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error_when_writing() {
        let store = Store::open(Path::new("/dev/full")).unwrap();
        let error = store.write(&record()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
