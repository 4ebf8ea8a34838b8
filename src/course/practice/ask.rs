//! `lesson check N` in a terminal: step by step, a guess first, then the learner's own `curl` or ours.

use std::io;

use super::{run_error::RunError, typed::run_curl};
use crate::course::{
    check::{
        pasted::Pasted,
        why::{Try, environment},
    },
    lab::{Lab, lab_error::LabError, shared::Shared},
    learner::Folder,
    lesson::{
        Lesson,
        curl::Reply,
        expect::Difference,
        picture::Picture,
        ports::Ports,
        step::{Prediction, Step},
    },
    terminal::Terminal,
};

/// What can be done with a step.
const PROMPT: &str = "Enter runs it; or type a curl command, or paste its output and end with Ctrl-D: ";

/// Goes through a lesson's steps with the learner; whether all passed.
///
/// # Errors
/// A port that is taken by no proxy, or a terminal that is gone.
pub async fn ask(
    lesson: &Lesson,
    (number, count): (usize, usize),
    ports: Ports,
    folder: &Folder,
    terminal: &Terminal,
) -> Result<bool, RunError> {
    if let Some(shared) = Shared::find(folder, &ports).await {
        let address = shared.address();
        terminal.prose(&format!("The book is open at {address}: what runs in its lab is checked."), "")?;
        terminal.heading(&format!("Check {number} of {count}: {}", lesson.directive))?;
        return steps(lesson, &ports, terminal).await;
    }
    let mut lab = match Lab::new(ports, None).await {
        Err(LabError::Taken { port, .. }) if port == ports.front => {
            terminal.say(format!("A server answers on port {port} already; that one is checked."))?;
            Lab::behind(ports, port).await?
        }
        lab => lab?,
    };
    lab.set(&(lesson.after)(lab.ports()))?;
    terminal.heading(&format!("Check {number} of {count}: {}", lesson.directive))?;
    let after = (lesson.after)(lab.ports());
    terminal.say(format!("\n{}", Picture::of(&after, lab.ports()).text()))?;
    if let Some(site) = &after.site {
        terminal.say("The proxy runs with this site file:")?;
        terminal.block(site)?;
    }
    steps(lesson, lab.ports(), terminal).await
}

async fn steps(lesson: &Lesson, ports: &Ports, terminal: &Terminal) -> Result<bool, RunError> {
    let mut all = true;
    let steps = (lesson.steps)(ports);
    let last = steps.len();
    for (at, step) in steps.into_iter().enumerate() {
        terminal.heading(&format!("Step {} of {last}: {}", at + 1, step.claim))?;
        match step.prediction.as_ref().map_or(Ok(()), |prediction| predict(prediction, terminal)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return stop(terminal),
            predicted => predicted?,
        }
        terminal.say(format!("    {}", step.curl.command(ports)))?;
        match until_passed(lesson, at, &step, ports, terminal).await? {
            Tried::Passed => {}
            Tried::Failed => all = false,
            Tried::Stopped => return stop(terminal),
        }
    }
    Ok(all)
}

/// How a step ended.
enum Tried {
    Passed,
    Failed,
    Stopped,
}

fn stop(terminal: &Terminal) -> Result<bool, RunError> {
    terminal.say("\nStopped.")?;
    Ok(false)
}

fn predict(prediction: &Prediction, terminal: &Terminal) -> io::Result<()> {
    let right = &prediction.answers[prediction.right];
    match terminal.select(prediction.question, &prediction.answers, 0)? {
        Some(guess) if guess == prediction.right => {
            terminal.prose(&format!("Right: {right}. See for yourself:"), "")
        }
        Some(_) => terminal.prose(&format!("It is another one: {right}. See for yourself:"), ""),
        None => terminal.say("No guess, then. See for yourself:"),
    }
}

/// Lets the learner try until the step passes, or lets the checker run it.
async fn until_passed(
    lesson: &Lesson,
    at: usize,
    step: &Step,
    ports: &Ports,
    terminal: &Terminal,
) -> Result<Tried, RunError> {
    loop {
        let Some(mut line) = terminal.line(PROMPT).await? else { return Ok(Tried::Stopped) };
        if line.trim().is_empty() {
            let outcome = step.clone().run(ports).await;
            let shown = outcome.shown(ports);
            terminal.block(&shown)?;
            terminal.judged(at + 1, step.claim, &outcome.differences)?;
            if !outcome.passed() {
                let pasted = Pasted::read(&shown);
                explain(lesson, at, step, ports, None, &pasted, terminal).await?;
            }
            return Ok(if outcome.passed() { Tried::Passed } else { Tried::Failed });
        }
        let (words, output) = if line.starts_with("HTTP/") {
            // What was pasted ends with Ctrl-D.
            while let Some(more) = terminal.line("").await? {
                line.push_str(&more);
            }
            (None, line)
        } else {
            match run_curl(&line) {
                Ok((words, output)) => {
                    terminal.block(&output)?;
                    (Some(words), output)
                }
                Err(complaint) => {
                    terminal.prose(&complaint, "  ")?;
                    continue;
                }
            }
        };
        let pasted = Pasted::read(&output);
        let differences = judge(step, &pasted);
        terminal.judged(at + 1, step.claim, &differences)?;
        if differences.is_empty() {
            return Ok(Tried::Passed);
        }
        explain(lesson, at, step, ports, words.as_deref(), &pasted, terminal).await?;
    }
}

/// Judges what a learner's own command printed.
pub fn judge(step: &Step, pasted: &Pasted) -> Vec<Difference> {
    match pasted.replies.last() {
        Some(reply) => step.expect.judge(reply),
        None => {
            let expected = "a status line, headers and a body".to_owned();
            let actual = if pasted.bare.is_empty() { "nothing".to_owned() } else { pasted.bare.clone() };
            vec![Difference { what: "output".to_owned(), expected, actual }]
        }
    }
}

/// Says the likeliest reason why a try did not pass.
///
/// # Errors
/// A lab that cannot be set up, or a terminal that is gone.
pub async fn explain(
    lesson: &Lesson,
    at: usize,
    step: &Step,
    ports: &Ports,
    command: Option<&[String]>,
    pasted: &Pasted,
    terminal: &Terminal,
) -> Result<(), RunError> {
    let unfinished = unfinished(lesson, at, ports).await?;
    let environment = environment();
    let tried = Try {
        step,
        ports,
        learner: true,
        command,
        pasted,
        unfinished: unfinished.as_ref(),
        environment: environment.as_deref(),
    };
    let said = match tried.why() {
        Some(why) => format!("why: {why}"),
        None => format!("try: {}", step.curl.command(ports)),
    };
    Ok(terminal.prose(&said, "    ")?)
}

/// What the lesson's proxy answers to a step before its directive is there, as if it ran on `ports`.
async fn unfinished(lesson: &Lesson, at: usize, ports: &Ports) -> Result<Option<Reply>, LabError> {
    let mut lab = Lab::new(Ports::ANY, None).await?;
    lab.set(&(lesson.before)(lab.ports()))?;
    let step = (lesson.steps)(lab.ports()).into_iter().nth(at);
    let Some(step) = step else { return Ok(None) };
    let reply = step.run(lab.ports()).await.reply.ok();
    Ok(reply.map(|mut reply| {
        reply.body = lab.ports().rewrite(&reply.body, ports);
        for (_, value) in &mut reply.head.headers {
            *value = lab.ports().rewrite(value, ports);
        }
        reply
    }))
}
