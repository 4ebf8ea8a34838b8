//! The site file: what Apache refuses is refused in its words, what it accepts is accepted, and what is printed is
//! read back as the same value (apache-facts §2, §3).

use std::{env, fs, process::Command, time::Duration};

use hop_by_hop::proxy::{Proxy, Site, Url, Worker};
use proptest::{prelude::*, sample::select};

/// The whole complaint about this file, as Apache prints it.
fn complaint(text: &str) -> String {
    Site::parse(text, "F").map(|site| format!("accepted:\n{site}")).unwrap_or_else(|error| error.to_string())
}

#[track_caller]
fn assert_structure_error(text: &str, line: usize, words: &str) {
    assert_eq!(complaint(text), format!("Syntax error on line {line} of F: {words}"), "{text}");
}

#[track_caller]
fn assert_directive_error(text: &str, line: usize, words: &str) {
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
    ("BalancerMember", "BalancerMember must define remote proxy server"),
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
    for name in ["ProxyPas", "Foo", "\\", "RewriteEngine"] {
        assert_directive_error(&format!("{name} /"), 1, &invalid_command(name));
    }
    assert_directive_error("<Foo>\n</Foo>", 1, &invalid_command("<Foo"));
    assert_directive_error("<Location />\n</Location>", 1, &invalid_command("<Location"));
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
    let files = REFUSED.iter().map(|(line, _)| *line).chain(in_proxy.iter().map(String::as_str));
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

const GUIDE_ONE_BACKEND: &str = "<VirtualHost *:80>
ProxyPreserveHost On
ProxyPass / http://127.0.0.1:8080/
ProxyPassReverse / http://127.0.0.1:8080/
</VirtualHost>
";

const GUIDE_BALANCER: &str = "<VirtualHost *:80>
<Proxy balancer://mycluster>
BalancerMember http://127.0.0.1:8080
BalancerMember http://127.0.0.1:8081
</Proxy>
ProxyPreserveHost On
ProxyPass / balancer://mycluster/
ProxyPassReverse / balancer://mycluster/
</VirtualHost>
";

#[test]
fn the_guide_s_two_configurations_are_accepted() {
    let url = |text: &str| text.parse::<Url>().unwrap();
    let one = Site::new().virtual_host(
        "*:80",
        Proxy::new()
            .preserve_host()
            .pass("/", url("http://127.0.0.1:8080/"))
            .pass_reverse("/", "http://127.0.0.1:8080/"),
    );
    assert_eq!(GUIDE_ONE_BACKEND.parse(), Ok(one));
    let members = ["http://127.0.0.1:8080", "http://127.0.0.1:8081"].map(|member| Worker::new(url(member)));
    let balancer = Site::new().virtual_host(
        "*:80",
        Proxy::new()
            .balancer("mycluster", members)
            .preserve_host()
            .pass("/", url("balancer://mycluster/"))
            .pass_reverse("/", "balancer://mycluster/"),
    );
    assert_eq!(GUIDE_BALANCER.parse(), Ok(balancer));
}

/// What a file says, written as this proxy writes it.
fn printed(text: &str) -> String {
    Site::parse(text, "F").unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
}

#[test]
fn accepted_without_a_word() {
    for (text, same) in [
        ("proxypass / http://b/", "ProxyPass / http://b/\n"),
        ("PROXYPRESERVEHOST on anything", "ProxyPreserveHost On\n"),
        ("ProxyPass / HTTP://B:8080/", "ProxyPass / HTTP://B:8080/\n"),
        ("ProxyPass / \\\n   http://b/ \\\n timeout=5", "ProxyPass / http://b/ timeout=5\n"),
        ("  ProxyPass\t'/'   \"http://b/\"  \r\n", "ProxyPass / http://b/\n"),
        ("ProxyPass \"/\"http://b/", "ProxyPass / http://b/\n"),
        ("# c \\\nFoo", ""),
        ("ProxyPass app http://b/", "ProxyPass app http://b/\n"),
        ("ProxyPass / http://127.0.0.1:99999", "ProxyPass / http://127.0.0.1:99999\n"),
        ("ProxyPass / foo://a/", "ProxyPass / foo://a/\n"),
        ("ProxyPass / http://a/ retry=abc", "ProxyPass / http://a/ retry=0\n"),
        ("ProxyPass / http://a/ timeout=500ms", "ProxyPass / http://a/ timeout=500ms\n"),
        ("ProxyPass /x ! timeout=1", "ProxyPass /x !\n"),
        ("ProxyPassReverse / foo", "ProxyPassReverse / foo\n"),
        ("ProxyPassReverse / http://a/ interpolate", "ProxyPassReverse / http://a/\n"),
        (
            "BalancerMember balancer://c http://a",
            "<Proxy balancer://c>\n    BalancerMember http://a\n</Proxy>\n",
        ),
        (
            "<Proxy balancer://c>\nBalancerMember http://a\n</Proxy>\n\
             <PROXY BALANCER://C/x>\nBalancerMember http://b\nBalancerMember http://a loadfactor=2\n</proxy> text",
            "<Proxy balancer://c>\n    BalancerMember http://a loadfactor=2\n    BalancerMember http://b\n</Proxy>\n",
        ),
        (
            "<virtualhost *:80 127.0.0.1:81> text\n</VIRTUALHOST>",
            "<VirtualHost *:80 127.0.0.1:81>\n</VirtualHost>\n",
        ),
        ("Listen *:80\nListen 127.0.0.1:81 http", "Listen 80\nListen 127.0.0.1:81\n"),
        ("ServerName http://a:80", "ServerName http://a:80\n"),
    ] {
        assert_eq!(printed(text), same, "{text}");
    }
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "/[a-z]{0,5}/?",
        "/[a-zA-Z0-9 \"'\\\\<>#%é.-]{0,8}",
        Just("/a\\".to_owned()),
        Just("/it's \"quoted\"".to_owned()),
    ]
}

