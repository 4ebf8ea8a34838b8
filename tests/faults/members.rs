//! Members that are killed and come back, or stall, while clients ask without pause.

use std::{
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use hop_by_hop::proxy::Server;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream as Stream},
    runtime::Builder,
    sync::oneshot,
};

use crate::{
    ports,
    wire::{Backend, Client, HELLO, proxy},
};

const GET: &str = "GET / HTTP/1.1\r\nHost: f\r\n\r\n";

/// A member that can be killed: its connections break wherever they are, its port refuses.
struct Mortal {
    thread: thread::JoinHandle<()>,
    kill: oneshot::Sender<()>,
}

impl Mortal {
    fn start(address: SocketAddr) -> Self {
        let (kill, killed) = oneshot::channel();
        let listener = std::net::TcpListener::bind(address).unwrap();
        listener.set_nonblocking(true).unwrap();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let serve = async move {
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(Self::talk(stream));
            }
        };
        let until_killed = async move {
            tokio::select! { () = serve => {}, _ = killed => {} }
        };
        Self { thread: thread::spawn(move || runtime.block_on(until_killed)), kill }
    }

    async fn talk(mut stream: Stream) {
        let mut heard: Vec<u8> = Vec::new();
        let mut piece = [0; 4096];
        while let Ok(length @ 1..) = stream.read(&mut piece).await {
            heard.extend(&piece[..length]);
            while let Some(end) = heard.windows(4).position(|four| four == b"\r\n\r\n") {
                heard.drain(..end + 4);
                // Long enough to be in flight when the member dies.
                tokio::time::sleep(Duration::from_millis(15)).await;
                if stream.write_all(HELLO.as_bytes()).await.is_err() {
                    return;
                }
            }
        }
    }

    fn kill(self) {
        self.kill.send(()).unwrap();
        self.thread.join().unwrap();
    }
}

fn balancer(members: [SocketAddr; 2], parameters: &str) -> Server {
    proxy(format!(
        "<Proxy balancer://c>\nBalancerMember http://{} {parameters}\nBalancerMember http://{} {parameters}\n</Proxy>\n\
         ProxyPass / balancer://c/",
        members[0], members[1]
    ))
}

/// What came of each request, sent one after the other at this distance.
fn ask_until(over: &AtomicBool, server: SocketAddr, distance: Duration) -> Vec<Option<u16>> {
    let mut answers = Vec::new();
    let mut next = Instant::now();
    while !over.load(Ordering::Relaxed) {
        let mut client = Client::at(server);
        client.say(GET);
        let line = client.head_or_end();
        answers.push(line.get(9..12).and_then(|status| status.parse().ok()));
        next += distance;
        thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    answers
}

/// 500 requests a second; as each takes 15 ms, some seven are in flight, half of them on one member.
const CLIENTS: u32 = 16;
const RATE: u32 = 500;

#[test]
fn a_member_that_is_killed_and_restarted_costs_what_was_in_flight_on_it() {
    let ports = ports::free();
    let [one, two] = [ports.one, ports.two].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
    let (first, second) = (Mortal::start(one), Mortal::start(two));
    let server = balancer([one, two], "retry=1");
    let over = Arc::new(AtomicBool::new(false));
    let address = server.addresses()[0];
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let over = over.clone();
            thread::spawn(move || ask_until(&over, address, Duration::from_secs(1) * CLIENTS / RATE))
        })
        .collect();
    thread::sleep(Duration::from_millis(500));
    first.kill();
    assert!(TcpStream::connect(one).is_err(), "it is dead");
    thread::sleep(Duration::from_millis(700));
    let again = Mortal::start(one);
    thread::sleep(Duration::from_millis(1500));
    over.store(true, Ordering::Relaxed);
    let answers: Vec<_> = clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
    let lost: Vec<_> = answers.iter().filter(|status| **status != Some(200)).collect();
    println!("{} requests, lost: {lost:?}", answers.len());
    assert!(answers.len() > 300, "{} requests", answers.len());
    // At most one for each client: who was waiting for this very member.
    assert!(lost.len() <= CLIENTS as usize, "{lost:?}");
    // They are told: the request may have had its effect.
    assert!(lost.iter().all(|status| **status == Some(502)), "{lost:?}");
    again.kill();
    second.kill();
}

#[test]
fn a_member_that_stalls_holds_up_its_own_requests_only() {
    let good = Backend::answering(HELLO);
    let stalled = Backend::scripted(|talk| {
        talk.hear();
        thread::sleep(Duration::from_secs(3));
    });
    let server = balancer([good.address, stalled.address], "timeout=1");
    let start = Instant::now();
    let mut waiting: Vec<_> = (0..20).map(|_| Client::saying(&server, GET)).collect();
    let mut statuses = Vec::new();
    thread::scope(|scope| {
        let answers: Vec<_> = waiting
            .iter_mut()
            .map(|client| scope.spawn(move || (client.answer().status(), start.elapsed())))
            .collect();
        statuses.extend(answers.into_iter().map(|answer| answer.join().unwrap()));
    });
    let quick = statuses.iter().filter(|(status, took)| *status == 200 && *took < Duration::from_millis(900));
    let late = statuses.iter().filter(|(status, took)| *status == 502 && *took >= Duration::from_secs(1));
    assert_eq!((quick.count(), late.count()), (10, 10), "{statuses:?}");
}

/// Wherever a member's answer breaks off, its client learns it, and the next request is served.
#[test]
fn a_member_that_breaks_off_harms_no_later_request() {
    for answer in [
        "",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n32\r\nhello",
    ] {
        for reset in [false, true] {
            let good = Backend::answering(HELLO);
            let broken = Backend::scripted(move |talk| {
                talk.hear();
                talk.say(answer);
                thread::sleep(Duration::from_millis(20));
                if reset {
                    talk.reset();
                }
            });
            let server = balancer([good.address, broken.address], "");
            for round in 0..3 {
                let mut client = Client::saying(&server, GET);
                assert_eq!(client.answer().body, b"hello", "round {round} of {answer:?}");
                let rest = String::from_utf8(
                    Client::saying(&server, GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")).rest(),
                )
                .unwrap();
                let begun = answer.contains("\r\n\r\n");
                let status = if begun { "HTTP/1.1 200 " } else { "HTTP/1.1 502 " };
                assert!(rest.starts_with(status), "{rest:?} for {answer:?}");
                assert!(
                    !begun || rest.ends_with("hello") || rest.ends_with("hello\r\n"),
                    "{rest:?} for {answer:?}"
                );
            }
        }
    }
}
