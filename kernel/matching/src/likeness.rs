//! Scores and reasons.

use serde::Serialize;
use yiwang_space::{Point, haversine};
use yiwang_types::Instant;

use crate::words::{Alike, Text};

/// Candidates looked at in one call; the caller should not bring more.
const MOST_LOOKED_AT: usize = 500;

/// What is known of a report for comparing. Empty texts and missing values just do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The caller's key of the record.
    pub id: String,
    /// Its state; shown, not compared.
    pub status: String,
    /// Where.
    pub at: Option<Point>,
    /// When it was reported.
    pub reported_at: Instant,
    /// Code of its class.
    pub class: Option<String>,
    /// Keyed hash of the phone, as the codec of sensitive values gives it.
    pub phone_hash: Option<Vec<u8>>,
    /// Title.
    pub title: String,
    /// Description.
    pub text: String,
}

/// Points a reason can bring; together with the bounds below these are configuration of the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    /// The same spot; falls to 0 at the edge of the radius.
    pub place: u32,
    /// The same moment; falls to 0 at the end of the time span.
    pub time: u32,
    /// The same class.
    pub class: u32,
    /// The same phone.
    pub phone: u32,
    /// The same words; falls with the share of common pairs.
    pub words: u32,
}

/// When a report counts as like another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// Radius in metres within which the place counts.
    pub metres: f64,
    /// Hours within which the time counts.
    pub hours: u32,
    /// Share of common pairs from which words count, 0 to 1.
    pub words_share: f64,
    /// Points of the reasons.
    pub weights: Weights,
    /// Least score of a hint, 0 to 100.
    pub least: u32,
    /// Most hints in an answer.
    pub most: usize,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            metres: 100.0,
            hours: 72,
            words_share: 0.3,
            weights: Weights {
                place: 35,
                time: 15,
                class: 15,
                phone: 25,
                words: 40,
            },
            least: 30,
            most: 10,
        }
    }
}

/// One report that may be about the same thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hint {
    /// Key of the other report.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its state.
    pub status: String,
    /// Likeness, 1 to 100.
    pub score: u32,
    /// Why, in Chinese, the weightiest kind first: place, words, phone, class, time.
    pub reasons: Vec<String>,
}

/// The reports among `others` that are like `new`, the likeliest first. The report itself does not count. Class and time alone make no
/// hint: without place, words or phone in common, two reports have nothing to do with each other.
pub fn hints(new: &Subject, others: &[Subject], rules: &Rules) -> Vec<Hint> {
    let (title, text) = (Text::of(&new.title), Text::of(&new.text));
    let mut found: Vec<(Hint, i64)> = others
        .iter()
        .filter(|it| it.id != new.id)
        .take(MOST_LOOKED_AT)
        .filter_map(|it| hint(new, &title, &text, it, rules).map(|hint| (hint, it.reported_at.millis())))
        .collect();
    found.sort_by(|(a, a_at), (b, b_at)| b.score.cmp(&a.score).then(b_at.cmp(a_at)).then_with(|| a.id.cmp(&b.id)));
    found.into_iter().take(rules.most).map(|it| it.0).collect()
}

fn hint(new: &Subject, title: &Text, text: &Text, other: &Subject, rules: &Rules) -> Option<Hint> {
    let weights = rules.weights;
    let mut score = 0;
    let mut reasons = Vec::new();
    if let Some(metres) = new
        .at
        .zip(other.at)
        .map(|(a, b)| haversine(a, b))
        .filter(|it| *it <= rules.metres)
    {
        score += part(weights.place, 1.0 - metres / rules.metres);
        reasons.push(format!("距离约 {metres:.0} 米"));
    }
    let title_alike = title.likeness(&Text::of(&other.title));
    let text_alike = text.likeness(&Text::of(&other.text));
    let same_words = match (title_alike, text_alike) {
        (_, Alike::Equal) => {
            score += weights.words.max(rules.least);
            reasons.push("描述文字相同".to_owned());
            true
        }
        (Alike::Equal, Alike::Share(_)) => {
            score += weights.words;
            reasons.push("标题相同".to_owned());
            true
        }
        (Alike::Share(title), Alike::Share(text)) => {
            let share = title.max(text);
            let counts = share >= rules.words_share;
            if counts {
                score += part(weights.words, share);
                reasons.push(format!("文字相似 {:.0}%", share * 100.0));
            }
            counts
        }
    };
    let same_phone = new.phone_hash.is_some() && new.phone_hash == other.phone_hash;
    if same_phone {
        score += weights.phone;
        reasons.push("同一电话".to_owned());
    }
    if reasons.is_empty() {
        return None;
    }
    if new.class.is_some() && new.class == other.class {
        score += weights.class;
        reasons.push("同一类别".to_owned());
    }
    let minutes = new.reported_at.since(other.reported_at).unsigned_abs() / 60_000;
    let span = u64::from(rules.hours) * 60;
    if minutes <= span {
        score += part(weights.time, 1.0 - ratio(minutes, span));
        reasons.push(apart(minutes));
    } else if !same_words && !same_phone {
        // The same spot long ago is another case.
        return None;
    }
    let score = score.min(100);
    (score >= rules.least.max(1)).then(|| Hint {
        id: other.id.clone(),
        title: other.title.clone(),
        status: other.status.clone(),
        score,
        reasons,
    })
}