fn urls() -> impl Strategy<Value = String> {
    let scheme = select(vec!["http", "HTTP", "https", "ajp", "balancer"]);
    let host = prop_oneof!["[a-z]{1,6}(\\.test)?", Just("127.0.0.1".to_owned()), Just("[::1]".to_owned())];
    let path = prop_oneof![Just(String::new()), "/[a-z]{0,5}/?", "/[a-z \"'\\\\é?#]{0,6}"];
    (scheme, host, prop::option::of(1_u32..99_999), path).prop_map(|(scheme, host, port, path)| {
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{scheme}://{host}{port}{path}")
    })
}

fn workers() -> impl Strategy<Value = Worker> {
    let millis = || prop_oneof![(1_u64..200).prop_map(|seconds| seconds * 1000), 1_u64..100_000];
    (urls(), prop::option::of(1_u8..=100), prop::option::of(millis()), prop::option::of(millis())).prop_map(
        |(url, factor, retry, timeout)| {
            let mut worker = Worker::new(url.parse().unwrap());
            worker = factor.map_or(worker.clone(), |factor| worker.loadfactor(factor));
            worker = retry.map_or(worker.clone(), |retry| worker.retry(Duration::from_millis(retry)));
            timeout.map_or(worker.clone(), |timeout| worker.timeout(Duration::from_millis(timeout)))
        },
    )
}

/// One call of the builder.
#[derive(Clone, Debug)]
enum Line {
    Pass(String, Worker),
    DoNotPass(String),
    PassReverse(String, String),
    PreserveHost,
}

fn lines() -> impl Strategy<Value = Line> {
    prop_oneof![
        (words(), workers()).prop_map(|(path, worker)| Line::Pass(path, worker)),
        words().prop_map(Line::DoNotPass),
        (words(), prop_oneof![urls(), words()]).prop_map(|(fake, real)| Line::PassReverse(fake, real)),
        Just(Line::PreserveHost),
    ]
}

fn proxies(named: bool) -> impl Strategy<Value = Proxy> {
    let names = prop::collection::vec("[a-z*?]{1,5}(\\.test)?", 0..3);
    let balancers = prop::collection::vec(prop::collection::vec(workers(), 0..4), 0..3);
    (names, balancers, prop::collection::vec(lines(), 0..6)).prop_map(move |(names, balancers, lines)| {
        let mut proxy = Proxy::new();
        for (number, name) in names.iter().enumerate().filter(|_| named) {
            proxy = if number == 0 { proxy.server_name(name) } else { proxy.server_alias(name) };
        }
        for (number, members) in balancers.into_iter().enumerate() {
            proxy = proxy.balancer(&format!("cluster{number}"), members);
        }
        lines.into_iter().fold(proxy, |proxy, line| match line {
            Line::Pass(path, worker) => proxy.pass_to(&path, worker),
            Line::DoNotPass(path) => proxy.do_not_pass(&path),
            Line::PassReverse(fake, real) => proxy.pass_reverse(&fake, real),
            Line::PreserveHost => proxy.preserve_host(),
        })
    })
}

