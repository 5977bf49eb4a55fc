//! Adds up counted rows and lays them out.

use std::collections::BTreeMap;

use serde::Serialize;
use yiwang_types::Date;

use crate::csv::{CsvCell, csv_document};
use crate::explain::{explain_figure, explain_measure};
use crate::plan::{Formula, Order, Plan, Step};
use crate::{Period, periods};

/// Rows that are shown without any record; beyond this only what was counted is shown.
const MOST_EMPTY_ROWS: usize = 5_000;

/// Counted values of some records of one day (or any part of a period) and one group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// A day of the period at the wall clock of the place. In a report by period a row without a day is left out.
    pub day: Option<Date>,
    /// Values of the grouped fields in the order of the definition; `None` where the field is empty.
    pub group: Vec<Option<String>>,
    /// Values of [`Plan::counted`] in that order; missing ones are 0.
    pub values: Vec<i64>,
}

/// The days that are looked at: from `from` to the day before `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// First day.
    pub from: Date,
    /// Day after the last.
    pub until: Date,
}

/// Title and place in the official order of one key of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupLabel {
    /// What is shown.
    pub title: String,
    /// 排序号; smaller first.
    pub order: i64,
}

/// For each grouped field its keys with titles. A key that is missing here is shown as itself, behind all others.
pub type Labels = Vec<BTreeMap<String, GroupLabel>>;

/// What to do about keys and periods without a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    /// Leave them out.
    Leave,
    /// Show them with zeros (one grouped field at most, and a table of bearable size).
    Show,
}

/// A finished table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    /// Name of the report.
    pub report: String,
    /// Title.
    pub title: String,
    /// Titles of the key columns, the period first when there is one.
    pub keys: Vec<String>,
    /// Names of the fields behind the key columns.
    pub fields: Vec<String>,
    /// The figures' columns.
    pub columns: Vec<Column>,
    /// By period, then in the declared order.
    pub rows: Vec<TableRow>,
    /// The same figures over all rows; ratios from the totals, never from other ratios.
    pub totals: Vec<Figure>,
    /// How each ratio of the totals was made; as in a row.
    pub totals_explained: Vec<Option<String>>,
}

/// One column of figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Name of the measure.
    pub name: String,
    /// Title.
    pub title: String,
    /// Unit of the figures.
    pub unit: Option<String>,
    /// How the figure is made.
    pub explanation: String,
    /// Which records a count is about, as CQL2 text; none for sums and ratios.
    pub filter: Option<String>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TableRow {
    /// The period; none in a report over all time.
    pub period: Option<Period>,
    /// The period's Chinese name.
    pub period_label: Option<String>,
    /// The keys.
    pub groups: Vec<GroupCell>,
    /// The figures.
    pub figures: Vec<Figure>,
    /// How each ratio was made of its two numbers, in words; none for counts and sums, which say it themselves.
    pub explained: Vec<Option<String>>,
}

/// A key of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupCell {
    /// The key; none where the field is empty.
    pub key: Option<String>,
    /// What is shown.
    pub title: String,
}

/// One figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum Figure {
    /// A count or sum as a scaled integer.
    Number {
        /// The integer.
        value: i64,
        /// Its decimal places.
        scale: u8,
    },
    /// A ratio with what it is made of.
    Ratio {
        /// What is divided.
        part: i64,
        /// What it is divided by.
        whole: i64,
        /// The ratio in 1/10,000, rounded half away from zero; none when `whole` is 0.
        parts_per_10000: Option<i64>,
        /// Whether it is shown in percent.
        percent: bool,
    },
}

impl Figure {
    /// The figure as digits, without a unit; none when there is no value.
    pub fn text(self) -> Option<String> {
        match self {
            Figure::Number { value, scale } => Some(decimal(value, scale)),
            Figure::Ratio {
                parts_per_10000,
                percent,
                ..
            } => parts_per_10000.map(|it| decimal(it, if percent { 2 } else { 4 })),
        }
    }
}

/// Period and keys of a row.
type RowKey = (Option<Period>, Vec<Option<String>>);

/// Adds up rows as they come, so that a long read needs no memory for its rows.
#[derive(Debug)]
pub struct Tally<'a> {
    plan: &'a Plan,
    range: Range,
    sums: BTreeMap<RowKey, Vec<i64>>,
}

