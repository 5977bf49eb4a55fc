//! Each step of a case as the requirements tell it: what must be given, what is refused, what is left behind.

use serde_json::{Value as Json, json};

use crate::client::{Answer, Body, People, photo};
use crate::site::{BOTH, Site};

/// In a cell of the first collector and far from any border.
const HERE: (f64, f64) = (127.5006, 43.0496);
const RECORDS: &str = "/registers/urban_case/records";

/// The office at work.
struct Office {
    people: People,
    site: Site,
}

impl Office {
    fn open() -> Office {
        let site = Site::demo(BOTH[0]);
        let staff = [
            "intake1",
            "chief1",
            "dispatcher1",
            "handler1",
            "handler2",
            "collector1",
            "supervisor1",
            "leader1",
        ];
        Office {
            people: People::at(&site.base).signed_in(&staff),
            site,
        }
    }

    fn get(&self, who: &str, path: &str) -> Json {
        self.people.get(who, path).good(&format!("{who} GET {path}"))
    }

    fn post(&self, who: &str, path: &str, body: &Json) -> Answer {
        self.people.post(who, path, None, &Body::Json(body.clone()))
    }

    /// A new case; its id.
    fn report(&self, who: &str, fields: &Json) -> String {
        let made = self.post(who, RECORDS, fields).good(&format!("{who} {fields}"));
        text(&made["id"])
    }

    fn fields(&self, case: &str) -> Json {
        self.fields_as("chief1", case)
    }

    fn fields_as(&self, who: &str, case: &str) -> Json {
        self.get(who, &format!("{RECORDS}/{case}"))["fields"].clone()
    }

    fn status(&self, case: &str) -> String {
        text(&self.get("chief1", &format!("{RECORDS}/{case}"))["status"])
    }

    /// The tasks of this person on the case.
    fn tasks(&self, who: &str, case: &str) -> Vec<Json> {
        let page = self.get(who, "/tasks?box=todo&limit=200");
        let items = page["items"].as_array().cloned().unwrap_or_default();
        items.into_iter().filter(|it| it["record"]["id"] == case).collect()
    }

    /// An act on the one task this person has on the case.
    fn act(&self, who: &str, case: &str, act: &str, body: &Json) -> Answer {
        let tasks = self.tasks(who, case);
        let [task] = tasks.as_slice() else {
            panic!("{who} has {} tasks on {case}", tasks.len())
        };
        self.post(who, &format!("/tasks/{}/{act}", text(&task["id"])), body)
    }

    fn complete(&self, who: &str, case: &str, body: &Json) {
        self.act(who, case, "complete", body).good(&format!("{who} {body}"));
    }

    fn upload(&self, who: &str, number: u64) -> String {
        text(
            &self
                .people
                .post(who, "/files", None, &Body::Photo(photo(number)))
                .good("a photo")["id"],
        )
    }

    /// The entry of the timeline with that act and a comment, seen by somebody.
    fn entries(&self, who: &str, case: &str, act: &str) -> Vec<Json> {
        let timeline = self.get(who, &format!("{RECORDS}/{case}/timeline"));
        let items = timeline["items"].as_array().cloned().unwrap_or_default();
        items.into_iter().filter(|it| it["act"] == act).collect()
    }

    /// A case of a class, filed.
    fn filed(&self, title: &str, class: &str, condition: &str) -> String {
        let case = self.report("intake1", &report(title, "hotline"));
        let form = json!({ "class": class, "condition": condition });
        self.complete("intake1", &case, &json!({ "outcome": "file", "form": form }));
        case
    }
}

fn text(json: &Json) -> String {
    json.as_str().unwrap_or_else(|| panic!("{json} is no text")).to_owned()
}

fn report(title: &str, source: &str) -> Json {
    json!({ "title": title, "description": title, "source": source, "location": { "lon": HERE.0, "lat": HERE.1 } })
}

/// A refused act: status, and the field or sentence that is named.
#[track_caller]
fn refused(answer: &Answer, status: u16, part: &str) {
    let told = String::from_utf8_lossy(&answer.body);
    assert!(answer.status == status && told.contains(part), "{} {told}", answer.status);
}

