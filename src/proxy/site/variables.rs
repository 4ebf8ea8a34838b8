//! `${NAME}` in the lines of a site file: as in Apache a variable of whoever reads the file, or else itself.

use crate::proxy::site::{
    grammar::Node,
    words::{quoted, words},
};

/// Finds a variable's value.
pub(crate) type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What Apache reads as a whole line: there a value may be several words.
const WHOLE_LINES: [&str; 9] = [
    "ProxyPass",
    "ProxyPassMatch",
    "ProxySet",
    "BalancerMember",
    "ServerAlias",
    "RequestReadTimeout",
    "<VirtualHost",
    "<Proxy",
    "<Location",
];

/// Puts the values into all lines, once the structure is known.
pub(crate) fn expand_all(nodes: &mut [Node], variables: Variables<'_>) {
    for node in nodes {
        node.arguments = expand_line(&node.name, &node.arguments, variables);
        // The tree is no deeper than sections may be nested.
        expand_all(node.inside.as_deref_mut().unwrap_or_default(), variables);
    }
}

/// The arguments of one line; a value is one word, however many blanks it has, unless Apache reads the line as a whole.
pub(crate) fn expand_line(name: &str, arguments: &str, variables: Variables<'_>) -> String {
    if !arguments.contains("${") {
        return arguments.to_owned();
    }
    if WHOLE_LINES.iter().any(|whole| whole.eq_ignore_ascii_case(name)) {
        return expand(arguments, variables);
    }
    let words: Vec<_> = words(arguments).iter().map(|word| quoted(&expand(word, variables))).collect();
    words.join(" ")
}

fn expand(text: &str, variables: Variables<'_>) -> String {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let Some(end) = rest[at..].find('}').map(|end| at + end) else { break };
        expanded.push_str(&rest[..at]);
        let name = &rest[at + 2..end];
        match variables(name) {
            Some(value) => expanded.push_str(&value),
            None => {
                if !name.contains(':') {
                    log::warn!(target: "core", "AH00111: Config variable ${{{name}}} is not defined");
                }
                expanded.push_str(&rest[at..=end]);
            }
        }
        rest = &rest[end + 1..];
    }
    expanded + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_words_and_in_whole_lines_they_may_be_several() {
        let variables = |name: &str| match name {
            "A" => Some("/a b".to_owned()),
            "B" => Some("${A}".to_owned()),
            _ => None,
        };
        for (name, arguments, expanded) in [
            ("ServerAlias", "x${A}y ${C}", "x/a by ${C}"),
            ("ServerName", "x${A}y", "\"x/a by\""),
            ("ServerName", "${B} ${A", "${A} ${A"),
            ("ServerName", "$A 'q  r'", "$A 'q  r'"),
            ("proxypass", "\"${A}\" ${}", "\"/a b\" ${}"),
        ] {
            assert_eq!(expand_line(name, arguments, &variables), expanded, "{arguments}");
        }
    }
}
