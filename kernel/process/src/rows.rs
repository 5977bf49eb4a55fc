//! The projection rows: instance, tasks, pools, timers.

use yiwang_records::RowWrite;
use yiwang_records::rows::{Cmp, Filter, Row, Scope, Select, Value};
use yiwang_types::{Code, Fault, Instant};

use crate::Processes;
use crate::state::{Matter, OpenTask, TimerEntry};
use crate::tables::{INSTANCE, NEVER, POOL, TASK, TIMER};

/// The instance a record runs in.
#[derive(Clone, Debug)]
pub(crate) struct InstanceRow {
    pub rid: i64,
    pub process: String,
    pub definition: String,
    pub matter: Matter,
}

impl InstanceRow {
    pub(crate) const COLUMNS: [&str; 4] = ["rid", "process", "definition", "state"];

    /// From a row of [`InstanceRow::COLUMNS`].
    pub(crate) fn read(row: &Row) -> Result<InstanceRow, Fault> {
        InstanceRow::read_by(row, Matter::from_bytes)
    }

    /// The same with no more of the matter than its tasks and clocks.
    pub(crate) fn read_timed(row: &Row) -> Result<InstanceRow, Fault> {
        InstanceRow::read_by(row, Matter::timed_from_bytes)
    }

    fn read_by(row: &Row, matter: fn(&[u8]) -> Result<Matter, Fault>) -> Result<InstanceRow, Fault> {
        let broken = || Fault::internal("instance row is incomplete");
        let [rid, process, definition, state] = row.as_slice() else {
            return Err(broken());
        };
        Ok(InstanceRow {
            rid: rid.as_int().ok_or_else(broken)?,
            process: process.as_text().ok_or_else(broken)?.to_owned(),
            definition: definition.as_text().ok_or_else(broken)?.to_owned(),
            matter: matter(state.as_bytes().ok_or_else(broken)?)?,
        })
    }
}

/// A task as its row tells it.
#[derive(Clone, Debug)]
pub(crate) struct TaskRow {
    pub rid: i64,
    pub id: String,
    pub instance_rid: i64,
    pub register: String,
    pub record_rid: i64,
    pub record_id: String,
    pub element: String,
    pub name: String,
    pub opened_at: Instant,
    pub due_at: Option<Instant>,
    pub holder: Option<String>,
    pub holder_name: Option<String>,
    pub lease_until: Option<Instant>,
    pub state: String,
    pub done_at: Option<Instant>,
    pub done_name: Option<String>,
    pub act: Option<String>,
    pub outcome: Option<String>,
}

pub(crate) const TASK_COLUMNS: [&str; 18] = [
    "rid",
    "id",
    "instance_rid",
    "register",
    "record_rid",
    "record_id",
    "element",
    "name",
    "opened_at",
    "due_at",
    "holder",
    "holder_name",
    "lease_until",
    "state",
    "done_at",
    "done_name",
    "act",
    "outcome",
];

impl TaskRow {
    pub(crate) fn read(row: &Row) -> Result<TaskRow, Fault> {
        let broken = || Fault::internal("task row is incomplete");
        let int = |at: usize| row.get(at).and_then(Value::as_int);
        let text = |at: usize| row.get(at).and_then(Value::as_text).map(str::to_owned);
        Ok(TaskRow {
            rid: int(0).ok_or_else(broken)?,
            id: text(1).ok_or_else(broken)?,
            instance_rid: int(2).ok_or_else(broken)?,
            register: text(3).ok_or_else(broken)?,
            record_rid: int(4).ok_or_else(broken)?,
            record_id: text(5).ok_or_else(broken)?,
            element: text(6).ok_or_else(broken)?,
            name: text(7).ok_or_else(broken)?,
            opened_at: Instant::from_millis(int(8).ok_or_else(broken)?),
            due_at: int(9).filter(|it| *it != NEVER).map(Instant::from_millis),
            holder: text(10),
            holder_name: text(11),
            lease_until: int(12).map(Instant::from_millis),
            state: text(13).ok_or_else(broken)?,
            done_at: int(14).map(Instant::from_millis),
            done_name: text(15),
            act: text(16),
            outcome: text(17),
        })
    }

