//! Threads and where they run. Rayon and core_affinity stop here.
//!
//! A pool of as many threads as there are CPUs for us: the inherited affinity mask and the cgroup's
//! quota are honoured. Each thread is pinned, one to each physical core before any core gets a
//! second; the mask is read back, for a pin that did not take is worth knowing.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;

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

/// The CPUs of the inherited affinity mask, one of each physical core first.
fn usable_cpus() -> Vec<usize> {
    let mut cpus: Vec<usize> = core_affinity::get_core_ids().unwrap_or_default().into_iter().map(|c| c.id).collect();
    cpus.sort_unstable();
    physical_first(&cpus, Path::new("/sys/devices/system/cpu"))
}

/// Orders CPUs so that no core gets a second thread before each has its first. Without a
/// topology in sysfs the order stays.
fn physical_first(cpus: &[usize], sysfs: &Path) -> Vec<usize> {
    let siblings = |cpu: usize| {
        let path = sysfs.join(format!("cpu{cpu}/topology/thread_siblings_list"));
        std::fs::read_to_string(path).map_or_else(|_| cpu.to_string(), |text| text.trim().to_owned())
    };
    let mut cores = HashSet::new();
    let (first, second): (Vec<usize>, Vec<usize>) = cpus.iter().partition(|&&cpu| cores.insert(siblings(cpu)));
    [first, second].concat()
}

/// The CPUs on which the calling thread may run, as the operating system says.
#[cfg(target_os = "linux")]
fn mask_of_this_thread() -> Option<Vec<usize>> {
    let set = rustix::thread::sched_getaffinity(None).ok()?;
    Some((0..rustix::thread::CpuSet::MAX_CPU).filter(|&cpu| set.is_set(cpu)).collect())
}

#[cfg(not(target_os = "linux"))]
fn mask_of_this_thread() -> Option<Vec<usize>> {
    None
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
            .start_handler(move |i| {
                if let Some(&id) = cpus.get(i) {
                    core_affinity::set_for_current(core_affinity::CoreId { id });
                }
            })
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
    fn physical_cores_come_first() {
        let root = tempfile::tempdir().unwrap();
        for (cpu, siblings) in [(0, "0,2"), (1, "1,3"), (2, "0,2"), (3, "1,3")] {
            let dir = root.path().join(format!("cpu{cpu}/topology"));
            std::fs::create_dir_all(&dir).unwrap();
            std::fs::write(dir.join("thread_siblings_list"), siblings).unwrap();
        }
        assert_eq!(physical_first(&[0, 2, 1, 3], root.path()), [0, 1, 2, 3]);
        assert_eq!(physical_first(&[3, 2, 1], root.path()), [3, 2, 1]);
        assert_eq!(physical_first(&[5, 4], root.path()), [5, 4], "no topology, no change");
    }

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
