//! 监管分离: who handled may not check or close.

use crate::explain::Explanation;
use crate::subject::Subject;

/// A task that may not be done by those who did certain others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeparationRule {
    /// Title of the task to be done now.
    pub task: String,
    /// Elements whose actors are shut out.
    pub from: Vec<String>,
}

/// Somebody who acted on an element of the instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acted {
    /// Element.
    pub element: String,
    /// Id of the user who acted.
    pub user: String,
    /// Id of the user on whose behalf.
    pub on_behalf: Option<String>,
}

/// Whether the subject may do the task. The same person is recognised by user id, whatever the post, and also where he
/// acts or acted on somebody's behalf or somebody on his.
pub fn may_act_separately(rule: &SeparationRule, acted: &[Acted], subject: &Subject) -> Result<(), Explanation> {
    let now = persons(&subject.id, subject.on_behalf.as_deref());
    let clash = acted.iter().filter(|it| rule.from.contains(&it.element)).find(|it| {
        let then = persons(&it.user, it.on_behalf.as_deref());
        then.iter().any(|it| now.contains(it))
    });
    match clash {
        None => Ok(()),
        Some(it) if it.user == subject.id => Err(Explanation::new([format!(
            "“{}”须由没有经办本案的人办理:本人已办过本案的 {} 环节。",
            rule.task, it.element
        )])),
        Some(it) => {
            let why = format!(
                "“{}”须由没有经办本案的人办理:本人与本案 {} 环节的经办人有委托关系。",
                rule.task, it.element
            );
            Err(Explanation::new([why]))
        }
    }
}

fn persons<'a>(user: &'a str, on_behalf: Option<&'a str>) -> Vec<&'a str> {
    [Some(user), on_behalf]
        .into_iter()
        .flatten()
        .filter(|it| !it.is_empty())
        .collect()
}
