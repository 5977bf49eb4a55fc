//! What codes and references mean to people: display texts of a page of records, read together.
//!
//! Only what the reader sees in clear has a text. Divisions, departments, posts and users are known by heart; other references cost one
//! statement for each register they point into, within the reader's scope there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;
use yiwang_model::{Field, FieldType, Model, Register};
use yiwang_records::{Ctx, View};
use yiwang_types::{Fault, Offset};

use crate::app::App;

/// The texts of some records of one register.
pub(crate) struct Labels {
    model: Arc<Model>,
    register: Arc<Register>,
    states: Option<String>,
    offset: Offset,
    /// Names by register and key.
    names: BTreeMap<(String, String), String>,
}

impl Labels {
    /// Reads what these records refer to.
    pub(crate) async fn of<'a>(
        app: &App,
        ctx: &Ctx,
        register: &str,
        views: impl IntoIterator<Item = &'a View>,
    ) -> Result<Labels, Fault> {
        let register = app.records.register(register)?;
        let definitions = app.registry.current();
        let mut labels = Labels {
            states: app.pages.of(&definitions).state_dictionary(&register.name),
            model: app.records.model(),
            offset: app.records.offset(),
            names: BTreeMap::new(),
            register: Arc::clone(&register),
        };
        let mut unknown: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for view in views {
            for field in &register.fields {
                let Some(target) = target(&register, field) else { continue };
                for key in clear(view, field).into_iter().flat_map(codes) {
                    match app.identity.label(target, key) {
                        Some((title, _)) => {
                            labels.names.insert((target.to_owned(), key.to_owned()), title);
                        }
                        None => {
                            unknown.entry(target).or_default().insert(key.to_owned());
                        }
                    }
                }
            }
        }
        for (target, keys) in unknown {
            let found = app.records.titles(ctx, target, &keys).await?;
            let named = found.into_iter().map(|(key, title)| ((target.to_owned(), key), title));
            labels.names.extend(named);
        }
        Ok(labels)
    }

    /// Texts of a record by field.
    pub(crate) fn texts(&self, view: &View) -> BTreeMap<String, String> {
        let text = |field: &Field| Some((field.name.clone(), self.text(field, view)?));
        self.register.fields.iter().filter_map(text).collect()
    }

    /// Title of a record's state; the state itself where no dictionary names it.
    pub(crate) fn status(&self, view: &View) -> String {
        let dictionary = self.states.as_ref().and_then(|it| self.model.dictionaries.get(it));
        let day = view.updated_at.date(self.offset);
        let entry = dictionary.and_then(|it| it.entry_for(&view.status, day));
        entry.map_or_else(|| view.status.clone(), |it| it.title.clone())
    }

    /// Text of a choice or reference that is set and seen in clear.
    pub(crate) fn text(&self, field: &Field, view: &View) -> Option<String> {
        let codes = codes(clear(view, field)?);
        let title = |code: &&str| match (field.ty, target(&self.register, field)) {
            (FieldType::Choice, _) => {
                let dictionary = self.model.dictionaries.get(field.dictionary.as_ref()?)?;
                let entry = dictionary.entry_for(code, view.updated_at.date(self.offset));
                Some(entry.map_or_else(|| (*code).to_owned(), |it| it.title.clone()))
            }
            (_, Some(target)) => self.name(target, code),
            _ => None,
        };
        let titles: Vec<String> = codes.iter().filter_map(title).collect();
        (!titles.is_empty()).then(|| titles.join("、"))
    }

    /// The name of a record; its key where the name is not for this reader. A UUID tells nobody anything.
    fn name(&self, target: &str, key: &str) -> Option<String> {
        let known = self.names.get(&(target.to_owned(), key.to_owned())).cloned();
        let speaks = self.model.registers.get(target).is_some_and(|it| it.key.is_some());
        known.or_else(|| speaks.then(|| key.to_owned()))
    }
}

/// The register a field points into. A responsibility grid is a division, also where its code stands in a text.
fn target<'a>(register: &Register, field: &'a Field) -> Option<&'a str> {
    let is_duty_grid = || {
        register
            .place
            .as_ref()
            .is_some_and(|it| it.duty_grid.as_ref() == Some(&field.name))
    };
    match field.ty {
        FieldType::Reference => field.register.as_deref(),
        FieldType::Text if is_duty_grid() => Some("division"),
        _ => None,
    }
}

fn clear<'a>(view: &'a View, field: &Field) -> Option<&'a Json> {
    let masked = view.masked.contains(&field.name);
    view.fields.get(&field.name).filter(|_| !masked)
}

fn codes(value: &Json) -> Vec<&str> {
    match value {
        Json::String(it) => vec![it],
        Json::Array(all) => all.iter().filter_map(Json::as_str).collect(),
        _ => vec![],
    }
}
