//! Boxes of tasks. 待办: what the subject's pools offer and what it holds, by deadline. 已办: what it has done, newest first.

use std::collections::{BTreeMap, HashMap};

use yiwang_records::rows::{Filter, Scope, Select, Sort, Value};
use yiwang_records::{Ctx, View, cursor};
use yiwang_types::{Fault, Instant};

use crate::Processes;
use crate::rows::{TASK_COLUMNS, TaskRow, equal, select, user_pool};
use crate::tables::{POOL, TASK};

/// Which tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TaskBox {
    /// 待办.
    #[default]
    Todo,
    /// 已办.
    Done,
    /// 我发起的: records the subject has to do with.
    Started,
    /// 抄送: nothing is copied yet.
    Cc,
}

/// What a list of tasks asks for.
#[derive(Clone, Debug, Default)]
pub struct TaskListParams {
    /// Which box.
    pub task_box: TaskBox,
    /// Rows of a page, 1 to 200; default 20.
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub after: Option<String>,
}

/// A page of tasks with the records they are about.
#[derive(Clone, Debug)]
pub struct TaskPage {
    /// Rows in the order of the box.
    pub items: Vec<TaskItem>,
    /// Where the next page starts.
    pub next: Option<String>,
}

/// A row of a box.
#[derive(Clone, Debug)]
pub struct TaskItem {
    /// UUID.
    pub id: String,
    /// Register of the record.
    pub register: String,
    /// UUID of the record.
    pub record_id: String,
    /// User task.
    pub element: String,
    /// Title of the step.
    pub name: String,
    /// When it was opened.
    pub opened_at: Instant,
    /// When it is due.
    pub due_at: Option<Instant>,
    /// Who holds it now.
    pub holder: Option<String>,
    /// Name of the holder.
    pub holder_name: Option<String>,
    /// When it was done.
    pub done_at: Option<Instant>,
    /// How it was done.
    pub act: Option<String>,
    /// With which outcome.
    pub outcome: Option<String>,
    /// The record as the reader may see it; none when it is outside his scope.
    pub record: Option<View>,
}

impl Processes {
    /// A page of a box.
    ///
    /// # Errors
    /// `bad-request` for a foreign page mark; what the store says.
    pub async fn tasks(&self, ctx: &Ctx, params: &TaskListParams) -> Result<TaskPage, Fault> {
        let limit = params.limit.unwrap_or(20).clamp(1, 200);
        match params.task_box {
            TaskBox::Todo => self.todo(ctx, limit, params.after.as_deref()).await,
            TaskBox::Done => self.done(ctx, limit, params.after.as_deref()).await,
            TaskBox::Started | TaskBox::Cc => Ok(TaskPage {
                items: vec![],
                next: None,
            }),
        }
    }

    async fn todo(&self, ctx: &Ctx, limit: u32, after: Option<&str>) -> Result<TaskPage, Fault> {
        let now = self.records.now();
        let user = ctx.subject.id.as_str();
        let free = Filter::Or(vec![
            Filter::IsNull("holder".to_owned()),
            equal("holder", Value::from(user)),
            Filter::cmp("lease_until", yiwang_records::rows::Cmp::Le, now.millis()),
        ]);
        let mut pools = ctx.subject.pools();
        pools.push(user_pool(user));
        let branches = pools.iter().map(|pool| equal("pool", Value::from(pool.as_str()))).collect();
        let sort = vec![Sort::up("due_at"), Sort::up("task_rid")];
        let after = after.map(|it| cursor::read(it, 2)).transpose()?;
        // A task in several of the subject's pools comes once for each: read some more and drop the repetitions.
        let select = Select {
            table: POOL.to_owned(),
            columns: vec!["due_at".to_owned(), "task_rid".to_owned(), "pool".to_owned()],
            filter: free,
            scope: Scope::Branches(branches),
            sort: sort.into_iter().chain([Sort::up("pool")]).collect(),
            after: after.map(|it| it.into_iter().chain([Value::from(LAST_POOL)]).collect()),
            limit: limit.saturating_mul(2),
        };
        let rows = self.records.rows(&select).await?;
        let mut order: Vec<(i64, i64)> = Vec::new();
        for row in &rows {
            if let [due, rid, ..] = row.as_slice()
                && let (Some(due), Some(rid)) = (due.as_int(), rid.as_int())
                && order.last().is_none_or(|last| last.1 != rid)
            {
                order.push((due, rid));
            }
        }
        let more = order.len() > usize::try_from(limit).unwrap_or(usize::MAX)
            || rows.len() >= usize::try_from(select.limit).unwrap_or(usize::MAX);
        order.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = order
            .last()
            .filter(|_| more)
            .map(|(due, rid)| cursor::write(&[Value::Int(*due), Value::Int(*rid)]));
        let rids: Vec<i64> = order.iter().map(|it| it.1).collect();
        let by_rid = self.task_rows(&rids).await?;
        let rows = rids.iter().filter_map(|rid| by_rid.get(rid).cloned()).collect();
        Ok(TaskPage {
            items: self.items(ctx, rows, now).await?,
            next,
        })
    }

