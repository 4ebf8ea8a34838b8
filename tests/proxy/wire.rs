//! A client and a backend made of bare sockets: what they say and hear is compared byte for byte.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use hop_by_hop::proxy::{Server, Site};
use socket2::{Domain, Socket, Type};

/// How long a socket waits before a test fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(20);

/// The answer of a backend that has nothing special to say.
pub const HELLO: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

/// A proxy with these lines in its site file.
pub fn proxy(lines: impl AsRef<str>) -> Server {
    let site = Site::parse(lines.as_ref(), "test.conf").unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    Server::start(&site, vec![listener], None).unwrap()
}

/// A proxy with the one line that passes everything to the backend.
pub fn proxy_to(backend: &Backend) -> Server {
    proxy(format!("ProxyPass / http://{}/", backend.address))
}

/// What one end of a connection received: a head, and its body without the framing.
#[derive(Clone, Debug)]
pub struct Message {
    pub head: String,
    pub body: Vec<u8>,
}

impl Message {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub fn status(&self) -> u16 {
        self.head[9..12].parse().unwrap()
    }

    /// The head without what differs from run to run: the time, and whose server it is.
    pub fn steady_head(&self) -> String {
        let steady = |line: &str| match line.split_once(": ") {
            Some((name @ ("Date" | "Server"), _)) => format!("{name}: *\r\n"),
            _ => format!("{line}\r\n"),
        };
        self.head.lines().map(steady).collect()
    }
}

/// Reads a message off the wire; `None` if the other end closed before it began.
fn read_message(stream: &mut impl BufRead, bodiless: bool, to_close: bool) -> Option<Message> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let mut line = Vec::new();
        match stream.read_until(b'\n', &mut line) {
            Ok(0) | Err(_) if head.is_empty() => return None,
            Ok(0) => panic!("closed in the middle of a head: {head:?}"),
            Ok(_) => head.extend(line.iter().map(|byte| char::from(*byte))),
            Err(error) => panic!("{error} after {head:?}"),
        }
    }
    let mut message = Message { head, body: Vec::new() };
    let status = message.head.get(9..12).unwrap_or_default();
    if bodiless || ["204", "304", "100"].contains(&status) {
        return Some(message);
    }
    if message.header("transfer-encoding").is_some() {
        while let Some(chunk) = read_chunk(stream) {
            message.body.extend(chunk);
        }
    } else if let Some(length) = message.header("content-length") {
        message.body = vec![0; length.parse().unwrap()];
        stream.read_exact(&mut message.body).unwrap();
    } else if to_close {
        stream.read_to_end(&mut message.body).unwrap();
    }
    Some(message)
}

/// One chunk, `None` after the last; no trailers may follow it.
pub fn read_chunk(stream: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut size = String::new();
    stream.read_line(&mut size).unwrap();
    let size = usize::from_str_radix(size.trim_end(), 16).unwrap();
    let mut chunk = vec![0; size + 2];
    stream.read_exact(&mut chunk).unwrap();
    assert_eq!(chunk.split_off(size), b"\r\n");
    (size > 0).then_some(chunk)
}

/// A backend that records what it hears.
pub struct Backend {
    pub address: SocketAddr,
    heard: Arc<Mutex<Vec<Message>>>,
    connections: Arc<AtomicUsize>,
}

/// One connection to a backend, from the backend's side.
pub struct Talk {
    pub stream: BufReader<TcpStream>,
    heard: Arc<Mutex<Vec<Message>>>,
}

impl Backend {
    /// Says the same to every request, on connections that stay open.
    pub fn answering(answer: impl AsRef<[u8]> + Send + Sync + 'static) -> Self {
        Self::scripted(move |talk| {
            while talk.hear().is_some() {
                talk.say(&answer);
            }
        })
    }

    /// Runs the script on every connection, each in its own thread.
    pub fn scripted(script: impl Fn(&mut Talk) + Send + Sync + 'static) -> Self {
        Reserved::new().start(script)
    }

    /// What it has received, in order.
    pub fn heard(&self) -> Vec<Message> {
        self.heard.lock().unwrap().clone()
    }

    /// The only thing it has received.
    pub fn only(&self) -> Message {
        let [message] = self.heard().try_into().unwrap();
        message
    }

