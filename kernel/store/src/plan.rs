//! Writing: what to lock, a pure function over what was locked, and the batch it gives.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use yiwang_types::Fault;

use crate::{Name, Row, Value};

/// Which queue a plan waits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Somebody waits for it.
    Interactive,
    /// Import, jobs: gives way to the interactive lane.
    Bulk,
}

/// What a plan locks until its commit. Rows are locked in the order of table and key, counters last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lock {
    /// A row by its whole key (primary or unique). A missing row locks nothing and reads as `None`.
    Row {
        /// Table.
        table: String,
        /// Key columns and values.
        key: Vec<(String, Value)>,
        /// Columns to read.
        columns: Vec<String>,
    },
    /// A counter; it begins at 0.
    Counter(String),
}

impl Lock {
    /// A row.
    pub fn row<const N: usize>(table: &str, key: [(&str, Value); N], columns: &[&str]) -> Lock {
        Lock::Row {
            table: table.to_owned(),
            key: key.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            columns: columns.iter().map(|it| (*it).to_owned()).collect(),
        }
    }
}

/// Numbers that rise when rights or definitions change, so that every node notices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Epochs {
    /// Of rights, roles and posts.
    pub rights: i64,
    /// Of definitions.
    pub definitions: i64,
}

/// What the plan locked, read after locking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locked {
    /// Rows in the order of the row locks.
    pub rows: Vec<Option<Row>>,
    /// Values in the order of the counter locks.
    pub counters: Vec<i64>,
    /// Epochs, read in the same flight.
    pub epochs: Epochs,
}

/// A write. `key` conditions are equalities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// A new row.
    Insert {
        /// Table.
        table: Name,
        /// Columns and values; columns left out are NULL.
        row: Vec<(Name, Value)>,
    },
    /// Changes the rows that meet the key, which need not be unique.
    Update {
        /// Table.
        table: Name,
        /// Which rows.
        key: Vec<(Name, Value)>,
        /// New values.
        set: Vec<(Name, Value)>,
        /// Rows that must be hit, otherwise the plan is a conflict.
        expect: Option<u64>,
    },
    /// A new row, or new values for the row with that primary or unique key.
    Upsert {
        /// Table.
        table: Name,
        /// The whole primary key or the columns of an unconditional unique index.
        key: Vec<(Name, Value)>,
        /// The other columns.
        row: Vec<(Name, Value)>,
    },
    /// Removes the rows that meet the key, which need not be unique.
    Delete {
        /// Table.
        table: Name,
        /// Which rows.
        key: Vec<(Name, Value)>,
    },
}

impl Write {
    /// A new row.
    pub fn insert(table: impl Into<Name>, row: Vec<(Name, Value)>) -> Write {
        Write::Insert {
            table: table.into(),
            row,
        }
    }
}

/// A line of the change log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Register or any other stream.
    pub register: Name,
    /// The record's outer id.
    pub id: Name,
    /// The record's inner id.
    pub rid: i64,
    /// The record's version after the change.
    pub version: i64,
    /// What happened, e.g. `create`.
    pub kind: Name,
}

/// A place in the change log; the default is its beginning.
///
/// On PostgreSQL lines are numbered while their rows are locked, so that the numbers follow each record's commits, but a lower
/// number may still be uncommitted when a higher one is read. At such a gap the watermark takes a fence: a transaction id from
/// then on. Once everything before the fence has ended, what is still missing was rolled back, and the reader goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Watermark {
    /// The last line read.
    pub seq: i64,
    /// Gaps below this line are final once ...
    pub(crate) fence_seq: i64,
    /// ... every transaction below this one has ended.
    pub(crate) fence_xid: i64,
}

impl Watermark {
    /// Behind this line.
    pub const fn at(seq: i64) -> Watermark {
        Watermark {
            seq,
            fence_seq: 0,
            fence_xid: 0,
        }
    }
}

impl fmt::Display for Watermark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.seq, self.fence_seq, self.fence_xid)
    }
}

impl FromStr for Watermark {
    type Err = ();

    fn from_str(text: &str) -> Result<Watermark, ()> {
        let mut parts = text.split('.').map(|it| it.parse().map_err(|_| ()));
        let mut part = || parts.next().unwrap_or(Err(()));
        let it = Watermark {
            seq: part()?,
            fence_seq: part()?,
            fence_xid: part()?,
        };
        if parts.next().is_some() { Err(()) } else { Ok(it) }
    }
}

/// Everything one plan writes. All of it happens, durably, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// Writes in order.
    pub writes: Vec<Write>,
    /// Lines for the change log.
    pub changes: Vec<Change>,
    /// New values of counters that the plan locked.
    pub counters: Vec<(String, i64)>,
    /// Rights changed.
    pub bump_rights: bool,
    /// Definitions changed.
    pub bump_definitions: bool,
}

impl Batch {
    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty()
            && self.changes.is_empty()
            && self.counters.is_empty()
            && !self.bump_rights
            && !self.bump_definitions
    }
}

/// What a plan's function decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision<A> {
    /// Write this and answer that.
    Commit(Batch, A),
    /// The rows are not as they were prepared for.
    Conflict(String),
    /// It may not be done.
    Refuse(Fault),
}

/// A plan's function.
pub type Decide<A> = Arc<dyn Fn(&Locked) -> Decision<A> + Send + Sync>;

/// A unit of writing. The function is pure, may run several times, has no database handle and stays under 2 ms.
pub struct Plan<A> {
    /// Which queue.
    pub lane: Lane,
    /// What to lock.
    pub locks: Vec<Lock>,
    /// Decides over what was locked.
    pub decide: Decide<A>,
}

impl<A> Plan<A> {
    /// A plan of the interactive lane.
    pub fn new(locks: Vec<Lock>, decide: impl Fn(&Locked) -> Decision<A> + Send + Sync + 'static) -> Plan<A> {
        Plan {
            lane: Lane::Interactive,
            locks,
            decide: Arc::new(decide),
        }
    }

    /// The same in another lane.
    #[must_use]
    pub fn lane(self, lane: Lane) -> Plan<A> {
        Plan { lane, ..self }
    }
}

impl<A> Clone for Plan<A> {
    fn clone(&self) -> Plan<A> {
        Plan {
            lane: self.lane,
            locks: self.locks.clone(),
            decide: self.decide.clone(),
        }
    }
}
