//! What ran: processor, clock, hypervisor, load. Read from `/proc` and `/sys` below a root that is
//! a parameter, so that tests can make machines up; CPUID fills what no file says.
//!
//! Nothing here names the machine's owner: no host name, no user, no path.

use super::record::{Build, Clock, Cpu, Machine};
use std::collections::BTreeSet;
use std::path::Path;

/// This program, as it was built.
pub fn build() -> Build {
    let text = |value: Option<&str>| value.filter(|v| !v.is_empty()).map(str::to_owned);
    Build {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit: text(option_env!("HASHJOULE_COMMIT")),
        rustc: text(option_env!("HASHJOULE_RUSTC")),
        profile: if cfg!(debug_assertions) { "debug" } else { "release" }.to_owned(),
        target: option_env!("HASHJOULE_TARGET").unwrap_or(std::env::consts::ARCH).to_owned(),
    }
}

/// The machine below `root`, which is `/` outside tests.
pub fn read(root: &Path) -> Machine {
    let files = Files(root);
    Machine {
        architecture: std::env::consts::ARCH.to_owned(),
        os: std::env::consts::OS.to_owned(),
        os_release: files.line("proc/sys/kernel/osrelease"),
        cpu: cpu(&files),
        clock: clock(&files),
        hypervisor: cpuid::hypervisor().or_else(|| files.line("sys/hypervisor/type")),
        container: container(&files),
        load_average: load_average(root),
    }
}

/// The load average over one minute.
pub fn load_average(root: &Path) -> Option<f64> {
    Files(root).line("proc/loadavg")?.split_whitespace().next()?.parse().ok()
}

/// CPU seconds that the hypervisor gave to others since the machine booted, summed over all CPUs.
pub fn steal_seconds(root: &Path) -> Option<f64> {
    // The eighth field after "cpu", in ticks; Linux shows 100 ticks a second to programs (USER_HZ).
    let line = Files(root).line("proc/stat")?;
    let ticks: f64 = line.strip_prefix("cpu ")?.split_whitespace().nth(7)?.parse().ok()?;
    Some(ticks / 100.0)
}

struct Files<'a>(&'a Path);

impl Files<'_> {
    fn text(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.0.join(path)).ok()
    }
    /// The first line, trimmed; `None` when it is empty.
    fn line(&self, path: &str) -> Option<String> {
        let text = self.text(path)?;
        text.lines().next().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty())
    }
    fn number<T: std::str::FromStr>(&self, path: &str) -> Option<T> {
        self.line(path)?.parse().ok()
    }
    fn exists(&self, path: &str) -> bool {
        self.0.join(path).exists()
    }
}

fn cpu(files: &Files) -> Cpu {
    let info = files.text("proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| cpuinfo_field(&info, name);
    let number = |name: &str| field(name).and_then(|value| value.parse().ok());
    let own = cpuid::cpu();
    let cpus = logical_cpus(files);
    let shape = shape(files, &cpus);
    Cpu {
        vendor: field("vendor_id").unwrap_or(own.vendor),
        brand: field("model name").unwrap_or(own.brand),
        family: number("cpu family").or(own.family),
        model: number("model").or(own.model),
        stepping: number("stepping").or(own.stepping),
        microcode: field("microcode"),
        features: own.features,
        ..shape
    }
}

/// The value of the first line "name : value".
fn cpuinfo_field(info: &str, name: &str) -> Option<String> {
    info.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim().to_owned())
    })
}

fn logical_cpus(files: &Files) -> Vec<u32> {
    let online = files.line("sys/devices/system/cpu/online").map(|list| parse_cpu_list(&list));
    let fallback = || (0..std::thread::available_parallelism().map_or(1, |n| n.get() as u32)).collect(); // few
    online.filter(|cpus| !cpus.is_empty()).unwrap_or_else(fallback)
}

/// The kernel's list format: `0-3,8,10-11`.
pub fn parse_cpu_list(list: &str) -> Vec<u32> {
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(first.trim().parse().ok()?..=last.trim().parse().ok()?)
    };
    list.trim().split(',').filter_map(range).flatten().collect()
}

/// Sockets, cores and threads, from the topology that Linux shows.
fn shape(files: &Files, cpus: &[u32]) -> Cpu {
    let id = |cpu: u32, name: &str| {
        files.number::<i64>(&format!("sys/devices/system/cpu/cpu{cpu}/topology/{name}")).unwrap_or(-1)
    };
    let core = |&cpu: &u32| match (id(cpu, "physical_package_id"), id(cpu, "core_id")) {
        (package, -1) => (package, -1 - i64::from(cpu)), // unknown: a core of its own
        known => known,
    };
    let cores: BTreeSet<(i64, i64)> = cpus.iter().map(core).collect();
    let sockets: BTreeSet<i64> = cores.iter().map(|core| core.0).collect();
    let count = |n: usize| n as u32; // CPUs of one machine
    Cpu {
        sockets: count(sockets.len()),
        physical_cores: count(cores.len()),
        logical_cpus: count(cpus.len()),
        threads_per_core: count(cpus.len().div_ceil(cores.len().max(1))),
        ..Cpu::default()
    }
}

fn clock(files: &Files) -> Clock {
    let policy = "sys/devices/system/cpu/cpu0/cpufreq";
    let no_turbo = files.number::<u8>("sys/devices/system/cpu/intel_pstate/no_turbo").map(|no| no == 0);
    let boost = files.number::<u8>("sys/devices/system/cpu/cpufreq/boost").map(|yes| yes == 1);
    Clock {
        driver: files.line(&format!("{policy}/scaling_driver")),
        governor: files.line(&format!("{policy}/scaling_governor")),
        turbo: no_turbo.or(boost),
        max_hertz: files.number::<f64>(&format!("{policy}/cpuinfo_max_freq")).map(|kilohertz| kilohertz * 1e3),
    }
}

