//! Who plays: the demo users, and for units without a user a program that holds the unit's post.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use yiwang_authz::{Seat, Subject, SubjectKind};
use yiwang_process::Processes;
use yiwang_records::Ctx;
use yiwang_records::rows::Lane;
use yiwang_types::{Code, Fault};

use crate::Cast;
use crate::script::Who;

/// Users who act on cases.
const USERS: [&str; 8] = [
    "collector1",
    "collector2",
    "intake1",
    "chief1",
    "dispatcher1",
    "handler1",
    "handler2",
    "supervisor1",
];

/// The players of one loading.
pub(crate) struct Company {
    users: BTreeMap<&'static str, Arc<Subject>>,
    /// Short titles of departments.
    titles: BTreeMap<String, String>,
    rights_epoch: i64,
    units: Mutex<BTreeMap<String, Arc<Subject>>>,
}

impl Company {
    pub(crate) async fn gather(processes: &Processes, cast: &dyn Cast) -> Result<Company, Fault> {
        let mut users = BTreeMap::new();
        for name in USERS {
            users.insert(name, cast.subject(name).await?);
        }
        let model = processes.records().model();
        let seeds = model
            .seeds
            .iter()
            .filter(|it| it.register == "department")
            .flat_map(|it| &it.records);
        let text = |it: &serde_json::Map<String, serde_json::Value>, key: &str| {
            it.get(key).and_then(|it| it.as_str()).map(str::to_owned)
        };
        let titles = seeds
            .filter_map(|it| Some((text(it, "code")?, text(it, "short_title").or_else(|| text(it, "title"))?)))
            .collect();
        let rights_epoch = processes.records().epochs().await?.rights;
        Ok(Company {
            users,
            titles,
            rights_epoch,
            units: Mutex::default(),
        })
    }

    /// In the bulk lane: people at their screens go first.
    pub(crate) fn ctx(&self, who: &Who) -> Result<Ctx, Fault> {
        let subject = match who {
            Who::Public => Arc::new(Subject::public()),
            Who::User(name) => self.user(name)?,
            Who::Collector(grid) => self.holder(&format!("collector@{grid}")).ok_or_else(|| nobody(grid))?,
            Who::Handler(unit) => self.holder(&format!("handler@{unit}")).unwrap_or_else(|| self.program(unit)),
        };
        // A visitor's uploads are his by the key of his session; the demo's visitors share one.
        let owner = matches!(who, Who::Public).then(|| "visitor-of-the-demo".to_owned());
        Ok(Ctx {
            lane: Lane::Bulk,
            owner,
            ..Ctx::new(subject)
        })
    }

    fn user(&self, name: &str) -> Result<Arc<Subject>, Fault> {
        self.users.get(name).cloned().ok_or_else(|| nobody(name))
    }

    fn holder(&self, pool: &str) -> Option<Arc<Subject>> {
        self.users
            .values()
            .find(|it| it.pools().iter().any(|mine| mine == pool))
            .cloned()
    }

    /// A program with the handler's post of a unit: history and audit say that it was the demo, not a person.
    fn program(&self, unit: &str) -> Arc<Subject> {
        let make = || {
            let seat = Seat {
                post: format!("handler_{unit}"),
                department: unit.to_owned(),
                department_path: vec![unit.to_owned()],
                departments_below: vec![unit.to_owned()],
                divisions: vec![],
                roles: vec!["handler".to_owned()],
            };
            Arc::new(Subject {
                kind: SubjectKind::Token,
                id: format!("demo-{unit}"),
                name: format!("{}经办人", self.titles.get(unit).map_or(unit, String::as_str)),
                seats: vec![seat],
                on_behalf: None,
                rights_epoch: self.rights_epoch,
            })
        };
        match self.units.lock() {
            Ok(mut units) => Arc::clone(units.entry(unit.to_owned()).or_insert_with(make)),
            Err(_) => make(),
        }
    }
}

fn nobody(name: &str) -> Fault {
    Fault::new(Code::NotFound, format!("演示数据缺少人员“{name}”;请先载入演示用户。"))
}
