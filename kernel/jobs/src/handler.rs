//! What a handler gets and gives.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value as Json;
use yiwang_types::{Fault, Instant};

pub(crate) type Handler = Arc<dyn Fn(JobContext) -> Pin<Box<dyn Future<Output = Result<(), JobError>> + Send>> + Send + Sync>;

/// What a handler gets.
#[derive(Clone, Debug)]
pub struct JobContext {
    /// The same in every attempt.
    pub id: i64,
    /// Its kind.
    pub kind: String,
    /// Its payload.
    pub payload: Json,
    /// 1 in the first attempt.
    pub attempt: i64,
    /// When this attempt was due.
    pub due_at: Instant,
}

impl JobContext {
    /// The payload as a type; a payload that does not fit is a reason to give the job up.
    ///
    /// # Errors
    /// What does not fit.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, JobError> {
        T::deserialize(&self.payload).map_err(|it| JobError::dead(format!("payload of `{}`: {it}", self.kind)))
    }
}

/// What becomes of a job that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Again later, as long as there are attempts left.
    Retry,
    /// Trying again is useless.
    Dead,
}

/// A failed attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobError {
    /// Whether to try again.
    pub retry: Retry,
    /// Why, for administrators; no personal data. At most 1,000 characters are kept.
    pub message: String,
}

impl JobError {
    /// Try again later.
    pub fn retry(message: impl Into<String>) -> JobError {
        JobError {
            retry: Retry::Retry,
            message: message.into(),
        }
    }

    /// Give it up.
    pub fn dead(message: impl Into<String>) -> JobError {
        JobError {
            retry: Retry::Dead,
            message: message.into(),
        }
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for JobError {}

impl From<Fault> for JobError {
    fn from(it: Fault) -> JobError {
        JobError::retry(it.to_string())
    }
}
