//! The pages of the form as views.

use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use yiwang_files::Rendition;
use yiwang_model::{Field, FieldType};
use yiwang_space::Point;
use yiwang_space::sketch::{View, ViewQuery};
use yiwang_types::FieldFault;

use crate::app::App;
use crate::report::check::sentence;
use crate::report::draft::{Settled, answer_of};
use crate::report::{PURPOSE, Stage, Turned, Visit, place};
use crate::seal::seal;
use crate::services::Located;
use crate::site::{Asked, Site, Step, StepKind};
use crate::view::Shell;
use crate::view::field::{Around, FieldView, OptionView, draw, error_of};
use crate::words::{fill, t};

/// What every page of the form has.
#[derive(Serialize)]
struct Flow {
    action: String,
    state: String,
    step: String,
    caption: String,
    heading: String,
    title: String,
    help: Option<String>,
    notes: Vec<String>,
    not_emergency: Option<String>,
    errors: Vec<ErrorView>,
    notice: Option<String>,
    hint: Option<&'static str>,
    /// Whether the summary still has to say that nothing is lost.
    reassure: bool,
    back: bool,
    checking: bool,
}

#[derive(Serialize)]
struct ErrorView {
    href: String,
    text: String,
}

#[derive(Serialize)]
struct WordsPage {
    flow: Flow,
    fields: Vec<FieldView>,
}

#[derive(Serialize)]
struct PlacePage {
    flow: Flow,
    address: FieldView,
    spots: Vec<OptionView>,
    spot_error: Option<String>,
    sides: Vec<OptionView>,
    side_error: Option<String>,
    map: Option<MapView>,
    map_error: Option<String>,
    marked: bool,
    near: String,
    accuracy: Option<u32>,
}

#[derive(Serialize)]
struct MapView {
    small: Picture,
    large: Picture,
    moves: Vec<Move>,
    alt: String,
    /// What the script needs to move the sketch: units of 1e-7 degree that one metre has to the east and to the north.
    unit: (f64, f64),
    /// The view of everything, as far as the sketch may be moved.
    home: ViewQuery,
}

#[derive(Serialize)]
struct Picture {
    src: String,
    view: ViewQuery,
    width: u32,
    height: u32,
}

#[derive(Serialize)]
struct Move {
    number: usize,
    title: &'static str,
}

#[derive(Serialize)]
struct PhotosPage {
    flow: Flow,
    name: String,
    photos: Vec<PhotoView>,
    room: usize,
    error: Vec<String>,
}

#[derive(Serialize)]
struct PhotoView {
    number: usize,
    index: usize,
    src: Option<String>,
}

#[derive(Serialize)]
struct CheckPage {
    flow: Flow,
    parts: Vec<PartView>,
}

#[derive(Serialize)]
struct PartView {
    step: String,
    title: String,
    rows: Vec<Row>,
    photos: Vec<PhotoView>,
    errors: Vec<String>,
}

#[derive(Serialize)]
struct Row {
    label: String,
    text: String,
}

#[derive(Serialize)]
struct ChoosePage {
    entrances: Vec<Row>,
}

/// The list of entrances, when there are several.
pub(super) fn entrances(app: &App, site: &Site, shell: Shell) -> Response {
    let row = |it: &std::sync::Arc<crate::site::Portal>| Row {
        label: it.file.word("heading").to_owned(),
        text: format!("/report/{}", it.file.register),
    };
    let page = ChoosePage {
        entrances: site.portals.values().map(row).collect(),
    };
    app.page("choose.html", shell.titled(t("choose_title")).in_part("report"), &page)
}

