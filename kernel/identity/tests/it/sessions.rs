//! What a token is worth, on one node and on two.

use serde_json::json;
use yiwang_types::Code;

use crate::world::{World, object, on_both};

on_both!(
    fakes_are_refused,
    ends_when_idle_or_old,
    an_open_page_keeps_nothing_alive,
    signs_out_on_every_node,
    a_disabled_user_is_out_everywhere_within_two_seconds,
    a_changed_post_counts_everywhere_within_two_seconds,
    a_write_sees_rights_as_they_are,
);

const OUT: Option<Code> = Some(Code::NotSignedIn);

async fn fakes_are_refused(world: World) {
    let node = world.town().await;
    let token = node.sign_in("li").await;
    let turned: String = token.chars().rev().collect();
    for fake in [
        "",
        "x",
        &turned,
        &token[1..],
        &format!("{token}0"),
        &token.to_uppercase(),
        &format!("yiwang_{token}"),
        "' or 1=1 --",
    ] {
        assert_eq!(node.session_code(fake).await, OUT, "{fake}");
        assert_eq!(node.identity.token(fake).await.unwrap_err().code, Code::NotSignedIn, "{fake}");
        node.identity.sign_out(fake).await.unwrap();
    }
    assert_eq!(node.session_code(&token).await, None);
}

async fn ends_when_idle_or_old(world: World) {
    let node = world.town().await;
    let (idle, busy) = (node.sign_in("li").await, node.sign_in("wang").await);
    for _ in 0..3 {
        world.clock.forward_minutes(10);
        assert_eq!(node.session_code(&busy).await, None);
    }
    assert_eq!(node.session_code(&idle).await, None, "30 minutes are not yet too long");
    world.clock.forward_minutes(30);
    world.clock.forward_millis(1);
    assert_eq!(node.session_code(&idle).await, OUT);
    assert_eq!(node.session_code(&busy).await, OUT);
    let busy = node.sign_in("wang").await;
    for _ in 0..47 {
        world.clock.forward_minutes(15);
        assert_eq!(node.session_code(&busy).await, None);
    }
    world.clock.forward_minutes(15);
    assert_eq!(node.session_code(&busy).await, OUT, "twelve hours");
    assert_eq!(node.identity.sweep().await.unwrap(), 3, "ended sessions go");
}

async fn an_open_page_keeps_nothing_alive(world: World) {
    let node = world.town().await;
    let (left, used) = (node.sign_in("li").await, node.sign_in("wang").await);
    for _ in 0..5 {
        world.clock.forward_minutes(5);
        for token in [&left, &used] {
            node.identity.session_at_rest(token).await.unwrap();
            node.identity.account_at_rest(token).await.unwrap();
        }
        // Somebody acts while the answer to the page is still remembered.
        world.clock.forward_millis(1_000);
        assert_eq!(node.session_code(&used).await, None);
    }
    world.clock.forward_minutes(5);
    assert_eq!(
        node.session_code(&left).await,
        OUT,
        "a page asked all the time, but nobody did anything"
    );
    assert_eq!(node.session_code(&used).await, None);
}

async fn signs_out_on_every_node(world: World) {
    let (here, there) = (world.town().await, world.node().await);
    let (one, two) = (here.sign_in("li").await, here.sign_in("li").await);
    for token in [&one, &two] {
        assert_eq!(there.session_code(token).await, None);
    }
    here.identity.sign_out(&one).await.unwrap();
    assert_eq!(here.session_code(&one).await, OUT);
    world.clock.forward_millis(2_000);
    assert_eq!(there.session_code(&one).await, OUT);
    assert_eq!(there.session_code(&two).await, None);
    here.identity.sign_out_all(&here.id_of("li").await).await.unwrap();
    assert_eq!(here.session_code(&two).await, OUT);
    world.clock.forward_millis(2_000);
    assert_eq!(there.session_code(&two).await, OUT);
    assert_eq!(
        here.audited(&["sign-out", "sign-out-all"]).await,
        ["sign-out", "sign-out-all"]
    );
    here.audit_is_whole().await;
}

async fn a_disabled_user_is_out_everywhere_within_two_seconds(world: World) {
    let (here, there) = (world.town().await, world.node().await);
    let token = there.sign_in("li").await;
    assert_eq!(there.session_code(&token).await, None);
    here.change("user", "username", "li", json!({ "disabled": true }))
        .await
        .unwrap();
    world.clock.forward_millis(2_000);
    assert_eq!(there.session_code(&token).await, OUT);
    assert_eq!(here.session_code(&token).await, OUT);
    here.change("user", "username", "li", json!({ "disabled": false }))
        .await
        .unwrap();
    world.clock.forward_millis(2_000);
    assert_eq!(there.session_code(&token).await, None);
}

async fn a_changed_post_counts_everywhere_within_two_seconds(world: World) {
    let (here, there) = (world.town().await, world.node().await);
    let token = there.sign_in("li").await;
    let roles =
        |subject: std::sync::Arc<yiwang_authz::Subject>| subject.roles().into_iter().map(str::to_owned).collect::<Vec<_>>();
    let before = there.identity.session(&token).await.unwrap();
    assert_eq!(roles(before.clone()), ["clerk"]);
    here.change(
        "post",
        "code",
        "works_clerk",
        json!({ "roles": ["chief"], "divisions": ["990101"] }),
    )
    .await
    .unwrap();
    world.clock.forward_millis(1_999);
    assert_eq!(
        roles(there.identity.session(&token).await.unwrap()),
        ["clerk"],
        "remembered for two seconds"
    );
    world.clock.forward_millis(1);
    let after = there.identity.session(&token).await.unwrap();
    assert_eq!(roles(after.clone()), ["chief"]);
    assert_eq!(after.seats[0].divisions, ["990101"]);
    assert!(after.rights_epoch > before.rights_epoch);
}

/// A write prepared with rights that have moved since is prepared again with those of now, also within the two seconds.
async fn a_write_sees_rights_as_they_are(world: World) {
    let (here, there) = (world.town().await, world.node().await);
    let ctx = there.ctx("li").await;
    let note = object(json!({ "title": "路灯不亮", "division": "990101100" }));
    there.records.create(&ctx, "note", &note).await.unwrap();
    here.change("user", "username", "li", json!({ "phone": "19900000002" }))
        .await
        .unwrap();
    there.records.create(&ctx, "note", &note).await.unwrap();
    here.change("post", "code", "works_clerk", json!({ "roles": ["reader"] }))
        .await
        .unwrap();
    assert_eq!(
        there.records.create(&ctx, "note", &note).await.unwrap_err().code,
        Code::Forbidden
    );
    here.change("user", "username", "li", json!({ "disabled": true }))
        .await
        .unwrap();
    assert_eq!(
        there.records.create(&ctx, "note", &note).await.unwrap_err().code,
        Code::NotSignedIn
    );
    here.audit_is_whole().await;
}
