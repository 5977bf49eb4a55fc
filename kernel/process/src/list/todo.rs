//! 待办, by deadline.

use std::collections::HashMap;

use yiwang_records::Ctx;
use yiwang_records::rows::{Cmp, Filter, Row, Scope, Select, Sort, Value};
use yiwang_types::{Fault, Instant};

use super::found::{Found, Mark, Place, Stretch, counted};
use super::{CHUNK, CHUNKS, COUNTED, Narrow, TaskListParams, TaskPage, size};
use crate::Processes;
use crate::rows::{TASK_COLUMNS, TaskRow, equal, select, user_pool};
use crate::tables::{POOL, TASK};

/// Behind every pool name, so that a page begins after all pools of its last task.
const LAST_POOL: &str = "\u{10ffff}";

impl Processes {
    pub(super) async fn todo(&self, ctx: &Ctx, params: &TaskListParams, limit: u32) -> Result<TaskPage, Fault> {
        let now = self.records.now();
        let mark = params.after.as_deref().map(Mark::read).transpose()?;
        let narrow = Narrow::of(params);
        let Found { rids, next, count } = if narrow.is_wide() {
            self.to_do(ctx, now, mark, limit).await?
        } else {
            self.looked_through(ctx, now, &narrow, mark, limit).await?
        };
        let by_rid = self.task_rows(&rids).await?;
        let rows = rids.iter().filter_map(|rid| by_rid.get(rid).cloned()).collect();
        let items = self.items(ctx, rows, now).await?;
        Ok(TaskPage { items, next, count })
    }

    async fn to_do(&self, ctx: &Ctx, now: Instant, mark: Option<Mark>, limit: u32) -> Result<Found, Fault> {
        let first = self.on_offer(ctx, now, None, COUNTED + 1).await?;
        let count = counted(first.places.len(), first.all);
        // What was counted is also the first page; a later one is read from its mark.
        let Stretch { mut places, all } = match mark {
            None => first,
            Some(mark) => self.on_offer(ctx, now, Some(mark.place), limit.saturating_mul(2)).await?,
        };
        let more = places.len() > size(limit) || !all;
        places.truncate(size(limit));
        let last = places.last().filter(|_| more);
        Ok(Found {
            next: last.map(|it| Mark { place: *it, before: 0 }.write()),
            rids: places.into_iter().map(|it| it.1).collect(),
            count,
        })
    }

    /// Tasks offered to the subject or held by it, behind a place, in order. So many rows are read; a task in several of the subject's pools
    /// takes a row for each.
    async fn on_offer(&self, ctx: &Ctx, now: Instant, after: Option<Place>, rows: u32) -> Result<Stretch, Fault> {
        let user = ctx.subject.id.as_str();
        let free = Filter::Or(vec![
            Filter::IsNull("holder".to_owned()),
            equal("holder", Value::from(user)),
            Filter::cmp("lease_until", Cmp::Le, now.millis()),
        ]);
        let mut pools = ctx.subject.pools();
        pools.push(user_pool(user));
        let branches = pools.iter().map(|pool| equal("pool", Value::from(pool.as_str()))).collect();
        let select = Select {
            table: POOL.to_owned(),
            columns: vec!["due_at".to_owned(), "task_rid".to_owned()],
            filter: free,
            scope: Scope::Branches(branches),
            sort: vec![Sort::up("due_at"), Sort::up("task_rid"), Sort::up("pool")],
            after: after.map(|(due, rid)| vec![Value::Int(due), Value::Int(rid), Value::from(LAST_POOL)]),
            limit: rows,
        };
        let found = self.records.rows(&select).await?;
        let mut places: Vec<Place> = found.iter().filter_map(place).collect();
        places.dedup();
        Ok(Stretch {
            places,
            all: found.len() < size(rows),
        })
    }

    /// The tasks that words and register name, from the mark on: at least a chunk is looked through, and more until the page is full.
    async fn looked_through(
        &self,
        ctx: &Ctx,
        now: Instant,
        narrow: &Narrow<'_>,
        mark: Option<Mark>,
        limit: u32,
    ) -> Result<Found, Fault> {
        let mut stretch = Stretch {
            places: Vec::new(),
            all: false,
        };
        let mut looked = mark.map(|it| it.place);
        for _ in 0..CHUNKS {
            let chunk = self.on_offer(ctx, now, looked, CHUNK).await?;
            looked = chunk.places.last().copied().or(looked);
            let tasks = self.task_records(&chunk.places).await?;
            let wanted = self.narrowed(ctx, narrow, &tasks).await?;
            stretch
                .places
                .extend(chunk.places.into_iter().filter(|it| wanted.contains(&it.1)));
            stretch.all = chunk.all;
            if stretch.all || stretch.places.len() > size(limit) {
                break;
            }
        }
        Ok(Found::searched(stretch, looked, mark, limit))
    }

    /// Number, register and record of tasks.
    async fn task_records(&self, places: &[Place]) -> Result<Vec<(i64, String, i64)>, Fault> {
        if places.is_empty() {
            return Ok(vec![]);
        }
        let filter = Filter::within("rid", places.iter().map(|it| it.1));
        let limit = u32::try_from(places.len()).unwrap_or(CHUNK);
        let rows = self
            .records
            .rows(&select(TASK, &["rid", "register", "record_rid"], filter, limit))
            .await?;
        Ok(rows.iter().filter_map(task_record).collect())
    }

    pub(super) async fn task_rows(&self, rids: &[i64]) -> Result<HashMap<i64, TaskRow>, Fault> {
        if rids.is_empty() {
            return Ok(HashMap::new());
        }
        let filter = Filter::within("rid", rids.iter().copied());
        let limit = u32::try_from(rids.len()).unwrap_or(200);
        let rows = self.records.rows(&select(TASK, &TASK_COLUMNS, filter, limit)).await?;
        rows.iter().map(|row| TaskRow::read(row).map(|it| (it.rid, it))).collect()
    }
}

fn place(row: &Row) -> Option<Place> {
    Some((row.first()?.as_int()?, row.get(1)?.as_int()?))
}

/// A row of number, register and record.
pub(super) fn task_record(row: &Row) -> Option<(i64, String, i64)> {
    Some((
        row.first()?.as_int()?,
        row.get(1)?.as_text()?.to_owned(),
        row.get(2)?.as_int()?,
    ))
}
