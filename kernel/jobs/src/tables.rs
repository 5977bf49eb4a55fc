//! The tables of the queue.

use yiwang_store::{Column, ColumnType, Index, Name, Row, Table, Value, Write};
use yiwang_types::Instant;

pub(crate) const JOB: &str = "yw_job";
pub(crate) const DEAD: &str = "yw_job_dead";
pub(crate) const SCHEDULE: &str = "yw_schedule";

/// How payloads and rules are stored. A node leaves rows of another format to the nodes that know it.
pub(crate) const FORMAT: i64 = 1;

/// The columns in the order of [`JobRow::read`].
pub(crate) const JOB_COLUMNS: [&str; 10] = [
    "key",
    "rid",
    "kind",
    "payload",
    "due_at",
    "attempt",
    "created_at",
    "lease",
    "lease_until",
    "last_error",
];

/// Tables of the queue; [`crate::Jobs::open`] migrates them.
pub fn tables() -> Vec<Table> {
    use ColumnType::{Int, Text};
    let table =
        |name: &str, key: &str, columns: &[(&str, ColumnType)], empty: &[(&str, ColumnType)], indexes: Vec<Index>| Table {
            name: name.to_owned(),
            columns: (columns.iter().map(|(name, ty)| Column::required(*name, *ty)))
                .chain(empty.iter().map(|(name, ty)| Column::new(*name, *ty)))
                .collect(),
            key: vec![key.to_owned()],
            indexes,
        };
    let job = [
        // `kind/unique key`, or `#rid` for a job without one: what the row is found by, while each enqueueing has its own rid.
        ("key", Text),
        ("rid", Int),
        ("kind", Text),
        ("format", Int),
        ("payload", Text),
        ("due_at", Int),
        ("attempt", Int),
        ("created_at", Int),
    ];
    let lease = [
        ("lease", Int),
        ("lease_until", Int),
        ("lease_node", Text),
        ("last_error", Text),
    ];
    let dead = [
        ("rid", Int),
        ("key", Text),
        ("kind", Text),
        ("format", Int),
        ("payload", Text),
        ("attempt", Int),
        ("created_at", Int),
        ("died_at", Int),
        ("last_error", Text),
    ];
    let schedule = [
        ("name", Text),
        ("rid", Int),
        ("kind", Text),
        ("format", Int),
        ("payload", Text),
        ("rule", Text),
        ("next_at", Int),
    ];
    vec![
        table(JOB, "key", &job, &lease, vec![Index::new("due", &["due_at", "rid"])]),
        table(DEAD, "rid", &dead, &[], Vec::new()),
        table(SCHEDULE, "name", &schedule, &[], Vec::new()),
    ]
}

/// A row of the queue.
#[derive(Clone, Debug, Default)]
pub(crate) struct JobRow {
    pub key: String,
    pub rid: i64,
    pub kind: String,
    pub payload: String,
    pub due_at: Instant,
    pub attempt: i64,
    pub created_at: Instant,
    pub lease: Option<i64>,
    pub lease_until: Option<Instant>,
    pub last_error: Option<String>,
}

impl JobRow {
    /// A row with the columns [`JOB_COLUMNS`].
    pub(crate) fn read(row: &Row) -> Option<JobRow> {
        let [
            key,
            rid,
            kind,
            payload,
            due_at,
            attempt,
            created_at,
            lease,
            lease_until,
            last_error,
        ] = row.as_slice()
        else {
            return None;
        };
        Some(JobRow {
            key: key.as_text()?.to_owned(),
            rid: rid.as_int()?,
            kind: kind.as_text()?.to_owned(),
            payload: payload.as_text()?.to_owned(),
            due_at: Instant::from_millis(due_at.as_int()?),
            attempt: attempt.as_int()?,
            created_at: Instant::from_millis(created_at.as_int()?),
            lease: lease.as_int(),
            lease_until: lease_until.as_int().map(Instant::from_millis),
            last_error: last_error.as_text().map(str::to_owned),
        })
    }

    /// The row as one that waits anew. A lease on its key is left as it is: whoever runs that job now finishes first.
    pub(crate) fn upsert(&self) -> Write {
        Write::Upsert {
            table: JOB.into(),
            key: self.by_key(),
            row: self.waiting(),
        }
    }

    /// The row as one that waits, refused when there is one under its key.
    pub(crate) fn insert(&self) -> Write {
        Write::insert(JOB, [self.by_key(), self.waiting()].concat())
    }

    fn waiting(&self) -> Vec<(Name, Value)> {
        cells([
            ("rid", self.rid.into()),
            ("kind", (&self.kind).into()),
            ("format", FORMAT.into()),
            ("payload", (&self.payload).into()),
            ("due_at", self.due_at.into()),
            ("attempt", 0.into()),
            ("created_at", self.created_at.into()),
            ("last_error", Value::Null),
        ])
    }

    /// The row is taken out of the queue and laid with the dead.
    pub(crate) fn bury(&self, message: &str, now: Instant) -> Vec<Write> {
        let row = cells([
            ("rid", self.rid.into()),
            ("key", (&self.key).into()),
            ("kind", (&self.kind).into()),
            ("format", FORMAT.into()),
            ("payload", (&self.payload).into()),
            ("attempt", self.attempt.into()),
            ("created_at", self.created_at.into()),
            ("died_at", now.into()),
            ("last_error", message.into()),
        ]);
        vec![self.delete(), Write::insert(DEAD, row)]
    }

    pub(crate) fn delete(&self) -> Write {
        Write::Delete {
            table: JOB.into(),
            key: self.by_key(),
        }
    }

    pub(crate) fn update<const N: usize>(&self, set: [(&'static str, Value); N]) -> Write {
        Write::Update {
            table: JOB.into(),
            key: self.by_key(),
            set: cells(set),
            expect: Some(1),
        }
    }

    fn by_key(&self) -> Vec<(Name, Value)> {
        cells([("key", (&self.key).into())])
    }
}

pub(crate) fn cells<const N: usize>(list: [(&'static str, Value); N]) -> Vec<(Name, Value)> {
    list.into_iter().map(|(name, value)| (name.into(), value)).collect()
}
