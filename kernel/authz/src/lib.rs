//! Decides who may do what, with an explanation.
