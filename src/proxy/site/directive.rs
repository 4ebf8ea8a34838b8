//! What every directive has in common: a name, and a function that reads its arguments where it stands.

use crate::proxy::site::loaded::Modules;

/// A directive, or with its `<` a section, of the module whose configuration is `C`.
pub(crate) struct Directive<C> {
    /// Apache's spelling; site files may write it in any case.
    pub name: &'static str,
    /// Reads the arguments into the configuration, or says in Apache's words why it cannot.
    pub read: fn(&mut Scope<'_, C>, &str) -> Result<(), String>,
}

/// Where a directive stands, and what its module knows there.
pub(crate) struct Scope<'a, C> {
    /// What is said of the main server or the virtual host.
    pub server: &'a mut C,
    /// What is said in the `<Location>` around the directive, if it stands in one.
    pub location: Option<&'a mut C>,
    /// The innermost section.
    pub section: Section<'a>,
    /// The modules that are loaded.
    pub modules: &'a Modules,
}

/// The innermost section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section<'a> {
    /// None: the main server.
    Server,
    /// `<VirtualHost>`.
    VirtualHost,
    /// `<Proxy name>`.
    Proxy(&'a str),
    /// `<Location path>`.
    Location(&'a str),
}

impl<C> Scope<'_, C> {
    /// What a directive that may stand in a `<Location>` speaks about: the innermost section, or the server.
    pub fn here(&mut self) -> &mut C {
        self.location.as_deref_mut().unwrap_or(self.server)
    }

    /// Refuses a directive that Apache allows in the main server only.
    pub fn only_in_server(&self, directive: &str) -> Result<(), String> {
        match self.section {
            Section::Server => Ok(()),
            Section::VirtualHost => Err(format!("{directive} cannot occur within <VirtualHost> section")),
            Section::Proxy(_) | Section::Location(_) => self.outside_of_sections(directive),
        }
    }

    /// Refuses a directive that belongs to a whole server inside of `<Proxy>` and `<Location>`.
    pub fn outside_of_sections(&self, directive: &str) -> Result<(), String> {
        match self.section {
            Section::Location(_) => Err(format!("{directive} not allowed in <Location> context")),
            _ => self.not_in_proxy(directive),
        }
    }

    /// Refuses a directive inside of `<Proxy>`.
    pub fn not_in_proxy(&self, directive: &str) -> Result<(), String> {
        match self.section {
            Section::Proxy(_) => Err(format!("{directive} not allowed in <Proxy> context")),
            _ => Ok(()),
        }
    }
}