impl<'a> Tally<'a> {
    /// An empty tally over a range of days.
    pub fn new(plan: &'a Plan, range: Range) -> Tally<'a> {
        Tally {
            plan,
            range,
            sums: BTreeMap::new(),
        }
    }

    /// Adds a row. In a report by period one outside the range, or without a day, does not count.
    pub fn add(&mut self, row: &Row) {
        let definition = self.plan.definition();
        let period = match &definition.period {
            None => None,
            Some(by) => {
                let Some(day) = row.day.filter(|it| self.range.from <= *it && *it < self.range.until) else {
                    return;
                };
                Some(Period::of(day, by.grain))
            }
        };
        let mut key = row.group.clone();
        key.resize(definition.group.len(), None);
        let sums = self.sums.entry((period, key)).or_insert_with(|| vec![0; self.plan.width()]);
        for (sum, value) in sums.iter_mut().zip(&row.values) {
            *sum = sum.saturating_add(*value);
        }
    }

    /// Lays the sums out.
    pub fn finish(mut self, labels: &Labels, empty: Empty) -> Table {
        if empty == Empty::Show {
            self.add_empty(labels);
        }
        let plan = self.plan;
        let definition = plan.definition();
        let mut totals = vec![0_i64; plan.width()];
        let mut rows: Vec<(Vec<Rank>, TableRow)> = Vec::new();
        for ((period, key), sums) in self.sums {
            for (total, sum) in totals.iter_mut().zip(&sums) {
                *total = total.saturating_add(*sum);
            }
            let place = place(&key, labels, definition.order);
            let groups = key
                .into_iter()
                .enumerate()
                .map(|(at, key)| group_cell(at, key, labels))
                .collect();
            let figures = figures(plan, &sums);
            rows.push((
                place,
                TableRow {
                    period,
                    period_label: period.map(Period::label),
                    groups,
                    explained: explained(plan, &figures),
                    figures,
                },
            ));
        }
        let totals = figures(plan, &totals);
        rows.sort_by(|(a_place, a), (b_place, b)| a.period.cmp(&b.period).then_with(|| a_place.cmp(b_place)));
        Table {
            report: definition.report.clone(),
            title: definition.title.clone(),
            keys: definition
                .period
                .iter()
                .map(|it| &it.title)
                .chain(definition.group.iter().map(|it| &it.title))
                .cloned()
                .collect(),
            fields: definition
                .period
                .iter()
                .map(|it| &it.field)
                .chain(definition.group.iter().map(|it| &it.field))
                .cloned()
                .collect(),
            columns: columns(plan),
            rows: rows.into_iter().map(|it| it.1).collect(),
            totals_explained: explained(plan, &totals),
            totals,
        }
    }

    fn add_empty(&mut self, labels: &Labels) {
        let keys: Vec<Vec<Option<String>>> = match (self.plan.definition().group.len(), labels.first()) {
            (0, _) => vec![Vec::new()],
            (1, Some(labels)) => labels.keys().map(|it| vec![Some(it.clone())]).collect(),
            _ => return,
        };
        let periods: Vec<Option<Period>> = match &self.plan.definition().period {
            Some(by) => periods(self.range.from, self.range.until, by.grain)
                .into_iter()
                .map(Some)
                .collect(),
            None => vec![None],
        };
        if periods.len().saturating_mul(keys.len()) > MOST_EMPTY_ROWS {
            return;
        }
        for period in periods {
            for key in &keys {
                self.sums
                    .entry((period, key.clone()))
                    .or_insert_with(|| vec![0; self.plan.width()]);
            }
        }
    }
}

/// The whole way at once: for rows that are at hand.
pub fn evaluate(plan: &Plan, rows: &[Row], range: Range, labels: &Labels, empty: Empty) -> Table {
    let mut tally = Tally::new(plan, range);
    for row in rows {
        tally.add(row);
    }
    tally.finish(labels, empty)
}

impl Table {
    /// The table as a CSV file for spreadsheets: byte order mark, CRLF, no cell that a spreadsheet would run.
    pub fn to_csv(&self) -> String {
        let text = |it: &str| CsvCell::Text(it.to_owned());
        let titles = self.columns.iter().map(|it| match &it.unit {
            Some(unit) => CsvCell::Text(format!("{}({unit})", it.title)),
            None => text(&it.title),
        });
        let mut lines: Vec<Vec<CsvCell>> = vec![self.keys.iter().map(|it| text(it)).chain(titles).collect()];
        let cell = |it: &Figure| it.text().map_or(CsvCell::Empty, CsvCell::Number);
        lines.extend(self.rows.iter().map(|row| {
            let keys = row
                .period_label
                .iter()
                .chain(row.groups.iter().map(|it| &it.title))
                .map(|it| text(it));
            keys.chain(row.figures.iter().map(cell)).collect()
        }));
        let total = self
            .keys
            .iter()
            .enumerate()
            .map(|(at, _)| if at == 0 { text("合计") } else { CsvCell::Empty });
        lines.push(total.chain(self.totals.iter().map(cell)).collect());
        csv_document(lines)
    }
}

fn columns(plan: &Plan) -> Vec<Column> {
    let definition = plan.definition();
    let column = |measure: &crate::Measure| Column {
        name: measure.name.clone(),
        title: measure.title.clone(),
        unit: measure.unit.clone(),
        explanation: explain_measure(definition, measure),
        filter: match &measure.formula {
            Formula::Count { filter, .. } => Some(filter.clone()),
            Formula::Sum { .. } | Formula::Ratio { .. } => None,
        },
    };
    definition.measures.iter().map(column).collect()
}

fn figures(plan: &Plan, sums: &[i64]) -> Vec<Figure> {
    let value = |at: usize| sums.get(at).copied().unwrap_or(0);
    plan.steps()
        .iter()
        .map(|step| match *step {
            Step::Value { at, scale } => Figure::Number { value: value(at), scale },
            Step::Ratio { part, whole, percent } => {
                let ratio = divide((value(part.0), part.1), (value(whole.0), whole.1));
                Figure::Ratio {
                    part: value(part.0),
                    whole: value(whole.0),
                    parts_per_10000: ratio,
                    percent,
                }
            }
        })
        .collect()
}

fn explained(plan: &Plan, figures: &[Figure]) -> Vec<Option<String>> {
    let of = |(column, figure): (usize, &Figure)| match figure {
        Figure::Ratio { .. } => explain_figure(plan, column, figure),
        Figure::Number { .. } => None,
    };
    figures.iter().enumerate().map(of).collect()
}

/// Ten thousand times the quotient of two scaled integers, rounded half away from zero.
fn divide((part, part_scale): (i64, u8), (whole, whole_scale): (i64, u8)) -> Option<i64> {
    let power = |scale: u8| 10_i128.checked_pow(u32::from(scale));
    let above = i128::from(part).checked_mul(10_000)?.checked_mul(power(whole_scale)?)?;
    let below = i128::from(whole).checked_mul(power(part_scale)?)?;
    if below == 0 {
        return None;
    }
    let doubled = above.checked_mul(2)?;
    let sign = if (doubled < 0) == (below < 0) { 1 } else { -1 };
    let rounded = (doubled.abs().checked_add(below.abs())?) / below.abs().checked_mul(2)?;
    i64::try_from(sign * rounded).ok()
}

/// Where a key stands among others.
type Rank = (i64, Option<String>);

/// Known keys by their order, then unknown ones, then the empty key.
fn place(key: &[Option<String>], labels: &Labels, order: Order) -> Vec<Rank> {
    key.iter()
        .enumerate()
        .map(|(at, key)| {
            let known = key.as_ref().and_then(|it| labels.get(at)?.get(it));
            let rank = match (key, known, order) {
                (None, _, _) => i64::MAX,
                (Some(_), _, Order::Key) => 0,
                (Some(_), Some(label), Order::Official) => label.order.min(i64::MAX - 2),
                (Some(_), None, Order::Official) => i64::MAX - 1,
            };
            (rank, key.clone())
        })
        .collect()
}

fn group_cell(at: usize, key: Option<String>, labels: &Labels) -> GroupCell {
    let title = match &key {
        None => "(未填)".to_owned(),
        Some(it) => labels
            .get(at)
            .and_then(|labels| labels.get(it))
            .map_or_else(|| it.clone(), |it| it.title.clone()),
    };
    GroupCell { key, title }
}

pub(crate) fn decimal(value: i64, scale: u8) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0width$}", value.unsigned_abs(), width = usize::from(scale) + 1);
    match digits.split_at_checked(digits.len().saturating_sub(usize::from(scale))) {
        Some((whole, fraction)) if !fraction.is_empty() => format!("{sign}{whole}.{fraction}"),
        _ => format!("{sign}{digits}"),
    }
}

#[cfg(test)]
mod tests;
