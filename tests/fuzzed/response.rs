//! Any bytes as a backend's answer, cut anywhere, through the real proxy to a client that reads to the letter: it never
//! reads more answers than it has asked for, nor what it would refuse but for a cut; and the proxy always comes to an end.
//!
//! The input is what each of the backend's connections says to its first request; the byte 0x1f tells where it is cut.

use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    thread,
    time::Duration,
};

use hop_by_hop::proxy::{Server, Site};

use crate::reader::{Asked, response};

const CUT: u8 = 0x1f;
/// How long the proxy may say nothing to a client that has said all.
const PATIENCE: Duration = Duration::from_secs(8);
/// Long enough for two writes to be two reads, most of the time.
const PAUSE: Duration = Duration::from_micros(200);
/// What the client says at once, and whether each asks for a head only. The second is heard only if the first answer is whole.
const ASKS: [(&str, bool); 3] = [
    ("GET /a HTTP/1.1\r\nHost: front.test\r\n\r\n", false),
    ("HEAD /b HTTP/1.1\r\nHost: front.test\r\n\r\n", true),
    ("GET /c HTTP/1.1\r\nHost: front.test\r\nConnection: close\r\n\r\n", false),
];

/// A proxy, and what its backend says.
struct Lab {
    says: Arc<Mutex<Vec<u8>>>,
    server: Server,
}

pub fn check(bytes: &[u8]) {
    static LAB: OnceLock<Mutex<Lab>> = OnceLock::new();
    // One at a time, so that what is said is of one input.
    let lab = LAB.get_or_init(|| Mutex::new(Lab::start())).lock().unwrap_or_else(PoisonError::into_inner);
    bytes.clone_into(&mut lab.says.lock().unwrap_or_else(PoisonError::into_inner));
    let heard = ask(&lab.server);
    let (mut rest, mut asked) = (&heard[..], ASKS.iter());
    'requests: for (_, head) in asked.by_ref() {
        loop {
            match response(rest, Asked { head: *head, minor: 1 }, true) {
                Ok(Some((answer, length))) => {
                    rest = &rest[length..];
                    if answer.last {
                        break 'requests;
                    }
                    if !answer.is_interim() {
                        break;
                    }
                }
                Ok(None) => return,
                Err(why) => panic!("{why}: {}", heard.escape_ascii()),
            }
        }
    }
    assert!(rest.is_empty(), "after the last answer: {}", rest.escape_ascii());
}

impl Lab {
    fn start() -> Self {
        let backend = TcpListener::bind("127.0.0.1:0").unwrap();
        let says = Arc::new(Mutex::new(Vec::new()));
        let site = format!("ProxyPass / http://{}/\n", backend.local_addr().unwrap());
        let said = says.clone();
        thread::spawn(move || {
            for stream in backend.incoming().flatten() {
                let bytes = said.lock().unwrap_or_else(PoisonError::into_inner).clone();
                thread::spawn(move || _ = answer(stream, &bytes));
            }
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Server::start(&Site::parse(&site, "F").unwrap(), vec![listener], None).unwrap();
        Self { says, server }
    }
}

/// Reads one request, says it all, piece by piece, and that there is no more.
fn answer(mut stream: TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let (mut heard, mut piece) = (Vec::new(), [0; 1024]);
    while !heard.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut piece)? {
            0 => return Ok(()),
            length => heard.extend_from_slice(&piece[..length]),
        }
    }
    for (number, piece) in bytes.split(|byte| *byte == CUT).enumerate() {
        if number > 0 {
            thread::sleep(PAUSE);
        }
        stream.write_all(piece)?;
    }
    stream.shutdown(Shutdown::Write)?;
    // What the proxy still says is read, so that it is told no reset.
    stream.read_to_end(&mut heard).map(|_| ())
}

/// Everything that the proxy says until it closes.
fn ask(server: &Server) -> Vec<u8> {
    let mut stream = TcpStream::connect(server.addresses()[0]).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    _ = stream.write_all(ASKS.map(|(request, _)| request).concat().as_bytes());
    _ = stream.shutdown(Shutdown::Write);
    let mut heard = Vec::new();
    match stream.read_to_end(&mut heard) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            panic!("the proxy neither answers nor closes")
        }
        _ => heard,
    }
}
