//! What a learner sees in a terminal: whole sessions in a pseudo-terminal, with the screens as snapshots.
#![cfg(unix)]

mod ports;
mod pty;
mod shown;

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use hop_by_hop::course::Ports;
use pty::Screen;

/// The screen on the guide's ports, and at no particular time.
fn snapshot(name: &str, screen: &Screen, ports: &Ports) {
    let text = ports.as_in_the_guide(&screen.text());
    let timeless = |line: &str| match line.split_once("Date: ") {
        Some((before, _)) => format!("{before}Date: (now)"),
        None => line.to_owned(),
    };
    let text = text.lines().map(timeless).collect::<Vec<_>>().join("\n");
    // The ports of a test have more digits than the guide's.
    let lengths = text.replace("Content-Length: 190", "Content-Length: 188");
    shown::snapshot(name, &lengths);
}

fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{text}");
    // As editors do: a new file in the place of the old.
    let new = file.with_extension("new");
    fs::write(&new, text.replace(from, to)).unwrap();
    fs::rename(new, file).unwrap();
}

const KEYS: &str = "keys: h hint";

#[test]
fn a_practice_session() {
    let folder = tempfile::tempdir().unwrap();
    let ports = ports::free();
    let mut screen = Screen::start(
        &["practice", "4", "--ports", &ports::list(&ports)],
        &[("EDITOR", "true")],
        folder.path(),
    );
    screen.wait_for(KEYS);
    let file = folder.path().join("my/preserve_host.conf");

    screen.press("h");
    screen.wait_for("hint 1:");
    screen.press("h");
    screen.wait_for("hint 2:");
    screen.press("h");
    screen.wait_for("this is the change");

    edit(&file, "    ProxyPass /", "    ProxyPreserveHostt On\n    ProxyPass /");
    screen.wait_for("did you mean ProxyPreserveHost?");
    edit(&file, "Hostt On", "Host Off");
    screen.wait_for_times(KEYS, 3);
    edit(&file, "Host Off", "Host On");
    screen.wait_for("All green");
    screen.wait_for_times(KEYS, 4);
    screen.press("s");
    screen.wait_for("</VirtualHost>");
    snapshot("terminal_practice", &screen, &ports);
    screen.press("q");
    assert_eq!(screen.end(), 0);

    let done = fs::read_to_string(folder.path().join("my/progress")).unwrap();
    assert_eq!(done, "preserve_host\n");
}

#[test]
fn a_reset_keeps_the_learners_file() {
    let folder = tempfile::tempdir().unwrap();
    let ports = ports::free();
    let mut screen =
        Screen::start(&["practice", "pass", "--ports", &ports::list(&ports)], &[], folder.path());
    screen.wait_for(KEYS);
    let file = folder.path().join("my/pass.conf");
    let start = fs::read_to_string(&file).unwrap();
    edit(&file, "ServerName localhost", "ServerName mine.example");
    screen.wait_for_times(KEYS, 2);
    screen.press("r");
    screen.wait_for("what you had is in");
    screen.press("e");
    screen.wait_for("EDITOR names no program");
    screen.press("n");
    screen.wait_for("Practice 4 of 6");
    screen.wait_for_times(KEYS, 4);
    screen.press("q");
    assert_eq!(screen.end(), 0);
    assert_eq!(fs::read_to_string(&file).unwrap(), start);
    assert!(fs::read_to_string(folder.path().join("my/pass.1.conf")).unwrap().contains("mine.example"));
}

#[test]
fn a_save_is_judged_within_a_tenth_of_a_second() {
    let folder = tempfile::tempdir().unwrap();
    let ports = ports::free();
    let mut screen =
        Screen::start(&["practice", "pass", "--ports", &ports::list(&ports)], &[], folder.path());
    screen.wait_for(KEYS);
    let file = folder.path().join("my/pass.conf");
    let mut times = Vec::new();
    for round in 0..9 {
        let (from, to) = if round % 2 == 0 { ("localhost", "other") } else { ("other", "localhost") };
        let start = Instant::now();
        edit(&file, &format!("ServerName {from}"), &format!("ServerName {to}"));
        screen.wait_for_times(KEYS, round + 2);
        times.push(start.elapsed());
    }
    times.sort();
    println!("save to verdict: median {:?}, of {times:?}", times[4]);
    // The machine may be busy; the median is what a learner feels.
    assert!(times[4].as_millis() < 100, "{times:?}");
}

