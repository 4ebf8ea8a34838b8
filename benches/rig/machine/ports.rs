//! Ports for servers that are started and started again.

use std::{
    net::TcpListener,
    process,
    sync::atomic::{AtomicU16, Ordering},
};

/// Below the ports that the system gives to clients: none of the many connections takes a server's.
const FIRST: u16 = 12_000;
const COUNT: u16 = 18_000;

/// A port that is free.
pub fn free() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = process::id().wrapping_mul(97) % u32::from(COUNT);
    loop {
        let number = start + u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = FIRST + (number % u32::from(COUNT)) as u16;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
