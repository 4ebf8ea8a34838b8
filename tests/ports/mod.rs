//! Private ports for a program under test.

use std::net::TcpListener;

use hop_by_hop::course::Ports;

/// Three ports that are free now.
pub fn free() -> Ports {
    let listeners = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let [front, one, two] = listeners.map(|listener| listener.local_addr().unwrap().port());
    Ports { front, one, two }
}

/// The same as `--ports` takes them.
pub fn list(ports: &Ports) -> String {
    format!("{},{},{}", ports.front, ports.one, ports.two)
}

/// A snapshot under its own name, in the folder of all snapshots.
pub fn snapshot(name: &str, text: &str) {
    insta::with_settings!({
        prepend_module_to_snapshot => false,
        omit_expression => true,
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots"),
    }, {
        insta::assert_snapshot!(name, text);
    });
}
