//! Who handles the matter, until when, and what had to be done again.

use yiwang_model::FieldValue;
use yiwang_types::worktime::{Limit, LimitUnit};

use crate::progress::Matter;
use crate::progress::show::Row;
use crate::services::{ClockFace, Counting};
use crate::view::time;
use crate::words::{fill, limit};

impl Matter {
    /// The facts that its app names and that are known by now.
    pub(super) async fn facts(&self) -> Vec<Row> {
        let unit = self.unit().await;
        let limit = self.limit().await;
        unit.into_iter().chain(limit).chain(self.counts()).collect()
    }

    /// Name of the unit; without it the page stands.
    async fn unit(&self) -> Option<Row> {
        let file = &self.portal.file;
        let field = file.progress.unit.as_ref()?;
        let register = self.portal.register.field(field)?.register.as_ref()?;
        let reference = self.value(field).as_text()?;
        let name = self.app.services.matters.name_of(register, reference).await.ok().flatten()?;
        Some(Row {
            label: file.word("handled_by").to_owned(),
            text: name,
        })
    }

    /// The limit that counts now, and while it is being counted when it is due.
    async fn limit(&self) -> Option<Row> {
        let shown = self.portal.file.progress.limit.as_ref()?;
        let first = self.first_limit(&shown.field)?;
        let text = match self.clock(shown.clock.as_deref()).await {
            Some(clock) => self.counted(clock),
            None => limit(first),
        };
        Some(Row {
            label: shown.title.clone(),
            text,
        })
    }

    fn first_limit(&self, field: &str) -> Option<Limit> {
        let FieldValue::Json(value) = self.value(field) else {
            return None;
        };
        let amount = value.get("amount")?.as_u64().and_then(|it| u32::try_from(it).ok())?;
        let unit = LimitUnit::parse(value.get("unit")?.as_str()?)?;
        Some(Limit { amount, unit })
    }

    /// The clock; without an answer the page says what was set first.
    async fn clock(&self, name: Option<&str>) -> Option<ClockFace> {
        let matters = &self.app.services.matters;
        matters
            .clock(&self.portal.file.register, &self.code, name?)
            .await
            .ok()
            .flatten()
    }

    fn counted(&self, clock: ClockFace) -> String {
        let amount = limit(clock.limit);
        match clock.counting {
            Counting::Until(due) => {
                let due = time::moment(due, self.app.services.offset);
                fill("limit_due", &[("limit", &amount), ("due", &due)])
            }
            Counting::Suspended => fill("limit_suspended", &[("limit", &amount)]),
            Counting::Done => amount,
        }
    }

    fn counts(&self) -> impl Iterator<Item = Row> {
        self.portal
            .file
            .progress
            .counts
            .iter()
            .filter_map(|it| match self.value(&it.field) {
                FieldValue::Int(n) if *n > 0 => Some(Row {
                    label: it.title.clone(),
                    text: it.text.replace("{n}", &n.to_string()),
                }),
                _ => None,
            })
    }
}
