//! The reports: when, where, what, from whom, in which words, and what becomes of them.

mod words;

use serde_json::{Map, Value as Json, json};
use yiwang_process::Processes;
use yiwang_types::{Fault, Instant, Offset};

use crate::draw::Draw;
use crate::file::{CaseClass, Weights};
use crate::ground::{Spot, along, float, length, whole};
use crate::picture::Trouble;
use crate::script::{Facts, Fate, Ordinary, Player, Script, Who};
use crate::stories;
use crate::town::{Side, Town, beside};

/// Days that count as recent.
const RECENT: i32 = 7;
/// How many, fate, class, which collector's part of town, hours since the report from and to.
type Today = (usize, Fate, Option<&'static str>, Part, [f64; 2]);

/// Cases that stand open today whatever chance says, so that every demo user finds work.
const TODAY: [Today; 22] = [
    (8, Fate::Intake, None, Part::Any, [0.05, 9.0]),
    (2, Fate::Verify, None, Part::North, [0.6, 1.2]),
    (2, Fate::Verify, None, Part::South, [0.6, 1.2]),
    (6, Fate::Dispatch, None, Part::Any, [0.4, 2.0]),
    (3, Fate::Handle, Some("E0110"), Part::Any, [0.8, 4.0]),
    (3, Fate::Handle, Some("E0102"), Part::Any, [0.8, 2.0]),
    (1, Fate::Handle, Some("E0102"), Part::Any, [26.0, 30.0]),
    (1, Fate::Handle, Some("C0103"), Part::Any, [0.8, 2.0]),
    (1, Fate::Handle, Some("E0404"), Part::Any, [0.8, 2.0]),
    (1, Fate::Handle, Some("E0504"), Part::Any, [0.8, 2.0]),
    (1, Fate::ExtendAsked, Some("E0110"), Part::Any, [4.0, 6.0]),
    (1, Fate::SuspendAsked, Some("E0110"), Part::Any, [5.0, 8.0]),
    (1, Fate::Rework, Some("E0110"), Part::North, [3.0, 6.0]),
    (1, Fate::Rework, Some("E0102"), Part::South, [3.0, 6.0]),
    (1, Fate::Check, Some("E0102"), Part::North, [2.0, 4.0]),
    (1, Fate::Check, Some("E0110"), Part::North, [2.0, 4.0]),
    (1, Fate::Check, Some("E0504"), Part::North, [2.0, 4.0]),
    (1, Fate::Check, Some("E0102"), Part::South, [2.0, 4.0]),
    (1, Fate::Check, Some("E0501"), Part::South, [2.0, 4.0]),
    (1, Fate::Check, Some("E0505"), Part::South, [2.0, 4.0]),
    (4, Fate::Close, None, Part::Any, [3.0, 7.0]),
    (1, Fate::VoidProposed, None, Part::Any, [1.0, 3.0]),
];

/// Which part of town.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Any,
    North,
    South,
}

/// All cases of the variant, stories first.
pub(crate) fn draw(town: &Town<'_>, processes: &Processes, now: Instant, seed: u64) -> Result<Vec<Script>, Fault> {
    let mut scripts = stories::draw(town, processes, now, seed)?;
    let places = TODAY.iter().flat_map(|it| std::iter::repeat_n(it, it.0));
    for (number, (_, fate, class, part, hours)) in places.enumerate() {
        let mut writer = Writer {
            town,
            draw: Draw::of(seed, "today", number),
        };
        let ago = whole(writer.draw.between(hours[0], hours[1]) * 3_600_000.0);
        let at = now.plus_millis(-ago);
        let spot = writer.in_part(*part);
        let class = match class {
            Some(it) => (*it).to_owned(),
            None => writer.class(at, &Weights::new()),
        };
        let source = writer.source();
        let facts = Facts {
            quick: true,
            ..facts_of(&mut writer, &class, &source, spot)
        };
        scripts.push(writer.script(format!("today {number}"), at, facts, spot, *fate));
    }
    let rest = town.variant.cases.saturating_sub(scripts.len());
    for number in 0..rest {
        let mut writer = Writer {
            town,
            draw: Draw::of(seed, "case", number),
        };
        scripts.push(writer.usual(number, now, seed));
    }
    Ok(scripts)
}

/// Draws one case.
pub(crate) struct Writer<'a, 'b> {
    pub town: &'a Town<'b>,
    pub draw: Draw,
}

