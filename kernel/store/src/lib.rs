//! Query tree, CQL2 text, two backends, write plans, change log.