// covers: S4.1.6, S4.5.2, S4.5.3
#[test]
fn every_source_comes_into_one_list_with_its_mark_and_is_counted() {
    let office = Office::open();
    let sources = [
        "hotline",
        "website",
        "complaint",
        "video",
        "leader",
        "media",
        "inspection",
        "mayor_line",
    ];
    let of_month = |source: &str| {
        let table = office.get("chief1", "/registers/urban_case/stats/sources_by_month");
        let rows = table["rows"].as_array().cloned().unwrap_or_default();
        let mine = rows.iter().filter(|it| it["groups"][0]["key"] == source);
        let count = |it: &Json| it["figures"][0]["text"].as_str().and_then(|it| it.parse::<i64>().ok());
        mine.filter_map(count).sum::<i64>()
    };
    let all: Vec<&str> = sources.iter().copied().chain(["collector", "portal"]).collect();
    let before: Vec<i64> = all.iter().map(|it| of_month(it)).collect();

    let mut cases: Vec<(String, &str)> = sources
        .iter()
        .map(|source| (office.report("intake1", &report(&format!("来自{source}"), source)), *source))
        .collect();
    let photos = [office.upload("collector1", 1)];
    let seen = json!({ "title": "巡查看到的坑", "location": { "lon": HERE.0, "lat": HERE.1 }, "class": "E0110", "photos": photos, "source": "collector" });
    cases.push((office.report("collector1", &seen), "collector"));
    let told = json!({ "title": "居民看到的坑", "description": "路上有坑", "location": { "lon": HERE.0, "lat": HERE.1 } });
    office.post("", "/public/urban_case", &told).good("a public report");
    let list = office.get(
        "intake1",
        &format!("{RECORDS}?q=%E5%B1%85%E6%B0%91%E7%9C%8B%E5%88%B0%E7%9A%84%E5%9D%91"),
    );
    cases.push((text(&list["items"][0]["id"]), "portal"));

    for (case, source) in &cases {
        let tasks = office.tasks("intake1", case);
        assert_eq!(tasks.len(), 1, "{source} is in the list of intake");
        assert_eq!(tasks[0]["record"]["fields"]["source"], *source, "{}", tasks[0]);
    }
    for (source, before) in all.iter().zip(before) {
        assert_eq!(of_month(source), before + 1, "{source}");
    }
    // A leader's instruction keeps the deadline he gave.
    let mut order = report("市里交办的事", "leader");
    order["foreign_due_at"] = json!("2031-05-06T17:30:00+08:00");
    let fields = office.fields(&office.report("intake1", &order));
    assert_eq!(
        (&fields["source"], &fields["foreign_due_at"]),
        (&json!("leader"), &order["foreign_due_at"])
    );
}

// covers: S4.5.1
#[test]
fn a_call_is_taken_down_and_one_about_the_same_thing_is_pointed_out() {
    let office = Office::open();
    let form = office.get("intake1", "/registers/urban_case")["forms"]["intake_report"]["fields"].to_string();
    for field in ["class", "location", "address", "description", "reporter_phone"] {
        assert!(
            form.contains(&format!("\"{field}\"")),
            "the form of a call asks for {field}: {form}"
        );
    }
    let mut call = report("县前街路面塌陷", "hotline");
    for (field, value) in [
        ("class", "E0110"),
        ("reporter_name", "李女士"),
        ("reporter_phone", "19900004321"),
    ] {
        call[field] = json!(value);
    }
    let first = office.report("intake1", &call);
    let fields = office.fields(&first);
    for field in ["class", "reporter_name", "reporter_phone", "description", "location"] {
        assert_eq!(fields[field], call[field], "{field}");
    }
    let second = office.report("intake1", &call);
    let similar = office.get("intake1", &format!("{RECORDS}/{second}/similar"));
    let hint = similar["items"]
        .as_array()
        .and_then(|it| it.iter().find(|it| it["id"] == *first));
    let reasons = hint.map(|it| it["reasons"].to_string()).unwrap_or_default();
    assert!(reasons.contains("电话") && reasons.contains("米"), "{similar}");
}

