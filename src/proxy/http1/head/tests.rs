use super::Head;
use crate::proxy::http1::name::{DATE, HOST, Name, SERVER, SET_COOKIE, VIA};

fn head(fields: &[(&str, &str)]) -> Head {
    let mut head = Head::default();
    fields.iter().for_each(|(name, value)| head.add(Name::new(name), value.as_bytes()));
    head
}

fn lines(head: &Head) -> Vec<String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    head.fields().map(|(name, value)| format!("{}: {}", text(name), text(value))).collect()
}

#[test]
fn fields_keep_their_order_and_their_spelling() {
    let mut head = head(&[("x-A", "1"), ("HOST", "a"), ("x-b", "2")]);
    head.set(HOST, b"b");
    head.set(Name::new("X-B"), b"3");
    head.add(VIA, b"1.1 a");
    assert_eq!(lines(&head), ["x-A: 1", "HOST: b", "x-b: 3", "Via: 1.1 a"]);
    head.remove(Name::new("X-a"));
    head.remove(HOST);
    assert_eq!(lines(&head), ["x-b: 3", "Via: 1.1 a"]);
}

#[test]
fn set_leaves_one() {
    let mut head = head(&[("Via", "1"), ("a", "1"), ("via", "2"), ("A", "2")]);
    head.set(VIA, b"3");
    head.set(Name::new("a"), b"3");
    assert_eq!(lines(&head), ["Via: 3", "a: 3"]);
}

#[test]
fn repeated_fields_are_joined_into_the_first() {
    let mut head = head(&[("Cookie", "a"), ("x", ""), ("cookie", "b"), ("X", "2"), ("COOKIE", "c")]);
    head.merge_repeated();
    assert_eq!(lines(&head), ["Cookie: a, b, c", "x: , 2"]);
}

#[test]
fn fields_move() {
    let mut head =
        head(&[("Set-Cookie", "1"), ("a", ""), ("Server", "s"), ("set-cookie", "2"), ("Date", "d")]);
    assert!(head.move_to(DATE, 0) && head.move_to(SERVER, 1) && !head.move_to(HOST, 0));
    head.move_last(SET_COOKIE);
    assert_eq!(lines(&head), ["Date: d", "Server: s", "a: ", "Set-Cookie: 1", "set-cookie: 2"]);
}

#[test]
fn what_is_no_value_is_not_written() {
    let mut head = head(&[("a", "1")]);
    for bad in [&b"x\r\nY: z"[..], b"\0", b"\x1b", b"\x7f"] {
        head.set(Name::new("a"), bad);
        head.add(Name::new("a"), bad);
        head.extend(Name::new("a"), bad);
    }
    assert_eq!(lines(&head), ["a: 1"]);
    head.set(Name::new("a"), "é\t".as_bytes());
    assert_eq!(lines(&head), ["a: é\t"]);
}

#[test]
fn a_status_line() {
    let mut head = Head::default();
    head.set_status(404, "Not Found");
    assert_eq!((head.status(), head.reason()), (404, &b"Not Found"[..]));
    let mut out = Vec::new();
    head.write_response(&mut out);
    assert_eq!(out, b"HTTP/1.1 404 Not Found\r\n\r\n");
}
