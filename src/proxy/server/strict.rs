//! A client's connection whose request heads are judged before hyper sees them: hyper takes what Apache refuses
//! (bare line feeds, `#`), and what it refuses itself it answers without a page.

use std::{
    borrow::Borrow,
    future::poll_fn,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use crate::proxy::{
    http1::chunks::Chunks,
    http1::linger::{self, Linger},
    http1::raw_head::{Framing, RawHead, Refusal},
    server::told::Told,
    server::waiting::{Limits, Waiting},
};

/// What hyper sees in place of a head that is refused; `HEAD` stays, for its answer has no body.
const IN_ITS_PLACE: [&[u8]; 2] =
    [b"GET / HTTP/1.1\r\nHost: refused\r\n\r\n", b"HEAD / HTTP/1.1\r\nHost: refused\r\n\r\n"];

/// A stream that yields heads which Apache takes, and the bodies between them.
pub(crate) struct Strict<S> {
    stream: S,
    next: Next,
    /// Read, but not judged to its end.
    held: Vec<u8>,
    /// Judged and written anew, for hyper to take; nearly always empty, for hyper's own buffer is read into.
    ready: Vec<u8>,
    heads: usize,
    told: Arc<Told>,
    waiting: Waiting,
    linger: Linger,
}

/// What the next byte belongs to.
enum Next {
    Head(RawHead),
    Body(u64),
    Chunks(Chunks),
    /// Nothing more is read.
    End,
}

/// What became of some bytes: how many may pass as they are, and what is to be done with the rest.
struct Judged {
    pass: usize,
    then: Then,
}

enum Then {
    /// Nothing is left.
    Done,
    /// An incomplete head, to be held.
    Hold,
    /// A head of that length, to be replaced.
    Replace(Vec<u8>, usize),
    /// Nothing more may pass.
    Stop(Vec<u8>),
}

impl<S> Strict<S> {
    pub(crate) fn new(stream: S, limits: Limits) -> Self {
        Self {
            stream,
            next: Next::Head(RawHead::default()),
            held: Vec::new(),
            ready: Vec::new(),
            heads: 0,
            told: limits.told.clone(),
            waiting: Waiting::new(limits),
            linger: Linger::default(),
        }
    }

    // ANCHOR: judge
    /// Walks through heads and bodies as they follow each other.
    fn judge(&mut self, bytes: &[u8]) -> Judged {
        let mut pass = 0;
        loop {
            let rest = &bytes[pass..];
            if rest.is_empty() {
                return Judged { pass, then: Then::Done };
            }
            match &mut self.next {
                Next::Head(head) => match head.read(rest) {
                    Ok(None) => return Judged { pass, then: Then::Hold },
                    Ok(Some(length)) => {
                        let new = head.rewritten(&rest[..length]);
                        self.next = match head.framing() {
                            Framing::Chunked => Next::Chunks(Chunks::default()),
                            Framing::Length(length) => Next::body(length),
                        };
                        self.heads += 1;
                        self.waiting.head_came();
                        if let Some(new) = new {
                            return Judged { pass, then: Then::Replace(new, length) };
                        }
                        pass += length;
                    }
                    Err(refusal) => return Judged { pass, then: Then::Stop(self.refuse(refusal, rest)) },
                },
                Next::Body(left) => {
                    let here = rest.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
                    pass += here;
                    self.next = Next::body(*left - here as u64);
                }
                Next::Chunks(chunks) => match chunks.read(rest) {
                    Some((length, false)) => pass += length,
                    Some((length, true)) => {
                        pass += length;
                        self.next = Next::body(0);
                    }
                    // To hyper the body breaks off; what follows is no request.
                    None => {
                        self.next = Next::End;
                        return Judged { pass, then: Then::Stop(Vec::new()) };
                    }
                },
                Next::End => return Judged { pass, then: Then::Stop(Vec::new()) },
            }
        }
    }
    // ANCHOR_END: judge

    /// What hyper sees in place of this head.
    fn refuse(&mut self, refusal: Refusal, head: &[u8]) -> Vec<u8> {
        _ = self.told.refused.set((self.heads, refusal));
        self.next = Next::End;
        IN_ITS_PLACE[usize::from(head.trim_ascii_start().starts_with(b"HEAD "))].to_vec()
    }

    /// Nothing comes: ready when that takes too long. Half a head is then answered; less than that, as in Apache, is not.
    fn poll_late(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Next::Head(head) = &self.next else {
            // A body is waited for by whoever reads it.
            return Poll::Pending;
        };
        let answered = head.has_request_line();
        if self.held.is_empty() && self.heads > 0 {
            // Between two requests: what hyper has left to write, it has tried to write by now.
            ready!(self.waiting.poll_idle(cx));
        } else {
            ready!(self.waiting.poll_head(cx));
        }
        self.told.late();
        let held = std::mem::take(&mut self.held);
        if answered {
            self.ready = self.refuse(Refusal::Late, &held);
        }
        self.next = Next::End;
        Poll::Ready(())
    }

    /// Waits, without a buffer, until there is something to read or the client has been idle for too long.
    pub(crate) async fn stirs(&mut self)
    where
        S: Borrow<TcpStream>,
    {
        poll_fn(|cx| match self.stream.borrow().poll_read_ready(cx) {
            Poll::Pending => self.waiting.poll_idle(cx),
            Poll::Ready(_) => Poll::Ready(()),
        })
        .await;
    }

    /// Judges what is held, and makes ready what may pass.
    fn release(&mut self) {
        let mut complete = true;
        while complete && !self.held.is_empty() {
            let held = std::mem::take(&mut self.held);
            let Judged { pass, then } = self.judge(&held);
            complete = !matches!(then, Then::Hold);
            if pass == 0 && !complete {
                self.held = held;
                return;
            }
            self.ready.extend(&held[..pass]);
            self.settle(then, &held[pass..]);
        }
    }

    fn settle(&mut self, then: Then, rest: &[u8]) {
        match then {
            Then::Done => {}
            Then::Hold => self.held.extend(rest),
            Then::Replace(new, length) => {
                self.ready.extend(new);
                self.held.extend(&rest[length..]);
            }
            Then::Stop(last) => self.ready.extend(last),
        }
    }
}

impl Next {
    fn body(left: u64) -> Self {
        if left == 0 { Self::Head(RawHead::default()) } else { Self::Body(left) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Strict<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if !this.ready.is_empty() {
                let length = this.ready.len().min(buf.remaining());
                buf.put_slice(&this.ready[..length]);
                this.ready.drain(..length);
                return Poll::Ready(Ok(()));
            }
            if matches!(this.next, Next::End) {
                return Poll::Ready(Ok(()));
            }
            let before = buf.filled().len();
            if Pin::new(&mut this.stream).poll_read(cx, buf)?.is_pending() {
                ready!(this.poll_late(cx));
                continue;
            }
            let new = &buf.filled()[before..];
            this.waiting.came(if matches!(this.next, Next::Head(_)) { new.len() } else { 0 });
            if new.is_empty() {
                // hyper knows what to do with a head that is cut off.
                this.next = Next::End;
                this.ready.append(&mut this.held);
            } else if this.held.is_empty() {
                let Judged { pass, then } = this.judge(new);
                this.settle(then, &new[pass..]);
                buf.set_filled(before + pass);
                if !this.held.is_empty() && !this.ready.is_empty() {
                    this.release();
                }
                if pass > 0 {
                    return Poll::Ready(Ok(()));
                }
            } else {
                this.held.extend(new);
                buf.set_filled(before);
                this.release();
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Strict<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.waiting.in_time(written, cx)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.linger.has_begun() {
            ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
        }
        match this.next {
            // All that the client has sent is read, as a rule.
            Next::Head(_) => Poll::Ready(Ok(())),
            _ => {
                this.told.said_all();
                let most = if this.told.is_late() { linger::SILENCE } else { linger::MOST };
                this.linger.poll(&mut this.stream, most, cx).map(Ok)
            }
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, bytes);
        this.waiting.in_time(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;
    use crate::proxy::{Site, server::hosts::Hosts};

    /// What hyper would read when the client's bytes come in pieces of this size, and what is refused.
    async fn read(bytes: &[u8], size: usize) -> (String, Option<(usize, Refusal)>) {
        let mut stream = tokio_test_stream(bytes, size);
        let limits = Hosts::new(&Site::new()).limits("127.0.0.1:80".parse().unwrap());
        let told = limits.told.clone();
        let mut strict = Strict::new(&mut stream, limits);
        let mut all = Vec::new();
        // A buffer that is smaller than a head.
        let mut buffer = [0; 7];
        loop {
            match strict.read(&mut buffer).await.unwrap() {
                0 => break,
                length => all.extend(&buffer[..length]),
            }
        }
        (String::from_utf8(all).unwrap(), told.refused.get().copied())
    }

    /// A stream that yields these bytes piece by piece.
    fn tokio_test_stream(bytes: &[u8], size: usize) -> Pieces {
        Pieces(bytes.chunks(size).map(<[u8]>::to_vec).rev().collect())
    }

    struct Pieces(Vec<Vec<u8>>);

    impl AsyncRead for Pieces {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            if let Some(mut piece) = self.0.pop() {
                let rest = piece.split_off(piece.len().min(buf.remaining()));
                buf.put_slice(&piece);
                if !rest.is_empty() {
                    self.0.push(rest);
                }
            }
            Poll::Ready(Ok(()))
        }
    }

    const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const POST: &str = "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n\n#\0\n\n";
    const CHUNKED: &str =
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\n\n\n\r\n0\r\nX: y\r\n\r\n";

    #[tokio::test]
    async fn good_requests_pass_unchanged_however_they_are_cut() {
        let all = [GET, POST, GET, CHUNKED, CHUNKED, GET].concat();
        for size in 1..=all.len() {
            assert_eq!(read(all.as_bytes(), size).await, (all.clone(), None), "pieces of {size}");
        }
    }

    #[tokio::test]
    async fn a_bad_head_is_replaced_and_nothing_passes_after_it() {
        let bad = "GET /#smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
        for before in [vec![], vec![GET], vec![GET, POST], vec![CHUNKED]] {
            let good = before.concat();
            let all = format!("{good}{bad}{GET}");
            let expected = format!("{good}{}", String::from_utf8_lossy(IN_ITS_PLACE[0]));
            for size in 1..=all.len() {
                let (passed, refused) = read(all.as_bytes(), size).await;
                assert_eq!(
                    (passed.as_str(), refused.map(|(at, _)| at)),
                    (expected.as_str(), Some(before.len())),
                    "{size}"
                );
            }
        }
    }

    #[tokio::test]
    async fn a_head_that_is_written_anew_keeps_its_neighbours() {
        let folded = "GET / HTTP/1.2\r\nX: a\r\n b\r\n\r\n";
        let all = [GET, folded, POST, folded, folded, GET].concat();
        let new = "GET / HTTP/1.1\r\nX: a b\r\n\r\n";
        let expected = [GET, new, POST, new, new, GET].concat();
        for size in 1..=all.len() {
            assert_eq!(read(all.as_bytes(), size).await, (expected.clone(), None), "pieces of {size}");
        }
    }
}
