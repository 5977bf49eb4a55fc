//! Bearer tokens of programs.

use serde_json::json;
use yiwang_authz::SubjectKind;
use yiwang_types::Code;

use crate::world::{World, object, on_both};

on_both!(carries_the_rights_of_its_user, who_may_make_one);

async fn carries_the_rights_of_its_user(world: World) {
    let (here, there) = (world.town().await, world.node().await);
    let li = here.id_of("li").await;
    let expires = world.now().plus_minutes(600);
    let token = here
        .identity
        .create_token(&here.ctx("li").await, &li, "夜间导入", expires)
        .await
        .unwrap();
    assert!(token.starts_with("yiwang_") && token.len() == 71, "{token}");
    let subject = there.identity.token(&token).await.unwrap();
    assert_eq!((subject.kind, subject.id.as_str()), (SubjectKind::Token, li.as_str()));
    assert_eq!(subject.name, "李晓明(程序:夜间导入)");
    assert!(subject.has_role("clerk"));
    assert_eq!(
        there.session_code(&token).await,
        Some(Code::NotSignedIn),
        "a token is no session"
    );
    // Its writes are refreshed like those of a person.
    let ctx = yiwang_records::Ctx {
        refresh: Some(there.identity.refresh()),
        ..yiwang_records::Ctx::new(subject)
    };
    here.change("user", "username", "li", json!({ "order": 9 })).await.unwrap();
    there
        .records
        .create(&ctx, "note", &object(json!({ "title": "一", "division": "990101100" })))
        .await
        .unwrap();
    here.change("user", "username", "li", json!({ "disabled": true }))
        .await
        .unwrap();
    world.clock.forward_millis(2_000);
    assert_eq!(there.identity.token(&token).await.unwrap_err().code, Code::NotSignedIn);
    here.change("user", "username", "li", json!({ "disabled": false }))
        .await
        .unwrap();
    world.clock.forward_millis(2_000);
    there.identity.token(&token).await.unwrap();
    world.clock.forward_minutes(600);
    assert_eq!(
        there.identity.token(&token).await.unwrap_err().code,
        Code::NotSignedIn,
        "expired"
    );
    here.audit_is_whole().await;
}

async fn who_may_make_one(world: World) {
    let (here, there) = (world.town().await, world.node().await);
    let li = here.id_of("li").await;
    let expires = world.now().plus_minutes(600);
    let fault = here
        .identity
        .create_token(&here.ctx("wang").await, &li, "x", expires)
        .await
        .unwrap_err();
    assert_eq!(fault.code, Code::Forbidden);
    let fault = here
        .identity
        .create_token(&here.ctx("li").await, &li, " ", world.now())
        .await
        .unwrap_err();
    let rules: Vec<&str> = fault.fields.iter().map(|it| it.rule.as_str()).collect();
    assert_eq!(rules, ["required", "past"]);
    let admin = here.ctx("admin").await;
    let token = here.identity.create_token(&admin, &li, "上级平台", expires).await.unwrap();
    let own = there.ctx("li").await;
    let fault = here
        .identity
        .create_token(
            &yiwang_records::Ctx::new(there.identity.token(&token).await.unwrap()),
            &li,
            "x",
            expires,
        )
        .await;
    assert_eq!(fault.unwrap_err().code, Code::Forbidden, "a token makes no tokens");
    here.identity.revoke_tokens(&own, &li).await.unwrap();
    assert_eq!(here.identity.token(&token).await.unwrap_err().code, Code::NotSignedIn);
    world.clock.forward_millis(2_000);
    assert_eq!(there.identity.token(&token).await.unwrap_err().code, Code::NotSignedIn);
    assert_eq!(
        here.audited(&["create-token", "revoke-tokens"]).await,
        ["create-token", "revoke-tokens"]
    );
}
