use yiwang_authz::{Action, Decision, FieldAccess, ScopeTerm, Subject, decide};
use yiwang_feel::{Context, Value};

use crate::fixture::{env, model_with, seat, staff};

/// The scope of an allowed decision, or the sentences of a denial.
fn check(grants: &[(&str, &str)], subject: &Subject, action: Action<'_>, thing: &str, expected: Result<&[ScopeTerm], &str>) {
    let model = model_with(grants);
    match (decide(&model, subject, action, thing), expected) {
        (Decision::Allowed(it), Ok(expected)) => {
            assert_eq!(it.scope, expected);
            assert!(!it.why.sentences.is_empty());
        }
        (Decision::Denied(why), Err(expected)) => assert_eq!(why.to_string(), expected),
        (found, expected) => panic!("{found:?}, expected {expected:?}"),
    }
}

fn texts(codes: &[&str]) -> Vec<String> {
    codes.iter().map(|it| (*it).to_owned()).collect()
}

#[test]
fn allows_what_a_grant_says() {
    let reads = |scope: &str| format!("{{register: matter, actions: [read], acts: [urge], scope: {scope}}}");
    let clerk = |grant: &str| vec![("clerk".to_owned(), grant.to_owned())];
    let chief = staff("u1", vec![seat("A1", &["9901", "9902"], &["clerk"])]);
    let own = ScopeTerm::Own {
        field: "found_by".to_owned(),
        user: "u1".to_owned(),
    };
    for (scope, expected) in [
        ("all", vec![ScopeTerm::All]),
        ("[all, division]", vec![ScopeTerm::All]),
        ("division", vec![ScopeTerm::Division(texts(&["9901", "9902"]))]),
        (
            "\"department:handler\"",
            vec![ScopeTerm::Department {
                field: "handler".to_owned(),
                codes: texts(&["A1", "A12"]),
            }],
        ),
        ("\"own:found_by\"", vec![own.clone()]),
        (
            "participant",
            vec![ScopeTerm::Participant {
                user: "u1".to_owned(),
                departments: texts(&["A1"]),
            }],
        ),
        (
            "[division, \"own:found_by\"]",
            vec![ScopeTerm::Division(texts(&["9901", "9902"])), own],
        ),
    ] {
        let grants = clerk(&reads(scope));
        let grants: Vec<(&str, &str)> = grants.iter().map(|(role, grant)| (role.as_str(), grant.as_str())).collect();
        check(&grants, &chief, Action::Read, "matter", Ok(&expected));
        check(&grants, &chief, Action::Act("urge"), "matter", Ok(&expected));
    }
    let report = [("clerk", "{report: monthly, actions: [read], scope: all}")];
    check(&report, &chief, Action::Report, "monthly", Ok(&[ScopeTerm::All]));
}

#[test]
fn roles_do_not_borrow_the_places_of_another_post() {
    let grants = [
        ("clerk", "{register: matter, actions: [read], scope: division}"),
        ("driver", "{register: matter, actions: [read], scope: \"department:handler\"}"),
    ];
    let two = staff(
        "u1",
        vec![seat("A", &["9901"], &["clerk"]), seat("B", &["9902"], &["driver"])],
    );
    let department = ScopeTerm::Department {
        field: "handler".to_owned(),
        codes: texts(&["B"]),
    };
    check(
        &grants,
        &two,
        Action::Read,
        "matter",
        Ok(&[ScopeTerm::Division(texts(&["9901"])), department]),
    );
    let twice = staff("u1", vec![seat("A", &["9901"], &["clerk"]), seat("B", &["9902"], &["clerk"])]);
    check(
        &grants,
        &twice,
        Action::Read,
        "matter",
        Ok(&[ScopeTerm::Division(texts(&["9901", "9902"]))]),
    );
}

#[test]
fn every_denial_has_sentences() {
    let grants = [
        ("clerk", "{register: matter, actions: [read], scope: division}"),
        ("chief", "{register: matter, actions: [delete], acts: [urge], scope: all}"),
        ("quiet", "{register: matter, actions: [export], scope: none}"),
    ];
    let clerk = |roles: &[&str]| staff("u1", vec![seat("A", &["99"], roles)]);
    let able = "有这项授权的角色:“角色chief”;需要时请联系管理员。";
    for (subject, action, thing, expected) in [
        (
            clerk(&["clerk", "none"]),
            Action::Delete,
            "matter",
            format!("不能删除“案卷”。查看了本人的角色:“无授权”、“角色clerk”。其中没有一个获准删除“案卷”。{able}"),
        ),
        (
            clerk(&["clerk"]),
            Action::Act("urge"),
            "matter",
            format!("不能办理 urge:“案卷”。查看了本人的角色:“角色clerk”。其中没有一个获准办理 urge:“案卷”。{able}"),
        ),
        (
            clerk(&[]),
            Action::Delete,
            "matter",
            format!("不能删除“案卷”。本人没有任何角色。其中没有一个获准删除“案卷”。{able}"),
        ),
        (
            clerk(&["clerk"]),
            Action::Read,
            "matters",
            "没有登记簿 “matters”,或它所属的应用已停用。".to_owned(),
        ),
        (
            clerk(&["clerk"]),
            Action::Report,
            "matter",
            "没有统计表 “matter”,或它所属的应用已停用。".to_owned(),
        ),
        (
            staff("u1", vec![seat("A", &[], &["clerk"])]),
            Action::Read,
            "matter",
            "不能查看“案卷”。查看了本人的角色:“角色clerk”。“角色clerk”虽有授权,但所任岗位没有这项授权所要的区划或单位。\
             有这项授权的角色:“角色clerk”;需要时请联系管理员。"
                .to_owned(),
        ),
        (
            clerk(&["unknown"]),
            Action::Create,
            "matter",
            "不能新建“案卷”。查看了本人的角色:“unknown(未定义)”。其中没有一个获准新建“案卷”。目前没有角色有这项授权。".to_owned(),
        ),
    ] {
        check(&grants, &subject, action, thing, Err(&expected));
    }
}