    async fn task_rows(&self, rids: &[i64]) -> Result<HashMap<i64, TaskRow>, Fault> {
        if rids.is_empty() {
            return Ok(HashMap::new());
        }
        let filter = Filter::within("rid", rids.iter().copied());
        let limit = u32::try_from(rids.len()).unwrap_or(200);
        let rows = self.records.rows(&select(TASK, &TASK_COLUMNS, filter, limit)).await?;
        rows.iter().map(|row| TaskRow::read(row).map(|it| (it.rid, it))).collect()
    }

    async fn done(&self, ctx: &Ctx, limit: u32, after: Option<&str>) -> Result<TaskPage, Fault> {
        let mut select = select(
            TASK,
            &TASK_COLUMNS,
            equal("done_by", Value::from(ctx.subject.id.as_str())),
            limit,
        );
        select.sort = vec![Sort::down("done_at"), Sort::down("rid")];
        select.after = after.map(|it| cursor::read(it, 2)).transpose()?;
        let rows = self.records.rows(&select).await?;
        let rows = rows.iter().map(TaskRow::read).collect::<Result<Vec<_>, _>>()?;
        let full = rows.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
        let mark = |it: &TaskRow| cursor::write(&[Value::from(it.done_at.map(Instant::millis)), Value::Int(it.rid)]);
        let next = rows.last().filter(|_| full).map(mark);
        Ok(TaskPage {
            items: self.items(ctx, rows, self.records.now()).await?,
            next,
        })
    }

    async fn items(&self, ctx: &Ctx, rows: Vec<TaskRow>, now: Instant) -> Result<Vec<TaskItem>, Fault> {
        let mut by_register: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for row in &rows {
            by_register.entry(row.register.clone()).or_default().push(row.record_rid);
        }
        let mut views: HashMap<(String, i64), View> = HashMap::new();
        for (register, rids) in by_register {
            // Without the right to read, the task still shows; the record does not.
            if let Ok(found) = self.records.views_of(ctx, &register, &rids).await {
                views.extend(found.into_iter().map(|(rid, view)| ((register.clone(), rid), view)));
            }
        }
        let item = |row: TaskRow| {
            let held = row.held_by(now).is_some();
            TaskItem {
                record: views.get(&(row.register.clone(), row.record_rid)).cloned(),
                holder: row.holder.filter(|_| held),
                holder_name: row.holder_name.filter(|_| held),
                id: row.id,
                register: row.register,
                record_id: row.record_id,
                element: row.element,
                name: row.name,
                opened_at: row.opened_at,
                due_at: row.due_at,
                done_at: row.done_at,
                act: row.act,
                outcome: row.outcome,
            }
        };
        Ok(rows.into_iter().map(item).collect())
    }
}

/// Behind every pool name, so that a page begins after all pools of its last task.
const LAST_POOL: &str = "\u{10ffff}";
