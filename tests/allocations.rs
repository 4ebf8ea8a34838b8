//! A small exchange allocates nothing once its connections are warm: counted in a process that is the proxy only.

use std::{
    alloc::System,
    env,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use hop_by_hop::proxy::{Server, Site};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

/// Counts for the whole process: the client and the backend are in another one.
#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Tells this program, started again by itself, to be both ends.
const ENDS: &str = "HOP_BY_HOP_TEST_ENDS";
const WARM_UP: usize = 200;
const COUNT: usize = 1000;

/// Requests and answers that are small.
const EXCHANGES: [(&str, &str, &str); 5] = [
    (
        "GET",
        "GET /x?a=1 HTTP/1.1\r\nHost: front.test\r\nUser-Agent: t\r\nAccept: */*\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello",
    ),
    (
        "GET of a chunk",
        "GET /x HTTP/1.1\r\nHost: front.test\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ),
    ("HEAD", "HEAD /x HTTP/1.1\r\nHost: front.test\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
    (
        "304",
        "GET /x HTTP/1.1\r\nHost: front.test\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n",
    ),
    (
        "POST",
        "POST /x HTTP/1.1\r\nHost: front.test\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    ),
];

/// Reads to the end of a message whose length is known beforehand by how it ends.
fn read_past(stream: &mut TcpStream, end: &[u8]) -> bool {
    let (mut heard, mut piece) = (Vec::new(), [0; 2048]);
    while !heard.ends_with(end) {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return false,
            Ok(length) => heard.extend(&piece[..length]),
        }
    }
    true
}

fn end_of(message: &str) -> &[u8] {
    let at = message.len().saturating_sub(5);
    &message.as_bytes()[at..]
}

/// Not a test of its own: the client and the backend of the other one.
#[test]
fn both_ends() {
    let Some(number) = env::var(ENDS).ok().and_then(|number| number.parse::<usize>().ok()) else { return };
    let (_, request, answer) = EXCHANGES[number];
    let backend = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("backend {}", backend.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in backend.incoming().flatten() {
            stream.set_nodelay(true).unwrap();
            thread::spawn(move || {
                // The proxy writes fields behind the client's: what ends its head is the empty line.
                let end: &[u8] = if request.ends_with("abc") { b"\r\n\r\nabc" } else { b"\r\n\r\n" };
                while read_past(&mut stream, end) {
                    stream.write_all(answer.as_bytes()).unwrap();
                }
            });
        }
    });
    let mut lines = std::io::stdin().lines().map_while(Result::ok);
    let front: SocketAddr = lines.next().unwrap().parse().unwrap();
    let mut client = TcpStream::connect(front).unwrap();
    client.set_nodelay(true).unwrap();
    client.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let end: &[u8] = if answer.ends_with("\r\n\r\n") { b"\r\n\r\n" } else { end_of(answer) };
    for (times, word) in [(WARM_UP, "warm"), (COUNT, "done")] {
        for _ in 0..times {
            client.write_all(request.as_bytes()).unwrap();
            assert!(read_past(&mut client, end));
        }
        println!("ends {word}");
        // Until the count was taken.
        lines.next();
    }
}

fn allocations_per_exchange(number: usize) -> f64 {
    let mut ends = Command::new(env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "both_ends"])
        .env(ENDS, number.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(ends.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut wait = |word: &str| said.find_map(|line| Some(line.split_once(word)?.1.to_owned())).unwrap();
    let backend = wait("backend ");
    let site = Site::parse(&format!("ProxyPass / http://{backend}/"), "test.conf").unwrap();
    let server = Server::start(&site, vec![TcpListener::bind("127.0.0.1:0").unwrap()], None).unwrap();
    let mut tell = ends.stdin.take().unwrap();
    writeln!(tell, "{}", server.addresses()[0]).unwrap();
    wait("ends warm");
    let before = COUNTED.stats();
    writeln!(tell).unwrap();
    wait("ends done");
    let after = COUNTED.stats();
    drop(tell);
    assert!(ends.wait().unwrap().success());
    let count = |stats: stats_alloc::Stats| stats.allocations + stats.reallocations;
    (count(after) - count(before)) as f64 / COUNT as f64
}

/// The few that are left are this test's own, and what is made anew each second.
#[test]
fn a_small_exchange_on_warm_connections_allocates_nothing() {
    let mut said = String::new();
    for (number, (name, ..)) in EXCHANGES.iter().enumerate() {
        let each = allocations_per_exchange(number);
        println!("{name}: {each} allocations for each exchange");
        if each > 0.05 {
            said += &format!("{name}: {each}\n");
        }
    }
    assert!(said.is_empty(), "allocations for each exchange:\n{said}");
}