#[test]
fn a_check_with_a_prediction_a_typed_curl_and_a_pasted_one() {
    let folder = tempfile::tempdir().unwrap();
    let ports = ports::free();
    let mut screen = Screen::start(&["check", "4", "--ports", &ports::list(&ports)], &[], folder.path());
    let front = format!("http://127.0.0.1:{}", ports.front);

    screen.wait_for("Enter runs it");
    screen.press("\r");
    screen.wait_for("Which Host will the backend see?");
    screen.press("\r");
    screen.wait_for_times("Enter runs it", 2);
    screen.press(&format!("curl -i http://127.0.0.1:{}/received\r", ports.one));
    screen.wait_for("is the backend itself");
    screen.wait_for_times("Enter runs it", 3);
    screen.press(&format!("curl {front}/received\r"));
    screen.wait_for("add -i");
    screen.wait_for_times("Enter runs it", 4);
    screen.press(&format!("curl -i {front}/received\r"));
    screen.wait_for("passed  2.");
    screen.wait_for_times("Enter runs it", 5);
    screen.press("HTTP/1.1 200 OK\r\rGET /received HTTP/1.1\rHost: shop.example\rX-Forwarded-Host: shop.example\r\u{4}");
    screen.wait_for("passed  3.");
    assert_eq!(screen.end(), 0);
    assert!(fs::read_to_string(folder.path().join("my/progress")).unwrap().contains("preserve_host"));
}

#[test]
fn a_lesson_asked_and_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let ports = ports::free();
    let mut screen = Screen::start(&["3", "--ports", &ports::list(&ports)], &[], folder.path());
    screen.wait_for("Add ProxyPass?");
    screen.resize(60, 50);
    screen.press("y");
    screen.wait_for("Ctrl-C stops.");
    screen.press("\u{3}");
    assert_eq!(screen.end(), 0);
    let done = fs::read_to_string(folder.path().join("my/progress")).unwrap();
    assert_eq!(done, "pass\n");
    assert!(
        [ports.front, ports.one, ports.two]
            .iter()
            .all(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
    );
}

#[test]
fn ctrl_c_at_the_question_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let ports = ports::free();
    for (arguments, question) in [(["3", "--ports"], "Add ProxyPass?"), (["practice 3", "--ports"], KEYS)] {
        let words: Vec<_> = arguments[0].split(' ').chain([arguments[1], ""]).collect();
        let listed = ports::list(&ports);
        let words: Vec<_> =
            words.into_iter().map(|word| if word.is_empty() { listed.as_str() } else { word }).collect();
        let mut screen = Screen::start(&words, &[], folder.path());
        screen.wait_for(question);
        screen.press("\u{3}");
        assert_eq!(screen.end(), 0, "{}", screen.text());
        assert!(
            [ports.front, ports.one, ports.two]
                .iter()
                .all(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        );
    }
}

#[test]
fn the_menu_goes_on_where_the_learner_was() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("my")).unwrap();
    fs::write(folder.path().join("my/progress"), "modules\nbackends\nfrom_the_future\n").unwrap();
    let mut screen = Screen::start(&["--ports", "0,0,0"], &[], folder.path());
    screen.wait_for("Which lesson?");
    screen.wait_for("Two backends taking turns");
    screen.press("\r");
    screen.wait_for("Lesson 3 of 6: ProxyPass");
    screen.wait_for("Add ProxyPass?");
    screen.press("n");
    screen.wait_for("To come back to it: lesson 3");
    assert_eq!(screen.end(), 0);
}

#[test]
fn no_color_means_none() {
    let folder = tempfile::tempdir().unwrap();
    for (environment, coloured) in [(vec![], true), (vec![("NO_COLOR", "1")], false)] {
        let mut screen = Screen::start(&["check"], &environment, folder.path());
        screen.wait_for("steps passed");
        assert_eq!(screen.has_colour(), coloured, "{environment:?}");
    }
}

#[test]
fn nothing_of_the_learners_is_lost_when_it_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my/pass.conf");
    let mut mine = String::new();
    for round in 0..12 {
        let ports = ports::free();
        let mut screen =
            Screen::start(&["practice", "pass", "--ports", &ports::list(&ports)], &[], folder.path());
        screen.wait_for(KEYS);
        if round > 0 {
            assert_eq!(fs::read_to_string(&file).unwrap(), mine, "round {round}");
        }
        mine = format!("Listen 127.0.0.1:{}\n# mine, round {round}\n", ports.front);
        fs::write(&file, &mine).unwrap();
        screen.press("r");
        // At one moment or another of the reset.
        std::thread::sleep(std::time::Duration::from_micros(300 * round));
        let killed = Command::new("kill").args(["-KILL", &screen.id().to_string()]).status().unwrap();
        assert!(killed.success());
        screen.end();
        let kept: Vec<_> = fs::read_dir(folder.path().join("my"))
            .unwrap()
            .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
            .collect();
        assert!(kept.contains(&mine), "round {round}: lost");
        mine = fs::read_to_string(&file).unwrap();
    }
}

