//! Statistics within a reader's scope: counts and sums by group and span of days, each span one statement. A field that the reader does not
//! always see in clear is neither grouped, summed, counted nor filtered by.

use yiwang_authz::{Action, Decision, Permission};
use yiwang_model::{Field, FieldType, GrantAction, GrantTarget, Model, Register};
use yiwang_store::{Aggregate, Cmp, ColumnType, Filter, Measure, Value};
use yiwang_types::{Code, Date, Fault, Instant, Offset};

use crate::ctx::Ctx;
use crate::engine::Records;
use crate::faults::fault_of;
use crate::{filter, list, scope, tables};

/// Rows of one statement; a table of more is of no use to anybody.
const MOST_GROUPS: usize = 10_000;

/// What is counted of a report's register.
#[derive(Clone, Copy, Debug)]
pub struct Tabulation<'a> {
    /// Name of the report: its grants decide who counts which records.
    pub report: &'a str,
    /// Whether the figures leave as a file; asks for grants with `export`.
    pub export: bool,
    /// Single fields or system columns whose values make the groups.
    pub group: &'a [String],
    /// The figures.
    pub figures: &'a [Figure<'a>],
    /// A `date` or `datetime` field and half-open spans of days, `from <= day < until`; without one everything is one span.
    pub spans: Option<(&'a str, &'a [(Date, Date)])>,
    /// Further condition of the reader, CQL2.
    pub filter: Option<&'a str>,
}

/// A figure of a group.
#[derive(Clone, Copy, Debug)]
pub enum Figure<'a> {
    /// Records that meet a CQL2 condition of the definition.
    Count(&'a str),
    /// Sum of a number field; empty ones count as 0.
    Sum(&'a str),
}

/// The figures of one group in one span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tabulated {
    /// The span; none when there are no spans.
    pub span: Option<(Date, Date)>,
    /// Values of the group's fields, `true` and `false` for a `boolean`; none where the field is empty.
    pub group: Vec<Option<String>>,
    /// The figures in their order; scaled integers for `decimal` and `money`.
    pub values: Vec<i64>,
}

impl Records {
    /// Which records of a report's register the subject may count, or the refusal with its reason. For a file only grants with `export` count.
    ///
    /// # Errors
    /// `forbidden`.
    pub fn permit_report(&self, ctx: &Ctx, report: &str, export: bool) -> Result<Permission, Fault> {
        let model = self.model();
        let decision = if export {
            yiwang_authz::decide(&only_exports(&model, report), &ctx.subject, Action::Report, report)
        } else {
            yiwang_authz::decide(&model, &ctx.subject, Action::Report, report)
        };
        match decision {
            Decision::Allowed(permission) => Ok(permission),
            Decision::Denied(why) => Err(Fault::new(Code::Forbidden, why.to_string())),
        }
    }

    /// Counts and sums.
    ///
    /// # Errors
    /// `not-found` for an unknown report; `forbidden`; `masked-field`; `bad-filter`; `bad-request` when there are too many groups; what
    /// the store says.
    pub async fn aggregate(&self, ctx: &Ctx, what: &Tabulation<'_>) -> Result<Vec<Tabulated>, Fault> {
        let model = self.model();
        let unknown = || Fault::new(Code::NotFound, format!("没有名为“{}”的统计表。", what.report));
        let register = model
            .reports
            .get(what.report)
            .map(|it| it.register.as_str())
            .ok_or_else(unknown)?;
        let register = self.register(register)?;
        let permission = self.permit_report(ctx, what.report, what.export)?;
        let visible = |field: &str| permission.fields.is_always_clear(field);
        let env = self.env(self.now());
        let sight = |field: &str| list::sight(&permission, field, &env);
        let condition = |text: &str| filter::parse_uncovered(&register, text, self.keys(), &sight);
        for field in what.group {
            groupable(&register, field, &visible)?;
        }
        let measure = |figure: &Figure<'_>| match figure {
            Figure::Count(text) => Ok(Measure::Count(condition(text)?)),
            Figure::Sum(field) => summable(&register, field, &visible).map(|()| Measure::Sum((*field).to_owned(), Filter::True)),
        };
        let measures = what.figures.iter().map(measure).collect::<Result<Vec<_>, Fault>>()?;
        let filter = condition(what.filter.unwrap_or_default())?.and(Filter::is_null("deleted_at"));
        let scope = scope::compile(&register, &permission.scope, &ctx.subject);
        let spans: Vec<Option<(Date, Date)>> = what
            .spans
            .map_or_else(|| vec![None], |(_, it)| it.iter().copied().map(Some).collect());
        let kinds: Vec<Option<FieldType>> = what.group.iter().map(|it| register.any_field(it).map(|it| it.ty)).collect();
        let mut all = Vec::new();
        for span in spans {
            let within = match (what.spans, span) {
                (Some((field, _)), Some(span)) => within(&register, field, span, self.offset(), &visible)?,
                _ => Filter::True,
            };
            let aggregate = Aggregate {
                table: register.name.clone(),
                filter: filter.clone().and(within),
                scope: scope.clone(),
                group: what.group.to_vec(),
                measures: measures.clone(),
            };
            let rows = self.store().aggregate(&aggregate).await.map_err(fault_of)?;
            if all.len() + rows.len() > MOST_GROUPS {
                return Err(Fault::new(
                    Code::BadRequest,
                    format!("统计结果超过 {MOST_GROUPS} 行;请缩小时间或筛选范围。"),
                ));
            }
            all.extend(rows.iter().map(|row| tabulated(row, span, &kinds)));
        }
        Ok(all)
    }
}

