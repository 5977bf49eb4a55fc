use yiwang_authz::{Acted, SeparationRule, may_act_separately};

use crate::fixture::{seat, staff};

#[test]
fn who_handled_may_not_check() {
    let rule = SeparationRule {
        task: "核查".to_owned(),
        from: vec!["handle".to_owned(), "reply".to_owned()],
    };
    let acted = |element: &str, user: &str, on_behalf: Option<&str>| Acted {
        element: element.to_owned(),
        user: user.to_owned(),
        on_behalf: on_behalf.map(str::to_owned),
    };
    for (history, user, on_behalf, may) in [
        (vec![], "u1", None, true),
        (vec![acted("handle", "u2", None)], "u1", None, true),
        (vec![acted("handle", "u1", None)], "u1", None, false),
        (vec![acted("intake", "u1", None)], "u1", None, true),
        (vec![acted("handle", "u1", None)], "u2", Some("u1"), false),
        (vec![acted("handle", "u2", Some("u1"))], "u1", None, false),
        (vec![acted("handle", "u2", Some("u3"))], "u1", Some("u3"), false),
        (vec![acted("handle", "", None)], "", None, true),
        (
            vec![acted("intake", "u1", None), acted("reply", "u1", None)],
            "u1",
            None,
            false,
        ),
    ] {
        // A second post changes nothing: the person counts.
        let mut subject = staff(user, vec![seat("A", &[], &["unit"]), seat("B", &["99"], &["collector"])]);
        subject.on_behalf = on_behalf.map(str::to_owned);
        let found = may_act_separately(&rule, &history, &subject);
        assert_eq!(found.is_ok(), may, "{history:?} {user} {on_behalf:?}");
        assert!(
            found
                .err()
                .is_none_or(|it| it.to_string().starts_with("“核查”须由没有经办本案的人办理"))
        );
    }
}
