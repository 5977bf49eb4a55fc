//! What the unit does with a case: claim, return, first response, requests, reply.

use serde_json::json;
use yiwang_types::{Instant, Offset};

use super::ordinary::{Fate, Ordinary};
use super::{Move, Seen, What, Who};
use crate::ground::{float, whole};
use crate::town::Town;

const HOUR: i64 = 3_600_000;
/// People work on streets between these hours when they may choose.
const DAY: std::ops::Range<i64> = 7..21;

impl Ordinary {
    pub(super) fn handle(&mut self, seen: &Seen, town: &Town<'_>) -> Option<Move> {
        if seen.asked {
            return self.decide(seen);
        }
        let unit = seen.unit.clone()?;
        let handler = || Who::Handler(unit.clone());
        if std::mem::take(&mut self.wants.sent_back) && unit != self.other_unit() && seen.first_due.is_none() {
            self.wants.dispatch_anew = true;
            let why = self.draw.pick(&town.file.returns)?.clone();
            let at = self.later(seen, 15.0, 80.0);
            return Some(
                Move::act(
                    at,
                    handler(),
                    "handle",
                    "return",
                    json!({ "proposed_handler": self.other_unit() }),
                )
                .saying(why),
            );
        }
        if std::mem::take(&mut self.wants.claim) {
            let at = self.later(seen, 3.0, 12.0);
            return Some(Move::act(at, handler(), "handle", "claim", json!({})));
        }
        if let Some(first) = seen.first_due
            && std::mem::take(&mut self.wants.secure)
        {
            let share = self.draw.between(0.3, 0.8);
            let at = self.part_of(seen, first, share);
            return Some(Move::complete(
                at,
                handler(),
                "handle",
                "secure",
                json!({ "secured_note": "已到场围护,设了警示标志。" }),
            ));
        }
        if self.fate == Fate::Handle {
            return None;
        }
        if std::mem::take(&mut self.wants.suspend) {
            let review = seen.now.date(Offset::CHINA).plus_days(60).to_string();
            let at = self.later(seen, 60.0, 200.0);
            let form = json!({ "review_date": review });
            return Some(Move::act(at, handler(), "handle", "suspend", form).saying("要等管线单位配合开挖,已先围护。"));
        }
        if std::mem::take(&mut self.wants.extend) {
            let share = self.draw.between(0.2, 0.4);
            let at = self.part_of(seen, seen.due?, share);
            return Some(
                Move::act(at, handler(), "handle", "extend", json!({ "extend_amount": 1 })).saying("材料明天才到,请延长时限。"),
            );
        }
        self.reply(seen, town, &unit)
    }

    /// 值班长 on a request; one that is to stay open is left.
    fn decide(&mut self, seen: &Seen) -> Option<Move> {
        if matches!(self.fate, Fate::ExtendAsked | Fate::SuspendAsked) {
            return None;
        }
        let at = self.later(seen, 5.0, 40.0);
        let agree = Move::complete(at, Who::user("chief1"), "handle", "agree", json!({})).saying("同意。");
        Some(Move {
            what: What::Side,
            ..agree
        })
    }

    fn reply(&mut self, seen: &Seen, town: &Town<'_>, unit: &str) -> Option<Move> {
        if seen.status == "SUSPENDED" {
            return None;
        }
        let due = seen.due?;
        let rule = town
            .file
            .cases
            .units
            .get(unit)
            .or_else(|| town.file.cases.units.get("default"))?;
        if self.use_of_limit.is_none() {
            self.late = !self.facts.quick && !self.draw.chance(rule.on_time);
            let [low, high] = if self.late { rule.late } else { rule.used };
            self.use_of_limit = Some(self.draw.between(low, high));
        }
        let at = self.part_of(seen, due, self.use_of_limit?);
        let at = if self.facts.quick {
            at.min(self.later(seen, 15.0, 45.0))
        } else {
            by_day(at, seen.now, self.late.then_some(due))
        };
        let midway = seen.now.plus_millis(at.since(seen.now) / 2);
        if std::mem::take(&mut self.wants.urge) {
            return Some(matter(midway, "urge", "反映人又来电话,请抓紧办理。"));
        }
        if self.late && std::mem::take(&mut self.wants.supervise) {
            return Some(matter(
                due.plus_minutes(1).max(midway),
                "supervise",
                "已超期,请说明原因并尽快办结。",
            ));
        }
        Some(self.replying(at, town, unit, "handle"))
    }

    pub(super) fn rework(&mut self, seen: &Seen, town: &Town<'_>) -> Option<Move> {
        if self.fate == Fate::Rework {
            return None;
        }
        let unit = seen.unit.clone()?;
        let at = match seen.due {
            Some(due) if due > seen.now => {
                let share = self.draw.between(0.2, 0.7);
                let at = seen.now.plus_millis(whole(float(due.since(seen.now)) * share));
                by_day(at, seen.now, None)
            }
            _ => self.later(seen, 60.0, 300.0),
        };
        Some(self.replying(at, town, &unit, "rework"))
    }

    fn replying(&mut self, at: Instant, town: &Town<'_>, unit: &str, element: &str) -> Move {
        let replies = &town.file.replies;
        let own = replies.get(&self.facts.class).or_else(|| replies.get("default"));
        let said = own
            .and_then(|it| self.draw.pick(it))
            .cloned()
            .unwrap_or_else(|| "已处理。".to_owned());
        let form = json!({ "reply": said, "reply_photos": [{ "photo": "after" }] });
        Move::complete(at, Who::Handler(unit.to_owned()), element, "reply", form)
    }

    /// That share of the time from dispatch to a deadline, not before the present.
    fn part_of(&self, seen: &Seen, due: Instant, share: f64) -> Instant {
        let from = self.dispatched.unwrap_or(seen.now);
        let at = from.plus_millis(whole(float(due.since(from)) * share));
        at.max(seen.now.plus_minutes(1))
    }
}

fn matter(at: Instant, act: &str, comment: &str) -> Move {
    let what = What::Matter(act.to_owned());
    Move {
        at,
        who: Who::user("supervisor1"),
        what,
        outcome: None,
        form: serde_json::Map::new(),
        comment: Some(comment.to_owned()),
    }
}

/// Earlier on the same evening, or the evening before, rather than at night; never before the last act, and what is late stays late.
fn by_day(at: Instant, last: Instant, after: Option<Instant>) -> Instant {
    let hour = at.millis_of_day(Offset::CHINA) / HOUR;
    if DAY.contains(&hour) {
        return at;
    }
    let back = (hour + 24 - (DAY.end - 1)) % 24;
    let evening = at.plus_millis(-back * HOUR);
    if evening > after.unwrap_or(last).max(last).plus_minutes(5) {
        evening
    } else {
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_mends_streets_at_night_unless_the_limit_says_so() {
        let at = |text: &str| Instant::parse(&format!("2026-05-{text}:00+08:00")).expect("moment");
        let check = |wanted: &str, last: &str, after: Option<&str>, expected: &str| {
            assert_eq!(by_day(at(wanted), at(last), after.map(at)), at(expected), "{wanted}");
        };
        check("12T15:10", "12T09:00", None, "12T15:10");
        check("12T23:10", "12T09:00", None, "12T20:10");
        check("13T03:30", "12T09:00", None, "12T20:30");
        check("13T03:30", "12T22:00", None, "13T03:30");
        check("13T03:30", "12T09:00", Some("12T21:00"), "13T03:30");
    }
}
