//! Apache, with the event MPM and what Debian gives it.

use std::path::Path;

use rustix::process::Signal;

use super::peer::{Peer, Reload, Site, find};

/// Where Debian keeps its modules.
const MODULES: &str = "/usr/lib/apache2/modules";

/// What the site needs, and what Debian loads that has a say in a request.
const LOADED: [&str; 8] = [
    "mpm_event",
    "authz_core",
    "reqtimeout",
    "proxy",
    "proxy_http",
    "slotmem_shm",
    "proxy_balancer",
    "lbmethod_byrequests",
];

/// The one that is installed.
pub fn peer() -> Option<Peer> {
    Some(Peer {
        key: "apache",
        name: "Apache".to_owned(),
        program: find("apache2").filter(|_| Path::new(MODULES).is_dir())?,
        version: &["-v"],
        configuration,
        arguments: |site| ["-DFOREGROUND", "-f", &site.file()].map(str::to_owned).into(),
        reload: Reload::Signal(Signal::USR1),
        graceful: Signal::WINCH,
    })
}

// ANCHOR: configuration
// The numbers are Debian's, but that it would hang up after 100 requests.
fn configuration(site: &Site) -> String {
    let ([one, two], front, folder) = (site.members, site.front, site.folder.display());
    let load = |name: &&str| format!("LoadModule {name}_module {MODULES}/mod_{name}.so\n");
    let modules: String = LOADED.iter().map(load).collect();
    format!(
        "ServerRoot {folder}\n\
         DefaultRuntimeDir {folder}\n\
         PidFile {folder}/pid\n\
         ErrorLog {folder}/errors\n\
         {modules}\
         User www-data\n\
         Group www-data\n\
         ServerName localhost\n\
         Timeout 300\n\
         KeepAlive On\n\
         KeepAliveTimeout 5\n\
         MaxKeepAliveRequests 0\n\
         StartServers 2\n\
         MinSpareThreads 25\n\
         MaxSpareThreads 75\n\
         ThreadLimit 64\n\
         ThreadsPerChild 25\n\
         MaxRequestWorkers 150\n\
         MaxConnectionsPerChild 0\n\
         RequestReadTimeout header=20-40,minrate=500\n\
         RequestReadTimeout body=10,minrate=500\n\
         Listen 127.0.0.1:{front}\n\
         <Proxy balancer://members>\n\
         BalancerMember http://127.0.0.1:{one}\n\
         BalancerMember http://127.0.0.1:{two}\n\
         </Proxy>\n\
         ProxyPass / balancer://members/\n\
         ProxyPassReverse / balancer://members/\n"
    )
}
// ANCHOR_END: configuration
