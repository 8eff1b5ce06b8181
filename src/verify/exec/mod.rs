//! Implementations in another process and another language. Two ways to be asked, `docs/exec-protocol.md` says how:
//! one process for all cases ([`Session`]), or one process a case ([`Simple`]).
//!
//! The command is split into words and started without a shell, in a process group of its own that is killed at the
//! deadline; what it prints is bounded; variables named `HASHJOULE_*` are removed from its environment.

#[cfg(feature = "internals")]
pub mod exercise;
mod protocol;
mod session;
mod simple;

pub use session::Session;
pub use simple::{Simple, SimpleError};

use crate::os::process::quote;
use std::fmt;
use std::time::Duration;

/// A command to run, and how long it may think.
#[derive(Clone, Debug)]
pub struct Command {
    /// The program and its arguments.
    pub words: Vec<String>,
    /// How long one answer may take; cases that ask for many hashes are given more.
    pub timeout: Duration,
}

impl Command {
    /// A second more for every so many hashes that a case asks for.
    const HASHES_PER_SECOND: u64 = 200_000;

    /// An interpreter on a busy machine may need longer to start than to answer.
    const LEAST_FOR_HELLO: Duration = Duration::from_secs(10);

    fn patience_for_hello(&self) -> Duration {
        self.timeout.max(Self::LEAST_FOR_HELLO)
    }

    fn patience(&self, hashes: u64) -> Duration {
        self.timeout + Duration::from_secs(hashes / Self::HASHES_PER_SECOND)
    }
}

/// The command could not be started, or never said what it can do. Nothing was tested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeverAnswered {
    /// The program.
    pub program: String,
    /// What happened.
    pub what: String,
}

impl fmt::Display for NeverAnswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.program, self.what)
    }
}

impl std::error::Error for NeverAnswered {}
