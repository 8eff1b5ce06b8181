//! Threads and where they run. The pool of rayon stops here.
//!
//! A pool of as many threads as there are CPUs for us: the inherited affinity mask and the cgroup's
//! quota are honoured. Each thread is pinned, one to each physical core before any core gets a
//! second; the mask is read back, for a pin that did not take is worth knowing.

use crate::os::affinity::{mask_of_this_thread, pin_this_thread, usable_cpus};
use std::fmt;

/// How many threads, and on which CPUs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The number of threads.
    pub threads: usize,
    /// The CPU of each thread, or nothing when threads are not pinned.
    pub cpus: Option<Vec<usize>>,
}

/// A wish that this machine cannot grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlacementError {
    /// No thread, no search.
    NoThreads,
    /// A CPU that does not exist or that this process may not use.
    NoSuchCpu {
        /// The wished CPU.
        cpu: usize,
        /// Those that there are.
        allowed: Vec<usize>,
    },
    /// The operating system refused to start the threads.
    Pool(String),
}

impl fmt::Display for PlacementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoThreads => write!(f, "a search needs at least one thread"),
            Self::NoSuchCpu { cpu, allowed } => {
                write!(f, "CPU {cpu} is not among those that this process may use: {}", list(allowed))
            }
            Self::Pool(error) => write!(f, "cannot start the threads: {error}"),
        }
    }
}

impl std::error::Error for PlacementError {}

fn list(cpus: &[usize]) -> String {
    cpus.iter().map(usize::to_string).collect::<Vec<_>>().join(", ")
}

impl Placement {
    /// The default: every CPU that is ours, pinned.
    pub fn all() -> Self {
        let cpus = usable_cpus();
        let limit = std::thread::available_parallelism().map_or(1, usize::from);
        Self::spread(limit.min(cpus.len().max(1)), &cpus)
    }

    /// So many threads, physical cores first; more threads than CPUs share them, unpinned.
    ///
    /// # Errors
    /// When there is no thread.
    pub fn threads(threads: usize) -> Result<Self, PlacementError> {
        if threads == 0 {
            return Err(PlacementError::NoThreads);
        }
        Ok(Self::spread(threads, &usable_cpus()))
    }

    /// One thread on each of these CPUs.
    ///
    /// # Errors
    /// When a CPU is not ours, or there is none.
    pub fn cpus(cpus: &[usize]) -> Result<Self, PlacementError> {
        let allowed = usable_cpus();
        if let Some(&cpu) = cpus.iter().find(|cpu| !allowed.contains(cpu)) {
            return Err(PlacementError::NoSuchCpu { cpu, allowed });
        }
        if cpus.is_empty() {
            return Err(PlacementError::NoThreads);
        }
        Ok(Self { threads: cpus.len(), cpus: Some(cpus.to_vec()) })
    }

    /// The same number of threads, wherever the operating system puts them.
    #[must_use]
    pub fn unpinned(self) -> Self {
        Self { cpus: None, ..self }
    }

    fn spread(threads: usize, cpus: &[usize]) -> Self {
        let cpus = (threads <= cpus.len()).then(|| cpus[..threads].to_vec());
        Self { threads, cpus }
    }
}

/// A pool of threads at their places.
pub(super) struct Workers {
    pool: rayon::ThreadPool,
    placement: Placement,
    pinned: bool,
}

impl Workers {
    pub(super) fn start(placement: Placement) -> Result<Self, PlacementError> {
        if placement.threads == 0 {
            return Err(PlacementError::NoThreads);
        }
        let cpus = placement.cpus.clone().unwrap_or_default();
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(placement.threads)
            .thread_name(|i| format!("search-{i}"))
            .start_handler(move |i| pin_this_thread(cpus.get(i).copied()))
            .build()
            .map_err(|error| PlacementError::Pool(error.to_string()))?;
        let masks = pool.broadcast(|_| mask_of_this_thread());
        let pinned = placement.cpus.iter().flatten().zip(&masks).all(|(&cpu, mask)| mask.as_deref() == Some(&[cpu]));
        Ok(Self { pool, pinned: pinned && placement.cpus.is_some(), placement })
    }

    pub(super) fn placement(&self) -> &Placement {
        &self.placement
    }

    /// Whether every thread's mask, read back, is the one CPU that it was given.
    pub(super) fn pinned(&self) -> bool {
        self.pinned
    }

    /// Runs the same work on every thread and collects what each returns.
    pub(super) fn on_each<T: Send>(&self, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        self.pool.broadcast(|context| work(context.index()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_read_back_on_the_thread_itself() {
        let cpu = usable_cpus()[0];
        let workers = Workers::start(Placement::cpus(&[cpu]).unwrap()).unwrap();
        if cfg!(target_os = "linux") {
            assert_eq!(workers.on_each(|_| mask_of_this_thread()), [Some(vec![cpu])]);
            assert!(workers.pinned());
        }
    }

    #[test]
    fn wishes_that_cannot_be_granted() {
        assert_eq!(Placement::threads(0), Err(PlacementError::NoThreads));
        assert!(matches!(Placement::cpus(&[9999]), Err(PlacementError::NoSuchCpu { cpu: 9999, .. })));
        assert_eq!(Placement::threads(1000).unwrap().cpus, None, "more threads than CPUs are not pinned");
    }
}
