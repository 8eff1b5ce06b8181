//! Data on stdout, the rest on stderr; text for people or one JSON document for tools.

use super::{Failure, Global};
use std::fmt;
use std::io::{self, IsTerminal, Write};

/// Whom stdout is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// People.
    Text,
    /// Tools: one document.
    Json,
}

/// Where a command writes. Nothing here panics when a pipe closes.
#[derive(Debug)]
pub struct Output {
    format: Format,
    quiet: bool,
    verbose: bool,
}

impl Output {
    pub(super) fn new(global: &Global) -> Self {
        let format = if global.json { Format::Json } else { Format::Text };
        Self { format, quiet: global.quiet, verbose: global.verbose }
    }

    pub(super) fn json_only() -> Self {
        Self { format: Format::Json, quiet: false, verbose: false }
    }

    pub(super) fn text_only() -> Self {
        Self { format: Format::Text, quiet: false, verbose: false }
    }

    /// Whether stdout wants one JSON document.
    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Whether `-v` was given.
    #[cfg(feature = "net")]
    pub fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Whether progress may be drawn: a terminal on stderr, no `-q`, no JSON.
    pub fn shows_progress(&self) -> bool {
        !self.quiet && !self.is_json() && io::stderr().is_terminal()
    }

    /// Whether stdout takes colour: a terminal without NO_COLOR, or CLICOLOR_FORCE.
    pub fn has_colour(&self) -> bool {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        !set("NO_COLOR") && (set("CLICOLOR_FORCE") || io::stdout().is_terminal())
    }

    /// One line of data on stdout.
    ///
    /// # Errors
    /// When stdout cannot be written; a closed pipe ends the program quietly.
    pub fn line(&mut self, line: impl fmt::Display) -> Result<(), Failure> {
        writeln!(io::stdout().lock(), "{line}").map_err(Failure::stdout)
    }

    /// The JSON document on stdout.
    ///
    /// # Errors
    /// When stdout cannot be written; a closed pipe ends the program quietly.
    pub fn json(&mut self, document: &impl serde::Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(document)
            .map_err(|error| Failure::content("json", format!("cannot write JSON: {error}")))?;
        self.line(text)
    }

    /// A line for people on stderr, silent with `-q`.
    pub fn note(&self, line: impl fmt::Display) {
        if !self.quiet {
            // Nobody is left to tell when stderr is closed.
            let _ = writeln!(io::stderr().lock(), "{line}");
        }
    }

    /// A line for people on stderr, only with `-v`.
    pub fn detail(&self, line: impl fmt::Display) {
        if self.verbose {
            self.note(line);
        }
    }

    /// A bare line on stderr, even with `-q`: for `grind`, whose texts are another program's.
    pub(super) fn problem(line: impl fmt::Display) {
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        io::stdout().lock().flush().map_err(Failure::stdout)
    }

    pub(super) fn failure(&mut self, code: &str, message: &str, hint: Option<&str>) {
        let message = plain(message);
        if self.is_json() {
            let error = serde_json::json!({ "error": { "code": code, "message": message, "hint": hint } });
            let _ = writeln!(io::stdout().lock(), "{error}");
        }
        let _ = writeln!(io::stderr().lock(), "error: {message}");
        if let Some(hint) = hint {
            let _ = writeln!(io::stderr().lock(), "hint: {hint}");
        }
    }
}

/// A message may quote a file or a remote, and what stands there must not steer the terminal.
fn plain(message: &str) -> String {
    message.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}