#[test]
fn kinds_of_subjects_hold_only_their_own_roles() {
    let create = "{register: matter, actions: [create], scope: all}";
    let own = "{register: matter, actions: [read], scope: \"own:found_by\"}";
    let model = model_with(&[
        ("job:import", create),
        ("resident", own),
        ("public", own),
        ("firm", create),
        ("clerk", create),
    ]);
    let may = |subject: &Subject, action| matches!(decide(&model, subject, action, "matter"), Decision::Allowed(_));
    assert!(may(&Subject::job("import"), Action::Create) && !may(&Subject::job("seal"), Action::Create));
    assert!(
        !may(&Subject::job("import"), Action::Read),
        "a job has no more than its grants"
    );
    assert!(may(&Subject::resident("r1"), Action::Read) && !may(&Subject::resident("r1"), Action::Create));
    assert!(!may(&Subject::public(), Action::Read), "nobody owns nothing");
    assert!(may(&Subject::firm("f1"), Action::Create));
    let mut disguised = Subject::job("import");
    disguised.seats.push(seat("A", &["99"], &["clerk", "job:seal"]));
    assert_eq!(disguised.roles().into_iter().collect::<Vec<_>>(), ["job:import"]);
    let mut resident = Subject::resident("r1");
    resident.seats.push(seat("A", &["99"], &["clerk"]));
    assert!(!resident.has_role("clerk") && resident.has_role("public"));
}

#[test]
fn pools_name_role_department_and_divisions() {
    let subject = staff(
        "u1",
        vec![seat("A", &["9901", "9902"], &["clerk"]), seat("B", &[], &["clerk", "driver"])],
    );
    assert_eq!(
        subject.pools(),
        [
            "clerk",
            "clerk@9901",
            "clerk@9902",
            "clerk@A",
            "clerk@B",
            "driver",
            "driver@B"
        ]
    );
    assert_eq!(Subject::job("import").pools(), ["job:import"]);
}

#[test]
fn fields_depend_on_the_grant_that_covers_the_record() {
    let grants = [
        (
            "clerk",
            "{register: matter, actions: [read, export], scope: division, reveal: [phone]}",
        ),
        (
            "unit",
            "{register: matter, actions: [read], scope: \"department:handler\", reveal: [phone, reporter], reveal_when: \"record.contact_allowed = true\", hide: [title]}",
        ),
    ];
    let model = model_with(&grants);
    let subject = staff("u1", vec![seat("A", &["9901"], &["clerk", "unit"])]);
    let Decision::Allowed(permission) = decide(&model, &subject, Action::Read, "matter") else {
        panic!("denied")
    };
    let allowed: Context = [("contact_allowed", Value::from(true))].into_iter().collect();
    let refused: Context = [("contact_allowed", Value::from(false))].into_iter().collect();
    let division = |scope: &[ScopeTerm]| matches!(scope, [ScopeTerm::Division(_)]);
    let unit = |scope: &[ScopeTerm]| matches!(scope, [ScopeTerm::Department { .. }]);
    use FieldAccess::{Clear, Hidden, Masked};
    type Covers<'a> = &'a dyn Fn(&[ScopeTerm]) -> bool;
    let cases: [(&str, Option<&Context>, Covers<'_>, FieldAccess); 11] = [
        ("phone", Some(&refused), &division, Clear),
        ("reporter", Some(&allowed), &division, Masked),
        ("title", None, &division, Clear),
        ("phone", Some(&allowed), &unit, Clear),
        ("phone", Some(&refused), &unit, Masked),
        ("phone", None, &unit, Masked),
        ("title", Some(&allowed), &unit, Hidden),
        ("title", Some(&allowed), &|_| true, Clear),
        ("reporter", Some(&allowed), &|_| true, Clear),
        ("title", Some(&allowed), &|_| false, Hidden),
        ("created_at", None, &unit, Clear),
    ];
    for (field, record, covers, expected) in cases {
        assert_eq!(permission.fields.access(field, record, &env(), covers), expected, "{field}");
    }
    assert!(!permission.fields.is_always_clear("phone") && !permission.fields.is_always_clear("title"));
    assert!(permission.fields.is_always_clear("status") && !permission.fields.is_always_clear("nonsense"));
    let Decision::Allowed(export) = decide(&model, &subject, Action::Export, "matter") else {
        panic!("denied")
    };
    assert!(
        export.fields.is_always_clear("phone"),
        "an export shows what the grants of exports show"
    );
}
