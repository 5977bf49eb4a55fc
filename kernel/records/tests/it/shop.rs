//! An invented register of permits, its people, and a plain model of who sees what.

use serde_json::{Map, Value as Json, json};
use yiwang_records::{Ctx, ListParams, Saved};
use yiwang_testkit::system::{On, TestSystem};
use yiwang_types::Fault;

const APP: &str = "
format: 1
app: permits
title: 许可
provides: [permit, division, department]
";

const DIVISION: &str = "
format: 1
register: division
title: 区域
label: code
key: code
fields:
  - {name: code, title: 代码, type: text, required: true}
";

const DEPARTMENT: &str = "
format: 1
register: department
title: 单位
label: code
key: code
fields:
  - {name: code, title: 代码, type: text, required: true}
";

const PERMIT: &str = "
format: 1
register: permit
title: 许可证
label: title
division: area
numbers:
  - {field: number, pattern: \"XK{yyyy}{seq:4}\", at: create}
  - {field: seal, pattern: \"Z{yyyy}{seq:3}\", at: act, gapless: true}
fields:
  - {name: title, title: 名称, type: text, required: true, max: 20}
  - {name: number, title: 编号, type: text, computed: true}
  - {name: seal, title: 证号, type: text, computed: true}
  - {name: area, title: 区域, type: reference, register: division}
  - {name: unit, title: 单位, type: reference, register: department, index: true}
  - {name: owner, title: 持有人, type: text, index: true}
  - {name: phone, title: 电话, type: phone, sensitive: true, mask: phone}
  - {name: amount, title: 金额, type: money}
  - {name: size, title: 面积, type: decimal, scale: 1}
  - {name: day, title: 日期, type: date}
  - {name: at, title: 时刻, type: datetime}
  - {name: open, title: 公开, type: boolean}
  - {name: spot, title: 位置, type: point}
  - {name: code_a, title: 外系统, type: text}
  - {name: code_b, title: 外编号, type: text}
unique: [[code_a, code_b]]
";

const ROLES: &str = "
format: 1
roles:
  - role: all
    title: 全部
    grants:
      - {register: permit, actions: [read, create, update, delete, history], scope: all, reveal: [phone]}
  - role: taker
    title: 导出
    grants:
      - {register: permit, actions: [read, export], scope: all}
  - role: masked
    title: 脱敏
    grants:
      - {register: permit, actions: [read], scope: all}
  - role: narrow
    title: 不见
    grants:
      - {register: permit, actions: [read, history], scope: all, hide: [owner, spot, phone]}
  - role: untitled
    title: 不见名称
    grants:
      - {register: permit, actions: [read], scope: all, hide: [title]}
  - role: public
    title: 公众
    grants:
      - {register: permit, actions: [create], scope: all}
  - role: place
    title: 区域
    grants:
      - {register: permit, actions: [read, update], scope: division}
  - role: unit
    title: 单位
    grants:
      - {register: permit, actions: [read], scope: \"department:unit\"}
  - role: mine
    title: 本人
    grants:
      - {register: permit, actions: [read], scope: [\"own:owner\", \"own:created_by\"]}
  - role: nothing
    title: 无
    grants: []
  - role: \"job:seed\"
    title: 装载
    grants:
      - {register: division, actions: [read, create], scope: all}
      - {register: department, actions: [read, create], scope: all}
";

/// The shop with its people.
pub struct Shop {
    pub system: TestSystem,
    pub all: Ctx,
}

impl Shop {
    pub async fn open(on: On) -> Shop {
        let files = [
            ("apps/permits/app.yaml", APP),
            ("apps/permits/registers/division.yaml", DIVISION),
            ("apps/permits/registers/department.yaml", DEPARTMENT),
            ("apps/permits/registers/permit.yaml", PERMIT),
            ("apps/permits/roles.yaml", ROLES),
        ];
        let system = TestSystem::open(on, &files).await;
        let seed = Ctx::job("seed");
        for (register, code) in [
            ("division", "9901"),
            ("division", "990101"),
            ("division", "9902"),
            ("department", "a"),
            ("department", "b"),
        ] {
            system
                .records
                .create(&seed, register, &object(json!({ "code": code })))
                .await
                .expect("seed");
        }
        let all = system.staff("u-all", "a", &["all"], &[]).await;
        Shop { system, all }
    }

    pub async fn make(&self, fields: Json) -> Result<Saved, Fault> {
        self.system.records.create(&self.all, "permit", &object(fields)).await
    }

    /// Titles that somebody finds, in the order of the list.
    pub async fn titles(&self, who: &Ctx, params: &ListParams) -> Result<Vec<String>, Fault> {
        let page = self.system.records.list(who, "permit", params).await?;
        Ok(page.items.iter().map(|it| it.label.clone()).collect())
    }

    pub async fn found(&self, who: &Ctx, filter: &str) -> Result<Vec<String>, Fault> {
        let params = ListParams {
            filter: Some(filter.to_owned()),
            sort: Some("title".to_owned()),
            ..ListParams::default()
        };
        self.titles(who, &params).await
    }
}

pub fn object(json: Json) -> Map<String, Json> {
    json.as_object().cloned().unwrap_or_default()
}
