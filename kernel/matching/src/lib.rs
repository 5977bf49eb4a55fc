//! Likeness by place, time and phone hash.
