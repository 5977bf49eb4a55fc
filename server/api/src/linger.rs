//! A request that is answered before all of it was read: what is still on its way is taken and thrown away for a while. Otherwise the connection
//! would be cut while the client is sending, and "too large" would reach nobody.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};

/// Most bytes thrown away after an answer; who sends more is cut off.
const BYTES: usize = 100_000_000;
/// Longest time for it.
const TIME: Duration = Duration::from_secs(30);

/// A body whose rest is read when it is dropped.
pub(crate) struct Lingering(Option<Incoming>);

impl Lingering {
    pub(crate) fn new(body: Incoming) -> Lingering {
        Lingering(Some(body))
    }
}

impl Body for Lingering {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.0 {
            Some(body) => Pin::new(body).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(Incoming::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.0.as_ref().map(Incoming::size_hint).unwrap_or_default()
    }
}

impl Drop for Lingering {
    fn drop(&mut self) {
        if let Some(body) = self.0.take().filter(|it| !it.is_end_stream()) {
            tokio::spawn(tokio::time::timeout(TIME, throw_away(body)));
        }
    }
}

async fn throw_away(body: Incoming) {
    let mut body = pin!(body);
    let mut taken = 0_usize;
    while taken < BYTES {
        match poll_fn(|context| body.as_mut().poll_frame(context)).await {
            Some(Ok(frame)) => taken = taken.saturating_add(frame.data_ref().map_or(0, Bytes::len)),
            Some(Err(_)) | None => return,
        }
    }
}
