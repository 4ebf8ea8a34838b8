//! What Apache's messages lack: the one thing to do about them.

/// For a part of Apache's text, what to do.
const REMEDIES: &[(&str, &str)] = &[
    ("Unable to parse URL", "write the whole URL, as in http://127.0.0.1:8080/"),
    ("URL must be absolute", "write the whole URL, as in http://127.0.0.1:8080/"),
    ("must define balancer name", "put the line inside of <Proxy balancer://…>, with the URL of a backend"),
    (
        "must define remote proxy server",
        "name the backend, as in BalancerMember http://127.0.0.1:8080, inside of <Proxy balancer://…>",
    ),
    ("needs a path when not defined", "write the path before the URL, as in / http://127.0.0.1:8080/"),
    (
        "can not have a path when defined in a location",
        "move this line out of the section, to stand on its own",
    ),
    ("<Location>: this proxy knows", "write <Location /path>, or run the file with a real Apache"),
    ("Multiple <Location> arguments", "write one path, with quotes around it if it has blanks"),
    ("not allowed in <Location> context", "move this line above or below the <Location> section"),
    ("Regular expression", "close what is open; the regex crate's grammar is meant, without look-around"),
    ("AllowEncodedSlashes", "write AllowEncodedSlashes NoDecode"),
    ("~' usage", "leave the ~ out"),
    ("not allowed in <Proxy> context", "move this line above or below the <Proxy> section"),
    ("can not have a balancer name", "write one URL, then key=value words"),
    ("must be in the form 'key=value'", "remove the last words; a comment must stand on a line of its own"),
    ("ProxySet can not find ''", "name a balancer, as in ProxySet balancer://mycluster lbmethod=byrequests"),
    ("The address or port is invalid", "write a port from 1 to 65535, as in <VirtualHost *:8000>"),
    ("ServerName takes one argument", "write one name, as in ServerName www.example.com"),
    ("outside the appropriate range", "write a port from 1 to 65535, or none"),
    ("ServerAlias only used", "move this line into the <VirtualHost>"),
    (
        "LoadModule takes",
        "write the module's name and its file, as in LoadModule proxy_module modules/mod_proxy.so",
    ),
    ("this proxy knows <Proxy", "write <Proxy balancer://mycluster>, or run the file with a real Apache"),
    ("Parameter must be in the form 'key=value'", "write key=value, as in lbmethod=byrequests"),
    (
        "unknown Worker parameter",
        "this proxy knows acquire=, connectiontimeout=, disablereuse=, enablereuse=, lbset=, loadfactor=, max=, redirect=, retry=, route=, status=, timeout= and ttl=",
    ),
    ("LoadFactor must be", "write a number from 1 to 100, as in loadfactor=2"),
    (
        "RequestReadTimeout",
        "write seconds, or a range with a rate, as in RequestReadTimeout header=20-40,MinRate=500 body=10,MinRate=500",
    ),
    ("KeepAliveTimeout", "write seconds, as in KeepAliveTimeout 5"),
    ("Timeout duration (sec)", "write seconds, as in Timeout 60"),
    ("Timeout must be at least 1 second", "write seconds, as in Timeout 60"),
    ("ProxyTimeout takes", "write seconds, as in ProxyTimeout 5"),
    ("Proxy Timeout must be", "write seconds, as in ProxyTimeout 5"),
    ("Timeout must be", "write seconds, as in timeout=5"),
    ("Connectiontimeout", "write seconds, or milliseconds as in connectiontimeout=500ms"),
    ("Reuse must be On|Off", "write On or Off, as in disablereuse=On"),
    ("TTL must be", "write seconds, as in ttl=60"),
    ("Max must be", "write how many connections there may be at once, as in max=20"),
    ("Acquire", "write milliseconds, as in acquire=100"),
    ("lbset must be", "write a number from 0 to 99, as in lbset=1"),
    ("length must be < 64", "write a shorter name"),
    ("Unknown status parameter", "write letters of D, S, N, H, R, I and E, as in status=+H"),
    ("stickysessionsep must", "write one character, as in stickysessionsep=."),
    ("must be On|Off", "write On or Off"),
    ("number of attempts", "write how many more members a request may try, as in maxattempts=1"),
    ("HTTP response codes", "write statuses from 100 to 599, as in failonstatus=500,503"),
    ("SetHandler", "write SetHandler balancer-manager, or run the file with a real Apache"),
    ("ProxyAddHeaders must be", "write ProxyAddHeaders Off"),
    ("ProxyVia takes", "write one word, as in ProxyVia On"),
    ("ProxyVia must be", "write one of these words, as in ProxyVia On"),
    ("Retry must be", "write seconds, as in retry=60"),
    ("ProxyPreserveHost must be", "write ProxyPreserveHost On"),
    (
        "ProxyPassReverseCookieDomain takes",
        "write the backend's domain and yours, as in backend.internal www.example.com",
    ),
    ("ProxyPassReverseCookiePath takes", "write the backend's path and yours, as in /back/ /app/"),
    ("ProxyPassReverse takes", "write a path and a URL, as in ProxyPassReverse / http://127.0.0.1:8080/"),
    ("Bad syntax for a balancer name", "give it a name, as in <Proxy balancer://mycluster>"),
    (
        "unknown lbmethod",
        "this proxy knows byrequests, bytraffic and bybusyness; each needs its module, as in LoadModule lbmethod_byrequests_module, if any module is named",
    ),
    (
        "unknown Balancer parameter",
        "this proxy knows failonstatus=, failontimeout=, forcerecovery=, lbmethod=, maxattempts=, nofailover=, scolonpathdelim=, stickysession= and stickysessionsep=",
    ),
    ("ProxySet can not find", "name a balancer that a <Proxy> section above defines"),
    ("missing closing '>'", "end the line with >"),
    ("was not closed", "add the closing line, as in </VirtualHost>"),
    ("without matching", "remove this line, or add the line that opens the section"),
    ("but saw", "close the inner section before the outer one"),
    ("requires additional arguments", "write an address or a name before the >, as in <VirtualHost *:8000>"),
    ("within <VirtualHost> section", "move this line out of the <VirtualHost>"),
    ("undefined symbol", "load proxy first: put LoadModule proxy_module above this line"),
    ("Port must be specified", "write an address and a port, as in Listen 127.0.0.1:8000"),
    ("Invalid address or port", "write a port from 1 to 65535, as in Listen 127.0.0.1:8000"),
    ("GracefulShutdownTimeout takes", "write seconds, as in GracefulShutdownTimeout 10; 0 is without limit"),
    ("Listen requires", "write an address and a port, as in Listen 127.0.0.1:8000"),
];

