//! The table of modules: what all of them do is done here, one after the other.
//!
//! A new one is a folder, a field in `Proxy`, a line in `MODULES`, and a line at each of its places in `forward`; what is
//! to be said in Rust too has a method in `builder`.

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
        remedy::Remedy,
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
    // ANCHOR: find
    /// The module that has the directive or section, if it is loaded, and the name as the manual spells it.
    fn find(&self, name: &str) -> Result<(&'static dyn Entry, &'static str), Wrong> {
        let loaded = MODULES.iter().filter(|module| module.name().is_none_or(|name| self.modules.has(name)));
        let mut known = loaded.flat_map(|module| module.directives().map(|known| (*module, known)));
        known.find(|(_, known)| known.eq_ignore_ascii_case(name)).ok_or_else(|| Wrong::command(name))
    }
    // ANCHOR_END: find

    /// Reads a directive, or the argument of a section.
    fn read(&mut self, name: &str, arguments: &str) -> Result<(), Wrong> {
        let (module, known) = self.find(name)?;
        module.read(known, self, arguments).map_err(|text| Wrong { text, remedies: module.remedies() })
    }
}

/// What is wrong with a line, and what its module knows to do about that.
struct Wrong {
    text: String,
    remedies: &'static [Remedy],
}

impl Wrong {
    fn command(name: &str) -> Self {
        let why = "perhaps misspelled or defined by a module not included in the server configuration";
        Self::from(format!("Invalid command '{name}', {why}"))
    }
}

impl From<String> for Wrong {
    fn from(text: String) -> Self {
        Self { text, remedies: &[] }
    }
}

/// Every directive and section, as the manual spells it, with its module.
fn directives() -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
    MODULES.iter().flat_map(|module| module.directives().map(|known| (known, module.name())))
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
    fn name(&self) -> Option<&'static str>;
    fn directives(&self) -> Box<dyn Iterator<Item = &'static str>>;
    fn remedies(&self) -> &'static [Remedy];
    fn read(&self, directive: &str, place: &mut Place<'_>, arguments: &str) -> Result<(), String>;
    fn inherit(&self, host: &mut Proxy, main: &Proxy);
    fn inside(&self, section: &mut Proxy, path: &str);
    fn merge(&self, server: &mut Proxy, location: &Proxy);
    fn print(&self, proxy: &Proxy, f: &mut fmt::Formatter<'_>, in_location: bool) -> fmt::Result;
}

impl<C: Module> Entry for Part<C> {
    fn name(&self) -> Option<&'static str> {
        C::NAME
    }

    fn directives(&self) -> Box<dyn Iterator<Item = &'static str>> {
        Box::new(C::DIRECTIVES.iter().map(|directive| directive.name))
    }

    fn remedies(&self) -> &'static [Remedy] {
        C::REMEDIES
    }

    fn read(&self, directive: &str, place: &mut Place<'_>, arguments: &str) -> Result<(), String> {
        let mut scope = Scope {
            server: self.1(place.server),
            location: place.location.as_deref_mut().map(self.1),
            section: place.section,
            modules: place.modules,
        };
        let mut found = C::DIRECTIVES.iter().filter(|known| known.name == directive);
        found.try_for_each(|found| (found.read)(&mut scope, arguments))
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
