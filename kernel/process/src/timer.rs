//! Timers fire inside a transaction of their matter: whether one is still set and due is checked on the locked matter.

use yiwang_bpmn::Event;
use yiwang_feel::Context;
use yiwang_records::rows::{Cmp, Filter, Lane, Row, Sort, Value};
use yiwang_records::{Authority, Ctx, Deed, Saved, Trouble};
use yiwang_types::{Code, Fault, Instant};

use crate::Processes;
use crate::effect::{Ending, Motion};
use crate::request;
use crate::rows;
use crate::scope::Data;
use crate::state::TimerKind;
use crate::tables::TIMER;

/// Whether trying again soon may help.
fn is_passing(code: Code) -> bool {
    matches!(code, Code::Busy | Code::Timeout | Code::Unavailable | Code::OutcomeUnknown)
}

impl Processes {
    /// Fires what is due, oldest first, at most `limit`; gives the number fired. Two nodes may do it at once: the matter's lock decides.
    ///
    /// # Errors
    /// What the store says; what it could not do for the moment stays due. A timer whose matter cannot go on is moved an hour ahead and logged, so that it does not block the others.
    pub async fn fire_due(&self, limit: u32) -> Result<u32, Fault> {
        let now = self.records.now();
        let filter = Filter::Cmp {
            column: "due_at".into(),
            op: Cmp::Le,
            value: Value::Int(now.millis()),
        };
        let mut select = rows::select(TIMER, &["rid", "instance_rid", "register", "record_rid"], filter, limit);
        select.sort = ["due_at", "rid"]
            .map(|column| Sort {
                column: column.to_owned(),
                descending: false,
            })
            .to_vec();
        let mut fired = 0;
        for row in self.records.rows(&select).await? {
            match self.fire(&row).await {
                Ok(()) => fired += 1,
                // The database is busy or away: the timer is due still and fires at the next look.
                Err(fault) if is_passing(fault.code) => return Err(fault),
                Err(fault) => {
                    tracing::error!(timer = ?row.first(), error = %fault, "A timer could not fire");
                    if let Some(rid) = row.first().and_then(Value::as_int) {
                        let later = rows::timer_later(rid, now.plus_minutes(60));
                        self.records.write_rows(Lane::Bulk, vec![later]).await?;
                    }
                }
            }
        }
        Ok(fired)
    }

    async fn fire(&self, row: &Row) -> Result<(), Fault> {
        let [rid, instance, register, record] = row.as_slice() else {
            return Err(Fault::internal("timer row is incomplete"));
        };
        let (Some(rid), Some(instance), Some(register), Some(record)) =
            (rid.as_int(), instance.as_int(), register.as_text(), record.as_int())
        else {
            return Err(Fault::internal("timer row is incomplete"));
        };
        let ctx = Ctx::job("timer");
        let work = |ctx: Ctx| async move { self.fire_one(&ctx, rid, instance, register, record).await };
        match self.records.attempt(&ctx, work).await {
            Ok(_) => Ok(()),
            // Cancelled in between by an act: nothing to do.
            Err(fault) if fault.code == Code::TaskDone => Ok(()),
            Err(fault) => Err(fault),
        }
    }

    async fn fire_one(&self, ctx: &Ctx, rid: i64, instance_rid: i64, register: &str, record: i64) -> Result<Saved, Trouble> {
        let deed = Deed::of("timer");
        let mut draft = self
            .records
            .prepare_matter(register, record, Authority::Engine("timer"), deed)
            .await?;
        let instance = self.instance(instance_rid).await?;
        let now: Instant = draft.at();
        let timer = instance
            .matter
            .timers
            .iter()
            .find(|it| it.rid == rid && it.due.is_some_and(|due| due <= now))
            .cloned();
        let Some(timer) = timer else {
            return Err(Fault::new(Code::TaskDone, "定时器已取消。").into());
        };
        let process = self.registry.pinned(&instance.definition).await?.process(&instance.process)?;
        let current = self.registry.current();
        let node = timer
            .what
            .engine()
            .and_then(|it| instance.matter.engine.timers.iter().find(|set| set.id == it))
            .map(|it| it.node.clone());
        let name = node.as_deref().and_then(|it| process.node(it)).map(|it| it.name.clone());
        draft.deed_mut().step = Some(name.unwrap_or_else(|| "挂账到期,恢复计时".to_owned()));
        let env = self.records.env(now);
        let data = Data {
            draft: &draft,
            definitions: &current,
            matter: &instance.matter,
            subject: &ctx.subject,
            task: None,
            form: Context::default(),
            comment: None,
            calendar: &current.calendar,
            env: &env,
        }
        .context();
        let mut motion = Motion::new(self, process, current, instance.rid, instance.matter, draft);
        motion.ending = Ending {
            act: "timer".to_owned(),
            ..Ending::default()
        };
        motion.matter.timers.retain(|it| it.rid != rid);
        match timer.what {
            TimerKind::Engine(id) | TimerKind::Clock(id, _) => motion.step(Event::TimerFired { timer: id }, &data).await?,
            TimerKind::Review => request::resume(&mut motion),
        }
        let draft = motion.finish(&data)?;
        self.records.save(ctx, draft).await
    }
}
