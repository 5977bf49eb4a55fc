//! 已办, newest first.

use yiwang_records::Ctx;
use yiwang_records::rows::{Filter, Row, Select, Sort, Value};
use yiwang_types::Fault;

use super::found::{Found, Mark, Place, Stretch};
use super::todo::task_record;
use super::{CHUNK, CHUNKS, COUNTED, Narrow, TaskListParams, TaskPage, size};
use crate::Processes;
use crate::rows::{TaskRow, equal, select};
use crate::tables::TASK;

impl Processes {
    pub(super) async fn done(&self, ctx: &Ctx, params: &TaskListParams, limit: u32) -> Result<TaskPage, Fault> {
        let mark = params.after.as_deref().map(Mark::read).transpose()?;
        let narrow = Narrow::of(params);
        let numbered = self.numbered(ctx, &narrow).await?;
        let Found { rids, next, count } = if narrow.q.is_none() {
            self.done_on(ctx, &narrow, Filter::True, mark, limit).await?
        } else if numbered.is_empty() {
            self.done_named(ctx, &narrow, mark, limit).await?
        } else {
            // From a record to what was done on it is a short way, however much the person has done.
            let only = Filter::within("record_rid", numbered);
            self.done_on(ctx, &narrow, only, mark, limit).await?
        };
        let by_rid = self.task_rows(&rids).await?;
        let rows: Vec<TaskRow> = rids.iter().filter_map(|rid| by_rid.get(rid).cloned()).collect();
        let items = self.items(ctx, rows, self.records.now()).await?;
        Ok(TaskPage { items, next, count })
    }

    /// The records whose number the words are, exactly.
    async fn numbered(&self, ctx: &Ctx, narrow: &Narrow<'_>) -> Result<Vec<i64>, Fault> {
        let mut all = Vec::new();
        if let Some(q) = narrow.q {
            for register in self.registers_of_matters(ctx, narrow.register) {
                all.extend(self.records.numbered(ctx, &register, q).await?);
            }
        }
        Ok(all)
    }

    async fn done_on(
        &self,
        ctx: &Ctx,
        narrow: &Narrow<'_>,
        only: Filter,
        mark: Option<Mark>,
        limit: u32,
    ) -> Result<Found, Fault> {
        let select = of_person(ctx, narrow.register, limit, mark.map(|it| it.place));
        let select = Select {
            filter: select.filter.and(only),
            ..select
        };
        let count = self.records.count_rows(&select, COUNTED.into()).await?;
        let places: Vec<Place> = self.records.rows(&select).await?.iter().filter_map(place).collect();
        let last = places.last().filter(|_| places.len() >= size(limit));
        Ok(Found {
            next: last.map(|it| Mark { place: *it, before: 0 }.write()),
            rids: places.iter().map(|it| it.1).collect(),
            count,
        })
    }

    /// Those whose record the words name, from the mark on: at least a chunk is looked through, and more until the page is full.
    async fn done_named(&self, ctx: &Ctx, narrow: &Narrow<'_>, mark: Option<Mark>, limit: u32) -> Result<Found, Fault> {
        let mut stretch = Stretch {
            places: Vec::new(),
            all: false,
        };
        let mut looked = mark.map(|it| it.place);
        for _ in 0..CHUNKS {
            let rows = self.records.rows(&of_person(ctx, narrow.register, CHUNK, looked)).await?;
            let tasks: Vec<_> = rows.iter().filter_map(task_record).collect();
            let wanted = self.narrowed(ctx, narrow, &tasks).await?;
            looked = rows.last().and_then(place).or(looked);
            let named = rows.iter().filter_map(place).filter(|it| wanted.contains(&it.1));
            stretch.places.extend(named);
            stretch.all = rows.len() < size(CHUNK);
            if stretch.all || stretch.places.len() > size(limit) {
                break;
            }
        }
        Ok(Found::searched(stretch, looked, mark, limit))
    }
}

/// Number, register, record and moment of the tasks that the person has done.
fn of_person(ctx: &Ctx, register: Option<&str>, limit: u32, after: Option<Place>) -> Select {
    let person = equal("done_by", Value::from(ctx.subject.id.as_str()));
    let register = register.map_or(Filter::True, |it| equal("register", Value::from(it)));
    Select {
        sort: vec![Sort::down("done_at"), Sort::down("rid")],
        after: after.map(|(moment, rid)| vec![Value::Int(moment), Value::Int(rid)]),
        ..select(
            TASK,
            &["rid", "register", "record_rid", "done_at"],
            person.and(register),
            limit,
        )
    }
}

fn place(row: &Row) -> Option<Place> {
    Some((row.get(3)?.as_int()?, row.first()?.as_int()?))
}
