//! Every find is on disk before it is sent.
//!
//! A text file of JSON lines, one record each, only ever appended to and synced after each record:
//! `started`, `found` (with all that is needed to send it again) and `answered`. A find without a final answer is
//! pending, and is sent again by the next process that opens the journal. The file is locked while it is open; a last
//! line that was cut off by a crash or a full disk is passed over, and nothing is ever rewritten.

use super::{Answer, Find, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

const SCHEMA: &str = "hashjoule-journal/1";

/// Why the journal cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file or its folder cannot be made or read.
    #[error("cannot open the journal {}: {source}", path.display())]
    Open {
        /// The journal.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process has it.
    #[error("the journal {} is in use by another process", path.display())]
    Locked {
        /// The journal.
        path: PathBuf,
    },
    /// It holds something else.
    #[error("{} is not a journal of hashjoule", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A record did not get to the disk.
    #[error("cannot write to the journal {}: {source}", path.display())]
    Write {
        /// The journal.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// One line of the file. Field order is the order in the file: short ones first, so that a person can read them.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    schema: String,
    at_unix_s: u64,
    #[serde(flatten)]
    record: Record,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Record {
    Started { server: String },
    Found { hash: String, server: String, height: Option<u32>, payload: String },
    Answered { hash: String, verdict: String, words: String },
}

/// An open, locked journal.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    server: String,
    /// The last line has no end: the next record starts a new one.
    torn: bool,
    pending: BTreeMap<String, Kept>,
    answered: BTreeMap<String, Verdict>,
    order: u64,
    damaged: usize,
}

/// A find without a final answer, its place in the order of finding, and where it was to go.
#[derive(Debug)]
struct Kept {
    order: u64,
    server: String,
    find: Find,
}

impl Journal {
    /// Opens or makes the journal, locks it, reads what is pending, and writes a first record: a disk that is full or
    /// read-only shows before the first hash. `server` names where this process sends its finds; no secrets in it.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn open(path: &Path, server: &str) -> Result<Self, JournalError> {
        let failed = |source| JournalError::Open { path: path.to_owned(), source };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(failed)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => JournalError::Locked { path: path.to_owned() },
            TryLockError::Error(source) => failed(source),
        })?;
        let mut journal = Self {
            path: path.to_owned(),
            file,
            server: server.to_owned(),
            torn: false,
            pending: BTreeMap::new(),
            answered: BTreeMap::new(),
            order: 0,
            damaged: 0,
        };
        journal.read()?;
        journal.append(Record::Started { server: server.to_owned() })?;
        sync_folder(path);
        Ok(journal)
    }

    /// The finds for this server that have no final answer, the oldest first.
    pub fn pending(&self) -> Vec<Find> {
        let mut kept: Vec<_> = self.pending.values().filter(|kept| kept.server == self.server).collect();
        kept.sort_by_key(|kept| kept.order);
        kept.into_iter().map(|kept| kept.find.clone()).collect()
    }

    /// How many finds wait for another server than this one.
    pub fn pending_elsewhere(&self) -> usize {
        self.pending.values().filter(|kept| kept.server != self.server).count()
    }

    /// How many lines could not be read: cut off, or damaged.
    pub fn damaged(&self) -> usize {
        self.damaged
    }

    /// Writes a find and waits until it is on the disk. False when the journal has it already: it must not count twice.
    ///
    /// # Errors
    /// When it did not get to the disk; the find is still remembered as pending by this process.
    pub fn found(&mut self, find: &Find) -> Result<bool, JournalError> {
        if self.pending.contains_key(&find.hash) || self.answered.contains_key(&find.hash) {
            return Ok(false);
        }
        let server = self.server.clone();
        self.keep(find.clone(), server.clone());
        let Find { hash, payload, height, .. } = find.clone();
        self.append(Record::Found { hash, server, height, payload }).map(|()| true)
    }

    /// Writes a final answer. False when the find had one already, or is not of this journal.
    ///
    /// # Errors
    /// When it did not get to the disk.
    pub fn answered(&mut self, answer: &Answer) -> Result<bool, JournalError> {
        if self.pending.remove(&answer.hash).is_none() {
            return Ok(false);
        }
        self.answered.insert(answer.hash.clone(), answer.verdict);
        let (verdict, words) = (answer.verdict.name().to_owned(), answer.words.clone());
        self.append(Record::Answered { hash: answer.hash.clone(), verdict, words }).map(|()| true)
    }

    fn keep(&mut self, find: Find, server: String) {
        self.order += 1;
        self.pending.insert(find.hash.clone(), Kept { order: self.order, server, find });
    }

    fn read(&mut self) -> Result<(), JournalError> {
        let file = self.file.try_clone().map_err(|source| JournalError::Open { path: self.path.clone(), source })?;
        // A device has no content to read back.
        if !file.metadata().is_ok_and(|metadata| metadata.is_file()) {
            return Ok(());
        }
        let (mut reader, mut line, mut good) = (BufReader::new(file), Vec::new(), 0usize);
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line);
            let len = read.map_err(|source| JournalError::Open { path: self.path.clone(), source })?;
            if len == 0 {
                break;
            }
            self.torn = line.last() != Some(&b'\n');
            good += usize::from(self.take_line(&line));
        }
        let is_foreign = good == 0 && self.damaged > 0 && !begins_like_ours(&line_start(&self.path));
        if is_foreign { Err(JournalError::Foreign { path: self.path.clone() }) } else { Ok(()) }
    }

    /// Whether the line was a record of ours.
    fn take_line(&mut self, line: &[u8]) -> bool {
        if line.trim_ascii().is_empty() {
            return true;
        }
        match serde_json::from_slice(line) {
            Ok(Line { schema, record, .. }) if schema == SCHEMA => self.take(record),
            _ => {
                self.damaged += 1;
                return false;
            }
        }
        true
    }

    fn take(&mut self, record: Record) {
        match record {
            Record::Started { .. } => {}
            Record::Found { hash, server, height, payload } => {
                if !self.answered.contains_key(&hash) {
                    self.keep(Find { hash, payload, height, resent: true }, server);
                }
            }
            Record::Answered { hash, verdict, .. } => {
                // A verdict of a later version is final too.
                self.pending.remove(&hash);
                self.answered.insert(hash, Verdict::named(&verdict).unwrap_or(Verdict::Rejected));
            }
        }
    }

    fn append(&mut self, record: Record) -> Result<(), JournalError> {
        let at_unix_s = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let line = Line { schema: SCHEMA.to_owned(), at_unix_s, record };
        let mut text = if self.torn { "\n".to_owned() } else { String::new() };
        text += &serde_json::to_string(&line).expect("strings and numbers always serialise");
        text.push('\n');
        // Until proved otherwise: a write that fails may have left half a line.
        self.torn = true;
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data());
        written.map_err(|source| JournalError::Write { path: self.path.clone(), source })?;
        self.torn = false;
        Ok(())
    }
}

