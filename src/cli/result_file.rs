//! The file that a command leaves at its end: tried before the work starts, changed when the work is done.

use super::Failure;
use hashjoule::os::files::ReplacedFile;
use std::io;
use std::path::{Path, PathBuf};

/// A file that can be written; what stood in it stands there until [`ResultFile::write`].
pub(super) struct ResultFile {
    path: PathBuf,
    file: ReplacedFile,
}

impl ResultFile {
    /// # Errors
    /// When the file cannot be written.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let file = ReplacedFile::open(path).map_err(|error| failure(path, &error))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// # Errors
    /// When the disk is full or gone; what stood in the file stays.
    pub fn write(self, text: &str) -> Result<(), Failure> {
        self.file.write(text.as_bytes()).map_err(|error| failure(&self.path, &error))
    }
}

fn failure(path: &Path, error: &io::Error) -> Failure {
    Failure::content("output", format!("cannot write {}: {error}", path.display()))
}
