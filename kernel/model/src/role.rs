//! Roles and what they are granted.

use std::collections::BTreeSet;

use yiwang_feel::Expr;

use crate::expression;
use crate::read;
use crate::sink::Sink;
use crate::yaml::Node;

/// A role. Several apps may add grants to the same role.
#[derive(Clone, Debug)]
pub struct Role {
    /// Name; the role of a system job begins with `job:`.
    pub name: String,
    /// Title.
    pub title: String,
    /// Everything it is granted, by all apps together.
    pub grants: Vec<Grant>,
}

/// One grant on a register or a report.
#[derive(Clone, Debug)]
pub struct Grant {
    /// App that grants it.
    pub app: String,
    /// What it is about.
    pub target: GrantTarget,
    /// What may be done.
    pub actions: BTreeSet<GrantAction>,
    /// Acts on a matter without a task.
    pub acts: BTreeSet<String>,
    /// On which records: the union of these. Empty: on none.
    pub scope: Vec<Scope>,
    /// Sensitive fields seen in clear.
    pub reveal: BTreeSet<String>,
    /// Only when this is true of the record.
    pub reveal_when: Option<Expr>,
    /// Fields not delivered at all.
    pub hide: BTreeSet<String>,
}

/// What a grant is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantTarget {
    /// The records of a register.
    Register(String),
    /// The figures of a report.
    Report(String),
}

/// An action that can be granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GrantAction {
    /// See records.
    Read,
    /// Make records.
    Create,
    /// Change records.
    Update,
    /// Delete records.
    Delete,
    /// Take records out as a file.
    Export,
    /// See who changed what.
    History,
}

impl GrantAction {
    /// The word in the files.
    pub const fn as_str(self) -> &'static str {
        match self {
            GrantAction::Read => "read",
            GrantAction::Create => "create",
            GrantAction::Update => "update",
            GrantAction::Delete => "delete",
            GrantAction::Export => "export",
            GrantAction::History => "history",
        }
    }

    fn from_word(word: &str) -> Option<GrantAction> {
        use GrantAction::{Create, Delete, Export, History, Read, Update};
        [Read, Create, Update, Delete, Export, History]
            .into_iter()
            .find(|it| it.as_str() == word)
    }
}

/// Which records a grant covers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Every record.
    All,
    /// The division of the record lies under one of the post's divisions.
    Division,
    /// That field is the post's department or one below it.
    Department(String),
    /// That field is the subject's user.
    Own(String),
    /// The subject or its department has or had a task on the record.
    Participant,
}

/// What `roles.yaml` says of one role, not yet joined with other apps.
#[derive(Clone, Debug)]
pub(crate) struct RolePart {
    pub(crate) name: String,
    pub(crate) title: Option<String>,
    pub(crate) grants: Vec<Grant>,
}

pub(crate) fn read(sink: &mut Sink<'_>, app: &str, node: &Node) -> Vec<RolePart> {
    let mut roles: Vec<RolePart> = Vec::new();
    for it in read::items(node, "roles") {
        let Some(name) = read::text(it, "role") else { continue };
        if roles.iter().any(|it| it.name == name) {
            sink.error("duplicate", it.mark, format!("角色 `{name}` 写了两次"), "合成一处");
        }
        let grants = read::items(it, "grants")
            .iter()
            .filter_map(|it| read_grant(sink, app, it))
            .collect();
        roles.push(RolePart {
            name,
            title: read::text(it, "title"),
            grants,
        });
    }
    roles
}

fn read_grant(sink: &mut Sink<'_>, app: &str, node: &Node) -> Option<Grant> {
    let target = match (read::text(node, "register"), read::text(node, "report")) {
        (Some(it), None) => GrantTarget::Register(it),
        (None, Some(it)) => GrantTarget::Report(it),
        _ => {
            sink.error(
                "contradiction",
                node.mark,
                "授权要写 `register` 或 `report` 中的一个",
                "只留一个",
            );
            return None;
        }
    };
    let set = |key| read::texts(node, key).into_iter().collect::<BTreeSet<_>>();
    let actions: BTreeSet<GrantAction> = set("actions").iter().filter_map(|it| GrantAction::from_word(it)).collect();
    let acts = set("acts");
    if actions.is_empty() && acts.is_empty() {
        sink.error(
            "empty-value",
            node.mark,
            "这条授权没有写能做什么",
            "补上 `actions` 或 `acts`,或删去这条授权",
        );
    }
    if matches!(target, GrantTarget::Report(_))
        && actions
            .iter()
            .any(|it| !matches!(it, GrantAction::Read | GrantAction::Export))
    {
        sink.error("option-unfit", node.mark, "统计表只能授权 read 和 export", "删去其他动作");
    }
    let scope = read::nodes(node, "scope")
        .into_iter()
        .filter_map(|it| read_scope(it.text()?))
        .collect();
    if let Some(it) = node.get("reveal_when").filter(|_| node.get("reveal").is_none()) {
        sink.error(
            "contradiction",
            it.mark,
            "`reveal_when` 要和 `reveal` 一起写",
            "补上 `reveal` 或删去 `reveal_when`",
        );
    }
    Some(Grant {
        app: app.to_owned(),
        target,
        actions,
        acts,
        scope,
        reveal: set("reveal"),
        reveal_when: expression::read(node, "reveal_when"),
        hide: set("hide"),
    })
}

/// `none` and words already reported give nothing.
fn read_scope(word: &str) -> Option<Scope> {
    match word.split_once(':') {
        Some(("department", field)) => Some(Scope::Department(field.trim().to_owned())),
        Some(("own", field)) => Some(Scope::Own(field.trim().to_owned())),
        Some(_) => None,
        None => match word {
            "all" => Some(Scope::All),
            "division" => Some(Scope::Division),
            "participant" => Some(Scope::Participant),
            _ => None,
        },
    }
}
