//! Practice: the learner edits a site file of their own; every save is judged at once.

use std::{io, path::PathBuf, process::Command, time::Duration};

use console::Key;
use tokio::{sync::mpsc, time};

use super::{
    bench::Bench,
    echo::NoEcho,
    events::{Event, read_keys, watch},
    learner::Folder,
    lesson::Lesson,
    picture::Picture,
    ports::Ports,
    run::RunError,
    stopped,
    terminal::Terminal,
    transcript::{changed, diff_texts},
};
use crate::proxy::{Site, SiteError};

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
    let stopped = stopped();
    let bench = Bench::open(ports, folder).await?;
    let (before, after) = ((lesson.before)(bench.ports()), (lesson.after)(bench.ports()));
    let (Some(start), Some(goal)) = (before.site, after.site) else {
        terminal.prose(&format!("{} has no site file to edit.", lesson.title), "")?;
        terminal.say(format!("See it with: {}", terminal.command(&number.to_string())))?;
        return Ok(Practised::Left { green: false });
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
        judged: None,
        hints: 0,
        green: false,
    };
    practice.introduce(count, fresh)?;
    practice.judge().await?;
    if !terminal.is_interactive() {
        return Ok(Practised::Left { green: practice.green });
    }
    practice.until_left(&mut quiet, stopped).await
}

struct Practice<'a> {
    lesson: &'a Lesson,
    number: usize,
    terminal: &'a Terminal,
    folder: &'a Folder,
    bench: Bench,
    file: PathBuf,
    start: String,
    goal: String,
    judged: Option<String>,
    hints: usize,
    green: bool,
}

