//! The arguments that choose kernel and threads, and the scanner that they give.

use super::setting::Setting;
use super::{Failure, Output};
use hashjoule::kernel::{Kernel, KernelError};
use hashjoule::scan::{Placement, PlacementError, Scanner, fastest};

/// Kernel and threads.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Kernel and threads")]
pub struct EngineArgs {
    /// Search with this kernel, instead of the one that is fastest here (`hashjoule info` lists them)
    /// [env: HASHJOULE_KERNEL]
    #[arg(long, value_name = "NAME")]
    kernel: Option<String>,
    /// Use so many threads, instead of one for each CPU [env: HASHJOULE_THREADS]
    #[arg(long, value_name = "N", conflicts_with = "cpus", allow_negative_numbers = true)]
    threads: Option<String>,
    /// Run one thread on each of these CPUs, such as 0,2,4-7 [env: HASHJOULE_CPUS]
    #[arg(long, value_name = "LIST", allow_negative_numbers = true)]
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
        let flag = Setting::flag("--kernel", self.kernel.as_ref());
        if let Some(Setting { source, text }) =
            flag.map_or_else(|| Setting::variable("HASHJOULE_KERNEL"), |s| Ok(Some(s)))?
        {
            output.detail(format_args!("kernel: {text}, by {source}"));
            return Kernel::named(&text).map_err(|error| kernel_failure(error).about(source));
        }
        let timings = fastest(rolling);
        for timing in &timings {
            output.detail(format_args!("  {:<15} {}", timing.kernel.name(), timing.rate));
        }
        let best = timings.first().map_or_else(Kernel::detect, |timing| timing.kernel);
        output.detail(format_args!("kernel: {}, the fastest in a short measurement on one thread", best.name()));
        Ok(best)
    }

    /// Where the threads go.
    ///
    /// # Errors
    /// When that is nowhere.
    pub fn placement(&self) -> Result<Placement, Failure> {
        let placement = match self.wish()? {
            Some(Wish::Cpus(list)) => {
                Placement::cpus(&cpu_list(&list)?).map_err(|error| placement_failure(error).about(list.source))?
            }
            Some(Wish::Threads(threads)) => Placement::threads(thread_count(&threads)?).map_err(placement_failure)?,
            None => Placement::all(),
        };
        Ok(if self.no_pin { placement.unpinned() } else { placement })
    }

    /// A flag wins over both variables.
    fn wish(&self) -> Result<Option<Wish>, Failure> {
        let threads = Setting::flag("--threads", self.threads.as_ref()).map(Wish::Threads);
        let cpus = Setting::flag("--cpus", self.cpus.as_ref()).map(Wish::Cpus);
        if let Some(wish) = threads.or(cpus) {
            return Ok(Some(wish));
        }
        match (Setting::variable("HASHJOULE_THREADS")?, Setting::variable("HASHJOULE_CPUS")?) {
            (Some(_), Some(_)) => Err(Failure::usage("threads", "both HASHJOULE_THREADS and HASHJOULE_CPUS are set")
                .hint("unset one of them: a list of CPUs says how many threads there are")),
            (threads, cpus) => Ok(threads.map(Wish::Threads).or(cpus.map(Wish::Cpus))),
        }
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

/// What was said of the threads.
enum Wish {
    Threads(Setting),
    Cpus(Setting),
}

/// More threads for each CPU than this only wait for each other: a stop would take seconds.
const MOST_THREADS_PER_CPU: usize = 16;

fn thread_count(setting: &Setting) -> Result<usize, Failure> {
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let hint = format!("give a number from 1 up ({cpus} on this machine), or leave it out");
    let fault = |what: &str| setting.fault("threads", what).hint(&hint);
    let digits = setting.text.trim();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(fault("that is no number of threads"));
    }
    match digits.parse() {
        Ok(0) => Err(fault("a search needs at least one thread")),
        Ok(threads) if threads <= cpus * MOST_THREADS_PER_CPU => Ok(threads),
        _ => Err(fault(&format!("more than {MOST_THREADS_PER_CPU} threads for each CPU only wait for each other"))),
    }
}

/// The largest CPU number that a list may name.
const MAX_CPU: usize = 65_535;

/// CPUs from a list such as 0,2,4-7.
fn cpu_list(setting: &Setting) -> Result<Vec<usize>, Failure> {
    let fault = |what: &str| setting.fault("cpus", what).hint("write it like 0,2,4-7, each CPU once");
    let mut cpus = Vec::new();
    for part in setting.text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.trim().parse::<usize>().map_err(|_| fault("that is no list of CPUs"));
        let (first, last) = (number(first)?, number(last)?);
        if first > last || last > MAX_CPU {
            return Err(fault(&format!("{} is no range of CPUs from 0 to {MAX_CPU}", part.trim())));
        }
        cpus.extend(first..=last);
    }
    let mut sorted = cpus.clone();
    sorted.sort_unstable();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(fault(&format!("CPU {} is there twice", pair[0]))),
        None => Ok(cpus),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::exit::Kind;
    use hashjoule::kernel::Absent;

    fn setting(text: &str) -> Setting {
        Setting { source: "--x", text: text.to_owned() }
    }

    #[test]
    fn cpu_lists_as_people_write_them() {
        assert_eq!(cpu_list(&setting("0,2,4-7")).unwrap(), [0, 2, 4, 5, 6, 7]);
        assert_eq!(cpu_list(&setting(" 3")).unwrap(), [3]);
        for bad in ["", "a", "1,", "3-1", "1-", "-1", "0,0", "0-99999999", "1,0-2"] {
            assert!(cpu_list(&setting(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn thread_counts_as_people_write_them() {
        assert_eq!(thread_count(&setting("1")).unwrap(), 1);
        assert_eq!(thread_count(&setting(" 16 ")).unwrap(), 16);
        for bad in ["", "0", "-1", "+1", "two", "1.5", "1000000000", "99999999999999999999"] {
            assert!(thread_count(&setting(bad)).is_err(), "{bad}");
        }
    }

    /// No machine lacks every kernel, so what an absent one does to the exit code is shown here.
    #[test]
    fn absent_and_unknown_kernels_are_different_failures() {
        let absent = kernel_failure(KernelError::Absent { name: "avx512", why: Absent::Cpu("avx512f") });
        assert_eq!(absent.kind(), Kind::Absent);
        assert!(absent.to_string().contains("kernel avx512 cannot run here: this CPU lacks avx512f"), "{absent}");
        assert_eq!(kernel_failure(KernelError::Unknown("x".into())).kind(), Kind::Usage);
    }

    #[test]
    fn absent_cpus_and_no_threads_are_different_failures() {
        assert_eq!(placement_failure(PlacementError::NoSuchCpu { cpu: 9, allowed: vec![0] }).kind(), Kind::Absent);
        assert_eq!(placement_failure(PlacementError::NoThreads).kind(), Kind::Usage);
        assert_eq!(placement_failure(PlacementError::Pool("x".into())).kind(), Kind::Content);
    }
}