/// What a report of a class at a spot is about.
pub(crate) fn facts_of(writer: &mut Writer<'_, '_>, class: &str, source: &str, spot: Spot) -> Facts {
    let rule = writer.town.file.cases.classes.iter().find(|it| it.class == class);
    let conditions: Vec<(&String, &f64)> = rule.map(|it| it.conditions.iter().collect()).unwrap_or_default();
    let condition = conditions
        .get(writer.draw.weighted(conditions.iter().map(|it| *it.1)))
        .map_or("other", |it| it.0.as_str());
    let component = if class.starts_with('C') {
        writer.town.nearest_component(class, spot)
    } else {
        None
    };
    Facts {
        class: class.to_owned(),
        condition: condition.to_owned(),
        component: component.map(|it| it.code.clone()),
        source: source.to_owned(),
        grid: writer.town.ground.cell_at(spot).map(|it| it.duty_grid).unwrap_or_default(),
        answer: None,
        quick: false,
    }
}

impl Writer<'_, '_> {
    /// One of the many.
    fn usual(&mut self, number: usize, now: Instant, seed: u64) -> Script {
        let cases = &self.town.file.cases;
        let days = usize::try_from(cases.days).unwrap_or(1);
        let ago = 1 + i32::try_from(self.draw.below(days)).unwrap_or(0);
        let at = self.moment(now, ago);
        let hot = self.draw.weighted(
            cases
                .hot_places
                .iter()
                .map(|it| it.share)
                .chain([1.0 - cases.hot_places.iter().map(|it| it.share).sum::<f64>()]),
        );
        let (spot, mut more) = match cases.hot_places.get(hot) {
            Some(place) => (self.around(place.at, place.radius), place.more.clone()),
            None => (self.by_a_street(), Weights::new()),
        };
        let day = at.date(Offset::CHINA);
        let rain = cases
            .rain
            .by_month
            .get(usize::from(day.ymd().1.saturating_sub(1)))
            .copied()
            .unwrap_or(0.0);
        if Draw::of(seed, "rain", usize::try_from(day.days()).unwrap_or(0)).chance(rain / 100.0) {
            more.extend(cases.rain.more.clone());
        }
        let class = self.class(at, &more);
        let source = self.source();
        let fates = if ago <= RECENT {
            &cases.fates.recent
        } else {
            &cases.fates.old
        };
        let fates: Vec<(&String, &f64)> = fates.iter().collect();
        let word = fates
            .get(self.draw.weighted(fates.iter().map(|it| *it.1)))
            .map_or("closed", |it| it.0.as_str());
        let fate = if self.draw.chance(cases.suspend_share) {
            Fate::Suspend
        } else {
            Fate::of(word).unwrap_or(Fate::Closed)
        };
        let facts = facts_of(self, &class, &source, spot);
        self.script(format!("case {number}"), at, facts, spot, fate)
    }

    /// The script of a report; one about a component lies where the component stands.
    pub(crate) fn script(&mut self, name: String, at: Instant, mut facts: Facts, spot: Spot, fate: Fate) -> Script {
        let thing = facts
            .component
            .as_ref()
            .and_then(|code| self.town.components.iter().find(|it| it.code == *code));
        let spot = thing.map_or(spot, |it| it.spot);
        facts.grid = self.town.ground.cell_at(spot).map(|it| it.duty_grid).unwrap_or_default();
        let mut fields = self.words(&facts, spot);
        self.place(&mut fields, spot);
        self.person(&mut fields, &facts.source);
        fields.insert("source".to_owned(), json!(facts.source));
        fields.insert("reported_at".to_owned(), json!(at.to_rfc3339(Offset::CHINA)));
        if facts.source == "collector" || self.draw.chance(self.town.file.cases.photos.reported) {
            fields.insert("photos".to_owned(), json!([{ "photo": "before" }]));
        }
        Script {
            name,
            at,
            reporter: self.reporter(&facts.source, spot),
            fields,
            trouble: Trouble::of_class(&facts.class),
            player: Player::Ordinary(Box::new(Ordinary::new(self.draw.clone(), facts, fate, &self.town.file.cases))),
        }
    }