/// The model in which a report is readable just by the grants that let it be taken out.
fn only_exports(model: &Model, report: &str) -> Model {
    let mut model = model.clone();
    let target = GrantTarget::Report(report.to_owned());
    for grant in model
        .roles
        .values_mut()
        .flat_map(|it| &mut it.grants)
        .filter(|it| it.target == target)
    {
        if grant.actions.contains(&GrantAction::Export) {
            grant.actions.insert(GrantAction::Read);
        } else {
            grant.actions.clear();
        }
    }
    model
}

/// One column, an integer or text, seen in clear.
fn groupable<'a>(register: &'a Register, name: &str, visible: &dyn Fn(&str) -> bool) -> Result<&'a Field, Fault> {
    let field = register.any_field(name);
    let field = field.ok_or_else(|| Fault::new(Code::BadRequest, format!("登记簿“{}”没有字段“{name}”。", register.title)))?;
    if field.sensitive.is_some() || !visible(name) {
        return Err(Fault::new(
            Code::MaskedField,
            format!("“{}”是脱敏字段,不能用来统计。", field.title),
        ));
    }
    let own = field.system || matches!(tables::physical(&field.ty, false), [("", ColumnType::Int | ColumnType::Text)]);
    if field.many || !own || matches!(field.ty, FieldType::Json | FieldType::LongText) {
        return Err(Fault::new(Code::BadRequest, format!("不能按“{}”统计。", field.title)));
    }
    Ok(field)
}

fn summable(register: &Register, name: &str, visible: &dyn Fn(&str) -> bool) -> Result<(), Fault> {
    let field = groupable(register, name, visible)?;
    match field.ty {
        FieldType::Integer | FieldType::Decimal | FieldType::Money => Ok(()),
        _ => Err(Fault::new(Code::BadRequest, format!("“{}”不是数字,不能求和。", field.title))),
    }
}

/// Days at the wall clock of the place as a half-open range of the column.
fn within(
    register: &Register,
    name: &str,
    (from, until): (Date, Date),
    offset: Offset,
    visible: &dyn Fn(&str) -> bool,
) -> Result<Filter, Fault> {
    let field = groupable(register, name, visible)?;
    let edge = |day: Date| match field.ty {
        FieldType::Date => Ok(Value::from(day)),
        FieldType::DateTime => Ok(Value::from(Instant::from_local(day, 0, offset))),
        _ => Err(Fault::new(
            Code::BadRequest,
            format!("“{}”不是日期或时间,不能分期。", field.title),
        )),
    };
    Ok(Filter::cmp(name, Cmp::Ge, edge(from)?).and(Filter::cmp(name, Cmp::Lt, edge(until)?)))
}

fn tabulated(row: &[Value], span: Option<(Date, Date)>, kinds: &[Option<FieldType>]) -> Tabulated {
    let (group, values) = row.split_at_checked(kinds.len()).unwrap_or((row, &[]));
    let key = |(value, kind): (&Value, &Option<FieldType>)| match (value, kind) {
        (Value::Int(it), Some(FieldType::Boolean)) => Some((*it != 0).to_string()),
        (Value::Int(it), Some(FieldType::Date)) => i32::try_from(*it).ok().map(|it| Date::from_days(it).to_string()),
        (Value::Int(it), _) => Some(it.to_string()),
        (Value::Text(it), _) if !it.is_empty() => Some(it.to_string()),
        _ => None,
    };
    Tabulated {
        span,
        group: group.iter().zip(kinds).map(key).collect(),
        values: values.iter().map(|it| it.as_int().unwrap_or(0)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_as_words() {
        let kinds = [
            Some(FieldType::Boolean),
            Some(FieldType::Reference),
            Some(FieldType::Text),
            Some(FieldType::Date),
        ];
        let row = [
            Value::Int(0),
            Value::Null,
            Value::from(""),
            Value::Int(1),
            Value::Int(7),
            Value::Null,
        ];
        let found = tabulated(&row, None, &kinds);
        assert_eq!(
            found.group,
            [Some("false".to_owned()), None, None, Some("1970-01-02".to_owned())]
        );
        assert_eq!(found.values, [7, 0]);
    }
}
