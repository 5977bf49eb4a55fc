//! Two nodes on one PostgreSQL behave as one: what one is told the other knows within two seconds, and a timer fires once.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use yiwang_records::{KeyRing, Options, Records};
use yiwang_registry::{LOOK_EVERY, Registry, SourceFile};
use yiwang_store::{Config, Store};
use yiwang_testkit::time::{ManualClock, SeededEntropy};
use yiwang_types::Offset;

use crate::client::{Body, People, photo, until};
use crate::site::{On, Site, last_line, refused_start, yiwang};

const CASES: &str = "/registers/urban_case/records";

struct Nodes {
    one: Site,
    two: Site,
    /// The same people with the same sessions, at either node.
    here: People,
    there: People,
}

impl Nodes {
    fn start(names: &[&str]) -> Nodes {
        let one = Site::demo(On::Postgres);
        let shared = one.data().join("files");
        let two = one.second_node(&["--files", &shared.display().to_string()]);
        let here = People::at(&one.base).signed_in(names);
        let there = here.moved(&two.base);
        Nodes { one, two, here, there }
    }
}

/// The definitions inside the binary.
fn definitions() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = [yiwang_identity::package(), yiwang_space::package_files()].concat();
    read_below(&root.join("apps"), "apps", &mut files);
    read_below(&root.join("overlays"), "overlays", &mut files);
    files
}

fn read_below(folder: &Path, prefix: &str, files: &mut Vec<SourceFile>) {
    for entry in std::fs::read_dir(folder).expect("folder") {
        let entry = entry.expect("entry");
        let path = format!("{prefix}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().expect("type").is_dir() {
            read_below(&entry.path(), &path, files);
        } else if [".yaml", ".bpmn", ".dmn", ".html"].iter().any(|it| path.ends_with(it)) {
            let bytes = std::fs::read(entry.path()).expect("file").into();
            files.push(SourceFile { path, bytes });
        }
    }
}

/// Puts changed definitions in force, as a third node with newer files does when it starts. Each change is a file, what stood there, and
/// what stands there now.
fn activate(site: &Site, changes: &[(&str, &str, &str)]) {
    let mut files = definitions();
    for (path, old, new) in changes {
        let file = files.iter_mut().find(|it| it.path == *path).expect(path);
        let text = std::str::from_utf8(&file.bytes).expect("text");
        assert!(text.contains(old), "{path} has no longer {old}");
        file.bytes = text.replace(old, new).into_bytes().into();
    }
    let keys = std::fs::read_to_string(site.data().join("keys")).expect("keys");
    let url = site.url().expect("PostgreSQL").to_owned();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("runtime");
    runtime.block_on(async {
        let options = Options {
            store: Store::open(Config::postgres(url)).await.expect("store"),
            keys: KeyRing::parse(&keys).expect("keys"),
            clock: Arc::new(ManualClock::at("2026-10-09T09:00:00+08:00")),
            entropy: Arc::new(SeededEntropy::new(1)),
            offset: Offset::CHINA,
        };
        let records = Records::open(options).await.expect("records");
        let registry = Registry::open(records.clone(), &files).await.expect("registry");
        let broken: Vec<String> = registry.current().diagnostics.iter().map(ToString::to_string).collect();
        assert!(broken.is_empty(), "{broken:?}");
        records.store().clone().close().await;
    });
}

fn report(title: &str) -> Json {
    let place = json!({ "lon": 127.5006, "lat": 43.0496 });
    json!({ "source": "hotline", "title": title, "description": "路灯不亮", "location": place })
}

/// A case at the unit's desk; gives its id.
fn dispatched(people: &People, title: &str) -> String {
    let case = people.post("intake1", CASES, None, &Body::Json(report(title))).good(title);
    let step = |who: &str, before: &Json, body: Json| {
        let task = before["answer"]["tasks"][0]["id"].as_str().expect("a task");
        people
            .post(who, &format!("/tasks/{task}/complete"), None, &Body::Json(body))
            .good(title)
    };
    let filing = json!({ "outcome": "file", "form": { "class": "E0110", "condition": "E0110-2" } });
    let filed = step("intake1", &case, filing);
    step("dispatcher1", &filed, json!({ "outcome": "dispatch" }));
    case["id"].as_str().expect("id").to_owned()
}

#[test]
fn what_one_node_is_told_the_other_knows_within_two_seconds() {
    // What a node remembers of others is at most so old; the conditions below are waited for, the bound is here.
    assert!(LOOK_EVERY.as_millis() * 2 <= 2_000 && yiwang_identity::FRESH <= 2_000);
    let mut nodes = Nodes::start(&["admin", "intake1", "chief1", "collector1", "handler2", "leader1"]);
    sessions(&mut nodes);
    files(&nodes);
    rights(&nodes);
    definitions_in_force(&nodes);
}

fn sessions(nodes: &mut Nodes) {
    nodes.there.get("leader1", "/me").good("a session begun at the first node");
    let gone = nodes
        .here
        .call("leader1", "DELETE", "/session", None, &Body::None)
        .expect("answer");
    assert_eq!(gone.status, 204);
    until("a session ended at the first node is over at the second", || {
        nodes.there.get("leader1", "/me").status == 401
    });
    nodes.there.sign_in("leader1");
    nodes.here = nodes.there.moved(&nodes.one.base);
    nodes.here.get("leader1", "/me").good("a session begun at the second node");
}

