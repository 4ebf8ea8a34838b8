//! nginx.

use rustix::process::Signal;

use super::peer::{Peer, Reload, Site, find};

/// The one that is installed.
pub fn peer() -> Option<Peer> {
    Some(Peer {
        key: "nginx",
        name: "nginx".to_owned(),
        program: find("nginx")?,
        version: &["-v"],
        configuration,
        arguments: |site| {
            let folder = site.folder.display().to_string();
            ["-p", &folder, "-e", "errors", "-c", &site.file()].map(str::to_owned).into()
        },
        reload: Reload::Signal(Signal::HUP),
        graceful: Signal::QUIT,
    })
}

// ANCHOR: configuration
// By default it hangs up after 1,000 requests, keeps no connection to a backend, speaks HTTP/1.0 to it, and puts what
// a client is slow to take on the disk.
fn configuration(site: &Site) -> String {
    let ([one, two], front, cores) = (site.members, site.front, site.cores);
    format!(
        "daemon off;\n\
         worker_processes {cores};\n\
         pid pid;\n\
         error_log errors;\n\
         events {{ worker_connections 4096; }}\n\
         http {{\n\
             access_log off;\n\
             keepalive_requests 1000000000;\n\
             client_body_temp_path body;\n\
             proxy_temp_path proxy;\n\
             fastcgi_temp_path fastcgi;\n\
             uwsgi_temp_path uwsgi;\n\
             scgi_temp_path scgi;\n\
             proxy_max_temp_file_size 0;\n\
             upstream members {{\n\
                 server 127.0.0.1:{one};\n\
                 server 127.0.0.1:{two};\n\
                 keepalive 1024;\n\
                 keepalive_requests 1000000000;\n\
             }}\n\
             server {{\n\
                 listen 127.0.0.1:{front};\n\
                 location / {{\n\
                     proxy_pass http://members;\n\
                     proxy_http_version 1.1;\n\
                     proxy_set_header Connection \"\";\n\
                     proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n\
                 }}\n\
             }}\n\
         }}\n"
    )
}
// ANCHOR_END: configuration
