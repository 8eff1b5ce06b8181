//! How soon new work is searched.

use std::time::Duration;

/// How long new work took from its arrival to the scanner's threads; the median of the last 65,536 times.
#[derive(Clone, Debug, Default)]
pub struct Latencies {
    samples: Vec<Duration>,
    count: usize,
    worst: Duration,
}

impl Latencies {
    pub(super) fn add(&mut self, latency: Duration) {
        self.worst = self.worst.max(latency);
        match self.samples.len() {
            full @ 0x1_0000.. => self.samples[self.count % full] = latency,
            _ => self.samples.push(latency),
        }
        self.count += 1;
    }

    /// The median of the kept ones.
    pub fn median(&self) -> Option<Duration> {
        let mut sorted = self.samples.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }

    /// The longest of all.
    pub fn worst(&self) -> Option<Duration> {
        (self.count > 0).then_some(self.worst)
    }
}
