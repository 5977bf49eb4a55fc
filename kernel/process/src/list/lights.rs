//! The lights of a page of tasks: one statement for all their clocks.

use std::collections::{BTreeSet, HashMap};

use yiwang_records::rows::{Filter, Value};
use yiwang_types::worktime::LimitUnit;
use yiwang_types::{Code, Fault, Instant};

use crate::Processes;
use crate::effect::due_clock;
use crate::light::{LightView, light};
use crate::rows::{InstanceRow, TaskRow, select};
use crate::state::OpenTask;
use crate::tables::INSTANCE;

impl Processes {
    /// The light of each open task that has a deadline, by the task's number.
    pub(super) async fn lights(&self, rows: &[TaskRow], now: Instant) -> Result<HashMap<i64, LightView>, Fault> {
        let timed: Vec<&TaskRow> = rows.iter().filter(|it| it.state == "open" && it.due_at.is_some()).collect();
        let instances = self.instances(timed.iter().map(|it| it.instance_rid).collect()).await?;
        let mut lights = HashMap::with_capacity(timed.len());
        for row in timed {
            let Some(instance) = instances.get(&row.instance_rid) else {
                continue;
            };
            let Some(task) = instance.matter.task(&row.id) else {
                continue;
            };
            match self.light_of(instance, task, now).await {
                Ok(light) => lights.extend(light.map(|it| (row.rid, it))),
                // The app of this row is disabled; the rows of the others keep their lights, and this one its deadline.
                Err(fault) if fault.code == Code::DefinitionBroken => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(lights)
    }

    async fn light_of(&self, instance: &InstanceRow, task: &OpenTask, now: Instant) -> Result<Option<LightView>, Fault> {
        let process = self.registry.pinned(&instance.definition).await?.process(&instance.process)?;
        let calendar = &self.registry.current().calendar;
        let clock = due_clock(&process, &instance.matter, task);
        let fixed = task.due.filter(|due| clock.is_none_or(|it| *due < it.due));
        Ok(match (clock, fixed) {
            // A deadline of the task's own is a moment; what is left until then is counted day and night.
            (_, Some(due)) => Some(light(calendar, task.opened_at, due, now, LimitUnit::UrgentMinute)),
            (Some(it), None) => Some(light(calendar, it.started_at, it.due, now, it.limit.unit)),
            (None, None) => None,
        })
    }

    async fn instances(&self, rids: BTreeSet<i64>) -> Result<HashMap<i64, InstanceRow>, Fault> {
        if rids.is_empty() {
            return Ok(HashMap::new());
        }
        let limit = u32::try_from(rids.len()).unwrap_or(u32::MAX);
        let filter = Filter::within("rid", rids.into_iter().map(Value::Int));
        let rows = self
            .records
            .rows(&select(INSTANCE, &InstanceRow::COLUMNS, filter, limit))
            .await?;
        rows.iter()
            .map(|row| InstanceRow::read_timed(row).map(|it| (it.rid, it)))
            .collect()
    }
}
