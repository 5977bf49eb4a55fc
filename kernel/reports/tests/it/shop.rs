//! An invented app of repairs with a report, and its people.

use std::sync::Arc;

use serde_json::{Map, Value as Json};
use yiwang_records::{Ctx, Writer};
use yiwang_reports::{GroupLabel, ReportParams, Reports, Table};
use yiwang_testkit::system::{On, TestSystem};
use yiwang_types::{Date, Fault};

const APP: &str = "format: 1\napp: repairs\ntitle: 维修\nprovides: [repair, department, division]\n";
const DEPARTMENT: &str = "
format: 1
register: department
title: 单位
key: code
fields: [{name: code, title: 代码, type: text}]
";
const DIVISION: &str = "
format: 1
register: division
title: 区划
key: code
fields: [{name: code, title: 代码, type: text}]
";
const REPAIR: &str = "
format: 1
register: repair
title: 维修
label: title
division: place
fields:
  - {name: title, title: 标题, type: text, required: true}
  - {name: unit, title: 单位, type: reference, register: department, index: true}
  - {name: place, title: 地点, type: reference, register: division}
  - {name: kind, title: 种类, type: choice, dictionary: repair_kind}
  - {name: urgent, title: 加急, type: boolean}
  - {name: seen_at, title: 发现时间, type: datetime, index: true}
  - {name: due, title: 限期, type: date}
  - {name: fee, title: 费用, type: money}
  - {name: tries, title: 次数, type: integer}
  - {name: phone, title: 电话, type: phone, sensitive: true}
  - {name: secret, title: 内情, type: text}
";
const KINDS: &str = "
format: 1
dictionary: repair_kind
title: 种类
entries: [{code: z, title: 路灯}, {code: a, title: 水管}]
";
const MONTHLY: &str = "
format: 1
report: monthly
title: 每月维修
register: repair
period: {field: seen_at, grain: month}
group: [unit, kind]
measures:
  - {name: all, title: 总数, count: \"id is not null\"}
  - {name: urgent, title: 加急数, count: \"urgent = true and kind is not null\"}
  - {name: dear, title: 高价数, count: \"fee > 50 or tries between 3 and 5\"}
  - {name: fee, title: 费用, sum: fee}
  - {name: tries, title: 次数, sum: tries}
  - {name: urgency, title: 加急率, ratio: [urgent, all], unit: \"%\"}
";
const DUE: &str = "
format: 1
report: due
title: 限期
register: repair
period: {field: due, grain: quarter}
group: [urgent]
order: value
measures:
  - {name: all, title: 总数, count: \"title <> ''\"}
";
const SECRET: &str = "
format: 1
report: secret
title: 内情
register: repair
measures:
  - {name: told, title: 有内情, count: \"secret = 'x'\"}
";
const ROLES: &str = "
format: 1
roles:
  - role: clerk
    title: 经办
    grants:
      - {register: department, actions: [create], scope: all}
      - {register: division, actions: [create], scope: all}
      - {register: repair, actions: [create, delete, read], scope: all}
  - role: chief
    title: 主任
    grants:
      - {report: monthly, actions: [read, export], scope: all}
      - {report: due, actions: [read], scope: all}
      - {report: secret, actions: [read], scope: all}
  - role: unit
    title: 单位
    grants:
      - {report: monthly, actions: [read], scope: [\"department:unit\", division]}
      - {report: due, actions: [read], scope: \"department:unit\"}
      - {report: secret, actions: [read], scope: \"department:unit\", hide: [secret]}
  - role: exporter
    title: 导出
    grants: [{report: monthly, actions: [export], scope: \"department:unit\"}]
";

pub const UNITS: [&str; 3] = ["lights", "water", "roads"];
pub const PLACES: [&str; 3] = ["9901", "990102", "9902"];

pub struct Shop {
    pub system: TestSystem,
    pub reports: Reports,
    pub clerk: Ctx,
}

impl Shop {
    pub async fn open(on: On) -> Shop {
        let files = [
            ("apps/repairs/app.yaml", APP),
            ("apps/repairs/registers/department.yaml", DEPARTMENT),
            ("apps/repairs/registers/division.yaml", DIVISION),
            ("apps/repairs/registers/repair.yaml", REPAIR),
            ("apps/repairs/dictionaries/repair_kind.yaml", KINDS),
            ("apps/repairs/reports/monthly.yaml", MONTHLY),
            ("apps/repairs/reports/due.yaml", DUE),
            ("apps/repairs/reports/secret.yaml", SECRET),
            ("apps/repairs/roles.yaml", ROLES),
        ];
        let system = TestSystem::open(on, &files).await;
        let clerk = system.staff("clerk1", "office", &["clerk"], &[]).await;
        let known = UNITS
            .map(|it| ("department", it))
            .into_iter()
            .chain(PLACES.map(|it| ("division", it)));
        for (register, code) in known {
            let fields = object(serde_json::json!({ "code": code }));
            system.records.create(&clerk, register, &fields).await.expect("seed");
        }
        Shop {
            reports: Reports::new(system.records.clone(), Arc::new(label)),
            clerk,
            system,
        }
    }

    pub async fn run(&self, ctx: &Ctx, report: &str, params: &ReportParams) -> Result<Table, Fault> {
        self.reports.run(ctx, report, params).await
    }
}

/// The official order is none that sorting by code would give; one unit is unknown.
fn label(register: &str, key: &str) -> Option<GroupLabel> {
    let order = ["water", "lights"].iter().position(|it| *it == key)?;
    (register == "department").then(|| GroupLabel {
        title: format!("{key}局"),
        order: i64::try_from(order).expect("small"),
    })
}

/// A record with computed fields and a state, as the process would leave it.
pub async fn keep(system: &TestSystem, ctx: &Ctx, register: &str, fields: &Map<String, Json>, status: &str) {
    let mut draft = system
        .records
        .prepare_create(ctx, register, fields, Writer::Kernel)
        .await
        .expect("draft");
    draft.set_status(status);
    system.records.save(ctx, draft).await.expect("saved");
}

pub fn object(json: Json) -> Map<String, Json> {
    json.as_object().cloned().unwrap_or_default()
}

pub fn day(text: &str) -> Date {
    Date::parse(text).expect("day")
}

pub fn within(from: &str, until: &str) -> ReportParams {
    ReportParams {
        from: Some(day(from)),
        until: Some(day(until)),
        ..ReportParams::default()
    }
}

/// Key titles and figures of each row, then of the totals.
pub fn shown(table: &Table) -> Vec<(String, Vec<String>)> {
    let figures = |it: &[yiwang_reports::Figure]| it.iter().map(|it| it.text().unwrap_or_else(|| "-".to_owned())).collect();
    let row = |it: &yiwang_reports::TableRow| {
        let keys = it
            .period_label
            .iter()
            .cloned()
            .chain(it.groups.iter().map(|it| it.title.clone()));
        (keys.collect::<Vec<_>>().join(" "), figures(&it.figures))
    };
    table
        .rows
        .iter()
        .map(row)
        .chain([("合计".to_owned(), figures(&table.totals))])
        .collect()
}