    /// Who holds it now: a lease that ran out holds nothing.
    pub(crate) fn held_by(&self, now: Instant) -> Option<&str> {
        if self.lease_until.is_some_and(|it| it <= now) {
            None
        } else {
            self.holder.as_deref()
        }
    }
}

pub(crate) fn equal(column: &str, value: Value) -> Filter {
    Filter::Cmp {
        column: column.into(),
        op: Cmp::Eq,
        value,
    }
}

pub(crate) fn select(table: &str, columns: &[&str], filter: Filter, limit: u32) -> Select {
    Select {
        table: table.to_owned(),
        columns: columns.iter().map(|it| (*it).to_owned()).collect(),
        filter,
        scope: Scope::All,
        sort: vec![],
        after: None,
        limit,
    }
}

impl Processes {
    pub(crate) async fn task_row(&self, id: &str) -> Result<TaskRow, Fault> {
        let rows = self
            .records
            .rows(&select(TASK, &TASK_COLUMNS, equal("id", Value::from(id)), 1))
            .await?;
        match rows.first() {
            Some(row) => TaskRow::read(row),
            None => Err(Fault::new(Code::NotFound, "没有找到这项待办,可能已被撤销。")),
        }
    }

    pub(crate) async fn instance_of(&self, record_rid: i64) -> Result<Option<InstanceRow>, Fault> {
        self.instance_where(equal("record_rid", Value::Int(record_rid))).await
    }

    pub(crate) async fn instance(&self, rid: i64) -> Result<InstanceRow, Fault> {
        let found = self.instance_where(equal("rid", Value::Int(rid))).await?;
        found.ok_or_else(|| Fault::internal(format!("instance {rid} is missing")))
    }

    async fn instance_where(&self, filter: Filter) -> Result<Option<InstanceRow>, Fault> {
        let rows = self.records.rows(&select(INSTANCE, &InstanceRow::COLUMNS, filter, 1)).await?;
        rows.first().map(InstanceRow::read).transpose()
    }
}

pub(crate) fn update(table: &'static str, rid: i64, set: Vec<(&'static str, Value)>) -> RowWrite {
    RowWrite::Update {
        table: table.into(),
        key: vec![("rid".into(), Value::Int(rid))],
        set: set.into_iter().map(|(name, value)| (name.into(), value)).collect(),
        expect: Some(1),
    }
}

pub(crate) fn insert(table: &'static str, row: Vec<(&'static str, Value)>) -> RowWrite {
    RowWrite::Insert {
        table: table.into(),
        row: row.into_iter().map(|(name, value)| (name.into(), value)).collect(),
    }
}

/// What a new task row needs to know of its surroundings.
pub(crate) struct TaskPlace<'a> {
    pub instance_rid: i64,
    pub register: &'a str,
    pub record_rid: i64,
    pub record_id: &'a str,
}

fn due_cell(due: Option<Instant>) -> Value {
    Value::Int(due.map_or(NEVER, Instant::millis))
}

/// Rows of a new task.
pub(crate) fn task_inserts(place: &TaskPlace<'_>, task: &OpenTask, name: &str, due: Option<Instant>) -> Vec<RowWrite> {
    let mut rows = vec![insert(
        TASK,
        vec![
            ("rid", Value::Int(task.rid)),
            ("id", Value::from(task.id.as_str())),
            ("instance_rid", Value::Int(place.instance_rid)),
            ("register", Value::from(place.register)),
            ("record_rid", Value::Int(place.record_rid)),
            ("record_id", Value::from(place.record_id)),
            ("element", Value::from(task.element.as_str())),
            ("name", Value::from(name)),
            ("side_of", Value::from(task.side.as_ref().map(|it| it.act.as_str()))),
            ("opened_at", Value::Int(task.opened_at.millis())),
            ("due_at", due_cell(due)),
            ("holder", Value::from(task.assignee.as_deref())),
            ("state", Value::from("open")),
        ],
    )];
    let mut pools: Vec<String> = task.pools.clone();
    pools.extend(task.assignee.iter().map(|user| user_pool(user)));
    pools.sort();
    pools.dedup();
    rows.extend(pools.iter().map(|pool| {
        insert(
            POOL,
            vec![
                ("pool", Value::from(pool.as_str())),
                ("task_rid", Value::Int(task.rid)),
                ("due_at", due_cell(due)),
                ("holder", Value::from(task.assignee.as_deref())),
            ],
        )
    }));
    rows
}

