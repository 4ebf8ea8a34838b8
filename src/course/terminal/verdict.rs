//! The verdict on a step, in a terminal.

use std::io;

use console::style;

use super::{
    Terminal,
    printable::{one_line, printable},
};
use crate::course::lesson::{
    expect::Difference,
    step::{NOT_ASKED, Outcome},
};

impl Terminal {
    /// The verdict on a step: tick or cross, the claim, the command, and what is not as expected.
    ///
    /// # Errors
    /// As [`Terminal::say`].
    pub fn verdict(&self, number: usize, outcome: &Outcome, command: &str) -> io::Result<()> {
        self.mark(number, outcome.step.claim, outcome.passed())?;
        self.put(format!("    {}", style(printable(command)).cyan()))?;
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
        self.wrapped(&format!("  {mark}  {number}. {}", printable(claim)), "")
    }

    /// The first line of a value, cut where it would fill the screen.
    fn shortened(&self, value: &str, what: &str) -> String {
        let line = one_line(value.lines().next().unwrap_or_default());
        let room =
            self.width().saturating_sub(what.chars().count() + "    : expected …".chars().count()).max(20);
        match line.char_indices().nth(room) {
            Some((cut, _)) => format!("{}…", &line[..cut]),
            None if value.lines().nth(1).is_some() => format!("{line} …"),
            None => line.into_owned(),
        }
    }

    fn difference(&self, difference: &Difference) -> io::Result<()> {
        let Difference { what, expected, actual } = difference;
        let indent = " ".repeat(what.chars().count());
        self.say(format!("    {what}: expected {}", self.shortened(expected, what)))?;
        self.say(format!("    {indent}   but got {}", self.shortened(actual, what)))
    }
}
