//! The table equals what a plain program counts over the same records, whoever reads and whatever is asked.

use std::collections::BTreeMap;

use serde_json::json;
use yiwang_records::Ctx;
use yiwang_reports::{ReportParams, Table};
use yiwang_testkit::system::BOTH;
use yiwang_types::{Entropy, Instant, Offset};

use crate::shop::{PLACES, Shop, UNITS, object, within};

/// One record as the plain program knows it; money in fen.
#[derive(Clone, Debug)]
struct Plain {
    unit: Option<&'static str>,
    place: Option<&'static str>,
    kind: Option<&'static str>,
    urgent: Option<bool>,
    seen_at: Option<Instant>,
    fee: Option<i64>,
    tries: Option<i64>,
}

struct Dice(yiwang_testkit::time::SeededEntropy);

impl Dice {
    fn below(&self, sides: usize) -> usize {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        usize::try_from(u32::from_le_bytes(bytes)).expect("fits") % sides
    }

    fn number(&self, sides: usize) -> i64 {
        i64::try_from(self.below(sides)).expect("fits")
    }

    /// One of them, or nothing in one case of six.
    fn any<T: Copy>(&self, list: &[T]) -> Option<T> {
        (self.below(6) > 0).then(|| list[self.below(list.len())])
    }

    fn plain(&self) -> Plain {
        let start = Instant::parse("2026-07-31T00:00:00+08:00").expect("start");
        // Some moments are edges of a month at the wall clock.
        let minutes = if self.below(4) == 0 {
            [1440, 1439, 46_080, 46_079][self.below(4)]
        } else {
            self.number(90 * 1440)
        };
        Plain {
            unit: self.any(&UNITS),
            place: self.any(&PLACES),
            kind: self.any(&["z", "a"]),
            urgent: self.any(&[true, false]),
            seen_at: (self.below(8) > 0).then(|| start.plus_minutes(minutes)),
            fee: self.any(&[0, 4_999, 5_000, 5_001, 1_234_567]),
            tries: self.any(&[0, 2, 3, 5, 6]),
        }
    }
}

async fn cast(shop: &Shop, seed: u64) -> Vec<Plain> {
    let dice = Dice(yiwang_testkit::time::SeededEntropy::new(seed));
    let mut all = Vec::new();
    for _ in 0..150 {
        let it = dice.plain();
        let fields = json!({
            "title": "件", "unit": it.unit, "place": it.place, "kind": it.kind, "urgent": it.urgent, "tries": it.tries,
            "seen_at": it.seen_at.map(|it| it.to_rfc3339(Offset::CHINA)),
            "fee": it.fee.map(|it| format!("{}.{:02}", it / 100, it % 100)),
        });
        let saved = shop
            .system
            .records
            .create(&shop.clerk, "repair", &object(fields))
            .await
            .expect("record");
        if dice.below(10) == 0 {
            shop.system
                .records
                .delete(&shop.clerk, "repair", &saved.id, saved.version, "重复")
                .await
                .expect("deleted");
        } else {
            all.push(it);
        }
    }
    all
}

type Sums = BTreeMap<(String, Option<String>, Option<String>), [i64; 5]>;

/// `all urgent dear fee tries` by month, unit and kind.
fn count(records: &[Plain], covers: &dyn Fn(&Plain) -> bool, from: &str, until: &str) -> Sums {
    let mut sums = Sums::new();
    for it in records.iter().filter(|it| covers(it)) {
        let Some(day) = it.seen_at.map(|it| it.date(Offset::CHINA)) else {
            continue;
        };
        if day.to_string().as_str() < from || day.to_string().as_str() >= until {
            continue;
        }
        let (year, month, _) = day.ymd();
        let key = (
            format!("{year}年{month}月"),
            it.unit.map(str::to_owned),
            it.kind.map(str::to_owned),
        );
        let sum = sums.entry(key).or_default();
        let dear = it.fee.is_some_and(|it| it > 5_000) || it.tries.is_some_and(|it| (3..=5).contains(&it));
        sum[0] += 1;
        sum[1] += i64::from(it.urgent == Some(true) && it.kind.is_some());
        sum[2] += i64::from(dear);
        sum[3] += it.fee.unwrap_or(0);
        sum[4] += it.tries.unwrap_or(0);
    }
    sums
}

fn told(table: &Table) -> Sums {
    let of = |row: &yiwang_reports::TableRow| {
        let value = |at: usize| match row.figures[at] {
            yiwang_reports::Figure::Number { value, .. } => value,
            yiwang_reports::Figure::Ratio { .. } => panic!("no number at {at}"),
        };
        let key = (
            row.period_label.clone().expect("period"),
            row.groups[0].key.clone(),
            row.groups[1].key.clone(),
        );
        (key, [0, 1, 2, 3, 4].map(value))
    };
    table.rows.iter().map(of).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_table_equals_a_plain_count() {
    for (on, seed) in BOTH.into_iter().zip(1..) {
        let shop = Shop::open(on).await;
        let records = cast(&shop, seed).await;
        let chief = shop.system.staff("chief1", "office", &["chief"], &[]).await;
        let unit = shop.system.staff("unit1", "water", &["unit"], &["9901"]).await;
        let nowhere = shop.system.staff("unit2", "office", &["unit"], &["98"]).await;
        let under = |it: &Plain| it.place.is_some_and(|it| it.starts_with("9901"));
        type Covers<'a> = &'a dyn Fn(&Plain) -> bool;
        let readers: [(&Ctx, Covers<'_>); 3] = [
            (&chief, &|_| true),
            (&unit, &|it| it.unit == Some("water") || under(it)),
            (&nowhere, &|_| false),
        ];
        for (reader, covers) in readers {
            assert_eq!(
                count(&records, covers, "2026-07-01", "2026-11-01").len() > 10,
                reader.subject.id != "unit2"
            );
            for (from, until) in [
                ("2026-07-01", "2026-11-01"),
                ("2026-08-01", "2026-09-01"),
                ("2026-08-20", "2026-09-02"),
            ] {
                let table = shop.run(reader, "monthly", &within(from, until)).await.expect("table");
                assert_eq!(
                    told(&table),
                    count(&records, covers, from, until),
                    "{on:?} {} {from}",
                    reader.subject.id
                );
            }
            let filter = "urgent = true and not (fee is null)".to_owned();
            let params = ReportParams {
                filter: Some(filter),
                ..within("2026-07-01", "2026-11-01")
            };
            let table = shop.run(reader, "monthly", &params).await.expect("table");
            let fewer = |it: &Plain| covers(it) && it.urgent == Some(true) && it.fee.is_some();
            assert_eq!(
                told(&table),
                count(&records, &fewer, "2026-07-01", "2026-11-01"),
                "{on:?} filtered"
            );
        }
    }
}
