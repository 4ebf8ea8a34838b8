//! The real `curl`, run on every command that the course prints, shows what the course says that it shows.

use std::process::{Command, Output};

use hop_by_hop::{
    course::{Lab, Lesson, Ports, Reply, Shown, Stage, Step, as_printed},
    lessons::LESSONS,
    proxy::Message,
};

mod tools;

#[tokio::test]
async fn the_real_curl_shows_the_same() {
    if let Err(error) = Command::new("curl").arg("--version").output() {
        return tools::skip(&format!("curl does not run ({error}); install curl"));
    }
    for lesson in LESSONS {
        let (ours, real) = (asked(&lesson, Client::Ours).await, asked(&lesson, Client::Curl).await);
        assert!(!real.is_empty(), "{}", lesson.stem);
        for (ours, real) in ours.iter().zip(&real) {
            assert_eq!(ours, real, "{}: the course's client (left) and curl (right) differ", lesson.stem);
        }
        assert_eq!(ours.len(), real.len(), "{}", lesson.stem);
    }
}

/// Who sends the requests.
#[derive(Clone, Copy)]
enum Client {
    Ours,
    Curl,
}

/// What came back for one command: an answer as the book prints it, or curl's exit code.
#[derive(Debug, PartialEq)]
struct Answer {
    at: String,
    command: String,
    reply: Result<Reply, Option<i32>>,
}

/// Runs a lesson before and after, then each of its breaks, in labs of this client's own: a balancer counts its requests.
async fn asked(lesson: &Lesson, client: Client) -> Vec<Answer> {
    let mut answers = Vec::new();
    let mut lab = Lab::new(Ports::ANY, None).await.unwrap();
    for (name, stage) in [("before", lesson.before), ("after", lesson.after)] {
        let (stage, steps) = (stage(lab.ports()), (lesson.steps)(lab.ports()));
        answers.extend(client.ask_all(&mut lab, name, &stage, steps).await);
    }
    for at in 0..(lesson.breaks)(&Ports::GUIDE).len() {
        let mut lab = Lab::new(Ports::ANY, None).await.unwrap();
        let broken = (lesson.breaks)(lab.ports()).swap_remove(at);
        if let Shown::Request(step) = broken.shown {
            answers.extend(client.ask_all(&mut lab, broken.name, &broken.stage, vec![step]).await);
        }
    }
    answers
}

impl Client {
    async fn ask_all(self, lab: &mut Lab, at: &str, stage: &Stage, steps: Vec<Step>) -> Vec<Answer> {
        lab.set(stage).unwrap();
        let mut answers = Vec::new();
        for step in steps {
            let command = step.curl.command(&Ports::GUIDE);
            let reply = match self {
                Self::Ours => ours(step, lab.ports()).await,
                Self::Curl => real(&step, lab.ports()),
            };
            let reply = reply.map(|reply| as_printed(&reply, lab.ports()));
            answers.push(Answer { at: at.to_owned(), command, reply });
        }
        answers
    }
}

async fn ours(step: Step, ports: &Ports) -> Result<Reply, Option<i32>> {
    let outcome = step.run(ports).await;
    outcome.reply.clone().map_err(|_| exit_code(&outcome.shown(ports)))
}

/// Types the printed command into a shell.
fn real(step: &Step, ports: &Ports) -> Result<Reply, Option<i32>> {
    let command = step.curl.command(ports);
    let run = Command::new("sh").args(["-c", &command]).env("no_proxy", "*").output();
    let Output { status, stdout, stderr } = run.unwrap();
    if status.success() {
        return Ok(read(&String::from_utf8(stdout).unwrap()));
    }
    let error = String::from_utf8_lossy(&stderr);
    assert_eq!(exit_code(&error), status.code(), "{command}: {error}");
    if status.code() == Some(7) {
        assert!(error.contains(&format!("127.0.0.1 port {}", ports.of(step.curl.to))), "{command}: {error}");
    }
    Err(status.code())
}

/// The number in `curl: (7) Failed to connect …`.
fn exit_code(shown: &str) -> Option<i32> {
    shown.split_once("curl: (")?.1.split_once(')')?.0.parse().ok()
}

/// An answer as `curl -i` writes it, byte for byte: the names of headers keep their case.
fn read(shown: &str) -> Reply {
    let (head, body) = shown.split_once("\r\n\r\n").expect("an empty line after the head");
    let mut lines = head.split("\r\n");
    let start = lines.next().unwrap_or_default().to_owned();
    let headers = lines.map(|line| line.split_once(": ").unwrap_or((line, "")));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Reply { head: Message { start, headers }, body: body.to_owned() }
}
