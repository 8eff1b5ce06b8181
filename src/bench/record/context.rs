//! What stands around the results: program, machine, method, energy sources, warnings.

use crate::energy::Labels;
use serde::{Deserialize, Serialize};

/// Which program measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Build {
    /// The version of hashjoule.
    pub version: String,
    /// The commit it was built from, when known.
    pub commit: Option<String>,
    /// The first line of `rustc -V`.
    pub rustc: Option<String>,
    /// `release` or `debug`.
    pub profile: String,
    /// The target triple.
    pub target: String,
}

/// The machine block: enough to argue about a figure, nothing that names its owner.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Machine {
    /// `x86_64`, `aarch64`, ...
    pub architecture: String,
    /// `linux`, `macos`, ...
    pub os: String,
    /// The kernel's release.
    pub os_release: Option<String>,
    /// The processor.
    pub cpu: Cpu,
    /// What may move the clock.
    pub clock: Clock,
    /// The name of the hypervisor, in a guest.
    pub hypervisor: Option<String>,
    /// `docker`, `podman`, `lxc`, ... in a container.
    pub container: Option<String>,
    /// The load average over one minute when the run began.
    pub load_average: Option<f64>,
}

/// The processor, as it names itself; in a guest, as the hypervisor names it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Cpu {
    /// `GenuineIntel`, `AuthenticAMD`, ...
    pub vendor: String,
    /// The brand string.
    pub brand: String,
    /// Display family, model and stepping.
    pub family: Option<u32>,
    /// See `family`.
    pub model: Option<u32>,
    /// See `family`.
    pub stepping: Option<u32>,
    /// The microcode's revision, such as `0xa101148`.
    pub microcode: Option<String>,
    /// The instruction sets that the kernels ask for and the processor has.
    pub features: Vec<String>,
    /// Processor sockets.
    pub sockets: u32,
    /// Physical cores that this machine shows.
    pub physical_cores: u32,
    /// CPUs that the scheduler may use.
    pub logical_cpus: u32,
    /// Hardware threads of a core: 1 without SMT.
    pub threads_per_core: u32,
}

/// Frequency, governor, turbo.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Clock {
    /// The cpufreq driver.
    pub driver: Option<String>,
    /// The governor of CPU 0.
    pub governor: Option<String>,
    /// Whether turbo or boost is on.
    pub turbo: Option<bool>,
    /// The highest frequency that the driver offers.
    pub max_hertz: Option<f64>,
}

/// How the rounds were made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Method {
    /// Hits are hashes with so many leading zero bits.
    pub target_leading_zero_bits: u32,
    /// Seed of the order of the rounds and of the bootstrap.
    pub seed: u64,
    /// Seconds of measuring that the plan gave each combination; zero when it gave hashes.
    pub seconds_per_combination: f64,
    /// Probability that the intervals `low`..`high` are meant to cover.
    pub confidence: f64,
    /// The kernel that `ratio_to_sha2` divides by.
    pub yardstick: String,
    /// CPU seconds that the hypervisor took from this machine during the run, on all CPUs.
    pub steal_seconds: Option<f64>,
    /// Seconds from the first warm-up to the last round.
    pub seconds: f64,
}

/// Where the joules came from, or why there are none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Energy {
    /// The meter that was used.
    pub meter: Option<Meter>,
    /// Every source that was tried, with its answer.
    pub probed: Vec<Probed>,
    /// Watts while nothing ran, before and after the rounds.
    pub idle: Vec<Idle>,
}

/// A meter and the labels of all that it says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Meter {
    /// `powercap`, `perf`, `hwmon`, `battery`, `command` or `declared`.
    pub source: String,
    /// What exactly was read, such as `package-0, package-1`.
    pub detail: String,
    /// How it is known.
    #[serde(flatten)]
    pub labels: Labels,
}

/// One energy source and what came of trying it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Probed {
    /// See [`Meter::source`].
    pub source: String,
    /// Whether it works here.
    pub usable: bool,
    /// What was found, or why it does not work.
    pub reason: String,
    /// What to type to make it work.
    #[serde(default)]
    pub advice: Option<String>,
    /// It worked when the run began and failed in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub failed: bool,
}

/// A stretch without work.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Idle {
    /// Energy of the stretch.
    pub joules: f64,
    /// Its length, wall time.
    pub seconds: f64,
}

/// Something that weakens a figure, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Warning {
    /// A short name for scripts, such as `virtual-machine`.
    pub code: String,
    /// What is so.
    pub message: String,
    /// What to do.
    pub advice: String,
}
