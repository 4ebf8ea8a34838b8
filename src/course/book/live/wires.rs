//! Both sides of an exchange, as the pages are told it.

use std::borrow::Cow;

use serde::Serialize;

use crate::{
    course::{
        lesson::exchange::{Line, Mark, sides},
        terminal::printable::one_line,
    },
    proxy::{Exchange, Message},
};

/// Both sides of one request through the proxy.
#[derive(Serialize)]
pub(super) struct ExchangeView<'a> {
    id: u64,
    backend: Option<&'a str>,
    error: Option<Cow<'a, str>>,
    client_sent: MessageView<'a>,
    backend_received: Option<MessageView<'a>>,
    backend_answered: Option<MessageView<'a>>,
    client_got: MessageView<'a>,
    request: Vec<LineView>,
    answer: Vec<LineView>,
}

#[derive(Serialize)]
struct MessageView<'a> {
    start: Cow<'a, str>,
    headers: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

#[derive(Serialize)]
struct LineView {
    text: String,
    mark: &'static str,
    was: Option<String>,
}

impl<'a> ExchangeView<'a> {
    pub(super) fn of(id: u64, exchange: &'a Exchange) -> Self {
        let (request, answer) = sides(exchange).unwrap_or_default();
        let lines = |lines: Vec<Line>| lines.into_iter().map(LineView::from).collect();
        Self {
            id,
            backend: exchange.backend.as_deref(),
            error: exchange.error.as_deref().map(one_line),
            client_sent: MessageView::of(&exchange.client_sent),
            backend_received: exchange.backend_received.as_ref().map(MessageView::of),
            backend_answered: exchange.backend_answered.as_ref().map(MessageView::of),
            client_got: MessageView::of(&exchange.client_got),
            request: lines(request),
            answer: lines(answer),
        }
    }
}

impl<'a> MessageView<'a> {
    fn of(message: &'a Message) -> Self {
        let header = |(name, value): &'a (String, String)| (one_line(name), one_line(value));
        Self { start: one_line(&message.start), headers: message.headers.iter().map(header).collect() }
    }
}

impl From<Line> for LineView {
    fn from(line: Line) -> Self {
        let (mark, was) = match line.mark {
            Mark::Same => ("same", None),
            Mark::Added => ("added", None),
            Mark::Removed => ("removed", None),
            Mark::Changed(was) => ("changed", Some(one_line(&was).into_owned())),
        };
        Self { text: one_line(&line.text).into_owned(), mark, was }
    }
}
