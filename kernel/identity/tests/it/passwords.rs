//! Setting and changing passwords.

use yiwang_identity::Site;
use yiwang_records::Ctx;
use yiwang_types::{Code, Fault};

use crate::world::{PASSWORD, World, on_both};

on_both!(
    rules_speak_all_at_once,
    last_five_are_barred,
    a_given_password_must_be_changed,
    every_other_session_ends_however_many_there_are,
    a_password_from_the_administrator_ends_the_lock,
    only_with_the_right,
    old_ones_expire,
    demo_only
);

fn rules(fault: &Fault) -> Vec<(&str, &str)> {
    assert_eq!(fault.code, Code::Invalid);
    fault.fields.iter().map(|it| (it.field.as_str(), it.rule.as_str())).collect()
}

async fn rules_speak_all_at_once(world: World) {
    let node = world.town().await;
    let token = node.sign_in("li").await;
    let fault = node
        .identity
        .change_own_password(&token, "not it", "Li-li")
        .await
        .unwrap_err();
    assert_eq!(rules(&fault), [("old_password", "wrong"), ("password", "min-length")]);
    let fault = node
        .identity
        .change_own_password(&token, PASSWORD, PASSWORD)
        .await
        .unwrap_err();
    assert_eq!(rules(&fault), [("password", "reused")]);
    assert!(fault.fields.iter().all(|it| !it.message.is_empty() && !it.remedy.is_empty()));
    let admin = node.ctx("admin").await;
    let fault = node
        .identity
        .set_password(&admin, &node.id_of("admin").await, "12345678")
        .await
        .unwrap_err();
    assert_eq!(rules(&fault), [("password", "classes"), ("password", "weak")]);
    // Guessing the old password is guessing: four more failures lock.
    for _ in 0..3 {
        rules(
            &node
                .identity
                .change_own_password(&token, "not it", "Spring-river-1")
                .await
                .unwrap_err(),
        );
    }
    let fault = node
        .identity
        .change_own_password(&token, "not it", "Spring-river-1")
        .await
        .unwrap_err();
    assert_eq!(fault.code, Code::LockedOut);
    assert_eq!(
        node.identity
            .change_own_password(&token, PASSWORD, "Spring-river-1")
            .await
            .unwrap_err()
            .code,
        Code::LockedOut
    );
}

async fn last_five_are_barred(world: World) {
    let node = world.town().await;
    let token = node.sign_in("li").await;
    let mut current = PASSWORD.to_owned();
    for number in 1..=4 {
        let next = format!("Spring-river-{number}");
        node.identity.change_own_password(&token, &current, &next).await.unwrap();
        let fault = node.identity.change_own_password(&token, &next, PASSWORD).await.unwrap_err();
        assert_eq!(rules(&fault), [("password", "reused")], "after {number}");
        current = next;
    }
    node.identity
        .change_own_password(&token, &current, "Spring-river-5")
        .await
        .unwrap();
    node.identity
        .change_own_password(&token, "Spring-river-5", PASSWORD)
        .await
        .unwrap();
    assert_eq!(node.session_code(&token).await, None, "the session stays");
    assert_eq!(node.audited(&["change-password"]).await.len(), 6);
    node.audit_is_whole().await;
}

async fn a_given_password_must_be_changed(world: World) {
    let node = world.town().await;
    let (old, other) = (node.sign_in("li").await, world.node().await);
    let li = node.id_of("li").await;
    node.identity
        .set_password(&node.ctx("admin").await, &li, "Given-by-admin-1")
        .await
        .unwrap();
    assert_eq!(node.session_code(&old).await, Some(Code::NotSignedIn), "older sessions end");
    assert_eq!(
        node.identity.sign_in("li", PASSWORD, "").await.unwrap_err().code,
        Code::SignInFailed
    );
    let signed = other.identity.sign_in("li", "Given-by-admin-1", "").await.unwrap();
    assert!(signed.must_change);
    let elsewhere = node.identity.sign_in("li", "Given-by-admin-1", "").await.unwrap().token;
    assert_eq!(other.session_code(&signed.token).await, Some(Code::PasswordMustChange));
    assert_eq!(other.identity.account(&signed.token).await.unwrap().subject.id, li);
    other
        .identity
        .change_own_password(&signed.token, "Given-by-admin-1", "My-own-choice-1")
        .await
        .unwrap();
    assert_eq!(other.session_code(&signed.token).await, None);
    world.clock.forward_millis(2_000);
    assert_eq!(
        node.session_code(&elsewhere).await,
        Some(Code::NotSignedIn),
        "the other sessions end"
    );
    assert!(!node.identity.sign_in("li", "My-own-choice-1", "").await.unwrap().must_change);
    node.audit_is_whole().await;
}

