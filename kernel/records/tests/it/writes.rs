//! One write path: validated, numbered, versioned, idempotent.

use serde_json::json;
use yiwang_authz::Subject;
use yiwang_records::rows::Lane;
use yiwang_records::{Authority, Ctx, Deed, Idempotency, RowWrite};
use yiwang_testkit::system::BOTH;
use yiwang_types::Code;

use crate::shop::{Shop, object};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_keeps_its_values_and_its_version() {
    for on in BOTH {
        let shop = Shop::open(on).await;
        let fields = json!({
            "title": "甲", "area": "990101", "unit": "a", "phone": "+86 139-0000-1234", "amount": "12.5", "size": "3.1", "day": "2026-10-09",
            "at": "2026-10-09T16:30:00+08:00", "open": true, "spot": { "lon": 127.5, "lat": 43.0499999 }
        });
        let saved = shop.make(fields).await.expect("create");
        assert_eq!((saved.version, saved.numbers["number"].as_str()), (1, "XK20260001"));
        let view = shop.system.records.get(&shop.all, "permit", &saved.id).await.expect("get");
        let expected = json!({
            "title": "甲", "number": "XK20260001", "area": "990101", "unit": "a", "owner": null, "phone": "13900001234", "amount": "12.50",
            "size": "3.1", "day": "2026-10-09", "at": "2026-10-09T16:30:00+08:00", "open": true, "spot": { "lon": 127.5, "lat": 43.0499999 },
            "code_a": null, "code_b": null, "seal": null
        });
        assert_eq!(json!(view.fields), expected);
        let records = &shop.system.records;
        let changed = records
            .update(&shop.all, "permit", &saved.id, 1, &object(json!({ "title": "乙" })))
            .await
            .expect("update");
        assert_eq!(changed.version, 2);
        let stale = records
            .update(&shop.all, "permit", &saved.id, 1, &object(json!({ "title": "丙" })))
            .await
            .expect_err("stale");
        assert_eq!(stale.code, Code::VersionConflict);
        assert!(stale.detail.contains("第 2 版"), "{stale}");
        let history = records.history(&shop.all, "permit", &saved.id).await.expect("history");
        assert_eq!(history[1].content["changes"], json!({ "title": "乙" }));
        let told = history[0].content["changes"]["phone"].to_string();
        assert!(
            told.contains("digest") && !told.contains("1234"),
            "a sensitive value is never in the history: {told}"
        );
        records
            .delete(&shop.all, "permit", &saved.id, 2, "重复")
            .await
            .expect("delete");
        let gone = records.get(&shop.all, "permit", &saved.id).await.expect_err("gone");
        assert_eq!(gone.code, Code::NotFound);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_faults_of_a_record_at_once() {
    let shop = Shop::open(BOTH[0]).await;
    let bad = json!({ "title": "一二三四五六七八九十一二三四五六七八九十一", "amount": "12.345", "colour": 1, "number": "X", "day": "2026-02-30" });
    let fault = shop.make(bad).await.expect_err("refused");
    let mut fields: Vec<&str> = fault.fields.iter().map(|it| it.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["amount", "colour", "day", "number", "title"]);
    let fault = shop
        .make(json!({ "title": "甲", "unit": "nowhere" }))
        .await
        .expect_err("refused");
    assert_eq!(
        (fault.fields[0].field.as_str(), fault.fields[0].rule.as_str()),
        ("unit", "reference")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unique_values_and_repeated_requests() {
    for on in BOTH {
        let shop = Shop::open(on).await;
        let fields = json!({ "title": "甲", "code_a": "x", "code_b": "1" });
        shop.make(fields.clone()).await.expect("first");
        let fault = shop.make(fields).await.expect_err("second");
        assert_eq!(
            fault.fields.iter().map(|it| it.field.as_str()).collect::<Vec<_>>(),
            ["code_a", "code_b"]
        );
        shop.make(json!({ "title": "乙", "code_a": "x" }))
            .await
            .expect("a part is empty");
        shop.make(json!({ "title": "丙", "code_a": "x" }))
            .await
            .expect("a part is empty");
        let key = Idempotency {
            key: "k".to_owned(),
            digest: "d".to_owned(),
        };
        let ctx = shop.all.clone().with_key(Some(key));
        let fields = object(json!({ "title": "丁" }));
        let (one, two) = tokio::join!(
            shop.system.records.create(&ctx, "permit", &fields),
            shop.system.records.create(&ctx, "permit", &fields)
        );
        assert_eq!(one.expect("one"), two.expect("two"), "two at once under one key are one");
        assert_eq!(shop.found(&shop.all, "title = '丁'").await.expect("list"), ["丁"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rights_that_moved_are_noticed_at_the_write() {
    let shop = Shop::open(BOTH[0]).await;
    let mut stale = (*shop.all.subject).clone();
    stale.rights_epoch += 1;
    let stale = yiwang_records::Ctx::new(std::sync::Arc::new(stale));
    let fault = shop
        .system
        .records
        .create(&stale, "permit", &object(json!({ "title": "甲" })))
        .await
        .expect_err("rights moved");
    assert_eq!(fault.code, Code::Busy, "without a way to refresh the subject it cannot go on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn registers_are_written_only_through_drafts() {
    let shop = Shop::open(BOTH[0]).await;
    let row = yiwang_records::RowWrite::Delete {
        table: "permit".into(),
        key: vec![],
    };
    let fault = shop
        .system
        .records
        .write_rows(yiwang_records::rows::Lane::Bulk, vec![row])
        .await
        .expect_err("refused");
    assert!(fault.internal.is_some_and(|it| it.contains("through a draft")));
    let select = yiwang_records::rows::Select::new("permit", &["id"], yiwang_records::rows::Scope::All);
    assert!(shop.system.records.rows(&select).await.is_err(), "nor read without a scope");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_official_number_is_given_once() {
    for on in BOTH {
        let shop = Shop::open(on).await;
        let saved = shop.make(json!({ "title": "甲" })).await.expect("create");
        let records = &shop.system.records;
        let rid = records
            .system("test")
            .find("permit", "number", &saved.numbers["number"])
            .await
            .expect("find")
            .expect("there")
            .rid;
        let mut given = Vec::new();
        for _ in 0..2 {
            let mut draft = records
                .prepare_matter("permit", rid, Authority::Engine("test"), Deed::of("seal"))
                .await
                .expect("prepare");
            draft.number("seal");
            draft.number("seal");
            let saved = records.save(&shop.all, draft).await.expect("save");
            given.push(saved.numbers.get("seal").cloned());
        }
        assert_eq!(
            given,
            [Some("Z2026001".to_owned()), None],
            "once, however often the process comes by"
        );
        let view = records.get(&shop.all, "permit", &saved.id).await.expect("get");
        assert_eq!(view.fields["seal"], json!("Z2026001"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn visitors_do_not_share_their_keys() {
    for on in BOTH {
        let shop = Shop::open(on).await;
        let key = Idempotency {
            key: "1".to_owned(),
            digest: "d".to_owned(),
        };
        let visitor = |owner: &str| {
            Ctx::new(Subject::public().into())
                .with_owner(Some(owner.to_owned()))
                .with_key(Some(key.clone()))
        };
        let records = &shop.system.records;
        let make = |ctx: Ctx| async move {
            let fields = object(json!({ "title": "同" }));
            records.create(&ctx, "permit", &fields).await.expect("create").id
        };
        let (one, again, other) = (make(visitor("a")).await, make(visitor("a")).await, make(visitor("b")).await);
        assert_eq!(one, again, "the same visitor gets his own answer again");
        assert_ne!(one, other, "another visitor does not get it");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn remembered_answers_are_forgotten_in_time() {
    for on in BOTH {
        let shop = Shop::open(on).await;
        let create = |key: &str| {
            let key = Idempotency {
                key: key.to_owned(),
                digest: "d".to_owned(),
            };
            let ctx = shop.all.clone().with_key(Some(key));
            let records = shop.system.records.clone();
            async move {
                records
                    .create(&ctx, "permit", &object(json!({ "title": "甲" })))
                    .await
                    .expect("create")
                    .id
            }
        };
        let old = create("old").await;
        shop.system.clock.pass_minutes(60);
        let young = create("young").await;
        let edge = shop.system.records.now().plus_minutes(-30);
        assert_eq!(shop.system.records.forget_answers(edge).await.expect("forget"), 1);
        assert_eq!(create("young").await, young);
        assert_ne!(create("old").await, old);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_was_not_hit_is_a_conflict_and_no_fault_of_ours() {
    let shop = Shop::open(BOTH[0]).await;
    let row = RowWrite::Update {
        table: "yw_chain".into(),
        key: vec![("chain".into(), "nobody".into())],
        set: vec![("seq".into(), 1.into())],
        expect: Some(1),
    };
    let fault = shop
        .system
        .records
        .write_rows(Lane::Bulk, vec![row])
        .await
        .expect_err("nothing hit");
    assert_eq!(fault.code, Code::VersionConflict);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_share_a_block_of_numbers() {
    for on in BOTH {
        let shop = Shop::open(on).await;
        let all = futures::future::join_all((0..24).map(|_| shop.make(json!({ "title": "甲" })))).await;
        let mut numbers: Vec<String> = all
            .into_iter()
            .map(|it| it.expect("create").numbers["number"].clone())
            .collect();
        numbers.sort_unstable();
        let expected: Vec<String> = (1..=24).map(|it| format!("XK2026{it:04}")).collect();
        assert_eq!(numbers, expected);
    }
}
