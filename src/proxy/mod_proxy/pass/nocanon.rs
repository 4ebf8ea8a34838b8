//! `nocanon`: the backend gets the path as the client wrote it.
//!
//! Where we differ: Apache sends `/app/../app/x` on as it is, so that a client leaves the backend's part
//! that the line names. Here a path that climbs above the line's is sent in its resolved form.

use crate::proxy::{
    core::path::encode, http1::target::is_escaped, http1::url::Url, mod_proxy::pass::pattern::Pattern,
    mod_proxy::pass::regex::Regex,
};

/// The path as the client wrote it, if the line takes that too: a prefix that is written in another way would make
/// what follows it another path.
pub(crate) fn raw_path(
    pattern: &Pattern,
    substitution: Option<&str>,
    url: &Url,
    raw: &str,
) -> Option<String> {
    let rest = match (pattern, substitution) {
        (Pattern::Regex(regex), Some(text)) => return substituted(regex, text, raw),
        (pattern, _) => &raw[raw.len() - pattern.rest(raw.as_bytes())?.len()..],
    };
    let other = matches!(pattern, Pattern::Path(path) if path.ends_with('/') && rest.starts_with('/'));
    let climbs = match pattern {
        Pattern::Path(_) => climbs(rest),
        Pattern::Regex(_) => rest.split('/').any(is_dot_dot),
    };
    let joined = match (url.path(), rest) {
        ("", "") => "/".to_owned(),
        (real, rest) => format!("{}{rest}", encode(real.as_bytes())),
    };
    (joined.starts_with('/') && !other && !climbs).then_some(joined)
}

/// The path that is made of the line's `$1` text, if the expression matches what the client wrote too.
fn substituted(regex: &Regex, text: &str, raw: &str) -> Option<String> {
    let made = regex.is_match(raw.as_bytes()).then(|| regex.substitute(text, raw.as_bytes()))?;
    let made = String::from_utf8(made).ok()?;
    let is_path = made.starts_with('/') && is_escaped(made.as_bytes());
    (is_path && !raw.split('/').any(is_dot_dot)).then_some(made)
}

/// Whether `..` leads above where the path begins, or would with another path before it.
fn climbs(path: &str) -> bool {
    let mut depth = 0_i64;
    path.split('/').any(|part| {
        match part {
            "" | "." | "%2e" | "%2E" => {}
            part if is_dot_dot(part) => depth -= 1,
            _ => depth += 1,
        }
        depth < 0
    })
}

/// Whether a segment is `..`, escaped or not.
fn is_dot_dot(segment: &str) -> bool {
    segment.to_ascii_lowercase().replace("%2e", ".") == ".."
}

#[cfg(test)]
mod tests {
    use crate::proxy::{Error, Proxy, core::encoded_slashes::EncodedSlashes, core::path::Asked};

    fn routed(proxy: &Proxy, request: &str) -> Result<String, Error> {
        let asked = Asked::read(request, EncodedSlashes::Off)?;
        Ok(proxy.proxy.pass.route(&asked)?.path.into_owned())
    }

    /// As Apache 2.4.71 answered: where the raw path does not begin with the line's, it is not used.
    #[test]
    fn nocanon_sends_what_the_client_wrote() {
        let proxy = |path: &str, url: &str| Proxy::new().pass(path, url.parse().unwrap()).nocanon();
        let app = proxy("/app/", "http://b/back/");
        for (request, expected) in [
            ("/app/x%41", "/back/x%41"),
            ("/app/", "/back/"),
            ("/app/./a/../b", "/back/./a/../b"),
            ("/app/a%41b[]", "/back/a%41b[]"),
            ("/app/..;/x", "/back/..;/x"),
            ("/%61pp/x%41", "/back/xA"),
            ("/x/../app/y", "/back/y"),
            ("/app//y", "/back/y"),
            ("//app/y", "/back/y"),
            // Apache: `/back/../app/y` and `/back/a/%2e%2E/../app/y`.
            ("/app/../app/y", "/back/y"),
            ("/app/a/%2e%2E/../app/y", "/back/y"),
        ] {
            assert_eq!(routed(&app, request).unwrap(), expected, "{request}");
        }
        assert!(routed(&app, "/app/../b").is_err() && routed(&app, "/app/%2e%2e/x").is_err());
        assert_eq!(routed(&proxy("/b", "http://b"), "/b/x%41").unwrap(), "/x%41");
        assert_eq!(routed(&proxy("/b", "http://b"), "/b").unwrap(), "/");
        assert_eq!(routed(&proxy("/", "http://b/"), "/a%41/./x").unwrap(), "/a%41/./x");
        let proxy = Proxy::new().pass_match("^/m/(.*)$", "http://b/n/$1").unwrap().nocanon();
        assert_eq!(routed(&proxy, "/m/x%41").unwrap(), "/n/x%41");
        assert_eq!(routed(&proxy, "/%6d/x%41").unwrap(), "/n/xA");
        assert_eq!(routed(&proxy, "/m/../m/x%41").unwrap(), "/n/xA");
    }
}
