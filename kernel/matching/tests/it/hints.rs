use serde_json::{Map, Value as Json, json};
use yiwang_matching::Matching;
use yiwang_records::Ctx;
use yiwang_testkit::system::{BOTH, On, TestSystem};

const APP: &str = "format: 1\napp: finds\ntitle: 失物\nprovides: [find, department]\n";
const TOWN: &str = "
format: 1
register: department
title: 镇
key: code
fields:
  - {name: code, title: 代码, type: text}
";
const FIND: &str = "
format: 1
register: find
title: 失物
label: title
similar: {point: spot, time: seen_at, phone: phone, class: kind, title: title, text: words}
fields:
  - {name: title, title: 标题, type: text, required: true}
  - {name: words, title: 描述, type: long_text}
  - {name: kind, title: 类别, type: choice, dictionary: find_kind}
  - {name: spot, title: 位置, type: point}
  - {name: seen_at, title: 时间, type: datetime}
  - {name: phone, title: 电话, type: phone, sensitive: true}
  - {name: town, title: 镇, type: reference, register: department, index: true}
";
const KINDS: &str = "
format: 1
dictionary: find_kind
title: 类别
entries: [{code: bag, title: 包}, {code: key, title: 钥匙}]
";
const ROLES: &str = "
format: 1
roles:
  - role: clerk
    title: 经办
    grants:
      - {register: find, actions: [read, create], scope: all, reveal: [phone]}
      - {register: department, actions: [create], scope: all}
  - role: local
    title: 镇里
    grants: [{register: find, actions: [read], scope: \"department:town\"}]
  - role: blind
    title: 不看电话
    grants: [{register: find, actions: [read], scope: all, hide: [phone, spot]}]
  - role: public
    title: 公众
    grants: [{register: find, actions: [create], scope: all}]
";

struct Office {
    system: TestSystem,
    matching: Matching,
    clerk: Ctx,
    /// Sees the records of town `a`, phones masked.
    local: Ctx,
    /// Sees all records, neither phone nor place.
    blind: Ctx,
}

impl Office {
    async fn open(on: On) -> Office {
        let files = [
            ("apps/finds/app.yaml", APP),
            ("apps/finds/registers/department.yaml", TOWN),
            ("apps/finds/registers/find.yaml", FIND),
            ("apps/finds/dictionaries/find_kind.yaml", KINDS),
            ("apps/finds/roles.yaml", ROLES),
        ];
        let system = TestSystem::open(on, &files).await;
        let clerk = system.staff("clerk1", "office", &["clerk"], &[]).await;
        for code in ["a", "b"] {
            system
                .records
                .create(&clerk, "department", &object(json!({ "code": code })))
                .await
                .expect("town");
        }
        Office {
            matching: Matching::new(system.records.clone()),
            local: system.staff("local1", "a", &["local"], &[]).await,
            blind: system.staff("blind1", "office", &["blind"], &[]).await,
            clerk,
            system,
        }
    }

    async fn find(&self, fields: Json) -> String {
        self.system
            .records
            .create(&self.clerk, "find", &object(fields))
            .await
            .expect("find")
            .id
    }

    /// Titles and reasons of the hints.
    async fn hints(&self, ctx: &Ctx, id: &str) -> Vec<(String, Vec<String>)> {
        let found = self.matching.hints(ctx, "find", id).await.expect("hints");
        found.into_iter().map(|it| (it.title, it.reasons)).collect()
    }

    async fn titles(&self, ctx: &Ctx, id: &str) -> Vec<String> {
        self.hints(ctx, id).await.into_iter().map(|it| it.0).collect()
    }

    async fn audited(&self) -> u64 {
        self.system.records.verify_audit().await.expect("audit").rows
    }
}

fn object(json: Json) -> Map<String, Json> {
    json.as_object().cloned().unwrap_or_default()
}

fn at(lon: f64) -> Json {
    json!({ "lon": lon, "lat": 29.2 })
}

async fn cast(office: &Office) -> String {
    let day = |day: u32| format!("2026-10-{day:02}T08:00:00+08:00");
    for fields in [
        json!({ "title": "附近的包", "spot": at(119.400_2), "kind": "bag", "seen_at": day(8), "town": "a" }),
        json!({ "title": "同一个人的事", "phone": "13900001234", "seen_at": "2026-07-01T08:00:00+08:00", "town": "a" }),
        json!({ "title": "红色双肩包在车站", "seen_at": "2025-01-01T08:00:00+08:00", "town": "b" }),
        json!({ "title": "车站的红色双肩包", "words": "车站里有一个红色的双肩包", "seen_at": day(7), "town": "b" }),
        json!({ "title": "远处的包", "spot": at(119.5), "kind": "bag", "seen_at": day(8), "town": "a" }),
        json!({ "title": "很久以前的包", "spot": at(119.4), "kind": "bag", "seen_at": "2026-01-08T08:00:00+08:00", "town": "a" }),
    ] {
        office.find(fields).await;
    }
    let new = json!({ "title": "红色双肩包在车站", "words": "车站里有一个红色双肩包", "spot": at(119.4), "kind": "bag", "phone": "13900001234", "seen_at": day(8), "town": "a" });
    office.find(new).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_way_of_being_alike_is_found_and_said() {
    for on in BOTH {
        let office = Office::open(on).await;
        let new = cast(&office).await;
        let rows = office.audited().await;
        let found = office.hints(&office.clerk, &new).await;
        let named: Vec<(&str, &str)> = found.iter().map(|it| (it.0.as_str(), it.1[0].as_str())).collect();
        assert_eq!(
            named,
            [
                ("附近的包", "距离约 19 米"),
                ("车站的红色双肩包", "文字相似 75%"),
                ("红色双肩包在车站", "标题相同"),
            ],
            "{on:?}"
        );
        assert_eq!(
            office.audited().await,
            rows,
            "who sees the phone in clear compares it without a note"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hints_stay_within_what_the_reader_sees() {
    for on in BOTH {
        let office = Office::open(on).await;
        let new = cast(&office).await;
        let rows = office.audited().await;
        assert_eq!(office.titles(&office.local, &new).await, ["附近的包"], "town b is outside");
        assert_eq!(office.audited().await, rows + 1, "a masked phone is looked up with a note");
        assert_eq!(
            office.titles(&office.blind, &new).await,
            ["车站的红色双肩包", "红色双肩包在车站"],
            "no place, no phone"
        );
        assert_eq!(office.audited().await, rows + 1, "a hidden phone is not looked up");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_that_are_no_record_yet_are_compared_too() {
    for on in BOTH {
        let office = Office::open(on).await;
        cast(&office).await;
        let ask = async |ctx: &Ctx, values: Json| {
            let found = office
                .matching
                .hints_for_new(ctx, "find", &object(values))
                .await
                .expect("hints");
            found.into_iter().map(|it| it.title).collect::<Vec<_>>()
        };
        let near = json!({ "spot": at(119.4002), "seen_at": "2026-10-08T09:00", "kind": "no such kind", "title": 7 });
        assert_eq!(ask(&office.clerk, near).await, ["附近的包", "红色双肩包在车站"]);
        let phone = json!({ "phone": "+86 139 0000 1234", "kind": "bag", "seen_at": "2026-10-08T08:00:00+08:00" });
        assert_eq!(
            ask(&office.clerk, phone.clone()).await,
            ["红色双肩包在车站"],
            "the same phone, the same class, that day"
        );
        let public = Ctx::new(yiwang_authz::Subject::public().into());
        assert_eq!(ask(&public, phone).await, Vec::<String>::new(), "no right to read, no hints");
        assert_eq!(
            ask(&office.clerk, json!({ "spot": "nowhere", "phone": "1" })).await,
            Vec::<String>::new()
        );
        assert!(
            office
                .matching
                .hints_for_new(&office.clerk, "department", &Map::new())
                .await
                .expect("no fields named")
                .is_empty()
        );
    }
}
