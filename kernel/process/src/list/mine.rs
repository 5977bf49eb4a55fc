//! 我发起的 and 关注的: matters in the shape of tasks, newest first, with the step where each one is.

use std::collections::HashMap;

use yiwang_authz::Action;
use yiwang_records::rows::{Filter, Value};
use yiwang_records::{Counted, Ctx, Mine, MineParams, Part, View};
use yiwang_types::{Fault, Instant};

use super::{COUNTED, TaskItem, TaskListParams, TaskPage, size};
use crate::Processes;
use crate::light::LightView;
use crate::rows::{TASK_COLUMNS, TaskRow, equal, select};
use crate::tables::TASK;

/// Most open tasks of a page of matters; a matter has a few.
const OPEN: u32 = 2_000;

impl Processes {
    pub(super) async fn matters_of(&self, ctx: &Ctx, part: Part, params: &TaskListParams, limit: u32) -> Result<TaskPage, Fault> {
        let wanted = MineParams {
            q: params.q.clone(),
            limit: Some(limit),
            after: params.after.clone(),
            count_to: COUNTED.into(),
        };
        let mut count = Counted { value: 0, exact: true };
        let mut rows: Vec<(String, i64, View)> = Vec::new();
        for register in self.registers_of_matters(ctx, params.register.as_deref()) {
            let mine = self.records.mine(ctx, &register, part, &wanted).await?;
            count = count.plus(mine.count);
            rows.extend(mine.rows.into_iter().map(|(rid, view)| (register.clone(), rid, view)));
        }
        rows.sort_by_key(|(_, rid, view)| std::cmp::Reverse((view.created_at, *rid)));
        let full = rows.len() >= size(limit);
        rows.truncate(size(limit));
        let next = rows.last().filter(|_| full).map(|(_, rid, view)| Mine::mark(*rid, view));
        Ok(TaskPage {
            items: self.matter_items(rows).await?,
            next,
            count: count.bounded(COUNTED.into()),
        })
    }

    /// Registers whose records run in a process and that the person may read.
    pub(super) fn registers_of_matters(&self, ctx: &Ctx, only: Option<&str>) -> Vec<String> {
        let model = self.records.model();
        let all = model.registers.values().filter(|it| it.process.is_some());
        let mine = all.filter(|it| only.is_none_or(|name| it.name == name));
        mine.filter(|it| self.records.permit(ctx, Action::Read, &it.name).is_ok())
            .map(|it| it.name.clone())
            .collect()
    }

    async fn matter_items(&self, rows: Vec<(String, i64, View)>) -> Result<Vec<TaskItem>, Fault> {
        let now = self.records.now();
        let rids: Vec<i64> = rows.iter().map(|it| it.1).collect();
        let tasks = self.first_open(&rids).await?;
        let open: Vec<TaskRow> = tasks.values().cloned().collect();
        let mut lights = self.lights(&open, now).await?;
        let item = |(register, rid, view): (String, i64, View)| {
            let task = tasks.get(&(register.clone(), rid));
            let light = task.and_then(|it| lights.remove(&it.rid));
            matter_item(register, view, task, light, now)
        };
        Ok(rows.into_iter().map(item).collect())
    }

    /// Of each record the open task that is due first.
    async fn first_open(&self, rids: &[i64]) -> Result<HashMap<(String, i64), TaskRow>, Fault> {
        if rids.is_empty() {
            return Ok(HashMap::new());
        }
        let filter = Filter::within("record_rid", rids.iter().copied()).and(equal("state", Value::from("open")));
        let found = self.records.rows(&select(TASK, &TASK_COLUMNS, filter, OPEN)).await?;
        let mut first: HashMap<(String, i64), TaskRow> = HashMap::new();
        for row in &found {
            let row = TaskRow::read(row)?;
            let place = |it: &TaskRow| (it.due_at.is_none(), it.due_at, it.rid);
            let key = (row.register.clone(), row.record_rid);
            if first.get(&key).is_none_or(|it| place(&row) < place(it)) {
                first.insert(key, row);
            }
        }
        Ok(first)
    }
}

fn matter_item(register: String, view: View, task: Option<&TaskRow>, light: Option<LightView>, now: Instant) -> TaskItem {
    let holder = task.filter(|it| it.held_by(now).is_some());
    TaskItem {
        id: None,
        register,
        record_id: view.id.clone(),
        element: task.map(|it| it.element.clone()),
        name: task.map(|it| it.name.clone()),
        opened_at: view.created_at,
        due_at: task.and_then(|it| it.due_at),
        light,
        holder: holder.and_then(|it| it.holder.clone()),
        holder_name: holder.and_then(|it| it.holder_name.clone()),
        done_at: None,
        act: None,
        outcome: None,
        record: Some(view),
    }
}
