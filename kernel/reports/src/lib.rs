//! Declared statistics.
