//! FEEL inside YAML: bare or after `=`, with its mistakes placed in the file.

use yiwang_feel::{Context, Env, Expr};

use crate::sink::Sink;
use crate::yaml::Node;

/// Reports a FEEL text that cannot be read, at its place in the file.
pub(crate) fn check(sink: &mut Sink<'_>, node: &Node) {
    let Some(text) = node.text() else { return };
    let (skipped, source) = split(text);
    if let Err(it) = yiwang_feel::parse(source) {
        let mark = sink.inside(node, it.line, it.column, skipped);
        sink.error("bad-feel", mark, it.message, it.remedy);
    }
}

/// The parsed expression of a key; `None` when absent or already reported.
pub(crate) fn read(node: &Node, key: &str) -> Option<Expr> {
    read_scalar(node.get(key)?)
}

/// The parsed expression of a scalar; `None` when it is wrong, which has been reported.
pub(crate) fn read_scalar(node: &Node) -> Option<Expr> {
    yiwang_feel::parse(split(node.text()?).1).ok()
}

/// Whether a condition is true. Null, other values and evaluations cut short are not true: conditions fail closed.
pub fn holds(condition: &Expr, context: &Context, env: &Env) -> bool {
    condition.eval(context, env).is_ok_and(|it| it.is_true())
}

/// Characters before the FEEL text, and the text.
fn split(text: &str) -> (u32, &str) {
    match text.strip_prefix('=') {
        Some(rest) => (1, rest),
        None => (0, text),
    }
}
