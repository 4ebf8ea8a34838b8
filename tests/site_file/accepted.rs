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
