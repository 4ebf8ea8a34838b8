//! What the kernel accounts to a server: all its processes, with all their threads.

use std::{fs, time::Duration};

use rustix::{
    param::clock_ticks_per_second,
    process::{Pid, Signal, kill_process},
};

/// Where `stat` has the 14th and the 16th field of `/proc/PID/stat`.
const UTIME: usize = 10;
const CUTIME: usize = 12;

/// A process and all that it has started, as far as they run.
pub struct Processes(Vec<u32>);

impl Processes {
    /// Those of a process.
    pub fn of(root: u32) -> Self {
        let pids: Vec<u32> = numbers("/proc");
        let parents: Vec<_> =
            pids.iter().filter_map(|pid| Some((*pid, stat(*pid)?.first()?.to_owned()))).collect();
        let mut found = vec![root];
        let mut at = 0;
        while let Some(parent) = found.get(at).map(|pid| u64::from(*pid)) {
            found.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
            at += 1;
        }
        Self(found)
    }

    /// Their numbers.
    pub fn pids(&self) -> &[u32] {
        &self.0
    }

    /// The CPU time that they have used since they started, and that of their children that have ended.
    pub fn cpu(&self) -> Duration {
        self.0.iter().map(|pid| own(*pid) + children(*pid)).sum()
    }

    /// Their memory in bytes: what is shared counts once, in parts (`Pss`).
    pub fn memory(&self) -> u64 {
        let of_process = |pid: &u32| {
            let smaps = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
            let line = smaps.lines().find_map(|line| line.strip_prefix("Pss:"))?;
            line.trim().strip_suffix(" kB")?.parse::<u64>().ok()
        };
        self.0.iter().filter_map(of_process).sum::<u64>() * 1024
    }

    /// Ends them all at once.
    pub fn kill(&self) {
        for pid in self.0.iter().filter_map(|pid| Pid::from_raw(pid.cast_signed())) {
            _ = kill_process(pid, Signal::KILL);
        }
    }
}

/// What a process has used itself. The kernel tells it in nanoseconds for each thread that lives (`schedstat`), and in ticks
/// for all that ever lived (`utime` and `stime`); neither is too much.
fn own(pid: u32) -> Duration {
    let of_thread = |thread| {
        let stat = fs::read_to_string(format!("/proc/{pid}/task/{thread}/schedstat")).ok()?;
        stat.split(' ').next()?.parse::<u64>().ok()
    };
    let live = numbers(&format!("/proc/{pid}/task")).into_iter().filter_map(of_thread).sum();
    Duration::from_nanos(live).max(ticks(pid, UTIME))
}

/// What its children have used that have ended (`cutime` and `cstime`).
fn children(pid: u32) -> Duration {
    ticks(pid, CUTIME)
}

/// A time in user space and the one that follows it, in the kernel.
fn ticks(pid: u32, at: usize) -> Duration {
    let ticks: u64 = stat(pid).unwrap_or_default().iter().skip(at).take(2).sum();
    Duration::from_secs_f64(ticks as f64 / clock_ticks_per_second() as f64)
}

/// The entries of a folder that are numbers.
fn numbers(folder: &str) -> Vec<u32> {
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}

/// The numbers in `/proc/PID/stat` from the 4th field on, the parent.
fn stat(pid: u32) -> Option<Vec<u64>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // A program's name may hold anything, spaces and brackets too.
    let (_, fields) = stat.rsplit_once(") ")?;
    Some(fields.split(' ').skip(1).map(|field| field.parse().unwrap_or(0)).collect())
}
