//! The tables of this crate: the instance row with its blob, and projections of what is queried.

use yiwang_records::rows::{ColumnType, Table};
use yiwang_records::tables::{index, optional, required, table, unique};

/// One row an instance.
pub(crate) const INSTANCE: &str = "yw_instance";
/// One row a task, open or done.
pub(crate) const TASK: &str = "yw_task";
/// Open tasks by pool, in the order of their deadline.
pub(crate) const POOL: &str = "yw_task_pool";
/// Timers to fire.
pub(crate) const TIMER: &str = "yw_timer";

/// Deadline of a task without one, so that it sorts last.
pub(crate) const NEVER: i64 = i64::MAX;

pub(crate) fn all() -> Vec<Table> {
    use ColumnType::{Bytes, Int, Text};
    vec![
        table(
            INSTANCE,
            vec![
                required("id", Text),
                required("register", Text),
                required("record_rid", Int),
                required("process", Text),
                required("definition", Text),
                required("state", Bytes),
                required("started_at", Int),
                optional("ended_at", Int),
            ],
            vec![index(&["record_rid"])],
        ),
        table(
            TASK,
            vec![
                required("id", Text),
                required("instance_rid", Int),
                required("register", Text),
                required("record_rid", Int),
                required("record_id", Text),
                required("element", Text),
                required("name", Text),
                optional("side_of", Text),
                required("opened_at", Int),
                required("due_at", Int),
                optional("holder", Text),
                optional("holder_name", Text),
                optional("lease_until", Int),
                required("state", Text),
                optional("done_at", Int),
                optional("done_by", Text),
                optional("done_name", Text),
                optional("act", Text),
                optional("outcome", Text),
            ],
            vec![
                unique(&["id"], &[]),
                index(&["record_rid"]),
                index(&["done_by", "done_at", "rid"]),
            ],
        ),
        Table {
            name: POOL.to_owned(),
            columns: vec![
                required("pool", Text),
                required("task_rid", Int),
                required("due_at", Int),
                optional("holder", Text),
                optional("lease_until", Int),
            ],
            key: vec!["pool".to_owned(), "task_rid".to_owned()],
            indexes: vec![
                index(&["pool", "due_at", "task_rid", "holder", "lease_until"]),
                index(&["task_rid"]),
            ],
        },
        table(
            TIMER,
            vec![
                required("instance_rid", Int),
                required("register", Text),
                required("record_rid", Int),
                required("due_at", Int),
            ],
            vec![index(&["due_at", "rid"]), index(&["instance_rid"])],
        ),
    ]
}
