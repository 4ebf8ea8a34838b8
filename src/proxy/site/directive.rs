//! What every directive has in common: a name, a module, and a function that reads its arguments.

use crate::proxy::{Proxy, Site};

/// One directive of the site file.
pub(crate) struct Directive {
    /// Apache's spelling; site files may write it in any case.
    pub name: &'static str,
    /// The module that defines it; `None` for Apache's core.
    pub module: Option<&'static str>,
    /// Reads the arguments into the scope, or says in Apache's words why it cannot.
    pub read: fn(&mut Scope<'_>, &str) -> Result<(), String>,
}

/// Where a directive stands.
pub(crate) struct Scope<'a> {
    /// What belongs to the file as a whole: `Listen`, `LoadModule`.
    pub site: &'a mut Site,
    /// The main server or the virtual host.
    pub proxy: &'a mut Proxy,
    /// The sections around the directive.
    pub section: Section<'a>,
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

impl Scope<'_> {
    /// What a directive that may stand in a `<Location>` speaks about: the innermost section, or the server.
    pub fn here(&mut self) -> &mut Proxy {
        let at = self.proxy.locations.lines.len().checked_sub(1);
        match at.filter(|_| matches!(self.section, Section::Location(_))) {
            Some(at) => &mut self.proxy.locations.lines[at].proxy,
            None => self.proxy,
        }
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

/// The words of an argument line: separated by blanks, quoted with `"` or `'`, `\` before a quote or itself;
/// without quotes before itself only.
///
/// An unclosed quote takes the rest of the line, as in Apache.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        let quote = Some(first).filter(|c| *c == '"' || *c == '\'');
        let mut chars = rest.char_indices().skip(usize::from(quote.is_some())).peekable();
        let mut word = String::new();
        let mut end = rest.len();
        while let Some((at, c)) = chars.next() {
            match (quote, c) {
                (Some(q), '\\') if matches!(chars.peek(), Some((_, n)) if *n == q || *n == '\\') => {
                    word.extend(chars.next().map(|(_, c)| c));
                }
                (None, '\\') if matches!(chars.peek(), Some((_, '\\'))) => {
                    word.extend(chars.next().map(|(_, c)| c));
                }
                (Some(q), c) if c == q => {
                    end = at + 1;
                    break;
                }
                (None, c) if c.is_whitespace() => {
                    end = at;
                    break;
                }
                (_, c) => word.push(c),
            }
        }
        words.push(word);
        rest = rest[end..].trim_start();
    }
    words
}

/// `On` or `Off`, in any case.
pub(crate) fn on_or_off(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

/// A word as a site file writes it: quoted if it is empty or has blanks or quotes, or a `\` that might end the line.
pub(crate) fn quoted(word: &str) -> String {
    let plain = !word.is_empty() && !word.contains(|c: char| c.is_whitespace() || "\"'\\".contains(c));
    if plain { word.to_owned() } else { format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_apache_splits_them() {
        for (line, expected) in [
            (" /  http://b/ ", vec!["/", "http://b/"]),
            (r#""/a b" 'c "d'"#, vec!["/a b", r#"c "d"#]),
            (r#""a\"b\\c""#, vec![r#"a"b\c"#]),
            (r#""/ http://b/"#, vec!["/ http://b/"]),
            (r"a\b\\c \\", vec![r"a\b\c", r"\"]),
            ("", vec![]),
            (r#""""#, vec![""]),
        ] {
            assert_eq!(words(line), expected, "{line}");
        }
    }

    #[test]
    fn a_quoted_word_is_read_back() {
        for word in ["/", "/a b", "", r#"a"b\ c"#, "it's", r"c:\x"] {
            assert_eq!(words(&quoted(word)), [word], "{word}");
        }
    }
}
