//! A line that shows how a search goes, on a terminal only.

use super::Output;
use hashjoule::scan::Watch;
use hashjoule::units::si;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

const TICK: Duration = Duration::from_millis(200);

/// Does the work, and meanwhile shows rate, share of the range and best hash.
pub fn watched<T>(output: &Output, watch: &Watch, size: u128, work: impl FnOnce() -> T) -> T {
    if !output.shows_progress() {
        return work();
    }
    std::thread::scope(|scope| {
        let (done, until_done) = channel();
        let before = watch.hashes();
        scope.spawn(move || show(watch, before, size, &until_done));
        let result = work();
        drop(done);
        result
    })
}

/// `before` hashes were tried before this work began, of which `size` are all.
fn show(watch: &Watch, before: u64, size: u128, until_done: &Receiver<()>) {
    let length = u64::try_from(size).unwrap_or(u64::MAX);
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
    bar.set_style(style());
    let start = Instant::now();
    while until_done.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
        let hashes = watch.hashes() - before; // it never counts down
        bar.set_position(hashes);
        bar.set_message(message(watch, hashes, start.elapsed()));
    }
    bar.finish_and_clear();
}

fn style() -> ProgressStyle {
    let template = "{bar:24} {percent_precise:>7} %  {msg}";
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

fn message(watch: &Watch, hashes: u64, elapsed: Duration) -> String {
    let rate = si(hashes as f64 / elapsed.as_secs_f64().max(1e-3), "H/s");
    let best = watch.best().map_or(String::new(), |best| format!("  best {:.20}...", best.hash.to_string()));
    format!("{rate}{best}")
}