fn part(weight: u32, share: f64) -> u32 {
    let points = (f64::from(weight) * share.clamp(0.0, 1.0)).round();
    // Points never exceed the weight; counting up avoids a lossy cast.
    (0..=weight).rev().find(|it| f64::from(*it) <= points).unwrap_or(0)
}

fn ratio(part: u64, whole: u64) -> f64 {
    let float = |it: u64| f64::from(u32::try_from(it).unwrap_or(u32::MAX));
    if whole == 0 { 0.0 } else { float(part) / float(whole) }
}

fn apart(minutes: u64) -> String {
    match minutes {
        0..60 => format!("相隔 {minutes} 分钟"),
        60..2880 => format!("相隔 {} 小时", minutes / 60),
        _ => format!("相隔 {} 天", minutes / 1440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Subject {
        Subject {
            id: "new".to_owned(),
            status: String::new(),
            at: Some(Point::clamped(1_194_700_000, 292_100_000)),
            reported_at: Instant::from_millis(1_760_000_000_000),
            class: Some("C0101".to_owned()),
            phone_hash: Some(vec![1, 2, 3]),
            title: "人民路井盖破损".to_owned(),
            text: "人民路12号门前的上水井盖破损,已经两天,请尽快处理".to_owned(),
        }
    }

    fn other(change: impl Fn(&mut Subject)) -> Subject {
        let mut it = Subject {
            id: "old".to_owned(),
            reported_at: base().reported_at,
            ..Subject::default()
        };
        change(&mut it);
        it
    }

    #[test]
    fn says_why() {
        let new = base();
        let check = |change: &dyn Fn(&mut Subject), expected: Option<(u32, &[&str])>| {
            let found = hints(&new, &[other(change)], &Rules::default());
            let found = found
                .first()
                .map(|it| (it.score, it.reasons.iter().map(String::as_str).collect::<Vec<_>>()));
            assert_eq!(found, expected.map(|(score, reasons)| (score, reasons.to_vec())));
        };
        let near = base().at.map(|it| it.moved(20.0, 0.0));
        check(&|_| {}, None);
        check(&|it| it.class = Some("C0101".to_owned()), None);
        check(&|it| it.at = near, Some((43, &["距离约 20 米", "相隔 0 分钟"])));
        check(&|it| it.at = base().at.map(|it| it.moved(150.0, 0.0)), None);
        check(
            &|it| {
                it.at = near;
                it.reported_at = it.reported_at.plus_minutes(-100 * 24 * 60);
            },
            None,
        );
        check(
            &|it| it.phone_hash = Some(vec![1, 2, 3]),
            Some((40, &["同一电话", "相隔 0 分钟"])),
        );
        check(&|it| it.phone_hash = Some(vec![9]), None);
        check(&|it| it.title = base().title, Some((55, &["标题相同", "相隔 0 分钟"])));
        check(
            &|it| {
                it.text = base().text;
                it.reported_at = it.reported_at.plus_minutes(-400 * 24 * 60);
            },
            Some((40, &["描述文字相同"])),
        );
        check(
            &|it| {
                *it = Subject {
                    id: "old".to_owned(),
                    ..base()
                };
                it.reported_at = it.reported_at.plus_minutes(-180);
            },
            Some((100, &["距离约 0 米", "描述文字相同", "同一电话", "同一类别", "相隔 3 小时"])),
        );
    }

    #[test]
    fn the_answer_is_bounded_sorted_and_leaves_itself_out() {
        let new = base();
        let many: Vec<Subject> = (0..600)
            .map(|it| {
                other(|made| {
                    made.id = if it == 7 { "new".to_owned() } else { format!("{it:03}") };
                    made.at = base().at.map(|at| at.moved(f64::from(it % 90), 0.0));
                })
            })
            .collect();
        let found = hints(&new, &many, &Rules::default());
        assert_eq!(found.len(), 10);
        assert!(found.iter().all(|it| it.id != "new"));
        assert!(found.windows(2).all(|it| it[0].score >= it[1].score));
    }

    #[test]
    fn two_without_a_phone_do_not_share_one() {
        let new = Subject {
            phone_hash: None,
            ..base()
        };
        let same = other(|it| it.phone_hash = None);
        assert_eq!(hints(&new, &[same], &Rules::default()), []);
    }

    #[test]
    fn odd_rules_do_no_harm() {
        let rules = Rules {
            metres: 0.0,
            hours: 0,
            words_share: f64::NAN,
            least: 0,
            ..Rules::default()
        };
        let same = Subject {
            id: "old".to_owned(),
            ..base()
        };
        assert_eq!(hints(&base(), &[same], &rules).len(), 1);
    }
}
