//! How many system calls a server makes for a small request, counted by `strace`.

use std::{
    fs,
    io::Read,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::{
    case::CASES,
    rig::{peer::find, running::Running, table::Table},
    wrk,
};

/// As `--case` knows it, and the book.
pub const NAME: &str = "calls";
pub const TITLE: &str = "System calls for a GET of 12 bytes, 64 connections";

/// How long they are counted, in seconds.
const SECONDS: u64 = 2;
/// How long `strace` may take to hold every thread, or to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// Names of those that read or write a connection.
const READS: [&str; 6] = ["read", "readv", "recvfrom", "recvmsg", "recv", "splice"];
const WRITES: [&str; 6] = ["write", "writev", "sendto", "sendmsg", "send", "sendfile"];

/// System calls for one request.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Calls {
    reads: f64,
    writes: f64,
    waits: f64,
    others: f64,
}

/// Whether they can be counted here.
pub fn can() -> bool {
    find("strace").is_some()
}

/// Counts while `wrk` asks; a server that must not be traced has no figures.
///
/// # Errors
/// `wrk` does not do what it should.
pub fn measure(server: &Running) -> Result<Option<Calls>, String> {
    wrk::run(&CASES[0], server.site.front, 1)?; // it opens its connections
    let said = server.site.folder.join("calls");
    let mut command = Command::new(find("strace").ok_or("strace is not installed")?);
    command.args(["-f", "-c", "-U", "calls,name", "-o"]).arg(&said);
    for pid in server.processes().pids() {
        command.args(["-p", &pid.to_string()]);
    }
    let Ok(mut strace) = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()
    else {
        return Ok(None);
    };
    if !holds(server, &mut strace) {
        _ = strace.kill();
        _ = strace.wait();
        return Ok(None);
    }
    let counted = wrk::run(&CASES[0], server.site.front, SECONDS);
    if let Some(pid) = Pid::from_raw(strace.id().cast_signed()) {
        _ = kill_process(pid, Signal::INT); // then it lets go, and says what it has counted
    }
    _ = strace.wait();
    let text = fs::read_to_string(said).unwrap_or_default();
    Ok(per_request(&text, counted?.requests))
}

/// Waits until every process of the server is traced; false if that is not allowed.
fn holds(server: &Running, strace: &mut Child) -> bool {
    let traced = |pid: &u32| {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        status.lines().any(|line| line.strip_prefix("TracerPid:").is_some_and(|by| by.trim() != "0"))
    };
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if server.processes().pids().iter().all(traced) {
            return true;
        }
        if strace.try_wait().is_ok_and(|ended| ended.is_some()) {
            let mut why = String::new();
            _ = strace.stderr.take().map(|mut said| said.read_to_string(&mut why));
            println!("strace: {}", why.trim());
            return false;
        }
        // The kernel tells nobody when it has begun.
        thread::sleep(Duration::from_millis(5));
    }
    false
}

/// From the lines `CALLS NAME` that `strace -c` writes.
fn per_request(text: &str, requests: u64) -> Option<Calls> {
    let lines = text.lines().filter_map(|line| {
        let (count, name) = line.trim().split_once(' ')?;
        Some((count.parse::<f64>().ok()? / requests.max(1) as f64, name.trim()))
    });
    let mut calls = Calls::default();
    for (count, name) in lines.filter(|(_, name)| *name != "total") {
        match name {
            _ if READS.contains(&name) => calls.reads += count,
            _ if WRITES.contains(&name) => calls.writes += count,
            _ if name.starts_with("epoll_") && name.contains("wait") => calls.waits += count,
            _ => calls.others += count,
        }
    }
    (calls != Calls::default()).then_some(calls)
}

/// A row for each server.
pub fn table(counted: &[(String, Option<Calls>)]) -> Table {
    let mut table = Table::new(["server", "reads", "writes", "reads and writes", "waits", "others"]);
    for (name, calls) in counted {
        let figures = match calls {
            Some(Calls { reads, writes, waits, others }) => {
                [*reads, *writes, reads + writes, *waits, *others].map(|figure| format!("{figure:.2}"))
            }
            None => ["–"; 5].map(str::to_owned),
        };
        table.row([name.clone()].into_iter().chain(figures));
    }
    table
}
