//! What a page can do.

use hop_by_hop::lessons::LESSONS;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{Book, PATIENCE, curl, free_ports, listens};

#[tokio::test]
async fn a_page_learns_all_that_it_needs_to_begin() {
    let book = Book::open().await;
    let session = book.session().await;
    assert_eq!(
        (&session["trouble"], &session["theirs"], &session["done"]),
        (&json!(null), &json!([]), &json!([]))
    );
    let lessons = session["lessons"].as_array().unwrap();
    assert_eq!(lessons.len(), LESSONS.len());
    for (at, (told, lesson)) in lessons.iter().zip(&LESSONS).enumerate() {
        assert_eq!((&told["number"], &told["stem"]), (&json!(at + 1), &json!(lesson.stem)));
        assert_eq!(told["has_site"], lesson.stem != "backends");
        assert_eq!(told["steps"].as_array().unwrap().len(), (lesson.steps)(&book.ports).len());
        assert_eq!(told["breaks"].as_array().unwrap().len(), (lesson.breaks)(&book.ports).len());
    }
    let curl = lessons[2]["steps"][0]["curl"].as_str().unwrap();
    assert_eq!(curl, format!("curl -i http://127.0.0.1:{}/", book.ports.front));
    assert_eq!(
        (&session["stage"]["stem"], &session["stage"]["state"]),
        (&json!("modules"), &json!("before"))
    );
    assert_eq!(session["stage"]["refused"]["line"], 5);
}

#[tokio::test]
async fn every_lesson_is_red_then_green_then_done() {
    let book = Book::open().await;
    let mut page = book.page().await;
    for lesson in &LESSONS {
        let stem = lesson.stem;
        let before = book.stage(stem, "before").await;
        assert_eq!((&before["stem"], &before["state"]), (&json!(stem), &json!("before")));
        let (_, red) = book.post("check", &json!({ "stem": stem })).await;
        assert_eq!(red["passed"], false, "{stem}");
        let wrong =
            red["results"].as_array().unwrap().iter().find(|result| result["passed"] == false).unwrap();
        assert!(!wrong["differences"].as_array().unwrap().is_empty() && wrong["why"].is_string(), "{wrong}");
        assert!(!book.folder.progress().has(stem));

        let after = book.stage(stem, "after").await;
        assert!(after["svg"].as_str().unwrap().contains("<svg") && after["refused"].is_null(), "{after}");
        assert_eq!(after["running"], stem != "backends");
        let (_, green) = book.post("check", &json!({ "stem": stem })).await;
        assert_eq!((&green["passed"], &green["learned"]), (&json!(true), &json!(lesson.learned)), "{green}");
        assert!(book.folder.progress().has(stem));
        let done = page.next_of("progress").await;
        assert_eq!(done["done"].as_array().unwrap().last().unwrap(), stem);
        for number in 1..=(lesson.steps)(&book.ports).len() {
            let (status, result) = book.post("run", &json!({ "stem": stem, "step": number })).await;
            assert_eq!((status, &result["step"], &result["passed"]), (200, &json!(number), &json!(true)));
            assert!(result["shown"].as_str().unwrap().starts_with("HTTP/1.1 "), "{result}");
        }
    }
}

#[tokio::test]
async fn every_break_shows_what_then_happens() {
    let book = Book::open().await;
    for lesson in &LESSONS {
        for broken in (lesson.breaks)(&book.ports) {
            let wanted = json!({ "stem": lesson.stem, "name": broken.name });
            let (status, told) = book.post("break", &wanted).await;
            let state = format!("break:{}", broken.name);
            assert_eq!((status, &told["stage"]["state"]), (200, &json!(state)), "{told}");
            let asked = told["curl"].is_string() && told["shown"].is_string() && told["error"].is_null();
            let refused = told["curl"].is_null() && told["error"]["remedy"].is_string();
            assert!(asked != refused && refused == told["stage"]["refused"].is_object(), "{told}");
            assert!(!refused || told["stage"]["running"] == false, "{told}");
            assert_eq!(book.stage(lesson.stem, &state).await["state"], state);
        }
    }
    let (_, stopped) = book.post("break", &json!({ "stem": "pass", "name": "stopped" })).await;
    assert!(stopped["log"].as_str().unwrap().starts_with("AH00957: "), "{stopped}");
    assert_eq!(stopped["stage"]["backends"], json!([false, false]));
}

#[tokio::test]
async fn off_is_off_and_on_is_on() {
    let book = Book::open().await;
    let [front, one, two] = [book.ports.front, book.ports.one, book.ports.two];
    for _ in 0..2 {
        book.stage("backends", "before").await;
        assert!(!listens(front).await && !listens(one).await && !listens(two).await);
        book.stage("backends", "after").await;
        assert!(!listens(front).await && listens(one).await && listens(two).await);
        book.stage("modules", "before").await;
        assert!(!listens(front).await && listens(one).await && !listens(two).await);
        book.stage("modules", "after").await;
        assert!(curl(front, "/").await.body.ends_with("Hello world!"));
        book.stage("pass", "before").await;
        assert_eq!(curl(front, "/").await.status, 404);
    }
}

