//! App packages parsed into one Model with diagnostics.
