//! What Apache's messages lack: the one thing to do about them.

/// For a part of Apache's text, what to do.
pub(crate) type Remedy = (&'static str, &'static str);

/// About the structure of a file, whatever its lines say.
const REMEDIES: &[Remedy] = &[
    ("not allowed in <Location> context", "move this line above or below the <Location> section"),
    ("not allowed in <Proxy> context", "move this line above or below the <Proxy> section"),
    (
        "LoadModule takes",
        "write the module's name and its file, as in LoadModule proxy_module modules/mod_proxy.so",
    ),
    ("missing closing '>'", "end the line with >"),
    ("was not closed", "add the closing line, as in </VirtualHost>"),
    ("without matching", "remove this line, or add the line that opens the section"),
    ("but saw", "close the inner section before the outer one"),
    ("requires additional arguments", "write an address or a name before the >, as in <VirtualHost *:8000>"),
    ("within <VirtualHost> section", "move this line out of the <VirtualHost>"),
    ("undefined symbol", "load proxy first: put LoadModule proxy_module above this line"),
];

/// What to do about a message, for which a module may have its own `remedies`; `known` are the directives that could have
/// been meant, each with its module.
pub(crate) fn remedy(
    text: &str,
    remedies: &[Remedy],
    known: impl Iterator<Item = (&'static str, Option<&'static str>)>,
) -> String {
    if let Some(command) = text.strip_prefix("Invalid command '").and_then(|rest| rest.split('\'').next()) {
        return of_command(command, known);
    }
    let found = REMEDIES.iter().chain(remedies).find(|(part, _)| text.contains(part));
    found.map_or("compare this line with the chapter's", |(_, remedy)| remedy).to_owned()
}

fn of_command(command: &str, known: impl Iterator<Item = (&'static str, Option<&'static str>)>) -> String {
    let distance = |name: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &command.to_lowercase());
    match known.map(|(name, module)| (distance(name), name, module)).min() {
        Some((0, name, module)) => {
            let end = if name.starts_with('<') { ">" } else { "" };
            let module = module.unwrap_or("core");
            format!(
                "{name}{end} is defined by mod_{module}: add LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so"
            )
        }
        Some((distance, name, _)) if distance <= 3 => format!("did you mean {name}?"),
        _ => "this proxy does not have that directive; remove the line, or run the file with a real Apache"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_directive_is_recognised() {
        let meant = |command| {
            let known = [
                ("ProxyPass", Some("proxy")),
                ("ProxyPassReverse", Some("proxy")),
                ("RequestReadTimeout", Some("reqtimeout")),
                ("<VirtualHost", None),
            ];
            remedy(&format!("Invalid command '{command}', perhaps"), &[], known.into_iter())
        };
        assert_eq!(meant("ProxyPas"), "did you mean ProxyPass?");
        assert_eq!(meant("proxypassrevers"), "did you mean ProxyPassReverse?");
        assert_eq!(meant("<Virtualhosts"), "did you mean <VirtualHost?");
        assert!(meant("ProxyPass").contains("LoadModule proxy_module"));
        assert!(meant("RequestReadTimeout").starts_with("RequestReadTimeout is defined by mod_reqtimeout:"));
        assert!(meant("RewriteEngine").starts_with("this proxy does not have"));
    }
}
