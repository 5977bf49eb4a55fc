//! Why the store did not do what was asked.

use std::fmt;

use yiwang_types::{Code, Fault};

/// A failed call. Knows no HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A row is no longer as the plan expected: prepare again.
    Conflict(String),
    /// Another row has the same values.
    Unique {
        /// The unique index as declared; `key` for the primary key.
        index: String,
        /// The table.
        table: String,
    },
    /// The connection broke after COMMIT was sent: it may or may not have happened.
    OutcomeUnknown,
    /// A queue is full or a lock was not to be had: try again after so many milliseconds.
    Busy {
        /// Milliseconds.
        retry_after_ms: u64,
    },
    /// The query took too long and was stopped; nothing was written.
    Timeout,
    /// The plan's function refused.
    Refused(Fault),
    /// The caller asked for something that cannot be: unknown column, wrong type, function that panics.
    Invalid(String),
    /// The database cannot be reached now; nothing was written.
    Away(String),
    /// The database failed.
    Database(String),
    /// The store is closed.
    Closed,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Conflict(it) => write!(f, "conflict: {it}"),
            Error::Unique { index, table } => write!(f, "another row of `{table}` has the same values (`{index}`)"),
            Error::OutcomeUnknown => f.write_str("the answer to COMMIT was lost"),
            Error::Busy { retry_after_ms } => write!(f, "busy, try again in {retry_after_ms} ms"),
            Error::Timeout => f.write_str("took too long"),
            Error::Refused(it) => write!(f, "refused: {it}"),
            Error::Invalid(it) => write!(f, "invalid: {it}"),
            Error::Away(it) => write!(f, "the database is away: {it}"),
            Error::Database(it) => write!(f, "database: {it}"),
            Error::Closed => f.write_str("the store is closed"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Error> for Fault {
    fn from(it: Error) -> Fault {
        match it {
            Error::Conflict(why) => Fault::new(Code::VersionConflict, "别人刚刚改过,请刷新后再办。").because(why),
            Error::OutcomeUnknown => Fault::new(Code::OutcomeUnknown, "不知道是否已经保存,请用同一幂等键重试。"),
            Error::Busy { .. } => Fault::new(Code::Busy, "系统繁忙,请稍后再试。"),
            Error::Timeout => Fault::new(Code::Timeout, "处理时间太长,请缩小范围再试。"),
            Error::Refused(fault) => fault,
            Error::Closed => Fault::new(Code::Unavailable, "系统正在停止,请稍后再试。"),
            Error::Away(why) => Fault::new(Code::Unavailable, "数据库暂时连不上,请稍后再试。").because(why),
            other @ (Error::Unique { .. } | Error::Invalid(_) | Error::Database(_)) => Fault::internal(other),
        }
    }
}
