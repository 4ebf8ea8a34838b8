//! What became of a case, in one word, and whether that is its verdict.

use std::fmt;

use crate::{
    ask::Seen,
    case::{Case, Verdict},
    reader::{Fields, Speaker, latin1, request},
    recorder::Heard,
};

/// What a proxy did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It refused: with a status, or by closing.
    Refused(String),
    /// It answered itself.
    Answered(u16),
    /// It passed on something else than it was given.
    Clean,
    /// It passed on what it was given.
    Forwarded,
    /// It passed on what is to be refused, in a form that can be read in one way only.
    Passed,
    /// It did harm.
    Wrong(String),
}

/// How an outcome stands to the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As the verdict says, whether changed on the way or not.
    Agrees,
    /// Refused what should go on.
    Stricter,
    /// Passed on what should be refused, or answered what should go on; nothing was ambiguous.
    Laxer,
    /// What came out is refused by a strict reader, or is more than went in, or was about one connection only.
    Harmful,
}

impl Outcome {
    pub fn is(&self, verdict: Verdict) -> bool {
        match self {
            // To wait for more is no answer.
            Self::Refused(how) => verdict == Verdict::Refuse && how != "waits",
            Self::Answered(_) => verdict == Verdict::Answer,
            Self::Clean => verdict == Verdict::Clean,
            Self::Forwarded => verdict == Verdict::Forward,
            Self::Passed | Self::Wrong(_) => false,
        }
    }

    /// What `Display` wrote.
    pub fn read(text: &str) -> Self {
        match text {
            "clean" => Self::Clean,
            "forward" => Self::Forwarded,
            "passes" => Self::Passed,
            text => match (text.strip_prefix("! "), text.parse()) {
                (Some(why), _) => Self::Wrong(why.to_owned()),
                (_, Ok(status @ 0..400)) => Self::Answered(status),
                _ => Self::Refused(text.to_owned()),
            },
        }
    }

    pub fn standing(&self, verdict: Verdict) -> Standing {
        match (self, verdict) {
            (Self::Wrong(_), _) => Standing::Harmful,
            (Self::Refused(_), Verdict::Refuse)
            | (Self::Answered(_), Verdict::Answer)
            | (Self::Clean | Self::Forwarded, Verdict::Clean | Verdict::Forward) => Standing::Agrees,
            (Self::Refused(_), _) => Standing::Stricter,
            _ => Standing::Laxer,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(how) => f.write_str(how),
            Self::Answered(status) => write!(f, "{status}"),
            Self::Clean => f.write_str("clean"),
            Self::Forwarded => f.write_str("forward"),
            Self::Passed => f.write_str("passes"),
            Self::Wrong(why) => write!(f, "! {why}"),
        }
    }
}

/// What the proxy did with the case.
pub fn outcome(case: &Case, seen: &Seen) -> Outcome {
    if let Some(why) = harm(case, seen) {
        return Outcome::Wrong(why);
    }
    let heard: Vec<_> = seen
        .heard
        .iter()
        .filter_map(|heard| match heard {
            Heard::Request(request) => Some(request),
            _ => None,
        })
        .collect();
    let last = seen.finals().last();
    let expects_more = heard.len() < case.requests || seen.finals().count() < case.requests;
    let refused = if case.about_answer {
        expects_more
            || seen.broken
            || last.is_some_and(|answer| answer.status >= 500 && answer.status != status_in(case))
    } else {
        expects_more
            || heard.len() == case.requests && case.requests == 0
            || last.is_some_and(|answer| answer.status >= 400)
    };
    if refused {
        return match last {
            Some(answer) if !case.about_answer && answer.status < 400 && heard.is_empty() => {
                Outcome::Answered(answer.status)
            }
            Some(_) if seen.broken => Outcome::Refused("breaks off".to_owned()),
            Some(answer) if answer.status >= 400 => Outcome::Refused(answer.status.to_string()),
            _ if seen.broken => Outcome::Refused("breaks off".to_owned()),
            _ if seen.closed => Outcome::Refused("closes".to_owned()),
            _ => Outcome::Refused("waits".to_owned()),
        };
    }
    if case.verdict == Verdict::Refuse {
        return Outcome::Passed;
    }
    let passed_on = if case.about_answer {
        last.map(|answer| answer.text())
    } else {
        heard.last().map(|request| request.text())
    }
    .unwrap_or_default();
    if let Some(missing) = case.sees.iter().find(|part| !passed_on.contains(**part)) {
        return Outcome::Wrong(format!("without {missing:?}"));
    }
    let same = if case.about_answer {
        let said = case.answers[0].pieces.concat();
        seen.got
            .first()
            .is_some_and(|answer| answer.status == status_in(case) && has_all(&said, &answer.fields))
    } else {
        is_same(&case.all(), &heard)
    };
    if same { Outcome::Forwarded } else { Outcome::Clean }
}

/// What must never happen, whatever the verdict.
fn harm(case: &Case, seen: &Seen) -> Option<String> {
    let sent = requests_in(&case.all()).len();
    let mut complete = 0;
    for heard in &seen.heard {
        let text = match heard {
            Heard::Refused(why, _) => return Some(why.clone()),
            Heard::CutOff(text) => text.clone(),
            Heard::Request(request) => {
                complete += 1;
                request.text()
            }
        };
        if let Some(part) = case.hides.iter().find(|part| !case.about_answer && text.contains(**part)) {
            return Some(format!("passes {part:?} on"));
        }
    }
    // A part that is no request may be one to the proxy, but not two.
    if complete > sent.max(case.requests) {
        return Some(format!("{complete} requests of {sent}"));
    }
    if let Some(why) = &seen.wrong {
        return Some(format!("the client gets {why}"));
    }
    let got: String = seen.got.iter().map(|answer| answer.text()).collect();
    let leak = case.hides.iter().find(|part| case.about_answer && got.contains(**part))?;
    Some(format!("the client gets {leak:?}"))
}

/// The requests that the client said, and the rest that is none, each as bytes.
fn requests_in(says: &[u8]) -> Vec<&[u8]> {
    let (mut rest, mut found) = (says, Vec::new());
    while !rest.is_empty() {
        let length = match request(rest, Speaker::Client) {
            Ok(Some((_, length))) => length,
            _ => rest.len(),
        };
        found.push(&rest[..length]);
        rest = &rest[length..];
    }
    found
}

/// Whether each request reached the backend with the target and the field lines that it was sent with.
fn is_same(says: &[u8], heard: &[&crate::reader::Request]) -> bool {
    let sent = requests_in(says);
    heard.iter().zip(sent).all(|(heard, sent)| {
        let start = latin1(sent.trim_ascii_start());
        start.starts_with(&format!("{} {} ", heard.method, heard.target)) && has_all(sent, &heard.fields)
    })
}

/// The status that the backend says first.
fn status_in(case: &Case) -> u16 {
    let said = latin1(&case.answers[0].pieces.concat());
    said.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0)
}

/// Whether all field lines of a message are among these, each as it stands.
fn has_all(message: &[u8], fields: &Fields) -> bool {
    let text = latin1(message.trim_ascii_start());
    let head = text.split("\r\n\r\n").next().unwrap_or_default();
    head.split("\r\n").skip(1).all(|line| {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        fields.all(name).any(|field| field == value.trim_matches([' ', '\t']))
    }) && !head.replace("\r\n", "").contains('\n')
}
