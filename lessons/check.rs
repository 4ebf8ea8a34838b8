//! `lesson check`: for programs, for a learner step by step, and for what a learner's own `curl` printed.

use std::{
    error::Error,
    fs,
    io::{self, IsTerminal, Read},
    process::ExitCode,
};

use hop_by_hop::{
    course::{
        Folder, Lesson, Pasted, Ports, Terminal, ask, check, check_target, explain, judge, junit,
        printable_json,
    },
    lessons::LESSONS,
};

use crate::{
    cli::{CheckOptions, Place},
    exit, find,
};

/// How much of what a learner's `curl` printed is read, in bytes: no page of the lab comes near it.
const LONGEST: u64 = 4 << 20;

/// Checks what was asked for.
pub async fn lessons(options: CheckOptions, terminal: &Terminal) -> Result<ExitCode, Box<dyn Error>> {
    let one = options.lesson.as_deref().map(find).transpose()?;
    let ports = options.place.ports;
    if let (Some(lesson), Some(step)) = (one, options.step) {
        if options.output.is_none() && io::stdin().is_terminal() {
            let check = terminal.command(&format!("check {} --step {step} -", lesson.0));
            return Err(format!("pipe the output of your curl in, as in: curl -si … | {check}").into());
        }
        return check_output(lesson, step, &ports, terminal).await;
    }
    let quiet = options.json || options.junit.is_some();
    if let (Some(lesson), None, false, true) = (one, options.target, quiet, terminal.is_interactive()) {
        return check_together(lesson, &options.place, terminal).await;
    }
    let all = LESSONS.into_iter().enumerate().map(|(at, lesson)| (at + 1, lesson));
    let lessons: Vec<_> = one.map_or_else(|| all.collect(), |lesson| vec![lesson]);
    let report = match options.target {
        Some(front) => check_target(lessons, ports, front).await?,
        None => check(lessons).await?,
    };
    if let Some(file) = &options.junit {
        fs::write(file, junit(&report))
            .map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
    }
    if options.json {
        terminal.say(printable_json(&serde_json::to_string_pretty(&report)?))?;
    } else {
        report.print(terminal)?;
    }
    Ok(exit(report.passed))
}

/// Goes through a lesson's steps with the learner.
async fn check_together(
    (number, lesson): (usize, Lesson),
    place: &Place,
    terminal: &Terminal,
) -> Result<ExitCode, Box<dyn Error>> {
    let folder = Folder::new(&place.dir);
    let passed = ask(&lesson, (number, LESSONS.len()), place.ports, &folder, terminal).await?;
    terminal.say("")?;
    if passed {
        folder.done(lesson.stem)?;
        terminal.prose(lesson.learned, "")?;
        let next = LESSONS.get(number).map_or("list".to_owned(), |_| (number + 1).to_string());
        terminal.say(format!("\nNext: {}", terminal.command(&next)))?;
    } else {
        terminal.say(format!("Next: {}", terminal.command(&format!("practice {number}"))))?;
    }
    Ok(exit(passed))
}

/// Judges the output of a learner's own `curl`, piped in.
async fn check_output(
    (number, lesson): (usize, Lesson),
    step: usize,
    ports: &Ports,
    terminal: &Terminal,
) -> Result<ExitCode, Box<dyn Error>> {
    let steps = (lesson.steps)(ports);
    let wanted = step.checked_sub(1).and_then(|at| Some((at, steps.get(at)?)));
    let (at, wanted) = wanted.ok_or_else(|| {
        format!("lesson {number} has steps 1 to {}; as in: lesson check {number} --step 1 -", steps.len())
    })?;
    let mut output = Vec::new();
    io::stdin().take(LONGEST).read_to_end(&mut output)?;
    let pasted = Pasted::read(&String::from_utf8_lossy(&output));
    let differences = judge(wanted, &pasted);
    terminal.judged(step, wanted.claim, &differences)?;
    if !differences.is_empty() {
        explain(&lesson, at, wanted, ports, None, &pasted, terminal).await?;
    }
    Ok(exit(differences.is_empty()))
}
