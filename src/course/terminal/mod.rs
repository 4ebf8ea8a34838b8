//! The terminal: words beside every symbol, colour only where there is one, nothing asked without one.

pub(crate) mod echo;
pub(crate) mod keys;
pub(crate) mod printable;
pub(crate) mod stop;
mod verdict;
mod wires;

use std::{
    fmt::Display,
    io::{self, BufRead, IsTerminal, Write},
    thread,
};

use console::{Term, style};
use dialoguer::{Confirm, Select, theme::ColorfulTheme};
use tokio::sync::oneshot;

use self::{
    printable::printable,
    stop::{catch_interrupt, stopped},
};

/// The widest that prose may become, in columns.
const WIDEST: usize = 80;

/// Where the course speaks to the reader.
#[derive(Debug)]
pub struct Terminal {
    out: Term,
    interactive: bool,
}

impl Terminal {
    /// Standard output; questions are asked if it and standard input are a terminal.
    pub fn new() -> Self {
        let interactive = io::stdin().is_terminal() && io::stdout().is_terminal();
        Self { out: Term::stdout(), interactive }
    }

    /// Whether somebody can be asked.
    pub fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// How the reader starts this program with these arguments: by Cargo if that is how it was started.
    pub fn command(&self, arguments: &str) -> String {
        let program = if std::env::var_os("CARGO").is_some() { "cargo lesson" } else { "lesson" };
        format!("{program} {arguments}")
    }

    /// One line, or more; what would steer the terminal is shown instead of done.
    ///
    /// # Errors
    /// The reader has gone, as with `| head`.
    pub fn say(&self, line: impl Display) -> io::Result<()> {
        self.put(printable(&line.to_string()))
    }

    /// The same of what has its colours already; whatever comes from outside in it must have been made printable.
    fn put(&self, line: impl Display) -> io::Result<()> {
        self.out.write_line(&line.to_string())
    }

    /// A heading with an empty line before it.
    ///
    /// # Errors
    /// As [`Terminal::say`].
    pub fn heading(&self, text: &str) -> io::Result<()> {
        self.put(format!("\n{}", style(printable(text)).bold()))
    }

    /// A sentence or more, wrapped at the width of the terminal, at most 80 columns.
    ///
    /// # Errors
    /// As [`Terminal::say`].
    pub fn prose(&self, text: &str, indent: &str) -> io::Result<()> {
        self.wrapped(&printable(text), indent)
    }

    /// The same of what has its colours already.
    fn wrapped(&self, text: &str, indent: &str) -> io::Result<()> {
        let options = textwrap::Options::new(self.width()).break_words(false);
        let options = options.initial_indent(indent).subsequent_indent(indent);
        textwrap::wrap(text, options).into_iter().try_for_each(|line| self.put(line))
    }

    /// What went wrong, on the error output, wrapped if that is a terminal; nobody may read it any more, and that is no
    /// reason to end otherwise.
    pub fn complain(text: &str) {
        let mut out = io::stderr();
        // Line by line: Apache's words stand in lines of their own.
        for line in printable(text).lines() {
            let width = usize::from(Term::stderr().size().1).clamp(20, WIDEST);
            let wrapped = textwrap::Options::new(width).break_words(false);
            _ = match out.is_terminal() {
                true => writeln!(out, "{}", textwrap::fill(line, wrapped)),
                false => writeln!(out, "{line}"),
            };
        }
    }

    /// A text, each line indented, lines of a diff in colour.
    ///
    /// # Errors
    /// As [`Terminal::say`].
    pub fn diff(&self, text: &str) -> io::Result<()> {
        text.lines().try_for_each(|line| match line.chars().next() {
            Some('+') => self.put(format!("  {}", style(printable(line)).green())),
            Some('-') => self.put(format!("  {}", style(printable(line)).red())),
            _ => self.say(format!("  {line}")),
        })
    }

    /// Yes or no; Enter is yes.
    ///
    /// # Errors
    /// The reader pressed Ctrl-C, or the terminal is gone.
    pub fn confirm(&self, question: &str) -> io::Result<bool> {
        catch_interrupt();
        let theme = ColorfulTheme::default();
        let asked = Confirm::with_theme(&theme).with_prompt(question).default(true).interact_on(&self.out);
        self.answered(asked)
    }

    /// One of several; `None` if the reader leaves with Escape.
    ///
    /// # Errors
    /// As [`Terminal::confirm`].
    pub fn select(&self, question: &str, items: &[String], default: usize) -> io::Result<Option<usize>> {
        catch_interrupt();
        let theme = ColorfulTheme::default();
        let select = Select::with_theme(&theme).with_prompt(question).items(items).default(default);
        self.answered(select.interact_on_opt(&self.out))
    }

    /// One line, without its end; `None` if the reader ends with Ctrl-C or Ctrl-D.
    ///
    /// # Errors
    /// The terminal is gone.
    pub async fn line(&self, prompt: &str) -> io::Result<Option<String>> {
        let stopped = stopped();
        self.out.write_str(prompt)?;
        let (answer, answered) = oneshot::channel();
        // A thread of its own: a read from a terminal cannot be broken off.
        thread::spawn(move || {
            let mut line = String::new();
            _ = answer.send(io::stdin().lock().read_line(&mut line).map(|read| (read > 0).then_some(line)));
        });
        tokio::select! {
            line = answered => line.unwrap_or(Ok(None)),
            () = stopped => Ok(None),
        }
    }

    fn answered<T>(&self, asked: dialoguer::Result<T>) -> io::Result<T> {
        asked.map_err(|dialoguer::Error::IO(error)| {
            // A question that is broken off leaves the cursor hidden.
            _ = self.out.show_cursor();
            error
        })
    }

    /// A text as it is, indented.
    ///
    /// # Errors
    /// As [`Terminal::say`].
    pub fn block(&self, text: &str) -> io::Result<()> {
        text.lines().try_for_each(|line| self.say(format!("    {line}")))
    }

    fn width(&self) -> usize {
        usize::from(self.out.size().1).clamp(20, WIDEST)
    }
}

impl Default for Terminal {
    fn default() -> Self {
        Self::new()
    }
}
