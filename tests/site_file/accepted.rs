//! What Apache accepts: the guide's own files, and much that looks odd.

use std::{env, fs, process::Command};

use hop_by_hop::proxy::{Proxy, Site, Url, Worker};

use crate::{GUIDE_BALANCER, GUIDE_ONE_BACKEND, MODULES};

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
            "<Proxy balancer://c>\n    BalancerMember http://a\n    BalancerMember http://b\n</Proxy>\n",
        ),
        (
            "<virtualhost *:80 127.0.0.1:81> text\n</VIRTUALHOST>",
            "<VirtualHost *:80 127.0.0.1:81>\n</VirtualHost>\n",
        ),
        ("proxyvia FULL\nProxyTimeout 1min", "ProxyTimeout 60\nProxyVia Full\n"),
        (
            "ProxyAddHeaders off x\nAllowEncodedSlashes nodecode",
            "AllowEncodedSlashes NoDecode\nProxyAddHeaders Off\n",
        ),
        (
            "ProxyPass / http://b/ NOCANON interpolate noquery ttl=5",
            "ProxyPass / http://b/ nocanon noquery ttl=5\n",
        ),
        (
            "ProxyPassMatch ^/a\\.(b) http://b:80$1 enablereuse=on",
            "ProxyPassMatch \"^/a\\\\.(b)\" http://b:80$1 enablereuse=On\n",
        ),
        ("ProxyPassMatch ^/a !", "ProxyPassMatch ^/a !\n"),
        ("ProxyPassReverseCookiePath /a /b interpolate", "ProxyPassReverseCookiePath /a /b\n"),
        (
            "<location /x> text\nProxyPreserveHost On\nProxyPassReverse http://b/ interpolate\nProxyPass http://b/ nocanon\n</location>",
            "<Location /x>\n    ProxyPreserveHost On\n    ProxyPass http://b/ nocanon\n    ProxyPassReverse http://b/\n</Location>\n",
        ),
        (
            "<Location '/a b'>\nProxyPass !\n</Location>",
            "<Location \"/a b\">\n    ProxyPass !\n</Location>\n",
        ),
        (
            "ProxyPass / balancer://c/ stickysession=a lbmethod=bytraffic",
            "<Proxy balancer://c>\n    ProxySet lbmethod=bytraffic stickysession=a\n</Proxy>\nProxyPass / balancer://c/\n",
        ),
        (
            "<Proxy balancer://c nofailover=On>\nBalancerMember http://a status=d-d+h route=x lbset=1\nProxySet failonstatus=500,\n</Proxy>",
            "<Proxy balancer://c>\n    BalancerMember http://a lbset=1 status=+H route=x\n    ProxySet nofailover=On failonstatus=500\n</Proxy>\n",
        ),
        ("Listen *:80\nListen 127.0.0.1:81 http", "Listen 80\nListen 127.0.0.1:81\n"),
        ("ServerName http://a:80", "ServerName http://a:80\n"),
    ] {
        assert_eq!(printed(text), same, "{text}");
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
    let later = "ProxyVia Full\nProxyTimeout 500ms\nProxyAddHeaders Off\nAllowEncodedSlashes NoDecode\n\
                 <Proxy balancer://c>\nBalancerMember http://b status=+H+I lbset=1 route=a redirect=b connectiontimeout=5ms enablereuse=On ttl=1 max=1 acquire=5\n\
                 ProxySet stickysession=a|b stickysessionsep=- scolonpathdelim=On nofailover=On maxattempts=1 failonstatus=500,503 failontimeout=On forcerecovery=Off\n</Proxy>\n\
                 ProxyPassMatch ^/(.*)\\.x$ http://b:80$1 disablereuse=On\nProxyPass /a http://b/ nocanon noquery\n\
                 ProxyPassReverseCookieDomain a b\nProxyPassReverseCookiePath /a '/b c'\n\
                 <Location '/x y'>\nProxyPass http://b/ nocanon\nProxyPassReverse http://b/\nProxyPreserveHost On\n</Location>\n";
    for (number, text) in [GUIDE_ONE_BACKEND, GUIDE_BALANCER, awkward, later].into_iter().enumerate() {
        let file = folder.join(format!("{number}.conf"));
        let fixed = format!("ServerName localhost\nErrorLog {0}/log\nPidFile {0}/pid\n", folder.display());
        fs::write(&file, format!("{modules}{fixed}{}", site(text))).unwrap();
        let output = Command::new(apache).arg("-t").arg("-f").arg(&file).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}\n{}", site(text));
    }
    fs::remove_dir_all(folder).unwrap();
}
