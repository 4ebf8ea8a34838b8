//! `apache2 -t` and ours: the same text, file and line for the same mistake; structure before directives.

use hop_by_hop::proxy::Site;

use crate::{httpd, judge::in_parallel, limits, numbers};

const MODULES: [&str; 8] = [
    "proxy",
    "proxy_http",
    "slotmem_shm",
    "proxy_balancer",
    "lbmethod_byrequests",
    "lbmethod_bytraffic",
    "lbmethod_bybusyness",
    "reqtimeout",
];

/// Lines that stand alone in a file.
const LINES: [&str; 98] = [
    "ProxyPas / http://b/",
    "ProxyPass /",
    "ProxyPass",
    "ProxyPass http://b/",
    "ProxyPass \"/ http://b/",
    "ProxyPass / 127.0.0.1:18080/",
    "ProxyPass / http://127.0.0.1:abc/",
    "ProxyPass / http://[::1/",
    "ProxyPass / /foo",
    "ProxyPass / foo",
    "ProxyPass / http:///x",
    "ProxyPass / http://",
    "ProxyPass / http://b/ foo=bar",
    "ProxyPass / http://b/ foobar",
    "ProxyPass / http://b/ # comment",
    "ProxyPass / ! foo",
    "ProxyPass / http://b/ timeout=abc",
    "ProxyPass / http://b/ timeout=0",
    "ProxyPass / http://b/ timeout=",
    "ProxyPass / http://b/ timeout=500ms",
    "ProxyPass / http://b/ retry=-1",
    "ProxyPass / http://b/ retry=abc",
    "ProxyPass / http://b/ loadfactor=0",
    "ProxyPass / http://b/ loadfactor=1.5",
    "ProxyPass / http://b/ loadfactor=100.1",
    "ProxyPass / http://b:99999/",
    "ProxyPass app http://b/",
    "proxypass / HTTP://b/",
    "ProxyPass / http://b/ TIMEOUT=5",
    "ProxyPreserveHost Maybe",
    "ProxyPreserveHost",
    "ProxyPreserveHost On Off",
    "proxypreservehost ON",
    "ProxyPassReverse /",
    "ProxyPassReverse",
    "ProxyPassReverse / http://a/ b c",
    "ProxyPassReverse / foo",
    "ProxyPassReverse / http://a/ b",
    "BalancerMember",
    "BalancerMember http://127.0.0.1:1",
    "BalancerMember balancer://c http://b",
    "ProxySet",
    "ProxySet lbmethod=byrequests",
    "ProxySet balancer://zz lbmethod=byrequests",
    "Listen",
    "Listen a b c",
    "Listen abc",
    "Listen 127.0.0.1:",
    "Listen 99999",
    "Listen 0",
    "ServerName",
    "ServerName a b",
    "ServerName a:99999",
    "ServerName a:abc",
    "ServerAlias a",
    "<VirtualHost>\n</VirtualHost>",
    "<VirtualHost *\n</VirtualHost>",
    "<VirtualHost *:99999>\n</VirtualHost>",
    "<Proxy balancer://c\n</Proxy>",
    "<Proxy balancer://>\n</Proxy>",
    "<Proxy balancer://c> text\n</Proxy>",
    "<Proxy balancer://c lbmethod=byrequests>\n</Proxy>",
    "<Proxy balancer://c foo=1>\n</Proxy>",
    "<Foo>\n</Foo>",
    "Foo",
    "LoadModule proxy_module",
    "LoadModule",
    "ProxyVia Sometimes",
    "ProxyVia",
    "ProxyVia full",
    "ProxyTimeout 0",
    "ProxyTimeout abc",
    "ProxyTimeout 5",
    "ProxyAddHeaders Maybe",
    "ProxyAddHeaders",
    "ProxyPassMatch ^/( http://b/",
    "ProxyPassMatch ^/x$ http://b/",
    "ProxyPassMatch",
    "ProxyPassReverseCookieDomain",
    "ProxyPassReverseCookieDomain a",
    "ProxyPassReverseCookiePath /a /b",
    "ProxyPassReverseCookiePath",
    "AllowEncodedSlashes Maybe",
    "AllowEncodedSlashes NoDecode",
    "AllowEncodedSlashes",
    "<Location>\n</Location>",
    "<Location /x\n</Location>",
    "<Location /x>\nProxyPass /y http://b/\n</Location>",
    "<Location /x>\nProxyPass\n</Location>",
    "<Location /x>\nListen 80\n</Location>",
    "ProxyPass / http://b/ max=0",
    "ProxyPass / http://b/ disablereuse=Maybe",
    "ProxyPass / http://b/ disablereuse=On",
    "ProxyPass / http://b/ ttl=0",
    "ProxyPass / http://b/ connectiontimeout=0",
    "ProxyPass / http://b/ nocanon",
    "ProxyPass / http://b/ status=+Q",
    "\\",
];

