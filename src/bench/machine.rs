//! What ran: processor, clock, hypervisor, load. Read from `/proc` and `/sys` below a root that is
//! a parameter, so that tests can make machines up; the processor itself fills what no file says.
//!
//! Nothing here names the machine's owner: no host name, no user, no path.

use super::record::{Build, Clock, Cpu, Machine};
use crate::os::cpu::{Files, load_average, logical_cpus};
use crate::os::cpuid;
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

fn cpu(files: &Files) -> Cpu {
    let info = files.text("proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| cpuinfo_field(&info, name);
    let number = |name: &str| field(name).and_then(|value| value.parse().ok());
    let own = cpuid::read();
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

/// A virtual machine made from a container's image keeps the image's mark, on a disk of its own.
fn container(files: &Files) -> Option<String> {
    let mounts = files.text("proc/mounts").unwrap_or_default();
    let root = mounts.lines().find_map(|line| line.split_once(" / ").map(|(device, _)| device));
    if root.is_some_and(|device| device.starts_with("/dev/")) {
        return None;
    }
    let marks = [(".dockerenv", "docker"), ("run/.containerenv", "podman"), ("run/systemd/container", "systemd")];
    marks.into_iter().find(|(file, _)| files.exists(file)).map(|(_, name)| name.to_owned())
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
            ("proc/mounts", "overlay / overlay rw 0 0\nproc /proc proc rw 0 0\n"),
        ]);
        let machine = read(root.path());
        assert_eq!((machine.cpu.vendor.as_str(), machine.cpu.brand.as_str()), ("TestVendor", "Test CPU: 2"));
        assert_eq!((machine.cpu.family, machine.cpu.model, machine.cpu.stepping), (Some(25), Some(17), Some(1)));
        assert_eq!(machine.cpu.microcode.as_deref(), Some("0xa1"));
        assert_eq!((machine.load_average, crate::os::cpu::steal_seconds(root.path())), (Some(0.52), Some(2.5)));
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

    #[test]
    fn a_virtual_machine_made_from_an_image_is_not_a_container() {
        let root = tree(&[(".dockerenv", ""), ("proc/mounts", "/dev/vda / ext4 rw 0 0\n")]);
        assert_eq!(read(root.path()).container, None);
    }
}
