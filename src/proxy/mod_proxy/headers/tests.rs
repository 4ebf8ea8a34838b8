use super::*;

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
fn a_request_keeps_its_order_without_what_is_hop_by_hop() {
    let mut head = head(&[
        ("x-a", "1"),
        ("connection", "keep-alive, X-Secret"),
        ("host", "front"),
        ("x-secret", "s"),
        ("te", "trailers"),
        ("upgrade", "h2c"),
        ("keep-alive", "1"),
        ("proxy-connection", "x"),
        ("trailer", "x"),
        ("content-length", "3"),
        ("cookie", "a=b"),
        ("proxy-authorization", "p"),
        ("x-empty", ""),
        ("Cookie", "c=d"),
    ]);
    end_to_end_request(&mut head);
    assert_eq!(
        lines(&head),
        ["Host: front", "x-a: 1", "cookie: a=b, c=d", "proxy-authorization: p", "x-empty: "]
    );
}

#[test]
fn connection_cannot_remove_the_host() {
    let mut head = head(&[("host", "front"), ("connection", "HOST")]);
    end_to_end_request(&mut head);
    assert_eq!(lines(&head), ["Host: front"]);
}

#[test]
fn a_response_begins_with_date_and_server_and_ends_with_cookies() {
    let mut head = head(&[
        ("set-cookie", "a=b"),
        ("x-a", "1"),
        ("server", "be"),
        ("transfer-encoding", "chunked"),
        ("content-length", "9"),
        ("proxy-authenticate", "Basic"),
        ("www-authenticate", "Basic"),
        ("date", "d"),
        ("Set-Cookie", "c=d"),
    ]);
    end_to_end_response(&mut head, false);
    assert_eq!(
        lines(&head),
        ["Date: d", "Server: be", "x-a: 1", "www-authenticate: Basic", "set-cookie: a=b", "Set-Cookie: c=d"]
    );
}

#[test]
fn date_and_server_are_ours_where_the_backend_has_none() {
    let mut head = head(&[("x-a", "1")]);
    end_to_end_response(&mut head, false);
    assert!(head.has(DATE));
    assert_eq!(head.text(SERVER), Some(PRODUCT));
}

#[test]
fn forwarded_headers_are_added_to_those_of_the_client() {
    let mut head = head(&[("x-forwarded-for", "1.2.3.4"), ("x-a", "1")]);
    let client = address([127, 0, 0, 1].into());
    add_forwarded(&mut head, &client, &Front::for_test("front.test:8000"), "localhost");
    assert_eq!(
        lines(&head),
        [
            "x-forwarded-for: 1.2.3.4, 127.0.0.1",
            "x-a: 1",
            "X-Forwarded-Host: front.test:8000",
            "X-Forwarded-Server: localhost"
        ]
    );
}

/// What a backend may send at most of each: nothing takes the square of it.
#[test]
fn many_fields_cost_no_more_than_their_length() {
    let start = std::time::Instant::now();
    let mut head = Head::default();
    let vary: Vec<_> = (0..80_000).map(|n| format!("{n:x}")).collect();
    head.add(VARY, vary.join(",").as_bytes());
    head.add(CONNECTION, vary.join(",").as_bytes());
    (0..40_000).for_each(|n| head.add(SET_COOKIE, format!("{n}").as_bytes()));
    (0..40_000).for_each(|n| head.add(Name::new(&format!("{n:X}")), b""));
    end_to_end_response(&mut head, false);
    assert_eq!(lines(&head).len(), 40_003);
    assert!(start.elapsed() < std::time::Duration::from_secs(5), "{:?}", start.elapsed());
}
