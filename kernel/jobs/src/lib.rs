//! Durable queue and schedules.
