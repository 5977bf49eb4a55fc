//! Several statements sent back to back, answered in order: one round trip.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use futures::TryStreamExt;
use tokio_postgres::Statement;

use crate::backend::postgres::connection::{Connection, Failure};
use crate::backend::postgres::value::Param;
use crate::{Row, Value};

/// A statement of a flight.
pub(super) enum Item<'a> {
    /// BEGIN, COMMIT.
    Simple(&'static str),
    /// A prepared statement and its values.
    Prepared(Statement, &'a [Value]),
}

/// The rows of one statement, or why there are none.
pub(super) type Answer = Result<Vec<Row>, Failure>;

/// The answers in order; fewer than items when `stopped`: an item could not even be sent, and nothing behind it was.
pub(super) struct Landed {
    pub answers: Vec<Answer>,
    pub stopped: bool,
}

enum Slot<F> {
    Waiting(F),
    Done(Answer),
}

/// Sends all items, then waits for all answers. The driver puts a request on the wire when its future is first polled, so
/// each is polled once in order; a request that fails already then keeps the later ones, COMMIT among them, from going out.
pub(super) async fn flight(connection: &Connection, items: Vec<Item<'_>>) -> Landed {
    let mut slots = Vec::with_capacity(items.len());
    let mut stopped = false;
    for item in items {
        let mut sending = Box::pin(send(connection, item));
        let first = poll_fn(|context| Poll::Ready(sending.as_mut().poll(context))).await;
        match first {
            Poll::Pending => slots.push(Slot::Waiting(sending)),
            Poll::Ready(done) => {
                stopped = done.is_err();
                slots.push(Slot::Done(done));
            }
        }
        if stopped {
            break;
        }
    }
    let mut answers = Vec::with_capacity(slots.len());
    for slot in slots {
        answers.push(match slot {
            Slot::Waiting(sending) => sending.await,
            Slot::Done(done) => done,
        });
    }
    Landed { answers, stopped }
}

async fn send(connection: &Connection, item: Item<'_>) -> Answer {
    let client = &connection.client;
    let (statement, values) = match item {
        Item::Simple(text) => {
            client.batch_execute(text).await?;
            return Ok(Vec::new());
        }
        Item::Prepared(statement, values) => (statement, values),
    };
    let params: Vec<Param<'_>> = values.iter().map(Param).collect();
    let mut stream = pin!(client.query_raw(&statement, params).await?);
    let width = statement.columns().len();
    let mut rows = Vec::new();
    while let Some(row) = stream.try_next().await? {
        let mut cells = Vec::with_capacity(width);
        for at in 0..width {
            cells.push(row.try_get::<_, Value>(at)?);
        }
        rows.push(cells);
    }
    Ok(rows)
}
