//! The names of fields: they keep their spelling and their order, in a request and in an answer.

use crate::case::{Case, get, ok, request};

/// Whole requests.
const REQUESTS: [(&str, &str); 16] = [
    ("odd names, in order", "GET /x HTTP/1.1\nx-b: 1\nhOST: f.test\nX-a: 2\nuser-AGENT: me\naccept: */*\n\n"),
    ("the Host last", "GET /x HTTP/1.1\nX-a: 2\nHost: f.test\n\n"),
    (
        "merged into the first",
        "GET /x HTTP/1.1\nHost: f\nx-one: 1\nX-two: a\nX-ONE: 2\nx-Two: b\nX-One: 3\nX-z: z\n\n",
    ),
    (
        "merged with an empty one",
        "GET /x HTTP/1.1\nHost: f\nCookie: a=b\nAccept:\ncookie: c=d\naccept: x\nX-E:\nx-e:\n\n",
    ),
    (
        "X-Forwarded fields of the client",
        "GET /x HTTP/1.1\nHost: f\nx-forwarded-FOR: 9.9.9.9\nX-b: 1\nx-forwarded-host: other\nX-FORWARDED-SERVER: srv\nX-c: 1\n\n",
    ),
    (
        "one X-Forwarded field, twice",
        "GET /x HTTP/1.1\nHost: f\nx-forwarded-host: a\nX-b: 1\nX-Forwarded-Host: b\n\n",
    ),
    (
        "hop-by-hop fields in odd spelling",
        "GET /x HTTP/1.1\nHost: f\nCONNECTION: x-DROP, Keep-Alive\nX-Drop: 1\nx-drop: 2\nkeep-ALIVE: 300\nte: trailers\nPROXY-connection: close\nupgrade: h2c\nX-k: 1\n\n",
    ),
    (
        "two Connection fields in odd spelling",
        "GET /x HTTP/1.1\nHost: f\nConnection: x-a\nx-A: 1\nconnection: X-b, close\nX-B: 1\nX-k: 1\n\n",
    ),
    ("the length in odd spelling", "POST /x HTTP/1.1\ncontent-LENGTH: 3\nHost: f\nX-a: 1\n\nabc"),
    (
        "the coding in odd spelling",
        "POST /x HTTP/1.1\ntransfer-ENCODING: Chunked\nHost: f\nX-a: 1\n\n3\nabc\n0\n\n",
    ),
    (
        "much and chunked",
        "POST /x HTTP/1.1\ntransfer-encoding: chunked\nHost: f\nX-a: 1\n\n9c40\n{x*40000}\n0\n\n",
    ),
    ("Max-Forwards in odd spelling", "GET /x HTTP/1.1\nHost: f\nX-a: 1\nmax-FORWARDS: 5\nX-b: 2\n\n"),
    ("every character of a token", "GET /x HTTP/1.1\nHost: f\n!#$%&'*+-.^_`|~09aZ: 1\n\n"),
    ("blanks around values", "GET /x HTTP/1.1\nHost: f\nX-a: \t 1 \t \nX-b:1\nX-c:\nX-d:   \nX-e: a\tb\n\n"),
    ("folds of blanks and tabs", "GET /x HTTP/1.1\nHost: f\nX-a: 1 \t\n   2\n\t\t3 \n 4\nX-b:\n 5\n\n"),
    ("a fold of blanks only", "GET /x HTTP/1.1\nHost: f\nX-a: 1\n \nX-b: 1\n\n"),
];

/// Fields of an answer of one byte.
const ANSWERS: [(&str, &str); 15] = [
    (
        "odd names of an answer, in order",
        "x-b: 1\nX-a: 1\ncontent-LENGTH: 1\nX-B: 2\nX-c: 3\nx-A: 4\ncontent-TYPE: text/plain\n",
    ),
    ("Set-Cookie in odd spelling", "set-cookie: a=b\nX-c: 3\nSET-COOKIE: c=d\nContent-Length: 1\nX-d: 1\n"),
    ("Date and Server in odd spelling", "X-a: 1\nserver: Back\nX-b: 2\nDATE: yesterday\nContent-Length: 1\n"),
    ("Date and Server twice", "Date: a\nServer: s1\nContent-Length: 1\nserver: s2\ndate: b\n"),
    (
        "Content-Type twice, in odd spelling",
        "content-type: a/b\nContent-Length: 1\nContent-TYPE: c/d\nX-a: 1\n",
    ),
    ("Vary twice", "vary: a\nX-a: 1\nContent-Length: 1\nVARY: b\n"),
    ("Vary of many", "X-a: 1\nvary: Accept, b  c,,d , accept\nContent-Length: 1\nVary: B, e\n"),
    ("Vary of none", "X-a: 1\nvary:\nContent-Length: 1\nVary: ,\n"),
    (
        "hop-by-hop fields of an answer",
        "connection: x-Drop\nX-DROP: 1\nkeep-alive: 1\nTE: a\ntrailer: X-t\nupgrade: h2c\nproxy-authenticate: Basic\nPROXY-connection: a\nproxy-authentication-INFO: z\nContent-Length: 1\nX-k: 1\n",
    ),
    ("a repeated field stays where it is", "X-a: 1\nX-b: 2\nx-A: 3\nContent-Length: 1\nX-a: 4\n"),
    (
        "blanks around values of an answer",
        "X-a: \t 1 \t \nX-b:1\nX-c:\nX-d:   \nX-e: a\tb\nContent-Length: 1\n",
    ),
    ("folds of an answer", "X-a: 1\n   2\n\t\t3 \nX-b: 1\nContent-Length: 1\n"),
    ("a fold of blanks only in an answer", "X-a: 1\n \nX-b: 1\nContent-Length: 1\n"),
    ("a fold after nothing", "X-a:\n 1\nContent-Length: 1\n"),
    ("a length with a zero before it", "Content-Length: 01\n"),
];

