//! Declared statistics.

use yiwang_types::Place;

use crate::read;
use crate::sink::Sink;
use crate::suggest;
use crate::yaml::Node;

/// A statistical table over a register.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Name.
    pub name: String,
    /// App that defines it.
    pub app: String,
    /// Title.
    pub title: String,
    /// Register it counts.
    pub register: String,
    /// The moment or day by which records fall into periods.
    pub period: Option<Period>,
    /// Fields whose values make the rows.
    pub group: Vec<String>,
    /// Order of the rows.
    pub order: ReportOrder,
    /// Columns.
    pub measures: Vec<Measure>,
    /// File that defines it.
    pub file: String,
}

/// How records fall into periods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// A `date` or `datetime` field.
    pub field: String,
    /// Length of a period.
    pub grain: Grain,
}

/// Length of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// A day.
    Day,
    /// A calendar month.
    Month,
    /// A quarter.
    Quarter,
    /// A calendar year.
    Year,
}

/// Order of the rows of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportOrder {
    /// The official order of the grouped organs or codes.
    Official,
    /// By the value of the first group.
    Value,
}

/// A column of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Name.
    pub name: String,
    /// Title.
    pub title: String,
    /// What it is.
    pub kind: MeasureKind,
    /// Unit to show.
    pub unit: Option<String>,
}

/// What a measure is.
#[derive(Clone, Debug, PartialEq)]
pub enum MeasureKind {
    /// Number of records that satisfy a CQL2 text; the place is for mistakes found when it is parsed.
    Count {
        /// CQL2 over the register.
        filter: String,
        /// The condition in words, as whoever doubts a figure reads it.
        means: Option<String>,
        /// Where it stands.
        place: Place,
    },
    /// Sum of a number field.
    Sum(String),
    /// One measure divided by another; a zero divisor gives null.
    Ratio {
        /// Measure above the line.
        above: String,
        /// Measure below the line.
        below: String,
    },
}

pub(crate) fn read(sink: &mut Sink<'_>, app: &str, node: &Node) -> Option<Report> {
    let nodes = read::items(node, "measures");
    let measures: Vec<Measure> = nodes.iter().filter_map(|it| read_measure(sink, it)).collect();
    report_ratios(sink, nodes, &measures);
    Some(Report {
        name: read::text(node, "report")?,
        app: app.to_owned(),
        title: read::text(node, "title").unwrap_or_default(),
        register: read::text(node, "register")?,
        period: node.get("period").and_then(read_period),
        group: read::texts(node, "group"),
        order: if read::text(node, "order").as_deref() == Some("value") {
            ReportOrder::Value
        } else {
            ReportOrder::Official
        },
        measures,
        file: sink.file().to_owned(),
    })
}

fn read_period(node: &Node) -> Option<Period> {
    let grain = match read::text(node, "grain")?.as_str() {
        "day" => Grain::Day,
        "month" => Grain::Month,
        "quarter" => Grain::Quarter,
        "year" => Grain::Year,
        _ => return None,
    };
    Some(Period {
        field: read::text(node, "field")?,
        grain,
    })
}

fn read_measure(sink: &mut Sink<'_>, node: &Node) -> Option<Measure> {
    let ratio = read::texts(node, "ratio");
    let kind = match (node.get("count"), read::text(node, "sum"), ratio.as_slice()) {
        (Some(it), None, []) => MeasureKind::Count {
            filter: it.text()?.to_owned(),
            means: read::text(node, "means"),
            place: sink.place(it.mark),
        },
        (None, Some(it), []) => MeasureKind::Sum(it),
        (None, None, [above, below]) => MeasureKind::Ratio {
            above: above.clone(),
            below: below.clone(),
        },
        _ => {
            let message = "指标要写 `count`、`sum`、`ratio: [分子, 分母]` 中的一个";
            sink.error("contradiction", node.mark, message, "只留一个,ratio 写两个指标的名称");
            return None;
        }
    };
    if let Some(it) = node.get("means").filter(|_| !matches!(kind, MeasureKind::Count { .. })) {
        sink.error("contradiction", it.mark, "`means` 只说明 `count` 的条件", "删去 `means`");
    }
    let title = read::text(node, "title").unwrap_or_default();
    Some(Measure {
        name: read::text(node, "name")?,
        title,
        kind,
        unit: read::text(node, "unit"),
    })
}

fn report_ratios(sink: &mut Sink<'_>, nodes: &[Node], measures: &[Measure]) {
    for (at, it) in measures.iter().enumerate() {
        if measures.iter().take(at).any(|other| other.name == it.name) {
            let mark = nodes.get(at).map_or_else(Default::default, |it| it.mark);
            sink.error("duplicate", mark, format!("指标 `{}` 写了两次", it.name), "只留一处");
        }
    }
    let plain = || {
        measures
            .iter()
            .filter(|it| !matches!(it.kind, MeasureKind::Ratio { .. }))
            .map(|it| it.name.as_str())
    };
    for at in nodes.iter().flat_map(|it| read::items(it, "ratio")) {
        let name = at.text().unwrap_or_default();
        if !plain().any(|it| it == name) {
            let remedy = suggest::remedy(name, plain().collect::<Vec<_>>());
            sink.error("missing-reference", at.mark, format!("没有计数或求和的指标 `{name}`"), remedy);
        }
    }
}
