//! The decision: grants of the roles held, one by one, each with the post that carries the role.

use std::collections::BTreeSet;
use std::sync::Arc;

use yiwang_model::{Grant, GrantAction, GrantTarget, Model, Register, Scope};

use crate::explain::Explanation;
use crate::fields::{FieldView, GrantView};
use crate::subject::{Seat, Subject};

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action<'a> {
    /// See records.
    Read,
    /// Make a record.
    Create,
    /// Change a record.
    Update,
    /// Delete a record.
    Delete,
    /// Take records out as a file.
    Export,
    /// See who changed what.
    History,
    /// Do an act on a matter without a task.
    Act(&'a str),
    /// See a statistical table; the name given is the report's.
    Report,
}

/// A part of a scope. A record is covered when any term covers it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScopeTerm {
    /// Every record.
    All,
    /// Records whose division is one of these or lies under one of them.
    Division(Vec<String>),
    /// Records whose field holds one of these departments; those below are already in the list.
    Department {
        /// Field, a reference to a department.
        field: String,
        /// Codes.
        codes: Vec<String>,
    },
    /// Records whose field holds this user.
    Own {
        /// Field.
        field: String,
        /// Id of the user.
        user: String,
    },
    /// Records on which this user, or one of these departments, has or had a task.
    Participant {
        /// Id of the user.
        user: String,
        /// Codes of the departments of his posts.
        departments: Vec<String>,
    },
}

/// What is allowed: on which records, which fields, and why.
#[derive(Clone, Debug)]
pub struct Permission {
    /// Union of terms; never empty in an allowed decision.
    pub scope: Vec<ScopeTerm>,
    /// What is seen of the fields.
    pub fields: FieldView,
    /// The roles and grants that allow it.
    pub why: Explanation,
    /// Department of the first post through which it is allowed; none for who holds no post.
    pub department: Option<String>,
}

/// The answer.
#[derive(Clone, Debug)]
pub enum Decision {
    /// Yes, within this permission.
    Allowed(Permission),
    /// No, with the reasons.
    Denied(Explanation),
}

impl Decision {
    /// The permission, if allowed.
    pub fn permission(self) -> Result<Permission, Explanation> {
        match self {
            Decision::Allowed(it) => Ok(it),
            Decision::Denied(it) => Err(it),
        }
    }
}

/// Whether the subject may do the action on records of the register (for [`Action::Report`]: see that report), on which
/// of them, and why. Nothing is allowed without a grant; a role the Model does not know grants nothing.
pub fn decide(model: &Model, subject: &Subject, action: Action<'_>, register: &str) -> Decision {
    let Some(thing) = Thing::find(model, action, register) else {
        let what = if action == Action::Report { "统计表" } else { "登记簿" };
        return Decision::Denied(Explanation::new([format!("没有{what} “{register}”,或它所属的应用已停用。")]));
    };
    let held = grants_of(model, subject, &thing);
    let mut scope: BTreeSet<ScopeTerm> = BTreeSet::new();
    let mut why = Vec::new();
    let mut empty = BTreeSet::new();
    let mut department = None;
    for it in held.iter().filter(|it| permits(it.grant, action)) {
        let terms = terms_of(it, subject);
        if terms.is_empty() {
            empty.insert(it.title.clone());
            continue;
        }
        department = department.or_else(|| it.seat.map(|seat| seat.department.clone()));
        why.push(format!(
            "角色“{}”准许{}“{}”({})。",
            it.title,
            word(action),
            thing.title,
            describe(&terms)
        ));
        scope.extend(terms);
    }
    if scope.is_empty() {
        return Decision::Denied(deny(model, subject, action, &thing, empty));
    }
    why.dedup();
    let seen = if action == Action::Export {
        Action::Export
    } else {
        Action::Read
    };
    let seen = if action == Action::Report { Action::Report } else { seen };
    let views = held.iter().filter(|it| permits(it.grant, seen));
    let views = views
        .map(|it| GrantView::new(terms_of(it, subject), it.grant))
        .filter(|it| !it.scope.is_empty());
    let fields = FieldView::new(Arc::clone(&thing.register), views.collect());
    Decision::Allowed(Permission {
        scope: simplified(scope),
        fields,
        why: Explanation::new(why),
        department,
    })
}

/// What the decision is about.
struct Thing {
    target: GrantTarget,
    title: String,
    register: Arc<Register>,
}

impl Thing {
    fn find(model: &Model, action: Action<'_>, name: &str) -> Option<Thing> {
        if action == Action::Report {
            let report = model.reports.get(name)?;
            let register = Arc::clone(model.registers.get(&report.register)?);
            return Some(Thing {
                target: GrantTarget::Report(name.to_owned()),
                title: report.title.clone(),
                register,
            });
        }
        let register = Arc::clone(model.registers.get(name)?);
        Some(Thing {
            target: GrantTarget::Register(name.to_owned()),
            title: register.title.clone(),
            register,
        })
    }
}

/// A grant with the role and post through which it is held.
struct Held<'a> {
    title: String,
    grant: &'a Grant,
    seat: Option<&'a Seat>,
}

fn grants_of<'a>(model: &'a Model, subject: &'a Subject, thing: &Thing) -> Vec<Held<'a>> {
    let mut held = Vec::new();
    for (name, seat) in subject.holdings() {
        let Some(role) = model.roles.get(name) else { continue };
        let grants = role.grants.iter().filter(|it| it.target == thing.target);
        held.extend(grants.map(|grant| Held {
            title: role.title.clone(),
            grant,
            seat,
        }));
    }
    held
}