/// The first bytes of the file, to tell a journal whose only line was cut from somebody else's file.
fn line_start(path: &Path) -> Vec<u8> {
    use std::io::Read;
    let mut start = Vec::new();
    // A file that cannot be read again is foreign.
    let _ = File::open(path).and_then(|file| file.take(SCHEMA.len() as u64 + 11).read_to_end(&mut start));
    start
}

fn begins_like_ours(start: &[u8]) -> bool {
    let ours = format!("{{\"schema\":\"{SCHEMA}");
    !start.is_empty() && ours.as_bytes().starts_with(start)
}

/// Makes the name of a new file last, where folders can be synced; elsewhere there is nothing to do.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: &str = "http://127.0.0.1:8332";

    fn find(name: &str) -> Find {
        Find { hash: name.to_owned(), payload: format!("payload of {name}"), height: Some(7), resent: false }
    }

    /// As it comes back after a restart.
    fn again(name: &str) -> Find {
        Find { resent: true, ..find(name) }
    }

    fn answer(name: &str, verdict: Verdict) -> Answer {
        Answer { hash: name.to_owned(), verdict, words: "the server's words".to_owned() }
    }

    fn path(folder: &tempfile::TempDir) -> PathBuf {
        folder.path().join("deep/er/journal")
    }

    #[test]
    fn what_has_no_final_answer_is_pending_after_a_restart_in_the_order_found() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(&path(&folder), SERVER).unwrap();
        for name in ["c", "a", "b"] {
            assert!(journal.found(&find(name)).unwrap());
        }
        assert!(journal.answered(&answer("a", Verdict::Accepted)).unwrap());
        drop(journal);
        let journal = Journal::open(&path(&folder), SERVER).unwrap();
        assert_eq!(journal.pending(), [again("c"), again("b")]);
        assert_eq!((journal.damaged(), journal.pending_elsewhere()), (0, 0));
    }

    #[test]
    fn a_find_counts_once_and_so_does_its_answer() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(&path(&folder), SERVER).unwrap();
        assert_eq!([1, 2].map(|_| journal.found(&find("a")).unwrap()), [true, false]);
        assert_eq!([1, 2].map(|_| journal.answered(&answer("a", Verdict::Stale)).unwrap()), [true, false]);
        assert!(!journal.found(&find("a")).unwrap(), "an answered find came back");
        drop(journal);
        let mut journal = Journal::open(&path(&folder), SERVER).unwrap();
        assert!(journal.pending().is_empty() && !journal.found(&find("a")).unwrap());
    }

    #[test]
    fn a_second_process_is_kept_out() {
        let folder = tempfile::tempdir().unwrap();
        let first = Journal::open(&path(&folder), SERVER).unwrap();
        assert!(matches!(Journal::open(&path(&folder), SERVER), Err(JournalError::Locked { .. })));
        drop(first);
        Journal::open(&path(&folder), SERVER).unwrap();
    }

    /// A crash can end the file after any byte: what was whole before is kept, and new records are whole again.
    #[test]
    fn a_journal_cut_off_anywhere_still_gives_what_was_whole() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::open(&path(&folder), SERVER).unwrap();
        journal.found(&find("a")).unwrap();
        journal.found(&find("b")).unwrap();
        drop(journal);
        let whole = std::fs::read(path(&folder)).unwrap();
        let ends: Vec<_> = whole.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(i, _)| i).collect();
        for cut in 0..whole.len() {
            std::fs::write(path(&folder), &whole[..cut]).unwrap();
            let mut journal = Journal::open(&path(&folder), SERVER).unwrap();
            // A record without its line's end, but whole, counts.
            let expected = [("a", ends[1]), ("b", ends[2])].into_iter().filter(|(_, end)| cut >= *end);
            assert_eq!(journal.pending(), expected.map(|(name, _)| again(name)).collect::<Vec<_>>(), "cut at {cut}");
            journal.found(&find("c")).unwrap();
            drop(journal);
            assert!(Journal::open(&path(&folder), SERVER).unwrap().pending().contains(&again("c")), "cut at {cut}");
        }
    }

    #[test]
    fn finds_for_another_server_are_kept_and_not_sent_here() {
        let folder = tempfile::tempdir().unwrap();
        Journal::open(&path(&folder), SERVER).unwrap().found(&find("a")).unwrap();
        let journal = Journal::open(&path(&folder), "http://127.0.0.1:1").unwrap();
        assert_eq!((journal.pending().len(), journal.pending_elsewhere()), (0, 1));
        drop(journal);
        assert_eq!(Journal::open(&path(&folder), SERVER).unwrap().pending(), [again("a")]);
    }

    #[test]
    fn somebody_elses_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("letter");
        for text in ["Dear John,\n", "{}\n", "{\"schema\":\"other/1\"}", "x"] {
            std::fs::write(&file, text).unwrap();
            assert!(matches!(Journal::open(&file, SERVER), Err(JournalError::Foreign { .. })), "{text}");
            assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_and_a_folder_that_cannot_be_made_show_at_once() {
        let error = Journal::open(Path::new("/dev/full"), SERVER).unwrap_err();
        assert!(error.to_string().starts_with("cannot write to the journal /dev/full: No space left"), "{error}");
        let error = Journal::open(Path::new("/dev/null/journal"), SERVER).unwrap_err();
        assert!(error.to_string().starts_with("cannot open the journal /dev/null/journal: "), "{error}");
    }
}
