//! The page of `balancer-manager`: each balancer with its members and what they have to do.

use std::{fmt, sync::Arc, time::Instant};

use crate::proxy::{
    core::error_page::escape,
    mod_proxy::worker::Worker,
    mod_proxy::worker::status::{FLAGS, Flag},
    mod_proxy_balancer::running::Running,
    mod_proxy_balancer::turns::State,
};

/// The page, with Apache's headings.
pub(crate) struct BalancerPage<'a> {
    pub host: &'a str,
    pub balancers: &'a [Arc<Running>],
    pub now: Instant,
}

impl fmt::Display for BalancerPage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<!DOCTYPE html>\n<html><head><title>Balancer Manager</title>\n<style>\n")?;
        f.write_str("table { border-collapse: collapse; text-align: center; }\n")?;
        f.write_str("th, td { border: 1px dotted gray; padding: 2px 6px; }\n</style>\n</head>\n<body>")?;
        writeln!(f, "<h1>Load Balancer Manager for {}</h1>", escape(self.host))?;
        self.balancers.iter().try_for_each(|balancer| self.balancer(f, balancer))?;
        f.write_str("</body></html>\n")
    }
}

impl BalancerPage<'_> {
    fn balancer(&self, f: &mut fmt::Formatter<'_>, running: &Running) -> fmt::Result {
        let balancer = &running.balancer;
        let parameters = &balancer.parameters;
        writeln!(f, "<hr>\n<h3>LoadBalancer Status for balancer://{}</h3>", escape(&balancer.name))?;
        row(f, "th", &["StickySession", "DisableFailover", "FailoverAttempts", "Method"], "<table>")?;
        let sticky = Some(parameters.sticky.names.as_str()).filter(|names| !names.is_empty());
        let attempts = running.attempts() - 1;
        let values = [
            sticky.unwrap_or("(None)").to_owned(),
            if parameters.nofailover == Some(true) { "On" } else { "Off" }.to_owned(),
            attempts.to_string(),
            parameters.method().name().to_owned(),
        ];
        row(f, "td", &values, "")?;
        let headings = [
            "Worker URL",
            "Route",
            "RouteRedir",
            "Factor",
            "Set",
            "Status",
            "Elected",
            "Busy",
            "Load",
            "To",
            "From",
        ];
        row(f, "th", &headings, "</table>\n<br>\n<table>")?;
        let state = running.lock();
        for (at, member) in balancer.members.iter().enumerate() {
            let (sent, read) = state.load[at].traffic();
            let values = [
                member.url.to_string(),
                member.route.clone(),
                member.redirect.clone(),
                format!("{:.2}", f64::from(member.loadfactor) / 100.0),
                member.lbset.to_string(),
                status(&state, at, member, self.now),
                state.elected[at].to_string(),
                state.load[at].busy().to_string(),
                state.lbstatus[at].to_string(),
                bytes(sent),
                bytes(read),
            ];
            row(f, "td", &values, "")?;
        }
        f.write_str("</table>\n")
    }
}

/// A row of the table; what stands in it is text, whoever wrote it.
fn row(f: &mut fmt::Formatter<'_>, cell: &str, values: &[impl AsRef<str>], before: &str) -> fmt::Result {
    let cells: String =
        values.iter().map(|value| format!("<{cell}>{}</{cell}>", escape(value.as_ref()))).collect();
    writeln!(f, "{before}<tr>{cells}</tr>")
}

/// Apache's words for the state of a member.
fn status(state: &State, at: usize, member: &Worker, now: Instant) -> String {
    let shown = |flag: Flag| match flag {
        Flag::InError => state.is_in_error(at, now),
        flag => member.status.has(flag),
    };
    let words = FLAGS.iter().filter(|(flag, ..)| shown(*flag)).map(|(.., word)| *word);
    let usable = state.is_usable(at, member, now).then_some("Ok");
    ["Init"].into_iter().chain(words).chain(usable).collect::<Vec<_>>().join(" ")
}

/// A number of bytes as APR writes it: at most three digits and a unit.
fn bytes(count: u64) -> String {
    let mut size = count;
    let mut remain = 0;
    let mut units = "KMGTPE".chars();
    let mut unit = None;
    while size >= 973 {
        remain = size % 1024;
        size /= 1024;
        unit = units.next();
    }
    match unit {
        None => size.to_string(),
        Some(unit) if size < 9 || size == 9 && remain < 973 => {
            let tenths = size * 10 + (remain * 5 + 256) / 512;
            format!("{}.{}{unit}", tenths / 10, tenths % 10)
        }
        Some(unit) => format!("{}{unit}", size + u64::from(remain >= 512)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxy::{BalancerParameters, Proxy, mod_proxy_balancer::ModProxyBalancer};

    fn started(proxy: &Proxy) -> ModProxyBalancer {
        ModProxyBalancer::start(&proxy.proxy.balancers, true)
    }

    fn page(running: &ModProxyBalancer) -> String {
        BalancerPage { host: "front.test", balancers: &running.balancers, now: Instant::now() }.to_string()
    }

    #[test]
    fn members_are_shown_with_their_counters() {
        let member = |url: &str| Worker::new(url.parse().unwrap());
        let proxy = Proxy::new().balancer_with(
            "c",
            [
                member("http://a:80").route("x").loadfactor(2),
                member("http://b:81/p").status(Flag::Disabled).lbset(2).redirect("x"),
            ],
            BalancerParameters::new().stickysession("SID|sid").maxattempts(3),
        );
        let running = started(&proxy);
        running.balancers[0].elect(None, Instant::now()).unwrap();
        let page = page(&running);
        for row in [
            "<h1>Load Balancer Manager for front.test</h1>",
            "<h3>LoadBalancer Status for balancer://c</h3>",
            "<tr><td>SID|sid</td><td>Off</td><td>3</td><td>byrequests</td></tr>",
            "<tr><td>http://a:80</td><td>x</td><td></td><td>2.00</td><td>0</td><td>Init Ok</td><td>1</td><td>0</td><td>0</td><td>0</td><td>0</td></tr>",
            "<tr><td>http://b:81/p</td><td></td><td>x</td><td>1.00</td><td>2</td><td>Init Dis</td><td>0</td><td>0</td><td>0</td><td>0</td><td>0</td></tr>",
        ] {
            assert!(page.contains(row), "{row}\n{page}");
        }
    }

    #[test]
    fn a_member_in_error_says_so() {
        let running = started(&Proxy::new().balancer("c", [Worker::new("http://a".parse().unwrap())]));
        running.balancers[0].set_in_error(0, Instant::now());
        assert!(page(&running).contains("<td>Init Err</td>"));
    }

    #[test]
    fn what_the_site_file_says_is_text_and_no_markup() {
        let worker = Worker::new("http://a/<script>".parse().unwrap()).route("<b>\"&");
        let proxy = Proxy::new().balancer("<i>", [worker]);
        let page = page(&started(&proxy));
        assert!(!page.contains("<script>") && !page.contains("<b>") && !page.contains("<i>"), "{page}");
        assert!(page.contains("http://a/&lt;script&gt;") && page.contains("&lt;b&gt;&quot;&amp;"), "{page}");
    }

    /// As APR writes them.
    #[test]
    fn counts_of_bytes() {
        for (count, text) in
            [(0, "0"), (972, "972"), (973, "1.0K"), (1536, "1.5K"), (10_240, "10K"), (5_000_000, "4.8M")]
        {
            assert_eq!(bytes(count), text);
        }
    }
}
