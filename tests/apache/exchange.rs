//! Both sides of an exchange, with either proxy in the middle: what clients got, what backends heard.

use std::{
    fmt::Write as _,
    io::{BufReader, Write as _},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
};

use hop_by_hop::proxy::{Server, Site};
use socket2::{Domain, Socket, Type};

use crate::{
    backend::Backend,
    case::Case,
    httpd::Httpd,
    wire::{self, Message, PATIENCE, Part},
};

/// Ends each client's talk: answered by the proxy itself if the connection is still there.
const LAST: &str = "OPTIONS * HTTP/1.1\nHost: last\nConnection: close\n\n";

/// What one side saw of a case.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// What each client got.
    pub clients: Vec<Vec<Message>>,
    /// What each backend heard, on which connection.
    pub backends: Vec<Vec<(usize, Message)>>,
}

/// Three backends and a port where nobody listens, for one of the two proxies.
pub struct Bench {
    backends: [Backend; 3],
    dead: (Socket, SocketAddr),
}

/// The proxy in the middle.
pub enum Middle {
    Apache(Httpd),
    Ours(Server),
}

impl Bench {
    pub fn new() -> Self {
        // Bound but not listening: nobody else can take the port meanwhile.
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
        let address = socket.local_addr().unwrap().as_socket().unwrap();
        Self { backends: [(); 3].map(|()| Backend::start()), dead: (socket, address) }
    }

    fn names(&self) -> [(&'static str, SocketAddr); 4] {
        let [a, b, c] = &self.backends;
        [("{A}", a.address), ("{B}", b.address), ("{C}", c.address), ("{DEAD}", self.dead.1)]
    }

    /// A text of a case with the addresses of this bench.
    pub fn fill(&self, text: &str) -> String {
        self.names()
            .iter()
            .fold(text.to_owned(), |text, (name, address)| text.replace(name, &address.to_string()))
    }

    /// Starts Apache with a site file.
    ///
    /// # Errors
    /// What it says when it does not start.
    pub fn apache(&self, site: &str) -> Result<Middle, String> {
        Httpd::start(&self.fill(site)).map(Middle::Apache)
    }

    /// Starts our proxy with a site file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn ours(&self, site: &str) -> Result<Middle, String> {
        let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
        let port = listener.local_addr().map_err(|error| error.to_string())?.port();
        let site = self.fill(site).replace("{FRONT}", &port.to_string());
        let site = Site::parse(&site, "site.conf").map_err(|error| error.to_string())?;
        Server::start(&site, vec![listener], None).map(Middle::Ours).map_err(|error| error.to_string())
    }

    /// Runs a case through a proxy.
    pub fn run(&self, case: &Case, middle: &Middle) -> Seen {
        for (backend, answers) in self.backends.iter().zip(&case.answers) {
            backend.prepare(answers.iter().map(|answer| self.fill(answer)).collect());
        }
        let front = middle.address();
        let fill = |says: &str| self.fill(&says.replace("{FRONT}", &front.port().to_string()));
        let clients: Vec<_> = (case.clients.iter())
            .map(|says| client(front, &says.iter().map(|says| fill(says)).collect::<Vec<_>>()))
            .collect();
        let mut seen = Seen { clients, backends: self.heard() };
        seen.each(|message| self.unfill(message, front));
        seen
    }

    /// Asks the backends once more: a client may have its answer before they have read all that was sent.
    pub fn hear_again(&self, seen: &mut Seen, middle: &Middle) {
        let mut again = Seen { clients: Vec::new(), backends: self.heard() };
        again.each(|message| self.unfill(message, middle.address()));
        seen.backends = again.backends;
    }

    fn heard(&self) -> Vec<Vec<(usize, Message)>> {
        self.backends.iter().map(Backend::heard).collect()
    }

    /// Gives the ports their names again.
    fn unfill(&self, message: &mut Message, front: SocketAddr) {
        let named = |text: &str| {
            let text = (self.names().iter()).fold(text.to_owned(), |text, (name, address)| {
                let port = address.port().to_string();
                text.replace(&address.to_string(), name).replace(&port, &format!("({name})"))
            });
            text.replace(&front.port().to_string(), "{FRONT}")
        };
        message.start = named(&message.start);
        for (_, value) in &mut message.headers {
            *value = named(value);
        }
        if let Ok(body) = std::str::from_utf8(&message.body) {
            message.body = named(body).into_bytes();
        }
    }
}

impl Middle {
    fn address(&self) -> SocketAddr {
        match self {
            Self::Apache(httpd) => httpd.address,
            Self::Ours(server) => server.addresses()[0],
        }
    }
}

/// One client: says each text and reads the answer, then asks a last time and reads to the end.
fn client(front: SocketAddr, says: &[String]) -> Vec<Message> {
    let stream = TcpStream::connect(front).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    let mut stream = BufReader::new(stream);
    let mut got = Vec::new();
    let mut talking = true;
    for text in says {
        let (text, last) = text.strip_suffix("{eof}").map_or((text.as_str(), false), |text| (text, true));
        _ = stream.get_mut().write_all(&wire::bytes(text.trim_end_matches("{quiet}")));
        if last {
            _ = stream.get_ref().shutdown(Shutdown::Write);
            talking = false;
        }
        let (text, quiet) = text.strip_suffix("{quiet}").map_or((text, false), |text| (text, true));
        talking &= !quiet;
        let part = if text.starts_with("HEAD ") { Part::Head } else { Part::Response };
        got.extend(wire::read(&mut stream, part));
    }
    if talking {
        _ = stream.get_mut().write_all(&wire::bytes(LAST));
    }
    while let Some(message) = wire::read(&mut stream, Part::Response) {
        let end = message.end;
        got.push(message);
        if !end.is_empty() {
            break;
        }
    }
    got
}

impl Seen {
    /// Applies to every message, of either side.
    pub fn each(&mut self, mut change: impl FnMut(&mut Message)) {
        let backends = self.backends.iter_mut().flatten().map(|(_, message)| message);
        self.clients.iter_mut().flatten().chain(backends).for_each(&mut change);
    }

    /// All of it as one text.
    pub fn text(&self, connections: bool) -> String {
        let mut text = String::new();
        for (number, messages) in (1..).zip(&self.clients) {
            for message in messages {
                _ = writeln!(text, "--- client {number} got\n{}", message.text());
            }
            _ = writeln!(text, "--- client {number} ended");
        }
        for (name, messages) in ["A", "B", "C"].into_iter().zip(&self.backends) {
            for (connection, message) in messages {
                let connection =
                    if connections { format!(" on connection {connection}") } else { String::new() };
                _ = writeln!(text, "--- backend {name} heard{connection}\n{}", message.text());
            }
        }
        text
    }
}
