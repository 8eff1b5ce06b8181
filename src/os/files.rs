//! A file that is replaced as a whole: tried before the work starts, and at any moment either the old one or the new.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Where a result goes. A regular file is replaced by renaming a finished copy over it: whoever looks finds a whole one,
/// and a full disk leaves the one before. The copy is made with `O_EXCL` under a random name in the same folder, so that
/// nobody can lay a link there, and a link at `path` itself is replaced, not followed.
#[derive(Debug)]
pub struct ReplacedFile {
    path: PathBuf,
    /// What cannot be renamed over, such as a pipe, `/dev/stdout` or `/dev/full`, is written to directly.
    is_special: bool,
}

impl ReplacedFile {
    /// Makes sure that the file can be written, before any work is done, and leaves nothing behind.
    ///
    /// # Errors
    /// When it cannot.
    pub fn open(path: &Path) -> io::Result<Self> {
        let is_special = path.metadata().is_ok_and(|data| !data.is_file());
        let file = Self { path: path.to_owned(), is_special };
        if is_special {
            OpenOptions::new().write(true).open(path)?;
            return Ok(file);
        }
        // An existing file must be writable itself, though it is only renamed over.
        if path.exists() {
            OpenOptions::new().append(true).open(path)?;
        }
        path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        file.copy()?;
        Ok(file)
    }

    /// Puts the content into the file's place. May be called again and again.
    ///
    /// # Errors
    /// When the disk is full or gone; what stood there before stays.
    pub fn write(&self, content: &[u8]) -> io::Result<()> {
        if self.is_special {
            return OpenOptions::new().write(true).open(&self.path)?.write_all(content);
        }
        let mut copy = self.copy()?;
        copy.write_all(content)?;
        copy.as_file().sync_all()?;
        copy.persist(&self.path).map(drop).map_err(|error| error.error)
    }

    /// An empty file beside it, gone when its value is dropped.
    fn copy(&self) -> io::Result<NamedTempFile> {
        let folder = self.path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666)); // less the umask, as any new file
        builder.prefix(".hashjoule-").tempfile_in(folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> usize {
        std::fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn every_write_leaves_a_whole_file_and_no_litter() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.html");
        std::fs::write(&path, "the long page of yesterday").unwrap();
        let file = ReplacedFile::open(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "the long page of yesterday");
        for text in ["new", "newer"] {
            file.write(text.as_bytes()).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(names(folder.path()), 1);
    }

    #[test]
    fn nothing_is_there_before_there_is_something_to_say() {
        let folder = tempfile::tempdir().unwrap();
        drop(ReplacedFile::open(&folder.path().join("page.html")).unwrap());
        assert_eq!(names(folder.path()), 0);
    }

    #[test]
    fn a_path_that_cannot_be_written_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        assert!(ReplacedFile::open(&folder.path().join("no/such/folder/page.html")).is_err());
        assert!(ReplacedFile::open(folder.path()).is_err(), "a folder is not a file");
        assert!(ReplacedFile::open(Path::new("/")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_replaced_and_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("precious"), folder.path().join("page.html"));
        std::fs::write(&target, "precious").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        ReplacedFile::open(&link).unwrap().write(b"new").unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "precious");
        assert!(!link.symlink_metadata().unwrap().is_symlink());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error_when_writing() {
        let file = ReplacedFile::open(Path::new("/dev/full")).unwrap();
        assert_eq!(file.write(b"x").unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
