//! Servers in the place of the proxy that are none.

use std::{
    io::{Read, Write, copy},
    net::{Shutdown, TcpListener, TcpStream},
    thread,
};

#[derive(Clone, Copy)]
pub enum Wrong {
    /// Takes the request, and never answers.
    Hangs,
    /// Says these bytes, and closes.
    Says(&'static [u8]),
    /// Passes all bytes to the backend and back, and understands nothing.
    CopiesBytes,
}

pub struct Running {
    pub port: u16,
}

/// Runs until the test's process ends.
pub fn start(wrong: Wrong, backend: u16) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            thread::spawn(move || answer(wrong, client, backend));
        }
    });
    Running { port }
}

fn answer(wrong: Wrong, mut client: TcpStream, backend: u16) {
    match wrong {
        Wrong::Hangs => _ = copy(&mut client, &mut std::io::sink()),
        Wrong::Says(bytes) => {
            _ = client.read(&mut [0; 4096]);
            _ = client.write_all(bytes);
            _ = client.shutdown(Shutdown::Write);
            _ = copy(&mut client, &mut std::io::sink());
        }
        Wrong::CopiesBytes => {
            let Ok(mut server) = TcpStream::connect(("127.0.0.1", backend)) else { return };
            let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            let up = thread::spawn(move || {
                _ = copy(&mut from, &mut to);
                _ = to.shutdown(Shutdown::Write);
            });
            _ = copy(&mut server, &mut client);
            _ = client.shutdown(Shutdown::Both);
            _ = up.join();
        }
    }
}
