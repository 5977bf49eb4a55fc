//! The invented app and its people.

use serde_json::{Map, Value as Json, json};
use yiwang_process::{ActInput, NewMatter, TaskListParams, Writer};
use yiwang_records::{Ctx, Saved};
use yiwang_testkit::system::{On, TestSystem};
use yiwang_types::{Code, Fault};

pub const FILES: &[(&str, &str)] = &[
    ("apps/repairs/app.yaml", include_str!("app/app.yaml")),
    ("apps/repairs/registers/repair.yaml", include_str!("app/repair.yaml")),
    ("apps/repairs/registers/division.yaml", include_str!("app/division.yaml")),
    ("apps/repairs/registers/department.yaml", include_str!("app/department.yaml")),
    ("apps/repairs/dictionaries/repair_kind.yaml", include_str!("app/kinds.yaml")),
    ("apps/repairs/roles.yaml", include_str!("app/roles.yaml")),
    ("apps/repairs/forms/file.yaml", include_str!("app/forms.yaml")),
    ("apps/repairs/forms/reply.yaml", include_str!("app/form_reply.yaml")),
    ("apps/repairs/forms/extend.yaml", include_str!("app/form_extend.yaml")),
    ("apps/repairs/forms/suspend.yaml", include_str!("app/form_suspend.yaml")),
    ("apps/repairs/forms/rate.yaml", include_str!("app/form_rate.yaml")),
    ("apps/repairs/decisions/who.dmn", include_str!("app/repair.dmn")),
    ("apps/repairs/processes/repair.bpmn", include_str!("app/repair.bpmn")),
];

/// A repair office with its people.
pub struct Office {
    pub system: TestSystem,
    pub clerk: Ctx,
    pub clerk2: Ctx,
    pub chief: Ctx,
    pub worker: Ctx,
    pub checker: Ctx,
}

impl Office {
    pub async fn open(on: On) -> Office {
        let system = TestSystem::open(on, FILES).await;
        let seed = Ctx::job("seed");
        for (register, code) in [("division", "9901"), ("department", "lights"), ("department", "water")] {
            let mut fields = object(json!({ "code": code, "title": format!("名{code}") }));
            if register == "department" {
                fields.insert("hotline".into(), json!("13911112222"));
            }
            system.records.create(&seed, register, &fields).await.expect("seed");
        }
        Office {
            clerk: system.staff("clerk1", "centre", &["clerk"], &["99"]).await,
            clerk2: system.staff("clerk2", "centre", &["clerk"], &["99"]).await,
            chief: system.staff("chief1", "centre", &["chief"], &["99"]).await,
            worker: system.staff("worker1", "lights", &["worker"], &[]).await,
            checker: system.staff("checker1", "field", &["checker"], &["9901"]).await,
            system,
        }
    }

    pub async fn report(&self) -> Saved {
        self.report_with(json!({ "title": "路灯不亮", "phone": "13900001234" }))
            .await
            .expect("report")
    }

    pub async fn report_with(&self, fields: Json) -> Result<Saved, Fault> {
        let new = NewMatter {
            fields: object(fields),
            notes: Map::new(),
            writer: Writer::Outside,
        };
        self.system.processes.create(&self.clerk, "repair", &new).await
    }

    /// The first task in somebody's box on that record.
    pub async fn task(&self, who: &Ctx, saved: &Saved) -> String {
        let params = TaskListParams {
            limit: Some(200),
            ..TaskListParams::default()
        };
        let page = self.system.processes.tasks(who, &params).await.expect("tasks");
        let found = page.items.into_iter().find(|it| it.record_id == saved.id);
        found
            .unwrap_or_else(|| panic!("{} has no task on {}", who.subject.id, saved.id))
            .id
            .expect("a task")
    }

    pub async fn act(&self, who: &Ctx, saved: &Saved, act: &str, input: ActInput) -> Result<Saved, Fault> {
        let task = self.task(who, saved).await;
        self.system.processes.act(who, &task, act, &input).await
    }

    /// A case that waits at the unit, dispatched at the present moment.
    pub async fn dispatched(&self) -> Saved {
        let saved = self.report().await;
        self.act(&self.clerk, &saved, "complete", file()).await.expect("file")
    }

    pub async fn clocks(&self, saved: &Saved) -> Vec<yiwang_process::ClockView> {
        let clocks = self.system.processes.clocks(&self.clerk, "repair", &saved.id).await;
        clocks.expect("clocks")
    }

    pub async fn timeline(&self, saved: &Saved) -> Vec<yiwang_records::Entry> {
        let timeline = self.system.records.timeline(&self.clerk, "repair", &saved.id).await;
        timeline.expect("timeline")
    }

    /// The reporter rates by his code.
    pub async fn rate(&self, saved: &Saved) -> Result<Saved, Fault> {
        let public = Ctx::new(std::sync::Arc::new(yiwang_authz::Subject::public()));
        let rate = ActInput {
            form: object(json!({ "rating": 4 })),
            ..ActInput::default()
        };
        let code = self.field(saved, "code").await.as_str().expect("a code").to_lowercase();
        self.system
            .processes
            .act_by_code(&public, "repair", &code, "rate", &rate)
            .await
    }

    pub async fn field(&self, saved: &Saved, name: &str) -> Json {
        let view = self
            .system
            .records
            .get(&self.clerk, "repair", &saved.id)
            .await
            .expect("record");
        view.fields.get(name).cloned().unwrap_or(Json::Null)
    }
}

pub fn object(json: Json) -> Map<String, Json> {
    json.as_object().cloned().unwrap_or_default()
}

pub fn with(outcome: &str, form: Json) -> ActInput {
    ActInput {
        outcome: Some(outcome.to_owned()),
        form: object(form),
        comment: None,
    }
}

pub fn saying(comment: &str, form: Json) -> ActInput {
    ActInput {
        outcome: None,
        form: object(form),
        comment: Some(comment.to_owned()),
    }
}

pub fn file() -> ActInput {
    with("file", json!({ "kind": "lamp", "area": "9901" }))
}

pub fn reply() -> ActInput {
    with("reply", json!({ "reply": "已换灯泡", "cost": "12.5" }))
}

pub fn unsolved() -> ActInput {
    ActInput {
        comment: Some("没修好".to_owned()),
        ..with("unsolved", json!({}))
    }
}

/// The code of a refusal.
pub fn refused(result: Result<Saved, Fault>) -> Code {
    result.expect_err("refused").code
}
