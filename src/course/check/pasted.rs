//! What a learner's own `curl` printed, read as answers.

use crate::{course::lesson::curl::Reply, proxy::Message};

/// The output of a `curl` command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pasted {
    /// The answers with their heads; more than one with `-L`.
    pub replies: Vec<Reply>,
    /// Text without a head: a body alone, or what `curl` says of a failure.
    pub bare: String,
}

impl Pasted {
    /// Reads the output, wherever its lines end; interim answers (1xx) are passed over.
    pub fn read(output: &str) -> Self {
        let mut pasted = Self::default();
        let mut rest = output.trim_start();
        while rest.starts_with("HTTP/") {
            let (reply, after) = one(rest);
            rest = after;
            if !reply.head.start.split(' ').nth(1).is_some_and(|status| status.starts_with('1')) {
                pasted.replies.push(reply);
            }
        }
        if pasted.replies.is_empty() {
            pasted.bare = rest.trim_end().to_owned();
        }
        pasted
    }

    /// The exit code that `curl` names when it fails, as in `curl: (7) Failed to connect`.
    pub fn curl_error(&self) -> Option<u8> {
        let (_, after) = self.bare.split_once("curl: (")?;
        after.split_once(')')?.0.parse().ok()
    }
}

/// The first answer, and what follows its body: another answer, or nothing.
fn one(text: &str) -> (Reply, &str) {
    let (head, rest) = split_head(text);
    let mut lines = head.lines();
    let start = lines.next().unwrap_or_default().trim_end().to_owned();
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect();
    let head = Message { start, headers };
    let length = head.header("Content-Length").and_then(|length| length.parse::<usize>().ok());
    // With `-L` the body of a redirect is not shown. Else the next answer begins behind the length that the head says;
    // without one, where a line begins as a status line does.
    let end = match length.filter(|length| rest.is_char_boundary(*length)) {
        _ if rest.starts_with("HTTP/") => 0,
        Some(length) => length,
        None => rest.find("\nHTTP/").map_or(rest.len(), |at| at + 1),
    };
    let (body, after) = rest.split_at(end);
    (Reply { head, body: body.to_owned() }, after.trim_start())
}

fn split_head(text: &str) -> (&str, &str) {
    let ends = ["\r\n\r\n", "\n\n"].into_iter().filter_map(|end| Some((text.find(end)?, end.len())));
    match ends.min() {
        Some((at, length)) => (&text[..at], &text[at + length..]),
        None => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_answer() {
        let pasted = Pasted::read("HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 2\r\n\r\nhi");
        assert_eq!(pasted.replies.len(), 1);
        assert_eq!(pasted.replies[0].head.header("server"), Some("x"));
        assert_eq!(pasted.replies[0].body, "hi");
    }

    #[test]
    fn a_followed_redirect_is_two_answers() {
        let output = "HTTP/1.1 302 Found\nContent-Length: 6\n\nMoved.HTTP/1.1 200 OK\n\nWelcome!";
        let statuses: Vec<_> =
            Pasted::read(output).replies.into_iter().map(|reply| reply.head.start).collect();
        assert_eq!(statuses, ["HTTP/1.1 302 Found", "HTTP/1.1 200 OK"]);
        // With `-L` curl does not print the body of the redirect.
        let output = "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\nHTTP/1.1 200 OK\r\n\r\nWelcome!";
        assert_eq!(Pasted::read(output).replies.len(), 2);
    }

    #[test]
    fn interim_answers_are_passed_over() {
        let pasted = Pasted::read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nhi");
        assert_eq!(pasted.replies[0].head.start, "HTTP/1.1 200 OK");
    }

    #[test]
    fn what_is_no_answer_is_bare() {
        assert_eq!(Pasted::read("Hello world!\n").bare, "Hello world!");
        assert_eq!(Pasted::read("curl: (7) Failed to connect\n").curl_error(), Some(7));
        assert_eq!(Pasted::read("").curl_error(), None);
    }

    #[test]
    fn nothing_makes_it_panic() {
        for output in
            ["HTTP/", "HTTP/1.1", "HTTP/1.1 200\nContent-Length: 99\n\né", "HTTP/\n\nHTTP/\n\nHTTP/", "\u{0}"]
        {
            _ = Pasted::read(output);
        }
    }
}