fn permits(grant: &Grant, action: Action<'_>) -> bool {
    let wanted = match action {
        Action::Act(act) => return grant.acts.contains(act),
        Action::Read | Action::Report => GrantAction::Read,
        Action::Create => GrantAction::Create,
        Action::Update => GrantAction::Update,
        Action::Delete => GrantAction::Delete,
        Action::Export => GrantAction::Export,
        Action::History => GrantAction::History,
    };
    grant.actions.contains(&wanted)
}

/// The terms of a grant as held through this post. What the post lacks (divisions, a department, a known user) gives no
/// term, so that an empty field of a record never matches an empty value of the subject.
fn terms_of(held: &Held<'_>, subject: &Subject) -> Vec<ScopeTerm> {
    let below = || held.seat.map(|it| it.departments_below.clone()).unwrap_or_default();
    let term = |scope: &Scope| match scope {
        Scope::All => Some(ScopeTerm::All),
        Scope::Division => {
            let codes = sorted(held.seat.map(|it| it.divisions.clone()).unwrap_or_default());
            (!codes.is_empty()).then_some(ScopeTerm::Division(codes))
        }
        Scope::Department(field) => {
            let mut codes = below();
            codes.extend(held.seat.map(|it| it.department.clone()));
            let codes = sorted(codes);
            (!codes.is_empty()).then(|| ScopeTerm::Department {
                field: field.clone(),
                codes,
            })
        }
        Scope::Own(field) => (!subject.id.is_empty()).then(|| ScopeTerm::Own {
            field: field.clone(),
            user: subject.id.clone(),
        }),
        Scope::Participant => {
            let departments = sorted(held.seat.map(|it| it.department.clone()).into_iter().collect());
            let known = !subject.id.is_empty() || !departments.is_empty();
            known.then(|| ScopeTerm::Participant {
                user: subject.id.clone(),
                departments,
            })
        }
    };
    held.grant.scope.iter().filter_map(term).collect()
}

fn sorted(mut codes: Vec<String>) -> Vec<String> {
    codes.retain(|it| !it.is_empty());
    codes.sort();
    codes.dedup();
    codes
}

/// `All` swallows the rest; terms of one kind become one, so that the query has few branches.
fn simplified(scope: BTreeSet<ScopeTerm>) -> Vec<ScopeTerm> {
    if scope.contains(&ScopeTerm::All) {
        return vec![ScopeTerm::All];
    }
    let mut joined: Vec<ScopeTerm> = Vec::new();
    for term in scope {
        match (joined.last_mut(), &term) {
            (Some(ScopeTerm::Division(all)), ScopeTerm::Division(more)) => *all = sorted([all.as_slice(), more].concat()),
            (
                Some(ScopeTerm::Department { field, codes }),
                ScopeTerm::Department {
                    field: same,
                    codes: more,
                },
            ) if field == same => {
                *codes = sorted([codes.as_slice(), more].concat());
            }
            (
                Some(ScopeTerm::Participant { user, departments }),
                ScopeTerm::Participant {
                    user: same,
                    departments: more,
                },
            ) if user == same => *departments = sorted([departments.as_slice(), more].concat()),
            _ => joined.push(term),
        }
    }
    joined
}

fn deny(model: &Model, subject: &Subject, action: Action<'_>, thing: &Thing, empty: BTreeSet<String>) -> Explanation {
    let title = |name: &str| {
        model
            .roles
            .get(name)
            .map_or_else(|| format!("{name}(未定义)"), |it| it.title.clone())
    };
    let roles: BTreeSet<String> = subject.roles().into_iter().map(title).collect();
    let listed = |it: &BTreeSet<String>| it.iter().map(|it| format!("“{it}”")).collect::<Vec<_>>().join("、");
    let mut sentences = vec![format!("不能{}“{}”。", word(action), thing.title)];
    if roles.is_empty() {
        sentences.push("本人没有任何角色。".to_owned());
    } else {
        sentences.push(format!("查看了本人的角色:{}。", listed(&roles)));
    }
    if empty.is_empty() {
        sentences.push(format!("其中没有一个获准{}“{}”。", word(action), thing.title));
    } else {
        sentences.push(format!("{}虽有授权,但所任岗位没有这项授权所要的区划或单位。", listed(&empty)));
    }
    let able = model
        .roles
        .values()
        .filter(|it| it.grants.iter().any(|it| it.target == thing.target && permits(it, action)));
    let able: BTreeSet<String> = able.map(|it| it.title.clone()).collect();
    if able.is_empty() {
        sentences.push("目前没有角色有这项授权。".to_owned());
    } else {
        sentences.push(format!("有这项授权的角色:{};需要时请联系管理员。", listed(&able)));
    }
    Explanation::new(sentences)
}

fn word(action: Action<'_>) -> String {
    match action {
        Action::Read => "查看".to_owned(),
        Action::Create => "新建".to_owned(),
        Action::Update => "修改".to_owned(),
        Action::Delete => "删除".to_owned(),
        Action::Export => "导出".to_owned(),
        Action::History => "查看历史:".to_owned(),
        Action::Act(act) => format!("办理 {act}:"),
        Action::Report => "查看统计表".to_owned(),
    }
}

fn describe(terms: &[ScopeTerm]) -> String {
    let describe = |term: &ScopeTerm| match term {
        ScopeTerm::All => "全部记录".to_owned(),
        ScopeTerm::Division(codes) => format!("区划 {} 之内", codes.join("、")),
        ScopeTerm::Department { field, codes } => format!("{field} 为单位 {}", codes.join("、")),
        ScopeTerm::Own { field, .. } => format!("{field} 为本人"),
        ScopeTerm::Participant { .. } => "本人或本单位经办".to_owned(),
    };
    terms.iter().map(describe).collect::<Vec<_>>().join(",或")
}
