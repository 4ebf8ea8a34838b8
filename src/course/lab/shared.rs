//! One lab for the book and the terminal: the book says where it is, a lesson in the terminal uses its lab.

use std::{
    fmt, fs,
    io::{self, Write},
    path::Path,
    time::Duration,
};

use http_body_util::{BodyExt, Limited};
use reqwest::{Client, Response};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::timeout};

use super::exchanges::{Exchanges, Told, exchanges};
use crate::{
    course::{learner::Folder, lesson::ports::Ports},
    proxy::{Exchange, Message, Watch},
};

/// How long a book that is still there takes to say so.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long it takes at most to do something.
const AT_WORK: Duration = Duration::from_secs(20);
/// The longest answer that is read, and the longest event, in bytes: who answers may be a stranger on the book's port.
const MOST: usize = 4 << 20;

/// What an open book leaves in the learner's folder, readable by the learner only.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    port: u16,
    /// What the book wants to be told by whoever asks.
    token: String,
    /// What the book tells whoever asks rightly, so that no stranger on its port is taken for it.
    seal: String,
}

/// The note of a book that is open; it is gone when the book is closed.
#[derive(Debug)]
pub struct Noted {
    folder: Folder,
    text: String,
}

/// The lab of a book that is open.
#[derive(Debug)]
pub(crate) struct Shared {
    client: Client,
    note: Note,
    ports: Ports,
    running: bool,
    /// The task that listens to the book; it ends with this value.
    listening: JoinSet<()>,
}

/// What the book refuses, or that it is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why, in a sentence or two.
    pub text: String,
    /// What to do.
    pub remedy: String,
}

#[derive(Deserialize)]
struct Session {
    seal: String,
    ports: Ports,
    trouble: Option<String>,
}

impl Noted {
    /// Leaves a note in the folder.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub(crate) fn leave(folder: &Folder, port: u16, token: &str, seal: &str) -> io::Result<Self> {
        let note = Note { port, token: token.to_owned(), seal: seal.to_owned() };
        let text = serde_json::to_string(&note)?;
        let file = folder.book_file();
        folder.make()?;
        // Such a file is for its owner only.
        let mut new = tempfile::NamedTempFile::new_in(file.parent().unwrap_or(Path::new(".")))?;
        new.write_all(text.as_bytes())?;
        new.persist(&file).map_err(|error| error.error)?;
        Ok(Self { folder: folder.clone(), text })
    }
}

impl Drop for Noted {
    fn drop(&mut self) {
        // Another book may have been opened since.
        if self.folder.book_note().is_some_and(|text| text == self.text) {
            _ = fs::remove_file(self.folder.book_file());
        }
    }
}

impl Shared {
    /// The lab that has these ports, if it is that of an open book; a note of a book that is gone says nothing.
    pub(crate) async fn find(folder: &Folder, ports: &Ports) -> Option<Self> {
        let note: Note = serde_json::from_str(&folder.book_note()?).ok()?;
        let client = Client::builder().no_proxy().connect_timeout(PATIENCE).build().ok()?;
        let asked = client.get(url(&note, "session")).header("X-Hop-Token", &note.token).timeout(PATIENCE);
        let session: Session = read(asked.send().await.ok()?).await.ok()?;
        let same = session.seal == note.seal && session.trouble.is_none() && session.ports == *ports;
        same.then(|| Self { client, note, ports: *ports, running: false, listening: JoinSet::new() })
    }

    pub(crate) fn ports(&self) -> &Ports {
        &self.ports
    }

    pub(crate) fn proxy_runs(&self) -> bool {
        self.running
    }

