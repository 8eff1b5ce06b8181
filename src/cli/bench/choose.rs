//! From arguments to the contenders and the settings of a run.

use super::args::Measure;
use crate::cli::Failure;
use hashjoule::bench::Settings;
use hashjoule::bench::contender::{Contender, RUNGS, YARDSTICK};
use hashjoule::bench::record::Mode;
use hashjoule::kernel::{Kernel, KernelError};
use hashjoule::scan::{Placement, fastest};
use std::time::Duration;

/// What rolls no faster than it searches one version: left out unless it is named.
const NO_GAIN_FROM_ROLLING: [&str; 2] = ["scalar", "sha2"];

/// The default run starts no further round after this time.
const DEFAULT_LIMIT: Duration = Duration::from_secs(48);

/// What is measured and how.
pub(super) struct Plan {
    pub contenders: Vec<Contender>,
    pub settings: Settings,
}

pub(super) fn plan(args: &Measure) -> Result<Plan, Failure> {
    let most = Placement::all();
    let threads = threads(args, most.threads)?;
    let largest = threads.iter().copied().max().unwrap_or(1) as usize;
    let placement = Placement::threads(largest).map_err(|error| Failure::usage("threads", error))?;
    let cpus = if args.no_pin { None } else { placement.cpus };
    let settings = Settings {
        threads,
        amount: args.amount(),
        seed: args.seed,
        cpus: cpus.unwrap_or_default().into_iter().filter_map(|cpu| u32::try_from(cpu).ok()).collect(),
        window: args.window,
        windows: args.windows,
        idle: args.idle,
        metered: args.metered(),
        limit: args.is_default_amount().then_some(DEFAULT_LIMIT),
    };
    Ok(Plan { contenders: contenders(args)?, settings })
}

/// The kernels that were asked for, or all; the yardstick always.
fn contenders(args: &Measure) -> Result<Vec<Contender>, Failure> {
    let modes = args.modes();
    let mut contenders = match (args.sweep, args.kernels.as_slice()) {
        (Some(_), []) => modes.iter().filter_map(|&mode| champion(mode)).collect(),
        (_, []) => default_contenders(&modes),
        (_, names) => named(names, &modes)?,
    };
    if !contenders.iter().any(Contender::is_yardstick) {
        let yardstick = Kernel::named(YARDSTICK).map_err(kernel_failure)?;
        contenders.push(Contender::kernel(yardstick, Mode::OneVersion));
    }
    Ok(contenders)
}

/// The fastest kernel by a short measurement.
fn champion(mode: Mode) -> Option<Contender> {
    fastest(mode == Mode::Rolling).first().map(|timing| Contender::kernel(timing.kernel, mode))
}

fn default_contenders(modes: &[Mode]) -> Vec<Contender> {
    let kernels = Kernel::available().flat_map(|kernel| modes.iter().map(move |&mode| (kernel, mode)));
    let useful = kernels.filter(|&(kernel, mode)| is_useful(kernel, mode));
    let contenders = useful.map(|(kernel, mode)| Contender::kernel(kernel, mode));
    let rungs = modes.contains(&Mode::OneVersion).then(|| RUNGS.iter().filter_map(|name| Contender::rung(name)));
    rungs.into_iter().flatten().chain(contenders).collect()
}

/// Whether the kernel does in this mode what no other entry of the list does.
fn is_useful(kernel: Kernel, mode: Mode) -> bool {
    match mode {
        Mode::OneVersion => true,
        Mode::Rolling => !NO_GAIN_FROM_ROLLING.contains(&kernel.name()),
    }
}

fn named(names: &[String], modes: &[Mode]) -> Result<Vec<Contender>, Failure> {
    let mut contenders = Vec::new();
    for name in names {
        if let Some(rung) = Contender::rung(name) {
            contenders.push(rung);
            continue;
        }
        let kernel = Kernel::named(name).map_err(kernel_failure)?;
        contenders.extend(modes.iter().map(|&mode| Contender::kernel(kernel, mode)));
    }
    Ok(contenders)
}

fn kernel_failure(error: KernelError) -> Failure {
    match error {
        KernelError::Unknown(_) => Failure::usage("unknown-kernel", format!("{error}, {}", RUNGS.join(", "))),
        KernelError::Absent { .. } => Failure::absent("kernel-absent", error).hint("leave it out of --kernels"),
    }
}

/// Numbers of threads, ascending, each once.
fn threads(args: &Measure, all: usize) -> Result<Vec<u32>, Failure> {
    let all = u32::try_from(all).unwrap_or(u32::MAX);
    let number = |text: &String| match text.as_str() {
        "all" => Ok(all),
        text => text.parse().ok().filter(|n| (1..=4096).contains(n)).ok_or_else(|| {
            Failure::usage("threads", format!("'{text}' is no number of threads")).hint("write it like 1,4,all")
        }),
    };
    let mut threads = match (args.sweep, args.threads.as_slice()) {
        (Some(_), _) => steps(all),
        (None, []) => vec![1, all],
        (None, given) => given.iter().map(number).collect::<Result<_, _>>()?,
    };
    threads.sort_unstable();
    threads.dedup();
    Ok(threads)
}

/// 1 to 8 one by one, then half as many again each time, and all.
fn steps(all: u32) -> Vec<u32> {
    let next = |&n: &u32| Some(if n < 8 { n + 1 } else { n + n / 2 });
    std::iter::successors(Some(1), next).take_while(|&n| n < all).chain([all]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_goes_one_by_one_and_then_in_steps_and_ends_with_all() {
        assert_eq!(steps(1), [1]);
        assert_eq!(steps(4), [1, 2, 3, 4]);
        assert_eq!(steps(20), [1, 2, 3, 4, 5, 6, 7, 8, 12, 18, 20]);
    }

    #[test]
    fn by_default_what_gains_nothing_does_not_roll() {
        let contenders = default_contenders(&[Mode::OneVersion, Mode::Rolling]);
        let has = |name: &str, mode| contenders.iter().any(|c| c.kernel == name && c.mode == mode);
        assert!(has("sha2", Mode::OneVersion) && !has("sha2", Mode::Rolling));
        assert!(has("portable", Mode::Rolling) && has("naive", Mode::OneVersion));
    }
}