fn files(nodes: &Nodes) {
    let content = photo(7);
    let taken = nodes
        .here
        .post("intake1", "/files", None, &Body::Photo(content.clone()))
        .good("upload");
    let id = taken["id"].as_str().expect("id");
    let path = format!("/files/{id}");
    assert_eq!(
        nodes.there.get("intake1", &path).body,
        content,
        "uploaded at one, read at two"
    );
    let mut case = report("照片在另一台上传");
    case["photos"] = json!([id]);
    nodes
        .there
        .post("intake1", CASES, None, &Body::Json(case))
        .good("a case with it, at two");
    for people in [&nodes.here, &nodes.there] {
        assert_eq!(people.get("chief1", &path).body, content, "read by right of the case");
    }
}

fn rights(nodes: &Nodes) {
    for people in [&nodes.here, &nodes.there] {
        people.get("handler2", CASES).good("before");
    }
    let found = nodes
        .here
        .get("admin", "/registers/user/records?filter=username%20%3D%20%27handler2%27")
        .good("user");
    let user = &found["items"][0];
    let path = format!("/registers/user/records/{}", user["id"].as_str().expect("id"));
    let version = format!("\"{}\"", user["version"]);
    let body = Body::Json(json!({ "posts": ["leader_city"] }));
    let changed = nodes.here.send("admin", "PATCH", &path, &[("if-match", &version)], &body);
    changed.expect("answer").good("another post");
    until("the post taken away at the first node is gone at the second", || {
        let me = nodes.there.get("handler2", "/me").good("me");
        me["posts"][0]["post"] == "leader_city" && me["posts"].as_array().is_some_and(|it| it.len() == 1)
    });
}

fn definitions_in_force(nodes: &Nodes) {
    let create = |people: &People| {
        people
            .post("collector1", CASES, None, &Body::Json(report("采集员上报")))
            .status
    };
    assert_eq!([create(&nodes.here), create(&nodes.there)], [201, 201]);
    let role = "actions: [read, create], scope: [participant";
    activate(
        &nodes.one,
        &[
            ("apps/urban/roles.yaml", role, "actions: [read], scope: [participant"),
            (
                "apps/urban/processes/urban_case.bpmn",
                "<bpmn:userTask id=\"intake\" name=\"受理\">",
                "<bpmn:userTask id=\"intake\" name=\"受理登记\">",
            ),
        ],
    );
    for people in [&nodes.here, &nodes.there] {
        until("a grant withdrawn by a third node is withdrawn here", || {
            create(people) == 403
        });
        until("a process activated by a third node is in force here", || {
            people
                .get("chief1", "/processes/urban_case")
                .good("process")
                .to_string()
                .contains("受理登记")
        });
    }
}

#[test]
fn a_timer_fires_once_whichever_node_sees_it_due() {
    let mut nodes = Nodes::start(&["intake1", "dispatcher1", "chief1"]);
    // A limit of nothing: the timer is due as soon as the case is at the unit.
    let limit = "<yw:clock id=\"handling\" title=\"处置时限\" limit=\"=record.limit\"";
    let none = "<yw:clock id=\"handling\" title=\"处置时限\" limit='={amount: 0, unit: \"urgent-minute\"}'";
    activate(&nodes.one, &[("apps/urban/processes/urban_case.bpmn", limit, none)]);
    for people in [&nodes.here, &nodes.there] {
        until("the process is in force", || {
            people
                .get("chief1", "/processes/urban_case")
                .good("process")
                .to_string()
                .contains("amount: 0")
        });
    }
    let mut cases: Vec<String> = (0..12)
        .map(|at| dispatched(if at % 2 == 0 { &nodes.here } else { &nodes.there }, &format!("到期{at}")))
        .collect();
    fired_once(&nodes.there, &cases);
    // With one node gone the other fires alone.
    nodes.one.kill();
    let alone: Vec<String> = (0..3).map(|at| dispatched(&nodes.there, &format!("独自{at}"))).collect();
    fired_once(&nodes.there, &alone);
    cases.extend(alone);
    fired_once(&nodes.there, &cases);
    let verified = yiwang().args(["audit", "verify", "--data"]).arg(nodes.two.data()).output();
    let (line, _) = last_line(&verified.expect("verify"));
    assert!(line.ends_with("findings=0 完整"), "{line}");
}

/// Waits until each case is marked late, and looks that exactly one timer did it.
fn fired_once(people: &People, cases: &[String]) {
    for id in cases {
        let of = |rest: &str| people.get("chief1", &format!("{CASES}/{id}{rest}")).good(id);
        until("the timer fired", || of("")["fields"]["overdue"] == true);
        let timeline = of("/timeline");
        let timers = timeline["items"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|it| it["act"] == "timer");
        assert_eq!(timers.count(), 1, "{id}\n{timeline:#}");
    }
}

#[test]
fn a_node_that_would_keep_files_for_itself_is_refused() {
    let site = Site::demo(On::Postgres);
    let folder = tempfile::tempdir().expect("folder");
    site.hand_keys(folder.path());
    let url = site.url().expect("PostgreSQL");
    let told = refused_start(&folder.path().join("data"), &["--database", url]);
    assert!(told.contains("--files"), "{told}");
}
