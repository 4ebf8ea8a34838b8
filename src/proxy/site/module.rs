//! What every module has in common: a configuration that its directives write, servers inherit and sections override.

use std::fmt;

use crate::proxy::site::{directive::Directive, remedy::Remedy};

/// The configuration of one module: what its directives say about a server, main or virtual, or about a section in it.
pub(crate) trait Module: Clone + Default + Sized + 'static {
    /// As `LoadModule` names it, without `_module`; `None` is Apache's core, which is always there.
    const NAME: Option<&'static str>;

    /// Its directives and sections.
    const DIRECTIVES: &'static [Directive<Self>];

    /// What to do about the errors of its directives.
    const REMEDIES: &'static [Remedy] = &[];

    /// What the main server says holds in a virtual host too, unless that says otherwise.
    fn inherit(&mut self, main: &Self);

    /// What of it may stand in `<Location path>`.
    fn inside(self, _path: &str) -> Self {
        Self::default()
    }

    /// What a `<Location>` says goes before what the server says.
    fn merge(&mut self, _location: &Self) {}

    /// The lines that say it; those of a `<Location>` leave out its path.
    fn print(&self, f: &mut fmt::Formatter<'_>, in_location: bool) -> fmt::Result;
}
