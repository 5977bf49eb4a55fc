//! Planted stories: fixed cases played as written, with the further reports that belong to them.

use std::collections::VecDeque;

use serde_json::{Map, Value as Json, json};
use yiwang_process::Processes;
use yiwang_types::worktime::{Calendar, Limit, LimitUnit, deadline};
use yiwang_types::{Date, Fault, Instant, Offset};

use crate::cases::{Writer, facts_of};
use crate::draw::Draw;
use crate::file::{Story, StoryStep, millis};
use crate::ground::{float, whole};
use crate::picture::Trouble;
use crate::script::{Facts, Fate, Move, Player, Script, Seen, What, Who};
use crate::town::Town;

/// Reports of the same thing that the clerk has not got to.
const LEFT_OPEN: usize = 3;

/// Plays the steps of a story one after the other.
pub(crate) struct StoryPlayer {
    steps: VecDeque<StoryStep>,
    day: Date,
    /// Code of the nearest component of each class that the steps ask for.
    nearest: Map<String, Json>,
}

impl StoryPlayer {
    fn new(town: &Town<'_>, story: &Story, day: Date) -> StoryPlayer {
        let asked = story
            .steps
            .iter()
            .filter_map(|it| it.form.get("component")?.get("nearest")?.as_str());
        let found = asked.filter_map(|class| Some((class.to_owned(), json!(town.nearest_component(class, story.place)?.code))));
        StoryPlayer {
            steps: story.steps.clone().into(),
            day,
            nearest: found.collect(),
        }
    }

    pub(crate) fn next(&mut self, seen: &Seen) -> Option<Move> {
        let step = self.steps.pop_front()?;
        let who = match step.by.strip_prefix("handler@") {
            Some(unit) => Who::Handler(unit.to_owned()),
            None if step.by == "reporter" => Who::Public,
            None => Who::User(step.by.clone()),
        };
        let what = match (&step.matter, &step.side, &step.task) {
            (Some(act), ..) if who == Who::Public => What::Code(act.clone()),
            (Some(act), ..) => What::Matter(act.clone()),
            (None, Some(_), _) => What::Side,
            (None, None, task) => {
                let act = step.act.clone().unwrap_or_else(|| "complete".to_owned());
                What::Task {
                    element: task.clone().unwrap_or_default(),
                    act,
                }
            }
        };
        let form = step
            .form
            .iter()
            .map(|(name, value)| (name.clone(), self.value(value)))
            .collect();
        let at = seen.now.plus_millis(millis(&step.wait)?);
        Some(Move {
            at,
            who,
            what,
            outcome: step.outcome.clone(),
            form,
            comment: step.comment.clone(),
        })
    }

    fn value(&self, value: &Json) -> Json {
        if let Some(class) = value.get("nearest").and_then(Json::as_str) {
            return self.nearest.get(class).cloned().unwrap_or(Json::Null);
        }
        match value.get("days").and_then(Json::as_i64).and_then(|it| i32::try_from(it).ok()) {
            Some(days) => json!(self.day.plus_days(days).to_string()),
            None => value.clone(),
        }
    }
}

/// Every story with what belongs to it.
pub(crate) fn draw(town: &Town<'_>, processes: &Processes, now: Instant, seed: u64) -> Result<Vec<Script>, Fault> {
    let mut scripts = Vec::new();
    for (number, story) in town.file.stories.iter().enumerate() {
        let mut writer = Writer {
            town,
            draw: Draw::of(seed, "story", number),
        };
        let day = workable(
            story,
            now.date(Offset::CHINA).plus_days(-story.day),
            &processes.registry().current().calendar,
        );
        let at = moment(day, &story.at).ok_or_else(|| Fault::internal(format!("{}: at {}", story.key, story.at)))?;
        scripts.push(script(&mut writer, processes, story, day, at));
        similar(&mut writer, story, at, &mut scripts);
        storm(&mut writer, story, at, &mut scripts);
    }
    Ok(scripts)
}

