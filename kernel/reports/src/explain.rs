//! How each figure comes about, in words: what an office is asked when somebody doubts a table.

use crate::plan::{Definition, Formula, Measure, Plan};
use crate::{Figure, Grain};

/// The rule of a column.
pub fn explain_measure(definition: &Definition, measure: &Measure) -> String {
    let Measure { title, formula, .. } = measure;
    let register = &definition.register_title;
    let period = match &definition.period {
        Some(it) => format!("按「{}」归入各{}", it.title, grain(it.grain)),
        None => "不分时期".to_owned(),
    };
    match formula {
        Formula::Count { means: Some(means), .. } => {
            let means = means.trim().trim_end_matches('的');
            format!("{title}:{register}中{means}的记录数,{period}。")
        }
        Formula::Count { filter, .. } if filter.trim().is_empty() => format!("{title}:{register}的记录数,{period}。"),
        Formula::Count { filter, .. } => format!("{title}:{register}中满足「{}」的记录数,{period}。", filter.trim()),
        Formula::Sum { title: field, .. } => format!("{title}:{register}中各记录「{field}」之和,{period};未填的按 0 计。"),
        Formula::Ratio { part, whole } => {
            let (part, whole) = (title_of(definition, part), title_of(definition, whole));
            let how = if measure.is_percent() {
                " × 100%,保留两位小数"
            } else {
                ",保留四位小数"
            };
            format!("{title} = {part} ÷ {whole}{how};{whole}为 0 时不计算。")
        }
    }
}

/// One figure with the numbers it is made of; none when there is no such column.
pub fn explain_figure(plan: &Plan, column: usize, figure: &Figure) -> Option<String> {
    let definition = plan.definition();
    let measure = definition.measures.get(column)?;
    let Formula::Ratio {
        part: part_name,
        whole: whole_name,
    } = &measure.formula
    else {
        return figure.text().map(|it| format!("{} {it}", measure.title));
    };
    let Figure::Ratio { part, whole, .. } = *figure else {
        return None;
    };
    let (part_title, whole_title) = (title_of(definition, part_name), title_of(definition, whole_name));
    let unit = measure.unit.as_deref().unwrap_or_default();
    let number = |name: &str, value: i64| crate::table::decimal(value, scale_of(definition, name));
    Some(match figure.text() {
        None => format!("{whole_title}为 0,不计算"),
        Some(text) => format!(
            "{part_title} {} ÷ {whole_title} {} = {text}{unit}",
            number(part_name, part),
            number(whole_name, whole)
        ),
    })
}

fn title_of<'a>(definition: &'a Definition, name: &'a str) -> &'a str {
    definition
        .measures
        .iter()
        .find(|it| it.name == name)
        .map_or(name, |it| it.title.as_str())
}

fn scale_of(definition: &Definition, name: &str) -> u8 {
    match definition.measures.iter().find(|it| it.name == name).map(|it| &it.formula) {
        Some(Formula::Sum { scale, .. }) => *scale,
        _ => 0,
    }
}

const fn grain(grain: Grain) -> &'static str {
    match grain {
        Grain::Day => "日",
        Grain::Week => "周",
        Grain::Month => "月",
        Grain::Quarter => "季度",
        Grain::Year => "年",
    }
}