// covers: S4.5.4
#[test]
fn a_report_is_accepted_refused_with_a_reason_or_looked_at() {
    let office = Office::open();
    let reason = "不属城市管理,已告知";
    let turned_away = office.report("intake1", &report("楼上漏水", "hotline"));
    let form = json!({ "not_accepted_to": "物业公司,电话 0431-0000000", "answer": "室内漏水请找物业" });
    let without = json!({ "outcome": "not_accept", "form": form });
    refused(&office.act("intake1", &turned_away, "complete", &without), 422, "comment");
    refused(
        &office.act(
            "intake1",
            &turned_away,
            "complete",
            &json!({ "outcome": "not_accept", "comment": reason }),
        ),
        422,
        "not_accepted_to",
    );
    office.complete(
        "intake1",
        &turned_away,
        &json!({ "outcome": "not_accept", "comment": reason, "form": form }),
    );
    assert_eq!(office.status(&turned_away), "NOT_ACCEPTED");
    let code = text(&office.fields(&turned_away)["progress_code"]);
    let told = office.get("", &format!("/public/progress/{code}")).to_string();
    assert!(told.contains("物业公司") && told.contains("室内漏水请找物业"), "{told}");

    let unclear = office.report("intake1", &report("好像有坑", "hotline"));
    refused(
        &office.act("intake1", &unclear, "complete", &json!({ "outcome": "verify" })),
        422,
        "comment",
    );
    office.complete("intake1", &unclear, &json!({ "outcome": "verify", "comment": "请到现场看" }));
    assert!(office.tasks("intake1", &unclear).is_empty(), "the collector has it");
    let finding = json!({ "finding_confirmed": true, "finding": "有坑,约半米" });
    office.complete("collector1", &unclear, &json!({ "outcome": "answer", "form": finding }));
    let file = json!({ "class": "E0110", "condition": "E0110-2" });
    office.complete("intake1", &unclear, &json!({ "outcome": "file", "form": file }));
    assert_eq!(office.status(&unclear), "FILED");
}

// covers: S4.1.2, S4.5.5, S4.5.6, S4.8.4
#[test]
fn a_filed_case_has_number_class_cell_and_the_limit_of_the_manual() {
    let office = Office::open();
    let mut limits = Vec::new();
    for (class, condition) in [("E0110", "E0110-2"), ("E0102", "E0102-1")] {
        let case = office.filed(&format!("一件 {class}"), class, condition);
        let fields = office.fields(&case);
        let (number, cell) = (text(&fields["case_number"]), text(&fields["cell"]));
        assert!(number.len() == 10 && number.bytes().all(|it| it.is_ascii_digit()), "{number}");
        assert_eq!((&fields["class"], cell.len()), (&json!(class), 15));
        let seen = office.fields_as("dispatcher1", &case);
        assert!(seen["closing_standard"].is_string(), "the result that is asked for: {seen}");
        let suggestion = &seen["suggestion"];
        assert!(
            suggestion["unit"].is_string() && suggestion["limit"]["amount"].is_number(),
            "{suggestion}"
        );
        limits.push((suggestion["unit"].clone(), suggestion["limit"].clone()));
        assert_eq!(office.tasks("dispatcher1", &case).len(), 1, "it is with the dispatcher");
        office.complete("dispatcher1", &case, &json!({ "outcome": "dispatch" }));
        let fields = office.fields(&case);
        assert_eq!(
            (&fields["handler"], &fields["limit"]),
            (&limits[limits.len() - 1].0, &limits[limits.len() - 1].1)
        );
    }
    let event = office.filed("一件事件", "E0110", "E0110-2");
    let component = office.report("intake1", &report("一件部件", "hotline"));
    let form = json!({ "class": "C0101", "condition": "C01M-1", "ownerless": true });
    office.complete("intake1", &component, &json!({ "outcome": "file", "form": form }));
    for (case, kind) in [(event, "event"), (component, "component")] {
        assert_eq!(office.fields(&case)["kind"], kind);
    }
    let mut outside = report("在县外", "hotline");
    outside["location"] = json!({ "lon": 120.0, "lat": 30.0 });
    refused(&office.post("intake1", RECORDS, &outside), 422, "place-outside");
    assert_ne!(limits[0].0, limits[1].0, "the unit goes by the class");
    assert_ne!(limits[0].1, limits[1].1, "the limit goes by the class");
}

