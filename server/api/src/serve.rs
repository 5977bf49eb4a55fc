//! The accept loop: bounded connections, a limit on the time a request head may take, the peer's address, a quiet end.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt as _;

use crate::access::Peer;
use crate::linger::Lingering;

/// Most connections at a time; further ones wait in the kernel's queue.
const CONNECTIONS: usize = 4_096;
/// A head that takes longer ends the connection: whoever sends a byte a minute holds nothing for long.
const HEAD: Duration = Duration::from_secs(10);
/// How long requests in progress may take after the end was asked for.
const GRACE: Duration = Duration::from_secs(30);

/// Tells long answers when the node ends.
#[derive(Clone)]
pub(crate) struct Ending(pub(crate) watch::Receiver<bool>);

/// Serves until `shutdown` resolves, then lets what is in progress come to its end.
pub async fn serve(listener: TcpListener, router: Router, shutdown: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let (ending, ended) = watch::channel(false);
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut shutdown => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = connection(stream, Peer(peer.ip()), router.clone(), ended.clone());
                tokio::spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(error) => {
                // Out of file handles, usually: give the others time to end.
                tracing::warn!(error = %error, "A connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    drop(listener);
    let _ = ending.send(true);
    let all = u32::try_from(CONNECTIONS).unwrap_or(u32::MAX);
    if tokio::time::timeout(GRACE, places.acquire_many(all)).await.is_err() {
        tracing::warn!("Some requests were still in progress at the end");
    }
}

async fn connection(stream: TcpStream, peer: Peer, router: Router, mut ended: watch::Receiver<bool>) {
    // Answers are small and wait for no company.
    let _ = stream.set_nodelay(true);
    let ending = Ending(ended.clone());
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(ending.clone());
        router
            .clone()
            .oneshot(request.map(|it| axum::body::Body::new(Lingering::new(it))))
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_headers(100)
        .max_buf_size(64 * 1024);
    let mut connection = std::pin::pin!(http.serve_connection(TokioIo::new(stream), service));
    let end = tokio::select! {
        end = connection.as_mut() => end,
        _ = ended.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = end {
        tracing::debug!(error = %error, "A connection ended early");
    }
}
