//! One line that stays at the bottom of a terminal, or a plain line now and then where there is none.

use super::Output;
use std::fmt;
use std::io::{self, Write};
use std::time::{Duration, Instant};

/// How often a line is renewed on a terminal, and printed elsewhere.
const ON_TERMINAL: Duration = Duration::from_secs(1);
const ELSEWHERE: Duration = Duration::from_secs(60);

/// Shows progress on stderr: never with `-q` or `--json`, never with control characters where nobody watches.
#[derive(Debug)]
pub struct Status {
    on_terminal: bool,
    shown: bool,
    due: Instant,
}

impl Status {
    /// The first line is due after one period.
    pub fn new(output: &Output) -> Self {
        let on_terminal = output.shows_progress();
        let period = if on_terminal { ON_TERMINAL } else { ELSEWHERE };
        Self { on_terminal, shown: false, due: Instant::now() + period }
    }

    /// How long until the next line is due.
    pub fn wait(&self) -> Duration {
        self.due.saturating_duration_since(Instant::now())
    }

    /// Whether a line is due now.
    pub fn is_due(&self) -> bool {
        self.wait().is_zero()
    }

    /// Renews the line on a terminal, or prints one.
    pub fn show(&mut self, output: &Output, line: impl fmt::Display) {
        if self.on_terminal {
            self.due = Instant::now() + ON_TERMINAL;
            // A terminal that is gone shows nothing.
            let _ = write!(io::stderr().lock(), "\r\x1b[2K{line}");
            let _ = io::stderr().flush();
            self.shown = true;
        } else {
            self.due = Instant::now() + ELSEWHERE;
            if !output.is_json() {
                output.note(line);
            }
        }
    }

    /// A line for people that stays, above the status.
    pub fn note(&mut self, output: &Output, line: impl fmt::Display) {
        self.clear();
        output.note(line);
    }

    /// Takes the line away.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            let _ = write!(io::stderr().lock(), "\r\x1b[2K");
        }
    }
}

/// A span of time as people say it: 12 s, 3.4 min, 5.1 h, 2.3 days, 17,000 years.
pub fn human_time(seconds: f64) -> String {
    use hashjoule::units::significant;
    let units = [(365.25 * 86_400.0, "years"), (86_400.0, "days"), (3_600.0, "h"), (60.0, "min")];
    let unit = units.into_iter().find(|(size, _)| seconds >= 2.0 * size);
    let (size, name) = unit.unwrap_or((1.0, "s"));
    format!("{} {name}", significant(seconds / size, 2))
}

#[cfg(test)]
mod tests {
    use super::human_time;

    #[test]
    fn spans_of_time() {
        let year = 365.25 * 86_400.0;
        for (seconds, text) in [
            (0.5, "0.50 s"),
            (12.0, "12 s"),
            (119.0, "120 s"),
            (204.0, "3.4 min"),
            (18_360.0, "5.1 h"),
            (200_000.0, "2.3 days"),
            (17_000.0 * year, "17,000 years"),
        ] {
            assert_eq!(human_time(seconds), text, "{seconds} s");
        }
    }
}
