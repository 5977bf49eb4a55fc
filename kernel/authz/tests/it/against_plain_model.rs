//! Random roles, grants, scopes, posts and records: the decision must agree with a model that asks every grant anew.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use yiwang_authz::{Action, Decision, FieldAccess, Seat, Subject, decide};
use yiwang_feel::{Context, Value};
use yiwang_model::{Grant, GrantAction, GrantTarget, Model, Role, Scope};

use crate::fixture::{DEPARTMENTS, DIVISIONS, Record, covers, env, model_with, seat, staff};

static MODEL: LazyLock<Model> = LazyLock::new(|| model_with(&[]));
const USERS: [&str; 3] = ["u1", "u2", ""];
const ROLES: [&str; 4] = ["r0", "r1", "r2", "unknown"];
const FIELDS: [&str; 5] = ["title", "phone", "reporter", "division", "nonsense"];

fn grants() -> impl Strategy<Value = Vec<Grant>> {
    let actions = vec![GrantAction::Read, GrantAction::Create, GrantAction::Export];
    let scopes = vec![
        Scope::All,
        Scope::Division,
        Scope::Department("handler".to_owned()),
        Scope::Own("found_by".to_owned()),
        Scope::Participant,
    ];
    let owned = |it: Vec<&str>| it.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
    let when = yiwang_feel::parse("record.contact_allowed = true").expect("expression");
    let one = (
        subsequence(actions, 0..=3),
        subsequence(scopes, 0..=2),
        subsequence(vec!["phone", "reporter"], 0..=2),
        subsequence(vec!["title", "phone"], 0..=1),
        any::<bool>(),
        any::<bool>(),
    );
    let one = one.prop_map(move |(actions, scope, reveal, hide, conditional, urge)| Grant {
        app: "system".to_owned(),
        target: GrantTarget::Register("matter".to_owned()),
        actions: actions.into_iter().collect(),
        acts: if urge { owned(vec!["urge"]) } else { BTreeSet::new() },
        scope,
        reveal: owned(reveal),
        reveal_when: conditional.then(|| when.clone()),
        hide: owned(hide),
    });
    prop::collection::vec(one, 0..3)
}

fn subjects() -> impl Strategy<Value = Subject> {
    let one = (
        select(&DEPARTMENTS),
        subsequence(DIVISIONS.to_vec(), 0..=2),
        subsequence(ROLES.to_vec(), 0..=3),
    );
    let one = one.prop_map(|(department, divisions, roles)| seat(department, &divisions, &roles));
    (select(&USERS), prop::collection::vec(one, 0..3)).prop_map(|(user, seats)| staff(user, seats))
}

fn records() -> impl Strategy<Value = Record> {
    let participants = subsequence(vec!["u1", "u2", "A", "A1", "B"], 0..=2);
    (
        select(&DIVISIONS),
        select(&DEPARTMENTS),
        select(&USERS),
        participants,
        any::<bool>(),
    )
        .prop_map(|(division, handler, found_by, participants, contact_allowed)| Record {
            division,
            handler,
            found_by,
            participants,
            contact_allowed,
        })
}

/// Whether one grant held through one post covers a record, straight from the words of the format page.
fn plainly_covers(grant: &Grant, seat: &Seat, subject: &Subject, record: &Record) -> bool {
    grant.scope.iter().any(|scope| match scope {
        Scope::All => true,
        Scope::Division => seat.divisions.iter().any(|it| record.division.starts_with(it.as_str())),
        Scope::Department(_) => record.handler.starts_with(seat.department.as_str()),
        Scope::Own(_) => !subject.id.is_empty() && record.found_by == subject.id,
        Scope::Participant => record
            .participants
            .iter()
            .any(|it| *it == subject.id || *it == seat.department),
    })
}

fn permits(grant: &Grant, action: Action<'_>) -> bool {
    match action {
        Action::Act(it) => grant.acts.contains(it),
        Action::Create => grant.actions.contains(&GrantAction::Create),
        Action::Export => grant.actions.contains(&GrantAction::Export),
        _ => grant.actions.contains(&GrantAction::Read),
    }
}

proptest! {
    #[test]
    fn decisions_agree(
        given in prop::collection::vec(grants(), 3),
        subject in subjects(),
        records in prop::collection::vec(records(), 1..6),
        action in select(vec![Action::Read, Action::Create, Action::Export, Action::Act("urge")]),
    ) {
        let mut model = MODEL.clone();
        for (name, grants) in ROLES.iter().zip(&given) {
            let role = Role { name: (*name).to_owned(), title: (*name).to_owned(), grants: grants.clone() };
            model.roles.insert(role.name.clone(), role);
        }
        let held: Vec<(&Seat, &Grant)> = subject
            .seats
            .iter()
            .flat_map(|seat| seat.roles.iter().map(move |role| (seat, role)))
            .filter_map(|(seat, role)| Some((seat, model.roles.get(role)?)))
            .flat_map(|(seat, role)| role.grants.iter().map(move |it| (seat, it)))
            .collect();
        let seen = if action == Action::Export { Action::Export } else { Action::Read };
        let decision = decide(&model, &subject, action, "matter");
        if let Decision::Denied(why) = &decision {
            prop_assert!(why.sentences.len() >= 3 && why.sentences.iter().all(|it| it.ends_with('。')));
        }
        let permission = decision.permission().ok();
        prop_assert!(permission.as_ref().is_none_or(|it| !it.scope.is_empty() && !it.why.sentences.is_empty()));
        for record in &records {
            let plain = held.iter().any(|(seat, it)| permits(it, action) && plainly_covers(it, seat, &subject, record));
            let decided = permission.as_ref().is_some_and(|it| covers(record, &it.scope));
            prop_assert_eq!(decided, plain, "{:?}", record);
            let Some(permission) = &permission else { continue };
            let context: Context = [("contact_allowed", Value::from(record.contact_allowed))].into_iter().collect();
            for field in FIELDS {
                let sensitive = field == "phone" || field == "reporter" || field == "nonsense";
                let through = held.iter().filter(|(seat, it)| permits(it, seen) && plainly_covers(it, seat, &subject, record));
                let each = through.map(|(_, it)| match (it.hide.contains(field), it.reveal.contains(field)) {
                    (true, _) => FieldAccess::Hidden,
                    (false, true) if it.reveal_when.is_none() || record.contact_allowed => FieldAccess::Clear,
                    _ if sensitive => FieldAccess::Masked,
                    _ => FieldAccess::Clear,
                });
                let plain = each.max().unwrap_or(FieldAccess::Hidden);
                let found = permission.fields.access(field, Some(&context), &env(), |it| covers(record, it));
                prop_assert_eq!(found, plain, "{} of {:?}", field, record);
                let without = permission.fields.access(field, None, &env(), |it| covers(record, it));
                prop_assert!(without <= found);
                if permission.fields.is_always_clear(field) && plain != FieldAccess::Hidden {
                    prop_assert_eq!(found, FieldAccess::Clear);
                }
            }
        }
    }
}
