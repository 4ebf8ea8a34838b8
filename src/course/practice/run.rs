//! A guided lesson: the picture, the site file, red, the directive, green, and then the learner's own requests.

use std::io;

use super::run_error::RunError;
use crate::{
    course::{
        lab::bench::Bench,
        learner::{Folder, unreadable::FolderError},
        lesson::{Lesson, Stage, diff::diff, picture::Picture, ports::Ports},
        terminal::{Terminal, stop::stopped},
    },
    proxy::{Exchange, Site},
};

/// How to run a lesson.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the lab stands.
    pub ports: Ports,
    /// Where the learner's own files are, and the note of an open book, whose lab is used then.
    pub folder: Folder,
    /// Start in the finished state and ask nothing.
    pub solved: bool,
}

/// How a guided lesson ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every step is green.
    Green,
    /// A step is red that should be green.
    Red,
    /// The learner stopped before the directive was added.
    Stopped,
}

/// Runs a lesson as its number `number` of `count`; `done` is called once every step is green.
///
/// # Errors
/// A port that is taken, or a terminal that is gone.
pub async fn run(
    lesson: &Lesson,
    (number, count): (usize, usize),
    options: Options,
    terminal: &Terminal,
    done: impl FnOnce() -> Result<(), FolderError>,
) -> Result<Ended, RunError> {
    let bench = Bench::open(options.ports, &options.folder).await?;
    let ports = *bench.ports();
    let (before, after) = ((lesson.before)(&ports), (lesson.after)(&ports));
    let mut guide = Guide { lesson, terminal, bench, shown: None, telling: None };

    terminal.heading(&format!("Lesson {number} of {count}: {}", lesson.directive))?;
    terminal.say(lesson.title)?;
    for note in guide.bench.notes() {
        terminal.prose(&note, "")?;
    }
    if after.site.is_none() && guide.bench.is_theirs() {
        terminal.prose("It runs already, so its step is green from the start.", "")?;
    }
    if options.solved {
        guide.bench.after(lesson).await?;
        guide.introduce(&after, &after)?;
        guide.your_turn().await?;
        return Ok(Ended::Green);
    }

    guide.introduce(&before, &after)?;
    terminal.heading(&format!("Before, without {}", lesson.directive))?;
    guide.refused(&before)?;
    guide.bench.before(lesson).await?;
    guide.steps(true).await?;
    if terminal.is_interactive() {
        terminal.say("")?;
        match terminal.confirm(&format!("Add {}?", lesson.directive)) {
            Ok(true) => {}
            Ok(false) => {
                let again = terminal.command(&number.to_string());
                terminal.say(format!("As you like. To come back to it: {again}"))?;
                return Ok(Ended::Stopped);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                terminal.say("")?;
                return Ok(Ended::Stopped);
            }
            Err(error) => return Err(error.into()),
        }
    }
    terminal.heading(&format!("After, with {}", lesson.directive))?;
    guide.shown = None;
    guide.bench.after(lesson).await?;
    terminal.say(Picture::of(&after, &ports).text().trim_end())?;
    if !guide.steps(false).await? {
        return Ok(Ended::Red);
    }
    terminal.heading("What you have seen")?;
    terminal.prose(lesson.learned, "")?;
    if let Err(error) = done() {
        terminal.prose(&format!("That you have done this lesson could not be noted: {error}."), "")?;
    }
    if terminal.is_interactive() {
        guide.your_turn().await?;
    }
    Ok(Ended::Green)
}

/// Leads through one lesson.
struct Guide<'a> {
    lesson: &'a Lesson,
    terminal: &'a Terminal,
    bench: Bench,
    /// The exchange that was shown last, so that the next need not say the same again.
    shown: Option<Exchange>,
    /// The command of the first step that was red: the one that tells before from after.
    telling: Option<String>,
}

impl Guide<'_> {
    fn introduce(&self, before: &Stage, after: &Stage) -> io::Result<()> {
        self.terminal.say(format!("\n{}", Picture::of(before, self.bench.ports()).text()))?;
        self.terminal.prose(self.lesson.question, "")?;
        if after.site.is_some() {
            self.terminal.heading("The site file")?;
            self.terminal.diff(&diff(before, after))?;
        }
        Ok(())
    }

    /// Says so if Apache would not take the site file.
    fn refused(&self, stage: &Stage) -> io::Result<()> {
        let Some(Err(error)) = stage.site.as_deref().map(str::parse::<Site>) else { return Ok(()) };
        self.terminal.say("The proxy does not start:")?;
        error.to_string().lines().try_for_each(|line| self.terminal.prose(line, "    "))?;
        self.terminal.prose(&format!("what to do: {}", error.remedy), "    ")
    }

    /// Runs the steps, each with both sides of what went through the proxy; whether all passed.
    async fn steps(&mut self, red: bool) -> io::Result<bool> {
        let mut all = true;
        // While a question stood, others may have asked the proxy: that is no part of a step.
        self.terminal.missed(self.bench.skip())?;
        let ports = *self.bench.ports();
        for (at, step) in (self.lesson.steps)(&ports).into_iter().enumerate() {
            let outcome = step.run(&ports).await;
            let command = outcome.step.curl.command(&ports);
            self.terminal.verdict(at + 1, &outcome, &command)?;
            for exchange in self.bench.exchanges(&outcome).await {
                self.terminal.exchange(&exchange, self.shown.as_ref())?;
                self.shown = Some(exchange);
            }
            if red && !outcome.passed() {
                self.telling.get_or_insert(command);
            }
            all &= outcome.passed();
        }
        Ok(all)
    }

    /// Leaves all running for the learner's own requests, and shows each, until Ctrl-C.
    async fn your_turn(&mut self) -> io::Result<()> {
        let mut stopped = std::pin::pin!(stopped());
        let Self { lesson, terminal, bench, telling, .. } = self;
        let ports = *bench.ports();
        terminal.heading("Your turn")?;
        let who = if bench.proxy_runs() { "The proxy runs" } else { "The backends run" };
        terminal.say(format!("{who}. Ask from another terminal, for example:"))?;
        let first = || (lesson.steps)(&ports).into_iter().next();
        let command = telling.clone().or_else(|| first().map(|step| step.curl.command(&ports)));
        terminal.say(format!("    {}", command.unwrap_or_default()))?;
        if bench.proxy_runs() {
            terminal.say("Each request through the proxy is shown here. Ctrl-C stops.")?;
        } else {
            terminal.say("Nothing stands in between yet. Ctrl-C stops.")?;
        }
        loop {
            tokio::select! {
                () = stopped.as_mut() => return terminal.say("\nStopped."),
                exchange = bench.exchange() => match exchange {
                    Some(exchange) => {
                        terminal.say("")?;
                        terminal.exchange(&exchange, None)?;
                        terminal.missed(bench.missed())?;
                    }
                    None => return terminal.say("\nThe book was closed, and its lab with it."),
                }
            }
        }
    }
}
