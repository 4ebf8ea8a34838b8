//! The table of modules: what each of them has in common is done here, one after the other.

pub(crate) mod load_module;
mod mapping;
mod read;
mod sections;
pub(crate) mod site;

use std::fmt;

use crate::proxy::{
    Proxy,
    core::{Core, location::Locations},
    mod_proxy::ModProxy,
    mod_proxy_balancer::ModProxyBalancer,
    mod_reqtimeout::ModReqtimeout,
    site::{
        directive::{Scope, Section},
        loaded::Modules,
        module::Module,
    },
};

/// The modules, in the order in which a site file has their lines.
const MODULES: &[&dyn Entry] = &[
    &Part::<Core>(|proxy| &proxy.core, |proxy| &mut proxy.core),
    &Part::<ModReqtimeout>(|proxy| &proxy.reqtimeout, |proxy| &mut proxy.reqtimeout),
    &Part::<ModProxy>(|proxy| &proxy.proxy, |proxy| &mut proxy.proxy),
    &Part::<ModProxyBalancer>(|proxy| &proxy.proxy_balancer, |proxy| &mut proxy.proxy_balancer),
];

/// Which part of a `Proxy` is a module's configuration.
struct Part<C>(fn(&Proxy) -> &C, fn(&mut Proxy) -> &mut C);

/// Where a directive stands: in a server, there perhaps in a `<Location>`, and in which section.
pub(crate) struct Place<'a> {
    pub server: &'a mut Proxy,
    pub location: Option<&'a mut Proxy>,
    pub section: Section<'a>,
    pub modules: &'a Modules,
}

impl Place<'_> {
    /// The directive or section of that name, as the manual spells it, if its module is loaded.
    fn find(&self, name: &str) -> Result<&'static str, String> {
        let mut known = loaded(self.modules).flat_map(|module| module.directives());
        known.find(|known| known.eq_ignore_ascii_case(name)).ok_or_else(|| invalid_command(name))
    }

    // ANCHOR: read
    /// Reads a directive, or the argument of a section, by the module that has it, if that is loaded.
    fn read(&mut self, name: &str, arguments: &str) -> Result<(), String> {
        let read = loaded(self.modules).find_map(|module| module.read(name, self, arguments));
        read.unwrap_or_else(|| Err(invalid_command(name)))
    }
    // ANCHOR_END: read
}

fn loaded(modules: &Modules) -> impl Iterator<Item = &'static dyn Entry> {
    MODULES.iter().copied().filter(|module| module.is_loaded(modules))
}

fn invalid_command(name: &str) -> String {
    format!(
        "Invalid command '{name}', perhaps misspelled or defined by a module not included in the server configuration"
    )
}

/// Every directive and section, as the manual spells it.
pub(crate) fn directives() -> Vec<&'static str> {
    MODULES.iter().flat_map(|module| module.directives()).collect()
}

impl Proxy {
    /// What the main server says, this virtual host has too (apache-facts §7).
    pub(crate) fn inherit(&mut self, main: &Self) {
        MODULES.iter().for_each(|module| module.inherit(self, main));
        self.locations.lines.splice(0..0, main.locations.lines.iter().cloned());
    }

    /// What may stand in `<Location path>`.
    fn inside(mut self, path: &str) -> Self {
        MODULES.iter().for_each(|module| module.inside(&mut self, path));
        self.locations = Locations::default();
        self
    }

    /// What a `<Location>` says goes before what this server says.
    fn merge(&mut self, location: &Self) {
        MODULES.iter().for_each(|module| module.merge(self, location));
    }

    fn print(&self, f: &mut fmt::Formatter<'_>, in_location: bool) -> fmt::Result {
        MODULES.iter().try_for_each(|module| module.print(self, f, in_location))
    }
}

/// A module, whatever its configuration is.
trait Entry: Sync {
    fn is_loaded(&self, modules: &Modules) -> bool;
    fn directives(&self) -> Vec<&'static str>;
    fn read(&self, directive: &str, place: &mut Place<'_>, line: &str) -> Option<Result<(), String>>;
    fn inherit(&self, host: &mut Proxy, main: &Proxy);
    fn inside(&self, section: &mut Proxy, path: &str);
    fn merge(&self, server: &mut Proxy, location: &Proxy);
    fn print(&self, proxy: &Proxy, f: &mut fmt::Formatter<'_>, in_location: bool) -> fmt::Result;
}

impl<C: Module> Entry for Part<C> {
    fn is_loaded(&self, modules: &Modules) -> bool {
        C::NAME.is_none_or(|name| modules.has(name))
    }

    fn directives(&self) -> Vec<&'static str> {
        C::DIRECTIVES.iter().map(|directive| directive.name).collect()
    }

    fn read(&self, directive: &str, place: &mut Place<'_>, line: &str) -> Option<Result<(), String>> {
        let found = C::DIRECTIVES.iter().find(|known| known.name.eq_ignore_ascii_case(directive))?;
        let mut scope = Scope {
            server: self.1(place.server),
            location: place.location.as_deref_mut().map(self.1),
            section: place.section,
            modules: place.modules,
        };
        Some((found.read)(&mut scope, line))
    }

    fn inherit(&self, host: &mut Proxy, main: &Proxy) {
        self.1(host).inherit(self.0(main));
    }

    fn inside(&self, section: &mut Proxy, path: &str) {
        let said = std::mem::take(self.1(section));
        *self.1(section) = said.inside(path);
    }

    fn merge(&self, server: &mut Proxy, location: &Proxy) {
        self.1(server).merge(self.0(location));
    }

    fn print(&self, proxy: &Proxy, f: &mut fmt::Formatter<'_>, in_location: bool) -> fmt::Result {
        self.0(proxy).print(f, in_location)
    }
}
