//! The progress page as a view: the fields its app names, and nothing else.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use serde_json::Value as Json;
use yiwang_model::{Field, FieldType, FieldValue};
use yiwang_types::FieldFault;

use crate::answers::Answers;
use crate::progress::{Matter, Moment};
use crate::report::check::sentence;
use crate::site::Asked;
use crate::view::field::{Around, FieldView, draw};
use crate::view::{Shell, time};
use crate::words::{fill, t, typeset};

#[derive(Serialize)]
struct ProgressPage {
    code: String,
    title: String,
    number_label: String,
    number: String,
    word: String,
    step: String,
    words: Vec<WordView>,
    dates: Vec<Row>,
    facts: Vec<Row>,
    answers: Vec<Row>,
    photos: Vec<PhotosView>,
    rating: Option<RatingView>,
}

#[derive(Serialize)]
struct WordView {
    word: String,
    /// `done`, `now` or `later`.
    state: &'static str,
}

/// A line of a list of facts.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) label: String,
    pub(super) text: String,
}

#[derive(Serialize)]
struct PhotosView {
    title: String,
    photos: Vec<PhotoView>,
}

#[derive(Serialize)]
struct PhotoView {
    src: String,
    alt: String,
}

#[derive(Serialize)]
struct RatingView {
    heading: String,
    open: bool,
    fields: Vec<FieldView>,
    errors: Vec<ErrorView>,
    given: Vec<Row>,
    said: String,
}

#[derive(Serialize)]
struct ErrorView {
    href: String,
    text: String,
}

impl Matter {
    /// The page with what is known now, and with a rating half filled in.
    pub(super) async fn page(&self, status: StatusCode, shell: Shell, typed: &Answers, faults: &[FieldFault]) -> Response {
        let file = &self.portal.file;
        let entry = self.portal.states.entry(&self.found.status);
        let said = |key: &str| {
            entry
                .and_then(|it| it.values.get(key))
                .and_then(Json::as_str)
                .map(typeset)
                .unwrap_or_default()
        };
        let word = said("public");
        let now = file.state_words.iter().position(|it| it.word == word);
        let state = |at: usize| match now {
            Some(now) if at < now => "done",
            Some(now) if at == now => "now",
            _ => "later",
        };
        let over = now.is_some_and(|it| it + 1 == file.state_words.len());
        let words = file.state_words.iter().enumerate();
        let row = |label: &str, text: String| Row {
            label: label.to_owned(),
            text,
        };
        let offset = self.app.services.offset;
        let dates = file.progress.dates.iter().filter_map(|it| {
            let made = it.or_created.then(|| time::moment(self.found.created_at, offset));
            Some(row(&it.title, time::of_value(self.value(&it.field), offset).or(made)?))
        });
        let answers = file.progress.answers.iter().map(|it| row(&it.title, self.text(&it.field)));
        let page = ProgressPage {
            code: self.code.clone(),
            title: self.text(&self.portal.register.label),
            number_label: file.word("done_number").to_owned(),
            number: self.text(&file.progress.number),
            step: said("public_step"),
            words: words
                .map(|(at, it)| WordView {
                    word: it.word.clone(),
                    state: state(at),
                })
                .collect(),
            word,
            dates: dates.collect(),
            facts: self.facts().await,
            answers: answers.filter(|it| !it.text.is_empty()).collect(),
            photos: [Moment::Before, Moment::After]
                .into_iter()
                .filter_map(|it| self.photos(it))
                .collect(),
            // What ended in another way than it takes to be rated will never be: nothing is promised.
            rating: self
                .rating(typed, faults)
                .filter(|it| it.open || !it.given.is_empty() || !over),
        };
        let title = format!("{} - {}", page.number, t("progress_title"));
        let mut shell = shell.wrong_if(!faults.is_empty()).titled(title).in_part("progress");
        shell.flow = page.rating.as_ref().filter(|it| it.open).map(|_| "rate");
        self.app.views.page(status, "progress.html", &shell, &page)
    }

    fn photos(&self, moment: Moment) -> Option<PhotosView> {
        let progress = &self.portal.file.progress;
        let (shown, folder) = match moment {
            Moment::Before => (progress.before.as_ref()?, "before"),
            Moment::After => (progress.photos.as_ref()?, "photos"),
        };
        let photo = |at: usize| PhotoView {
            src: format!("/p/{}/{folder}/{}", self.code, at + 1),
            alt: fill("photo_alt", &[("title", &shown.title), ("number", &(at + 1).to_string())]),
        };
        let photos: Vec<PhotoView> = (0..self.photo_ids(moment).len()).map(photo).collect();
        (!photos.is_empty()).then(|| PhotosView {
            title: shown.title.clone(),
            photos,
        })
    }

    fn rating(&self, typed: &Answers, faults: &[FieldFault]) -> Option<RatingView> {
        let file = &self.portal.file;
        let rating = file.rating.as_ref()?;
        let given = !self.value(&rating.done_when).is_empty();
        let open = !given && !self.value(&rating.open_when).is_empty();
        let around = Around {
            dictionaries: &self.site.model.dictionaries,
            today: self.app.services.clock.now().date(self.app.services.offset),
            faults,
        };
        let field = |it: &Asked| {
            let required = self
                .portal
                .rate_form
                .as_ref()?
                .fields
                .iter()
                .any(|field| field.name == it.field && field.required);
            Some(draw(
                self.portal.register.field(&it.field)?,
                it,
                required,
                typed.text(&it.field).unwrap_or_default(),
                &around,
            ))
        };
        let said = |it: &Asked| {
            let definition = self.portal.register.field(&it.field)?;
            let text = self.shown(definition, it)?;
            Some(Row {
                label: it.label.clone().unwrap_or_else(|| definition.title.clone()),
                text,
            })
        };
        Some(RatingView {
            heading: file.word("rate_heading").to_owned(),
            open,
            fields: if open {
                rating.fields.iter().filter_map(field).collect()
            } else {
                Vec::new()
            },
            errors: faults
                .iter()
                .map(|it| ErrorView {
                    href: format!("#f-{}", it.field),
                    text: sentence(it),
                })
                .collect(),
            given: if given {
                rating.fields.iter().filter_map(said).collect()
            } else {
                Vec::new()
            },
            said: file.word(if given { "rate_done" } else { "rate_later" }).to_owned(),
        })
    }

    fn shown(&self, field: &Field, asked: &Asked) -> Option<String> {
        match (field.ty, self.value(&field.name)) {
            (FieldType::Boolean, FieldValue::Bool(true)) => Some(asked.yes.clone().unwrap_or_else(|| t("yes").to_owned())),
            (FieldType::Boolean, FieldValue::Bool(false)) => Some(asked.no.clone().unwrap_or_else(|| t("no").to_owned())),
            (FieldType::Choice, FieldValue::Text(code)) => {
                let dictionary = field
                    .dictionary
                    .as_ref()
                    .and_then(|it| self.site.model.dictionaries.get(it))?;
                dictionary.entry(code).map(|it| it.title.clone())
            }
            (_, FieldValue::Text(it)) => Some(it.clone()),
            _ => None,
        }
    }
}
