//! What is asked for, and how.

/// One kind of load.
pub struct Case {
    /// As `--case` knows it, and the book.
    pub name: &'static str,
    pub title: &'static str,
    pub method: &'static str,
    pub path: &'static str,
    /// Bytes of the request's body.
    pub body: usize,
    pub connections: usize,
    /// Whether each request comes on a new connection.
    pub close: bool,
}

const SMALL: Case = Case {
    name: "small",
    title: "GET of 12 bytes, 64 connections",
    method: "GET",
    path: "/small",
    body: 0,
    connections: 64,
    close: false,
};

/// All of them; the first is the one to steer by.
pub const CASES: [Case; 8] = [
    SMALL,
    Case { name: "small-1000", title: "GET of 12 bytes, 1,000 connections", connections: 1000, ..SMALL },
    Case { name: "10k", title: "GET of 10 kB, 64 connections", path: "/10k", ..SMALL },
    Case {
        name: "10k-1000",
        title: "GET of 10 kB, 1,000 connections",
        path: "/10k",
        connections: 1000,
        ..SMALL
    },
    Case { name: "1m", title: "GET of 1 MB, 64 connections", path: "/1m", ..SMALL },
    Case { name: "post", title: "POST of 10 kB, 64 connections", method: "POST", body: 10_000, ..SMALL },
    Case {
        name: "post-1000",
        title: "POST of 10 kB, 1,000 connections",
        method: "POST",
        body: 10_000,
        connections: 1000,
        ..SMALL
    },
    Case {
        name: "new",
        title: "GET of 12 bytes, each on a new connection, 64 at a time",
        close: true,
        ..SMALL
    },
];
