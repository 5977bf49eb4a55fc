//! 已办, newest first.

use yiwang_records::rows::{Filter, Row, Select, Sort, Value};
use yiwang_records::{Counted, Ctx, cursor};
use yiwang_types::{Fault, Instant};

use super::todo::task_record;
use super::{CHUNK, CHUNKS, COUNTED, Narrow, TaskListParams, TaskPage, counted, size};
use crate::Processes;
use crate::rows::{TaskRow, equal, select};
use crate::tables::TASK;

impl Processes {
    pub(super) async fn done(&self, ctx: &Ctx, params: &TaskListParams, limit: u32) -> Result<TaskPage, Fault> {
        let mark = params.after.as_deref().map(cursor::read_numbers).transpose()?;
        let (rids, next, count) = if Narrow::of(params).q.is_some() {
            self.done_named(ctx, params, mark, limit).await?
        } else {
            let select = of_person(ctx, params.register.as_deref(), limit, mark);
            let count = self.records.count_rows(&select, COUNTED.into()).await?;
            let rows = self.records.rows(&select).await?;
            let next = rows.last().filter(|_| rows.len() >= size(limit)).map(mark_of);
            (rows.iter().filter_map(|row| row.first()?.as_int()).collect(), next, count)
        };
        let by_rid = self.task_rows(&rids).await?;
        let rows: Vec<TaskRow> = rids.iter().filter_map(|rid| by_rid.get(rid).cloned()).collect();
        let items = self.items(ctx, rows, self.records.now()).await?;
        Ok(TaskPage { items, next, count })
    }

    /// Those whose record the words name, from the newest on: at least a chunk is looked through, and more until the page is full.
    async fn done_named(
        &self,
        ctx: &Ctx,
        params: &TaskListParams,
        mark: Option<Vec<Value>>,
        limit: u32,
    ) -> Result<(Vec<i64>, Option<String>, Counted), Fault> {
        let narrow = Narrow::of(params);
        let (mut from, mut found, mut page, mut all) = (None, 0, Vec::<Row>::new(), false);
        let place = |row: &Row| (row.get(3).and_then(Value::as_int), row.first().and_then(Value::as_int));
        let mark = mark.map(|it| (it.first().and_then(Value::as_int), it.get(1).and_then(Value::as_int)));
        for _ in 0..CHUNKS {
            let rows = self
                .records
                .rows(&of_person(ctx, narrow.register, CHUNK, from.take()))
                .await?;
            let tasks: Vec<_> = rows.iter().filter_map(task_record).collect();
            let wanted = self.narrowed(ctx, &narrow, &tasks).await?;
            let named = rows.iter().filter(|row| place(row).1.is_some_and(|it| wanted.contains(&it)));
            for row in named {
                found += 1;
                if mark.is_none_or(|mark| place(row) < mark) {
                    page.push(row.clone());
                }
            }
            all = rows.len() < size(CHUNK);
            if all || page.len() > size(limit) {
                break;
            }
            from = rows.last().map(|row| {
                vec![
                    row.get(3).cloned().unwrap_or(Value::Null),
                    row.first().cloned().unwrap_or(Value::Null),
                ]
            });
        }
        let more = page.len() > size(limit) || !all;
        page.truncate(size(limit));
        let next = page.last().filter(|_| more).map(mark_of);
        let rids = page.iter().filter_map(|row| row.first()?.as_int()).collect();
        Ok((rids, next, counted(found, all)))
    }
}

/// Number, register, record and moment of the tasks that the person has done.
fn of_person(ctx: &Ctx, register: Option<&str>, limit: u32, after: Option<Vec<Value>>) -> Select {
    let person = equal("done_by", Value::from(ctx.subject.id.as_str()));
    let register = register.map_or(Filter::True, |it| equal("register", Value::from(it)));
    Select {
        sort: vec![Sort::down("done_at"), Sort::down("rid")],
        after,
        ..select(
            TASK,
            &["rid", "register", "record_rid", "done_at"],
            person.and(register),
            limit,
        )
    }
}

fn mark_of(row: &Row) -> String {
    let moment = row.get(3).and_then(Value::as_int).map(Instant::from_millis);
    let rid = row.first().and_then(Value::as_int).unwrap_or(0);
    cursor::write(&[Value::from(moment.map(Instant::millis)), Value::Int(rid)])
}
