//! Apache's core: where a server listens, which virtual host answers, how paths, pages and connections behave.

pub(crate) mod asker;
pub(crate) mod encoded_slashes;
pub(crate) mod error_log;
pub(crate) mod error_page;
pub(crate) mod front;
pub(crate) mod graceful_shutdown_timeout;
pub(crate) mod keep_alive_timeout;
pub(crate) mod listen;
pub(crate) mod location;
pub(crate) mod path;
pub(crate) mod persistence;
pub(crate) mod range;
pub(crate) mod remedies;
pub(crate) mod request;
pub(crate) mod set_handler;
pub(crate) mod signature;
pub(crate) mod timeout;
pub(crate) mod virtual_host;

use std::fmt;

use self::{
    encoded_slashes::{ALLOW_ENCODED_SLASHES, EncodedSlashes},
    graceful_shutdown_timeout::{GRACEFUL_SHUTDOWN_TIMEOUT, GracefulShutdownTimeout},
    keep_alive_timeout::{KEEP_ALIVE_TIMEOUT, KeepAliveTimeout},
    listen::{LISTEN, Listen},
    location::LOCATION,
    set_handler::{SET_HANDLER, SetHandler},
    timeout::{TIMEOUT, Timeout},
    virtual_host::{SERVER_ALIAS, SERVER_NAME, ServerName, VIRTUAL_HOST},
};
use crate::proxy::site::{directive::Directive, module::Module, remedy::Remedy};

/// What the core's directives say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Core {
    pub mpm: Mpm,
    pub name: ServerName,
    pub encoded_slashes: Option<EncodedSlashes>,
    pub keep_alive_timeout: KeepAliveTimeout,
    pub timeout: Timeout,
    pub set_handler: SetHandler,
}

/// What is said once, in the main server, about the whole program ("MPM common" in Apache's manual).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mpm {
    pub listen: Vec<Listen>,
    pub graceful_shutdown_timeout: GracefulShutdownTimeout,
}

impl Module for Core {
    const NAME: Option<&'static str> = None;

    const DIRECTIVES: &'static [Directive<Self>] = &[
        LISTEN,
        GRACEFUL_SHUTDOWN_TIMEOUT,
        VIRTUAL_HOST,
        SERVER_NAME,
        SERVER_ALIAS,
        ALLOW_ENCODED_SLASHES,
        KEEP_ALIVE_TIMEOUT,
        TIMEOUT,
        LOCATION,
        SET_HANDLER,
    ];

    const REMEDIES: &'static [Remedy] = remedies::REMEDIES;

    fn inherit(&mut self, main: &Self) {
        self.name.inherit(&main.name);
        self.encoded_slashes = self.encoded_slashes.or(main.encoded_slashes);
        self.keep_alive_timeout.0 = self.keep_alive_timeout.0.or(main.keep_alive_timeout.0);
        self.timeout.0 = self.timeout.0.or(main.timeout.0);
        self.set_handler.0 = self.set_handler.0.or(main.set_handler.0);
    }

    fn inside(self, _path: &str) -> Self {
        Self { set_handler: self.set_handler, ..Self::default() }
    }

    fn merge(&mut self, location: &Self) {
        self.set_handler.0 = location.set_handler.0.or(self.set_handler.0);
    }

    fn print(&self, f: &mut fmt::Formatter<'_>, _in_location: bool) -> fmt::Result {
        self.mpm.listen.iter().try_for_each(|listen| writeln!(f, "Listen {listen}"))?;
        write!(f, "{}{}", self.mpm.graceful_shutdown_timeout, self.name)?;
        self.encoded_slashes.iter().try_for_each(|slashes| write!(f, "{slashes}"))?;
        write!(f, "{}{}{}", self.keep_alive_timeout, self.timeout, self.set_handler)
    }
}
