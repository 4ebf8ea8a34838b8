//! Any site is read back as it was printed, and no text makes the reader panic.

use std::time::Duration;

use hop_by_hop::proxy::{
    BalancerParameters, EncodedSlashes, Flag, LbMethod, Proxy, ReadLimit, Site, Via, Worker,
};
use proptest::{prelude::*, sample::select};

use crate::{GUIDE_BALANCER, GUIDE_ONE_BACKEND, MODULES};

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

fn plain_workers() -> impl Strategy<Value = Worker> {
    let millis = || prop_oneof![(1_u64..200).prop_map(|seconds| seconds * 1000), 1_u64..100_000];
    (urls(), prop::option::of(1_u8..=100), prop::option::of(millis()), prop::option::of(millis()))
        .prop_map(|(url, factor, retry, timeout)| {
            let mut worker = Worker::new(url.parse().unwrap());
            worker = factor.map_or(worker.clone(), |factor| worker.loadfactor(factor));
            worker = retry.map_or(worker.clone(), |retry| worker.retry(Duration::from_millis(retry)));
            timeout.map_or(worker.clone(), |timeout| worker.timeout(Duration::from_millis(timeout)))
        })
        .boxed()
}

fn workers() -> impl Strategy<Value = Worker> {
    (plain_workers(), prop::collection::vec((parameters(), any::<u8>()), 0..4))
        .prop_map(|(worker, said)| said.into_iter().fold(worker, |worker, (say, number)| say(worker, number)))
}

const FLAGS: [Flag; 8] = [
    Flag::Disabled,
    Flag::Stopped,
    Flag::Drain,
    Flag::IgnoreErrors,
    Flag::HotStandby,
    Flag::HotSpare,
    Flag::InError,
    Flag::HealthCheckFailed,
];

/// One parameter of a worker.
fn parameters() -> impl Strategy<Value = fn(Worker, u8) -> Worker> {
    let times: [fn(Worker, u8) -> Worker; 5] = [
        |worker, n| worker.connection_timeout(Duration::from_millis(u64::from(n) * 100 + 1)),
        |worker, n| worker.acquire(Duration::from_millis(u64::from(n) * 10 + 1)),
        |worker, n| worker.ttl(u32::from(n) + 1),
        |worker, n| worker.max(n.into()),
        |worker, n| worker.enable_reuse(n % 2 == 0),
    ];
    let names: [fn(Worker, u8) -> Worker; 4] = [
        |worker, n| worker.route(&format!("r {n}")),
        |worker, n| worker.redirect(&format!("r\"{n}")),
        |worker, n| worker.lbset(n),
        |worker, n| worker.status(FLAGS[usize::from(n) % FLAGS.len()]),
    ];
    select([times.as_slice(), names.as_slice()].concat())
}

fn balancer_parameters() -> impl Strategy<Value = BalancerParameters> {
    let methods =
        select(vec![None, Some(LbMethod::ByRequests), Some(LbMethod::ByTraffic), Some(LbMethod::ByBusyness)]);
    let switches = prop::collection::vec(prop::option::of(any::<bool>()), 3);
    let sticky = prop::option::of("[A-Z \"|;]{1,8}");
    (methods, switches, sticky, prop::option::of(0_usize..9), prop::collection::vec(100_u16..600, 0..3))
        .prop_map(|(method, switches, sticky, attempts, statuses)| {
            let mut said = BalancerParameters::new().failonstatus(&statuses);
            said = method.map_or(said.clone(), |method| said.lbmethod(method));
            said = sticky.map_or(said.clone(), |names| said.stickysession(&names));
            said = attempts.map_or(said.clone(), |attempts| said.maxattempts(attempts));
            said = switches[0].map_or(said.clone(), |on| said.nofailover(on));
            said = switches[1].map_or(said.clone(), |on| said.failontimeout(on));
            switches[2].map_or(said.clone(), |on| said.forcerecovery(on))
        })
}

/// One call of the builder.
#[derive(Clone, Debug)]
enum Line {
    Pass(String, Worker),
    DoNotPass(String),
    Nocanon,
    PassMatch(&'static str, &'static str),
    PassReverse(String, String),
    CookieDomain(String, String),
    CookiePath(String, String),
    PreserveHost,
    NoAddedHeaders,
    BalancerManager,
    Via(Via),
    Timeout(u64),
    ServerTimeout(u32),
    KeepAliveTimeout(u64),
    HeaderTimeout(ReadLimit),
    BodyTimeout(ReadLimit),
    Slashes(EncodedSlashes),
}

