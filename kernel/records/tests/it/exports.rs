//! Records taken out chunk by chunk: the rights of now count, not those of the beginning.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use yiwang_authz::Subject;
use yiwang_records::{Ctx, ListParams, Refresh};
use yiwang_testkit::system::BOTH;
use yiwang_types::Code;

use crate::shop::Shop;

/// Somebody who takes records out, and loses his posts once the flag is up.
async fn taker(shop: &Shop, moved: &Arc<AtomicBool>) -> Ctx {
    let (ctx, moved) = (shop.system.staff("u-taker", "a", &["taker"], &[]).await, Arc::clone(moved));
    let refresh: Refresh = Arc::new(move |subject: Arc<Subject>| {
        let seats = match moved.load(Ordering::Relaxed) {
            true => vec![],
            false => subject.seats.clone(),
        };
        let now = Subject {
            seats,
            ..(*subject).clone()
        };
        Box::pin(async move { Ok(Arc::new(now)) })
    });
    Ctx {
        refresh: Some(refresh),
        ..ctx
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_ends_with_the_rights_it_began_with() {
    for on in BOTH {
        let shop = Shop::open(on).await;
        shop.make(json!({ "title": "甲" })).await.expect("create");
        let moved = Arc::new(AtomicBool::new(false));
        let ctx = taker(&shop, &moved).await;
        let begin = async || {
            let export = shop.system.records.export(&ctx, "permit", ListParams::default());
            export.expect("allowed").begin(&[]).await.expect("begun")
        };
        let mut whole = begin().await;
        assert_eq!(whole.next().await.expect("rows").map(|it| it.len()), Some(1), "{on:?}");
        assert!(whole.next().await.expect("the end").is_none());
        let mut broken = begin().await;
        moved.store(true, Ordering::Relaxed);
        let fault = broken.next().await.expect_err("no longer his");
        assert_eq!(fault.code, Code::Forbidden, "{on:?}");
    }
}
