//! Durable queue and schedules.
//!
//! A job is a row that is written in the batch of the act that wants it: it exists if and only if the act was committed.
//! A worker claims due rows under a lease and runs them; a node that dies lets its leases expire, and another node runs the
//! job again. So **a job may run twice** (also when it was done and the answer to its completion was lost): handlers must be
//! safe to repeat. The leases are compared with each node's own clock, which must agree to well within a lease.
//! Payloads and error messages are seen by administrators: they hold ids, never personal data.

mod handler;
mod jobs;
mod lease;
mod run;
mod schedule;
mod tables;
mod worker;

pub use handler::{JobContext, JobError, Retry};
pub use jobs::{DeadJob, Depth, Job, Jobs};
pub use schedule::{Schedule, When};
pub use tables::tables;
pub use worker::{Options, Report, Worker};
