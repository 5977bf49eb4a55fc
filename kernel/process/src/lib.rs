//! Runs process models: tasks, timers, clocks, acts.
