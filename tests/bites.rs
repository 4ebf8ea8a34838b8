//! The checker bites: for each lesson, proxies that are wrong in one way are caught by the step that is about it.

use std::net::SocketAddr;

use hop_by_hop::{
    course::{Backends, Lab, Lesson, Ports, Stage},
    lessons::{self, LESSONS},
    proxy::{Proxy, Url, Worker},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy},
    net::{TcpListener, TcpStream},
};

fn lesson(stem: &str) -> Lesson {
    lessons::find(stem).unwrap().1
}

/// What the lesson's steps find wrong with whatever answers on the front port.
async fn found(lesson: &Lesson, ports: &Ports) -> Vec<String> {
    let mut found = Vec::new();
    for step in (lesson.steps)(ports) {
        found.extend(step.run(ports).await.differences.into_iter().map(|difference| difference.what));
    }
    found
}

/// The same for one of our own proxies with another site than the lesson wants.
async fn found_in(stem: &str, proxy: impl Fn(&Ports) -> Proxy) -> Vec<String> {
    let mut lab = Lab::new(Ports::ANY, None).await.unwrap();
    let stage = Stage::site(&lab.ports().site(proxy(lab.ports())));
    lab.set(&stage).unwrap();
    found(&lesson(stem), lab.ports()).await
}

/// A proxy that copies bytes and understands nothing: it keeps every header, and adds none.
async fn byte_forwarder(backend: SocketAddr) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut server = TcpStream::connect(backend).await.unwrap();
                _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    port
}

/// A server that sends these bytes to whoever connects, and closes.
async fn parrot(answer: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            _ = client.read(&mut [0; 4096]).await;
            _ = client.write_all(answer).await;
            _ = client.shutdown().await;
            _ = copy(&mut client, &mut tokio::io::sink()).await;
        }
    });
    port
}

#[tokio::test]
async fn pass_without_a_proxy_pass() {
    assert!(found_in("pass", |_| Proxy::new()).await.contains(&"body".to_owned()));
}

#[tokio::test]
async fn pass_to_the_wrong_backend() {
    assert_eq!(found_in("pass", |ports| Proxy::new().pass("/", ports.two("/"))).await, ["body"]);
}

#[tokio::test]
async fn pass_that_keeps_hop_by_hop_headers_and_adds_none() {
    let mut lab = Lab::new(Ports::ANY, None).await.unwrap();
    lab.set(&Stage::backends(Backends::Both)).unwrap();
    let front = byte_forwarder(([127, 0, 0, 1], lab.ports().one).into()).await;
    let found = found(&lesson("pass"), &Ports { front, ..*lab.ports() }).await;
    let missed = ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Server", "X-Secret"];
    assert_eq!(found, missed.map(|name| format!("the backend's {name}")));
}

#[tokio::test]
async fn preserve_host_that_does_not() {
    let found = found_in("preserve_host", |ports| Proxy::new().pass("/", ports.one("/"))).await;
    assert_eq!(found, ["the backend's Host"; 2]);
}

#[tokio::test]
async fn pass_reverse_that_leaks() {
    let found =
        found_in("pass_reverse", |ports| Proxy::new().preserve_host().pass("/", ports.one("/"))).await;
    assert_eq!(found, ["Location"; 2]);
}

#[tokio::test]
async fn pass_reverse_that_always_says_one_name() {
    let found = found_in("pass_reverse", |ports| {
        let front = format!("http://127.0.0.1:{}/", ports.front);
        Proxy::new().pass("/", ports.one("/")).pass_reverse(&front, ports.one("/"))
    })
    .await;
    assert_eq!(found, ["Location"], "the step with another Host");
}

fn cluster(ports: &Ports, one: u8, two: u8) -> Proxy {
    let cluster: Url = "balancer://mycluster/".parse().unwrap();
    let members = [Worker::new(ports.one("")).loadfactor(one), Worker::new(ports.two("")).loadfactor(two)];
    Proxy::new().balancer("mycluster", members).pass("/", cluster.clone()).pass_reverse("/", cluster)
}

#[tokio::test]
async fn balancer_with_the_wrong_rotation() {
    for (one, two, wrong) in [(2, 1, 1), (3, 1, 3), (1, 2, 3), (1, 1, 0)] {
        let found = found_in("balancer", move |ports| cluster(ports, one, two)).await;
        assert_eq!(found, vec!["body"; wrong], "{one}:{two}");
    }
}

#[tokio::test]
async fn balancer_whose_second_member_leaks() {
    let found = found_in("balancer", |ports| {
        let cluster: Url = "balancer://mycluster/".parse().unwrap();
        let members = [Worker::new(ports.one("")), Worker::new(ports.two(""))];
        Proxy::new().balancer("mycluster", members).pass("/", cluster).pass_reverse("/", ports.one("/"))
    });
    assert_eq!(found.await, ["Location"]);
}

#[tokio::test]
async fn balancer_that_is_none() {
    let found = found_in("balancer", |ports| {
        Proxy::new().pass("/", ports.one("/")).pass_reverse("/", ports.one("/"))
    });
    assert_eq!(found.await, ["body"; 2]);
}

#[tokio::test]
async fn every_lesson_catches_a_server_that_answers_anything() {
    for answer in [
        &b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"[..],
        b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
        b"hello",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nHello world!",
    ] {
        let port = parrot(answer).await;
        for lesson in LESSONS {
            let found = found(&lesson, &Ports { front: port, one: port, two: port }).await;
            assert!(!found.is_empty(), "{} takes {:?}", lesson.stem, String::from_utf8_lossy(answer));
        }
    }
}
