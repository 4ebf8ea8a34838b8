//! What the proxy did to a message: both sides of a wire, with what was added, changed or removed.

use crate::proxy::{Exchange, Message};

/// One line of a message after the proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line as it went on.
    pub text: String,
    /// What the proxy did to it.
    pub mark: Mark,
}

/// What the proxy did to a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Nothing.
    Same,
    /// It was not there before.
    Added,
    /// It is not there any more.
    Removed,
    /// It had another value before.
    Changed(String),
}

/// The lines of `after`, each with what became of it since `before`; removed lines come last.
pub fn compare(before: &Message, after: &Message) -> Vec<Line> {
    let start = match before.start == after.start {
        true => Mark::Same,
        false => Mark::Changed(before.start.clone()),
    };
    let mut lines = vec![Line { text: after.start.clone(), mark: start }];
    let mut left = before.headers.clone();
    for (name, value) in &after.headers {
        let same = left.iter().position(|(n, v)| n.eq_ignore_ascii_case(name) && v == value);
        let found = same.or_else(|| left.iter().position(|(n, _)| n.eq_ignore_ascii_case(name)));
        let mark = match found.map(|at| left.remove(at)) {
            Some((_, old)) if old == *value => Mark::Same,
            Some((_, old)) => Mark::Changed(old),
            None => Mark::Added,
        };
        lines.push(Line { text: format!("{name}: {value}"), mark });
    }
    let removed = left.iter().map(|(name, value)| format!("{name}: {value}"));
    lines.extend(removed.map(|text| Line { text, mark: Mark::Removed }));
    lines
}

/// The two comparisons of an exchange: the request on its way in, the answer on its way out; none if the proxy
/// answered itself.
pub fn sides(exchange: &Exchange) -> Option<(Vec<Line>, Vec<Line>)> {
    let request = compare(&exchange.client_sent, exchange.backend_received.as_ref()?);
    let answer = compare(exchange.backend_answered.as_ref()?, &exchange.client_got);
    Some((request, answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(start: &str, headers: &[(&str, &str)]) -> Message {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Message { start: start.to_owned(), headers }
    }

    #[test]
    fn every_mark() {
        let before = message("GET / HTTP/1.0", &[("Host", "front"), ("Keep-Alive", "1"), ("Accept", "*/*")]);
        let after = message("GET / HTTP/1.1", &[("Host", "back"), ("Accept", "*/*"), ("X-New", "1")]);
        let marks: Vec<_> = compare(&before, &after).into_iter().map(|line| (line.text, line.mark)).collect();
        assert_eq!(
            marks,
            [
                ("GET / HTTP/1.1".to_owned(), Mark::Changed("GET / HTTP/1.0".to_owned())),
                ("Host: back".to_owned(), Mark::Changed("front".to_owned())),
                ("Accept: */*".to_owned(), Mark::Same),
                ("X-New: 1".to_owned(), Mark::Added),
                ("Keep-Alive: 1".to_owned(), Mark::Removed),
            ]
        );
    }

    #[test]
    fn repeated_headers_are_each_compared() {
        let cookies = message("HTTP/1.1 200 OK", &[("Set-Cookie", "a"), ("Set-Cookie", "b")]);
        let one = message("HTTP/1.1 200 OK", &[("Set-Cookie", "b")]);
        let marks: Vec<_> = compare(&cookies, &one).into_iter().map(|line| line.mark).collect();
        assert_eq!(marks, [Mark::Same, Mark::Same, Mark::Removed]);
    }
}
