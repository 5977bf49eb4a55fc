//! Boxes. 待办: what the subject's pools offer and what it holds, by deadline. 已办: what it has done, newest first. 我发起的 and 关注的:
//! matters that it made, or urged and supervised.

mod done;
mod found;
mod lights;
mod mine;
mod todo;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use yiwang_records::{Counted, Ctx, Part, View};
use yiwang_types::{Code, Fault, Instant};

use crate::Processes;
use crate::light::LightView;
use crate::rows::TaskRow;

/// Counting stops here and says so; nobody counts on a box of more.
const COUNTED: u32 = 200;
/// Rows looked through at once for words or a register.
const CHUNK: u32 = 500;
/// Chunks looked through for one page.
const CHUNKS: usize = 10;

/// Which tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TaskBox {
    /// 待办.
    #[default]
    Todo,
    /// 已办.
    Done,
    /// 我发起的: matters that the subject made.
    Started,
    /// 关注的: matters that the subject urged or supervised.
    Cc,
}

/// What a list of tasks asks for.
#[derive(Clone, Debug, Default)]
pub struct TaskListParams {
    /// Which box.
    pub task_box: TaskBox,
    /// Only of this register.
    pub register: Option<String>,
    /// Words in the name of the record, or an exact number.
    pub q: Option<String>,
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
    /// Where the next page starts. A search that looked at much and found little gives a short or empty page and still says where it goes on.
    pub next: Option<String>,
    /// How many there are in all, bounded.
    pub count: Counted,
}

/// A row of a box.
#[derive(Clone, Debug)]
pub struct TaskItem {
    /// UUID; none for a row that is a matter and no task of the subject.
    pub id: Option<String>,
    /// Register of the record.
    pub register: String,
    /// UUID of the record.
    pub record_id: String,
    /// User task; none for a matter without an open one.
    pub element: Option<String>,
    /// Title of the step; none for a matter without an open one.
    pub name: Option<String>,
    /// When it was opened; for a matter when it was made.
    pub opened_at: Instant,
    /// When it is due.
    pub due_at: Option<Instant>,
    /// Light of the clock that gives the deadline, while it runs.
    pub light: Option<LightView>,
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

/// Words and register that a box is narrowed to.
struct Narrow<'a> {
    register: Option<&'a str>,
    q: Option<&'a str>,
}

impl<'a> Narrow<'a> {
    fn of(params: &'a TaskListParams) -> Narrow<'a> {
        Narrow {
            register: params.register.as_deref(),
            q: params.q.as_deref().map(str::trim).filter(|it| !it.is_empty()),
        }
    }

    fn is_wide(&self) -> bool {
        self.register.is_none() && self.q.is_none()
    }
}

impl Processes {
    /// A page of a box.
    ///
    /// # Errors
    /// `bad-request` for a foreign page mark; what the store says.
    pub async fn tasks(&self, ctx: &Ctx, params: &TaskListParams) -> Result<TaskPage, Fault> {
        let limit = params.limit.unwrap_or(20).clamp(1, 200);
        match params.task_box {
            TaskBox::Todo => self.todo(ctx, params, limit).await,
            TaskBox::Done => self.done(ctx, params, limit).await,
            TaskBox::Started => self.matters_of(ctx, Part::Made, params, limit).await,
            TaskBox::Cc => self.matters_of(ctx, Part::Watched, params, limit).await,
        }
    }

    /// Of tasks (their number, register, record) those that are wanted.
    async fn narrowed(&self, ctx: &Ctx, narrow: &Narrow<'_>, tasks: &[(i64, String, i64)]) -> Result<BTreeSet<i64>, Fault> {
        let mut by_register: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for (_, register, record) in tasks {
            if narrow.register.is_none_or(|it| it == register) {
                by_register.entry(register).or_default().push(*record);
            }
        }
        let mut wanted: BTreeSet<(&str, i64)> = BTreeSet::new();
        for (register, records) in by_register {
            match narrow.q {
                None => wanted.extend(records.into_iter().map(|it| (register, it))),
                // What he may not read has no name for him to find it by.
                Some(q) => {
                    let named = seen(self.records.named(ctx, register, &records, q).await)?;
                    wanted.extend(named.into_iter().flatten().map(|it| (register, it)));
                }
            }
        }
        let is_wanted = |it: &&(i64, String, i64)| wanted.contains(&(it.1.as_str(), it.2));
        Ok(tasks.iter().filter(is_wanted).map(|it| it.0).collect())
    }

    async fn items(&self, ctx: &Ctx, rows: Vec<TaskRow>, now: Instant) -> Result<Vec<TaskItem>, Fault> {
        let mut lights = self.lights(&rows, now).await?;
        let mut by_register: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for row in &rows {
            by_register.entry(row.register.clone()).or_default().push(row.record_rid);
        }
        let mut views: HashMap<(String, i64), View> = HashMap::new();
        for (register, rids) in by_register {
            // Without the right to read, the task still shows; the record does not.
            let found = seen(self.records.briefs_of(ctx, &register, &rids).await)?;
            views.extend(found.into_iter().flatten().map(|(rid, view)| ((register.clone(), rid), view)));
        }
        let item = |row: TaskRow| {
            let held = row.held_by(now).is_some();
            TaskItem {
                record: views.get(&(row.register.clone(), row.record_rid)).cloned(),
                light: lights.remove(&row.rid),
                holder: row.holder.filter(|_| held),
                holder_name: row.holder_name.filter(|_| held),
                id: Some(row.id),
                register: row.register,
                record_id: row.record_id,
                element: Some(row.element),
                name: Some(row.name),
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

/// What the person may not read is not there for him; any other fault is one.
fn seen<T>(read: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match read {
        Ok(it) => Ok(Some(it)),
        Err(fault) if matches!(fault.code, Code::Forbidden | Code::NotFound) => Ok(None),
        Err(fault) => Err(fault),
    }
}

fn size(it: u32) -> usize {
    usize::try_from(it).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_not_be_read_is_left_out() {
        let check = |code: Code, expected: Result<Option<i32>, Code>| {
            assert_eq!(seen::<i32>(Err(Fault::new(code, ""))).map_err(|it| it.code), expected);
        };
        check(Code::Forbidden, Ok(None));
        check(Code::NotFound, Ok(None));
        check(Code::Timeout, Err(Code::Timeout));
        check(Code::Unavailable, Err(Code::Unavailable));
        assert_eq!(seen(Ok(1)).ok(), Some(Some(1)));
    }
}
