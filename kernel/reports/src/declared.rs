//! From a report of the model to the definition that is evaluated: titles of fields instead of their names.

use yiwang_model as model;

use crate::{Definition, Formula, Grain, GroupBy, Measure, Order, PeriodBy};

impl Definition {
    /// The definition of a report over its register. A field that the register lacks keeps its name as title; the checks of the model
    /// have named it by then.
    pub fn declared(report: &model::Report, register: &model::Register) -> Definition {
        let title = |name: &str| {
            register
                .any_field(name)
                .map_or_else(|| name.to_owned(), |it| it.title.clone())
        };
        let measure = |it: &model::Measure| Measure {
            name: it.name.clone(),
            title: it.title.clone(),
            unit: it.unit.clone(),
            formula: match &it.kind {
                model::MeasureKind::Count { filter, means, .. } => Formula::Count {
                    filter: filter.clone(),
                    means: means.clone(),
                },
                model::MeasureKind::Sum(field) => Formula::Sum {
                    field: field.clone(),
                    title: title(field),
                    scale: scale(register, field),
                },
                model::MeasureKind::Ratio { above, below } => Formula::Ratio {
                    part: above.clone(),
                    whole: below.clone(),
                },
            },
        };
        Definition {
            report: report.name.clone(),
            title: report.title.clone(),
            register_title: register.title.clone(),
            period: report.period.as_ref().map(|it| PeriodBy {
                field: it.field.clone(),
                title: title(&it.field),
                grain: grain(it.grain),
            }),
            group: report
                .group
                .iter()
                .map(|it| GroupBy {
                    field: it.clone(),
                    title: title(it),
                })
                .collect(),
            order: match report.order {
                model::ReportOrder::Official => Order::Official,
                model::ReportOrder::Value => Order::Key,
            },
            measures: report.measures.iter().map(measure).collect(),
        }
    }
}

fn scale(register: &model::Register, field: &str) -> u8 {
    match register.any_field(field) {
        Some(it) if it.ty == model::FieldType::Money => 2,
        Some(it) if it.ty == model::FieldType::Decimal => u8::try_from(it.scale).unwrap_or(u8::MAX),
        _ => 0,
    }
}

const fn grain(grain: model::Grain) -> Grain {
    match grain {
        model::Grain::Day => Grain::Day,
        model::Grain::Month => Grain::Month,
        model::Grain::Quarter => Grain::Quarter,
        model::Grain::Year => Grain::Year,
    }
}