fn container(files: &Files) -> Option<String> {
    let marks = [(".dockerenv", "docker"), ("run/.containerenv", "podman"), ("run/systemd/container", "systemd")];
    marks.into_iter().find(|(file, _)| files.exists(file)).map(|(_, name)| name.to_owned())
}

/// What the processor says of itself.
#[cfg(target_arch = "x86_64")]
mod cpuid {
    use super::Cpu;
    use raw_cpuid::{CpuId, Hypervisor};

    pub fn cpu() -> Cpu {
        let id = CpuId::new();
        let version = id.get_feature_info();
        Cpu {
            vendor: id.get_vendor_info().map(|v| v.as_str().to_owned()).unwrap_or_default(),
            brand: id.get_processor_brand_string().map(|b| b.as_str().trim().to_owned()).unwrap_or_default(),
            family: version.as_ref().map(|v| v.family_id().into()),
            model: version.as_ref().map(|v| v.model_id().into()),
            stepping: version.as_ref().map(|v| v.stepping_id().into()),
            features: features(),
            ..Cpu::default()
        }
    }

    /// Of the sets that a kernel asks for, those that the processor has and the system enables.
    fn features() -> Vec<String> {
        let known = [
            ("sse2", std::is_x86_feature_detected!("sse2")),
            ("ssse3", std::is_x86_feature_detected!("ssse3")),
            ("sse4.1", std::is_x86_feature_detected!("sse4.1")),
            ("sha", std::is_x86_feature_detected!("sha")),
            ("avx2", std::is_x86_feature_detected!("avx2")),
            ("avx512f", std::is_x86_feature_detected!("avx512f")),
            ("avx512bw", std::is_x86_feature_detected!("avx512bw")),
            ("avx512vl", std::is_x86_feature_detected!("avx512vl")),
        ];
        known.into_iter().filter(|(_, has)| *has).map(|(name, _)| name.to_owned()).collect()
    }

    pub fn hypervisor() -> Option<String> {
        let id = CpuId::new();
        if !id.get_feature_info().is_some_and(|f| f.has_hypervisor()) {
            return None;
        }
        let name = id.get_hypervisor_info().map(|info| match info.identify() {
            Hypervisor::Unknown(..) => "unknown".to_owned(),
            known => format!("{known:?}"),
        });
        Some(name.unwrap_or_else(|| "unknown".to_owned()))
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod cpuid {
    use super::Cpu;

    pub fn cpu() -> Cpu {
        Cpu::default()
    }
    pub fn hypervisor() -> Option<String> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        root
    }

    #[test]
    fn cpu_lists_as_the_kernel_writes_them() {
        assert_eq!(parse_cpu_list("0-3,8,10-11\n"), [0, 1, 2, 3, 8, 10, 11]);
        assert_eq!(parse_cpu_list("0"), [0]);
        assert_eq!(parse_cpu_list(""), [] as [u32; 0]);
    }

    #[test]
    fn two_sockets_with_smt_are_counted() {
        // Eight CPUs on four cores of two sockets; core numbers repeat in the second socket.
        let mut files = vec![("sys/devices/system/cpu/online".to_owned(), "0-7".to_owned())];
        for cpu in 0..8 {
            let at = format!("sys/devices/system/cpu/cpu{cpu}/topology");
            files.push((format!("{at}/core_id"), (cpu % 2).to_string()));
            files.push((format!("{at}/physical_package_id"), (cpu / 2 % 2).to_string()));
        }
        let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let cpu = read(tree(&files).path()).cpu;
        assert_eq!((cpu.sockets, cpu.physical_cores, cpu.logical_cpus, cpu.threads_per_core), (2, 4, 8, 2));
    }

    #[test]
    fn what_the_files_say_is_read() {
        let root = tree(&[
            (
                "proc/cpuinfo",
                "processor\t: 0\nvendor_id\t: TestVendor\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: Test CPU: 2\nstepping\t: 1\nmicrocode\t: 0xa1\n",
            ),
            ("proc/loadavg", "0.52 0.58 0.59 1/10 99\n"),
            ("proc/stat", "cpu  1 2 3 4 5 6 7 250 9 10\ncpu0 1 2 3 4 5 6 7 8 9 10\n"),
            ("proc/sys/kernel/osrelease", "6.1.0\n"),
            ("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n"),
            ("sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", "3700000\n"),
            ("sys/devices/system/cpu/intel_pstate/no_turbo", "0\n"),
            (".dockerenv", ""),
        ]);
        let machine = read(root.path());
        assert_eq!((machine.cpu.vendor.as_str(), machine.cpu.brand.as_str()), ("TestVendor", "Test CPU: 2"));
        assert_eq!((machine.cpu.family, machine.cpu.model, machine.cpu.stepping), (Some(25), Some(17), Some(1)));
        assert_eq!(machine.cpu.microcode.as_deref(), Some("0xa1"));
        assert_eq!((machine.load_average, steal_seconds(root.path())), (Some(0.52), Some(2.5)));
        assert_eq!(machine.clock.governor.as_deref(), Some("powersave"));
        assert_eq!((machine.clock.turbo, machine.clock.max_hertz), (Some(true), Some(3.7e9)));
        assert_eq!(machine.container.as_deref(), Some("docker"));
        assert_eq!(machine.os_release.as_deref(), Some("6.1.0"));
    }

    #[test]
    fn an_empty_tree_still_gives_a_machine() {
        let machine = read(tree(&[]).path());
        assert!(machine.cpu.logical_cpus >= 1 && machine.cpu.physical_cores >= 1);
        assert_eq!((machine.load_average, machine.os_release, machine.container), (None, None, None));
    }
}