#[tokio::test]
async fn a_client_that_never_ends_its_request_holds_nobody_up() {
    let book = Book::open().await;
    book.stage("modules", "after").await;
    let mut slow = TcpStream::connect(("127.0.0.1", book.ports.front)).await.unwrap();
    slow.write_all(b"GET / HT").await.unwrap();
    assert_eq!(curl(book.ports.front, "/").await.status, 200);
    let began = std::time::Instant::now();
    book.stage("modules", "before").await;
    assert!(!listens(book.ports.front).await);
    book.stage("modules", "after").await;
    assert_eq!(curl(book.ports.front, "/").await.status, 200);
    assert!(began.elapsed() < std::time::Duration::from_secs(5), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_connection_outlives_the_switch() {
    let book = Book::open().await;
    book.stage("pass", "before").await;
    let mut client = TcpStream::connect(("127.0.0.1", book.ports.front)).await.unwrap();
    let mut status = async || {
        client.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
        let mut answer = [0; 4096];
        let read = client.read(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer[9..read.min(12)]).into_owned()
    };
    for (state, expected) in [("before", "404"), ("after", "200"), ("before", "404"), ("after", "200")] {
        book.stage("pass", state).await;
        assert_eq!(status().await, expected);
    }
}

#[tokio::test]
async fn the_learners_own_site_runs_and_a_wrong_one_changes_nothing() {
    let book = Book::open().await;
    book.stage("pass", "before").await;
    let (front, two) = (book.ports.front, book.ports.one);
    let text = format!("Listen 127.0.0.1:{front}\nProxyPass /mine http://localhost:{two}/received\n");
    let (status, mine) = book.post("site", &json!({ "stem": "pass", "text": text })).await;
    assert_eq!((status, &mine["state"], &mine["site"]), (200, &json!("mine"), &json!(text)));
    assert_eq!(curl(front, "/mine").await.status, 200);
    for (wrong, line) in [
        (text.replace("Pass", "Pas"), json!(2)),
        (text.replace("localhost", "evil.test"), json!(2)),
        (format!("{text}\n\n<VirtualHost *:80>"), json!(5)),
        (String::new(), json!(null)),
        (
            format!(
                "LoadModule proxy_module m\nLoadModule proxy_balancer_module m\n{text}<Proxy balancer://c>\n</Proxy>\n"
            ),
            json!(null),
        ),
    ] {
        let (status, error) = book.post("site", &json!({ "stem": "pass", "text": wrong })).await;
        assert_eq!((status, &error["line"]), (422, &line), "{wrong}: {error}");
        assert!(!error["remedy"].as_str().unwrap().is_empty());
        assert_eq!(book.session().await["stage"]["site"], text);
        assert_eq!(curl(front, "/mine").await.status, 200);
    }
    assert_eq!(book.post("site", &json!({ "stem": "backends", "text": text })).await.0, 422);
}

#[tokio::test]
async fn a_taken_port_is_said_and_the_book_is_served_all_the_same() {
    let ports = free_ports();
    let taken = std::net::TcpListener::bind(("127.0.0.1", ports.front)).unwrap();
    let book = Book::on(ports).await;
    let trouble = book.session().await["trouble"].as_str().unwrap().to_owned();
    assert!(
        trouble.contains(&format!("port {}", ports.front)) && trouble.contains("reload the page"),
        "{trouble}"
    );
    assert_eq!(curl(book.port, "/index.html").await.status, 200);
    let (status, error) = book.post("stage", &json!({ "stem": "pass", "state": "after" })).await;
    assert_eq!(status, 503, "{error}");
    drop(taken);
    assert_eq!(book.session().await["trouble"], json!(null));
    book.stage("pass", "after").await;
}

#[tokio::test]
async fn the_readers_own_backend_is_used_and_never_stopped() {
    let ports = free_ports();
    let own = hop_by_hop::course::Backend::start(
        std::net::TcpListener::bind(("127.0.0.1", ports.one)).unwrap(),
        "Hello world!",
    );
    let book = Book::on(ports).await;
    let theirs = book.session().await["theirs"].clone();
    assert!(theirs[0].as_str().unwrap().contains(&ports.one.to_string()), "{theirs}");
    let stage = book.stage("backends", "before").await;
    assert_eq!(stage["backends"], json!([true, false]));
    assert!(listens(ports.one).await && !listens(ports.two).await);
    drop(own);
}

#[tokio::test]
async fn what_the_terminal_notes_reaches_the_page() {
    let book = Book::open().await;
    let mut page = book.page().await;
    book.folder.done("preserve_host").unwrap();
    let told = tokio::time::timeout(PATIENCE, page.next_of("progress")).await.unwrap();
    assert_eq!(told, json!({ "done": ["preserve_host"] }));
    assert_eq!(book.session().await["done"], json!(["preserve_host"]));
}

#[tokio::test]
async fn progress_that_cannot_be_written_is_said() {
    let book = Book::open().await;
    book.stage("pass", "after").await;
    // A file in the place of the folder: that stops even root.
    std::fs::remove_dir_all(book.files.path().join("my")).unwrap();
    std::fs::write(book.files.path().join("my"), "").unwrap();
    let (status, error) = book.post("check", &json!({ "stem": "pass" })).await;
    assert_eq!(status, 500);
    assert!(error["text"].as_str().unwrap().contains("cannot be written"), "{error}");
    assert!(error["remedy"].as_str().unwrap().contains("--dir"), "{error}");
}
