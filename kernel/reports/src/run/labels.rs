//! Titles and order of the keys that were found.

use std::collections::BTreeMap;

use yiwang_model::{Dictionary, FieldType, Model, Register, Report};
use yiwang_records::Tabulated;
use yiwang_types::Date;

use crate::run::Directory;
use crate::{GroupLabel, Labels};

/// For each grouped field its keys: choices by their dictionary, references by the directory, yes before no. What neither knows is shown
/// as itself.
pub(super) fn of(
    model: &Model,
    register: &Register,
    report: &Report,
    found: &[Tabulated],
    directory: &Directory,
    today: Date,
) -> Labels {
    let labels_of = |(at, name): (usize, &String)| {
        let field = register.any_field(name);
        let dictionary = field
            .and_then(|it| it.dictionary.as_ref())
            .and_then(|it| model.dictionaries.get(it));
        let target = field.and_then(|it| it.register.as_deref());
        let label = |key: &str| match (field.map(|it| it.ty), dictionary, target) {
            (Some(FieldType::Boolean), ..) => Some(yes_or_no(key)),
            (_, Some(dictionary), _) => of_entry(dictionary, key, today),
            (.., Some(target)) => directory(target, key),
            _ => None,
        };
        let keys = found.iter().filter_map(|it| it.group.get(at)?.as_deref());
        keys.filter_map(|key| Some((key.to_owned(), label(key)?)))
            .collect::<BTreeMap<_, _>>()
    };
    report.group.iter().enumerate().map(labels_of).collect()
}

fn yes_or_no(key: &str) -> GroupLabel {
    let yes = key == "true";
    GroupLabel {
        title: if yes { "是" } else { "否" }.to_owned(),
        order: i64::from(!yes),
    }
}

/// The entry by its place in the dictionary, which is the official order.
fn of_entry(dictionary: &Dictionary, code: &str, today: Date) -> Option<GroupLabel> {
    let entry = dictionary.entry_for(code, today)?;
    let order = dictionary.entries.iter().position(|it| it.code == code)?;
    Some(GroupLabel {
        title: entry.title.clone(),
        order: i64::try_from(order).ok()?,
    })
}
