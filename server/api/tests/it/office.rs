//! An invented office with one register, its process and its people; and a client that speaks HTTP without a network.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use futures::future::{BoxFuture, FutureExt as _, ready};
use serde_json::Value as Json;
use tower::ServiceExt as _;
use yiwang_api::{Account, Admitted, DirectoryEntry, Doorkeeper, Options, Services};
use yiwang_authz::Subject;
use yiwang_files::{FileService, Files, Limits};
use yiwang_records::{Ctx, Refresh};
use yiwang_space::Space;
use yiwang_testkit::system::{On, TestSystem, staff};
use yiwang_types::{Code, Fault, FieldFault, Instant};

const FILES: [(&str, &str); 8] = [
    (
        "apps/office/reports/by_source.yaml",
        r#"
format: 1
report: by_source
title: 来源统计
register: request
period: {field: created_at, grain: month}
group: [source]
measures:
  - {name: all, title: 件数, count: "title is not null"}
  - {name: rated, title: 评价数, count: "rating is not null"}
  - {name: rate, title: 评价率, ratio: [rated, all], unit: "%"}
"#,
    ),
    (
        "apps/office/app.yaml",
        "format: 1\napp: office\ntitle: 办事\nprovides: [request]\n",
    ),
    (
        "apps/office/registers/request.yaml",
        r#"
format: 1
register: request
title: 申请
label: title
process: request
progress_code: code
numbers:
  - {field: number, pattern: "SQ{yyyy}{seq:4}", at: create}
fields:
  - {name: number, title: 编号, type: text, computed: true}
  - {name: code, title: 查询码, type: text, computed: true}
  - {name: title, title: 标题, type: text, max: 30, required: true}
  - {name: words, title: 内容, type: long_text}
  - {name: source, title: 来源, type: choice, dictionary: request_source}
  - {name: phone, title: 电话, type: phone, sensitive: true, mask: phone}
  - {name: photos, title: 照片, type: files, kinds: [image]}
  - {name: foreign, title: 外编号, type: text}
  - {name: answer, title: 答复, type: long_text, computed: true}
  - {name: urged, title: 催办次数, type: integer, computed: true}
  - {name: rating, title: 评价, type: integer, computed: true, min: 1, max_value: 5}
unique: [[foreign]]
"#,
    ),
    (
        "apps/office/dictionaries/request_source.yaml",
        "format: 1\ndictionary: request_source\ntitle: 来源\nsource: 测试\nentries:\n  - {code: web, title: 网页}\n  - {code: desk, title: 窗口}\n",
    ),
    (
        "apps/office/dictionaries/request_state.yaml",
        r#"
format: 1
dictionary: request_state
title: 状态
source: 测试
entries:
  - {code: OPEN, title: 待办, values: {public: 已收到, public_step: 正在看}}
  - {code: DONE, title: 办结, values: {public: 已结束, public_step: 已经答复}}
"#,
    ),
    (
        "apps/office/roles.yaml",
        r#"
format: 1
roles:
  - role: desk
    title: 窗口
    grants:
      - {register: request, actions: [read, create, update, delete, history], acts: [urge], scope: all, reveal: [phone]}
  - role: reader
    title: 查阅
    grants:
      - {register: request, actions: [read], scope: all}
      - {report: by_source, actions: [read, export], scope: all}
  - role: nobody
    title: 无关
    grants: []
  - role: public
    title: 公众
    grants:
      - {register: request, actions: [create], scope: all}
"#,
    ),
    (
        "apps/office/portal/texts.yaml",
        r#"
format: 1
portal: office
register: request
form: report
set: {source: web}
title_from: words
state_dictionary: request_state
progress:
  answers:
    - {field: answer, title: 答复}
    - {field: phone, title: 电话}
  photos: {field: photos, title: 照片}
"#,
    ),
    ("apps/office/processes/request.bpmn", PROCESS),
];

const FORMS: [(&str, &str); 3] = [
    (
        "apps/office/forms/report.yaml",
        r#"
format: 1
form: report
register: request
title: 反映
create: {roles: [desk], set: {source: desk}}
fields:
  - {field: title}
  - {field: words, required: true}
  - {field: phone}
rules:
  - {when: "string length(record.words) >= 4", field: words, message: 写得太短, remedy: 多写几个字}
"#,
    ),
    (
        "apps/office/forms/answer.yaml",
        "format: 1\nform: answer\nregister: request\ntitle: 答复\nfields:\n  - {field: answer, required: true}\n",
    ),
    (
        "apps/office/forms/rate.yaml",
        "format: 1\nform: rate\nregister: request\ntitle: 评价\nfields:\n  - {field: rating, required: true}\n",
    ),
];

