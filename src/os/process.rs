//! A foreign process on a leash: no shell, own process group, bounded output, our own variables removed from its
//! environment, killed at the latest when its value is dropped.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// A longer line is no answer.
const MAX_LINE: u64 = 1 << 20;
/// More output in all is a flood.
const MAX_OUTPUT: u64 = 64 << 20;
/// This much of the end of stderr is kept for messages.
const STDERR_TAIL: usize = 600;
/// How often a wait looks whether it was told to stop.
const TICK: Duration = Duration::from_millis(50);

/// What comes from the process's stdout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A line, without its end.
    Line(String),
    /// Something that is no line: too long, no UTF-8, too much.
    Broken(String),
    /// It has closed its stdout.
    End,
    /// Nothing until the deadline.
    Silence,
    /// We were told to stop.
    Stopped,
}

/// How the process ended.
#[derive(Clone, Debug)]
pub(crate) struct Ending {
    /// `None` when it had to be killed.
    pub(crate) status: Option<ExitStatus>,
    /// The end of what it wrote to stderr.
    pub(crate) stderr: String,
}

/// A running process.
pub(crate) struct Process {
    child: Child,
    input: Option<SyncSender<String>>,
    output: Receiver<Event>,
    stderr: Arc<Mutex<Vec<u8>>>,
    is_reaped: bool,
}

impl Process {
    /// Starts the program that the first word names, with the other words as its arguments.
    pub(crate) fn start(words: &[String]) -> io::Result<Self> {
        let (program, arguments) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut start = std::process::Command::new(program);
        start.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HASHJOULE_")) {
            start.env_remove(name);
        }
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut start, 0);
        let mut child = start.spawn()?;
        let stderr = Arc::new(Mutex::new(Vec::new()));
        let input = child.stdin.take().map(feed);
        if let Some(pipe) = child.stderr.take() {
            keep_tail(pipe, Arc::clone(&stderr));
        }
        let output = read_lines(child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?);
        Ok(Self { child, input, output, stderr, is_reaped: false })
    }

    /// Hands a line to the process; a process that is gone shows in its output.
    pub(crate) fn send(&self, line: String) {
        if let Some(input) = &self.input {
            let _ = input.send(line);
        }
    }

    /// Closes its stdin once all lines have been written.
    pub(crate) fn close_input(&mut self) {
        self.input = None;
    }

    /// The next event, waiting until the deadline.
    pub(crate) fn next(&self, deadline: Instant, stop: &AtomicBool) -> Event {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left.min(TICK)) {
                Ok(event) => return event,
                Err(RecvTimeoutError::Disconnected) => return Event::End,
                Err(RecvTimeoutError::Timeout) if stop.load(Ordering::Relaxed) => return Event::Stopped,
                Err(RecvTimeoutError::Timeout) if left.is_zero() => return Event::Silence,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Gives it this long to exit by itself, then kills it and whatever else is in its group.
    pub(crate) fn end(mut self, grace: Duration) -> Ending {
        self.close_input();
        let deadline = Instant::now() + grace;
        while !self.has_exited() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(2));
        }
        let by_itself = self.has_exited();
        let status = self.kill();
        // The thread that reads stderr may be a moment behind the exit.
        let stderr = Arc::clone(&self.stderr);
        let drained = Instant::now() + Duration::from_millis(100);
        while Arc::strong_count(&stderr) > 2 && Instant::now() < drained {
            thread::sleep(Duration::from_millis(2));
        }
        let tail = String::from_utf8_lossy(&stderr.lock().unwrap_or_else(PoisonError::into_inner)).trim().to_owned();
        Ending { status: status.filter(|_| by_itself), stderr: tail }
    }

    /// Without reaping it: as long as it is not reaped, its number, which is the group's, belongs to nobody else.
    #[cfg(unix)]
    fn has_exited(&mut self) -> bool {
        use rustix::process::{WaitId, WaitIdOptions, waitid};
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let pid = rustix::process::Pid::from_child(&self.child);
        !matches!(waitid(WaitId::Pid(pid), options), Ok(None))
    }

    #[cfg(not(unix))]
    fn has_exited(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Kills the whole group, then reaps the process.
    fn kill(&mut self) -> Option<ExitStatus> {
        self.is_reaped = true;
        #[cfg(unix)]
        let _ = rustix::process::kill_process_group(
            rustix::process::Pid::from_child(&self.child),
            rustix::process::Signal::KILL,
        );
        let _ = self.child.kill();
        self.child.wait().ok()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.is_reaped {
            self.kill();
        }
    }
}

/// A thread that writes, so that a process that does not read cannot hold us up.
fn feed(mut pipe: ChildStdin) -> SyncSender<String> {
    let (sender, lines) = sync_channel::<String>(256);
    thread::spawn(move || {
        for line in lines {
            if pipe.write_all(line.as_bytes()).and_then(|()| pipe.flush()).is_err() {
                break;
            }
        }
    });
    sender
}

fn read_lines(pipe: ChildStdout) -> Receiver<Event> {
    let (sender, events) = sync_channel(64);
    thread::spawn(move || {
        let (mut reader, mut total) = (BufReader::new(pipe), 0);
        loop {
            let event = read_line(&mut reader, &mut total);
            let is_last = !matches!(event, Event::Line(_));
            if sender.send(event).is_err() || is_last {
                break;
            }
        }
    });
    events
}

fn read_line(reader: &mut BufReader<ChildStdout>, total: &mut u64) -> Event {
    let mut line = Vec::new();
    let read = reader.take(MAX_LINE + 1).read_until(b'\n', &mut line);
    *total += line.len() as u64;
    match read {
        Ok(0) | Err(_) => Event::End,
        Ok(_) if line.len() as u64 > MAX_LINE => Event::Broken(format!("a line of more than {} MiB", MAX_LINE >> 20)),
        Ok(_) if *total > MAX_OUTPUT => Event::Broken(format!("more than {} MiB of output", MAX_OUTPUT >> 20)),
        Ok(_) => match String::from_utf8(line) {
            Ok(line) => Event::Line(line.trim_end_matches(['\r', '\n']).to_owned()),
            Err(_) => Event::Broken("a line that is not UTF-8 text".into()),
        },
    }
}

/// A thread that reads all of stderr and keeps its end.
fn keep_tail(mut pipe: ChildStderr, tail: Arc<Mutex<Vec<u8>>>) {
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = pipe.read(&mut buffer) {
            let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
            tail.extend_from_slice(&buffer[..read]);
            let surplus = tail.len().saturating_sub(STDERR_TAIL);
            tail.drain(..surplus);
        }
    });
}

impl Ending {
    /// "exit status: 1", and what it said.
    pub(crate) fn describe(&self) -> String {
        let status = self.status.map_or_else(|| "killed by us".into(), |status| status.to_string());
        match self.stderr.lines().last() {
            Some(last) => format!("{status}; its stderr ends with {}", quote(last)),
            None => status,
        }
    }
}

/// A foreign text, fit for one line of a message.
pub(crate) fn quote(text: &str) -> String {
    let mut short: String = text.chars().take(120).collect();
    if short.len() < text.len() {
        short.push_str("...");
    }
    format!("{short:?}")
}

/// The name of the program without its folder: messages and records hold no paths.
pub(crate) fn program_of(words: &[String]) -> String {
    words.first().map(|word| word.rsplit(['/', '\\']).next().unwrap_or(word).to_owned()).unwrap_or_default()
}
