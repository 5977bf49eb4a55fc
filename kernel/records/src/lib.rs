//! The one write pipeline and scoped reads.
