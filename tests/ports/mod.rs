//! Private ports for a program under test.

use std::{
    hash::{BuildHasher, RandomState},
    net::TcpListener,
    sync::{
        LazyLock,
        atomic::{AtomicU16, Ordering},
    },
};

use hop_by_hop::course::Ports;

/// Below the ports that systems give to whoever asks for any: nobody else takes one before the program does.
const FIRST: u16 = 12_000;
const COUNT: u16 = 18_000;

/// Where the next port is looked for; each process begins elsewhere.
static NEXT: LazyLock<AtomicU16> = LazyLock::new(|| {
    let anywhere = RandomState::new().hash_one(std::process::id());
    AtomicU16::new((anywhere % u64::from(COUNT)) as u16)
});

/// Three ports that are free.
pub fn free() -> Ports {
    let mut ports = std::iter::repeat_with(|| FIRST + NEXT.fetch_add(1, Ordering::Relaxed) % COUNT)
        .filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    let mut port = || ports.next().unwrap();
    Ports { front: port(), one: port(), two: port() }
}

/// The same as `--ports` takes them.
pub fn list(ports: &Ports) -> String {
    format!("{},{},{}", ports.front, ports.one, ports.two)
}