    /// Where the book is read.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.note.port)
    }

    /// Brings the lab to a stage that the lesson has.
    pub(crate) async fn stage(&mut self, stem: &str, state: &str) -> Result<(), Refused> {
        self.set("stage", json!({ "stem": stem, "state": state })).await
    }

    /// Runs a site file.
    pub(crate) async fn site(&mut self, stem: &str, text: &str) -> Result<(), Refused> {
        self.set("site", json!({ "stem": stem, "text": text })).await
    }

    async fn set(&mut self, what: &str, wanted: Value) -> Result<(), Refused> {
        let request = self.client.post(url(&self.note, what)).header("X-Hop-Token", &self.note.token);
        let request = request.header("Content-Type", "application/json").body(wanted.to_string());
        let answer = request.timeout(AT_WORK).send().await.map_err(|_| gone())?;
        let status = answer.status();
        let answer: Value = read(answer).await?;
        if !status.is_success() {
            let said = |part: &str| answer[part].as_str().unwrap_or_default().to_owned();
            return Err(Refused { text: said("text"), remedy: said("remedy") });
        }
        self.running = answer["running"].as_bool().unwrap_or(false);
        Ok(())
    }

    /// All that goes through the proxy from now on, whoever asks, until this value ends.
    pub(crate) async fn exchanges(&mut self) -> Result<Exchanges, Refused> {
        let asked = self.client.get(url(&self.note, "events")).header("X-Hop-Token", &self.note.token);
        let asked = timeout(PATIENCE, asked.send()).await.map_err(|_| gone())?;
        let events = asked.map_err(|_| gone())?;
        let (told, exchanges) = exchanges();
        self.listening.spawn(listen(events, told));
        Ok(exchanges)
    }
}

/// Reads events until there are no more, or one that is too long.
async fn listen(mut events: Response, told: Told) {
    let mut read = Vec::new();
    while let Ok(Some(chunk)) = events.chunk().await {
        let mut looked_at = read.len().saturating_sub(1);
        read.extend_from_slice(&chunk);
        while let Some(end) = read[looked_at..].windows(2).position(|two| two == b"\n\n") {
            let event: Vec<u8> = read.drain(..looked_at + end + 2).collect();
            looked_at = 0;
            let event = String::from_utf8_lossy(&event);
            if let Some(exchange) = exchange(&event) {
                told.saw(exchange);
            }
            told.miss(missed(&event));
        }
        if read.len() > MOST {
            return;
        }
    }
}

/// How many exchanges the book says that it did not tell.
fn missed(event: &str) -> u64 {
    let data = event
        .strip_prefix("event: missed\ndata: ")
        .and_then(|data| serde_json::from_str(data.trim_end()).ok());
    data.and_then(|data: Value| data["missed"].as_u64()).unwrap_or(0)
}

/// The exchange that an event tells of, if it is one.
fn exchange(event: &str) -> Option<Exchange> {
    let data = event.strip_prefix("event: exchange\ndata: ")?;
    let told: Happened = serde_json::from_str(data.trim_end()).ok()?;
    Some(Exchange {
        client_sent: told.client_sent.into(),
        backend: told.backend,
        backend_received: told.backend_received.map(Message::from),
        backend_answered: told.backend_answered.map(Message::from),
        client_got: told.client_got.into(),
        error: told.error,
    })
}

#[derive(Deserialize)]
struct Happened {
    client_sent: Head,
    backend: Option<String>,
    backend_received: Option<Head>,
    backend_answered: Option<Head>,
    client_got: Head,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Head {
    start: String,
    headers: Vec<(String, String)>,
}

impl From<Head> for Message {
    fn from(Head { start, headers }: Head) -> Self {
        Self { start, headers }
    }
}

fn url(note: &Note, what: &str) -> String {
    format!("http://127.0.0.1:{}/live/{what}", note.port)
}

async fn read<T: DeserializeOwned>(answer: Response) -> Result<T, Refused> {
    let answer: hyper::Response<reqwest::Body> = answer.into();
    let body = Limited::new(answer.into_body(), MOST).collect().await.map_err(|_| gone())?;
    serde_json::from_slice(&body.to_bytes()).map_err(|_| gone())
}

fn gone() -> Refused {
    let text = "the book whose lab this is does not answer any more".to_owned();
    Refused { text, remedy: "start the lesson again".to_owned() }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.text, self.remedy)
    }
}

impl std::error::Error for Refused {}
