//! From the words of an address to places, and from a place to words. Fuzzy: what people type is compared by pairs of letters.

mod normalise;

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

pub use normalise::normalise;

use crate::cells::{CellIndex, Located};
use crate::geometry::line_metres;
use crate::point::Scale;
use crate::tree::Tree;
use crate::{BBox, Point};

/// Letters of a query that are looked at; more is not an address.
const LONGEST_QUERY: usize = 100;
/// Candidates below this score are not worth showing.
const LEAST_SCORE: u32 = 350;
/// Farther than this an address or a street says nothing about a place, in metres.
const FARTHEST: f64 = 500.0;

/// One address of the place record (地理编码, domain notes 2.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The caller's key.
    pub id: String,
    /// The address as written, e.g. `人民路12号`.
    pub text: String,
    /// Name of its street; empty for a point of interest.
    pub street: String,
    /// Code of its community.
    pub community: String,
    /// Where.
    pub at: Point,
}

/// One street or lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreetLine {
    /// The caller's key.
    pub id: String,
    /// Its standard name.
    pub name: String,
    /// Other names in use.
    pub aliases: Vec<String>,
    /// Its middle line.
    pub line: Vec<Point>,
}

/// How well a candidate is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// Street and house number agree, or the name of the place does.
    Exact,
    /// The right street, another house number.
    SameStreet,
    /// The street alone.
    Street,
    /// Alike in its letters.
    Alike,
}

/// A place that the words may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Key of the address or street.
    pub id: String,
    /// Its text.
    pub text: String,
    /// Where; the middle of a street.
    pub at: Point,
    /// How well it is known.
    pub precision: Precision,
    /// Likeness, 0 to 1000.
    pub score: u32,
}

/// What lies at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Surroundings<'a> {
    /// The nearest address and the metres to it.
    pub address: Option<(&'a Address, f64)>,
    /// The nearest street and the metres to it.
    pub street: Option<(&'a StreetLine, f64)>,
    /// Code of the community whose cell holds the place.
    pub community: Option<&'a str>,
}

impl Surroundings<'_> {
    /// One line for a form or list, e.g. `人民路12号附近(约 30 米)`; empty when nothing is near.
    pub fn words(&self) -> String {
        let near = |text: &str, metres: f64| match crate::float::round(metres) {
            ..=5 => text.to_owned(),
            it => format!("{text}附近(约 {it} 米)"),
        };
        match (self.address, self.street) {
            (Some((address, metres)), Some((_, street_metres))) if metres <= street_metres.max(80.0) => {
                near(&address.text, metres)
            }
            (_, Some((street, metres))) => near(&street.name, metres),
            (Some((address, metres)), None) => near(&address.text, metres),
            (None, None) => String::new(),
        }
    }
}

/// Addresses and streets, ready to be asked.
#[derive(Debug, Default)]
pub struct Geocoder {
    addresses: Vec<Address>,
    streets: Vec<StreetLine>,
    entries: Vec<Entry>,
    /// Pair of letters to the entries that have it.
    pairs: HashMap<[char; 2], Vec<usize>>,
    /// Names of higher divisions that people write in front.
    prefixes: Vec<String>,
    address_tree: Tree,
    street_tree: Tree,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    Address(usize),
    Street(usize),
}

#[derive(Debug)]
struct Entry {
    source: Source,
    text: String,
    street: String,
    number: Option<u32>,
    pair_count: usize,
}

impl Geocoder {
    /// Builds the index. `prefixes` are names of province, city and county that are dropped from the front of an address.
    pub fn build(addresses: Vec<Address>, streets: Vec<StreetLine>, prefixes: &[&str]) -> Geocoder {
        let mut prefixes: Vec<String> = prefixes.iter().map(|it| normalise(it)).filter(|it| !it.is_empty()).collect();
        prefixes.sort_by_key(|it| std::cmp::Reverse(it.len()));
        let mut it = Geocoder {
            address_tree: Tree::build(addresses.iter().map(|it| BBox::of(it.at))),
            street_tree: Tree::build(
                streets
                    .iter()
                    .map(|it| BBox::around(&it.line).unwrap_or(BBox::of(Point::clamped(0, 0)))),
            ),
            prefixes,
            ..Geocoder::default()
        };
        for (at, address) in addresses.iter().enumerate() {
            it.add(Source::Address(at), &address.text, &address.street);
        }
        for (at, street) in streets.iter().enumerate().filter(|it| !it.1.line.is_empty()) {
            for name in std::iter::once(&street.name).chain(&street.aliases) {
                it.add(Source::Street(at), name, name);
            }
        }
        it.addresses = addresses;
        it.streets = streets;
        it
    }

