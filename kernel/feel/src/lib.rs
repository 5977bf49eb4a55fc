//! FEEL and DMN: pure, total, bounded.