async fn every_other_session_ends_however_many_there_are(world: World) {
    use yiwang_records::RowWrite;
    use yiwang_records::rows::{Filter, Lane, Scope, Select, Value};
    let node = world.town().await;
    let (token, li) = (node.sign_in("li").await, node.id_of("li").await);
    let later = node.records.now().plus_minutes(60).millis();
    let session = |number: i64| RowWrite::Insert {
        table: "yw_session".into(),
        row: vec![
            ("digest".into(), Value::from(format!("{number:064}").as_str())),
            ("user_id".into(), Value::from(li.as_str())),
            ("created_at".into(), Value::Int(0)),
            ("last_seen".into(), Value::Int(later)),
            ("expires_at".into(), Value::Int(later)),
            ("must_change".into(), Value::Int(0)),
            ("origin".into(), Value::from("elsewhere")),
        ],
    };
    for at in 0..3 {
        let rows = (at * 400..at * 400 + 400).map(session).collect();
        node.records.write_rows(Lane::Bulk, rows).await.unwrap();
    }
    node.identity
        .change_own_password(&token, PASSWORD, "Spring-river-1")
        .await
        .unwrap();
    let own = Select::new("yw_session", &["origin"], Scope::All).filter(Filter::eq("user_id", li.as_str()));
    assert_eq!(node.records.rows(&own).await.unwrap(), [vec![Value::from("10.0.0.7")]]);
    assert_eq!(node.session_code(&token).await, None, "the one of the change stays");
}

async fn a_password_from_the_administrator_ends_the_lock(world: World) {
    let node = world.town().await;
    for _ in 0..5 {
        node.identity.sign_in("li", "not it", "").await.unwrap_err();
    }
    let code = async |password: &str| node.identity.sign_in("li", password, "").await.err().map(|it| it.code);
    assert_eq!(code(PASSWORD).await, Some(Code::LockedOut));
    let li = node.id_of("li").await;
    node.identity
        .set_password(&node.ctx("admin").await, &li, "Given-by-admin-1")
        .await
        .unwrap();
    assert_eq!(
        code("Given-by-admin-1").await,
        None,
        "who has no time to wait asks the administrator"
    );
}

async fn only_with_the_right(world: World) {
    let node = world.town().await;
    let li = node.id_of("li").await;
    for username in ["wang", "li"] {
        let fault = node
            .identity
            .set_password(&node.ctx(username).await, &li, "Spring-river-1")
            .await
            .unwrap_err();
        assert_eq!(fault.code, Code::Forbidden, "{username}");
    }
    let fault = node
        .identity
        .set_password(&Ctx::job("night"), &li, "Spring-river-1")
        .await
        .unwrap_err();
    assert_eq!(fault.code, Code::Forbidden);
    let nobody = "01926c5a-1234-7fff-bfff-ffffffffffff";
    let fault = node
        .identity
        .set_password(&node.ctx("admin").await, nobody, "Spring-river-1")
        .await
        .unwrap_err();
    assert_eq!(fault.code, Code::NotFound);
}

async fn old_ones_expire(world: World) {
    let node = world.town().await;
    world.clock.forward_minutes(90 * 24 * 60);
    assert!(!node.identity.sign_in("li", PASSWORD, "").await.unwrap().must_change);
    world.clock.forward_minutes(1);
    let signed = node.identity.sign_in("li", PASSWORD, "").await.unwrap();
    assert!(signed.must_change);
    assert_eq!(node.session_code(&signed.token).await, Some(Code::PasswordMustChange));
}

async fn demo_only(world: World) {
    let node = world.node().await;
    yiwang_identity::load_seeds(&node.records, &node.records.model().seeds)
        .await
        .unwrap();
    assert!(!node.identity.has_any_user().await.unwrap());
    let fault = node.identity.demo_users(Site::Real, &["li"], "demo").await.unwrap_err();
    assert_eq!(fault.code, Code::Forbidden);
    assert!(!node.identity.has_any_user().await.unwrap());
    assert_eq!(
        node.identity.demo_users(Site::Demo, &["li", "nobody"], "demo").await.unwrap(),
        1
    );
    assert!(node.identity.has_any_user().await.unwrap());
    assert!(!node.identity.sign_in("li", "demo", "").await.unwrap().must_change);
    // The next start of the demo, with the same and with another password.
    world.clock.forward_minutes(100 * 24 * 60);
    node.identity.demo_users(Site::Demo, &["li"], "demo").await.unwrap();
    assert!(!node.identity.sign_in("li", "demo", "").await.unwrap().must_change);
    node.identity.demo_users(Site::Demo, &["li"], "other").await.unwrap();
    assert_eq!(
        node.identity.sign_in("li", "demo", "").await.unwrap_err().code,
        Code::SignInFailed
    );
    node.identity.sign_in("li", "other", "").await.unwrap();
}