    /// Places that the words may mean, the likeliest first, at most `limit`.
    pub fn find(&self, words: &str, limit: usize) -> Vec<Candidate> {
        let cut: String = words.chars().take(LONGEST_QUERY).collect();
        let query = self.without_prefixes(normalise(&cut));
        let wanted = pairs_of(&query);
        let mut common: HashMap<usize, usize> = HashMap::new();
        for pair in &wanted {
            for entry in self.pairs.get(pair).into_iter().flatten() {
                *common.entry(*entry).or_default() += 1;
            }
        }
        let mut best: HashMap<String, Candidate> = HashMap::new();
        for (at, common) in common {
            let Some(candidate) = self
                .entries
                .get(at)
                .and_then(|it| self.candidate(it, &query, common, wanted.len()))
            else {
                continue;
            };
            match best.get(&candidate.id) {
                Some(it) if it.score >= candidate.score => {}
                _ => drop(best.insert(candidate.id.clone(), candidate)),
            }
        }
        let mut found: Vec<Candidate> = best.into_values().collect();
        found.sort_by(|a, b| {
            b.score
                .cmp(&a.score)
                .then(a.precision.cmp(&b.precision))
                .then_with(|| a.text.cmp(&b.text))
                .then_with(|| a.id.cmp(&b.id))
        });
        found.truncate(limit);
        found
    }

    /// What lies at a place: nearest address and street within 500 m, and the community when the cells are given.
    pub fn around<'a>(&'a self, place: Point, cells: Option<&'a CellIndex>) -> Surroundings<'a> {
        let scale = Scale::at(place);
        let address = self
            .address_tree
            .nearest(place, |at| self.addresses.get(at).map(|it| place.metres_to(it.at)));
        let street = self
            .street_tree
            .nearest(place, |at| self.streets.get(at).map(|it| line_metres(scale, place, &it.line)));
        let community = match cells.map(|it| it.locate(place)) {
            Some(Located::Inside { cell, .. }) => Some(cell.division.as_str()),
            _ => None,
        };
        Surroundings {
            address: address
                .filter(|it| it.1 <= FARTHEST)
                .and_then(|(at, metres)| self.addresses.get(at).map(|it| (it, metres))),
            street: street
                .filter(|it| it.1 <= FARTHEST)
                .and_then(|(at, metres)| self.streets.get(at).map(|it| (it, metres))),
            community,
        }
    }

    fn add(&mut self, source: Source, text: &str, street: &str) {
        let text = self.without_prefixes(normalise(text));
        let pairs = pairs_of(&text);
        let street = normalise(street);
        let entry = Entry {
            source,
            number: number_after(&text, &street),
            street,
            pair_count: pairs.len(),
            text,
        };
        for pair in pairs {
            self.pairs.entry(pair).or_default().push(self.entries.len());
        }
        self.entries.push(entry);
    }

    fn without_prefixes(&self, mut text: String) -> String {
        while let Some(rest) = self
            .prefixes
            .iter()
            .find_map(|it| text.strip_prefix(it.as_str()))
            .filter(|it| !it.is_empty())
        {
            text = rest.to_owned();
        }
        text
    }

    fn candidate(&self, entry: &Entry, query: &str, common: usize, wanted: usize) -> Option<Candidate> {
        let (precision, score) = entry.compare(query, common, wanted);
        if score < LEAST_SCORE {
            return None;
        }
        let (id, text, at) = match entry.source {
            Source::Address(at) => self.addresses.get(at).map(|it| (&it.id, &it.text, it.at))?,
            Source::Street(at) => self
                .streets
                .get(at)
                .and_then(|it| Some((&it.id, &it.name, *it.line.get(it.line.len() / 2)?)))?,
        };
        Some(Candidate {
            id: id.clone(),
            text: text.clone(),
            at,
            precision,
            score,
        })
    }
}

impl Entry {
    /// The right street with a number beats the street alone, which beats mere likeness of letters.
    fn compare(&self, query: &str, common: usize, wanted: usize) -> (Precision, u32) {
        let whole = query.contains(&self.text);
        let share = 1200 * common / (self.pair_count + wanted).max(1);
        let letters = if whole { 600 } else { u32::try_from(share).unwrap_or(0) };
        let on_street = !self.street.is_empty() && query.contains(&self.street);
        let number = if on_street { number_after(query, &self.street) } else { None };
        match (self.source, number.zip(self.number)) {
            (Source::Street(_), _) if on_street => (Precision::Street, letters + 200),
            (Source::Address(_), Some((asked, has))) if asked == has => (Precision::Exact, 940 + letters / 10),
            (Source::Address(_), Some((asked, has))) => {
                (Precision::SameStreet, 800 + 100_u32.saturating_sub(asked.abs_diff(has)))
            }
            _ if whole => (Precision::Exact, letters + 300),
            _ if on_street => (Precision::SameStreet, letters + 200),
            _ => (Precision::Alike, letters),
        }
    }
}

