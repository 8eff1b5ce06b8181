//! What a run shows while it goes, and the record file that grows with it.

use crate::cli::Output;
use hashjoule::bench::Observer;
use hashjoule::bench::record::Record;
use hashjoule::bench::schedule::Schedule;
use hashjoule::bench::store::Store;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io;
use std::time::{Duration, Instant};

/// The file is not written more often.
const WRITE_EVERY: Duration = Duration::from_secs(2);

/// An observer on a terminal.
pub(super) struct Watch<'a> {
    output: &'a Output,
    store: Option<&'a Store>,
    label: Option<&'a str>,
    bar: ProgressBar,
    written: Option<Instant>,
    last: Option<Record>,
    failed: Option<io::Error>,
}

impl<'a> Watch<'a> {
    pub fn new(output: &'a Output, store: Option<&'a Store>, label: Option<&'a str>) -> Self {
        let target = if output.shows_progress() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(1), target);
        let style = ProgressStyle::with_template("{bar:24} {percent:>3} %  {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { output, store, label, bar, written: None, last: None, failed: None }
    }

    /// Writes the last record and tells what went wrong with the file.
    pub fn finish(mut self) -> Option<io::Error> {
        self.bar.finish_and_clear();
        self.write();
        self.failed
    }

    fn write(&mut self) {
        let (Some(store), Some(record)) = (self.store, &self.last) else { return };
        self.written = Some(Instant::now());
        // A disk that was full may have room again: the last write decides.
        self.failed = store.write(record).err();
    }
}

impl Observer for Watch<'_> {
    fn announce(&mut self, combinations: usize, schedule: &Schedule, energy_seconds: f64) {
        let name = self.label.map(|label| format!("{label}: ")).unwrap_or_default();
        let joules =
            if energy_seconds > 0.0 { format!(", then {energy_seconds:.0} s with the meter") } else { String::new() };
        self.output.note(format_args!(
            "{name}{combinations} combinations of kernel, mode and threads, {} rounds each: about {:.0} s{joules}",
            schedule.rounds, schedule.seconds
        ));
    }

    fn step(&mut self, done: u32, of: u32, what: &str) {
        self.bar.set_length(of.into());
        self.bar.set_position(done.into());
        self.bar.set_message(what.to_owned());
    }

    fn record(&mut self, record: &Record) {
        self.last = Some(record.clone());
        if self.written.is_none_or(|then| then.elapsed() > WRITE_EVERY) {
            self.write();
        }
    }
}
