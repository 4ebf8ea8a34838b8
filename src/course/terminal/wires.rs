//! Both sides of an exchange, in a terminal.

use std::io;

use console::style;

use super::{Terminal, printable::one_line};
use crate::{
    course::lesson::exchange::{self, Line, Mark},
    proxy::Exchange,
};

impl Terminal {
    /// Both sides of an exchange, with what the proxy added, changed or removed; lines that were the same in the
    /// exchange `before` are left out.
    ///
    /// # Errors
    /// As [`Terminal::say`].
    pub fn exchange(&self, exchange: &Exchange, before: Option<&Exchange>) -> io::Result<()> {
        let Some((request, answer)) = exchange::sides(exchange) else {
            let said = style("no backend answered; the proxy said").bold();
            let sent = style("the client sent").bold();
            self.put(format!("    {sent} {}", one_line(&exchange.client_sent.start)))?;
            self.put(format!("    {said} {}", one_line(&exchange.client_got.start)))?;
            let logged = style("and logged").bold();
            return exchange
                .error
                .iter()
                .try_for_each(|error| self.wrapped(&format!("{logged}: {}", one_line(error)), "    "));
        };
        let (known, known_answer) = before.and_then(exchange::sides).unwrap_or_default();
        let backend = exchange.backend.as_deref().unwrap_or_default();
        self.side(&format!("what backend {backend} received of the client's request"), &request, &known)?;
        if answer.iter().all(|line| line.mark == Mark::Same) {
            let untouched = style("the client got the backend's answer untouched:").bold();
            return self.put(format!("    {untouched} {}", one_line(&exchange.client_got.start)));
        }
        self.side("what the client got of the backend's answer", &answer, &known_answer)
    }

    /// Says how many exchanges are not shown, if there are any.
    ///
    /// # Errors
    /// As [`Terminal::say`].
    pub fn missed(&self, missed: u64) -> io::Result<()> {
        match missed {
            0 => Ok(()),
            1 => self.say("\nOne more request went through the proxy meanwhile; it is not shown."),
            missed => self.say(format!(
                "\n{missed} more requests went through the proxy meanwhile; they are not shown."
            )),
        }
    }

    fn side(&self, what: &str, lines: &[Line], known: &[Line]) -> io::Result<()> {
        self.put(format!("    {}", style(one_line(what)).bold()))?;
        let new: Vec<_> = lines.iter().filter(|line| !known.contains(line)).collect();
        new.iter().try_for_each(|line| self.marked(line))?;
        match lines.len() - new.len() {
            0 => Ok(()),
            1 => self.say("        and one line as above"),
            same => self.say(format!("        and {same} lines as above")),
        }
    }

    fn marked(&self, line: &Line) -> io::Result<()> {
        let text = one_line(&line.text);
        self.put(match &line.mark {
            Mark::Same => format!("        {text}"),
            Mark::Added => format!("      {}  (added)", style(format!("+ {text}")).green()),
            Mark::Removed => format!("      {}  (removed)", style(format!("- {text}")).red()),
            Mark::Changed(old) => {
                format!("      {}  (changed, was: {})", style(format!("~ {text}")).yellow(), one_line(old))
            }
        })
    }
}