impl Visit<'_> {
    /// Draws a page of the form.
    pub(super) async fn show(self, turned: Turned) -> Response {
        let status = turned.status;
        let step = match turned.stage {
            Stage::Step(at) => self.portal.file.steps.get(at),
            Stage::Check => None,
        };
        let flow = self.flow(&turned, step);
        let shell = self
            .shell
            .clone()
            .titled(format!("{} - {}", flow.title, flow.heading))
            .in_part("report");
        let mut shell = shell.wrong_if(!flow.errors.is_empty() || flow.notice.is_some());
        shell.flow = Some(if step.is_some_and(|it| it.kind == StepKind::Place) {
            "find"
        } else {
            "next"
        });
        let views = &self.app.views;
        let Some(step) = step else {
            let parts = self.parts(&turned.faults).await;
            return views.page(status, "check.html", &shell, &CheckPage { flow, parts });
        };
        match step.kind {
            StepKind::Words => {
                let fields = step.fields.iter().filter_map(|it| self.asked(it, &turned.faults)).collect();
                views.page(status, "words.html", &shell, &WordsPage { flow, fields })
            }
            StepKind::Place => views.page(status, "place.html", &shell, &self.place_page(step, flow, &turned.faults)),
            StepKind::Photos => {
                let photos = self.photos().await;
                let room = step.most.unwrap_or(usize::MAX).saturating_sub(self.draft.photos.len());
                let name = step.field.clone().unwrap_or_default();
                let error = turned.faults.iter().filter(|it| it.field == name).map(sentence).collect();
                views.page(
                    status,
                    "photos.html",
                    &shell,
                    &PhotosPage {
                        flow,
                        name,
                        photos,
                        room,
                        error,
                    },
                )
            }
        }
    }

    fn flow(&self, turned: &Turned, step: Option<&Step>) -> Flow {
        let file = &self.portal.file;
        let at = match turned.stage {
            Stage::Step(at) => at,
            Stage::Check => file.steps.len(),
        };
        let count = (file.steps.len() + 1).to_string();
        let number = (at + 1).to_string();
        let error = |it: &FieldFault| ErrorView {
            href: self.anchor(turned.stage, &it.field),
            text: sentence(it),
        };
        Flow {
            action: format!("/report/{}", file.register),
            state: seal(&self.app.services.secret, PURPOSE, &self.draft),
            step: step.map_or("check", |it| it.step.as_str()).to_owned(),
            caption: fill("step_of", &[("step", &number), ("steps", &count)]),
            heading: file.word("heading").to_owned(),
            title: step.map_or_else(|| t("check_title").to_owned(), |it| it.title.clone()),
            help: step.and_then(|it| it.help.clone()),
            notes: step.map(|it| it.notes.clone()).unwrap_or_default(),
            not_emergency: (turned.stage == Stage::Step(0)).then(|| file.word("not_emergency").to_owned()),
            errors: turned.faults.iter().map(error).collect(),
            notice: turned.notice.clone(),
            hint: turned.hint,
            reassure: !turned.faults.iter().any(|it| it.message.contains(t("kept"))),
            back: at > 0,
            checking: self.draft.checking && step.is_some(),
        }
    }

    /// Where a mistake is: the field on its own page, the part on the page of all answers.
    fn anchor(&self, stage: Stage, field: &str) -> String {
        let owner = self.portal.file.steps.iter().find(|it| it.names().contains(&field));
        match (stage, owner) {
            (Stage::Check, Some(step)) => format!("#part-{}", step.step),
            (Stage::Step(_), Some(step)) if step.point.as_deref() == Some(field) => "#map".to_owned(),
            (Stage::Step(_), Some(_)) => format!("#f-{field}"),
            (Stage::Step(_), None) if field == place::SPOT => "#spot-1".to_owned(),
            (_, None) => "#main".to_owned(),
        }
    }

    fn asked(&self, asked: &Asked, faults: &[FieldFault]) -> Option<FieldView> {
        let field = self.portal.register.field(&asked.field)?;
        let form = self.portal.form.fields.iter().find(|it| it.name == asked.field)?;
        Some(self.draw(field, asked, form.required || field.required, faults))
    }

    fn draw(&self, field: &Field, asked: &Asked, required: bool, faults: &[FieldFault]) -> FieldView {
        let around = Around {
            dictionaries: &self.site.model.dictionaries,
            today: self.app.services.clock.now().date(self.app.services.offset),
            faults,
        };
        draw(field, asked, required, self.draft.typed(&asked.field), &around)
    }

    fn place_page(&self, step: &Step, flow: Flow, faults: &[FieldFault]) -> PlacePage {
        let (point, address) = (
            step.point.as_deref().unwrap_or_default(),
            step.address.as_deref().unwrap_or_default(),
        );
        let services = &self.app.services;
        let mut spots: Vec<OptionView> = place::offered(self.app, &self.draft, address)
            .into_iter()
            .map(|it| OptionView {
                checked: self.draft.place() == Some(it.at),
                value: it.key,
                title: it.title,
            })
            .collect();
        if !spots.is_empty() {
            let checked = self.draft.declined.as_deref() == Some(self.draft.typed(address)) && self.draft.point.is_none();
            spots.push(OptionView {
                value: place::NONE.to_owned(),
                title: t("spot_none").to_owned(),
                checked,
            });
        }
        let sides: Vec<OptionView> = match self.draft.place().map(|it| services.places.locate(it)) {
            Some(Located::Border(sides)) => sides
                .into_iter()
                .map(|it| OptionView {
                    checked: self.draft.side.as_ref() == Some(&it.key),
                    value: it.key,
                    title: it.title,
                })
                .collect(),
            _ => Vec::new(),
        };
        let asked = Asked {
            field: address.to_owned(),
            label: Some(t("address_label").to_owned()),
            ..Asked::default()
        };
        // Not marked as optional: either it or the point is needed.
        let address = self
            .portal
            .register
            .field(address)
            .map(|it| self.draw(it, &asked, true, faults))
            .unwrap_or_default();
        PlacePage {
            flow,
            address,
            spots,
            spot_error: error_of(place::SPOT, faults),
            side_error: error_of(point, faults).filter(|_| !sides.is_empty()),
            map_error: error_of(point, faults).filter(|_| sides.is_empty()),
            sides,
            map: self.map(),
            marked: self.draft.point.is_some(),
            accuracy: self.draft.accuracy,
            near: self.draft.place().map(|it| services.places.words(it)).unwrap_or_default(),
        }
    }

    fn map(&self) -> Option<MapView> {
        let (sketch, large) = place::view(self.app, &self.draft, place::LARGE)?;
        let (_, small) = place::view(self.app, &self.draft, place::SMALL)?;
        let picture = |name: &str, view: &View| {
            let shown = sketch.query_of(view);
            let query: Vec<String> = shown
                .pairs()
                .into_iter()
                .map(|(key, value)| format!("{key}={value}"))
                .collect();
            Picture {
                src: format!("/sketch/{name}.svg?{}", query.join("&")),
                view: shown,
                width: view.width(),
                height: view.height(),
            }
        };
        let moves = sketch
            .links(&large)
            .into_iter()
            .enumerate()
            .map(|(number, it)| Move { number, title: it.title });
        Some(MapView {
            small: picture("small", &small),
            large: picture("large", &large),
            moves: moves.collect(),
            alt: crate::words::typeset(&sketch.alt(&large)),
            unit: unit_at(large.center()),
            home: sketch.query_of(&sketch.home(place::LARGE.0, place::LARGE.1)),
        })
    }

    async fn photos(&self) -> Vec<PhotoView> {
        let mut views = Vec::new();
        for (index, id) in self.draft.photos.iter().enumerate() {
            let drawn = self.app.services.photos.drawn(id, Rendition::Thumbnail).await.ok();
            let src = drawn.map(|it| format!("data:{};base64,{}", Rendition::MEDIA_TYPE, STANDARD.encode(it)));
            views.push(PhotoView {
                number: index + 1,
                index,
                src,
            });
        }
        views
    }

    async fn parts(&self, faults: &[FieldFault]) -> Vec<PartView> {
        let mut parts = Vec::new();
        for step in &self.portal.file.steps {
            let names = step.names();
            parts.push(PartView {
                step: step.step.clone(),
                title: step.short.clone(),
                rows: self.rows(step),
                photos: if step.kind == StepKind::Photos {
                    self.photos().await
                } else {
                    Vec::new()
                },
                errors: faults
                    .iter()
                    .filter(|it| names.contains(&it.field.as_str()))
                    .map(sentence)
                    .collect(),
            });
        }
        parts
    }

    fn rows(&self, step: &Step) -> Vec<Row> {
        let row = |label: &str, text: String| Row {
            label: label.to_owned(),
            text,
        };
        let mut rows: Vec<Row> = Vec::new();
        for asked in &step.fields {
            let Some(field) = self.portal.register.field(&asked.field) else {
                continue;
            };
            let label = asked.label.as_deref().unwrap_or(&field.title);
            rows.push(row(label, self.said(field, asked)));
        }
        if let Some(address) = &step.address {
            rows.push(row(t("address_label"), or_nothing(self.draft.typed(address).trim())));
        }
        if step.point.is_some() {
            let said = match self.draft.settled(&*self.app.services.places) {
                Settled::Nowhere => t("not_marked").to_owned(),
                Settled::At(point, _) => match self.app.services.places.words(point) {
                    words if words.is_empty() => t("marked").to_owned(),
                    words => crate::words::typeset(&words),
                },
                Settled::Unclear | Settled::Outside => t("mark_unclear").to_owned(),
            };
            rows.push(row(t("mark_label"), said));
        }
        if step.kind == StepKind::Photos && self.draft.photos.is_empty() {
            rows.push(row(&step.short, t("nothing").to_owned()));
        }
        rows
    }

    fn said(&self, field: &Field, asked: &Asked) -> String {
        let typed = self.draft.typed(&field.name);
        match field.ty {
            FieldType::Boolean => match answer_of(typed) {
                Some(true) => asked.yes.clone().unwrap_or_else(|| t("yes").to_owned()),
                _ => asked.no.clone().unwrap_or_else(|| t("no").to_owned()),
            },
            FieldType::Choice => {
                let dictionary = field.dictionary.as_ref().and_then(|it| self.site.model.dictionaries.get(it));
                or_nothing(dictionary.and_then(|it| it.entry(typed)).map_or("", |it| it.title.as_str()))
            }
            _ => or_nothing(typed.trim()),
        }
    }
}

/// Units of 1e-7 degree in one metre, to the east and to the north; a thousand metres are asked for, so that rounding is no matter.
fn unit_at(center: Point) -> (f64, f64) {
    const METRES: f64 = 1_000.0;
    let moved = center.moved(METRES, METRES);
    let unit = |from: i64, to: i64| i32::try_from(to - from).map_or(0.0, f64::from) / METRES;
    (unit(center.lon(), moved.lon()), unit(center.lat(), moved.lat()))
}

fn or_nothing(text: &str) -> String {
    if text.is_empty() {
        t("nothing").to_owned()
    } else {
        text.to_owned()
    }
}
