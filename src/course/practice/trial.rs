//! One try of the learner's site file: refused, not for this lab, red or green.

use std::io;

use super::{Practice, run_error::RunError};
use crate::proxy::{Site, SiteError};

/// The longest line of a learner's file that is shown back, in characters.
const LINE: usize = 70;

impl Practice<'_> {
    /// Tries the file if it has changed, and says what came of it.
    pub(crate) async fn judge(&mut self) -> Result<(), RunError> {
        let text = self.folder.read(&self.file).map_err(|unreadable| unreadable.to_string());
        if self.tried.as_ref() == Some(&text) {
            return Ok(());
        }
        self.tried = Some(text.clone());
        self.green = false;
        let name = self.file.display().to_string();
        match text.as_ref().map(|text| (text, Site::parse(text, &name))) {
            Err(unreadable) => self.terminal.prose(&format!("\n{unreadable}"), "")?,
            Ok((text, Err(error))) => self.refused(&error, text)?,
            Ok((text, Ok(site))) => match self.moved(&site) {
                Some(complaint) => self.terminal.prose(&format!("\n{complaint}"), "")?,
                None => self.steps(text).await?,
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
        let shown: String = shown.trim().chars().take(LINE).collect();
        self.terminal.say(format!("  line {}: {shown}", error.line))?;
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
        if !site.addresses().iter().any(|listen| listen.port == front) {
            return Some(format!(
                "This practice asks port {front}: let the file say Listen 127.0.0.1:{front}"
            ));
        }
        (!site.has_host_for(front)).then(|| {
            format!("No <VirtualHost> of the file is for port {front}, so none is asked: write <VirtualHost *:{front}>")
        })
    }

    async fn steps(&mut self, text: &str) -> Result<(), RunError> {
        if let Err(error) = self.bench.site(self.lesson, text).await {
            self.terminal.heading("The file is right, and yet the proxy does not start")?;
            self.terminal.prose(&error.to_string(), "  ")?;
            return Ok(());
        }
        self.shown = None;
        self.terminal.missed(self.bench.skip())?;
        let mut all = true;
        let ports = *self.bench.ports();
        for (at, step) in (self.lesson.steps)(&ports).into_iter().enumerate() {
            let outcome = step.run(&ports).await;
            self.terminal.verdict(at + 1, &outcome, &outcome.step.curl.command(&ports))?;
            for exchange in self.bench.exchanges(&outcome).await {
                if !outcome.passed() {
                    self.terminal.exchange(&exchange, self.shown.as_ref())?;
                    self.shown = Some(exchange);
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
}