    /// Waits until nobody is connected to it, as the system knows it.
    pub fn until_left(&self) {
        let (port, start) = (format!(":{:04X} 01 ", self.address.port()), Instant::now());
        while fs::read_to_string("/proc/net/tcp").unwrap().contains(&port) {
            assert!(start.elapsed() < PATIENCE, "somebody is still connected to {}", self.address);
            thread::yield_now();
        }
    }

    /// How many connections it has accepted.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// An address that refuses connections until a backend is started on it; nobody else can take it meanwhile.
pub struct Reserved {
    socket: Socket,
    pub address: SocketAddr,
}

impl Reserved {
    pub fn new() -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
        let address = socket.local_addr().unwrap().as_socket().unwrap();
        Self { socket, address }
    }

    pub fn start(self, script: impl Fn(&mut Talk) + Send + Sync + 'static) -> Backend {
        self.socket.listen(1024).unwrap();
        let listener = TcpListener::from(self.socket);
        let backend = Backend { address: self.address, heard: Arc::default(), connections: Arc::default() };
        let (heard, connections) = (backend.heard.clone(), backend.connections.clone());
        let script = Arc::new(script);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                connections.fetch_add(1, Ordering::SeqCst);
                stream.set_nodelay(true).unwrap();
                let mut talk = Talk { stream: BufReader::new(stream), heard: heard.clone() };
                let script = script.clone();
                thread::spawn(move || script(&mut talk));
            }
        });
        backend
    }
}

impl Talk {
    /// The next request with its body; `None` when the proxy closes.
    pub fn hear(&mut self) -> Option<Message> {
        let message = read_message(&mut self.stream, false, false)?;
        self.heard.lock().unwrap().push(message.clone());
        Some(message)
    }

    /// The head of the next request; its body stays on the wire.
    pub fn hear_head(&mut self) -> Option<Message> {
        let message = read_message(&mut self.stream, true, false)?;
        self.heard.lock().unwrap().push(message.clone());
        Some(message)
    }

    /// Says this, if anybody still listens.
    pub fn say(&mut self, bytes: impl AsRef<[u8]>) {
        _ = self.stream.get_mut().write_all(bytes.as_ref());
    }

    /// Closes with a reset instead of an orderly end.
    pub fn reset(&mut self) {
        socket2::SockRef::from(self.stream.get_ref()).set_linger(Some(Duration::ZERO)).unwrap();
    }
}

/// A client that says what it is told to, well-formed or not.
pub struct Client {
    pub stream: BufReader<TcpStream>,
}

impl Client {
    pub fn to(server: &Server) -> Self {
        Self::at(server.addresses()[0])
    }

    pub fn at(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self { stream: BufReader::new(stream) }
    }

    /// A new connection that has said this.
    pub fn saying(server: &Server, bytes: impl AsRef<[u8]>) -> Self {
        let mut client = Self::to(server);
        client.say(bytes);
        client
    }

    pub fn say(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.get_mut().write_all(bytes.as_ref()).unwrap();
    }

    /// Says no more, but still listens.
    pub fn stop_talking(&mut self) {
        _ = self.stream.get_ref().shutdown(Shutdown::Write);
    }

    /// The next answer.
    pub fn answer(&mut self) -> Message {
        read_message(&mut self.stream, false, true).expect("an answer")
    }

    /// The next answer, to a request that gets no body (`HEAD`), or its head alone.
    pub fn head(&mut self) -> Message {
        read_message(&mut self.stream, true, true).expect("an answer")
    }

    /// The first line of what comes next; empty if the proxy closes.
    pub fn head_or_end(&mut self) -> String {
        let mut line = String::new();
        _ = self.stream.read_line(&mut line);
        line
    }

    /// All that comes until the proxy closes.
    pub fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        if let Err(error) = self.stream.read_to_end(&mut rest) {
            panic!("{error} after {} bytes", rest.len());
        }
        rest
    }

    /// Whether the proxy has closed, or is about to.
    pub fn is_closed(&mut self) -> bool {
        self.rest().is_empty()
    }
}

/// The answer to this request, on a connection of its own.
pub fn ask(server: &Server, request: impl AsRef<[u8]>) -> Message {
    Client::saying(server, request).answer()
}

/// `GET path`, as the shortest client sends it.
pub fn get(server: &Server, path: &str) -> Message {
    ask(server, format!("GET {path} HTTP/1.1\r\nHost: front.test\r\n\r\n"))
}
