//! Tests of the BPMN reader, the checks and the engine.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests"
)]

mod check;
mod diagram;
mod expressions;
mod player;
mod random;
mod robust;
mod round_trip;
mod seven_steps;
mod step;
mod timers;