const MODULES: [&str; 5] = ["proxy", "proxy_http", "proxy_balancer", "slotmem_shm", "lbmethod_byrequests"];
const HOSTS: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];
const ADDRESSES: [&str; 5] = ["*", "*:80", "127.0.0.1:8000", "[::1]:80", "_default_"];

fn sites() -> impl Strategy<Value = Site> {
    let listens = prop::collection::vec((select(&HOSTS[..]), 1_u16..), 0..3);
    let virtual_hosts = prop::collection::vec((select(&ADDRESSES[..]), proxies(true)), 0..3);
    (0..=MODULES.len(), listens, proxies(false), virtual_hosts).prop_map(
        |(modules, listens, main, virtual_hosts)| {
            let site = MODULES[..modules].iter().fold(Site::new().main(main), |site, name| site.module(name));
            let site = listens.into_iter().fold(site, |site, (host, port)| site.listen(host, port));
            virtual_hosts.into_iter().fold(site, |site, (address, proxy)| site.virtual_host(address, proxy))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_is_read_back(site in sites()) {
        let printed = site.to_string();
        let read = printed.parse::<Site>();
        prop_assert_eq!(read.as_ref(), Ok(&site), "{}", printed);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        _ = Site::parse(&text, "F").map_err(|error| error.to_string());
    }

    #[test]
    fn no_line_makes_it_panic(
        lines in prop::collection::vec(
            ("(</?)?", select(vec![
                "ProxyPass", "ProxyPassReverse", "ProxyPreserveHost", "BalancerMember", "ProxySet", "Listen", "LoadModule",
                "ServerName", "ServerAlias", "VirtualHost", "Proxy",
            ]), "[ -~é\\\\\"':/\\[\\]=<>]{0,20}"),
            0..6,
        ),
    ) {
        let text: String = lines.iter().map(|(tag, name, rest)| format!("{tag}{name} {rest}\n")).collect();
        if let Err(error) = Site::parse(&text, "F") {
            prop_assert!((1..=lines.len()).contains(&error.line), "line {} of {}", error.line, text);
            prop_assert!(!error.text.is_empty() && !error.remedy.is_empty());
        }
    }

    #[test]
    fn no_change_of_a_valid_file_makes_it_panic(
        file in select(vec![GUIDE_ONE_BACKEND, GUIDE_BALANCER]),
        at in any::<prop::sample::Index>(),
        length in 0_usize..30,
        new in "[ -~\n\té]{0,10}",
    ) {
        let at = at.index(file.len());
        let end = (at + length).min(file.len());
        let text = format!("{}{new}{}", &file[..at], &file[end..]);
        if let Ok(site) = Site::parse(&text, "F") {
            prop_assert_eq!(site.to_string().parse(), Ok(site));
        }
    }
}

/// What this proxy prints, a real Apache reads. Skipped with a message where there is none, unless `CI` is set.
#[test]
fn apache_accepts_what_is_printed() {
    let apache =
        ["/usr/sbin/apache2", "/usr/sbin/httpd"].into_iter().find(|path| fs::exists(path).unwrap_or(false));
    let Some(apache) = apache else {
        assert!(env::var_os("CI").is_none(), "no Apache here; install apache2");
        return println!("skipped: no Apache here; install apache2");
    };
    let folder = env::temp_dir().join(format!("hop-by-hop-site-file-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let modules = "LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so\n\
                   LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so\n";
    let site = |text: &str| {
        let site = Site::parse(text, "F").unwrap();
        MODULES.iter().fold(site, |site, module| site.module(module)).to_string()
    };
    let awkward = "ProxyPass \"/it's \\\"quoted\\\"\" \"http://127.0.0.1:8080/a b\" timeout=500ms\nProxyPass '/a\\\\' !\n\
                   <Proxy balancer://c>\nBalancerMember 'http://b/x y' loadfactor=1.5 retry=5\nProxySet lbmethod=byrequests\n</Proxy>\n\
                   ProxyPassReverse '/a b' balancer://c/\nListen 127.0.0.1:8000\n";
    for (number, text) in [GUIDE_ONE_BACKEND, GUIDE_BALANCER, awkward].into_iter().enumerate() {
        let file = folder.join(format!("{number}.conf"));
        let fixed = format!("ServerName localhost\nErrorLog {0}/log\nPidFile {0}/pid\n", folder.display());
        fs::write(&file, format!("{modules}{fixed}{}", site(text))).unwrap();
        let output = Command::new(apache).arg("-t").arg("-f").arg(&file).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}\n{}", site(text));
    }
    fs::remove_dir_all(folder).unwrap();
}
