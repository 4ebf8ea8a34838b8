//! More than there is room for: requests while nobody looks, connections without descriptors for them.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use crate::{Running, ask, lesson, ports};

/// The time that a process has computed, from the kernel's accounting.
fn cpu(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<_> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

/// The memory that a process has, in KiB.
fn resident(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn a_backend_without_descriptors_waits_and_goes_on() {
    let (folder, ports) = (tempfile::tempdir().unwrap(), ports::free());
    let lesson = lesson(&["2", "--solved", "--ports", &ports::list(&ports)]);
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 40; exec \"$@\"", "sh"]).arg(lesson.get_program()).args(lesson.get_args());
    command.env_remove("CARGO").current_dir(folder.path());
    let mut running = Running::start(command);
    running.line_with("Ctrl-C stops");
    let crowd: Vec<_> = (0..80).map(|_| TcpStream::connect(("127.0.0.1", ports.one)).unwrap()).collect();
    // As long as all of them are there, the next one waits.
    let mut last = TcpStream::connect(("127.0.0.1", ports.one)).unwrap();
    last.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();
    last.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    assert!(last.read(&mut [0]).is_err());
    let (before, start) = (cpu(running.0.id()), Instant::now());
    thread::sleep(Duration::from_secs(1));
    let (used, took) = (cpu(running.0.id()) - before, start.elapsed());
    assert!(used < took / 5, "{used:?} of {took:?}");
    drop(crowd);
    last.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut answer = String::new();
    last.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with("Hello world!"), "{answer}");
    assert_eq!(running.signal("-INT").0, Some(0));
}

#[test]
fn requests_that_nobody_looks_at_are_counted_and_not_kept() {
    let (folder, ports) = (tempfile::tempdir().unwrap(), ports::free());
    let mut command = lesson(&["3", "--solved", "--ports", &ports::list(&ports)]);
    command.current_dir(folder.path());
    let mut running = Running::start(command);
    running.line_with("Ctrl-C stops");
    // The pipe is not read from here on: the terminal stands still, as at a question.
    let request = format!("GET / HTTP/1.1\r\nHost: a\r\nX-Long: {}\r\n\r\n", "x".repeat(7000));
    let flood = || {
        let mut client = TcpStream::connect(("127.0.0.1", ports.front)).unwrap();
        let mut answer = [0; 4096];
        for _ in 0..2000 {
            client.write_all(request.as_bytes()).unwrap();
            assert!(client.read(&mut answer).unwrap() > 0);
        }
    };
    let before = resident(running.0.id());
    flood();
    let grown = resident(running.0.id()).saturating_sub(before);
    assert!(grown < 15_000, "{grown} KiB for 2,000 requests that nobody looked at");
    running.line_with("more requests went through the proxy meanwhile; they are not shown.");
    let answer = ask(ports.front, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert!(answer.ends_with("Hello world!"), "{answer}");
    assert_eq!(running.signal("-INT").0, Some(0));
}