impl Practice<'_> {
    fn introduce(&self, count: usize, fresh: bool) -> io::Result<()> {
        let Self { lesson, terminal, .. } = self;
        terminal.heading(&format!("Practice {} of {count}: {}", self.number, lesson.directive))?;
        self.bench.notes().iter().try_for_each(|note| terminal.prose(note, ""))?;
        terminal.prose(lesson.question, "")?;
        terminal.say(format!(
            "\n{}",
            Picture::of(&(lesson.after)(self.bench.ports()), self.bench.ports()).text()
        ))?;
        let how = if fresh { "Your site file, to be completed:" } else { "Your site file, as you left it:" };
        terminal.say(format!("{how} {}", self.file.display()))?;
        terminal.prose("Edit it in an editor of your choice. Each save is tried at once.", "")
    }

    /// Tries the file if it has changed, and says what came of it.
    async fn judge(&mut self) -> Result<(), RunError> {
        let text = self.folder.read(&self.file)?;
        if self.judged.as_ref() == Some(&text) {
            return Ok(());
        }
        self.judged = Some(text.clone());
        self.green = false;
        let name = self.file.display().to_string();
        match Site::parse(&text, &name) {
            Err(error) => self.refused(&error, &text)?,
            Ok(site) => match self.moved(&site) {
                Some(complaint) => self.terminal.prose(&complaint, "  ")?,
                None => self.steps(&text).await?,
            },
        }
        if self.terminal.is_interactive() {
            self.keys()?;
        }
        Ok(())
    }

    fn refused(&self, error: &SiteError, text: &str) -> io::Result<()> {
        self.terminal.heading("Apache would refuse this file")?;
        let shown = text.lines().nth(error.line.saturating_sub(1)).unwrap_or_default();
        self.terminal.say(format!("  line {}: {}", error.line, shown.trim()))?;
        error.to_string().lines().try_for_each(|line| self.terminal.prose(line, "  "))?;
        self.terminal.prose(&format!("what to do: {}", error.remedy), "  ")?;
        if self.bench.proxy_runs() {
            self.terminal.prose("Until then the proxy goes on with the last file that was right.", "  ")?;
        }
        Ok(())
    }

    /// The lab's port is fixed; a file that listens elsewhere would never be asked.
    fn moved(&self, site: &Site) -> Option<String> {
        let front = self.bench.ports().front;
        let here = site.addresses().iter().any(|listen| listen.port == front);
        (!here).then(|| format!("This practice asks port {front}: let the file say Listen 127.0.0.1:{front}"))
    }

    async fn steps(&mut self, text: &str) -> Result<(), RunError> {
        if let Err(error) = self.bench.site(self.lesson, text).await {
            self.terminal.heading("The file is right, and yet the proxy does not start")?;
            self.terminal.prose(&error.to_string(), "  ")?;
            return Ok(());
        }
        let mut all = true;
        let ports = *self.bench.ports();
        for (at, step) in (self.lesson.steps)(&ports).into_iter().enumerate() {
            let outcome = step.run(&ports).await;
            self.terminal.verdict(at + 1, &outcome, &outcome.step.curl.command(&ports))?;
            for exchange in self.bench.exchanges(&outcome).await {
                if !outcome.passed() {
                    self.terminal.exchange(&exchange)?;
                }
            }
            all &= outcome.passed();
        }
        self.green = all;
        if all {
            self.terminal.heading("All green")?;
            self.terminal.prose(self.lesson.learned, "")?;
            self.folder.done(self.lesson.stem)?;
            self.terminal
                .say(format!("\nNext: {}", self.terminal.command(&format!("check {}", self.number))))?;
        } else if text == self.start {
            self.terminal.say("\nThe file is as it was at the start; h gives a hint.")?;
        }
        Ok(())
    }

    fn keys(&self) -> io::Result<()> {
        self.terminal.say("\nkeys: h hint, s solution, r reset, e editor, n next lesson, q quit")
    }

    async fn until_left(
        &mut self,
        quiet: &mut Option<NoEcho>,
        stopped: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Practised, RunError> {
        let (events, mut coming) = mpsc::unbounded_channel();
        let _watching = watch(&self.file, events.clone())?;
        let ask = read_keys(events.clone());
        tokio::spawn(async move {
            stopped.await;
            _ = events.send(Event::Stopped);
        });
        loop {
            match coming.recv().await {
                Some(Event::Changed) => {
                    time::sleep(QUIET).await;
                    self.judge().await?;
                }
                Some(Event::Key(Ok(key))) => {
                    if let Some(end) = self.key(&key, quiet).await? {
                        return Ok(end);
                    }
                    _ = ask.send(());
                }
                Some(Event::Key(Err(_)) | Event::Stopped) | None => {
                    self.terminal.say("\nStopped. Your file is kept.")?;
                    return Ok(Practised::Left { green: self.green });
                }
            }
        }
    }

    async fn key(&mut self, key: &Key, quiet: &mut Option<NoEcho>) -> Result<Option<Practised>, RunError> {
        match key {
            Key::Char('h') => self.hint()?,
            Key::Char('s') => {
                self.terminal.heading("The solution, as a change to your file")?;
                self.terminal.diff(&diff_texts(&self.folder.read(&self.file)?, &self.goal))?;
            }
            Key::Char('r') => {
                let kept = self.folder.reset(&self.file, &self.start)?;
                self.terminal
                    .say(format!("\nYour file is as at the start; what you had is in {}", kept.display()))?;
                self.hints = 0;
                self.judge().await?;
            }
            Key::Char('e') => {
                // The editor gets the terminal as it was.
                drop(quiet.take());
                let edited = self.edit();
                *quiet = Some(NoEcho::start());
                edited?;
                self.judge().await?;
            }
            Key::Char('n') => return Ok(Some(Practised::Next)),
            Key::Char('q') => return Ok(Some(Practised::Left { green: self.green })),
            _ => self.keys()?,
        }
        Ok(None)
    }

    /// One hint more with each call: nudges first, then the lines themselves.
    fn hint(&mut self) -> io::Result<()> {
        match self.lesson.hints.get(self.hints) {
            Some(hint) => {
                self.hints += 1;
                self.terminal.prose(&format!("hint {}: {hint}", self.hints), "  ")
            }
            None => {
                self.terminal.say("  hint: this is the change")?;
                self.terminal.diff(&changed(&self.start, &self.goal))
            }
        }
    }

    /// Opens the learner's editor on the file, and waits for it.
    fn edit(&self) -> io::Result<()> {
        let editor = ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok());
        let words = editor.and_then(|editor| shell_words::split(&editor).ok()).unwrap_or_default();
        let Some((program, arguments)) = words.split_first() else {
            return self.terminal.say(format!(
                "  EDITOR names no program; open {} in your editor yourself",
                self.file.display()
            ));
        };
        match Command::new(program).args(arguments).arg(&self.file).status() {
            Ok(_) => Ok(()),
            Err(error) => self.terminal.say(format!(
                "  {program} does not start ({error}); open {} in your editor yourself",
                self.file.display()
            )),
        }
    }
}
