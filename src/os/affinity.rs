//! On which CPUs a thread may run. `core_affinity` stops here.

use super::cpu;
use std::path::Path;

/// The CPUs of the inherited affinity mask, one of each physical core first.
pub fn usable_cpus() -> Vec<usize> {
    let mut cpus: Vec<usize> = core_affinity::get_core_ids().unwrap_or_default().into_iter().map(|c| c.id).collect();
    cpus.sort_unstable();
    cpu::physical_first(&cpus, Path::new("/"))
}

/// Asks for the calling thread to run on this CPU alone; `None` leaves it where it is. Whether it was granted,
/// [`mask_of_this_thread`] tells.
pub fn pin_this_thread(cpu: Option<usize>) {
    if let Some(id) = cpu {
        core_affinity::set_for_current(core_affinity::CoreId { id });
    }
}

/// The CPUs on which the calling thread may run, as the operating system says; `None` where it does not.
#[cfg(target_os = "linux")]
pub fn mask_of_this_thread() -> Option<Vec<usize>> {
    let set = rustix::thread::sched_getaffinity(None).ok()?;
    Some((0..rustix::thread::CpuSet::MAX_CPU).filter(|&cpu| set.is_set(cpu)).collect())
}

/// The CPUs on which the calling thread may run: not told by this system.
#[cfg(not(target_os = "linux"))]
pub fn mask_of_this_thread() -> Option<Vec<usize>> {
    None
}
