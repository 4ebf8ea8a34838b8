//! One case: what a client says, what the backend answers, and the verdict.

use crate::recorder::Answer;

/// What a proxy must do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing of it goes on: the client is told that it is wrong (or, for an answer, that the backend is).
    Refuse,
    /// The proxy answers itself.
    Answer,
    /// It goes on, but not as it is: what is about one connection is gone, what was folded is joined.
    Clean,
    /// It goes on as it is.
    Forward,
}

/// One case, as data.
#[derive(Clone, Debug)]
pub struct Case {
    /// The RFC and its section.
    pub section: &'static str,
    pub name: &'static str,
    pub verdict: Verdict,
    /// What the client says; each piece is a write of its own.
    pub says: Vec<Vec<u8>>,
    /// Whether the client then says that it is done.
    pub done: bool,
    /// Whether the case is about the answers.
    pub about_answer: bool,
    pub answers: Vec<Answer>,
    /// How many requests reach the backend.
    pub requests: usize,
    /// What must be in what goes on: in the last request, or in the last answer.
    pub sees: Vec<&'static str>,
    /// What must not be in anything that goes on.
    pub hides: Vec<&'static str>,
}

/// The answer where nothing is said about answers.
pub const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
/// The request where nothing is said about requests.
pub const GET: &[u8] = b"GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n";

impl Case {
    /// A case about what a client says.
    pub fn new(section: &'static str, name: &'static str, verdict: Verdict, says: impl AsRef<[u8]>) -> Self {
        Self {
            section,
            name,
            verdict,
            says: vec![says.as_ref().to_vec()],
            done: false,
            about_answer: false,
            answers: vec![Answer::of(OK)],
            requests: usize::from(verdict != Verdict::Refuse),
            sees: Vec::new(),
            hides: Vec::new(),
        }
    }

    /// A case about what a backend answers.
    pub fn answered(
        section: &'static str,
        name: &'static str,
        verdict: Verdict,
        answer: impl AsRef<[u8]>,
    ) -> Self {
        let case = Self::new(section, name, verdict, GET);
        Self { about_answer: true, answers: vec![Answer::of(answer)], requests: 1, ..case }
    }

    /// The client says it in these pieces.
    pub fn pieces<const N: usize>(self, pieces: [&[u8]; N]) -> Self {
        Self { says: pieces.map(<[u8]>::to_vec).to_vec(), ..self }
    }

    /// The client asks this; the case stays about the answer.
    pub fn asked(self, says: impl AsRef<[u8]>) -> Self {
        Self { says: vec![says.as_ref().to_vec()], ..self }
    }

    /// The client says no more, and says so.
    pub fn done(self) -> Self {
        Self { done: true, ..self }
    }

    /// So many requests reach the backend.
    pub fn requests(self, requests: usize) -> Self {
        Self { requests, ..self }
    }

    /// The backend closes after its answer.
    pub fn closes(mut self) -> Self {
        self.answers.iter_mut().for_each(|answer| answer.close = true);
        self
    }

    /// The backend answers in these pieces.
    pub fn answer_pieces<const N: usize>(mut self, pieces: [&[u8]; N]) -> Self {
        self.answers = vec![Answer { pieces: pieces.map(<[u8]>::to_vec).to_vec(), close: false }];
        self
    }

    /// The next request gets the answer of every other case.
    pub fn then_ok(mut self) -> Self {
        self.answers.push(Answer::of(OK));
        self
    }

    /// This must be in what goes on.
    pub fn sees(mut self, part: &'static str) -> Self {
        self.sees.push(part);
        self
    }

    /// This must not be in what goes on.
    pub fn hides(mut self, part: &'static str) -> Self {
        self.hides.push(part);
        self
    }

    /// All that the client says.
    pub fn all(&self) -> Vec<u8> {
        self.says.concat()
    }
}
