//! A pipe in the place of a file: nobody waits for its other side.

use std::{fs, path::Path, process::Command};

use crate::{Running, ask, lesson, ports, site_file};

fn pipe(path: &Path) {
    _ = fs::remove_file(path);
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// What a command says that must end by itself, and soon.
fn said(command: Command) -> (Option<i32>, String) {
    let mut running = Running::start(command);
    let out = running.0.stdout.take().unwrap();
    let (code, complaints) = running.ends();
    (code, std::io::read_to_string(out).unwrap() + &complaints)
}

#[test]
fn a_site_file_is_refused_as_by_apache() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("site.conf");
    pipe(&path);
    for command in ["configtest", "serve"] {
        for path in [path.as_path(), folder.path(), Path::new("/dev/zero")] {
            let path = path.to_str().unwrap();
            let (code, said) = said(lesson(&[command, path]));
            let apaches = format!("AH00554: Access to file {path} denied by server: not a regular file\n");
            assert!(code == Some(1) && said.contains(&apaches) && said.contains("what to do: "), "{said}");
        }
    }
}

#[test]
fn a_server_that_is_to_read_it_again_goes_on() {
    let (folder, ports) = (tempfile::tempdir().unwrap(), ports::free());
    let site = site_file(folder.path(), &format!("Listen 127.0.0.1:{}\n", ports.front));
    let mut running = Running::start(lesson(&["serve", &site]));
    running.line_with("listening on http://127.0.0.1:");
    pipe(Path::new(&site));
    let pid = running.0.id().to_string();
    assert!(Command::new("kill").args(["-HUP", &pid]).status().unwrap().success());
    let answer = ask(ports.front, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    let (code, complaints) = running.signal("-INT");
    assert_eq!(code, Some(0), "{complaints}");
}

#[test]
fn a_practice_says_what_it_is() {
    let (folder, ports) = (tempfile::tempdir().unwrap(), ports::free());
    fs::create_dir(folder.path().join("my")).unwrap();
    for name in ["pass.conf", "progress", ".book"] {
        pipe(&folder.path().join("my").join(name));
    }
    let mut command = lesson(&["practice", "3", "--ports", &ports::list(&ports)]);
    command.current_dir(folder.path());
    let (code, said) = said(command);
    assert!(code == Some(1) && said.contains("Your file is no regular file"), "{said}");
}
