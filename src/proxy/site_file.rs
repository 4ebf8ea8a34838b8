//! The site file: what Apache would read from `sites-available/000-default.conf`.

use std::{fmt, str::FromStr};

use crate::proxy::{
    Proxy, VirtualHost,
    core::encoded_slashes::ALLOW_ENCODED_SLASHES,
    core::graceful_shutdown_timeout::{GRACEFUL_SHUTDOWN_TIMEOUT, GracefulShutdownTimeout},
    core::keep_alive_timeout::KEEP_ALIVE_TIMEOUT,
    core::listen::{LISTEN, Listen},
    core::location,
    core::timeout::{PROXY_TIMEOUT, SERVER_TIMEOUT},
    core::virtual_host::{SERVER_ALIAS, SERVER_NAME, check_address},
    mod_proxy::add_headers::PROXY_ADD_HEADERS,
    mod_proxy::balancer_member::BALANCER_MEMBER,
    mod_proxy::pass_line::PROXY_PASS,
    mod_proxy::pass_match::PROXY_PASS_MATCH,
    mod_proxy::pass_reverse::PROXY_PASS_REVERSE,
    mod_proxy::pass_reverse_cookie,
    mod_proxy::preserve_host::PROXY_PRESERVE_HOST,
    mod_proxy::proxy_set::{self, PROXY_SET},
    mod_proxy::via::PROXY_VIA,
    mod_proxy_balancer::balancer_manager::SET_HANDLER,
    mod_reqtimeout::REQUEST_READ_TIMEOUT,
    modules::{LOAD_MODULE, Modules},
    site::directive::{Directive, Scope, Section, quoted, words},
    site::grammar::{self, Node},
    site::remedy::remedy,
};

/// Every directive that a site file may have, besides the sections `<VirtualHost>` and `<Proxy>`.
const DIRECTIVES: &[Directive] = &[
    LISTEN,
    LOAD_MODULE,
    GRACEFUL_SHUTDOWN_TIMEOUT,
    SERVER_NAME,
    SERVER_ALIAS,
    ALLOW_ENCODED_SLASHES,
    REQUEST_READ_TIMEOUT,
    KEEP_ALIVE_TIMEOUT,
    SERVER_TIMEOUT,
    PROXY_TIMEOUT,
    PROXY_VIA,
    PROXY_ADD_HEADERS,
    PROXY_PRESERVE_HOST,
    PROXY_PASS,
    PROXY_PASS_MATCH,
    PROXY_PASS_REVERSE,
    pass_reverse_cookie::DOMAIN,
    pass_reverse_cookie::PATH,
    BALANCER_MEMBER,
    PROXY_SET,
    SET_HANDLER,
];

/// A whole site file as a value; `Display` writes it so that Apache reads it, `FromStr` reads it back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Site {
    pub(crate) modules: Modules,
    pub(crate) listen: Vec<Listen>,
    pub(crate) graceful_shutdown_timeout: GracefulShutdownTimeout,
    pub(crate) main: Proxy,
    pub(crate) hosts: Vec<VirtualHost>,
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
    structure: bool,
}

impl Site {
    /// A site that listens nowhere and serves nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The directives of the main server, outside of any `<VirtualHost>`.
    pub fn main(mut self, proxy: Proxy) -> Self {
        self.main = proxy;
        self
    }

    /// The addresses of its `Listen` lines.
    pub fn addresses(&self) -> &[Listen] {
        &self.listen
    }

    /// Reads a site file; `file` names it in errors.
    ///
    /// # Errors
    /// The first thing that Apache would complain about.
    pub fn parse(text: &str, file: &str) -> Result<Self, SiteError> {
        let mut site = Self::default();
        let error = |structure, line, text: String, known: &[&str]| SiteError {
            remedy: remedy(&text, known),
            file: file.to_owned(),
            line,
            text,
            structure,
        };
        let known: Vec<_> = DIRECTIVES.iter().map(|directive| directive.name).collect();
        let tree = grammar::tree(text, file, |name, arguments| {
            if name.eq_ignore_ascii_case(LOAD_MODULE.name) {
                site.read(&LOAD_MODULE, arguments)?;
            }
            Ok(())
        });
        let tree = tree.map_err(|(line, text)| error(true, line, text, &known))?;
        site.walk(&tree).map_err(|(line, text)| error(false, line, text, &known))?;
        Ok(site)
    }

    fn read(&mut self, directive: &Directive, arguments: &str) -> Result<(), String> {
        let mut proxy = std::mem::take(&mut self.main);
        let mut scope = Scope { site: self, proxy: &mut proxy, section: Section::Server };
        let read = (directive.read)(&mut scope, arguments);
        self.main = proxy;
        read
    }

    fn walk(&mut self, tree: &[Node]) -> Result<(), grammar::Complaint> {
        let mut main = Proxy::new();
        self.nodes(tree, &mut main, Section::Server)?;
        self.main = main;
        Ok(())
    }

