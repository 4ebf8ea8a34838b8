//! Control characters from outside: shown as words in log, terminal and report, never obeyed.

use std::{
    io::Write,
    process::{Output, Stdio},
};

use crate::{Running, ask, lesson, ports, site_file};

/// A site whose `ProxyPass` lacks the slash at its end: the request's path becomes part of the backend's name.
fn without_slash(front: u16, backend: u16) -> String {
    format!("Listen 127.0.0.1:{front}\nProxyPass / http://127.0.0.1:{backend}\n")
}

fn assert_shown_only(text: &str) {
    let obeyed: Vec<_> = text.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\t')).collect();
    assert!(obeyed.is_empty(), "{obeyed:?} in {text:?}");
}

#[test]
fn a_path_forges_no_line_of_the_log() {
    let (folder, ports) = (tempfile::tempdir().unwrap(), ports::free());
    let site = site_file(folder.path(), &without_slash(ports.front, ports.one));
    let mut running = Running::start(lesson(&["serve", &site]));
    running.line_with("listening on http://127.0.0.1:");
    for path in ["x%0A[proxy:warn]%20forged%1b[2J", "x%0d%0a%c2%9b2J%7f"] {
        ask(ports.front, format!("GET /{path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").as_bytes());
    }
    let (code, log) = running.signal("-INT");
    assert_eq!(code, Some(0));
    assert!(log.contains("forged") && !log.contains("\n[proxy:warn] forged"), "{log}");
    assert_shown_only(&log);
}

#[test]
fn a_site_file_does_not_steer_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    for line in
        ["\x1b[2JProxyPas / x", "ProxyPass / \x1b]0;mine\x07", "ProxyPass /\u{9b}2J http:\x1b[2J", "\x7f\x08"]
    {
        let site = site_file(folder.path(), &format!("Listen 8000\n{line}\n"));
        for command in ["configtest", "serve"] {
            let output = lesson(&[command, &site]).output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{line:?}");
            let error = String::from_utf8(output.stderr).unwrap();
            assert!(error.contains("line 2 of "), "{error:?}");
            assert_shown_only(&error);
        }
    }
}

#[test]
fn what_curl_printed_does_not_steer_the_terminal() {
    let hostile =
        "HTTP/1.1 302 \x1b[2J\nLocation: http://\u{9b}2J/\x07\nX: \x7f\n\n\x1b[32m✓ passed\x1b[0m\n";
    for (lesson_number, step) in [("4", "2"), ("5", "1"), ("3", "1")] {
        for pasted in
            [hostile, "\x1b[2Jno answer", "HTTP/1.1 200 OK\n\nGET / HTTP/1.1\nHost: \x1b[2J\u{9b}m\n"]
        {
            let mut child = lesson(&["check", lesson_number, "--step", step, "-"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            child.stdin.take().unwrap().write_all(pasted.as_bytes()).unwrap();
            let Output { status, stdout, .. } = child.wait_with_output().unwrap();
            assert_eq!(status.code(), Some(1));
            assert_shown_only(&String::from_utf8(stdout).unwrap());
        }
    }
}
