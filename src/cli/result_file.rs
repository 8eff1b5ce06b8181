//! The file that a command leaves at its end: tried before the work starts, changed when the work is done.

use super::Failure;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Open for writing; what stood in the file stands there until [`ResultFile::write`].
pub(super) struct ResultFile {
    path: PathBuf,
    file: File,
    /// It was not there before and has no content yet.
    is_empty_and_ours: bool,
}

impl ResultFile {
    /// # Errors
    /// When the file cannot be written.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let is_new = !path.exists();
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path);
        let file = file.map_err(|error| failure(path, &error))?;
        Ok(Self { path: path.to_owned(), file, is_empty_and_ours: is_new })
    }

    /// # Errors
    /// When the disk is full or gone.
    pub fn write(mut self, text: &str) -> Result<(), Failure> {
        self.replace(text).map_err(|error| failure(&self.path, &error))?;
        self.is_empty_and_ours = false;
        Ok(())
    }

    fn replace(&mut self, text: &str) -> io::Result<()> {
        if self.file.metadata()?.is_file() {
            self.file.set_len(0)?; // a pipe or a device has no length
        }
        self.file.write_all(text.as_bytes())
    }
}

impl Drop for ResultFile {
    fn drop(&mut self) {
        if self.is_empty_and_ours {
            let _ = std::fs::remove_file(&self.path); // the work failed, and the user has its error
        }
    }
}

fn failure(path: &Path, error: &io::Error) -> Failure {
    Failure::content("output", format!("cannot write {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_stays_as_it_was_until_the_work_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.html");
        std::fs::write(&path, "the long page of yesterday").unwrap();
        drop(ResultFile::open(&path).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "the long page of yesterday");
        ResultFile::open(&path).unwrap().write("new").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
    }

    #[test]
    fn a_new_file_is_gone_when_the_work_fails() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.html");
        drop(ResultFile::open(&path).unwrap());
        assert!(!path.exists());
        ResultFile::open(&path).unwrap().write("").unwrap();
        assert!(path.exists());
    }
}
