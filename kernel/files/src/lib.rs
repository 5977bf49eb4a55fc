//! Content-addressed files, checked by content.
