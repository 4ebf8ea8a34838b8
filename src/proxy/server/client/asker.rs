//! The client as who asks: its body as it comes, what it is told before the answer, and whether it is still there.

use std::{
    task::{Context, Poll, ready},
    time::Duration,
};

use super::Client;
use crate::proxy::{
    core::asker::Asker,
    error::Error,
    http1::{head::Head, lent::Lent, read_limit::ReadLimit, request_head::Framing, rest::Rest},
};

/// What is read ahead of a client that says more than it may before it has heard its answer.
const AHEAD: usize = 16 * 1024;

impl Asker for Client {
    fn framing(&self) -> Framing {
        self.framing
    }

    fn limit(&mut self, limit: ReadLimit, silence: Duration) {
        self.body_limit = (limit, silence);
    }

    fn poll_fill(&mut self, want: usize, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        loop {
            let found = self.rest.data(&mut self.input);
            self.lost |= found.is_err();
            self.piece = found.map_err(Error::from)?;
            let all = match self.rest {
                Rest::Length(left) => self.piece as u64 == left,
                Rest::Chunked(_) => self.piece > 0,
                Rest::ToClose | Rest::End => true,
            };
            if all || self.piece >= want {
                return Poll::Ready(Ok(()));
            }
            let read =
                if self.closed { Poll::Ready(Ok(0)) } else { self.stream.poll_read(cx, &mut self.input) };
            match read {
                Poll::Ready(Ok(length @ 1..)) => self.patience.came(length),
                Poll::Ready(Ok(0)) => {
                    (self.closed, self.lost) = (true, true);
                    return Poll::Ready(Err(Error::RequestBody("the client closed in the middle of it")));
                }
                Poll::Ready(Err(_)) => {
                    (self.closed, self.lost) = (true, true);
                    return Poll::Ready(Err(Error::ClientGone));
                }
                Poll::Pending => {
                    let (limit, silence) = self.body_limit;
                    ready!(self.alarm.poll(self.patience.end(limit, silence), cx));
                    (self.late, self.lost) = (true, true);
                    return Poll::Ready(Err(Error::ClientLate("body")));
                }
            }
        }
    }

    fn piece(&self) -> &[u8] {
        &self.input.data()[..self.piece]
    }

    fn take(&mut self, length: usize) {
        self.input.take(length);
        self.rest.took(length);
        self.piece -= length;
    }

    fn poll_interim(&mut self, head: &Head, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.old {
            return Poll::Ready(Ok(()));
        }
        if self.out.is_empty() {
            self.out = Lent::new();
            head.write_response(&mut self.out);
        }
        while !self.out.is_empty() {
            ready!(self.poll_write(&[], cx))?;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // One that has closed its half still listens; of one that talks on, the end is seen when it is answered.
        while !self.closed && self.input.data().len() < AHEAD {
            match ready!(self.stream.poll_read(cx, &mut self.input)) {
                Ok(0) => self.closed = true,
                Ok(_) => {}
                Err(_) => return Poll::Ready(()),
            }
        }
        Poll::Pending
    }
}
