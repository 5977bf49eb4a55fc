//! `demo.yaml` as types. What each key means is written in that file.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value as Json};

#[derive(Debug, Deserialize)]
pub(crate) struct DemoFile {
    pub variants: BTreeMap<String, Variant>,
    pub geometry: Geometry,
    pub components: Components,
    pub cases: Cases,
    pub words: BTreeMap<String, Vec<String>>,
    pub texts: Vec<Text>,
    pub collector_texts: Vec<String>,
    pub replies: BTreeMap<String, Vec<String>>,
    pub checks: Checks,
    pub returns: Vec<String>,
    pub answers: Answers,
    pub stories: Vec<Story>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Variant {
    pub scale: i64,
    pub components: usize,
    pub cases: usize,
    pub factor: usize,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Geometry {
    pub origin: Units,
    pub cell: Units,
    pub valid_from: String,
    pub county: Extent,
    pub towns: Vec<Rect>,
    pub communities: Vec<Rect>,
    pub duty_grids: Vec<Rect>,
    pub streets: Vec<Street>,
    pub river: River,
    pub parks: Vec<Park>,
    pub addresses: Addresses,
}

/// In 1e-7 degree.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Units {
    pub lon: i64,
    pub lat: i64,
}

/// In base units.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Extent {
    pub x: i64,
    pub y: i64,
    pub width: i64,
    pub height: i64,
}

/// A division or a duty grid: x, y, width, height in base units.
#[derive(Debug, Deserialize)]
pub(crate) struct Rect {
    #[serde(alias = "division")]
    pub code: String,
    pub rect: [i64; 4],
}

#[derive(Debug, Deserialize)]
pub(crate) struct Street {
    pub name: String,
    pub rank: u8,
    pub width: u32,
    pub line: Vec<[f64; 2]>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct River {
    pub line: Vec<[f64; 2]>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Park {
    pub rect: [f64; 4],
}

#[derive(Debug, Deserialize)]
pub(crate) struct Addresses {
    pub step: f64,
    pub offset: f64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Components {
    pub initial_dates: Dates,
    pub states: Weights,
    pub without_owner: f64,
    pub classes: Vec<ComponentClass>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Dates {
    pub from: String,
    pub until: String,
}

pub(crate) type Weights = BTreeMap<String, f64>;

#[derive(Debug, Deserialize)]
pub(crate) struct ComponentClass {
    pub class: String,
    #[serde(rename = "where")]
    pub place: Where,
    #[serde(default)]
    pub ranks: Vec<u8>,
    pub count: usize,
    pub owner: Option<String>,
    pub keeper: Option<String>,
    pub supervisor: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Where {
    Along,
    Crossing,
    Park,
    River,
    Block,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Cases {
    pub days: i32,
    pub hours: Vec<f64>,
    pub weekdays: Vec<f64>,
    pub rain: Rain,
    pub seasons: Vec<Season>,
    pub hot_places: Vec<HotPlace>,
    pub sources: Weights,
    pub classes: Vec<CaseClass>,
    pub fates: Fates,
    pub verify_share: f64,
    pub centre: BTreeMap<String, Vec<[f64; 3]>>,
    pub units: BTreeMap<String, Unit>,
    pub return_share: f64,
    pub rework_share: f64,
    pub extend_share: f64,
    pub suspend_share: f64,
    pub urge_share: f64,
    pub supervise_share: f64,
    pub secure_share: f64,
    pub rated_share: Weights,
    pub ratings: Weights,
    pub solved: Weights,
    pub reporter: Reporter,
    pub photos: Photos,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Rain {
    pub by_month: Vec<f64>,
    pub more: Weights,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Season {
    pub months: Vec<u8>,
    pub more: Weights,
}

#[derive(Debug, Deserialize)]
pub(crate) struct HotPlace {
    pub at: [f64; 2],
    pub radius: f64,
    pub share: f64,
    pub more: Weights,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CaseClass {
    pub class: String,
    pub weight: f64,
    pub conditions: Weights,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Fates {
    pub old: Weights,
    pub recent: Weights,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Unit {
    pub on_time: f64,
    pub used: [f64; 2],
    pub late: [f64; 2],
}

#[derive(Debug, Deserialize)]
pub(crate) struct Reporter {
    pub named: f64,
    pub phone: f64,
    pub contact_allowed: f64,
    pub phones: Phones,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Phones {
    pub from: u64,
    pub until: u64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Photos {
    pub reported: f64,
    pub checked: f64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Text {
    pub class: String,
    pub title: String,
    pub texts: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Checks {
    pub solved: Vec<String>,
    pub unsolved: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Answers {
    /// Why, and where to go.
    pub not_accept: Vec<[String; 2]>,
    pub not_file: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Story {
    pub key: String,
    pub day: i32,
    pub at: String,
    pub place: [f64; 2],
    pub report: Map<String, Json>,
    pub similar: Option<Similar>,
    pub storm: Option<Storm>,
    pub steps: Vec<StoryStep>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Similar {
    pub count: usize,
    pub within: String,
    pub radius: f64,
    pub class: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Storm {
    pub count: usize,
    pub within: String,
    pub classes: Weights,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct StoryStep {
    pub wait: String,
    pub by: String,
    pub task: Option<String>,
    pub outcome: Option<String>,
    pub act: Option<String>,
    pub matter: Option<String>,
    pub side: Option<String>,
    #[serde(default)]
    pub form: Map<String, Json>,
    pub comment: Option<String>,
}

impl DemoFile {
    /// Reads the file.
    pub(crate) fn read(text: &str) -> Result<DemoFile, String> {
        let json = yiwang_model::yaml_to_json(text)?;
        serde_json::from_value(json).map_err(|err| err.to_string())
    }
}

/// Milliseconds of an ISO 8601 duration of days, hours and minutes: `P3D`, `PT1H30M`.
pub(crate) fn millis(text: &str) -> Option<i64> {
    let mut rest = text.strip_prefix('P')?;
    let mut minutes = 0_i64;
    while !rest.is_empty() {
        rest = rest.strip_prefix('T').unwrap_or(rest);
        let end = rest.find(|it: char| !it.is_ascii_digit())?;
        let (digits, after) = rest.split_at_checked(end)?;
        let number: i64 = digits.parse().ok()?;
        let unit = match after.chars().next()? {
            'D' => 24 * 60,
            'H' => 60,
            'M' => 1,
            _ => return None,
        };
        minutes = minutes.checked_add(number.checked_mul(unit)?)?;
        rest = after.get(1..)?;
    }
    minutes.checked_mul(60_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_durations() {
        let check = |text: &str, minutes: Option<i64>| assert_eq!(millis(text), minutes.map(|it| it * 60_000), "{text}");
        check("PT4M", Some(4));
        check("PT1H30M", Some(90));
        check("P3D", Some(3 * 1440));
        check("P1DT2H", Some(1560));
        check("3D", None);
        check("P3", None);
        check("PT3S", None);
        check("PT99999999999999999999H", None);
    }

    #[test]
    fn the_file_of_the_place_reads() {
        let file = DemoFile::read(crate::LANXI).expect("demo.yaml");
        assert_eq!(
            (
                file.cases.hours.len(),
                file.cases.weekdays.len(),
                file.cases.rain.by_month.len()
            ),
            (24, 7, 12)
        );
        assert_eq!(
            file.components.classes.iter().map(|it| it.count).sum::<usize>(),
            file.variants["small"].components
        );
        let steps = file.stories.iter().flat_map(|it| &it.steps);
        assert!(steps.clone().count() > 40 && steps.clone().all(|it| millis(&it.wait).is_some()));
    }
}
