//! Hints over the records of a register: candidates by bounded reads within the reader's scope, scored by the pure part.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use yiwang_model::{FieldValue, Mode, Register, Similar, Values};
use yiwang_records::{Alike, Candidate, Ctx, Records};
use yiwang_space::Point;
use yiwang_types::{Code, Fault, Instant};

use crate::likeness::{Hint, Rules, Subject, hints};

/// Candidates of each way of looking: near and in time, merely in time, the same phone, the same title. Together at most what is scored.
const NEAR: u32 = 150;
const RECENT: u32 = 150;
const SAME: u32 = 50;

/// Finds records that may be about the same thing as another one, for registers that say by which fields (`similar`).
#[derive(Clone)]
pub struct Matching {
    records: Records,
    rules: Rules,
}

impl Matching {
    /// With the usual rules.
    pub fn new(records: Records) -> Matching {
        Matching {
            records,
            rules: Rules::default(),
        }
    }

    /// With the rules of the place.
    #[must_use]
    pub fn with_rules(self, rules: Rules) -> Matching {
        Matching { rules, ..self }
    }

    /// The records that are like this one, the likeliest first, as far as the reader may see both. None for a register without `similar`.
    ///
    /// # Errors
    /// `forbidden`, `not-found`; what the store says.
    pub async fn hints(&self, ctx: &Ctx, register: &str, id: &str) -> Result<Vec<Hint>, Fault> {
        let Some(similar) = self.records.register(register)?.similar.clone() else {
            return Ok(vec![]);
        };
        let one = self.records.candidate(ctx, register, id).await?;
        let phone = similar
            .phone
            .as_ref()
            .filter(|it| one.view.fields.contains_key(*it))
            .and_then(|it| one.record.text(it));
        let subject = self.subject(&similar, &one)?;
        self.compare(ctx, register, &similar, subject, phone).await
    }

    /// The records that are like a new one with these values, as they come from a form or an import; values that do not fit their field do
    /// not count. Whoever may not read the register gets no hints.
    ///
    /// # Errors
    /// `not-found` for an unknown register; what the store says.
    pub async fn hints_for_new(&self, ctx: &Ctx, register: &str, values: &Map<String, Json>) -> Result<Vec<Hint>, Fault> {
        let register = self.records.register(register)?;
        let Some(similar) = &register.similar else { return Ok(vec![]) };
        let values = self.values(&register, similar, values);
        let text = |field: &Option<String>| field.as_ref().and_then(|it| values.get(it)).and_then(FieldValue::as_text);
        let phone = text(&similar.phone);
        let subject = Subject {
            id: String::new(),
            status: String::new(),
            at: similar.point.as_ref().and_then(|it| values.get(it)).and_then(point),
            reported_at: similar
                .time
                .as_ref()
                .and_then(|it| values.get(it))
                .and_then(moment)
                .unwrap_or_else(|| self.records.now()),
            class: text(&similar.class).map(str::to_owned),
            phone_hash: self.phone_hash(&register.name, similar, phone)?,
            title: text(&similar.title).unwrap_or_default().to_owned(),
            text: text(&similar.text).unwrap_or_default().to_owned(),
        };
        match self.compare(ctx, &register.name, similar, subject, phone).await {
            Err(fault) if fault.code == Code::Forbidden => Ok(vec![]),
            other => other,
        }
    }

