//! Lists within a scope: what lies outside is not found, counted, sorted by or guessed at.

use serde_json::{Value as Json, json};
use yiwang_records::{ListParams, MineParams, Part};
use yiwang_testkit::system::BOTH;
use yiwang_types::{Code, Fault};

use crate::shop::Shop;

async fn filled(on: yiwang_testkit::system::On) -> Shop {
    let shop = Shop::open(on).await;
    for (title, area, unit, owner, phone, amount) in [
        ("甲", "9901", "a", "u1", "13900000001", "1.00"),
        ("乙", "990101", "b", "u2", "13900000002", "2.00"),
        ("丙", "9902", "a", "u1", "13900000001", "3.00"),
    ] {
        let fields = json!({ "title": title, "area": area, "unit": unit, "owner": owner, "phone": phone, "amount": amount,
                             "spot": { "lon": 127.5, "lat": 43.0 } });
        shop.make(fields).await.expect("create");
    }
    shop.make(json!({ "title": "丁" })).await.expect("create");
    shop
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scope_is_a_union_and_fails_closed() {
    for on in BOTH {
        let shop = filled(on).await;
        type Case<'a> = (&'a str, &'a str, &'a [&'a str], &'a [&'a str], &'a [&'a str]);
        let cases: [Case<'_>; 6] = [
            ("place", "x", &["9901"], &["place"], &["乙", "甲"]),
            ("unit", "a", &[], &["unit"], &["丙", "甲"]),
            ("u1", "x", &[], &["mine"], &["丙", "甲"]),
            ("both", "b", &["9902"], &["unit", "place"], &["丙", "乙"]),
            ("nobody", "a", &["9901"], &["nothing"], &[]),
            ("stranger", "z", &[], &["unit"], &[]),
        ];
        for (user, department, divisions, roles, expected) in cases {
            let who = shop.system.staff(user, department, roles, divisions).await;
            match shop.found(&who, "").await {
                Ok(found) => assert_eq!(found, expected, "{user}"),
                Err(fault) => assert_eq!((fault.code, expected.len()), (Code::Forbidden, 0), "{user}"),
            }
        }
        let maker = shop.system.staff("u-all", "x", &["mine"], &[]).await;
        assert_eq!(shop.found(&maker, "").await.expect("made by him").len(), 4);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_compare_as_the_fields_type() {
    for on in BOTH {
        let shop = filled(on).await;
        let cases: [(&str, &[&str]); 9] = [
            ("amount >= 2", &["丙", "乙"]),
            ("amount between 1.5 and 2.5", &["乙"]),
            ("title in ('甲','丁') and unit is not null", &["甲"]),
            ("not (unit = 'a')", &["乙"]),
            ("title like '%乙%'", &["乙"]),
            ("phone = '139-0000-0001'", &["丙", "甲"]),
            (
                "s_intersects(spot, bbox(127.4, 42.9, 127.6, 43.1)) and area = '9902'",
                &["丙"],
            ),
            ("unit is null or owner = 'u2'", &["丁", "乙"]),
            ("created_at > timestamp('2030-01-01T00:00:00Z')", &[]),
        ];
        for (filter, expected) in cases {
            assert_eq!(shop.found(&shop.all, filter).await.expect(filter), expected, "{filter}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_filters_are_explained() {
    let shop = filled(BOTH[0]).await;
    let deep = format!("{}title = 'x'{}", "(".repeat(40), ")".repeat(40));
    let long = format!("title = '{}'", "长".repeat(4000));
    for (filter, code, part) in [
        ("colour = 'red'", Code::BadFilter, "没有字段“colour”"),
        ("amount = 'many'", Code::BadFilter, "数字"),
        ("title = ", Code::BadFilter, "第 "),
        (deep.as_str(), Code::BadFilter, "层"),
        (long.as_str(), Code::BadFilter, "4000"),
        ("phone like '139%'", Code::MaskedField, "脱敏"),
        ("phone > '139'", Code::MaskedField, "脱敏"),
        ("spot = 1", Code::BadFilter, "S_INTERSECTS"),
    ] {
        let fault = shop.found(&shop.all, filter).await.expect_err(filter);
        assert_eq!(fault.code, code, "{filter}");
        assert!(fault.detail.contains(part), "{filter}: {fault}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_masked_field_gives_nothing_away() {
    let shop = filled(BOTH[0]).await;
    let who = shop.system.staff("m", "a", &["masked"], &[]).await;
    let sorted = ListParams {
        sort: Some("phone".to_owned()),
        ..ListParams::default()
    };
    assert_eq!(shop.titles(&who, &sorted).await.expect_err("sort").code, Code::MaskedField);
    // Equality is allowed, and noted in the chain of whoever asked.
    let before = shop.system.records.verify_audit().await.expect("audit").rows;
    assert_eq!(shop.found(&who, "phone = '13900000002'").await.expect("equal"), ["乙"]);
    let report = shop.system.records.verify_audit().await.expect("audit");
    assert_eq!((report.rows, report.findings.len()), (before + 1, 0));
    // Whatever else is asked for beside it, and in whichever order.
    for one in [
        "phone = '13900000002' AND title = '乙'",
        "title = '乙' AND phone = '13900000002'",
        "phone IN ('13900000002')",
    ] {
        assert_eq!(shop.found(&who, one).await.expect(one), ["乙"]);
    }
    // A list of guesses is not.
    for guesses in [
        "phone IN ('13900000001', '13900000002')",
        "phone = '13900000001' OR phone = '13900000002'",
    ] {
        let refused = shop.found(&who, guesses).await.expect_err(guesses);
        assert_eq!(refused.code, Code::MaskedField, "{guesses}");
    }
    let page = shop
        .system
        .records
        .list(
            &who,
            "permit",
            &ListParams {
                q: Some("乙".into()),
                ..ListParams::default()
            },
        )
        .await
        .expect("q");
    assert_eq!(page.items[0].fields["phone"], json!("139****0002"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_follow_one_another_without_gap() {
    for on in BOTH {
        let shop = filled(on).await;
        for sort in ["title", "-title", "amount,-title", "-unit", ""] {
            let mut params = ListParams {
                sort: Some(sort.to_owned()),
                limit: Some(1),
                ..ListParams::default()
            };
            let whole = ListParams {
                sort: Some(sort.to_owned()),
                ..ListParams::default()
            };
            let whole = shop.titles(&shop.all, &whole).await.expect("whole");
            let mut seen = Vec::new();
            loop {
                let page = shop.system.records.list(&shop.all, "permit", &params).await.expect("page");
                assert_eq!((page.count.value, page.count.exact), (4, true));
                seen.extend(page.items.iter().map(|it| it.label.clone()));
                match page.next {
                    Some(next) => params.after = Some(next),
                    None => break,
                }
            }
            assert_eq!(seen, whole, "sorted by {sort}");
        }
        let foreign = ListParams {
            after: Some("bm9uc2Vuc2U".to_owned()),
            ..ListParams::default()
        };
        assert_eq!(
            shop.titles(&shop.all, &foreign).await.expect_err("foreign mark").code,
            Code::BadRequest
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hidden_field_can_be_neither_found_nor_guessed() {
    for on in BOTH {
        let shop = filled(on).await;
        let who = shop.system.staff("n", "a", &["narrow"], &[]).await;
        for filter in [
            "owner = 'u1'",
            "owner in ('u1')",
            "owner is null",
            "not (owner is null)",
            "owner like 'u%'",
            "phone = '13900000001'",
            "phone is null",
            "s_intersects(spot, bbox(127.4, 42.9, 127.6, 43.1))",
        ] {
            let fault = shop.found(&who, filter).await.expect_err(filter);
            assert_eq!(fault.code, Code::MaskedField, "{filter}: {fault}");
        }
        let id = shop
            .system
            .records
            .list(&who, "permit", &ListParams::default())
            .await
            .expect("list")
            .items[3]
            .id
            .clone();
        let history = shop.system.records.history(&who, "permit", &id).await.expect("history");
        let changes = history[0].content["changes"].as_object().expect("changes").clone();
        assert!(changes.contains_key("title"));
        for hidden in ["owner", "spot", "phone"] {
            assert!(!changes.contains_key(hidden), "{hidden} is told by the history: {changes:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_name_of_a_record_is_hidden_with_its_field() {
    let shop = filled(BOTH[0]).await;
    let who = shop.system.staff("n", "a", &["untitled"], &[]).await;
    let page = shop
        .system
        .records
        .list(&who, "permit", &ListParams::default())
        .await
        .expect("list");
    for it in &page.items {
        assert_eq!(it.label, it.id);
    }
    // Nor does another grant show it on records that it does not cover, whatever fields are asked for.
    let who = shop.system.staff("o", "a", &["untitled", "mine"], &[]).await;
    let plain = ListParams {
        fields: Some("unit".to_owned()),
        ..ListParams::default()
    };
    let page = shop.system.records.list(&who, "permit", &plain).await.expect("list");
    assert!(page.items.len() == 4 && page.items.iter().all(|it| it.label == it.id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sealed_values_have_no_order() {
    let shop = filled(BOTH[0]).await;
    let sorted = |sort: &str| ListParams {
        sort: Some(sort.to_owned()),
        limit: Some(1),
        ..ListParams::default()
    };
    let fault = shop
        .titles(&shop.all, &sorted("phone"))
        .await
        .expect_err("sorted by ciphertext");
    assert_eq!(fault.code, Code::MaskedField);
    let many = ["title"; 40].join(",");
    let fault = shop.titles(&shop.all, &sorted(&many)).await.expect_err("forty columns");
    assert_eq!(fault.code, Code::BadFilter);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_holds_the_fields_that_were_asked_for() {
    for on in BOTH {
        let shop = filled(on).await;
        let who = shop.system.staff("m", "a", &["masked"], &[]).await;
        let asked = |fields: &str| ListParams {
            fields: Some(fields.to_owned()),
            filter: Some("title = '乙'".to_owned()),
            ..ListParams::default()
        };
        let row = async |fields: &str| {
            let page = shop.system.records.list(&who, "permit", &asked(fields)).await?;
            let it = page.items.into_iter().next().expect("a row");
            assert_eq!(it.label, "乙", "the name is read whatever was asked for");
            Ok((Json::from(it.fields), it.masked))
        };
        let none: Vec<String> = vec![];
        assert_eq!(row("title").await, Ok((json!({ "title": "乙" }), none.clone())));
        assert_eq!(row("").await, Ok((json!({}), none)));
        let masked = (json!({ "title": "乙", "phone": "139****0002" }), vec!["phone".to_owned()]);
        assert_eq!(row("phone, title").await, Ok(masked));
        let unknown: Result<_, Fault> = row("title,colour").await;
        assert_eq!(unknown.map_err(|it| it.code), Err(Code::BadFilter));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_of_ones_own_hold_no_personal_data() {
    let shop = filled(BOTH[0]).await;
    let params = MineParams {
        count_to: 10,
        ..MineParams::default()
    };
    let mine = shop.system.records.mine(&shop.all, "permit", Part::Made, &params).await;
    let rows = mine.expect("mine").rows;
    assert!(!rows.is_empty());
    for (_, it) in rows {
        assert!(it.fields.contains_key("title"));
        assert!(!it.fields.contains_key("phone"), "{:?}", it.fields);
        assert!(it.fields.values().all(|it| !it.is_null()), "{:?}", it.fields);
    }
}
