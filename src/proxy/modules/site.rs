//! The site file: what Apache would read from `sites-available/000-default.conf`.

use std::{fmt, str::FromStr};

use crate::proxy::{
    Proxy,
    core::{graceful_shutdown_timeout::GracefulShutdownTimeout, listen::Listen, location::Location},
    site::{loaded::Modules, log_item::escape_log_item, words::quoted},
};

/// A whole site file as a value; `Display` writes it so that Apache reads it, `FromStr` reads it back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    pub(crate) modules: Modules,
    pub(crate) main: Proxy,
    pub(crate) hosts: Vec<VirtualHost>,
}

/// `<VirtualHost address …>`: the addresses it answers on, and the proxy inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualHost {
    pub(crate) addresses: Vec<String>,
    pub(crate) proxy: Proxy,
}

/// What is wrong with a site file: where, in Apache's words, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteError {
    /// The file, as it was named.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// Apache's words.
    pub text: String,
    /// What Apache lacks: the one thing to do.
    pub remedy: String,
    pub(crate) structure: bool,
}

impl Site {
    /// A site that listens nowhere and serves nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The directives of the main server, outside of any `<VirtualHost>`.
    pub fn main(mut self, proxy: Proxy) -> Self {
        let before = std::mem::replace(&mut self.main, proxy);
        self.main.core.mpm = before.core.mpm;
        self
    }

    /// `<VirtualHost address>` with the directives of `proxy`.
    pub fn virtual_host(mut self, address: &str, proxy: Proxy) -> Self {
        self.hosts.push(VirtualHost { addresses: vec![address.to_owned()], proxy });
        self
    }

    /// `LoadModule`, for a module named as `a2enmod` names it (`proxy_http`).
    pub fn module(mut self, name: &str) -> Self {
        self.modules.0.push(name.to_owned());
        self
    }

    /// `Listen host:port`.
    pub fn listen(mut self, host: &str, port: u16) -> Self {
        self.main.core.mpm.listen.push(Listen { host: Some(host.to_owned()), port });
        self
    }

    /// The addresses of its `Listen` lines.
    pub fn addresses(&self) -> &[Listen] {
        &self.main.core.mpm.listen
    }

    /// `GracefulShutdownTimeout`, in seconds; 0 is without limit.
    pub fn graceful_shutdown_timeout(mut self, seconds: u32) -> Self {
        self.main.core.mpm.graceful_shutdown_timeout =
            GracefulShutdownTimeout(Some(seconds.min(i32::MAX as u32)));
        self
    }

    /// The main server and the virtual hosts.
    pub(crate) fn servers(&self) -> impl Iterator<Item = &Proxy> {
        self.hosts.iter().map(|host| &host.proxy).chain([&self.main])
    }
}

impl FromStr for Site {
    type Err = SiteError;

    fn from_str(text: &str) -> Result<Self, SiteError> {
        Self::parse(text, "site.conf")
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.modules, self.main)?;
        self.hosts.iter().try_for_each(|host| {
            let addresses: Vec<_> = host.addresses.iter().map(|address| quoted(address)).collect();
            writeln!(f, "<VirtualHost {}>", addresses.join(" "))?;
            indented(f, &host.proxy.to_string())?;
            writeln!(f, "</VirtualHost>")
        })
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(f, false)?;
        self.locations.lines.iter().try_for_each(|location| write!(f, "{location}"))
    }
}

impl fmt::Display for Location<Proxy> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "<Location {}>", quoted(&self.path))?;
        indented(f, &Inside(&self.inside).to_string())?;
        writeln!(f, "</Location>")
    }
}

/// What is said inside of a `<Location>`.
struct Inside<'a>(&'a Proxy);

impl fmt::Display for Inside<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.print(f, true)
    }
}

fn indented(f: &mut fmt::Formatter<'_>, lines: &str) -> fmt::Result {
    lines.lines().try_for_each(|line| writeln!(f, "    {line}"))
}

impl fmt::Display for SiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, text, .. } = self;
        let file = escape_log_item(&self.file);
        match self.structure {
            true => write!(f, "Syntax error on line {line} of {file}: {text}"),
            false => write!(f, "AH00526: Syntax error on line {line} of {file}:\n{text}"),
        }
    }
}

impl std::error::Error for SiteError {}
