//! The definition of a report, and the same with its references resolved.

use yiwang_types::FieldFault;

use crate::Grain;

/// A report as its file declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Name of the report.
    pub report: String,
    /// Chinese title.
    pub title: String,
    /// Chinese title of the register, for the explanations.
    pub register_title: String,
    /// The column of time; without one a row covers all time.
    pub period: Option<PeriodBy>,
    /// The other columns of the key.
    pub group: Vec<GroupBy>,
    /// Order of the rows.
    pub order: Order,
    /// The figures.
    pub measures: Vec<Measure>,
}

/// By which field and how finely rows belong to a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodBy {
    /// Name of a date or datetime field.
    pub field: String,
    /// Its Chinese title.
    pub title: String,
    /// Size of a period.
    pub grain: Grain,
}

/// A reference or choice field whose values make rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupBy {
    /// Name of the field.
    pub field: String,
    /// Its Chinese title.
    pub title: String,
}

/// Order of the rows within a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// 排序号 of the grouped departments or divisions.
    Official,
    /// The key itself, e.g. the code of a class.
    Key,
}

/// One figure of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Name, unique in the report.
    pub name: String,
    /// Chinese title.
    pub title: String,
    /// Unit to show; a ratio with `%` is shown in percent.
    pub unit: Option<String>,
    /// Where it comes from.
    pub formula: Formula,
}

/// Where a figure comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    /// Number of records for which the CQL2 text holds; all of them without a text.
    Count {
        /// The condition.
        filter: String,
        /// The condition in words.
        means: Option<String>,
    },
    /// Sum of a number field; an empty field counts as 0.
    Sum {
        /// Name of the field.
        field: String,
        /// Its Chinese title.
        title: String,
        /// Decimal places in the stored integer (money: 2).
        scale: u8,
    },
    /// One figure divided by another; none when the other is 0.
    Ratio {
        /// Name of the figure that is divided.
        part: String,
        /// Name of the figure it is divided by.
        whole: String,
    },
}

impl Measure {
    /// Whether it is a ratio shown in percent, with two places; other ratios have four.
    pub fn is_percent(&self) -> bool {
        matches!(self.formula, Formula::Ratio { .. }) && self.unit.as_deref() == Some("%")
    }
}

/// A definition whose ratios are known to point at counted figures.
#[derive(Clone, Debug)]
pub struct Plan {
    definition: Definition,
    steps: Vec<Step>,
    base: usize,
}

/// How the figure of a measure is made from the counted values.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Value {
        at: usize,
        scale: u8,
    },
    Ratio {
        part: (usize, u8),
        whole: (usize, u8),
        percent: bool,
    },
}

impl Plan {
    /// Resolves the definition.
    ///
    /// # Errors
    /// Every repeated name and every ratio that does not divide a counted figure by a counted figure.
    pub fn of(definition: Definition) -> Result<Plan, Vec<FieldFault>> {
        let mut faults = Vec::new();
        let mut values: Vec<(&str, u8)> = Vec::new();
        for (at, measure) in definition.measures.iter().enumerate() {
            if definition.measures.iter().take(at).any(|it| it.name == measure.name) {
                faults.push(FieldFault::new(
                    &measure.name,
                    "unique",
                    format!("统计项 {} 重复", measure.name),
                    "请改名",
                ));
            }
            match &measure.formula {
                Formula::Count { .. } => values.push((&measure.name, 0)),
                Formula::Sum { scale, .. } => values.push((&measure.name, *scale)),
                Formula::Ratio { .. } => {}
            }
        }
        let mut next = 0;
        let mut steps = Vec::new();
        for measure in &definition.measures {
            let step = match &measure.formula {
                Formula::Ratio { part, whole } => {
                    let mut find = |name: &str| {
                        let found = values.iter().enumerate().find(|it| it.1.0 == name).map(|(at, it)| (at, it.1));
                        if found.is_none() {
                            let text = format!("比率 {} 用到的 {name} 不是计数或合计", measure.name);
                            faults.push(FieldFault::new(
                                &measure.name,
                                "unknown-measure",
                                text,
                                "请写上面已定义的计数或合计的名称",
                            ));
                        }
                        found.unwrap_or_default()
                    };
                    Step::Ratio {
                        part: find(part),
                        whole: find(whole),
                        percent: measure.is_percent(),
                    }
                }
                Formula::Count { .. } | Formula::Sum { .. } => {
                    let scale = values.get(next).map_or(0, |it| it.1);
                    next += 1;
                    Step::Value { at: next - 1, scale }
                }
            };
            steps.push(step);
        }
        let base = values.len();
        if faults.is_empty() {
            Ok(Plan { steps, base, definition })
        } else {
            Err(faults)
        }
    }

    /// The definition.
    pub const fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The measures that the caller has to count or sum, in the order in which a [`crate::Row`] brings their values.
    pub fn counted(&self) -> impl Iterator<Item = &Measure> {
        self.definition
            .measures
            .iter()
            .filter(|it| !matches!(it.formula, Formula::Ratio { .. }))
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    pub(crate) const fn width(&self) -> usize {
        self.base
    }
}