fn script(writer: &mut Writer<'_, '_>, processes: &Processes, story: &Story, day: Date, at: Instant) -> Script {
    let mut fields = story.report.clone();
    if let Some(days) = fields
        .get("foreign_due_at")
        .and_then(|it| it.get("working_days"))
        .and_then(Json::as_u64)
    {
        let limit = Limit {
            amount: u32::try_from(days).unwrap_or(5),
            unit: LimitUnit::WorkingDay,
        };
        let due = deadline(&processes.registry().current().calendar, at, limit, &[]).due;
        fields.insert("foreign_due_at".to_owned(), json!(due.to_rfc3339(Offset::CHINA)));
    }
    fields.entry("foreign_system").or_insert_with(|| json!("演示"));
    fields.entry("foreign_number").or_insert_with(|| json!(story.key));
    let source = fields.get("source").and_then(Json::as_str).unwrap_or("portal").to_owned();
    writer.place(&mut fields, story.place);
    fields.insert("reported_at".to_owned(), json!(at.to_rfc3339(Offset::CHINA)));
    fields.insert("photos".to_owned(), json!([{ "photo": "before" }]));
    let class = story
        .steps
        .iter()
        .find_map(|it| it.form.get("class")?.as_str())
        .unwrap_or_default();
    Script {
        name: story.key.clone(),
        at,
        reporter: writer.reporter(&source, story.place),
        trouble: Trouble::of_class(class),
        fields,
        player: Player::Story(StoryPlayer::new(writer.town, story, day)),
    }
}

/// Further reports of the same thing: answered with the first one, but for the last few, which wait for the clerk.
fn similar(writer: &mut Writer<'_, '_>, story: &Story, at: Instant, scripts: &mut Vec<Script>) {
    let Some(rule) = &story.similar else { return };
    for number in 0..rule.count {
        let at = at.plus_millis(part(&mut writer.draw, &rule.within));
        let spot = [0, 1].map(|axis| story.place.get(axis).copied().unwrap_or(0.0) + writer.draw.normal() * rule.radius / 3.0);
        let fate = if number + LEFT_OPEN < rule.count {
            Fate::NotFile
        } else {
            Fate::Intake
        };
        let answer = Some("与已立案的案卷是同一处问题,处理结果一并告知。".to_owned());
        let facts = Facts {
            answer,
            ..facts_of(writer, &rule.class, "hotline", spot)
        };
        scripts.push(writer.script(format!("{}-{}", story.key, number + 1), at, facts, spot, fate));
    }
}

/// Further cases of the same night anywhere in town.
fn storm(writer: &mut Writer<'_, '_>, story: &Story, at: Instant, scripts: &mut Vec<Script>) {
    let Some(rule) = &story.storm else { return };
    let classes: Vec<(&String, &f64)> = rule.classes.iter().collect();
    for number in 0..rule.count {
        let Some((class, _)) = classes.get(writer.draw.weighted(classes.iter().map(|it| *it.1))) else {
            return;
        };
        let at = at.plus_millis(part(&mut writer.draw, &rule.within));
        let spot = writer.by_a_street();
        let source = if writer.draw.chance(0.5) { "collector" } else { "hotline" };
        let facts = facts_of(writer, class, source, spot);
        scripts.push(writer.script(format!("{}-{}", story.key, number + 1), at, facts, spot, Fate::Closed));
    }
}

/// Some part of a span, in milliseconds.
fn part(draw: &mut Draw, span: &str) -> i64 {
    whole(float(millis(span).unwrap_or(0)) * draw.unit())
}

/// A story in which somebody is late needs two working days behind its day, else a holiday would excuse him: it moves back to such a day.
fn workable(story: &Story, day: Date, calendar: &Calendar) -> Date {
    let late = story.steps.iter().any(|it| it.matter.as_deref() == Some("supervise"));
    let fits = |day: Date| (1..=2).all(|it| calendar.is_working_day(day.plus_days(it)));
    let days = (0..30).map(|back| day.plus_days(-back));
    if late {
        days.into_iter().find(|it| fits(*it)).unwrap_or(day)
    } else {
        day
    }
}

/// A wall-clock time of a day.
fn moment(day: Date, text: &str) -> Option<Instant> {
    let (hour, minute) = text.split_once(':')?;
    let minutes: i64 = hour.parse::<i64>().ok()? * 60 + minute.parse::<i64>().ok()?;
    Some(Instant::from_local(day, minutes * 60_000, Offset::CHINA))
}
