//! FEEL and DMN: pure, total, bounded.
//!
//! [`parse`] once, [`Expr::eval`] often. Evaluation reads no clock: `now()` and `today()` answer from [`Env`]. What FEEL calls an error is
//! null; an evaluation fails only when it would cost more than about 100,000 steps, a list of [`MAX_LIST`] items or a text of [`MAX_TEXT`]
//! bytes. Texts are bounded to 16,000 characters and 64 levels.
//!
//! Names may hold spaces and Chinese. A name that is no single word has to be known to the parser ([`parse_with_names`]) or declared in the
//! text itself (a context entry, a parameter, a loop variable).

mod ast;
mod builtin;
pub mod dmn;
mod error;
mod expr;
mod machine;
mod parser;
mod temporal;
mod value;

pub use error::{EvalError, SyntaxError};
pub use expr::{Env, Expr, UnaryTests, parse, parse_unary_tests, parse_with_names};
pub use temporal::{DateTime, Time, Zone};
pub use value::{Context, Function, Range, Value};

/// How many items a list may have.
pub const MAX_LIST: usize = 10_000;
/// How many bytes a text may have.
pub const MAX_TEXT: usize = 1 << 18;
