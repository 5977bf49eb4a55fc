//! The Model: everything the packages in use define together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;
use yiwang_types::{CalendarParts, Date, Diagnostic, OfficeHours, Offset};

use crate::app::{App, DecisionSource, Overlay, PortalTemplate, ProcessSource, Seed};
use crate::calendar::{Calendar, SpecialDay};
use crate::dictionary::Dictionary;
use crate::form::Form;
use crate::import::Import;
use crate::register::Register;
use crate::report::Report;
use crate::role::Role;

/// What all whole packages define. Cloning it clones references.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Apps in use.
    pub apps: BTreeMap<String, App>,
    /// Registers as the place has them.
    pub registers: BTreeMap<String, Arc<Register>>,
    /// Dictionaries, the place's own in place of the apps'.
    pub dictionaries: BTreeMap<String, Arc<Dictionary>>,
    /// Roles with the grants of all apps.
    pub roles: BTreeMap<String, Role>,
    /// Forms.
    pub forms: BTreeMap<String, Arc<Form>>,
    /// Reports.
    pub reports: BTreeMap<String, Arc<Report>>,
    /// Imports.
    pub imports: BTreeMap<String, Arc<Import>>,
    /// Processes by file stem.
    pub processes: BTreeMap<String, ProcessSource>,
    /// Decisions by file stem, the place's own in place of the apps'.
    pub decisions: BTreeMap<String, DecisionSource>,
    /// The place, over its base overlays.
    pub overlay: Option<Overlay>,
    /// Calendars.
    pub calendars: BTreeMap<String, Arc<Calendar>>,
    /// Days that differ from Monday to Friday, of all calendars together; the place's win.
    pub special_days: BTreeMap<Date, SpecialDay>,
    /// Years whose holidays are known, of all calendars together.
    pub known_years: BTreeSet<i32>,
    /// Office hours: those of the most special package that has any.
    pub office_hours: Vec<OfficeHours>,
    /// Pages of the public site by `APP/PATH`.
    pub portal_templates: BTreeMap<String, PortalTemplate>,
    /// Records to load, in the order in which they must be loaded.
    pub seeds: Vec<Seed>,
    /// Packages left out because of errors: apps by name, overlays as `overlay:PLACE`.
    pub disabled: BTreeMap<String, Vec<Diagnostic>>,
}

impl Model {
    /// The value of a parameter `APP.NAME`: the place's, else the app's default.
    pub fn parameter(&self, name: &str) -> Option<&Json> {
        if let Some(it) = self.overlay.as_ref().and_then(|it| it.parameters.get(name)) {
            return Some(it);
        }
        let (app, name) = name.split_once('.')?;
        self.apps
            .get(app)?
            .parameters
            .iter()
            .find(|it| it.name == name)
            .map(|it| &it.default)
    }

    /// All calendars as one, for the working time of a place with that wall clock.
    pub fn calendar_parts(&self, offset: Offset) -> CalendarParts {
        let name = |it: &SpecialDay| it.name.clone().unwrap_or_default();
        CalendarParts {
            offset,
            exceptions: self
                .special_days
                .iter()
                .map(|(date, it)| (*date, !it.work, name(it)))
                .collect(),
            years: self.known_years.iter().copied().collect(),
            hours: self.office_hours.clone(),
        }
    }
}
