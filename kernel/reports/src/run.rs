//! A report of the model, run for one reader: counted within his scope, one statement a period, titles from directory and dictionaries.

mod labels;
mod span;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use yiwang_model::{Model, Register, Report};
use yiwang_records::{Ctx, Event, Figure as Wanted, Records, Tabulated, Tabulation};
use yiwang_types::{Code, Date, Fault};

use crate::{Definition, Empty, Formula, GroupLabel, Plan, Row, Table, Tally};

/// Title and 排序号 of the record of a register with that key (or id, where the register has no key); none when it is not known.
pub type Directory = Arc<dyn Fn(&str, &str) -> Option<GroupLabel> + Send + Sync>;

/// Runs the reports of the model.
#[derive(Clone)]
pub struct Reports {
    records: Records,
    directory: Directory,
}

/// Which periods and records a table is about. Without anything: the last 12 periods up to today, all records in the reader's scope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportParams {
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The day after the last; without it up to the end of the present period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// So many periods up to `until`, instead of `from`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<u32>,
    /// CQL2 over the register; fields that the reader does not always see in clear are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
}

/// A report that a subject may run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportInfo {
    /// Name.
    pub report: String,
    /// Title.
    pub title: String,
    /// Register it counts.
    pub register: String,
    /// Whether he may take the table out as a file.
    pub export: bool,
}

impl Reports {
    /// Over the records; `directory` tells titles and official order of departments, divisions, persons.
    pub fn new(records: Records, directory: Directory) -> Reports {
        Reports { records, directory }
    }

    /// The reports that the subject may run, by name.
    pub fn list(&self, ctx: &Ctx) -> Vec<ReportInfo> {
        let model = self.records.model();
        let may = |report: &str, export| self.records.permit_report(ctx, report, export).is_ok();
        let mine = model
            .reports
            .values()
            .filter(|it| may(&it.name, false) || may(&it.name, true));
        mine.map(|it| ReportInfo {
            report: it.name.clone(),
            title: it.title.clone(),
            register: it.register.clone(),
            export: may(&it.name, true),
        })
        .collect()
    }

    /// The table as this reader may see it.
    ///
    /// # Errors
    /// `not-found` for an unknown report; `forbidden`; `bad-request` for periods that make no sense; `bad-filter`; `masked-field`;
    /// `definition-broken` when the declaration does not hold together; what the store says.
    pub async fn run(&self, ctx: &Ctx, report: &str, params: &ReportParams) -> Result<Table, Fault> {
        self.table(ctx, report, params, false).await
    }

    /// The table as a CSV file, counted by the grants that let it be taken out. Noted in the audit chain of the subject.
    ///
    /// # Errors
    /// As [`Reports::run`].
    pub async fn export(&self, ctx: &Ctx, report: &str, params: &ReportParams) -> Result<String, Fault> {
        let table = self.table(ctx, report, params, true).await?;
        let content = json!({ "params": params, "rows": table.rows.len() });
        self.records
            .note(
                ctx,
                Event {
                    act: "export",
                    object: format!("report/{report}"),
                    content,
                },
                vec![],
            )
            .await?;
        Ok(table.to_csv())
    }

    async fn table(&self, ctx: &Ctx, name: &str, params: &ReportParams, export: bool) -> Result<Table, Fault> {
        let model = self.records.model();
        let (report, register) = find(&model, name)?;
        let plan = Plan::of(Definition::declared(report, register)).map_err(|faults| broken(report, &format!("{faults:?}")))?;
        let today = self.records.now().date(self.records.offset());
        let asked = span::of(plan.definition().period.as_ref().map(|it| it.grain), params, today)?;
        let figures: Vec<Wanted<'_>> = plan.counted().filter_map(|it| wanted(&it.formula)).collect();
        let what = Tabulation {
            report: name,
            export,
            group: &report.group,
            figures: &figures,
            spans: report.period.as_ref().map(|it| (it.field.as_str(), asked.spans.as_slice())),
            filter: params.filter.as_deref(),
        };
        let found = self.records.aggregate(ctx, &what).await?;
        let labels = labels::of(&model, register, report, &found, &self.directory, today);
        let mut tally = Tally::new(&plan, asked.range);
        for it in found {
            let Tabulated { span, group, values } = it;
            tally.add(&Row {
                day: span.map(|it| it.0),
                group,
                values,
            });
        }
        Ok(tally.finish(&labels, Empty::Leave))
    }
}

fn wanted(formula: &Formula) -> Option<Wanted<'_>> {
    match formula {
        Formula::Count { filter, .. } => Some(Wanted::Count(filter)),
        Formula::Sum { field, .. } => Some(Wanted::Sum(field)),
        Formula::Ratio { .. } => None,
    }
}

fn find<'a>(model: &'a Model, name: &str) -> Result<(&'a Report, &'a Register), Fault> {
    let unknown = || Fault::new(Code::NotFound, format!("没有名为“{name}”的统计表。"));
    let report = model.reports.get(name).ok_or_else(unknown)?;
    let register = model.registers.get(&report.register).ok_or_else(unknown)?;
    Ok((report, register))
}

fn broken(report: &Report, why: &str) -> Fault {
    Fault::new(
        Code::DefinitionBroken,
        format!("统计表“{}”的定义有误;请管理员查看应用检查结果。", report.title),
    )
    .because(why)
}
