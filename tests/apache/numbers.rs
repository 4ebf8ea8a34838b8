//! Numbers beyond all that is sensible, wherever a line has one, as `apache2 -t` is shown them.

const NUMBERS: [&str; 20] = [
    "\"\"",
    "-1",
    "+1",
    "0",
    "2147483647",
    "2147483648",
    "4294967296",
    "9000000000",
    "9000000000000000000",
    "99999999999999999999",
    "-99999999999999999999",
    "1e3",
    "5.5",
    "5mi",
    "5MIN",
    "5xyz",
    "9223372036854775807ms",
    "9223372036854776s",
    "9000000000h",
    "153722867281min",
];

/// Where `{}` is the number.
const LINES: [&str; 16] = [
    "ProxyTimeout {}",
    "KeepAliveTimeout {}",
    "GracefulShutdownTimeout {}",
    "RequestReadTimeout header={}",
    "RequestReadTimeout body=20-{},minrate=500",
    "RequestReadTimeout header=20-40,minrate={}",
    "ServerName a:{}",
    "ProxyPass / http://b/ loadfactor={}",
    "ProxyPass / http://b/ lbset={}",
    "ProxyPass / http://b/ retry={}",
    "ProxyPass / http://b/ timeout={}",
    "ProxyPass / http://b/ connectiontimeout={}",
    "ProxyPass / http://b/ ttl={}",
    "ProxyPass / http://b/ max={}",
    "ProxyPass / http://b/ acquire={}",
    "ProxyPass / http://b:{}/",
];

pub fn lines() -> impl Iterator<Item = String> {
    LINES.iter().flat_map(|line| {
        // An empty word of its own, but nothing after a `=` or a `:`.
        let word = line.contains(" {}");
        NUMBERS.map(move |number| line.replace("{}", if word { number } else { number.trim_matches('"') }))
    })
}
