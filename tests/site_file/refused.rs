//! What Apache refuses: its words, the line, and what to do about it.

use hop_by_hop::proxy::Site;

use crate::refused_parameters;

/// The whole complaint about this file, as Apache prints it.
fn complaint(text: &str) -> String {
    Site::parse(text, "F").map(|site| format!("accepted:\n{site}")).unwrap_or_else(|error| error.to_string())
}

#[track_caller]
fn assert_structure_error(text: &str, line: usize, words: &str) {
    assert_eq!(complaint(text), format!("Syntax error on line {line} of F: {words}"), "{text}");
}

#[track_caller]
pub fn assert_directive_error(text: &str, line: usize, words: &str) {
    assert_eq!(complaint(text), format!("AH00526: Syntax error on line {line} of F:\n{words}"), "{text}");
}

fn invalid_command(name: &str) -> String {
    format!(
        "Invalid command '{name}', perhaps misspelled or defined by a module not included in the server configuration"
    )
}

/// Each line on its own, and the second line of the message.
const REFUSED: [(&str, &str); 49] = [
    ("ProxyPass /", NEEDS_A_PATH),
    ("ProxyPass", NEEDS_A_PATH),
    ("ProxyPass http://b/", NEEDS_A_PATH),
    ("ProxyPass \"/ http://b/", NEEDS_A_PATH),
    ("ProxyPass / 127.0.0.1:18080/", "ProxyPass Unable to parse URL: 127.0.0.1:18080/"),
    ("ProxyPass / http://127.0.0.1:abc/", "ProxyPass Unable to parse URL: http://127.0.0.1:abc/"),
    ("ProxyPass / http://a:80x/", "ProxyPass Unable to parse URL: http://a:80x/"),
    ("ProxyPass / http://[::1/", "ProxyPass Unable to parse URL: http://[::1/"),
    ("ProxyPass / /foo", "ProxyPass URL must be absolute!: /foo"),
    ("ProxyPass / foo", "ProxyPass URL must be absolute!: foo"),
    ("ProxyPass / http:a", "ProxyPass URL must be absolute!: http:a"),
    ("ProxyPass / http:///x", "ProxyPass URL must be absolute!: http:///x"),
    ("ProxyPass / http://", "ProxyPass URL must be absolute!: http://"),
    ("ProxyPass / http://b/ foo=bar", "ProxyPass unknown Worker parameter"),
    ("ProxyPass / http://b/ foobar", NOT_KEY_VALUE),
    ("ProxyPass / http://b/ # comment", NOT_KEY_VALUE),
    ("ProxyPass / ! foo", NOT_KEY_VALUE),
    ("ProxyPass / http://b/ timeout=abc", "ProxyPass Timeout must be at least one second"),
    ("ProxyPass / http://b/ timeout=0", "ProxyPass Timeout must be at least one second"),
    ("ProxyPass / http://b/ timeout=", "ProxyPass Timeout must be at least one second"),
    ("ProxyPass / http://b/ retry=-1", "ProxyPass Retry must be a positive value"),
    ("ProxyPass / http://b/ loadfactor=0", "ProxyPass LoadFactor must be a number between 1..100"),
    ("ProxyPreserveHost Maybe", "ProxyPreserveHost must be On or Off"),
    ("ProxyPreserveHost", "ProxyPreserveHost must be On or Off"),
    ("ProxyPassReverse /", "ProxyPassReverse needs a path when not defined in a location"),
    ("ProxyPassReverse", REVERSE_ARGUMENTS),
    ("ProxyPassReverse / http://a/ b c", REVERSE_ARGUMENTS),
    ("BalancerMember", "BalancerMember must define balancer name when outside <Proxy > section"),
    ("BalancerMember http://127.0.0.1:1", "BalancerMember must define remote proxy server"),
    ("ProxySet", "ProxySet can not find '' Worker."),
    ("ProxySet lbmethod=byrequests", "ProxySet can not find 'lbmethod=byrequests' Worker."),
    ("ProxySet balancer://zz lbmethod=byrequests", "ProxySet can not find 'balancer://zz' Balancer."),
    ("<Proxy balancer://c\n</Proxy>", "<Proxy> directive missing closing '>'"),
    ("<Proxy balancer://>\n</Proxy>", "BalancerMember Bad syntax for a balancer name (balancer://)"),
    ("<VirtualHost>\n</VirtualHost>", "<VirtualHost> directive requires additional arguments"),
    ("<VirtualHost *\n</VirtualHost>", "<VirtualHost> directive missing closing '>'"),
    ("<VirtualHost *:99999>\n</VirtualHost>", "The address or port is invalid"),
    ("Listen", "Listen requires 1 or 2 arguments."),
    ("Listen a b c", "Listen requires 1 or 2 arguments."),
    ("Listen abc", "Port must be specified"),
    ("Listen 127.0.0.1:", "Port must be specified"),
    ("Listen 99999", "Invalid address or port"),
    ("Listen 0", "Invalid address or port"),
    ("ServerName", "ServerName takes one argument, The hostname and port of the server"),
    ("ServerName a b", "ServerName takes one argument, The hostname and port of the server"),
    ("ServerName ''", "ServerName takes one argument, The hostname and port of the server"),
    ("ServerName a:99999", "The port number \"a:99999\" is outside the appropriate range (i.e., 1..65535)."),
    ("ServerName a:abc", "The port number \"a:abc\" is outside the appropriate range (i.e., 1..65535)."),
    ("ServerAlias a", "ServerAlias only used in <VirtualHost>"),
];
const NEEDS_A_PATH: &str = "ProxyPass|ProxyPassMatch needs a path when not defined in a location";
const NOT_KEY_VALUE: &str =
    "Invalid ProxyPass|ProxyPassMatch parameter. Parameter must be in the form 'key=value'.";
