//! Signing in, refusals, lockout.

use yiwang_authz::SubjectKind;
use yiwang_types::Code;

use crate::world::{Node, PASSWORD, World, on_both};

on_both!(
    opens_a_session,
    refuses_alike,
    locks_after_five,
    unknown_names_lock_alike,
    guesses_at_once_are_counted
);

async fn opens_a_session(world: World) {
    let node = world.town().await;
    let signed = node.identity.sign_in(" LI ", PASSWORD, "10.0.0.7 Firefox").await.unwrap();
    assert_eq!(signed.expires, world.now().plus_minutes(12 * 60));
    assert!(!signed.must_change);
    assert_eq!(signed.token.len(), 64);
    assert!(!format!("{signed:?}").contains(&signed.token));
    let subject = node.identity.session(&signed.token).await.unwrap();
    assert_eq!((subject.kind, subject.name.as_str()), (SubjectKind::Staff, "李晓明"));
    let seat = &subject.seats[0];
    assert_eq!(seat.department_path, ["works", "mayor"]);
    assert_eq!(seat.departments_below, ["works", "roads"]);
    assert_eq!(
        (&seat.divisions[..], &seat.roles[..]),
        (&["990101100".to_owned()][..], &["clerk".to_owned()][..])
    );
    assert_eq!(subject.pools(), ["clerk", "clerk@990101100", "clerk@works"]);
    assert_eq!(node.audited(&["sign-in"]).await.len(), 1);
    node.audit_is_whole().await;
}

async fn refuses_alike(world: World) {
    let node = world.town().await;
    let mut texts = Vec::new();
    for (username, password) in [
        ("li", "Plum-blossom-8"),
        ("nobody", PASSWORD),
        ("retired", PASSWORD),
        ("new_one", PASSWORD),
        ("wang", ""),
    ] {
        let fault = node.identity.sign_in(username, password, "").await.unwrap_err();
        assert_eq!((fault.code, fault.internal), (Code::SignInFailed, None), "{username}");
        texts.push(fault.detail);
    }
    texts.dedup();
    assert_eq!(texts, ["账号或密码不对;再错 4 次,账号将锁定 30 分钟。"]);
    assert_eq!(node.audited(&["sign-in", "sign-in-failed"]).await, ["sign-in-failed"; 5]);
    node.audit_is_whole().await;
}

async fn fail(node: &Node, username: &str) -> (Code, String) {
    let fault = node.identity.sign_in(username, "wrong", "").await.unwrap_err();
    (fault.code, fault.detail)
}

async fn locks_after_five(world: World) {
    let node = world.town().await;
    for _ in 0..4 {
        assert_eq!(fail(&node, "li").await.0, Code::SignInFailed);
        world.clock.forward_minutes(3);
    }
    let (code, detail) = fail(&node, "li").await;
    assert_eq!(code, Code::LockedOut);
    assert_eq!(detail, "密码连续输错 5 次,账号已锁定到 09:42;请到时再试,急用请联系管理员。");
    // Another node knows it too, the right password does not help, others are not touched.
    let other = world.node().await;
    assert_eq!(
        other.identity.sign_in("li", PASSWORD, "").await.unwrap_err().code,
        Code::LockedOut
    );
    other.sign_in("wang").await;
    world.clock.forward_minutes(29);
    assert_eq!(
        node.identity.sign_in("li", PASSWORD, "").await.unwrap_err().code,
        Code::LockedOut
    );
    world.clock.forward_minutes(1);
    node.sign_in("li").await;
    assert_eq!(node.audited(&["lock-out"]).await.len(), 1);
    // A success clears the count; failures far apart do not add up.
    for _ in 0..6 {
        assert_eq!(fail(&node, "li").await.0, Code::SignInFailed);
        world.clock.forward_minutes(4);
    }
    node.audit_is_whole().await;
}

async fn unknown_names_lock_alike(world: World) {
    let node = world.town().await;
    for _ in 0..4 {
        assert_eq!(fail(&node, "nobody").await.0, Code::SignInFailed);
    }
    assert_eq!(fail(&node, "nobody").await.0, Code::LockedOut);
    assert_eq!(fail(&node, "nobody").await.0, Code::LockedOut);
    assert_eq!(fail(&node, "somebody").await.0, Code::SignInFailed);
    world.clock.forward_minutes(46);
    assert_eq!(node.identity.sweep().await.unwrap(), 6);
    assert_eq!(node.identity.sweep().await.unwrap(), 0);
}

/// Fifteen guesses at once are as good as fifteen one after the other.
async fn guesses_at_once_are_counted(world: World) {
    let node = world.town().await;
    let mut guesses = tokio::task::JoinSet::new();
    for _ in 0..15 {
        let identity = node.identity.clone();
        guesses.spawn(async move { identity.sign_in("li", "wrong", "").await.unwrap_err().code });
    }
    let codes = guesses.join_all().await;
    let mut audited = node.audited(&["sign-in-failed", "lock-out"]).await;
    audited.sort_unstable();
    assert_eq!(
        audited,
        [
            "lock-out",
            "sign-in-failed",
            "sign-in-failed",
            "sign-in-failed",
            "sign-in-failed"
        ]
    );
    assert_eq!(codes.iter().filter(|it| **it == Code::SignInFailed).count(), 4);
}