/// Lines inside of `<Proxy balancer://c>`.
const IN_PROXY: [&str; 29] = [
    "BalancerMember",
    "BalancerMember 127.0.0.1:18080",
    "BalancerMember /x",
    "BalancerMember http:///x",
    "BalancerMember http://a b",
    "BalancerMember http://a foo=1",
    "BalancerMember http://a loadfactor=0",
    "BalancerMember http://a loadfactor=101",
    "BalancerMember http://a loadfactor=abc",
    "BalancerMember http://a loadfactor=1.5",
    "BalancerMember http://a timeout=0",
    "BalancerMember http://a retry=-1",
    "BalancerMember http://a retry=5",
    "BalancerMember http://a\nBalancerMember http://a",
    "ProxySet foo=1",
    "ProxySet lbmethod=nope",
    "ProxySet lbmethod",
    "ProxySet lbmethod=byrequests",
    "ProxyPass /b http://a/",
    "ProxyPassReverse / http://a/",
    "Listen 80",
    "ServerName a",
    "ServerAlias a",
    "<Proxy balancer://d>\n</Proxy>",
    "<VirtualHost *>\n</VirtualHost>",
    "ProxyPreserveHost On",
    "BalancerMember http://a status=+Q",
    "BalancerMember http://a status=+D",
    "BalancerMember http://a route=a",
];

/// Whole files whose structure is wrong, some with a wrong directive before it.
const FILES: [&str; 24] = [
    "",
    "# only a comment\n",
    "ProxyPas /\n<VirtualHost *>\n<Proxy balancer://c>\n</VirtualHost>\n",
    "ProxyPas /\n</Proxy>",
    "ProxyPas /\n\n<VirtualHost *>",
    "<VirtualHost *>\n</VirtualHost",
    "<VirtualHost *>\n</VirtualHost >",
    "<VirtualHost *>\n<Proxy balancer://c>\n",
    "</VirtualHost>",
    "<VirtualHost *>\n<VirtualHost *>\n</VirtualHost>\n</VirtualHost>",
    "<VirtualHost *>\nListen 80\n</VirtualHost>",
    "<VirtualHost *>\nProxyPas /\n</VirtualHost>",
    "\n\n  ProxyPass / \\\n  http://b/ \\\n  foo=bar\n",
    "# a \\\nProxyPas / http://b/\nProxyPas / http://b/",
    "<virtualhost *>\nservername a\n</VIRTUALHOST>",
    "LoadModule nothing_module",
    "ProxyPas /\n<VirtualHost *>\nLoadModule\n</VirtualHost>",
    "<>",
    "<VirtualHost *> # comment\n</VirtualHost>",
    "ProxyPass / http://b/\n<Proxy balancer://c>\nBalancerMember http://b foo=1\n</Proxy>",
    "<Location /a>\nProxyPassReverse http://b/ b c\n</Location>",
    "<Location /a>\nProxyPassReverse http://b/ interpolate c\n</Location>",
    "<Location /a>\nProxyPassReverse http://b/ interpolate c d\n</Location>",
    "ProxyPassReverse / interpolate",
];

/// Lines that Apache takes and we refuse, with our text: one has no effect that we have, one no name, one no answers.
const OURS: [(&str, &str); 3] = [
    ("Timeout soon", "F:\nTimeout must be at least 1 second"),
    ("ProxyPreserveHost On\n</Proxy>", "ProxyPreserveHost not allowed in <Proxy> context"),
    ("<Proxy balancer://>", "BalancerMember Bad syntax for a balancer name (balancer://)"),
];

fn files() -> Vec<String> {
    let lines = LINES
        .iter()
        .chain(&limits::LINES)
        .flat_map(|line| [(*line).to_owned(), format!("# a comment\n\n  {line}")]);
    let in_proxy = IN_PROXY.iter().flat_map(|line| {
        let section = format!("<Proxy balancer://c>\n{line}\n</Proxy>");
        [format!("<VirtualHost *>\n{section}\n</VirtualHost>"), section]
    });
    lines.chain(in_proxy).chain(FILES.map(str::to_owned)).chain(numbers::lines()).collect()
}

/// How many files are judged.
pub fn count() -> usize {
    files().len()
}

/// How many of them we refuse though Apache takes them.
pub fn refused_here() -> usize {
    files().iter().filter(|file| OURS.iter().any(|(line, _)| file.contains(line))).count()
}

/// What is not the same.
pub fn judge() -> Vec<String> {
    let faults = in_parallel(files(), |file| {
        let apache = httpd::configtest(&file, &MODULES);
        let ours = Site::parse(&file, "F").map_or_else(|error| error.to_string(), |_| "Syntax OK".to_owned());
        let known = OURS.iter().any(|(line, text)| file.contains(line) && ours.contains(text));
        (apache != ours && !known).then(|| format!("{file:?}\n  Apache: {apache:?}\n  ours:   {ours:?}"))
    });
    faults.into_iter().flatten().collect()
}
