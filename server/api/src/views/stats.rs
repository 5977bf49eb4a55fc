//! Statistical tables.

use serde::Serialize;
use utoipa::ToSchema;
use yiwang_reports::{Figure, Table, TableRow};

/// A statistical table.
#[derive(Serialize, ToSchema)]
#[schema(as = StatTable)]
pub(crate) struct TableView {
    /// Name of the report.
    report: String,
    /// Title.
    title: String,
    /// Titles of the key columns, the period first when there is one.
    keys: Vec<String>,
    /// Fields of the register behind the key columns.
    fields: Vec<String>,
    /// The columns of figures.
    columns: Vec<ColumnView>,
    /// By period, then in the declared order.
    rows: Vec<RowView>,
    /// The same figures over all rows.
    totals: Vec<FigureView>,
}

/// A column of figures.
#[derive(Serialize, ToSchema)]
#[schema(as = StatColumn)]
pub(crate) struct ColumnView {
    /// Name of the measure.
    name: String,
    /// Title.
    title: String,
    /// Unit of the figures.
    unit: Option<String>,
    /// How the figure is made.
    explanation: String,
    /// Condition (CQL2) on the counted records; none for sums and ratios.
    filter: Option<String>,
}

/// A row.
#[derive(Serialize, ToSchema)]
#[schema(as = StatRow)]
pub(crate) struct RowView {
    /// The period; none in a table over all time.
    period: Option<PeriodView>,
    /// The keys.
    groups: Vec<GroupView>,
    /// The figures.
    figures: Vec<FigureView>,
}

/// A period.
#[derive(Serialize, ToSchema)]
#[schema(as = StatPeriod)]
pub(crate) struct PeriodView {
    /// First day.
    from: String,
    /// Day after the last.
    until: String,
    /// Chinese name.
    label: String,
}

/// A key of a row.
#[derive(Serialize, ToSchema)]
#[schema(as = StatGroup)]
pub(crate) struct GroupView {
    /// The key; none where the field is empty.
    key: Option<String>,
    /// What is shown.
    title: String,
}

/// A figure.
#[derive(Serialize, ToSchema)]
#[schema(as = StatFigure)]
pub(crate) struct FigureView {
    /// The figure as digits without a unit; none when there is none (a ratio of nothing).
    text: Option<String>,
    /// How a ratio was made of its two numbers, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    explained: Option<String>,
}

fn figures(figures: Vec<Figure>, explained: Vec<Option<String>>) -> Vec<FigureView> {
    let explained = explained.into_iter().chain(std::iter::repeat(None));
    figures
        .into_iter()
        .zip(explained)
        .map(|(it, explained)| FigureView {
            text: it.text(),
            explained,
        })
        .collect()
}

impl From<Table> for TableView {
    fn from(it: Table) -> TableView {
        let column = |it: yiwang_reports::Column| ColumnView {
            name: it.name,
            title: it.title,
            unit: it.unit,
            explanation: it.explanation,
            filter: it.filter,
        };
        let row = |it: TableRow| RowView {
            period: it.period.map(|it| PeriodView {
                from: it.from().to_string(),
                until: it.until().to_string(),
                label: it.label(),
            }),
            groups: it
                .groups
                .into_iter()
                .map(|it| GroupView {
                    key: it.key,
                    title: it.title,
                })
                .collect(),
            figures: figures(it.figures, it.explained),
        };
        TableView {
            report: it.report,
            title: it.title,
            keys: it.keys,
            fields: it.fields,
            columns: it.columns.into_iter().map(column).collect(),
            rows: it.rows.into_iter().map(row).collect(),
            totals: figures(it.totals, it.totals_explained),
        }
    }
}
