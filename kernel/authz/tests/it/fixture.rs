//! A register with every kind of scope, and roles over it.

use std::sync::Arc;

use yiwang_authz::{ScopeTerm, Seat, Subject, SubjectKind};
use yiwang_feel::Env;
use yiwang_model::{Model, SourceFile, load};
use yiwang_types::{Instant, Offset};

const REGISTERS: &str = "format: 1
register: matter
title: 案卷
division: division
fields:
  - {name: title, title: 标题, type: text}
  - {name: phone, title: 电话, type: phone, sensitive: true}
  - {name: reporter, title: 姓名, type: person_name, sensitive: true}
  - {name: contact_allowed, title: 允许联系, type: boolean}
  - {name: handler, title: 单位, type: reference, register: department}
  - {name: found_by, title: 发现人, type: reference, register: user}
";

/// A Model with the register `matter`, the report `monthly` and these grants, each `ROLE: GRANT` in YAML.
pub fn model_with(grants: &[(&str, &str)]) -> Model {
    let mut roles = String::from("format: 1\nroles:\n  - {role: none, title: 无授权, grants: []}\n");
    for (role, grant) in grants {
        roles.push_str(&format!("  - {{role: \"{role}\", title: 角色{role}, grants: [{grant}]}}\n"));
    }
    let simple = |name: &str, title: &str| {
        format!("format: 1\nregister: {name}\ntitle: {title}\nkey: code\nfields: [{{name: code, title: 代码, type: text}}]\n")
    };
    let report =
        "format: 1\nreport: monthly\ntitle: 月报\nregister: matter\nmeasures: [{name: all, title: 总数, count: \"true\"}]\n";
    let files = [
        ("kernel/app.yaml", "format: 1\napp: system\ntitle: 系统\n".to_owned()),
        ("kernel/registers/division.yaml", simple("division", "区划")),
        ("kernel/registers/department.yaml", simple("department", "单位")),
        ("kernel/registers/user.yaml", simple("user", "用户")),
        ("kernel/registers/matter.yaml", REGISTERS.to_owned()),
        ("kernel/reports/monthly.yaml", report.to_owned()),
        ("kernel/roles.yaml", roles),
    ];
    let source = |(path, text): (&str, String)| SourceFile {
        path: path.to_owned(),
        bytes: Arc::from(text.into_bytes()),
    };
    let (model, found) = load(&files.map(source));
    assert!(found.is_empty(), "{found:#?}");
    model
}

pub fn staff(id: &str, seats: Vec<Seat>) -> Subject {
    Subject {
        kind: SubjectKind::Staff,
        id: id.to_owned(),
        name: "张三".to_owned(),
        seats,
        on_behalf: None,
        rights_epoch: 1,
    }
}

pub fn seat(department: &str, divisions: &[&str], roles: &[&str]) -> Seat {
    let owned = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let below = DEPARTMENTS
        .into_iter()
        .filter(|it| it.starts_with(department))
        .collect::<Vec<_>>();
    let above = DEPARTMENTS
        .into_iter()
        .filter(|it| department.starts_with(it))
        .collect::<Vec<_>>();
    Seat {
        post: format!("post-{department}"),
        department: department.to_owned(),
        department_path: owned(&above),
        departments_below: owned(&below),
        divisions: owned(divisions),
        roles: owned(roles),
    }
}

/// Departments; one whose code begins with another's lies below it.
pub const DEPARTMENTS: [&str; 4] = ["A", "A1", "A12", "B"];
/// Divisions, likewise.
pub const DIVISIONS: [&str; 4] = ["99", "9901", "990101", "9902"];

pub fn env() -> Env {
    Env {
        now: Instant::from_millis(0),
        offset: Offset::CHINA,
    }
}

/// A record as far as scopes look at it.
#[derive(Clone, Debug)]
pub struct Record {
    pub division: &'static str,
    pub handler: &'static str,
    pub found_by: &'static str,
    pub participants: Vec<&'static str>,
    pub contact_allowed: bool,
}

/// What the store does with the terms.
pub fn covers(record: &Record, scope: &[ScopeTerm]) -> bool {
    scope.iter().any(|term| match term {
        ScopeTerm::All => true,
        ScopeTerm::Division(codes) => codes.iter().any(|it| record.division.starts_with(it.as_str())),
        ScopeTerm::Department { field, codes } => field == "handler" && codes.iter().any(|it| it == record.handler),
        ScopeTerm::Own { field, user } => field == "found_by" && user == record.found_by,
        ScopeTerm::Participant { user, departments } => record
            .participants
            .iter()
            .any(|it| it == user || departments.iter().any(|department| department == it)),
    })
}
