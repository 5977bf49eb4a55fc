//! Definitions in the database: versions by content hash, activation, reload.
