//! The transcript of a lesson: what a reader sees, written down once for the snapshot and the book.

use std::{
    fmt::Write,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    course::{
        lab::{Lab, lab_error::LabError},
        lesson::{
            Lesson, Shown,
            curl::{AGENT, Reply},
            diff::diff,
            picture::Picture,
            ports::Ports,
            step::Outcome,
        },
    },
    proxy::{Exchange, Server, Site},
};

/// Runs a lesson before and after, and its breaks, each in a lab of its own; each part stands between two lines that
/// mdBook's `{{#include}}` finds.
///
/// # Errors
/// A lab that cannot be set up.
pub async fn transcript(lesson: &Lesson) -> Result<String, LabError> {
    let mut text = String::new();
    let mut part = |name: &str, content: &str| {
        _ = write!(text, "ANCHOR: {name}\n{}\nANCHOR_END: {name}\n", content.trim_end());
    };
    let (ports, guide) = (Ports::ANY, Ports::GUIDE);
    if (lesson.after)(&guide).site.is_some() {
        part("before", (lesson.before)(&guide).site.as_deref().unwrap_or(""));
        part("after", (lesson.after)(&guide).site.as_deref().unwrap_or(""));
        part("diff", &diff(&(lesson.before)(&guide), &(lesson.after)(&guide)));
    }
    part("svg-before", &Picture::of(&(lesson.before)(&guide), &guide).svg());
    part("svg-after", &Picture::of(&(lesson.after)(&guide), &guide).svg());
    let mut lab = Lab::new(ports, None).await?;
    let (before, after) = ((lesson.before)(lab.ports()), (lesson.after)(lab.ports()));
    if let Some(Err(refused)) = before.site.as_deref().map(|site| Site::parse(site, FILE)) {
        part("refused", &lab.ports().as_in_the_guide(&format!("{refused}\n{}", refused.remedy)));
    }
    lab.set(&before)?;
    for (at, outcome) in run(lesson, &lab).await.iter().enumerate() {
        part(&format!("curl-{}", at + 1), &outcome.step.curl.command(&guide));
        part(&format!("red-{}", at + 1), &shown(outcome, lab.ports()));
    }
    lab.set(&after)?;
    for (at, outcome) in run(lesson, &lab).await.iter().enumerate() {
        part(&format!("green-{}", at + 1), &shown(outcome, lab.ports()));
    }
    drop(lab);
    for broken in (lesson.breaks)(&guide) {
        if let Some(site) = &broken.stage.site {
            part(&format!("{}-site", broken.name), site);
        }
        if let Shown::Request(step) = &broken.shown {
            if broken.stage.backends != (lesson.after)(&guide).backends {
                part(&format!("{}-svg", broken.name), &Picture::of(&broken.stage, &guide).svg());
            }
            part(&format!("{}-curl", broken.name), &step.curl.command(&guide));
        }
        for (name, content) in happens(lesson, broken.name).await? {
            part(&format!("{}{name}", broken.name), &content);
        }
    }
    Ok(text)
}

/// The name of the site file in a learner's folder, as errors show it.
const FILE: &str = "site.conf";

async fn run(lesson: &Lesson, lab: &Lab) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for step in (lesson.steps)(lab.ports()) {
        outcomes.push(step.run(lab.ports()).await);
    }
    outcomes
}

/// What a break leads to, in parts: the message or the answer, and what the proxy logs.
async fn happens(lesson: &Lesson, name: &str) -> Result<Vec<(&'static str, String)>, LabError> {
    let logged = Arc::new(Mutex::new(None));
    let log = logged.clone();
    let watcher = Arc::new(move |exchange: Exchange| {
        *log.lock().unwrap_or_else(PoisonError::into_inner) = exchange.error;
    });
    let mut lab = Lab::new(Ports::ANY, Some(watcher)).await?;
    let broken = lesson.broken(name, lab.ports()).expect("a lesson has the same breaks on all ports");
    let site = broken.stage.site.as_deref().map(|site| Site::parse(site, FILE));
    let parts = match (broken.shown, site) {
        (Shown::Configtest, Some(Err(error))) => vec![("", format!("{error}\n{}", error.remedy))],
        (Shown::Start, Some(Ok(site))) => {
            let started = Server::start(&site, Vec::new(), None);
            vec![("", started.err().map_or("(it starts)".to_owned(), |error| error.to_string()))]
        }
        (Shown::Request(step), Some(Ok(_)) | None) => {
            lab.set(&broken.stage)?;
            let outcome = step.run(lab.ports()).await;
            let error = logged.lock().unwrap_or_else(PoisonError::into_inner).take();
            let mut parts = vec![("", shown(&outcome, lab.ports()))];
            parts.extend(error.map(|error| ("-log", error)));
            parts
        }
        (_, Some(Err(error))) => vec![("", format!("(configtest) {error}"))],
        (_, _) => vec![("", "Syntax OK".to_owned())],
    };
    Ok(parts.into_iter().map(|(name, text)| (name, lab.ports().as_in_the_guide(&text))).collect())
}

/// What `curl` shows, as the book prints it.
fn shown(outcome: &Outcome, ports: &Ports) -> String {
    match &outcome.reply {
        Ok(reply) => as_printed(reply, ports).to_string(),
        Err(_) => ports.as_in_the_guide(&outcome.shown(ports)),
    }
}

/// An answer as the book prints it: on the guide's ports, at no particular time, to no particular release of `curl`.
pub fn as_printed(reply: &Reply, ports: &Ports) -> Reply {
    let mut reply = reply.clone();
    let length = reply.body.len().to_string();
    reply.body = without_release(&ports.as_in_the_guide(&reply.body));
    for (name, value) in &mut reply.head.headers {
        match name.as_str() {
            "Date" => *value = "(now)".to_owned(),
            // The length of what is shown, where the ports have other numbers of digits.
            "Content-Length" if *value == length => *value = reply.body.len().to_string(),
            _ => *value = ports.as_in_the_guide(value),
        }
    }
    reply
}

/// The echo of a request with `curl`'s major version only.
fn without_release(body: &str) -> String {
    let (mut text, mut rest) = (String::new(), body);
    while let Some((before, after)) = rest.split_once("User-Agent: curl/") {
        _ = write!(text, "{before}User-Agent: {AGENT}");
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    }
    text + rest
}
