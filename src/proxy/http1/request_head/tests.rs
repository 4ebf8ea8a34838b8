use super::*;

fn judged(head: &str) -> Result<Option<usize>, Refusal> {
    RequestHead::default().read(head.as_bytes(), &mut Head::default())
}

fn written(head: &str) -> String {
    let (mut read, mut out) = (Head::default(), Vec::new());
    assert_eq!(RequestHead::default().read(head.as_bytes(), &mut read), Ok(Some(head.len())), "{head}");
    read.write_request(&mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn empty_lines_before_a_request_have_an_end() {
    let after =
        |lines: usize| ["\r\n".repeat(lines), "GET / HTTP/1.1\r\nHost: a\r\n\r\n".to_owned()].concat();
    assert!(matches!(judged(&after(MAX_EMPTY)), Ok(Some(_))));
    assert!(judged(&"\r\n".repeat(MAX_EMPTY + 1)).is_err());
}

#[test]
fn a_head_is_as_long_as_it_is() {
    for head in ["GET / HTTP/1.1\r\n\r\n", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nX: b\tc\r\n\r\n"] {
        assert_eq!(judged(head), Ok(Some(head.len())));
        assert_eq!(judged(&format!("{head}GET")), Ok(Some(head.len())));
        assert!((0..head.len()).all(|end| judged(&head[..end]) == Ok(None)), "{head}");
    }
}

#[test]
fn what_two_servers_could_read_in_two_ways_is_refused() {
    for head in [
        "GET / HTTP/1.1\n",
        "GET  / HTTP/1.1\r\n",
        "GET / x HTTP/1.1\r\n",
        "GET /#a HTTP/1.1\r\n",
        "GET /\r\n",
        "GET / http/1.1\r\n",
        "G(T / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n",
        "GET / HTTP/1.1\r\nx\r\n",
        "GET / HTTP/1.1\r\n: x\r\n",
        "GET / HTTP/1.1\r\n a: b\r\n",
        "GET / HTTP/1.1\r\na: b\r\n \t\r\n",
        "GET / HTTP/1.1\r\na: \0\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n",
        "GET / HTTP/1.1\r\nContent-Length: +1\r\n",
        "GET / HTTP/1.1\r\nContent-Length:\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\n 2\r\n",
        "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    ] {
        assert!(matches!(judged(head), Err(Refusal::Bad(_))), "{head:?}");
    }
    let long = "x".repeat(LINE_LIMIT + 2);
    assert_eq!(judged(&long), Err(Refusal::LongTarget));
    assert_eq!(judged(&format!("GET / HTTP/1.1\r\n{long}")), Err(Refusal::LongHeader));
}

#[test]
fn what_a_strict_reader_does_not_take_is_written_anew() {
    for (head, new) in [
        ("GET / HTTP/1.2\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"),
        ("\r\nGET /<\"`> HTTP/2.0\r\na: b\r\n\r\n", "GET /%3C%22%60%3E HTTP/1.1\r\na: b\r\n\r\n"),
        ("A|B /é%41%?a[]=%zz&%c3% HTTP/1.1\r\n\r\n", "A|B /%C3%A9%41%?a%5B%5D=%25zz&%c3%25 HTTP/1.1\r\n\r\n"),
        (
            "GET / HTTP/1.1\r\nA:b \r\n  c\r\n\td\r\ne:  f \r\nG:\r\n\r\n",
            "GET / HTTP/1.1\r\nA: b c d\r\ne: f\r\nG: \r\n\r\n",
        ),
    ] {
        assert_eq!(written(head), new);
    }
}

#[test]
fn a_head_is_the_same_however_it_is_cut() {
    let head = "POST /a?b HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\nContent-Length: 5\r\n\r\n";
    for cut in 1..head.len() {
        let (mut reader, mut read) = (RequestHead::default(), Head::default());
        assert_eq!(reader.read(&head.as_bytes()[..cut], &mut read), Ok(None));
        assert_eq!(reader.read(head.as_bytes(), &mut read), Ok(Some(head.len())));
        let mut out = Vec::new();
        read.write_request(&mut out);
        assert_eq!(String::from_utf8(out).unwrap(), written(head), "{cut}");
        assert_eq!(reader.framing(), Framing::Length(5));
    }
}

#[test]
fn a_hundred_fields_and_no_more() {
    let head = |fields: usize| format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(fields));
    assert!(matches!(judged(&head(MAX_FIELDS)), Ok(Some(_))));
    assert_eq!(judged(&head(MAX_FIELDS + 1)), Err(Refusal::ManyHeaders));
}

#[test]
fn folds_and_repeated_fields_take_no_more_than_their_length() {
    let folded = format!("a: b\r\n{}", " x\r\n".repeat(4000));
    let text = format!("GET / HTTP/1.1\r\n{}\r\n", folded.repeat(MAX_FIELDS));
    let mut head = Head::default();
    assert_eq!(RequestHead::default().read(text.as_bytes(), &mut head), Ok(Some(text.len())));
    head.merge_repeated();
    assert_eq!(head.fields().count(), 1);
    assert_eq!(head.fields().next().map(|(_, value)| value.len()), Some(MAX_FIELDS * 8003 - 2));
    assert!(head.room() < 20 * text.len(), "{} for {}", head.room(), text.len());
}
