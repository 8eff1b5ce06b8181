//! The CPUs of this machine, as `/proc` and `/sys` below a root tell.

use std::collections::HashSet;
use std::path::Path;

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

/// Small files below a root, which is `/` outside tests.
pub(crate) struct Files<'a>(pub(crate) &'a Path);

impl Files<'_> {
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.0.join(path)).ok()
    }
    /// The first line, trimmed; `None` when it is empty.
    pub(crate) fn line(&self, path: &str) -> Option<String> {
        let text = self.text(path)?;
        text.lines().next().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty())
    }
    pub(crate) fn number<T: std::str::FromStr>(&self, path: &str) -> Option<T> {
        self.line(path)?.parse().ok()
    }
    pub(crate) fn exists(&self, path: &str) -> bool {
        self.0.join(path).exists()
    }
}

/// The numbers of the CPUs that are online.
pub(crate) fn logical_cpus(files: &Files) -> Vec<u32> {
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

/// Orders CPUs so that no core gets a second thread before each has its first. Without a topology below `root` the order
/// stays.
pub fn physical_first(cpus: &[usize], root: &Path) -> Vec<usize> {
    let siblings = |cpu: usize| {
        let path = format!("sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list");
        Files(root).line(&path).unwrap_or_else(|| cpu.to_string())
    };
    let mut cores = HashSet::new();
    let (first, second): (Vec<usize>, Vec<usize>) = cpus.iter().partition(|&&cpu| cores.insert(siblings(cpu)));
    [first, second].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_lists_as_the_kernel_writes_them() {
        assert_eq!(parse_cpu_list("0-3,8,10-11\n"), [0, 1, 2, 3, 8, 10, 11]);
        assert_eq!(parse_cpu_list("0"), [0]);
        assert_eq!(parse_cpu_list(""), [] as [u32; 0]);
    }

    #[test]
    fn physical_cores_come_first() {
        let root = tempfile::tempdir().unwrap();
        for (cpu, siblings) in [(0, "0,2"), (1, "1,3"), (2, "0,2"), (3, "1,3")] {
            let dir = root.path().join(format!("sys/devices/system/cpu/cpu{cpu}/topology"));
            std::fs::create_dir_all(&dir).unwrap();
            std::fs::write(dir.join("thread_siblings_list"), siblings).unwrap();
        }
        assert_eq!(physical_first(&[0, 2, 1, 3], root.path()), [0, 1, 2, 3]);
        assert_eq!(physical_first(&[3, 2, 1], root.path()), [3, 2, 1]);
        assert_eq!(physical_first(&[5, 4], root.path()), [5, 4], "no topology, no change");
    }
}
