//! Divisions, departments, posts, roles, users; sessions and sign-in.
