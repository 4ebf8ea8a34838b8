//! A site file is read: its structure first, then each directive by the module that has it.

use crate::proxy::{
    Proxy,
    core::location::Location,
    modules::{
        Place, Wrong, directives,
        load_module::{LOAD_MODULE, load},
        site::{Site, SiteError, VirtualHost},
    },
    site::{
        directive::Section,
        grammar::{self, Node},
        loaded::Modules,
        log_item::escape_log_item,
        remedy::remedy,
        variables::{expand_all, expand_line},
        words::{is_blank, words},
    },
};

impl Site {
    /// Reads a site file; `file` names it in errors.
    ///
    /// # Errors
    /// The first thing that Apache would complain about.
    pub fn parse(text: &str, file: &str) -> Result<Self, SiteError> {
        Self::parse_with(text, file, |_| None)
    }

    /// The same, where `${NAME}` stands for what `variables` says.
    ///
    /// # Errors
    /// As above.
    pub fn parse_with(
        text: &str,
        file: &str,
        variables: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, SiteError> {
        let error = |structure, line, Wrong { text, remedies }| {
            let known = directives().chain([(LOAD_MODULE, None)]);
            let remedy = remedy(&text, remedies, known);
            // What is quoted of the file may hold anything but the end of a line.
            let text = text.lines().map(escape_log_item).collect::<Vec<_>>().join("\n");
            SiteError { remedy, file: file.to_owned(), line, text, structure }
        };
        let mut site = Self::default();
        let tree =
            grammar::tree(text, file, |name, arguments| match name.eq_ignore_ascii_case(LOAD_MODULE) {
                true => load(&mut site.modules, &expand_line(name, arguments, &variables)),
                false => Ok(()),
            });
        let mut tree = tree.map_err(|(line, text)| error(true, line, text.into()))?;
        expand_all(&mut tree, &variables);
        let Self { modules, main, hosts } = &mut site;
        let mut reader = Reader { modules, hosts };
        let read = reader.nodes(&tree, main, None, Section::Server);
        read.map_err(|(line, wrong)| error(false, line, wrong))?;
        Ok(site)
    }
}

/// What is wrong, and in which line.
type Complaint = (usize, Wrong);

/// What is there while the directives are read.
struct Reader<'a> {
    modules: &'a Modules,
    hosts: &'a mut Vec<VirtualHost>,
}

impl Reader<'_> {
    fn nodes(
        &mut self,
        nodes: &[Node],
        server: &mut Proxy,
        mut location: Option<&mut Proxy>,
        section: Section<'_>,
    ) -> Result<(), Complaint> {
        nodes.iter().try_for_each(|node| {
            let location = location.as_deref_mut();
            let mut place = Place { server: &mut *server, location, section, modules: self.modules };
            match &node.inside {
                Some(inside) => self.section(node, inside, place),
                None => directive(node, &mut place).map_err(|complaint| (node.line, complaint)),
            }
        })
    }

    fn section(&mut self, node: &Node, inside: &[Node], mut place: Place<'_>) -> Result<(), Complaint> {
        let (section, words) = open(node, &mut place).map_err(|complaint| (node.line, complaint))?;
        let server = place.server;
        match section {
            "<VirtualHost" => {
                let mut proxy = Proxy::new();
                self.nodes(inside, &mut proxy, None, Section::VirtualHost)?;
                self.hosts.push(VirtualHost { addresses: words, proxy });
            }
            "<Location" => {
                let path = words.into_iter().next().unwrap_or_default();
                let mut said = Proxy::new();
                self.nodes(inside, server, Some(&mut said), Section::Location(&path))?;
                server.locations.lines.push(Location { path, inside: said });
            }
            _ => {
                let name = words.first().map_or("", String::as_str);
                self.nodes(inside, server, None, Section::Proxy(name))?;
            }
        }
        Ok(())
    }
}

/// Opens a section, if it may stand here: its name, and the words between that and its `>`.
fn open(node: &Node, place: &mut Place<'_>) -> Result<(&'static str, Vec<String>), Wrong> {
    let (_, name) = place.find(&node.name)?;
    match place.section {
        Section::Location(_) => return Err(format!("{name} not allowed in <Location> context").into()),
        Section::Proxy(_) => return Err(format!("{name} not allowed in <Proxy> context").into()),
        Section::VirtualHost if name == "<VirtualHost" => {
            return Err("<VirtualHost> cannot occur within <VirtualHost> section".to_owned().into());
        }
        Section::VirtualHost | Section::Server => {}
    }
    let Some((argument, _)) = node.arguments.rsplit_once('>') else {
        return Err(format!("{name}> directive missing closing '>'").into());
    };
    let argument = argument.trim_matches(is_blank);
    if argument.is_empty() {
        return Err(format!("{name}> directive requires additional arguments").into());
    }
    place.read(name, argument)?;
    Ok((name, words(argument)))
}

/// Reads a directive, by the module that has it.
fn directive(node: &Node, place: &mut Place<'_>) -> Result<(), Wrong> {
    if node.name.eq_ignore_ascii_case(LOAD_MODULE) {
        // It has had its effect while the file was read.
        return Ok(());
    }
    place.read(&node.name, &node.arguments)
}
