//! A stranger on the port of a book that is gone: heard out neither for long nor at length.

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    thread,
    time::{Duration, Instant},
};

use crate::{lesson, ports};

/// Runs a lesson with a note of a book on a port where a stranger does this with whoever comes.
fn beside(stranger: fn(&mut std::net::TcpStream)) {
    let (folder, ports) = (tempfile::tempdir().unwrap(), ports::free());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        while let Ok((mut client, _)) = listener.accept() {
            thread::spawn(move || stranger(&mut client));
        }
    });
    fs::create_dir(folder.path().join("my")).unwrap();
    let note = format!("{{\"port\":{port},\"token\":\"0\",\"seal\":\"1\"}}");
    fs::write(folder.path().join("my/.book"), note).unwrap();
    let start = Instant::now();
    let mut command = lesson(&["3", "--ports", &ports::list(&ports)]);
    let output = command.current_dir(folder.path()).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && !printed.contains("The book is open"), "{printed}");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn one_that_says_nothing() {
    beside(|client| _ = client.read(&mut [0; 1 << 16]).and_then(|_| client.read(&mut [0])));
}

#[test]
fn one_that_speaks_without_end() {
    beside(|client| {
        _ = client.read(&mut [0; 1 << 16]);
        _ = client.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n\"");
        while client.write_all(&[b'x'; 1 << 16]).is_ok() {}
    });
}

#[test]
fn one_that_drips() {
    beside(|client| {
        _ = client.read(&mut [0; 1 << 16]);
        _ = client.write_all(b"HTTP/1.1 200 OK\r\n\r\n\"");
        while client.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
}

#[test]
fn one_that_claims_to_be_the_book() {
    beside(|client| {
        _ = client.read(&mut [0; 1 << 16]);
        let ports = r#"{"front":8000,"one":8080,"two":8081}"#;
        let body = format!(r#"{{"seal":"0","token":"0","ports":{ports},"trouble":null}}"#);
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        _ = client.write_all((head + &body).as_bytes());
    });
}
