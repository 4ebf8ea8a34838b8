//! The terminal: words beside every symbol, colour only where there is one, nothing asked without one.

pub(crate) mod echo;
pub(crate) mod keys;
pub(crate) mod stop;

use std::{
    fmt::Display,
    io::{self, BufRead, IsTerminal},
    thread,
};

use console::{Term, style};
use dialoguer::{Confirm, Select, theme::ColorfulTheme};
use tokio::sync::oneshot;

use self::stop::{catch_interrupt, stopped};
use crate::{
    course::lesson::{
        exchange::{self, Line, Mark},
        expect::Difference,
        step::{NOT_ASKED, Outcome},
    },
    proxy::Exchange,
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

    /// One line.
    ///
    /// # Errors
    /// The reader has gone, as with `| head`.
    pub fn say(&self, line: impl Display) -> io::Result<()> {
        self.out.write_line(&line.to_string())
    }

    /// A heading with an empty line before it.
    ///
    /// # Errors
    /// As [`Terminal::say`].
    pub fn heading(&self, text: &str) -> io::Result<()> {
        self.say(format!("\n{}", style(text).bold()))
    }

    /// A sentence or more, wrapped at the width of the terminal, at most 80 columns.
    ///
    /// # Errors
    /// As [`Terminal::say`].
    pub fn prose(&self, text: &str, indent: &str) -> io::Result<()> {
        let width = usize::from(self.out.size().1).clamp(20, WIDEST);
        let options =
            textwrap::Options::new(width).initial_indent(indent).subsequent_indent(indent).break_words(false);
        textwrap::wrap(text, options).into_iter().try_for_each(|line| self.say(line))
    }

    /// A line wrapped for the error output, if that is a terminal.
    pub fn wrapped(line: &str) -> String {
        if !io::stderr().is_terminal() {
            return line.to_owned();
        }
        let width = usize::from(Term::stderr().size().1).clamp(20, WIDEST);
        textwrap::fill(line, textwrap::Options::new(width).break_words(false))
    }

    /// A text, each line indented, lines of a diff in colour.
    ///
    /// # Errors
    /// As [`Terminal::say`].
    pub fn diff(&self, text: &str) -> io::Result<()> {
        text.lines().try_for_each(|line| match line.chars().next() {
            Some('+') => self.say(format!("  {}", style(line).green())),
            Some('-') => self.say(format!("  {}", style(line).red())),
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

    /// The verdict on a step: tick or cross, the claim, the command, and what is not as expected.
    ///
    /// # Errors
    /// As [`Terminal::say`].
    pub fn verdict(&self, number: usize, outcome: &Outcome, command: &str) -> io::Result<()> {
        self.mark(number, outcome.step.claim, outcome.passed())?;
        self.say(format!("    {}", style(command).cyan()))?;
        if outcome.is_not_asked() {
            return self.prose(NOT_ASKED, "    ");
        }
        outcome.differences.iter().try_for_each(|difference| self.difference(difference))
    }

    /// The verdict on what the learner did: tick or cross, the claim, and what is not as expected.
    ///
    /// # Errors
    /// As [`Terminal::say`].
    pub fn judged(&self, number: usize, claim: &str, differences: &[Difference]) -> io::Result<()> {
        self.mark(number, claim, differences.is_empty())?;
        differences.iter().try_for_each(|difference| self.difference(difference))
    }

    fn mark(&self, number: usize, claim: &str, passed: bool) -> io::Result<()> {
        let mark = match passed {
            true => style("✓ passed").green(),
            false => style("✗ failed").red(),
        };
        self.say("")?;
        self.prose(&format!("  {mark}  {number}. {claim}"), "")
    }

    /// A text as it is, indented.
    ///
    /// # Errors
    /// As [`Terminal::say`].
    pub fn block(&self, text: &str) -> io::Result<()> {
        text.lines().try_for_each(|line| self.say(format!("    {line}")))
    }

    /// The first line of a value, cut where it would fill the screen.
    fn shortened(&self, value: &str, what: &str) -> String {
        let line = value.lines().next().unwrap_or_default();
        let room =
            self.width().saturating_sub(what.chars().count() + "    : expected …".chars().count()).max(20);
        match line.char_indices().nth(room) {
            Some((cut, _)) => format!("{}…", &line[..cut]),
            None if value.lines().nth(1).is_some() => format!("{line} …"),
            None => line.to_owned(),
        }
    }

    fn width(&self) -> usize {
        usize::from(self.out.size().1).clamp(20, WIDEST)
    }

    fn difference(&self, difference: &Difference) -> io::Result<()> {
        let Difference { what, expected, actual } = difference;
        let indent = " ".repeat(what.chars().count());
        self.say(format!("    {what}: expected {}", self.shortened(expected, what)))?;
        self.say(format!("    {indent}   but got {}", self.shortened(actual, what)))
    }

    /// Both sides of an exchange, with what the proxy added, changed or removed; lines that were the same in the
    /// exchange `before` are left out.
    ///
    /// # Errors
    /// As [`Terminal::say`].
    pub fn exchange(&self, exchange: &Exchange, before: Option<&Exchange>) -> io::Result<()> {
        let Some((request, answer)) = exchange::sides(exchange) else {
            let said = style("no backend answered; the proxy said").bold();
            self.say(format!("    {} {}", style("the client sent").bold(), exchange.client_sent.start))?;
            self.say(format!("    {said} {}", exchange.client_got.start))?;
            let logged = style("and logged").bold();
            return exchange
                .error
                .iter()
                .try_for_each(|error| self.prose(&format!("{logged}: {error}"), "    "));
        };
        let (known, known_answer) = before.and_then(exchange::sides).unwrap_or_default();
        let backend = exchange.backend.as_deref().unwrap_or_default();
        self.side(&format!("what backend {backend} received of the client's request"), &request, &known)?;
        if answer.iter().all(|line| line.mark == Mark::Same) {
            let untouched = style("the client got the backend's answer untouched:").bold();
            return self.say(format!("    {untouched} {}", exchange.client_got.start));
        }
        self.side("what the client got of the backend's answer", &answer, &known_answer)
    }

    fn side(&self, what: &str, lines: &[Line], known: &[Line]) -> io::Result<()> {
        self.say(format!("    {}", style(what).bold()))?;
        let new: Vec<_> = lines.iter().filter(|line| !known.contains(line)).collect();
        new.iter().try_for_each(|line| self.marked(line))?;
        match lines.len() - new.len() {
            0 => Ok(()),
            1 => self.say("        and one line as above"),
            same => self.say(format!("        and {same} lines as above")),
        }
    }

    fn marked(&self, line: &Line) -> io::Result<()> {
        let text = &line.text;
        self.say(match &line.mark {
            Mark::Same => format!("        {text}"),
            Mark::Added => format!("      {}  (added)", style(format!("+ {text}")).green()),
            Mark::Removed => format!("      {}  (removed)", style(format!("- {text}")).red()),
            Mark::Changed(old) => {
                format!("      {}  (changed, was: {old})", style(format!("~ {text}")).yellow())
            }
        })
    }
}

impl Default for Terminal {
    fn default() -> Self {
        Self::new()
    }
}
