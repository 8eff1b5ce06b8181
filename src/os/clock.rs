//! CPU time, which a neighbour on the same machine does not lengthen.

use std::time::Duration;

/// CPU time of the calling thread.
#[cfg(unix)]
pub fn thread_cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    // Both are never negative for this clock.
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_takes_cpu_time_and_sleep_takes_none() {
        let before = thread_cpu_time();
        let slept = std::time::Instant::now();
        std::thread::sleep(Duration::from_millis(20));
        let asleep = thread_cpu_time() - before;
        assert!(asleep < slept.elapsed() / 2, "{asleep:?}");
        while thread_cpu_time() - before < Duration::from_millis(5) {
            std::hint::spin_loop();
        }
    }
}
