//! The arguments that choose kernel and threads, and the scanner that they give.

use super::{Failure, Output};
use crate::kernel::{Kernel, KernelError};
use crate::scan::{Placement, PlacementError, Scanner, fastest};

/// Kernel and threads.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Kernel and threads")]
pub struct EngineArgs {
    /// Search with this kernel, instead of the one that is fastest here (`hashjoule info` lists them)
    #[arg(long, value_name = "NAME", env = "HASHJOULE_KERNEL")]
    kernel: Option<String>,
    /// Use so many threads, instead of one for each CPU
    #[arg(long, value_name = "N", env = "HASHJOULE_THREADS", conflicts_with = "cpus")]
    threads: Option<usize>,
    /// Run one thread on each of these CPUs, such as 0,2,4-7
    #[arg(long, value_name = "LIST", env = "HASHJOULE_CPUS")]
    cpus: Option<String>,
    /// Let the operating system move the threads
    #[arg(long)]
    no_pin: bool,
}

impl EngineArgs {
    /// The kernel that was asked for, or the fastest for the mode by a short measurement.
    ///
    /// # Errors
    /// When the kernel is unknown, or absent on this machine.
    pub fn kernel(&self, rolling: bool, output: &Output) -> Result<Kernel, Failure> {
        if let Some(name) = &self.kernel {
            return Kernel::named(name).map_err(kernel_failure);
        }
        let timings = fastest(rolling);
        for timing in &timings {
            output.detail(format_args!("  {:<12} {}", timing.kernel.name(), timing.rate));
        }
        let best = timings.first().map_or_else(Kernel::detect, |timing| timing.kernel);
        output.detail(format_args!("kernel: {}, the fastest in 10 ms on one thread", best.name()));
        Ok(best)
    }

    /// Where the threads go.
    ///
    /// # Errors
    /// When that is nowhere.
    pub fn placement(&self) -> Result<Placement, Failure> {
        let placement = match (&self.cpus, self.threads) {
            (Some(list), _) => Placement::cpus(&cpu_list(list)?),
            (None, Some(threads)) => Placement::threads(threads),
            (None, None) => Ok(Placement::all()),
        };
        let placement = placement.map_err(placement_failure)?;
        Ok(if self.no_pin { placement.unpinned() } else { placement })
    }

    /// The scanner: kernel and threads as asked for.
    ///
    /// # Errors
    /// As [`Self::kernel`] and [`Self::placement`].
    pub fn scanner(&self, rolling: bool, output: &Output) -> Result<Scanner, Failure> {
        let placement = self.placement()?;
        let scanner = Scanner::new(self.kernel(rolling, output)?, placement).map_err(placement_failure)?;
        if scanner.placement().cpus.is_some() && !scanner.is_pinned() {
            output.note("note: this system did not pin the threads; rates may vary more (--no-pin says so on purpose)");
        }
        Ok(scanner)
    }
}

/// The failure for a kernel that cannot be had.
pub fn kernel_failure(error: KernelError) -> Failure {
    match error {
        KernelError::Unknown(_) => Failure::usage("unknown-kernel", error).hint("see `hashjoule info`"),
        KernelError::Absent { .. } => Failure::absent("kernel-absent", error)
            .hint("see `hashjoule info`, or leave --kernel and HASHJOULE_KERNEL out"),
    }
}

/// The failure for threads that cannot be had.
pub fn placement_failure(error: PlacementError) -> Failure {
    match error {
        PlacementError::NoThreads => Failure::usage("threads", error).hint("give --threads 1 or more, or leave it out"),
        PlacementError::NoSuchCpu { .. } => {
            Failure::absent("cpu-absent", error).hint("choose among those, or leave --cpus out")
        }
        PlacementError::Pool(_) => Failure::content("threads", error).hint("try fewer --threads"),
    }
}

/// The largest CPU number that a list may name.
const MAX_CPU: usize = 65_535;

/// CPUs from a list such as 0,2,4-7.
fn cpu_list(list: &str) -> Result<Vec<usize>, Failure> {
    let fault =
        || Failure::usage("cpus", format!("'{list}' is no list of CPUs")).hint("write it like 0,2,4-7, each CPU once");
    let mut cpus = Vec::new();
    for part in list.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.trim().parse().ok().filter(|&cpu| cpu <= MAX_CPU).ok_or_else(fault);
        let (first, last): (usize, usize) = (number(first)?, number(last)?);
        cpus.extend(first..=last);
        if first > last {
            return Err(fault());
        }
    }
    let mut sorted = cpus.clone();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() == cpus.len() { Ok(cpus) } else { Err(fault()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_lists_as_people_write_them() {
        assert_eq!(cpu_list("0,2,4-7").unwrap(), [0, 2, 4, 5, 6, 7]);
        assert_eq!(cpu_list(" 3").unwrap(), [3]);
        for bad in ["", "a", "1,", "3-1", "1-", "-1", "0,0", "0-99999999", "1,0-2"] {
            assert!(cpu_list(bad).is_err(), "{bad}");
        }
    }
}
