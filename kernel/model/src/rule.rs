//! Rules over a whole record or form.

use yiwang_feel::{Context, Env, Expr};
use yiwang_types::FieldFault;

use crate::expression;
use crate::read;
use crate::yaml::Node;

/// A condition that must be true, with what to say when it is not.
#[derive(Clone, Debug)]
pub struct Rule {
    /// FEEL over `record` (in forms also `form` and `task`).
    pub when: Expr,
    /// The field to mark; empty marks the whole record.
    pub field: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// Every rule that does not hold, as a fault of its field. A rule that gives null or fails does not hold.
pub fn check_rules(rules: &[Rule], context: &Context, env: &Env) -> Vec<FieldFault> {
    let broken = rules.iter().filter(|it| !expression::holds(&it.when, context, env));
    broken
        .map(|it| FieldFault::new(&it.field, "rule", &it.message, &it.remedy))
        .collect()
}

pub(crate) fn read_all(node: &Node, key: &str) -> Vec<Rule> {
    read::items(node, key).iter().filter_map(read_rule).collect()
}

fn read_rule(node: &Node) -> Option<Rule> {
    Some(Rule {
        when: expression::read(node, "when")?,
        field: read::text(node, "field").unwrap_or_default(),
        message: read::text(node, "message")?,
        remedy: read::text(node, "remedy")?,
    })
}