    /// Looks for candidates in each way and scores them together.
    async fn compare(
        &self,
        ctx: &Ctx,
        register: &str,
        similar: &Similar,
        one: Subject,
        phone: Option<&str>,
    ) -> Result<Vec<Hint>, Fault> {
        let minutes = i64::from(self.rules.hours) * 60;
        let time = similar.time.clone().unwrap_or_else(|| "created_at".to_owned());
        let recent = Alike::Between {
            field: time,
            from: one.reported_at.plus_minutes(-minutes),
            until: one.reported_at.plus_minutes(minutes),
        };
        let mut ways: Vec<(Vec<Alike>, u32)> = vec![(vec![recent.clone()], RECENT)];
        if let Some((field, at)) = similar.point.as_ref().zip(one.at) {
            let near = Alike::Near {
                field: field.clone(),
                around: around(at, self.rules.metres),
            };
            ways.push((vec![near, recent], NEAR));
        }
        let same = |field: &Option<String>, value: Option<&str>| {
            let (field, value) = field.clone().zip(value.filter(|it| !it.is_empty()).map(str::to_owned))?;
            Some((vec![Alike::Same { field, value }], SAME))
        };
        ways.extend(same(&similar.phone, phone));
        ways.extend(same(&similar.title, Some(&one.title)));
        let mut found: BTreeMap<i64, Candidate> = BTreeMap::new();
        for (common, most) in ways {
            let more = self.records.alike(ctx, register, &common, most).await?;
            found.extend(more.into_iter().map(|it| (it.record.rid, it)));
        }
        let others = found
            .values()
            .map(|it| self.subject(similar, it))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(hints(&one, &others, &self.rules))
    }

    /// A record for comparing: only what the reader sees of it in clear, and its phone as a hash unless it is hidden from him.
    fn subject(&self, similar: &Similar, it: &Candidate) -> Result<Subject, Fault> {
        let value = |field: &Option<String>| {
            field
                .as_deref()
                .filter(|name| it.shows(name))
                .map(|name| it.record.value(name))
        };
        let text = |field: &Option<String>| value(field).and_then(FieldValue::as_text).unwrap_or_default().to_owned();
        let phone = similar
            .phone
            .as_ref()
            .filter(|name| it.view.fields.contains_key(*name))
            .and_then(|name| it.record.text(name));
        Ok(Subject {
            id: it.record.id.clone(),
            status: it.record.status.clone(),
            at: value(&similar.point).and_then(point),
            reported_at: value(&similar.time).and_then(moment).unwrap_or(it.record.created_at),
            class: Some(text(&similar.class)).filter(|it| !it.is_empty()),
            phone_hash: self.phone_hash(&it.record.register.name, similar, phone)?,
            title: text(&similar.title),
            text: text(&similar.text),
        })
    }

    fn phone_hash(&self, register: &str, similar: &Similar, phone: Option<&str>) -> Result<Option<Vec<u8>>, Fault> {
        let Some((field, phone)) = similar.phone.as_ref().zip(phone) else {
            return Ok(None);
        };
        self.records.system("likeness").hash(register, field, phone).map(Some)
    }

    /// The values that are compared, normalised one by one.
    fn values(&self, register: &Register, similar: &Similar, input: &Map<String, Json>) -> Values {
        let Similar {
            point,
            time,
            phone,
            class,
            title,
            text,
        } = similar;
        let (model, offset) = (self.records.model(), self.records.offset());
        let today = self.records.now().date(offset);
        let mut values = Values::new();
        for name in [point, time, phone, class, title, text].into_iter().flatten() {
            let Some(value) = input.get(name) else { continue };
            let single: Map<String, Json> = std::iter::once((name.clone(), value.clone())).collect();
            let mode = Mode::Update {
                existing: &Values::new(),
            };
            if let Ok(fitting) = yiwang_model::validate_internal(register, &model.dictionaries, &single, mode, today, offset) {
                values.extend(fitting);
            }
        }
        values
    }
}

fn point(value: &FieldValue) -> Option<Point> {
    match value {
        FieldValue::Point { lon, lat } => Point::new(*lon, *lat),
        _ => None,
    }
}

fn moment(value: &FieldValue) -> Option<Instant> {
    match value {
        FieldValue::DateTime(it) => Some(*it),
        _ => None,
    }
}

/// West, south, east, north of the square around a point.
fn around(at: Point, metres: f64) -> [i64; 4] {
    let (low, high) = (at.moved(-metres, -metres), at.moved(metres, metres));
    [low.lon(), low.lat(), high.lon(), high.lat()]
}
