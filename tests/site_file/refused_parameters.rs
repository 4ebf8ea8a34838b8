//! What Apache refuses of the later directives: each text as Apache 2.4.71 prints it.

use crate::refused::assert_directive_error;

/// Each line on its own, and the second line of the message.
const IN_SERVER: &[(&str, &str)] = &[
    (
        "ProxyVia",
        "ProxyVia takes one argument, Configure Via: proxy header header to one of: on | off | block | full",
    ),
    (
        "ProxyVia On x",
        "ProxyVia takes one argument, Configure Via: proxy header header to one of: on | off | block | full",
    ),
    ("ProxyVia Sometimes", "ProxyVia must be one of: off | on | full | block"),
    ("ProxyAddHeaders Maybe", "ProxyAddHeaders must be On or Off"),
    ("ProxyAddHeaders", "ProxyAddHeaders must be On or Off"),
    (
        "ProxyTimeout",
        "ProxyTimeout takes one argument, Set the timeout (in seconds) for a proxied connection. This overrides the server timeout",
    ),
    (
        "ProxyTimeout 5 6",
        "ProxyTimeout takes one argument, Set the timeout (in seconds) for a proxied connection. This overrides the server timeout",
    ),
    ("ProxyTimeout 0", "Proxy Timeout must be at least 1 second."),
    ("ProxyTimeout -1", "Proxy Timeout must be at least 1 second."),
    ("ProxyTimeout abc", "Proxy Timeout must be at least 1 second."),
    (
        "AllowEncodedSlashes",
        "AllowEncodedSlashes takes one argument, Allow URLs containing '/' encoded as '%2F'",
    ),
    ("AllowEncodedSlashes Maybe", "AllowEncodedSlashes must be On, Off, or NoDecode"),
    (
        "ProxyPassReverseCookieDomain a",
        "ProxyPassReverseCookieDomain takes two or three arguments, Domain rewrite rule for proxying cookies",
    ),
    (
        "ProxyPassReverseCookiePath a b c d",
        "ProxyPassReverseCookiePath takes two or three arguments, Path rewrite rule for proxying cookies",
    ),
    (
        "SetHandler",
        "SetHandler takes one argument, a handler name that overrides any other configured handler",
    ),
    ("ProxyPassMatch", "ProxyPass|ProxyPassMatch needs a path when not defined in a location"),
    ("ProxyPassMatch ^/a", "ProxyPass|ProxyPassMatch needs a path when not defined in a location"),
    ("ProxyPassMatch ^/( http://b/", "Regular expression could not be compiled."),
    ("ProxyPassMatch ^/(.*) $1", "ProxyPass URL must be absolute!: $1"),
    ("ProxyPassMatch ^/(.*) b", "ProxyPass URL must be absolute!: b"),
    ("ProxyPassMatch ~ ^/a http://b/", "ProxyPassMatch invalid syntax ('~' usage)."),
    (
        "ProxyPassMatch ^/a http://b/ foo",
        "Invalid ProxyPass|ProxyPassMatch parameter. Parameter must be in the form 'key=value'.",
    ),
    ("ProxyPassMatch ^/a http://b/ foo=1", "ProxyPass unknown Worker parameter"),
    (
        "ProxyPass / nocanon http://b/",
        "Invalid ProxyPass|ProxyPassMatch parameter. Parameter must be in the form 'key=value'.",
    ),
    ("ProxyPass / balancer://c/ foo=1", "ProxyPass unknown Balancer parameter"),
    ("ProxyPass / balancer://c/ lbmethod=nope", "ProxyPass unknown lbmethod"),
    ("ProxyPass / balancer://c/ loadfactor=2", "ProxyPass unknown Balancer parameter"),
    ("ProxyPass / http://b/ status=+Q", "ProxyPass Unknown status parameter option"),
    ("<Location>\n</Location>", "<Location> directive requires additional arguments"),
    ("<Location /x\n</Location>", "<Location> directive missing closing '>'"),
    ("<Location /x /y>\n</Location>", "Multiple <Location> arguments not (yet) supported."),
];

