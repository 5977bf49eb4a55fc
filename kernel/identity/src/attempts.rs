//! Failed sign-ins and the lock they lead to: five within 15 minutes lock the name for 30 (GB/T 22239-2019 8.1.4.1). Names that belong to
//! nobody are counted alike, so that a lock does not tell who exists.

use yiwang_records::RowWrite;
use yiwang_records::rows::{Cmp, Filter, Scope, Select, Sort, Value};
use yiwang_types::{Code, Fault, Instant, Offset, Sm3Digest};

use crate::Identity;
use crate::tables::{ATTEMPT, int};

const MINUTE: i64 = 60_000;
const WINDOW: i64 = 15 * MINUTE;
const LOCK: i64 = 30 * MINUTE;
/// Failures within the window that lock.
const MOST: usize = 5;
/// Rows that one writer tidies away.
const TIDY: u32 = 20;

/// The failures of one name that still count, oldest first.
pub(crate) struct Attempts {
    who: String,
    times: Vec<i64>,
}

impl Identity {
    /// What happened to that name lately; `locked-out` while it is locked.
    pub(crate) async fn attempts(&self, username: &str, now: Instant) -> Result<Attempts, Fault> {
        let who = who(username);
        let since = now.millis() - WINDOW - LOCK;
        let filter = Filter::eq("who", who.as_str()).and(Filter::cmp("at", Cmp::Gt, since));
        let select = Select::new(ATTEMPT, &["at"], Scope::All)
            .filter(filter)
            .sort(vec![Sort::down("at")])
            .limit(50);
        let mut times: Vec<i64> = self.records().rows(&select).await?.iter().map(|row| int(row, 0)).collect();
        times.reverse();
        match locked_until(&times).filter(|it| *it > now.millis()) {
            Some(until) => Err(locked_out(Instant::from_millis(until), now, self.records().offset())),
            None => Ok(Attempts { who, times }),
        }
    }

    /// Rows so old that they count no longer.
    pub(crate) async fn tidy_attempts(&self, now: Instant) -> Result<Vec<RowWrite>, Fault> {
        let old = Filter::cmp("at", Cmp::Le, now.millis() - WINDOW - LOCK);
        let select = Select::new(ATTEMPT, &["rid"], Scope::All)
            .filter(old)
            .sort(vec![Sort::up("at")])
            .limit(TIDY);
        let rows = self.records().rows(&select).await?;
        let delete = |rid: i64| RowWrite::Delete {
            table: ATTEMPT.into(),
            key: vec![("rid".into(), Value::Int(rid))],
        };
        Ok(rows.iter().map(|row| delete(int(row, 0))).collect())
    }
}

impl Attempts {
    /// One more failure: its row.
    pub(crate) fn failed(&mut self, rid: i64, now: Instant) -> RowWrite {
        self.times.push(now.millis());
        let row = vec![
            ("rid".into(), Value::Int(rid)),
            ("who".into(), Value::from(self.who.as_str())),
            ("at".into(), Value::Int(now.millis())),
        ];
        RowWrite::Insert {
            table: ATTEMPT.into(),
            row,
        }
    }

    /// Until when the name is locked after the failures so far.
    pub(crate) fn locked_until(&self, now: Instant) -> Option<Instant> {
        locked_until(&self.times)
            .filter(|it| *it > now.millis())
            .map(Instant::from_millis)
    }

    /// Failures that are left before the lock.
    pub(crate) fn left(&self, now: Instant) -> usize {
        let recent = self.times.iter().filter(|it| **it > now.millis() - WINDOW).count();
        MOST.saturating_sub(recent)
    }

    /// Digest of the name.
    pub(crate) fn who(&self) -> &str {
        &self.who
    }

    /// Forgets them all after a success.
    pub(crate) fn forget(&self) -> RowWrite {
        forget(&self.who)
    }
}

/// Ends what failures of a name have led to.
pub(crate) fn forget_attempts(username: &str) -> RowWrite {
    forget(&who(username))
}

fn forget(who: &str) -> RowWrite {
    RowWrite::Delete {
        table: ATTEMPT.into(),
        key: vec![("who".into(), Value::from(who))],
    }
}

/// A name as it is kept.
fn who(username: &str) -> String {
    Sm3Digest::of(username.as_bytes()).to_string()
}

pub(crate) fn locked_out(until: Instant, now: Instant, offset: Offset) -> Fault {
    let detail = format!(
        "密码连续输错 {MOST} 次,账号已锁定到{};请到时再试,急用请联系管理员。",
        shown(until, now, offset)
    );
    let left = u64::try_from(until.since(now)).unwrap_or(0);
    Fault::new(Code::LockedOut, detail).after_ms(left)
}

/// The end of the lock that the last five failures of any run within the window led to.
fn locked_until(times: &[i64]) -> Option<i64> {
    let runs = times.windows(MOST).filter_map(|run| Some((run.first()?, run.last()?)));
    runs.filter(|(first, last)| *last - *first <= WINDOW)
        .map(|(_, last)| last + LOCK)
        .max()
}

/// The next full minute on the clock of the place, with the day when it is not today.
fn shown(until: Instant, now: Instant, offset: Offset) -> String {
    let until = Instant::from_millis((until.millis() + MINUTE - 1).div_euclid(MINUTE) * MINUTE);
    let minutes = until.millis_of_day(offset) / MINUTE;
    let (_, month, day) = until.date(offset).ymd();
    let date = if until.date(offset) == now.date(offset) {
        String::new()
    } else {
        format!(" {month} 月 {day} 日")
    };
    format!("{date} {:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_within_fifteen_minutes() {
        let check = |minutes: &[i64], expected: Option<i64>| {
            let times: Vec<i64> = minutes.iter().map(|it| it * MINUTE).collect();
            assert_eq!(locked_until(&times), expected.map(|it| it * MINUTE), "{minutes:?}");
        };
        check(&[], None);
        check(&[0, 1, 2, 3], None);
        check(&[0, 1, 2, 3, 4], Some(34));
        check(&[0, 1, 2, 3, 15], Some(45));
        check(&[0, 1, 2, 3, 16], None);
        check(&[0, 4, 8, 12, 16, 17], Some(47));
        check(&[0, 1, 2, 3, 4, 35], Some(34));
    }

    #[test]
    fn the_time_is_said_on_the_clock_of_the_place() {
        let check = |until: &str, now: &str, expected: &str| {
            let (until, now) = (Instant::parse(until).unwrap(), Instant::parse(now).unwrap());
            assert_eq!(shown(until, now, Offset::CHINA), expected);
        };
        check("2026-10-09T16:30:00+08:00", "2026-10-09T16:00:00+08:00", " 16:30");
        check("2026-10-09T16:30:01+08:00", "2026-10-09T16:00:00+08:00", " 16:31");
        check("2026-10-10T00:09:30+08:00", "2026-10-09T23:40:00+08:00", " 10 月 10 日 00:10");
    }
}
