use super::*;

fn read(head: &str) -> Result<(Head, ResponseHead), Fault> {
    let (mut reader, mut read) = (ResponseHead::default(), Head::default());
    assert_eq!(reader.read(head.as_bytes(), &mut read)?, Some(head.len()), "{head}");
    Ok((read, reader))
}

#[test]
fn status_lines() {
    for (line, status, reason) in [
        ("HTTP/1.1 200 OK", 200, "OK"),
        ("HTTP/1.2 200 OK", 200, "OK"),
        ("HTTP/1.0 404 NOT FOUND", 404, "NOT FOUND"),
        ("HTTP/1.1 299 ", 299, ""),
        ("HTTP/1.1 600", 600, ""),
        ("\r\nHTTP/1.1 200 \tä", 200, "\tä"),
    ] {
        for end in ["\r\n", "\n"] {
            let (head, _) = read(&format!("{line}{end}{end}")).unwrap();
            assert_eq!((head.status(), head.reason()), (status, reason.as_bytes()), "{line}");
        }
    }
    for line in [
        "HTTP/1.1",
        "HTTP/1.1 ",
        "HTTP/1.1 99 x",
        "HTTP/1.1 2000",
        "HTTP/1.1 abc",
        "HTTP/2.0 200 OK",
        "http/1.1 200 OK",
        "HTTP/1.1  200 OK",
        "HTTP/1.1 200OK",
        "HTTP/1.1 020 x",
        "ICY 200 OK",
        "x",
        "HTTP/1.1 200 \u{1}",
    ] {
        let refused = read(&format!("{line}\r\n\r\n")).map(|_| ());
        assert_eq!(refused, Err(Fault::StatusLine(line.to_owned())));
    }
}

#[test]
fn what_may_hide_a_second_answer_is_refused() {
    for fields in [
        "x\n",
        ": x\n",
        "X : y\n",
        "X Y: z\n",
        "X: \u{1}\n",
        "X: a\rb\n",
        " X: y\n",
        "Content-Length: 5, 5\n",
        "Content-Length: -1\n",
        "Content-Length: \n",
        "Content-Length: 99999999999999999999\n",
        "Content-Length: 1\nContent-Length: 2\n",
        "Content-Length: 1\n 2\n",
        "Transfer-Encoding: gzip\n",
        "Transfer-Encoding: chunked\nTransfer-Encoding: chunked\n",
        "Transfer-Encoding: gzip, chunked\n",
    ] {
        assert!(matches!(read(&format!("HTTP/1.1 200 OK\n{fields}\n")), Err(Fault::Field(_))), "{fields}");
    }
}

#[test]
fn bodies() {
    let framing = |fields: &str, to_head| {
        let (head, reader) = read(&format!("HTTP/1.1 200 OK\n{fields}\n")).unwrap();
        reader.body(head.status(), to_head)
    };
    assert_eq!(framing("Content-Length: 5\nContent-Length: 5\n", false), Rest::Length(5));
    assert_eq!(framing("Content-Length: 0\n", false), Rest::End);
    assert!(matches!(framing("Content-Length: 5\nTransfer-Encoding: Chunked\n", false), Rest::Chunked(_)));
    assert_eq!(framing("", false), Rest::ToClose);
    assert_eq!(framing("Content-Length: 5\n", true), Rest::End);
}

#[test]
fn who_keeps_its_connection() {
    for (text, persists) in [
        ("HTTP/1.1 200 OK\n\n", true),
        ("HTTP/1.1 200 OK\nConnection: x, Close\n\n", false),
        ("HTTP/1.0 200 OK\n\n", false),
        ("HTTP/1.0 200 OK\nConnection: Keep-Alive\n\n", true),
        ("HTTP/1.0 200 OK\nConnection: Keep-Alive\nTransfer-Encoding: chunked\n\n", false),
        ("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n", true),
        ("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nContent-Length: 5\n\n", false),
    ] {
        let (head, reader) = read(text).unwrap();
        assert_eq!(reader.persists(&head), persists, "{text}");
    }
}

#[test]
fn folds_are_joined() {
    let (head, _) = read("HTTP/1.1 200 OK\nX-a: 1\n  2\n\t3 \n\n").unwrap();
    assert_eq!(head.fields().collect::<Vec<_>>(), [(&b"X-a"[..], &b"1 2 3"[..])]);
}