/// The house number that stands directly behind the street's name; `一中` behind a street is a school, not a number.
fn number_after(text: &str, street: &str) -> Option<u32> {
    let behind = text.split_once(street)?.1;
    let rest = behind.trim_start_matches(|it: char| it.is_ascii_digit());
    let digits = behind.strip_suffix(rest)?;
    if rest.is_empty() || rest.starts_with(['号', '-', '弄', '幢', '附']) {
        digits.parse().ok()
    } else {
        None
    }
}

fn pairs_of(text: &str) -> BTreeSet<[char; 2]> {
    text.chars().zip(text.chars().skip(1)).map(|(a, b)| [a, b]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn town() -> Geocoder {
        let origin = Point::clamped(1_194_700_000, 292_100_000);
        let address = |text: &str, street: &str, east: f64| Address {
            id: format!("a-{text}"),
            text: text.to_owned(),
            street: street.to_owned(),
            community: "330781001001".to_owned(),
            at: origin.moved(east, 20.0),
        };
        let mut addresses: Vec<Address> = (1..=40)
            .map(|it| address(&format!("人民路{it}号"), "人民路", f64::from(it) * 10.0))
            .collect();
        addresses.push(address("人民南路12号", "人民南路", 5.0));
        addresses.push(address("兰溪市第一中学", "", 2000.0));
        let street = |name: &str, aliases: &[&str], north: f64| StreetLine {
            id: format!("s-{name}"),
            name: name.to_owned(),
            aliases: aliases.iter().map(|it| (*it).to_owned()).collect(),
            line: vec![
                origin.moved(0.0, north),
                origin.moved(200.0, north),
                origin.moved(400.0, north),
            ],
        };
        let streets = vec![
            street("人民路", &["大街"], 0.0),
            street("人民南路", &[], -300.0),
            street("三江路", &[], 900.0),
        ];
        Geocoder::build(addresses, streets, &["浙江省", "金华市", "兰溪市", "兰溪"])
    }

    #[test]
    fn finds_what_people_type() {
        let town = town();
        let check = |words: &str, text: &str, precision: Precision| {
            let found = town.find(words, 5);
            let first = found.first().map(|it| (it.text.as_str(), it.precision));
            assert_eq!(first, Some((text, precision)), "{words}: {found:?}");
        };
        check("人民路12号", "人民路12号", Precision::Exact);
        check("浙江省金华市兰溪市人民路十二号", "人民路12号", Precision::Exact);
        check("人民路 12 号 3单元501室", "人民路12号", Precision::Exact);
        check("兰溪人民路12", "人民路12号", Precision::Exact);
        check("人民南路12号门口", "人民南路12号", Precision::Exact);
        check("人民路43号", "人民路40号", Precision::SameStreet);
        check("人民路", "人民路", Precision::Street);
        check("三江路口", "三江路", Precision::Street);
        check("大街", "人民路", Precision::Street);
        check("第一中学旁边", "兰溪市第一中学", Precision::Exact);
        check("第1中学", "兰溪市第一中学", Precision::Exact);
        check("人民路一中", "人民路", Precision::Street);
    }

    #[test]
    fn what_is_unknown_gives_nothing() {
        let town = town();
        for words in ["", "路", "  ", "解放大道88号", "😀😀😀", &"某".repeat(5000)] {
            assert_eq!(town.find(words, 5), [], "{words}");
        }
        assert!(town.find("人民路", 3).len() <= 3);
    }

    #[test]
    fn names_what_lies_at_a_place() {
        let town = town();
        let origin = Point::clamped(1_194_700_000, 292_100_000);
        let check = |east, north, expected: &str| {
            assert_eq!(
                town.around(origin.moved(east, north), None).words(),
                expected,
                "{east} {north}"
            )
        };
        check(120.0, 20.0, "人民路12号");
        check(120.0, 60.0, "人民路12号附近(约 40 米)");
        check(300.0, -299.0, "人民南路");
        check(200.0, -250.0, "人民南路附近(约 50 米)");
        check(50_000.0, 0.0, "");
        assert_eq!(Geocoder::default().around(origin, None).words(), "");
    }
}
