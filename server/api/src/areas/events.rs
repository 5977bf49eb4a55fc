//! `GET /events`: an open page is told when its lists are worth asking for again.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::access::{SessionToken, SignedIn, Who};
use crate::app::App;
use crate::error::Problem;
use crate::feed::Listener;
use crate::routes::{Doc, Routes};
use crate::serve::Ending;

/// Between two pings, which also notice that the page or the session is gone.
const PING: Duration = Duration::from_secs(15);
/// Least time between two events.
const GAP: Duration = Duration::from_secs(1);

pub(super) fn routes(routes: &mut Routes) {
    let doc = Doc::new(
        "待办",
        "listenEvents",
        "待办有变动的通知(text/event-stream,事件 tasks,不带内容)",
    );
    routes.get("/api/v1/events", SignedIn, doc.raw("text/event-stream"), events);
}

/// The end of the node, as the accept loop tells it.
pub(crate) struct Until(Option<watch::Receiver<bool>>);

impl FromRequestParts<App> for Until {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Until, Problem> {
        Ok(Until(parts.extensions.get::<Ending>().map(|it| it.0.clone())))
    }
}

/// One open connection.
struct Connection {
    app: App,
    token: Option<String>,
    listener: Listener,
    until: Until,
    gap: Interval,
    ping: Interval,
    begun: bool,
}

async fn events(
    Who { ctx }: Who<SignedIn>,
    State(app): State<App>,
    SessionToken(token): SessionToken,
    until: Until,
) -> Result<Response, Problem> {
    let mut ping = interval(PING);
    let mut gap = interval(GAP);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    gap.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ping.reset();
    let connection = Connection {
        listener: app.feed.listen(&ctx.subject.reference())?,
        app,
        token,
        until,
        gap,
        ping,
        begun: false,
    };
    let lines = stream::unfold(connection, |mut it| async move {
        let line = it.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from_static(line.as_bytes())), it))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}

impl Connection {
    /// What is sent next; none at the end.
    async fn next(&mut self) -> Option<&'static str> {
        if !std::mem::replace(&mut self.begun, true) {
            // How long a browser waits before it comes back.
            return Some("retry: 3000\n\n");
        }
        tokio::select! {
            () = news(&mut self.gap, &mut self.listener) => Some("event: tasks\ndata: {}\n\n"),
            _ = self.ping.tick() => self.goes_on().await.then_some(":\n\n"),
            () = end(&mut self.until) => None,
        }
    }

    /// Whether its session does; a token of a program is checked when it comes.
    async fn goes_on(&self) -> bool {
        match &self.token {
            Some(token) => self.app.identity.session_at_rest(token).await.is_ok(),
            None => true,
        }
    }
}

async fn news(gap: &mut Interval, listener: &mut Listener) {
    gap.tick().await;
    listener.news().await;
}

async fn end(until: &mut Until) {
    match &mut until.0 {
        Some(it) => {
            let _ = it.wait_for(|ended| *ended).await;
        }
        None => std::future::pending().await,
    }
}
