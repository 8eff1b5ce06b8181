//! The binary as a user runs it, bounded in time and ended by its own id.

use crate::program::hashjoule;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub const PASSWORD: &str = "hunter2-very-secret";

/// A folder of its own, and the command line so far.
pub struct Miner {
    pub folder: tempfile::TempDir,
    command: Vec<String>,
    password: &'static str,
}

/// How a run ended.
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    pub fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// The lines of `--events`.
    pub fn events(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    pub fn events_named(&self, name: &str) -> Vec<Value> {
        self.events().into_iter().filter(|event| event["event"] == name).collect()
    }

    pub fn summary(&self) -> Value {
        self.events_named("summary").pop().unwrap_or_else(|| panic!("{}", self.all()))
    }
}

impl Miner {
    /// Mines for `url` on one thread, paying to `OP_TRUE`, with `--events`.
    pub fn new(url: &str) -> Self {
        let command = ["mine", "--node", url, "--threads", "1", "--kernel", "portable", "--events"].map(str::to_owned);
        Self { folder: tempfile::tempdir().unwrap(), command: command.to_vec(), password: PASSWORD }
            .with(&["--payout-script", "51"])
    }

    pub fn with(mut self, arguments: &[&str]) -> Self {
        self.command.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self
    }

    pub fn without_payout(mut self) -> Self {
        self.command.truncate(self.command.len() - 2);
        self
    }

    pub fn without_events(mut self) -> Self {
        self.command.retain(|argument| argument != "--events");
        self
    }

    pub fn password(self, password: &'static str) -> Self {
        Self { password, ..self }
    }

    pub fn journal(&self) -> PathBuf {
        self.folder.path().join("journal")
    }

    pub fn journal_text(&self) -> String {
        std::fs::read_to_string(self.journal()).unwrap()
    }

    pub fn spawn(&self) -> Running {
        self.spawn_with_journal(&self.journal())
    }

    /// As it is started, with this journal.
    pub fn command(&self, journal: &Path) -> Command {
        let mut command = hashjoule(&self.command);
        command.arg("--journal").arg(journal);
        command.env_clear().env("HOME", self.folder.path()).env("HASHJOULE_PASSWORD", self.password);
        command
    }

    pub fn spawn_with_journal(&self, journal: &Path) -> Running {
        let mut child = self.command(journal).spawn().unwrap();
        let (notes, mut stderr) = (Arc::<Mutex<String>>::default(), BufReader::new(child.stderr.take().unwrap()));
        let said = Arc::clone(&notes);
        let listener = std::thread::spawn(move || {
            let mut line = Vec::new();
            while stderr.read_until(b'\n', &mut line).unwrap() > 0 {
                said.lock().unwrap().push_str(&String::from_utf8_lossy(&std::mem::take(&mut line)));
            }
        });
        Running { child, notes, listener: Some(listener) }
    }

    pub fn run(&self) -> Ended {
        self.spawn().ended()
    }
}

/// A process that is killed if the test forgets it.
pub struct Running {
    child: Child,
    notes: Arc<Mutex<String>>,
    listener: Option<JoinHandle<()>>,
}

impl Running {
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether this stands on stderr already.
    pub fn has_said(&self, words: &str) -> bool {
        self.notes.lock().unwrap().contains(words)
    }

    /// SIGKILL: nothing can be tidied up.
    pub fn kill(mut self) -> Ended {
        self.child.kill().unwrap();
        self.ended()
    }

    pub fn interrupt(&self) {
        let pid = rustix::process::Pid::from_raw(self.child.id().cast_signed()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    }

    /// Waits at most a minute.
    pub fn ended(mut self) -> Ended {
        let stdout = reader(self.child.stdout.take());
        let started = Instant::now();
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break Some(status),
                None if started.elapsed() > Duration::from_secs(60) => break None,
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        if status.is_none() {
            self.child.kill().unwrap();
        }
        self.listener.take().expect("it ends once").join().unwrap();
        let (stdout, stderr) = (stdout.join().unwrap(), self.notes.lock().unwrap().clone());
        let status = status.unwrap_or_else(|| panic!("it did not end\n{stdout}\n{stderr}"));
        Ended { code: status.code(), stdout, stderr }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn reader(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.unwrap().read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