/// The pool of exactly one user.
pub(crate) fn user_pool(user: &str) -> String {
    format!("u:{user}")
}

/// Rows of a task that is no longer open.
pub(crate) fn task_closes(rid: i64, set: Vec<(&'static str, Value)>) -> Vec<RowWrite> {
    vec![
        update(TASK, rid, set),
        RowWrite::Delete {
            table: POOL.into(),
            key: vec![("task_rid".into(), Value::Int(rid))],
        },
    ]
}

/// A new deadline of an open task.
pub(crate) fn task_due(rid: i64, due: Option<Instant>) -> Vec<RowWrite> {
    vec![
        update(TASK, rid, vec![("due_at", due_cell(due))]),
        RowWrite::Update {
            table: POOL.into(),
            key: vec![("task_rid".into(), Value::Int(rid))],
            set: vec![("due_at".into(), due_cell(due))],
            expect: None,
        },
    ]
}

/// A holder, or none.
pub(crate) fn task_holder(rid: i64, holder: Option<(&str, &str)>, lease_until: Option<Instant>) -> Vec<RowWrite> {
    let user = Value::from(holder.map(|it| it.0));
    let lease = Value::from(lease_until.map(Instant::millis));
    vec![
        update(
            TASK,
            rid,
            vec![
                ("holder", user.clone()),
                ("holder_name", Value::from(holder.map(|it| it.1))),
                ("lease_until", lease.clone()),
            ],
        ),
        RowWrite::Update {
            table: POOL.into(),
            key: vec![("task_rid".into(), Value::Int(rid))],
            set: vec![("holder".into(), user), ("lease_until".into(), lease)],
            expect: None,
        },
    ]
}

/// A longer lease for the holder, provided that he still holds the task.
pub(crate) fn task_renewal(rid: i64, user: &str, until: Instant) -> Vec<RowWrite> {
    let lease = vec![("lease_until".into(), Value::Int(until.millis()))];
    let holder = ("holder".into(), Value::from(user));
    vec![
        RowWrite::Update {
            table: TASK.into(),
            key: vec![
                ("rid".into(), Value::Int(rid)),
                holder.clone(),
                ("state".into(), Value::from("open")),
            ],
            set: lease.clone(),
            expect: Some(1),
        },
        RowWrite::Update {
            table: POOL.into(),
            key: vec![("task_rid".into(), Value::Int(rid)), holder],
            set: lease,
            expect: None,
        },
    ]
}

/// The row of a timer.
pub(crate) fn timer_insert(place: &TaskPlace<'_>, timer: &TimerEntry) -> RowWrite {
    insert(
        TIMER,
        vec![
            ("rid", Value::Int(timer.rid)),
            ("instance_rid", Value::Int(place.instance_rid)),
            ("register", Value::from(place.register)),
            ("record_rid", Value::Int(place.record_rid)),
            ("due_at", due_cell(timer.due)),
        ],
    )
}

pub(crate) fn timer_due(timer: &TimerEntry) -> RowWrite {
    update(TIMER, timer.rid, vec![("due_at", due_cell(timer.due))])
}

/// Looks at a timer again later, when it is still there.
pub(crate) fn timer_later(rid: i64, at: Instant) -> RowWrite {
    RowWrite::Update {
        table: TIMER.into(),
        key: vec![("rid".into(), Value::Int(rid))],
        set: vec![("due_at".into(), Value::Int(at.millis()))],
        expect: None,
    }
}

pub(crate) fn timer_delete(rid: i64) -> RowWrite {
    RowWrite::Delete {
        table: TIMER.into(),
        key: vec![("rid".into(), Value::Int(rid))],
    }
}