const REVERSE_ARGUMENTS: &str = "ProxyPassReverse takes one, two or three arguments, a virtual path and a URL for reverse proxy behaviour";

/// Lines inside of `<Proxy balancer://c>`, and the second line of the message.
const REFUSED_IN_PROXY: [(&str, &str); 21] = [
    ("BalancerMember", "BalancerMember must define remote proxy server"),
    ("BalancerMember 127.0.0.1:18080", "BalancerMember Unable to parse URL: 127.0.0.1:18080"),
    ("BalancerMember /x", "BalancerMember URL must be absolute!: /x"),
    ("BalancerMember http:///x", "BalancerMember URL must be absolute!: http:///x"),
    ("BalancerMember http://a b", "BalancerMember can not have a balancer name when defined in a location"),
    ("BalancerMember http://a foo=1", "BalancerMember unknown Worker parameter"),
    ("BalancerMember http://a loadfactor=0", "BalancerMember LoadFactor must be a number between 1..100"),
    ("BalancerMember http://a loadfactor=101", "BalancerMember LoadFactor must be a number between 1..100"),
    ("BalancerMember http://a loadfactor=abc", "BalancerMember LoadFactor must be a number between 1..100"),
    ("BalancerMember http://a timeout=0", "BalancerMember Timeout must be at least one second"),
    ("BalancerMember http://a retry=-1", "BalancerMember Retry must be a positive value"),
    ("ProxySet foo=1", "ProxySet: unknown Balancer parameter foo=1; balancer://c"),
    ("ProxySet lbmethod=nope", "ProxySet: unknown lbmethod lbmethod=nope; balancer://c"),
    ("ProxySet lbmethod", "Invalid ProxySet parameter. Parameter must be in the form 'key=value'"),
    ("ProxyPass /b http://a/", "ProxyPass|ProxyPassMatch can not have a path when defined in a location."),
    ("ProxyPassReverse / http://a/", "ProxyPassReverse can not have a path when defined in a location"),
    ("Listen 80", "Listen not allowed in <Proxy> context"),
    ("ServerName a", "ServerName not allowed in <Proxy> context"),
    ("ServerAlias a", "ServerAlias not allowed in <Proxy> context"),
    ("<Proxy balancer://d>\n</Proxy>", "<Proxy not allowed in <Proxy> context"),
    ("<VirtualHost *>\n</VirtualHost>", "<VirtualHost not allowed in <Proxy> context"),
];

#[test]
fn lines_that_apache_refuses() {
    for (line, words) in REFUSED {
        assert_directive_error(line, 1, words);
        assert_directive_error(&format!("# a comment\n\n  {line}"), 3, words);
    }
    for (line, words) in REFUSED_IN_PROXY {
        assert_directive_error(&format!("<Proxy balancer://c>\n{line}\n</Proxy>"), 2, words);
        let nested = format!("<VirtualHost *>\n<Proxy balancer://c>\n{line}\n</Proxy>\n</VirtualHost>");
        assert_directive_error(&nested, 3, words);
    }
}

#[test]
fn what_may_not_stand_in_a_virtual_host() {
    for (line, words) in [
        ("Listen 80", "Listen cannot occur within <VirtualHost> section"),
        ("<VirtualHost *>\n</VirtualHost>", "<VirtualHost> cannot occur within <VirtualHost> section"),
    ] {
        assert_directive_error(&format!("<VirtualHost *>\n{line}\n</VirtualHost>"), 2, words);
    }
}

