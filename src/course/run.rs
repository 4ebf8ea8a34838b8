//! A guided lesson: the picture, the site file, red, the directive, green, and then the learner's own requests.

use std::{fmt, io, sync::Arc};

use tokio::sync::mpsc;

use super::{
    lab::{Lab, LabError},
    learner::FolderError,
    lesson::{Lesson, Stage},
    picture::Picture,
    ports::Ports,
    stopped,
    terminal::Terminal,
    transcript::diff,
};
use crate::proxy::{Exchange, Site};

/// How to run a lesson.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Where the lab stands.
    pub ports: Ports,
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

/// Why a lesson cannot be run.
#[derive(Debug)]
pub enum RunError {
    /// The lab cannot be set up.
    Lab(LabError),
    /// The learner's folder cannot be written.
    Folder(FolderError),
    /// The terminal is gone.
    Terminal(io::Error),
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
    let (watch, exchanges) = mpsc::unbounded_channel();
    let watcher = Arc::new(move |exchange: Exchange| _ = watch.send(exchange));
    let mut lab = Lab::new(options.ports, Some(watcher)).await?;
    let (before, after) = ((lesson.before)(lab.ports()), (lesson.after)(lab.ports()));
    let mut guide = Guide { lesson, terminal, exchanges, shown: None, telling: None };

    terminal.heading(&format!("Lesson {number} of {count}: {}", lesson.directive))?;
    terminal.say(lesson.title)?;
    for port in lab.theirs() {
        terminal.prose(&format!("Your own server answers on port {port}; the lesson uses it."), "")?;
    }
    for lacking in lab.lacking() {
        terminal.prose(&format!("But {lacking}."), "")?;
    }
    if after.site.is_none() && !lab.theirs().is_empty() {
        terminal.prose("It runs already, so its step is green from the start.", "")?;
    }
    if options.solved {
        lab.set(&after)?;
        guide.introduce(&after, &after, lab.ports())?;
        guide.your_turn(&lab).await?;
        return Ok(Ended::Green);
    }

    guide.introduce(&before, &after, lab.ports())?;
    terminal.heading(&format!("Before, without {}", lesson.directive))?;
    guide.refused(&before)?;
    lab.set(&before)?;
    guide.steps(&lab, true).await?;
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
    lab.set(&after)?;
    terminal.say(Picture::of(&after, lab.ports()).text())?;
    if !guide.steps(&lab, false).await? {
        return Ok(Ended::Red);
    }
    terminal.heading("What you have seen")?;
    terminal.prose(lesson.learned, "")?;
    if let Err(error) = done() {
        terminal.prose(&format!("That you have done this lesson could not be noted: {error}."), "")?;
    }
    if terminal.is_interactive() {
        guide.your_turn(&lab).await?;
    }
    Ok(Ended::Green)
}

/// Leads through one lesson.
struct Guide<'a> {
    lesson: &'a Lesson,
    terminal: &'a Terminal,
    exchanges: mpsc::UnboundedReceiver<Exchange>,
    /// The exchange that was shown last, so that the next need not say the same again.
    shown: Option<Exchange>,
    /// The command of the first step that was red: the one that tells before from after.
    telling: Option<String>,
}

impl Guide<'_> {
    fn introduce(&self, before: &Stage, after: &Stage, ports: &Ports) -> io::Result<()> {
        self.terminal.say(format!("\n{}", Picture::of(before, ports).text()))?;
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
    async fn steps(&mut self, lab: &Lab, red: bool) -> io::Result<bool> {
        let mut all = true;
        for (at, step) in (self.lesson.steps)(lab.ports()).into_iter().enumerate() {
            let outcome = step.run(lab.ports()).await;
            let command = outcome.step.curl.command(lab.ports());
            self.terminal.verdict(at + 1, &outcome, &command)?;
            while let Ok(exchange) = self.exchanges.try_recv() {
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
    async fn your_turn(&mut self, lab: &Lab) -> io::Result<()> {
        let mut stopped = std::pin::pin!(stopped());
        let Self { terminal, exchanges, telling, .. } = self;
        terminal.heading("Your turn")?;
        let who = if lab.proxy_runs() { "The proxy runs" } else { "The backends run" };
        terminal.say(format!("{who}. Ask from another terminal, for example:"))?;
        let first = || (self.lesson.steps)(lab.ports()).into_iter().next();
        let command = telling.clone().or_else(|| first().map(|step| step.curl.command(lab.ports())));
        terminal.say(format!("    {}", command.unwrap_or_default()))?;
        if lab.proxy_runs() {
            terminal.say("Each request through the proxy is shown here. Ctrl-C stops.")?;
        } else {
            terminal.say("Nothing stands in between yet. Ctrl-C stops.")?;
        }
        loop {
            tokio::select! {
                () = stopped.as_mut() => return terminal.say("\nStopped."),
                Some(exchange) = exchanges.recv() => {
                    terminal.say("")?;
                    terminal.exchange(&exchange, None)?;
                }
            }
        }
    }
}

impl From<LabError> for RunError {
    fn from(error: LabError) -> Self {
        Self::Lab(error)
    }
}

impl From<FolderError> for RunError {
    fn from(error: FolderError) -> Self {
        Self::Folder(error)
    }
}

impl From<io::Error> for RunError {
    fn from(error: io::Error) -> Self {
        Self::Terminal(error)
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lab(error) => error.fmt(f),
            Self::Folder(error) => error.fmt(f),
            Self::Terminal(error) => write!(f, "the terminal cannot be written: {error}"),
        }
    }
}

impl std::error::Error for RunError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Lab(error) => Some(error),
            Self::Folder(error) => Some(error),
            Self::Terminal(error) => Some(error),
        }
    }
}
