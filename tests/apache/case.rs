//! One case: a site file, what clients say, what backends answer, and what is expected of Apache and of us.

/// One idea, as data. Texts have `{A}`, `{B}`, `{C}`, `{DEAD}` for `address:port`, `{FRONT}` for the proxy's port.
#[derive(Clone, Debug)]
pub struct Case {
    /// The directive, or the part of HTTP, that it is about.
    pub about: &'static str,
    pub name: String,
    pub site: String,
    /// What each client says, on a connection of its own; each text waits for an answer.
    pub clients: Vec<Vec<String>>,
    /// What each backend answers, request by request; the last answer stays.
    pub answers: [Vec<String>; 3],
    /// Whether it matters on which connection a backend hears what.
    pub connections: bool,
    pub judge: Judge,
}

/// What is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judge {
    /// Both say the same, but for the differences that are allowed everywhere.
    Agree,
    /// They differ, on purpose: why, and a part of what each says.
    Differ { why: &'static str, apache: &'static str, ours: &'static str },
    /// We do not have this directive yet.
    Unsupported(&'static str),
}

/// The site of most cases.
pub const ROOT: &str = "ProxyPass / http://{A}/";

impl Case {
    /// A case of one client, with the site that passes everything to A.
    pub fn new(about: &'static str, name: impl Into<String>) -> Self {
        Self {
            about,
            name: name.into(),
            site: ROOT.to_owned(),
            clients: Vec::new(),
            answers: ["A", "B", "C"].map(|name| vec![ok(name)]),
            connections: false,
            judge: Judge::Agree,
        }
    }

    pub fn site(mut self, site: impl Into<String>) -> Self {
        self.site = site.into();
        self
    }

    /// A client that says this, and after its answer perhaps more.
    pub fn ask(mut self, says: impl Into<String>) -> Self {
        self.clients.push(vec![says.into()]);
        self
    }

    /// The same client goes on, on the same connection.
    pub fn then(mut self, says: impl Into<String>) -> Self {
        if let Some(client) = self.clients.last_mut() {
            client.push(says.into());
        }
        self
    }

    /// That many clients, one after the other.
    pub fn times(self, times: usize, says: &str) -> Self {
        (0..times).fold(self, |case, _| case.ask(says))
    }

    /// A says this, one text for each request.
    pub fn answers<const N: usize>(mut self, answers: [&str; N]) -> Self {
        self.answers[0] = answers.map(str::to_owned).to_vec();
        self
    }

    /// B says this.
    pub fn b_answers(mut self, answer: &str) -> Self {
        self.answers[1] = vec![answer.to_owned()];
        self
    }

    /// It matters on which connection a backend hears what.
    pub fn connections(mut self) -> Self {
        self.connections = true;
        self
    }

    pub fn unsupported(mut self, directive: &'static str) -> Self {
        self.judge = Judge::Unsupported(directive);
        self
    }
}

/// `200` with a body.
pub fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\nContent-Length: {}\n\n{body}", body.len())
}

/// `GET path`, as the shortest client sends it.
pub fn get(path: &str) -> String {
    request("GET", path, "")
}

/// A request without a body; `headers` are whole lines.
pub fn request(method: &str, path: &str, headers: &str) -> String {
    format!("{method} {path} HTTP/1.1\nHost: front.test:18000\n{headers}\n")
}