const PROCESS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:yw="urn:yiwang:bpmn:1" id="d" targetNamespace="urn:test">
  <bpmn:process id="request" name="申请" isExecutable="true">
    <bpmn:extensionElements>
      <yw:process register="request"/>
      <yw:clock id="look" title="办理时限" limit='={amount: 2, unit: "working-day"}' runsWhile="look"/>
      <yw:act name="urge" title="催办" comment="required" count="urged"/>
      <yw:act name="rate" title="评价" form="rate" when='=record.answer != null'/>
    </bpmn:extensionElements>
    <bpmn:startEvent id="start"/>
    <bpmn:userTask id="look" name="办理">
      <bpmn:extensionElements>
        <zeebe:userTask/>
        <zeebe:assignmentDefinition candidateGroups="desk"/>
        <yw:task status="OPEN" clock="look" lease="PT5M"/>
        <yw:outcome id="answer" title="答复" form="answer"/>
        <yw:outcome id="refuse" title="不予办理" comment="required"/>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:endEvent id="end"><bpmn:extensionElements><yw:end status="DONE"/></bpmn:extensionElements></bpmn:endEvent>
    <bpmn:sequenceFlow id="a" sourceRef="start" targetRef="look"/>
    <bpmn:exclusiveGateway id="which" default="d2"/>
    <bpmn:sequenceFlow id="b" sourceRef="look" targetRef="which"/>
    <bpmn:sequenceFlow id="c" sourceRef="which" targetRef="end"><bpmn:conditionExpression>=outcome = "answer"</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="d2" sourceRef="which" targetRef="end"/>
  </bpmn:process>
</bpmn:definitions>
"#;

/// In front of a session whose password must be changed first.
pub const MUST_CHANGE: &str = "new-";

/// Lets in whoever has a name as token or session.
pub struct Door {
    people: HashMap<String, Arc<Subject>>,
    /// Requests that no person made.
    at_rest: Arc<AtomicUsize>,
}

impl Door {
    fn find(&self, name: &str) -> Result<Arc<Subject>, Fault> {
        if name.starts_with(MUST_CHANGE) {
            return Err(Fault::new(Code::PasswordMustChange, "密码须先修改才能继续;请设一个新密码。"));
        }
        self.people
            .get(name)
            .cloned()
            .ok_or_else(|| Fault::new(Code::NotSignedIn, "会话已失效;请重新登录。"))
    }
}

impl Doorkeeper for Door {
    fn sign_in<'a>(&'a self, username: &'a str, password: &'a str, _: &'a str) -> BoxFuture<'a, Result<Admitted, Fault>> {
        assert_ne!(username, "panic", "the secret of the log");
        let expires = Instant::parse("2026-10-09T21:00:00+08:00").unwrap();
        let admitted = match self.people.get(username) {
            Some(subject) if password == "right" => Ok(Admitted {
                token: username.to_owned(),
                subject: Arc::clone(subject),
                expires,
                must_change: false,
            }),
            _ => Err(Fault::new(Code::SignInFailed, "账号或密码不对。")),
        };
        ready(admitted).boxed()
    }

    fn session<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Arc<Subject>, Fault>> {
        ready(self.find(token)).boxed()
    }

    fn token<'a>(&'a self, bearer: &'a str) -> BoxFuture<'a, Result<Arc<Subject>, Fault>> {
        ready(self.find(bearer)).boxed()
    }

    fn sign_out<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<(), Fault>> {
        ready(Ok(())).boxed()
    }

    fn account<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Account, Fault>> {
        let account = self.find(token.trim_start_matches(MUST_CHANGE)).map(|subject| Account {
            subject,
            must_change: token.starts_with(MUST_CHANGE),
        });
        ready(account).boxed()
    }

    fn session_at_rest<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Arc<Subject>, Fault>> {
        self.at_rest.fetch_add(1, Ordering::Relaxed);
        self.session(token)
    }

    fn account_at_rest<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Account, Fault>> {
        self.at_rest.fetch_add(1, Ordering::Relaxed);
        self.account(token)
    }

    fn change_password<'a>(&'a self, _: &'a str, current: &'a str, new: &'a str) -> BoxFuture<'a, Result<(), Fault>> {
        let wrong = FieldFault::new("current", "wrong", "原密码不对", "重新填写");
        let changed = if current == "right" && new != current {
            Ok(())
        } else {
            Err(Fault::invalid(vec![wrong]))
        };
        ready(changed).boxed()
    }

    fn entries(&self, register: &str) -> Option<Vec<DirectoryEntry>> {
        let entry = |value: &str, title: &str| DirectoryEntry {
            value: value.to_owned(),
            title: title.to_owned(),
            note: Some(format!("{title}全称")),
            words: vec![format!("{title}全称")],
            account: None,
        };
        (register == "department").then(|| vec![entry("d2", "二单位"), entry("d1", "一单位")])
    }

    fn refresh(&self) -> Option<Refresh> {
        None
    }

    fn department(&self, code: &str) -> Option<String> {
        (code == "d1").then(|| "一单位".to_owned())
    }

    fn division(&self, _: &str) -> Option<String> {
        None
    }
}

