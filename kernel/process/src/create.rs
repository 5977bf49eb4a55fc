//! A new record and, when its register has a process, its instance: one batch.

use std::sync::Arc;

use serde_json::{Map, Value as Json};
use yiwang_bpmn::Event;
use yiwang_feel::Context;
use yiwang_records::{Ctx, Draft, Participant, Saved, Trouble, Writer};
use yiwang_types::Fault;

use crate::Processes;
use crate::effect::Motion;
use crate::scope::Data;
use crate::state::Matter;

/// What comes in.
#[derive(Clone, Debug)]
pub struct NewMatter {
    /// Field values.
    pub fields: Map<String, Json>,
    /// Facts of the act that are no fields (votes of an imported message, the channel).
    pub notes: Map<String, Json>,
    /// Whether computed fields may be filled (an import) or not (persons and programs).
    pub writer: Writer,
}

impl Processes {
    /// Makes a record and starts its process.
    ///
    /// # Errors
    /// As `Records::prepare_create`; `definition-broken` when the process cannot start.
    pub async fn create(&self, ctx: &Ctx, register: &str, new: &NewMatter) -> Result<Saved, Fault> {
        let work = |ctx: Ctx| async move {
            let draft = self.prepare_new(&ctx, register, new).await?;
            self.records.save(&ctx, draft).await
        };
        self.records.attempt(ctx, work).await
    }

    async fn prepare_new(&self, ctx: &Ctx, register: &str, new: &NewMatter) -> Result<Draft, Trouble> {
        let mut draft = self.records.prepare_create(ctx, register, &new.fields, new.writer).await?;
        draft.deed_mut().notes = new.notes.clone();
        if ctx.subject.has_posts() {
            draft.involve(Participant::User(ctx.subject.id.clone()));
        }
        let Some(name) = draft.register().process.clone() else {
            return Ok(draft);
        };
        let current = self.registry.current();
        let process = current.process(&name)?;
        let instance_rid = self.records.rids(1).await?.start;
        let mut motion = Motion::new(self, process, Arc::clone(&current), instance_rid, Matter::new(), draft);
        let env = self.records.env(motion.draft.at());
        let data = Data {
            draft: &motion.draft,
            definitions: &current,
            matter: &motion.matter,
            subject: &ctx.subject,
            task: None,
            form: Context::default(),
            comment: None,
            calendar: &current.calendar,
            env: &env,
        }
        .context();
        motion.step(Event::Start { node: None }, &data).await?;
        Ok(motion.finish(&data)?)
    }
}
