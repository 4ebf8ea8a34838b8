//! Who asks, as `forward` sees it: the rest of a request, and a way to hear something before the answer.

use std::{
    future::poll_fn,
    task::{Context, Poll},
    time::Duration,
};

use crate::proxy::{
    error::Error,
    http1::{head::Head, read_limit::ReadLimit, request_head::Framing},
};

/// The other end of a request, whatever protocol it speaks.
pub(crate) trait Asker {
    /// How the body of the request is framed.
    fn framing(&self) -> Framing;

    /// How long the body may take, and how long nothing of it may come.
    fn limit(&mut self, limit: ReadLimit, silence: Duration);

    /// Ready when so many bytes of the body are there in one piece, or as many as will be.
    fn poll_fill(&mut self, want: usize, cx: &mut Context<'_>) -> Poll<Result<(), Error>>;

    /// The next bytes of the body; once it has been filled, none are its end.
    fn piece(&self) -> &[u8];

    /// Takes so many bytes of them.
    fn take(&mut self, length: usize);

    /// Sends an interim answer (RFC 9110 §15.2), if there may be one.
    fn poll_interim(&mut self, head: &Head, cx: &mut Context<'_>) -> Poll<Result<(), Error>>;

    /// Ready when nobody is there any more to hear the answer.
    fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()>;
}

/// Waits until so many bytes of the body are there, or as many as will be.
///
/// # Errors
/// 400 if the client stops in the middle of it, 408 if it takes too long.
pub(crate) async fn fill(asker: &mut dyn Asker, want: usize) -> Result<(), Error> {
    poll_fn(|cx| asker.poll_fill(want, cx)).await
}