fn help() -> yiwang_help::Pages {
    let page = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let manual = [
        page("todo.md", "# 待办\n\n先办**快到期**的。\n"),
        page("README.md", "# 写给写手\n"),
    ];
    yiwang_help::Pages::of(manual, [])
}

/// The running office.
pub struct Office {
    pub system: TestSystem,
    pub router: Router,
    pub ready: Arc<AtomicBool>,
    pub at_rest: Arc<AtomicUsize>,
    _folder: tempfile::TempDir,
}

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("no JSON: {}", String::from_utf8_lossy(&self.bytes)))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|it| it.to_str().unwrap())
    }

    /// Status, code and a part of the Chinese sentence of a problem.
    #[track_caller]
    pub fn problem(&self, status: u16, code: Code, words: &str) -> Json {
        let text = String::from_utf8_lossy(&self.bytes);
        assert_eq!(self.status.as_u16(), status, "{text}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{text}");
        let json = self.json();
        assert_eq!(
            (json["code"].as_str(), json["status"].as_u64()),
            (Some(code.as_str()), Some(u64::from(status))),
            "{text}"
        );
        assert_eq!(json["type"], format!("/docs/errors/{code}"));
        assert_eq!(json["title"], code.title());
        assert!(json["detail"].as_str().unwrap().contains(words), "“{words}” is not in {text}");
        let number = self.header("x-request-id").unwrap();
        assert_eq!(json["instance"], format!("urn:yiwang:request:{number}"));
        json
    }

    #[track_caller]
    pub fn ok(self, status: u16) -> Reply {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }
}

impl Office {
    pub async fn open() -> Office {
        Office::on(On::Sqlite, Options::default()).await
    }

    pub async fn on(on: On, options: Options) -> Office {
        Office::with(on, options, &[], &[]).await
    }

    /// The office with a further app and records of it, made before anybody signs in: they may move the rights.
    pub async fn with(on: On, options: Options, more: &[(&str, &str)], seeds: &[(&str, Json)]) -> Office {
        let files: Vec<(&str, &str)> = FILES.iter().chain(&FORMS).chain(more).copied().collect();
        let system = TestSystem::open(on, &files).await;
        for (register, fields) in seeds {
            let fields = fields.as_object().unwrap();
            system
                .records
                .create(&Ctx::job("seed"), register, fields)
                .await
                .expect(register);
        }
        let epoch = system.records.epochs().await.unwrap().rights;
        let people = [
            ("anna", "desk"),
            ("bert", "desk"),
            ("rosa", "reader"),
            ("nico", "nobody"),
            ("olga", "blind"),
        ];
        let people = people.map(|(name, role)| (name.to_owned(), Arc::new(staff(name, "d1", &[role], &[], epoch))));
        let folder = tempfile::tempdir().unwrap();
        let (ready, at_rest) = (Arc::new(AtomicBool::new(true)), Arc::default());
        let services = Services {
            records: system.records.clone(),
            processes: system.processes.clone(),
            registry: Arc::clone(&system.registry),
            identity: Arc::new(Door {
                people: people.into_iter().collect(),
                at_rest: Arc::clone(&at_rest),
            }),
            files: FileService::open(system.records.clone(), Files::open(folder.path(), Limits::default()).unwrap())
                .await
                .unwrap(),
            space: Space::open(system.records.clone(), None).await.unwrap(),
            help: Arc::new(help()),
            clock: system.clock.clone(),
            demo: true,
            ready: Arc::clone(&ready),
        };
        Office {
            router: yiwang_api::router(services, options),
            system,
            ready,
            at_rest,
            _folder: folder,
        }
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Reply {
            status: parts.status,
            headers: parts.headers,
            bytes,
        }
    }

    /// A call as somebody (with a bearer token), or as nobody for the empty name.
    pub async fn call(&self, who: &str, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if !who.is_empty() {
            request = request.header("authorization", format!("Bearer {who}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).unwrap()).await
    }

    pub async fn get(&self, who: &str, path: &str) -> Reply {
        self.call(who, Method::GET, path, &[], Body::empty()).await
    }

    pub async fn post(&self, who: &str, path: &str, body: Json) -> Reply {
        self.call(
            who,
            Method::POST,
            path,
            &[("content-type", "application/json")],
            body.to_string(),
        )
        .await
    }

    /// A new request made by anna; its id.
    pub async fn request(&self, fields: Json) -> String {
        let made = self
            .post("anna", "/api/v1/registers/request/records", fields)
            .await
            .ok(201)
            .json();
        made["id"].as_str().unwrap().to_owned()
    }

    /// The open task of a request.
    pub async fn task_of(&self, id: &str) -> String {
        let tasks = self.get("anna", "/api/v1/tasks?box=todo").await.ok(200).json();
        let mine = tasks["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["record_id"] == id)
            .expect("an open task");
        mine["id"].as_str().unwrap().to_owned()
    }
}