/// Lines inside of `<Proxy balancer://c>`.
const IN_PROXY: &[(&str, &str)] = &[
    (
        "BalancerMember http://a connectiontimeout=0",
        "BalancerMember Connectiontimeout must be at least one millisecond.",
    ),
    ("BalancerMember http://a connectiontimeout=abc", "BalancerMember Connectiontimeout has wrong format"),
    ("BalancerMember http://a enablereuse=x", "BalancerMember EnableReuse must be On|Off"),
    ("BalancerMember http://a disablereuse=x", "BalancerMember DisableReuse must be On|Off"),
    ("BalancerMember http://a ttl=0", "BalancerMember TTL must be at least one second"),
    ("BalancerMember http://a max=-1", "BalancerMember Max must be a positive number"),
    ("BalancerMember http://a acquire=0", "BalancerMember Acquire must be at least one millisecond"),
    ("BalancerMember http://a acquire=abc", "BalancerMember Acquire timeout has wrong format"),
    ("BalancerMember http://a status=-", "BalancerMember Unknown status parameter option"),
    ("BalancerMember http://a lbset=100", "BalancerMember lbset must be between 0 and 99"),
    (
        "ProxySet stickysessionsep=",
        "ProxySet: stickysessionsep must be a single character or Off stickysessionsep=; balancer://c",
    ),
    ("ProxySet nofailover=x", "ProxySet: failover must be On|Off nofailover=x; balancer://c"),
    (
        "ProxySet maxattempts=-1",
        "ProxySet: maximum number of attempts must be a positive number maxattempts=-1; balancer://c",
    ),
    (
        "ProxySet failonstatus=abc",
        "ProxySet: failonstatus must be one or more HTTP response codes failonstatus=abc; balancer://c",
    ),
    ("ProxySet failontimeout=x", "ProxySet: failontimeout must be On|Off failontimeout=x; balancer://c"),
    ("ProxySet forcerecovery=x", "ProxySet: forcerecovery must be On|Off forcerecovery=x; balancer://c"),
    ("ProxySet loadfactor=2", "ProxySet: unknown Balancer parameter loadfactor=2; balancer://c"),
    ("ProxyVia x", "ProxyVia not allowed in <Proxy> context"),
    ("ProxyTimeout x", "ProxyTimeout not allowed in <Proxy> context"),
    ("AllowEncodedSlashes x", "AllowEncodedSlashes not allowed in <Proxy> context"),
    ("<Location /y>\n</Location>", "<Location not allowed in <Proxy> context"),
];

/// Lines inside of `<Location /x>`.
const IN_LOCATION: &[(&str, &str)] = &[
    ("ProxyVia x", "ProxyVia not allowed in <Location> context"),
    ("ProxyTimeout x", "ProxyTimeout not allowed in <Location> context"),
    ("AllowEncodedSlashes x", "AllowEncodedSlashes not allowed in <Location> context"),
    ("Listen x", "Listen not allowed in <Location> context"),
    ("ServerName x", "ServerName not allowed in <Location> context"),
    ("ServerAlias x", "ServerAlias not allowed in <Location> context"),
    ("<Proxy balancer://c>\n</Proxy>", "<Proxy not allowed in <Location> context"),
    ("<VirtualHost *>\n</VirtualHost>", "<VirtualHost not allowed in <Location> context"),
    ("<Location /y>\n</Location>", "<Location not allowed in <Location> context"),
    ("ProxyPass", "ProxyPass|ProxyPassMatch needs a path when not defined in a location"),
    ("ProxyPass /b http://b/", "ProxyPass|ProxyPassMatch can not have a path when defined in a location."),
    ("ProxyPass /b", "ProxyPass URL must be absolute!: /b"),
    ("ProxyPass b", "ProxyPass URL must be absolute!: b"),
    (
        "ProxyPass http://b/ foo",
        "Invalid ProxyPass|ProxyPassMatch parameter. Parameter must be in the form 'key=value'.",
    ),
    (
        "ProxyPassReverse",
        "ProxyPassReverse takes one, two or three arguments, a virtual path and a URL for reverse proxy behaviour",
    ),
    ("ProxyPassReverse /a http://b/", "ProxyPassReverse can not have a path when defined in a location"),
    ("BalancerMember http://a", "BalancerMember Bad syntax for a balancer name (/x)"),
    (
        "BalancerMember balancer://c http://a",
        "BalancerMember can not have a balancer name when defined in a location",
    ),
    ("ProxySet timeout=5", "ProxySet can not find 'timeout=5' Worker."),
];

/// Each file, the line that is wrong, and the words.
pub fn files() -> impl Iterator<Item = (String, usize, &'static str)> {
    let inside = |open: &'static str, close: &'static str| {
        move |(line, words): &(&str, &'static str)| (format!("{open}\n{line}\n{close}"), 2, *words)
    };
    (IN_SERVER.iter().map(|(line, words)| ((*line).to_owned(), 1, *words)))
        .chain(IN_PROXY.iter().map(inside("<Proxy balancer://c>", "</Proxy>")))
        .chain(IN_LOCATION.iter().map(inside("<Location /x>", "</Location>")))
}

#[test]
fn lines_that_apache_refuses() {
    for (file, line, words) in files() {
        assert_directive_error(&file, line, words);
    }
}

/// What Apache takes, and this proxy does not have.
#[test]
fn sections_that_are_not_here() {
    for section in ["<Location ~ ^/a>", "<Location /a*>", "<Location http://b/>", "<Location x>"] {
        let words = "<Location>: this proxy knows <Location /path> only";
        let words =
            if section.contains('~') { "Multiple <Location> arguments not (yet) supported." } else { words };
        _ = words;
        assert!(
            hop_by_hop::proxy::Site::parse(&format!("{section}\n</Location>"), "F").is_err(),
            "{section}"
        );
    }
}
