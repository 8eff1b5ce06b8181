//! Small files below a root, with errors that name the file as it is called outside tests.

use super::MeterError;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// No file of sysfs that we read is longer.
const LONGEST: u64 = 4096;

/// The root of a file system: `/`, or a made-up tree.
#[derive(Clone, Debug)]
pub(super) struct Root(PathBuf);

impl Root {
    pub fn new(root: &Path) -> Self {
        Self(root.to_owned())
    }

    /// The text of a file, trimmed. `path` is relative to the root.
    pub fn text(&self, path: &str) -> Result<String, MeterError> {
        let read = || {
            let mut text = String::new();
            std::fs::File::open(self.0.join(path))?.take(LONGEST).read_to_string(&mut text)?;
            Ok(text.trim().to_owned())
        };
        read().map_err(|error| MeterError::from_io(shown(path), error))
    }

    pub fn number<T: FromStr>(&self, path: &str, wanted: &'static str) -> Result<T, MeterError> {
        let text = self.text(path)?;
        text.parse().map_err(|_| MeterError::Content { path: shown(path), text: text.clone(), wanted })
    }

    /// The names in a folder, sorted; none when there is no such folder.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.join(folder)).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    pub fn exists(&self, path: &str) -> bool {
        self.0.join(path).exists()
    }
}

/// How a path is called in messages.
pub(super) fn shown(path: &str) -> String {
    format!("/{path}")
}
