//! Practice: the learner edits a site file of their own; every save is judged at once.

pub(crate) mod ask;
mod editor;
pub(crate) mod run;
pub(crate) mod run_error;
pub(crate) mod trial;
mod typed;

use std::{io, path::PathBuf, pin::Pin, sync::Arc, time::Duration};

use console::Key;
use tokio::{sync::Notify, time};

use self::{editor::edit, run_error::RunError};
use crate::{
    course::{
        lab::bench::Bench,
        learner::{Folder, watch::watch},
        lesson::{
            Lesson, Stage,
            diff::{changed, diff_texts},
            picture::Picture,
            ports::Ports,
        },
        terminal::{Terminal, echo::NoEcho, keys::read_keys, stop::stopped},
    },
    proxy::Exchange,
};

/// How long a file must be quiet after a change: editors write in several strokes.
const QUIET: Duration = Duration::from_millis(15);

/// How a practice ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Practised {
    /// The learner goes on to the next lesson.
    Next,
    /// The learner leaves; whether all was green.
    Left {
        /// Whether the last verdict was green.
        green: bool,
    },
}

/// Practises one lesson, number `number` of `count`, on a file in the learner's folder.
///
/// # Errors
/// A port that is taken, a folder that cannot be written, or a terminal that is gone.
pub async fn practice(
    lesson: &Lesson,
    (number, count): (usize, usize),
    ports: Ports,
    folder: &Folder,
    terminal: &Terminal,
) -> Result<Practised, RunError> {
    let mut quiet = terminal.is_interactive().then(NoEcho::start);
    // From here on Ctrl-C is heard, whether or not a key is being read.
    let mut stopped = std::pin::pin!(stopped());
    let bench = Bench::open(ports, folder).await?;
    let (before, after) = ((lesson.before)(bench.ports()), (lesson.after)(bench.ports()));
    let (Some(start), Some(goal)) = (before.site, after.site) else {
        let see = terminal.command(&number.to_string());
        terminal.prose(&format!("\nLesson {number} has no site file to edit; to see it: {see}"), "")?;
        return Ok(Practised::Next);
    };
    let (file, fresh) = folder.site_file(lesson.stem, &start)?;
    let mut practice = Practice {
        lesson,
        number,
        terminal,
        folder,
        bench,
        file,
        start,
        goal,
        tried: None,
        shown: None,
        hints: 0,
        green: false,
    };
    practice.introduce(count, fresh)?;
    if !terminal.is_interactive() {
        practice.judge().await?;
        return Ok(Practised::Left { green: practice.green });
    }
    // From before the first verdict on, so that no save is missed.
    let saved = Arc::new(Notify::new());
    let _watching = watch(&practice.file, saved.clone())?;
    practice.judge().await?;
    practice.until_left(&saved, &mut quiet, stopped.as_mut()).await
}

/// One session.
pub(crate) struct Practice<'a> {
    pub lesson: &'a Lesson,
    pub number: usize,
    pub terminal: &'a Terminal,
    pub folder: &'a Folder,
    pub bench: Bench,
    /// The learner's site file, what it held at the start, and what it should come to.
    pub file: PathBuf,
    pub start: String,
    goal: String,
    /// What was tried last: the text, or why it could not be.
    pub tried: Option<Result<String, String>>,
    /// The exchange that was shown last, so that the next need not say the same again.
    pub shown: Option<Exchange>,
    hints: usize,
    pub green: bool,
}

