//! A small county: the kernel's registers, one app, one place. Tests change single files of it.

use std::sync::Arc;

use yiwang_model::{Model, SourceFile, load};
use yiwang_types::{Diagnostic, Severity};

pub const DIVISION: &str = "format: 1
register: division
title: 行政区划
key: code
system: true
fields:
  - {name: code, title: 代码, type: text, max: 15}
  - {name: title, title: 名称, type: text, required: true}
  - {name: parent, title: 上级, type: reference, register: division}
";

pub const CASE: &str = "format: 1
register: upkeep_case
title: 城管案卷
label: title
process: upkeep_case
numbers:
  - {field: report_number, pattern: \"SB{yyyyMMdd}{seq:5}\", at: create}
  - {field: case_number, pattern: \"{yyyy}{seq:6}\", at: act, gapless: true}
progress_code: progress_code
division: division
fields:
  - {name: title, title: 标题, type: text, max: 20, required: true}
  - {name: description, title: 描述, type: long_text}
  - {name: class, title: 类别, type: choice, dictionary: upkeep_class}
  - {name: location, title: 位置, type: point, index: true}
  - {name: reporter_name, title: 姓名, type: person_name, sensitive: true}
  - {name: reporter_phone, title: 联系电话, type: phone, sensitive: true, mask: phone}
  - {name: contact_allowed, title: 允许联系, type: boolean, default: false}
  - {name: handler, title: 处置单位, type: reference, register: department, index: true}
  - {name: found_by, title: 发现人, type: reference, register: user}
  - {name: report_number, title: 上报编号, type: text}
  - {name: case_number, title: 案卷号, type: text}
  - {name: progress_code, title: 查询码, type: text}
  - {name: return_count, title: 退回次数, type: integer, default: 0, computed: true}
  - {name: cost, title: 费用, type: money, min: 0, max_value: 1000.5}
  - {name: photos, title: 照片, type: files, kinds: [image], max_count: 3}
  - {name: reported_at, title: 上报时间, type: datetime}
  - {name: found_on, title: 发现日期, type: date}
  - {name: plate, title: 车牌, type: text, pattern: \"[A-Z]{2}[0-9]+\", help: 两个大写字母加数字}
  - {name: surface, title: 范围, type: area}
  - {name: tags, title: 标签, type: choice, dictionary: upkeep_class, many: true}
unique: [[title, found_on]]
rules:
  - {when: \"record.contact_allowed != true or record.reporter_phone != null\", field: reporter_phone, message: 允许联系时要留电话, remedy: 填写电话或取消允许联系}
";

pub const CLASSES: &str = "format: 1
dictionary: upkeep_class
title: 部件事件类别
source: CJ/T 214-2007
entries:
  - {code: C01, title: 公用设施}
  - {code: C0101, title: 上水井盖, parent: C01, from: 2007-01-01, values: {kind: part}}
  - {code: E0101, title: 旧类别, until: 2020-12-31}
  - {code: E0102, title: 新类别, from: 2030-01-01}
";

pub const ROLES: &str = "format: 1
roles:
  - role: intake
    title: 受理员
    grants:
      - register: upkeep_case
        actions: [read, create, update]
        acts: [urge]
        scope: all
        reveal: [reporter_phone]
        reveal_when: \"record.contact_allowed = true\"
        hide: [progress_code]
      - {report: by_month, actions: [read], scope: [division, \"department:handler\", \"own:found_by\", participant]}
  - {role: \"job:import\", title: 导入任务, grants: [{register: upkeep_case, actions: [create], scope: all}]}
";

pub const FORM: &str = "format: 1
form: intake_file
register: upkeep_case
title: 立案
fields:
  - {field: class, required: true}
  - {field: title}
  - {name: finding, title: 核实情况, type: long_text, required: true}
  - {name: remark, title: 备注, type: text, into: comment}
rules:
  - {when: \"=form.finding != null and record.class_entry.code != null\", field: finding, message: 要写核实情况, remedy: 填写}
";

pub const REPORT: &str = "format: 1
report: by_month
title: 月度统计
register: upkeep_case
period: {field: reported_at, grain: month}
group: [handler]
order: official
measures:
  - {name: filed, title: 立案数, count: \"case_number is not null\"}
  - {name: reworks, title: 返工次数, sum: return_count}
  - {name: rate, title: 立案率, ratio: [filed, reworks], unit: \"%\"}
  - {name: waiting, title: 未立案数, count: \"case_number is null\", means: 还没有立案的}
  - {name: reported, title: 上报数, count: \"\"}
";

const IMPORT: &str = "format: 1
import: voted
register: upkeep_case
source: {kind: csv, encoding: utf-8}
match: [title]
fields:
  title: {column: subject}
  description: {column: body}
  reported_at: {column: time, type: datetime}
  contact_allowed: {value: false}
history: [votes_for]
";

const OVERLAY: &str = "format: 1
place: lanxi
division: 990124
title: 澜溪县
apps: [upkeep]
footer: {host: 澜溪县人民政府}
parameters: {upkeep.close_by: chief}
";

const CALENDAR: &str = "format: 1
calendar: office
title: 办公时间
years: [2026]
hours: [{from: 2018-01-01, periods: [\"08:30-12:00\", \"13:30-17:30\"]}]
days: [{date: 2026-10-01, work: false, name: 国庆节}, {date: 2026-10-10, work: true}]
";

/// All files of the county.
pub fn county() -> Vec<(&'static str, String)> {
    let simple = |name: &str, title: &str| {
        format!(
            "format: 1\nregister: {name}\ntitle: {title}\nsystem: true\nfields:\n  - {{name: title, title: 名称, type: text}}\n"
        )
    };
    vec![
        ("kernel/app.yaml", "format: 1\napp: system\ntitle: 系统\nprovides: [division, department, user]\n".to_owned()),
        ("kernel/registers/division.yaml", DIVISION.to_owned()),
        ("kernel/registers/department.yaml", simple("department", "单位").replace("fields:", "key: title\nfields:")),
        ("kernel/registers/user.yaml", simple("user", "用户")),
        (
            "apps/upkeep/app.yaml",
            "format: 1\napp: upkeep\ntitle: 智慧城管\nprovides: [upkeep_case]\nneeds: [division, department, user]\nparameters: [{name: close_by, title: 谁结案, default: chief, choices: [chief, clerk]}]\n".to_owned(),
        ),
        ("apps/upkeep/registers/upkeep_case.yaml", CASE.to_owned()),
        ("apps/upkeep/dictionaries/upkeep_class.yaml", CLASSES.to_owned()),
        ("apps/upkeep/roles.yaml", ROLES.to_owned()),
        ("apps/upkeep/forms/intake_file.yaml", FORM.to_owned()),
        ("apps/upkeep/reports/by_month.yaml", REPORT.to_owned()),
        ("apps/upkeep/imports/voted.yaml", IMPORT.to_owned()),
        ("apps/upkeep/processes/upkeep_case.bpmn", "<definitions/>".to_owned()),
        ("apps/upkeep/decisions/dispatch.dmn", "<definitions/>".to_owned()),
        ("apps/upkeep/portal/report.html", "<p>上报</p>".to_owned()),
        ("overlays/lanxi/overlay.yaml", OVERLAY.to_owned()),
        ("overlays/lanxi/calendar/office.yaml", CALENDAR.to_owned()),
        (
            "overlays/lanxi/seed/10_division.yaml",
            "format: 1\nregister: division\nrecords:\n  - {code: 0990124, title: 澜溪县}\n".to_owned(),
        ),
    ]
}

/// The county with some files replaced, added, or (empty text) taken away.
pub fn county_with(changes: &[(&'static str, &str)]) -> Vec<SourceFile> {
    let mut files = county();
    for (path, text) in changes {
        files.retain(|it| it.0 != *path);
        if !text.is_empty() {
            files.push((path, (*text).to_owned()));
        }
    }
    files
        .into_iter()
        .map(|(path, text)| SourceFile {
            path: path.to_owned(),
            bytes: Arc::from(text.into_bytes()),
        })
        .collect()
}

pub fn loaded(changes: &[(&'static str, &str)]) -> (Model, Vec<Diagnostic>) {
    load(&county_with(changes))
}

/// The county's Model; it has no mistakes.
pub fn whole() -> Model {
    let (model, found) = loaded(&[]);
    assert_eq!(lines(&found), Vec::<String>::new());
    model
}

/// Diagnostics as `file:line:column code`.
pub fn lines(found: &[Diagnostic]) -> Vec<String> {
    let word = |it: &Diagnostic| if it.severity == Severity::Error { "" } else { " (warning)" };
    found
        .iter()
        .map(|it| {
            format!(
                "{}:{}:{} {}{}",
                it.place.file,
                it.place.line,
                it.place.column,
                it.code,
                word(it)
            )
        })
        .collect()
}
