//! What the definitions in force make of the public site: its entrances, its name, its footer, its colours.

mod file;
mod link;
mod theme;
pub(crate) mod yaml;

use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

use serde_json::Value as Json;
use yiwang_model::Model;
use yiwang_types::Diagnostic;

pub(crate) use file::{Asked, HowStep, PRIVACY, Part, StateWord, Step, StepKind};
pub(crate) use link::Portal;
use theme::Css;

/// Name of the file inside an app's `portal` folder.
const FILE: &str = "/texts.yaml";

/// The site of one set of definitions.
pub(crate) struct Site {
    pub(crate) model: Arc<Model>,
    /// Entrances by register.
    pub(crate) portals: BTreeMap<String, Arc<Portal>>,
    /// Name of the site.
    pub(crate) name: Option<String>,
    /// Name of the place.
    pub(crate) place: Option<String>,
    /// What the place says in the footer, by key.
    pub(crate) footer: BTreeMap<String, String>,
    pub(crate) css: Css,
}

impl Site {
    /// An entrance that is broken is left out with its reasons in the log; the rest of the site stands.
    pub(crate) fn of(model: Arc<Model>) -> Site {
        let mut portals = BTreeMap::new();
        for (name, file) in model.portal_templates.iter().filter(|it| it.0.ends_with(FILE)) {
            match link::portal(file, &model) {
                Ok(it) => drop(portals.insert(it.file.register.clone(), Arc::new(it))),
                Err(wrong) => {
                    let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
                    tracing::warn!(file = %name, wrong = wrong.join("; "), "A public entrance is left out");
                }
            }
        }
        let texts = |map: &BTreeMap<String, Json>| {
            let text = |(key, value): (&String, &Json)| Some((key.clone(), value.as_str()?.to_owned()));
            map.iter().filter_map(text).collect::<BTreeMap<_, _>>()
        };
        let overlay = model.overlay.as_ref();
        let theme = overlay.map(|it| it.theme.clone()).unwrap_or_default();
        Site {
            portals,
            name: theme.get("name").and_then(Json::as_str).map(str::to_owned),
            place: overlay.map(|it| it.title.clone()),
            footer: overlay.map(|it| texts(&it.footer)).unwrap_or_default(),
            css: theme::css(&theme),
            model,
        }
    }
}

/// Everything that is wrong with the public entrances of the apps in use, for who writes them.
pub fn check(model: &Model) -> Vec<Diagnostic> {
    let files = model.portal_templates.iter().filter(|it| it.0.ends_with(FILE));
    files
        .filter_map(|(_, file)| link::portal(file, model).err())
        .flatten()
        .collect()
}

/// The site of the newest definitions seen; made again when they change.
#[derive(Default)]
pub(crate) struct Latest(RwLock<Option<Arc<Site>>>);

impl Latest {
    pub(crate) fn of(&self, model: Arc<Model>) -> Arc<Site> {
        let kept = self.0.read().ok().and_then(|it| it.clone());
        if let Some(it) = kept.filter(|it| Arc::ptr_eq(&it.model, &model)) {
            return it;
        }
        let site = Arc::new(Site::of(model));
        if let Ok(mut slot) = self.0.write() {
            *slot = Some(Arc::clone(&site));
        }
        site
    }
}