// covers: S4.6.2, S4.6.3, S4.6.4
#[test]
fn a_unit_gets_its_orders_returns_what_is_not_its_own_is_urged_and_replies() {
    let office = Office::open();
    let case = office.filed("路面破损", "E0110", "E0110-2");
    let order = json!({ "requirement": "夜间施工要设警示灯" });
    office.complete("dispatcher1", &case, &json!({ "outcome": "dispatch", "form": order }));
    let fields = office.fields(&case);
    assert!(
        fields["handler"].is_string() && fields["limit"]["amount"].is_number(),
        "{fields}"
    );
    let history = office.get("handler1", &format!("{RECORDS}/{case}/history")).to_string();
    assert!(
        history.contains("夜间施工要设警示灯"),
        "the unit reads what is required: {history}"
    );

    let elsewhere = json!({ "proposed_handler": "huanwei" });
    refused(
        &office.act("handler1", &case, "return", &json!({ "form": elsewhere })),
        422,
        "comment",
    );
    office
        .act(
            "handler1",
            &case,
            "return",
            &json!({ "comment": "这一段由环卫负责", "form": elsewhere }),
        )
        .good("return");
    assert_eq!(
        (office.status(&case).as_str(), &office.fields(&case)["return_count"]),
        ("FILED", &json!(1))
    );
    let again = json!({ "handler": "huanwei", "reason": "按退回的建议" });
    office.complete("dispatcher1", &case, &json!({ "outcome": "dispatch", "form": again }));

    for words in ["今天要有结果", "还没有动静,请回话"] {
        let path = format!("{RECORDS}/{case}/acts/urge");
        refused(&office.post("dispatcher1", &path, &json!({})), 422, "comment");
        office.post("dispatcher1", &path, &json!({ "comment": words })).good("urge");
    }
    let urged = office.entries("dispatcher1", &case, "urge");
    let words: Vec<&str> = urged.iter().filter_map(|it| it["comment"].as_str()).collect();
    assert!(
        words.contains(&"今天要有结果") && words.contains(&"还没有动静,请回话"),
        "{urged:?}"
    );
    assert_eq!(office.fields(&case)["urge_count"], 2);

    let photo = office.upload("handler2", 5);
    let without = json!({ "outcome": "reply", "form": { "reply": "已修好" } });
    refused(&office.act("handler2", &case, "complete", &without), 422, "reply_photos");
    let reply = json!({ "reply": "已铣刨重铺", "reply_photos": [photo] });
    office.complete("handler2", &case, &json!({ "outcome": "reply", "form": reply }));
    let fields = office.fields(&case);
    assert_eq!(
        (&fields["reply"], &fields["reply_photos"]),
        (&reply["reply"], &reply["reply_photos"])
    );
    let done = office.entries("dispatcher1", &case, "complete");
    let done = done
        .iter()
        .find(|it| it["outcome"] == "reply")
        .unwrap_or_else(|| panic!("{done:?}"));
    assert!(
        done["at"].is_string() && done["subject_name"].as_str().is_some_and(|it| !it.is_empty()),
        "{done}"
    );
}

// covers: S4.1.9, S4.5.7
#[test]
fn who_handled_neither_checks_nor_closes_and_nothing_closes_unchecked() {
    let office = Office::open();
    let before = office.upload("intake1", 6);
    let mut call = report("路面沉降", "hotline");
    call["photos"] = json!([before]);
    let case = office.report("intake1", &call);
    let file = json!({ "class": "E0110", "condition": "E0110-2" });
    office.complete("intake1", &case, &json!({ "outcome": "file", "form": file }));
    office.complete("dispatcher1", &case, &json!({ "outcome": "dispatch" }));
    assert!(
        office.tasks("chief1", &case).iter().all(|it| it["element"] != "close"),
        "not while it is handled"
    );
    let reply = json!({ "reply": "已修好", "reply_photos": [office.upload("handler1", 7)] });
    office.complete("handler1", &case, &json!({ "outcome": "reply", "form": reply }));

    assert!(office.tasks("handler1", &case).is_empty(), "the unit is done");
    assert!(office.tasks("chief1", &case).is_empty(), "not before the check");
    let check = &office.tasks("collector1", &case)[0];
    let solved = json!({ "outcome": "solved", "form": { "check_result": "平整", "check_photos": [] } });
    let path = format!("/tasks/{}/complete", text(&check["id"]));
    assert!(
        [403, 404].contains(&office.post("handler1", &path, &solved).status),
        "a unit does not check itself"
    );
    let form = json!({ "check_result": "平整", "check_photos": [office.upload("collector1", 8)] });
    office.complete("collector1", &case, &json!({ "outcome": "solved", "form": form }));
    let close = format!("/tasks/{}/complete", text(&office.tasks("chief1", &case)[0]["id"]));
    for who in ["handler1", "collector1", "dispatcher1"] {
        let answer = office.post(who, &close, &json!({ "outcome": "close" }));
        assert!([403, 404].contains(&answer.status), "{who} does not close: {}", answer.status);
    }
    office.complete("chief1", &case, &json!({ "outcome": "close" }));
    let fields = office.fields(&case);
    assert_eq!(office.status(&case), "CLOSED");
    assert_eq!(fields["photos"], json!([before]), "before");
    assert_eq!(
        (&fields["reply_photos"], &fields["check_photos"]),
        (&reply["reply_photos"], &form["check_photos"]),
        "after"
    );
    for id in [&fields["photos"][0], &fields["check_photos"][0]] {
        let answer = office.people.get("chief1", &format!("/files/{}", text(id)));
        assert!(
            answer.status == 200 && answer.body.starts_with(b"\x89PNG"),
            "{}",
            answer.status
        );
    }
    drop(office.site);
}
