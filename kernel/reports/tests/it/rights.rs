//! Who may see which figures.

use serde_json::json;
use yiwang_reports::ReportParams;
use yiwang_testkit::system::BOTH;
use yiwang_types::Code;

use crate::shop::{Shop, object, shown, within};

async fn cast(shop: &Shop) {
    for (unit, kind, urgent, due, secret) in [
        ("lights", "z", true, "2026-09-30", "x"),
        ("water", "a", false, "2026-10-01", "y"),
        ("water", "z", true, "2026-10-02", "x"),
        ("roads", "a", true, "2026-12-31", "x"),
    ] {
        let fields = json!({ "title": "件", "unit": unit, "kind": kind, "urgent": urgent, "due": due, "secret": secret, "fee": "1.50", "seen_at": "2026-10-08T08:00:00+08:00" });
        shop.system
            .records
            .create(&shop.clerk, "repair", &object(fields))
            .await
            .expect("record");
    }
}

fn row(key: &str, figures: &[&str]) -> (String, Vec<String>) {
    (key.to_owned(), figures.iter().map(|it| (*it).to_owned()).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_stand_in_official_order_with_their_titles() {
    for on in BOTH {
        let shop = Shop::open(on).await;
        cast(&shop).await;
        let chief = shop.system.staff("chief1", "office", &["chief"], &[]).await;
        let table = shop.run(&chief, "monthly", &ReportParams::default()).await.expect("table");
        let expected = [
            row("2026年10月 water局 路灯", &["1", "1", "0", "1.50", "0", "100.00"]),
            row("2026年10月 water局 水管", &["1", "0", "0", "1.50", "0", "0.00"]),
            row("2026年10月 lights局 路灯", &["1", "1", "0", "1.50", "0", "100.00"]),
            row("2026年10月 roads 水管", &["1", "1", "0", "1.50", "0", "100.00"]),
            row("合计", &["4", "3", "0", "6.00", "0", "75.00"]),
        ];
        assert_eq!(shown(&table), expected);
        assert_eq!(table.rows[1].explained[5].as_deref(), Some("加急数 0 ÷ 总数 1 = 0.00%"));
        assert_eq!(table.totals_explained[5].as_deref(), Some("加急数 3 ÷ 总数 4 = 75.00%"));
        assert_eq!(table.rows[1].explained[0], None);

        let due = shop
            .run(&chief, "due", &within("2026-07-01", "2027-01-01"))
            .await
            .expect("table");
        let expected = [
            row("2026年第3季度 是", &["1"]),
            row("2026年第4季度 否", &["1"]),
            row("2026年第4季度 是", &["2"]),
            row("合计", &["4"]),
        ];
        assert_eq!(shown(&due), expected, "days of a date field, keys by value");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_counted_by_the_grants_that_let_it_out() {
    for on in BOTH {
        let shop = Shop::open(on).await;
        cast(&shop).await;
        let chief = shop.system.staff("chief1", "office", &["chief"], &[]).await;
        let unit = shop.system.staff("unit1", "water", &["unit"], &[]).await;
        let both = shop.system.staff("both1", "lights", &["chief", "exporter"], &[]).await;
        let exporter = shop.system.staff("export1", "lights", &["exporter"], &[]).await;
        let usual = ReportParams::default();
        let rows = shop.system.records.verify_audit().await.expect("audit").rows;
        let lines = async |ctx| shop.reports.export(ctx, "monthly", &usual).await.map(|it| it.lines().count());
        assert_eq!(lines(&chief).await.expect("chief"), 6);
        assert_eq!(lines(&both).await.expect("both"), 6);
        assert_eq!(lines(&exporter).await.expect("exporter"), 3, "his unit's row");
        assert_eq!(lines(&unit).await.expect_err("read only").code, Code::Forbidden);
        assert_eq!(
            shop.system.records.verify_audit().await.expect("audit").rows,
            rows + 3,
            "each file is noted"
        );
        assert_eq!(
            shop.run(&exporter, "monthly", &usual).await.expect_err("export only").code,
            Code::Forbidden
        );
        assert_eq!(
            shop.reports.export(&chief, "due", &usual).await.expect_err("no export").code,
            Code::Forbidden
        );
        let listed = |ctx| {
            shop.reports
                .list(ctx)
                .into_iter()
                .map(|it| (it.report, it.export))
                .collect::<Vec<_>>()
        };
        let named = |list: &[(&str, bool)]| {
            list.iter()
                .map(|(name, export)| ((*name).to_owned(), *export))
                .collect::<Vec<_>>()
        };
        assert_eq!(listed(&chief), named(&[("due", false), ("monthly", true), ("secret", false)]));
        assert_eq!(listed(&exporter), named(&[("monthly", true)]));
        assert_eq!(listed(&shop.clerk), named(&[]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_masked_or_hidden_is_not_counted() {
    for on in BOTH {
        let shop = Shop::open(on).await;
        cast(&shop).await;
        let chief = shop.system.staff("chief1", "office", &["chief"], &[]).await;
        let unit = shop.system.staff("unit1", "water", &["unit"], &[]).await;
        let secret = shop.run(&chief, "secret", &ReportParams::default()).await.expect("all time");
        assert_eq!(shown(&secret), [row("", &["3"]), row("合计", &["3"])]);
        for (ctx, report, filter, expected) in [
            (&unit, "secret", None, Code::MaskedField),
            (&unit, "secret", Some("secret = 'x'"), Code::MaskedField),
            (&chief, "monthly", Some("phone = '13900001234'"), Code::MaskedField),
            (&chief, "monthly", Some("phone in ('13900001234')"), Code::MaskedField),
            (&chief, "monthly", Some("nothing = 1"), Code::BadFilter),
            (&chief, "monthly", Some("(("), Code::BadFilter),
            (&chief, "nothing", None, Code::NotFound),
            (&shop.clerk, "monthly", None, Code::Forbidden),
        ] {
            let params = ReportParams {
                filter: filter.map(str::to_owned),
                ..ReportParams::default()
            };
            let fault = shop.run(ctx, report, &params).await.expect_err("refused");
            assert_eq!(fault.code, expected, "{report} {filter:?}: {}", fault.detail);
        }
    }
}