/// Who asks, for the fields that are about the connection.
const CLIENTS: [(&str, &str); 5] = [
    ("HTTP/1.1", "GET / HTTP/1.1\nHost: f\n\n"),
    ("HTTP/1.1 that closes", "GET / HTTP/1.1\nHost: f\nCONNECTION: Close\n\n"),
    ("HTTP/1.1 that keeps", "GET / HTTP/1.1\nHost: f\nconnection: KEEP-alive\n\n"),
    ("HTTP/1.0", "GET / HTTP/1.0\n\n"),
    ("HTTP/1.0 that keeps", "GET / HTTP/1.0\nconnection: KEEP-alive\n\n"),
];

pub fn cases() -> Vec<Case> {
    let requests = REQUESTS.map(|(name, says)| Case::new("spelling", name).ask(says));
    let answers = ANSWERS.map(|(name, fields)| {
        Case::new("spelling", name).answers([&format!("HTTP/1.1 200 OK\n{fields}\nA")]).ask(get("/x"))
    });
    let mut cases = [requests.to_vec(), answers.to_vec()].concat();
    let fields = "X-a: 1\nSet-Cookie: a\nX-b: 1\nContent-Type: text/plain\n";
    for (who, says) in CLIENTS {
        for (what, answer) in [
            ("a length", format!("HTTP/1.1 200 OK\ncontent-length: 1\n{fields}\nA")),
            ("chunks", format!("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n{fields}\n1\nA\n0\n\n")),
            ("neither", format!("HTTP/1.1 200 OK\n{fields}\nA{{close}}")),
            ("204", "HTTP/1.1 204 No Content\nX-a: 1\nSet-Cookie: a\nX-b: 1\n\n".to_owned()),
            ("304", "HTTP/1.1 304 Not Modified\nX-a: 1\nSet-Cookie: a\nETag: \"a\"\n\n".to_owned()),
        ] {
            let case = Case::new("place of fields", format!("{what}, for {who}"));
            cases.push(case.answers([&answer]).ask(says));
        }
        let case = Case::new("place of fields", format!("a page, for {who}"));
        cases.push(case.ask(says.replace("GET / ", "GET /a%2Fb ")));
        let case = Case::new("place of fields", format!("503, for {who}")).site("ProxyPass / http://{DEAD}/");
        cases.push(case.ask(says));
    }
    for (name, answer) in [
        ("HEAD, a length between others", "HTTP/1.1 200 OK\nX-a: 1\ncontent-length: 9\nX-b: 1\n\n"),
        ("HEAD, chunks between others", "HTTP/1.1 200 OK\nX-a: 1\nTransfer-Encoding: chunked\nX-b: 1\n\n"),
    ] {
        cases.push(Case::new("place of fields", name).answers([answer]).ask(request("HEAD", "/", "")));
    }
    // What a directive adds stands where Apache adds it.
    cases.push(
        Case::new("ProxyVia", "On, and Via in odd spelling, both ways")
            .site("ProxyVia On\nProxyPass / http://{A}/")
            .answers(["HTTP/1.1 200 OK\nvia: 1.0 back\nX-a: 1\nContent-Length: 1\n\nA"])
            .ask(request("GET", "/", "vIA: 1.0 client\nX-a: 1\n")),
    );
    cases.push(
        Case::new("ProxyPassReverse", "a Location in odd spelling")
            .site("ProxyPass / http://{A}/\nProxyPassReverse / http://{A}/")
            .answers(["HTTP/1.1 302 Found\nX-a: 1\nlocation: http://{A}/y\nX-b: 1\nContent-Length: 0\n\n"])
            .ask(get("/x")),
    );
    cases.push(
        Case::new("ProxyPassReverse", "a path beyond ASCII")
            .site("ProxyPass / http://{A}/\nProxyPassReverse /łé/ http://{A}/")
            .answers(["HTTP/1.1 302 Found\nLocation: http://{A}/y\nContent-Length: 0\n\n"])
            .ask(get("/x")),
    );
    cases.push(
        Case::new("spelling", "names of 8,000 bytes")
            .ask(request("GET", "/", "{X*8000}: 1\n"))
            .answers([&ok("A")]),
    );
    cases
}