/// What to do about a message; `known` are the directives that could have been meant.
pub(crate) fn remedy(text: &str, known: &[&str]) -> String {
    if let Some(command) = text.strip_prefix("Invalid command '").and_then(|rest| rest.split('\'').next()) {
        return of_command(command, known);
    }
    let found = REMEDIES.iter().find(|(part, _)| text.contains(part));
    found.map_or("compare this line with the chapter's", |(_, remedy)| remedy).to_owned()
}

fn of_command(command: &str, known: &[&str]) -> String {
    let known = known.iter().copied().chain(["<VirtualHost", "<Proxy", "<Location"]);
    let distance = |name: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &command.to_lowercase());
    match known.map(|name| (distance(name), name)).min() {
        Some((0, name)) => {
            let end = if name.starts_with('<') { ">" } else { "" };
            format!(
                "{name}{end} is defined by mod_proxy: add LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so"
            )
        }
        Some((distance, name)) if distance <= 3 => format!("did you mean {name}?"),
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
            remedy(&format!("Invalid command '{command}', perhaps"), &["ProxyPass", "ProxyPassReverse"])
        };
        assert_eq!(meant("ProxyPas"), "did you mean ProxyPass?");
        assert_eq!(meant("proxypassrevers"), "did you mean ProxyPassReverse?");
        assert_eq!(meant("<Virtualhosts"), "did you mean <VirtualHost?");
        assert!(meant("ProxyPass").contains("LoadModule proxy_module"));
        assert!(meant("RewriteEngine").starts_with("this proxy does not have"));
    }
}