#[test]
fn a_practice_file_that_is_none_is_said_to_be_so() {
    let folder = tempfile::tempdir().unwrap();
    let ports = ports::free();
    let mut screen = Screen::start(&["practice", "3", "--ports", &ports::list(&ports)], &[], folder.path());
    screen.wait_for(KEYS);
    let file = folder.path().join("my/pass.conf");
    fs::write(&file, vec![b'#'; 20_000_000]).unwrap();
    screen.wait_for("Your file has 20000000 bytes");
    fs::write(&file, [0xff, 0xfe, 0]).unwrap();
    screen.wait_for("Your file is not text");
    fs::remove_file(&file).unwrap();
    screen.wait_for("Your file is gone");
    screen.press("r");
    screen.wait_for("Your file is as at the start");
    screen.wait_for("ProxyPass takes this path");
    assert!(file.exists());
    screen.press("\u{3}");
    assert_eq!(screen.end(), 0);
}

#[test]
fn practice_shows_the_learners_own_requests_too() {
    let folder = tempfile::tempdir().unwrap();
    let ports = ports::free();
    let mut screen = Screen::start(&["practice", "4", "--ports", &ports::list(&ports)], &[], folder.path());
    screen.wait_for(KEYS);
    let mut client = TcpStream::connect(("127.0.0.1", ports.front)).unwrap();
    client.write_all(b"GET /mine HTTP/1.1\r\nHost: mine.example\r\n\r\n").unwrap();
    screen.wait_for("your own request:");
    screen.wait_for("GET /mine HTTP/1.1");
    screen.press("q");
    assert_eq!(screen.end(), 0);
}

#[test]
fn a_request_does_not_steer_the_screen_of_a_practice() {
    let (folder, ports) = (tempfile::tempdir().unwrap(), ports::free());
    let mut screen = Screen::start(&["practice", "3", "--ports", &ports::list(&ports)], &[], folder.path());
    screen.wait_for("keys: h hint");
    let file = folder.path().join("my/pass.conf");
    // Without the slash at its end: the request's path becomes part of the backend's name.
    let site = format!("Listen 127.0.0.1:{}\nProxyPass / http://127.0.0.1:{}\n", ports.front, ports.one);
    fs::write(&file, site).unwrap();
    screen.wait_for_times("keys: h hint", 2);
    let verdicts = screen.text().matches("✓ passed").count();
    let ask = |head: &str| {
        let mut client = TcpStream::connect(("127.0.0.1", ports.front)).unwrap();
        client.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes()).unwrap();
        client.read_to_end(&mut Vec::new()).unwrap();
    };
    let forged = "/x%1b[2J%0A%20%20%E2%9C%93%20passed%20%201.%20forged";
    let headers = "X-One: \x1b[2J\r\nX-Two: \u{9b}2J";
    ask(&format!("GET {forged} HTTP/1.1\r\nHost: a\r\n"));
    screen.wait_for("your own request:");
    screen.wait_for("and logged:");
    ask(&format!("GET / HTTP/1.1\r\nHost: a\r\n{headers}\r\n"));
    screen.press("q");
    assert_eq!(screen.end(), 0);
    let text = screen.text();
    assert!(text.contains("Practice 3 of 6"), "the screen was cleared: {text}");
    assert!(!text.lines().any(|line| line.trim_start().starts_with("✓ passed  1. forged")), "{text}");
    assert!(text.matches("✓ passed").count() <= verdicts + 1, "{text}");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    // A file in the place of the folder: that stops even root.
    fs::write(folder.path().join("my"), "").unwrap();
    let ports = ports::free();
    let mut screen = Screen::start(&["practice", "4", "--ports", &ports::list(&ports)], &[], folder.path());
    screen.wait_for("my/preserve_host.conf cannot be written");
    screen.wait_for("--dir");
    assert_eq!(screen.end(), 1);
}

#[test]
fn a_check_judges_what_runs_in_the_open_books_lab() {
    let folder = tempfile::tempdir().unwrap();
    let ports = ports::list(&ports::free());
    let lesson = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lesson"));
        command.args(arguments).args(["--ports", &ports]).current_dir(folder.path()).stdin(Stdio::null());
        command
    };
    let mut book = lesson(&["book", "--no-open", "--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(book.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
    let address = address.split('#').next().unwrap();
    assert!(lesson(&["3"]).output().unwrap().status.success());

    let mut screen = Screen::start(&["check", "3", "--ports", &ports], &[], folder.path());
    screen.wait_for(&format!("The book is open at {address}: what runs in its lab is checked."));
    screen.wait_for("Enter runs it");
    screen.press("\r");
    screen.wait_for("passed  1.");
    screen.wait_for("Whose address does the backend see");
    screen.press("\r");
    for step in 2..=3 {
        screen.wait_for_times("Enter runs it", step);
        screen.press("\r");
        screen.wait_for(&format!("passed  {step}."));
    }
    assert_eq!(screen.end(), 0);
    book.kill().unwrap();
    book.wait().unwrap();
}