const PATTERNS: [&str; 4] = ["^/a", r"^/(.*)\.(gif|é)$", r#"^/"x y"\\(.)"#, "$"];
const MADE_URLS: [&str; 5] =
    ["http://b", "http://b:80$1", "http://b/x y/$1", "balancer://c/$2$1", r"http://b/\$1"];

fn lines() -> impl Strategy<Value = Line> {
    prop_oneof![
        (words(), workers()).prop_map(|(path, worker)| Line::Pass(path, worker)),
        words().prop_map(Line::DoNotPass),
        (words(), prop_oneof![urls(), words()]).prop_map(|(fake, real)| Line::PassReverse(fake, real)),
        (words(), words()).prop_map(|(internal, public)| Line::CookieDomain(internal, public)),
        (words(), words()).prop_map(|(internal, public)| Line::CookiePath(internal, public)),
        (select(&PATTERNS[..]), select(&MADE_URLS[..]))
            .prop_map(|(pattern, url)| Line::PassMatch(pattern, url)),
        Just(Line::Nocanon),
        Just(Line::PreserveHost),
        Just(Line::NoAddedHeaders),
        Just(Line::BalancerManager),
        select(vec![Via::Off, Via::On, Via::Full, Via::Block]).prop_map(Line::Via),
        (1_u64..100_000).prop_map(Line::Timeout),
        (1_u32..).prop_map(Line::ServerTimeout),
        (0_u64..100_000).prop_map(Line::KeepAliveTimeout),
        read_limits().prop_map(Line::HeaderTimeout),
        read_limits().prop_map(Line::BodyTimeout),
        select(vec![EncodedSlashes::Off, EncodedSlashes::On, EncodedSlashes::NoDecode])
            .prop_map(Line::Slashes),
    ]
}

/// A maximum needs a rate, and is more than the beginning.
fn read_limits() -> impl Strategy<Value = ReadLimit> {
    (0_u32..100, prop::option::of((1_u32..1000, 0_u32..50))).prop_map(|(first, more)| match more {
        None => ReadLimit { first, max: 0, min_rate: 0 },
        Some((min_rate, more)) => ReadLimit { first, max: if more > 0 { first + more } else { 0 }, min_rate },
    })
}

fn say(proxy: Proxy, line: Line) -> Proxy {
    match line {
        Line::Pass(path, worker) => proxy.pass_to(&path, worker),
        Line::DoNotPass(path) => proxy.do_not_pass(&path),
        Line::Nocanon => proxy.nocanon(),
        Line::PassMatch(pattern, url) => proxy.pass_match(pattern, url).unwrap(),
        Line::PassReverse(fake, real) => proxy.pass_reverse(&fake, real),
        Line::CookieDomain(internal, public) => proxy.pass_reverse_cookie_domain(&internal, &public),
        Line::CookiePath(internal, public) => proxy.pass_reverse_cookie_path(&internal, &public),
        Line::PreserveHost => proxy.preserve_host(),
        Line::BalancerManager => proxy.balancer_manager(),
        Line::NoAddedHeaders => proxy.no_added_headers(),
        Line::Via(via) => proxy.via(via),
        Line::Timeout(millis) => proxy.timeout(Duration::from_millis(millis)),
        Line::ServerTimeout(seconds) => proxy.server_timeout(seconds),
        Line::KeepAliveTimeout(millis) => proxy.keep_alive_timeout(Duration::from_millis(millis)),
        Line::HeaderTimeout(limit) => proxy.request_header_timeout(limit),
        Line::BodyTimeout(limit) => proxy.request_body_timeout(limit),
        Line::Slashes(slashes) => proxy.allow_encoded_slashes(slashes),
    }
}

fn locations() -> impl Strategy<Value = (String, Vec<Line>)> {
    ("/[a-z \"']{0,5}/?", prop::collection::vec(lines(), 0..4))
}

fn proxies(named: bool) -> impl Strategy<Value = Proxy> {
    let names = prop::collection::vec("[a-z*?]{1,5}(\\.test)?", 0..3);
    let balancers =
        prop::collection::vec((prop::collection::vec(workers(), 0..4), balancer_parameters()), 0..3);
    let locations = prop::collection::vec(locations(), 0..3);
    (names, balancers, prop::collection::vec(lines(), 0..8), locations).prop_map(
        move |(names, balancers, lines, locations)| {
            let mut proxy = Proxy::new();
            for (number, name) in names.iter().enumerate().filter(|_| named) {
                proxy = if number == 0 { proxy.server_name(name) } else { proxy.server_alias(name) };
            }
            for (number, (members, said)) in balancers.into_iter().enumerate() {
                proxy = proxy.balancer_with(&format!("cluster{number}"), members, said);
            }
            let proxy = lines.into_iter().fold(proxy, say);
            locations.into_iter().fold(proxy, |proxy, (path, lines)| {
                proxy.location(&path, lines.into_iter().fold(Proxy::new(), say))
            })
        },
    )
}

const HOSTS: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];
const ADDRESSES: [&str; 5] = ["*", "*:80", "127.0.0.1:8000", "[::1]:80", "_default_"];

fn sites() -> impl Strategy<Value = Site> {
    let listens = prop::collection::vec((select(&HOSTS[..]), 1_u16..), 0..3);
    let virtual_hosts = prop::collection::vec((select(&ADDRESSES[..]), proxies(true)), 0..3);
    let stop = prop::option::of(any::<u32>());
    (select(vec![0, MODULES.len()]), listens, stop, proxies(false), virtual_hosts).prop_map(
        |(modules, listens, stop, main, virtual_hosts)| {
            let site = MODULES[..modules].iter().fold(Site::new().main(main), |site, name| site.module(name));
            let site = stop.map_or(site.clone(), |seconds| site.graceful_shutdown_timeout(seconds));
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
                "ServerName", "ServerAlias", "VirtualHost", "Proxy", "Location", "ProxyPassMatch", "ProxyVia", "ProxyTimeout",
                "ProxyAddHeaders", "RequestReadTimeout", "KeepAliveTimeout", "Timeout", "GracefulShutdownTimeout", "SetHandler", "AllowEncodedSlashes", "ProxyPassReverseCookiePath", "ProxyPassReverseCookieDomain",
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