    fn nodes(
        &mut self,
        nodes: &[Node],
        proxy: &mut Proxy,
        section: Section<'_>,
    ) -> Result<(), grammar::Complaint> {
        nodes.iter().try_for_each(|node| {
            let Some(inside) = &node.inside else {
                return self.directive(node, proxy, section).map_err(|complaint| (node.line, complaint));
            };
            let wrong = |complaint| (node.line, complaint);
            let words = words(self.section_argument(node, section).map_err(wrong)?);
            if node.name.eq_ignore_ascii_case("<VirtualHost") {
                words.iter().try_for_each(|address| check_address(address)).map_err(wrong)?;
                let mut host = Proxy::new();
                self.nodes(inside, &mut host, Section::VirtualHost)?;
                self.hosts.push(VirtualHost { addresses: words, proxy: host });
                Ok(())
            } else if node.name.eq_ignore_ascii_case("<Location") {
                location::open(proxy, &words).map_err(wrong)?;
                self.nodes(inside, proxy, Section::Location(&words[0]))
            } else {
                let (url, parameters) = words.split_first().map_or(("", [].as_slice()), |(u, p)| (u, p));
                proxy_set::open(proxy, url, parameters, &self.modules).map_err(wrong)?;
                self.nodes(inside, proxy, Section::Proxy(url))
            }
        })
    }

    /// The text between a section's name and its `>`, if the section may stand here.
    fn section_argument<'a>(&self, node: &'a Node, section: Section<'_>) -> Result<&'a str, String> {
        let known = ["<VirtualHost", "<Proxy", "<Location"]
            .into_iter()
            .find(|name| name.eq_ignore_ascii_case(&node.name));
        match (known, section) {
            (Some("<Proxy"), _) if !self.modules.has("proxy") => return Err(invalid_command("<Proxy")),
            (None, _) => return Err(invalid_command(&node.name)),
            (Some(name), Section::Location(_)) => {
                return Err(format!("{name} not allowed in <Location> context"));
            }
            (Some(name), Section::Proxy(_)) => return Err(format!("{name} not allowed in <Proxy> context")),
            (Some("<VirtualHost"), Section::VirtualHost) => {
                return Err("<VirtualHost> cannot occur within <VirtualHost> section".to_owned());
            }
            _ => {}
        }
        let name = known.unwrap_or_default();
        let Some((argument, _)) = node.arguments.rsplit_once('>') else {
            return Err(format!("{name}> directive missing closing '>'"));
        };
        if argument.trim().is_empty() {
            return Err(format!("{name}> directive requires additional arguments"));
        }
        Ok(argument.trim())
    }

    // ANCHOR: directive
    fn directive(&mut self, node: &Node, proxy: &mut Proxy, section: Section<'_>) -> Result<(), String> {
        let found = DIRECTIVES.iter().find(|directive| {
            let loaded = directive.module.is_none_or(|module| self.modules.has(module));
            loaded && directive.name.eq_ignore_ascii_case(&node.name)
        });
        let directive = found.ok_or_else(|| invalid_command(&node.name))?;
        if directive.name == LOAD_MODULE.name {
            // It has had its effect while the file was read.
            return Ok(());
        }
        (directive.read)(&mut Scope { site: self, proxy, section }, &node.arguments)
    }
    // ANCHOR_END: directive
}

fn invalid_command(name: &str) -> String {
    format!(
        "Invalid command '{name}', perhaps misspelled or defined by a module not included in the server configuration"
    )
}

impl FromStr for Site {
    type Err = SiteError;

    fn from_str(text: &str) -> Result<Self, SiteError> {
        Self::parse(text, "site.conf")
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.modules)?;
        self.listen.iter().try_for_each(|listen| writeln!(f, "Listen {listen}"))?;
        write!(f, "{}{}", self.graceful_shutdown_timeout, self.main)?;
        self.hosts.iter().try_for_each(|host| {
            let addresses: Vec<_> = host.addresses.iter().map(|address| quoted(address)).collect();
            writeln!(f, "<VirtualHost {}>", addresses.join(" "))?;
            host.proxy.to_string().lines().try_for_each(|line| writeln!(f, "    {line}"))?;
            writeln!(f, "</VirtualHost>")
        })
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        self.balancers.iter().try_for_each(|balancer| write!(f, "{balancer}"))?;
        self.encoded_slashes.iter().try_for_each(|slashes| write!(f, "{slashes}"))?;
        write!(f, "{}{}{}", self.request_read_timeout, self.keep_alive_timeout, self.timeout)?;
        self.via.iter().try_for_each(|via| write!(f, "{via}"))?;
        write!(f, "{}{}{}", self.balancer_manager, self.add_headers, self.preserve_host)?;
        write!(f, "{}{}{}", self.pass, self.pass_reverse, self.pass_reverse_cookie)?;
        self.locations.lines.iter().try_for_each(|location| write!(f, "{location}"))
    }
}

impl fmt::Display for SiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, text, .. } = self;
        match self.structure {
            true => write!(f, "Syntax error on line {line} of {file}: {text}"),
            false => write!(f, "AH00526: Syntax error on line {line} of {file}:\n{text}"),
        }
    }
}

impl std::error::Error for SiteError {}
