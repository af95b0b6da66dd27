//! What a process has cost so far, as Linux counts it.

use std::fs;
use std::time::Duration;

use serde::Serialize;

/// `USER_HZ`: the same on every Linux that we build for.
const TICKS_PER_SECOND: f64 = 100.0;

/// Reads how much processor time a process has used, with all its threads, to a hundredth of a second.
pub(crate) fn cpu_seconds(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in brackets may hold anything, also spaces and brackets.
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / TICKS_PER_SECOND
}

/// Reads the same to the nanosecond; right for threads that wait at the moment.
pub(crate) fn exact_cpu(pid: u32) -> Duration {
    let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return Duration::ZERO;
    };
    let nanos = threads.flatten().filter_map(|thread| {
        let stat = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        stat.split_whitespace().next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}

/// Memory of a process, in bytes.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Memory {
    /// Resident now.
    pub(crate) rss: u64,
    /// The most that was resident at once.
    pub(crate) peak: u64,
}

/// Reads how much memory a process has.
pub(crate) fn memory(pid: u32) -> Memory {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let kilobytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        number.unwrap_or(0) * 1024
    };
    Memory {
        rss: kilobytes("VmRSS:"),
        peak: kilobytes("VmHWM:"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_memory_and_threads() {
        let own = std::process::id();
        let memory = memory(own);
        assert!(memory.rss > 0 && memory.peak >= memory.rss);
        assert!(cpu_seconds(own) >= 0.0);
    }
}