impl Practice<'_> {
    fn introduce(&self, count: usize, fresh: bool) -> io::Result<()> {
        let Self { lesson, terminal, .. } = self;
        terminal.heading(&format!("Practice {} of {count}: {}", self.number, lesson.directive))?;
        self.bench.notes().iter().try_for_each(|note| terminal.prose(note, ""))?;
        terminal.prose(lesson.question, "")?;
        let text = self.folder.read(&self.file).unwrap_or_default();
        let stage = Stage::text(text).with((lesson.after)(self.bench.ports()).backends);
        terminal.say(format!("\n{}", Picture::of(&stage, self.bench.ports()).text()))?;
        let how = if fresh { "Your site file, to be completed:" } else { "Your site file, as you left it:" };
        terminal.say(format!("{how} {}", self.file.display()))?;
        terminal.prose("Edit it in an editor of your choice. Each save is tried at once.", "")
    }

    pub(crate) fn keys(&self) -> io::Result<()> {
        self.terminal.say("\nkeys: h hint, s solution, r reset, e editor, n next lesson, q quit")
    }

    async fn until_left(
        &mut self,
        saved: &Notify,
        quiet: &mut Option<NoEcho>,
        mut stopped: Pin<&mut (impl Future<Output = ()> + ?Sized)>,
    ) -> Result<Practised, RunError> {
        let (ask, mut keys) = read_keys();
        loop {
            let end = tokio::select! {
                () = stopped.as_mut() => None,
                key = keys.recv() => match key {
                    Some(Ok(key)) => {
                        let pressed = tokio::select! {
                            () = stopped.as_mut() => None,
                            pressed = self.key(&key, quiet) => Some(pressed?),
                        };
                        // Not at the end: the next key is for whoever comes after.
                        if let Some(None) = pressed {
                            _ = ask.send(());
                        }
                        pressed
                    }
                    _ => None,
                },
                () = saved.notified() => tokio::select! {
                    () = stopped.as_mut() => None,
                    judged = self.judge_saved() => Some(judged.map(|()| None)?),
                },
                Some(exchange) = self.bench.exchange() => {
                    self.terminal.say("\nyour own request:")?;
                    self.terminal.exchange(&exchange, None)?;
                    self.terminal.missed(self.bench.missed())?;
                    Some(None)
                }
            };
            match end {
                Some(None) => {}
                Some(Some(end)) => return Ok(end),
                None => {
                    self.terminal.say("\nStopped. Your file is kept.")?;
                    return Ok(Practised::Left { green: self.green });
                }
            }
        }
    }

    async fn judge_saved(&mut self) -> Result<(), RunError> {
        time::sleep(QUIET).await;
        self.judge().await
    }

    async fn key(&mut self, key: &Key, quiet: &mut Option<NoEcho>) -> Result<Option<Practised>, RunError> {
        match key {
            Key::Char('h') => self.hint()?,
            Key::Char('s') => {
                self.terminal.heading("The solution, as a change to your file")?;
                let text = self.folder.read(&self.file).unwrap_or_default();
                self.terminal.diff(&diff_texts(&text, &self.goal))?;
            }
            Key::Char('r') => {
                let kept = self.folder.reset(&self.file, &self.start)?;
                let kept = kept.map(|kept| format!("; what you had is in {}", kept.display()));
                let said = format!("\nYour file is as at the start{}", kept.unwrap_or_default());
                self.terminal.prose(&said, "")?;
                self.hints = 0;
                self.judge().await?;
            }
            Key::Char('e') => {
                // The editor gets the terminal as it was.
                drop(quiet.take());
                let edited = edit(self.terminal, &self.file);
                *quiet = Some(NoEcho::start());
                edited?;
                self.judge().await?;
            }
            Key::Char('n') => return Ok(Some(Practised::Next)),
            Key::Char('q') => {
                self.terminal.say("\nYour file is kept.")?;
                return Ok(Some(Practised::Left { green: self.green }));
            }
            _ => self.keys()?,
        }
        Ok(None)
    }

    /// One hint more with each call: nudges first, then the lines themselves.
    fn hint(&mut self) -> io::Result<()> {
        if self.green {
            return self.terminal.say("  all is green; n goes on");
        }
        match self.lesson.hints.get(self.hints) {
            Some(hint) => {
                self.hints += 1;
                self.terminal.prose(&format!("hint {}: {hint}", self.hints), "  ")
            }
            None => {
                self.terminal.say("  hint: this is the change")?;
                let text = self.folder.read(&self.file).unwrap_or_default();
                self.terminal.diff(&changed(&text, &self.goal))
            }
        }
    }
}
