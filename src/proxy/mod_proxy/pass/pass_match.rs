//! `ProxyPassMatch`: which requests go to which backend, by a regular expression.
//!
//! Where we differ:
//! - The expressions are those of the `regex` crate: matching takes linear time, so no client can make it take for
//!   ever, but there are no back-references and no look-around.
//! - `$1` may make the path only. In Apache it may make the host as well (`http://$1/`), and then every client chooses
//!   where the proxy connects to; here that is refused when the file is read, or answered with 500 where `$1` follows
//!   the host and does not begin with a slash.

use crate::proxy::{
    mod_proxy::ModProxy, mod_proxy::pass::line, mod_proxy::pass::pattern::Pattern,
    mod_proxy::pass::regex::Regex, site::directive::Directive, site::words::words,
};

pub(crate) const PROXY_PASS_MATCH: Directive<ModProxy> = Directive {
    name: "ProxyPassMatch",
    read: |scope, line| {
        if words(line).first().is_some_and(|word| word == "~") {
            return Err("ProxyPassMatch invalid syntax ('~' usage).".to_owned());
        }
        line::read(scope, line, |path| Regex::new(path).map(Pattern::Regex))
    },
};

#[cfg(test)]
mod tests {
    use crate::proxy::{Proxy, core::encoded_slashes::EncodedSlashes, core::path::Asked};

    fn asked(pattern: &str, url: &str, path: &str) -> String {
        let proxy = Proxy::new().pass_match(pattern, url).unwrap();
        let asked = Asked::read(path, EncodedSlashes::Off).unwrap();
        match proxy.proxy.pass.route(&asked) {
            Ok(route) => route.path.into_owned(),
            Err(error) => error.status().to_string(),
        }
    }

    /// Each row as Apache 2.4.71 answered it.
    #[test]
    fn every_row() {
        for (pattern, url, path, expected) in [
            ("^/m/", "http://b/", "/m/x", "//m/x"),
            ("^/m/", "http://b", "/m/x", "/m/x"),
            ("^/m/(.*)$", "http://b/$1", "/m/x", "/x"),
            ("^/m/(.*)$", "http://b/$1", "/M/x", "404"),
            ("^/m(.*)$", "http://b$1", "/m/x", "/x"),
            ("^/m(.*)$", "http://b$1", "/m", "/"),
            ("(gif|png)$", "http://b/i/$1", "/foo.gif", "/i/gif"),
            ("^/two/([^/]*)/([^/]*)$", "http://b/$2/$1", "/two/a/b%20c", "/b%20c/a"),
            ("^/un/(x)?(.*)$", "http://b/[$1]$2", "/un/y", "/%5B%5Dy"),
            ("^/q/(.*)", r"http://b/a\$1b&$0x$2", "/q/yy", "/a$1b&/q/yyx"),
            ("^/q/(.*)$", "http://b/p?fixed=$1", "/q/a%20b", "/p%3Ffixed=a%20b"),
            ("^/p/(.*)$", "balancer://c/$1", "/p/x", "/x"),
            ("^/p", "balancer://c", "/p/x", "/p/x"),
            ("%", "http://b", "/a%25", "/a%25"),
            (r"^/same/(\$1)$", "http://b/$1", "/same/$1", "/$1/same/$1"),
        ] {
            assert_eq!(asked(pattern, url, path), expected, "{pattern} {url} {path}");
        }
    }

    /// Apache asks `b.evil.test` here.
    #[test]
    fn no_client_chooses_the_host() {
        assert_eq!(asked("^/m/(.*)$", "http://b$1", "/m/.evil.test/x"), "500");
        assert_eq!(asked("^/m/(.*)$", "http://b$1", "/m/@evil.test/x"), "500");
        assert_eq!(
            Proxy::new().pass_match("^/(.*)$", "http://$1/"),
            Err("URL must be absolute!: http://$1/".into())
        );
    }

    /// What is cut out of an escape, or stands in the line, is sent escaped.
    #[test]
    fn what_is_sent_is_a_target() {
        let sent = |slashes, path: &str| {
            let proxy = Proxy::new().pass_match("^/m/(..)", "http://b/n%/$1").unwrap().nocanon();
            let asked = Asked::read(path, slashes).unwrap();
            proxy.proxy.pass.route(&asked).unwrap().path.into_owned()
        };
        assert_eq!(sent(EncodedSlashes::Off, "/m/%41bc"), "/n%25/Ab");
        assert_eq!(sent(EncodedSlashes::NoDecode, "/m/%2Fbc"), "/n%25/%252");
    }
}
