//! Any bytes, cut anywhere, through the real proxy to a backend that reads to the letter: it never hears what it would
//! refuse, nor more requests than the bytes are; and the proxy always comes to an end.
//!
//! The input is what a client says; the byte 0x1f, which is no part of any request, tells where it is cut.

use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    panic,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use hop_by_hop::proxy::{Server, Site};

use crate::{
    reader::{Speaker, request},
    recorder::{Answer, Heard, Recorder},
};

const CUT: u8 = 0x1f;
/// How long the proxy may say nothing to a client that has said all.
const PATIENCE: Duration = Duration::from_secs(8);
/// Long enough for two writes to be two reads, most of the time.
const PAUSE: Duration = Duration::from_micros(200);

/// A proxy and its backend, for all inputs.
struct Lab {
    backend: Recorder,
    server: Server,
    panicked: &'static AtomicBool,
}

pub fn check(bytes: &[u8]) {
    static LAB: OnceLock<Mutex<Lab>> = OnceLock::new();
    // One at a time, so that what is heard is of one input.
    let lab = LAB.get_or_init(|| Mutex::new(Lab::start())).lock().unwrap_or_else(PoisonError::into_inner);
    ask(lab.server.addresses()[0], bytes);
    let says: Vec<_> = bytes.iter().copied().filter(|byte| *byte != CUT).collect();
    let (heard, allowed) = (lab.backend.take(), count(&says));
    let refused = heard.iter().find(|heard| matches!(heard, Heard::Refused(..)));
    assert!(refused.is_none(), "a strict reader refuses {refused:?}");
    let requests = heard.iter().filter(|heard| matches!(heard, Heard::Request(_))).count();
    assert!(requests <= allowed, "{requests} requests of {allowed}: {heard:#?}");
    assert!(!lab.panicked.load(Ordering::Relaxed), "a thread of the proxy panicked");
}

impl Lab {
    fn start() -> Self {
        static PANICKED: AtomicBool = AtomicBool::new(false);
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if thread::current().name() == Some("proxy") {
                PANICKED.store(true, Ordering::Relaxed);
            }
            before(info);
        }));
        let backend = Recorder::start();
        backend.begin(vec![Answer::of("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]);
        let site = format!("ProxyPreserveHost On\nProxyPass / http://{}/\n", backend.address);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Server::start(&Site::parse(&site, "F").unwrap(), vec![listener], None).unwrap();
        Self { backend, server, panicked: &PANICKED }
    }
}

/// Says it all, piece by piece, and listens until the proxy closes.
fn ask(proxy: SocketAddr, bytes: &[u8]) {
    let mut stream = TcpStream::connect(proxy).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    for (number, piece) in bytes.split(|byte| *byte == CUT).enumerate() {
        if number > 0 {
            thread::sleep(PAUSE);
        }
        if stream.write_all(piece).is_err() {
            break;
        }
    }
    _ = stream.shutdown(Shutdown::Write);
    match stream.read_to_end(&mut Vec::new()) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            panic!("the proxy neither answers nor closes")
        }
        _ => {}
    }
}

/// How many requests these bytes are, read strictly: none after what is none, nor after one that is the last.
fn count(says: &[u8]) -> usize {
    let (mut rest, mut count) = (says, 0);
    while let Ok(Some((request, length))) = request(rest, Speaker::Client) {
        count += 1;
        let options = request.fields.list("connection");
        let both = request.fields.has("content-length") && request.fields.has("transfer-encoding");
        let stays = request.minor == 1 || options.iter().any(|option| option == "keep-alive");
        if both || !stays || options.iter().any(|option| option == "close") {
            break;
        }
        rest = &rest[length..];
    }
    count
}