#[test]
fn names_that_nobody_knows() {
    for name in ["ProxyPas", "Foo", "RewriteEngine"] {
        assert_directive_error(&format!("{name} /"), 1, &invalid_command(name));
    }
    // As Apache's log shows what is not plain.
    for (name, shown) in [("\\", r"\"), ("\u{feff}Listen", r"\xef\xbb\xbfListen"), ("\x1b[2J", r"\x1b[2J")] {
        assert_directive_error(&format!("{name} /"), 1, &invalid_command(shown));
    }
    assert_directive_error("<Foo>\n</Foo>", 1, &invalid_command("<Foo"));
    assert_directive_error("<Directory />\n</Directory>", 1, &invalid_command("<Directory"));
    assert_directive_error("\nProxyPass / http://b/\nProxyPas / http://b/", 3, &invalid_command("ProxyPas"));
}

#[test]
fn structure_is_judged_before_any_directive() {
    assert_structure_error(
        "ProxyPas /\n<VirtualHost *>\n<Proxy balancer://c>\n</VirtualHost>\n",
        4,
        "Expected </Proxy> but saw </VirtualHost>",
    );
    assert_structure_error("ProxyPas /\n</Proxy>", 2, "</Proxy> without matching <Proxy> section");
    assert_structure_error("ProxyPas /\n\n<VirtualHost *>", 3, "F:3: <VirtualHost> was not closed.");
    assert_structure_error(
        "<VirtualHost *>\n</VirtualHost",
        2,
        "</VirtualHost> directive missing closing '>'",
    );
    assert_structure_error(
        "<VirtualHost *>\n</VirtualHost >",
        2,
        "</VirtualHost> directive missing closing '>'",
    );
    assert_structure_error("<>", 1, "F:1: <> was not closed.");
}

/// apache-facts §2: the rows that configtest sees.
#[test]
fn modules_that_are_missing() {
    let core = "LoadModule alias_module x\n";
    assert_directive_error(&format!("{core}ProxyPreserveHost On"), 2, &invalid_command("ProxyPreserveHost"));
    assert_directive_error(&format!("{core}<Proxy balancer://c>\n</Proxy>"), 2, &invalid_command("<Proxy"));
    assert_directive_error(&format!("{core}BalancerMember http://a"), 2, &invalid_command("BalancerMember"));
    assert_structure_error(
        "LoadModule proxy_http_module mod_proxy_http.so",
        1,
        "Cannot load mod_proxy_http.so into server: mod_proxy_http.so: undefined symbol: ap_proxy_location_reverse_map",
    );
    assert_directive_error(
        "LoadModule proxy_module x\n<Proxy balancer://c>\nProxySet lbmethod=byrequests\n</Proxy>",
        3,
        "ProxySet: unknown lbmethod lbmethod=byrequests; balancer://c",
    );
    let arguments =
        "LoadModule takes two arguments, a module name and the name of a shared object file to load it from";
    assert_structure_error("LoadModule proxy_module", 1, arguments);
    // Read while the tree is read, so it wins over an earlier directive that is wrong.
    assert_structure_error("ProxyPas /\n<VirtualHost *>\nLoadModule\n</VirtualHost>", 3, arguments);
}

/// configtest is content: what is missing shows when the server starts, or when a request comes.
#[test]
fn modules_whose_absence_configtest_does_not_see() {
    let guide =
        "<Proxy balancer://c>\nBalancerMember http://127.0.0.1:8080\n</Proxy>\nProxyPass / balancer://c/\n";
    for modules in [
        vec!["proxy"],
        vec!["proxy", "proxy_balancer"],
        vec!["proxy", "proxy_http", "proxy_balancer"],
        vec!["proxy", "proxy_http", "proxy_balancer", "slotmem_shm"],
        vec!["lbmethod_byrequests", "proxy", "proxy_balancer", "slotmem_shm"],
    ] {
        let lines: String = modules.iter().map(|name| format!("LoadModule {name}_module x\n")).collect();
        Site::parse(&(lines + guide), "F").unwrap();
    }
}

#[test]
fn every_complaint_ends_in_what_to_do() {
    let in_proxy = REFUSED_IN_PROXY.map(|(line, _)| format!("<Proxy balancer://c>\n{line}\n</Proxy>"));
    let structure = ["</Proxy>", "<Proxy a>", "<Proxy a>\n</VirtualHost>", "<Proxy a>\n</Proxy"];
    let other = [
        "ProxyPas /",
        "Foo",
        "LoadModule proxy_module",
        "LoadModule proxy_http_module x",
        "LoadModule alias_module x\nProxyPass / http://b/",
        "<VirtualHost *>\nListen 80\n</VirtualHost>",
        "<Proxy http://b/>\n</Proxy>",
    ];
    let newer: Vec<_> = refused_parameters::files().map(|(file, ..)| file).collect();
    let files = REFUSED.iter().map(|(line, _)| *line).chain(in_proxy.iter().map(String::as_str));
    let files = files.chain(newer.iter().map(String::as_str));
    for file in files.chain(structure).chain(other) {
        let error = Site::parse(file, "F").expect_err(file);
        assert!(error.remedy.len() > 10, "{file}: {}", error.remedy);
        assert!(!error.remedy.contains("compare this line"), "no remedy of its own: {file}: {error}");
        assert_ne!(error.remedy, error.text);
    }
    let remedy = |file: &str| Site::parse(file, "F").unwrap_err().remedy;
    assert_eq!(remedy("ProxyPas / http://b/"), "did you mean ProxyPass?");
    assert!(remedy("LoadModule alias_module x\nProxyPass / http://b/").contains("LoadModule proxy_module"));
}