    /// Position, cell, address. The cell is named because nobody is there to be asked at a border.
    pub(crate) fn place(&self, fields: &mut Map<String, Json>, spot: Spot) {
        fields.insert("location".to_owned(), self.town.ground.location(spot));
        if let Some(cell) = self.town.ground.cell_at(spot) {
            fields.insert("cell".to_owned(), json!(cell.code));
        }
        if let Some(near) = self.town.nearest_address(spot) {
            fields.insert("address".to_owned(), json!(format!("{}附近", near.text())));
        }
    }

    /// Who enters it: a collector what he finds, the public page what comes from there, the clerk the rest.
    pub(crate) fn reporter(&self, source: &str, spot: Spot) -> Who {
        match (source, self.town.ground.cell_at(spot)) {
            ("collector", Some(cell)) => Who::Collector(cell.duty_grid),
            ("portal" | "site_message", _) => Who::Public,
            _ => Who::user("intake1"),
        }
    }

    fn source(&mut self) -> String {
        let sources: Vec<(&String, &f64)> = self.town.file.cases.sources.iter().collect();
        sources
            .get(self.draw.weighted(sources.iter().map(|it| *it.1)))
            .map_or_else(|| "hotline".to_owned(), |it| it.0.clone())
    }

    fn class(&mut self, at: Instant, more: &Weights) -> String {
        let cases = &self.town.file.cases;
        let month = at.date(Offset::CHINA).ymd().1;
        let seasons: Vec<&Weights> = cases
            .seasons
            .iter()
            .filter(|it| it.months.contains(&month))
            .map(|it| &it.more)
            .collect();
        let weight = |it: &CaseClass| {
            let times = seasons
                .iter()
                .copied()
                .chain([more])
                .filter_map(|all| all.get(&it.class))
                .product::<f64>();
            it.weight * times
        };
        let weights: Vec<f64> = cases.classes.iter().map(weight).collect();
        cases
            .classes
            .get(self.draw.weighted(weights.iter().copied()))
            .map_or_else(|| "E0102".to_owned(), |it| it.class.clone())
    }

    /// A moment of a day so many days ago: quiet weekends, the hours of a working town.
    fn moment(&mut self, now: Instant, ago: i32) -> Instant {
        let cases = &self.town.file.cases;
        let mut day = now.date(Offset::CHINA).plus_days(-ago);
        let weekday = usize::from(day.weekday().number_days_from_monday());
        let most = cases.weekdays.iter().copied().fold(0.0, f64::max);
        if ago > 1 && !self.draw.chance(cases.weekdays.get(weekday).copied().unwrap_or(most) / most) {
            day = day.plus_days(-1);
        }
        let hour = i64::try_from(self.draw.weighted(cases.hours.iter().copied())).unwrap_or(9);
        let millis = hour * 3_600_000 + whole(self.draw.unit() * 3_599_000.0);
        Instant::from_local(day, millis / 1000 * 1000, Offset::CHINA)
    }

    /// Anywhere along the streets, in proportion to length and rank.
    pub(crate) fn by_a_street(&mut self) -> Spot {
        let streets = &self.town.file.geometry.streets;
        let at = self
            .draw
            .weighted(streets.iter().map(|it| length(&it.line) / f64::from(it.rank)));
        let found = streets
            .get(at)
            .and_then(|it| Some((it, along(&it.line, self.draw.unit() * length(&it.line))?)));
        let Some((street, (spot, direction))) = found else {
            return [10.0, 7.0];
        };
        let side = if self.draw.chance(0.5) { Side::First } else { Side::Second };
        let spot = beside(
            &self.town.ground,
            spot,
            direction,
            f64::from(street.width) / 2.0 + self.draw.between(0.0, 8.0),
            side,
        );
        inside(spot)
    }

    fn around(&mut self, [x, y]: Spot, radius: f64) -> Spot {
        inside([x + self.draw.normal() * radius, y + self.draw.normal() * radius])
    }

    /// By a street in the part of town of one collector: the north above the county street, the south below the river road.
    fn in_part(&mut self, part: Part) -> Spot {
        for _ in 0..50 {
            let spot = self.by_a_street();
            if part == Part::Any || (part == Part::North && spot[1] < 7.0) || (part == Part::South && spot[1] > 14.0) {
                return spot;
            }
        }
        if part == Part::South { [10.5, 17.3] } else { [10.5, 3.6] }
    }
}

/// Not beyond the edge of the town.
fn inside(spot: Spot) -> Spot {
    spot.map(|it| it.clamp(0.02, float(20) - 0.02))
}
