//! Writes the picture as SVG text.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::float::float;
use crate::geometry::simplify_line;
use crate::sketch::view::{View, tenths};
use crate::sketch::{Sketch, Street, StreetWidth};

type Spot = (f64, f64);

const LETTER: f64 = 13.0;
const MARGIN: f64 = 20.0;

pub(super) fn svg(sketch: &Sketch, view: &View) -> String {
    let (width, height) = (view.width(), view.height());
    let streets = visible(sketch, view);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         font-family=\"sans-serif\" font-size=\"13\"><title>{}</title><rect width=\"100%\" height=\"100%\" fill=\"#f6f4ef\"/>",
        escape(&sketch.alt(view))
    );
    for (class, width) in [(StreetWidth::Side, [6, 4]), (StreetWidth::Main, [11, 9])] {
        let path: String = streets
            .iter()
            .filter(|it| it.width == class)
            .flat_map(|it| &it.runs)
            .map(|it| path(it))
            .collect();
        if path.is_empty() {
            continue;
        }
        for (width, colour) in width.iter().zip(["#b9b4a8", "#fff"]) {
            put(
                &mut out,
                format_args!(
                    "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"/>"
                ),
            );
        }
    }
    labels(&mut out, sketch, view, &streets);
    if let Some(marker) = view.marker() {
        let (x, y) = view.pixel_of(marker);
        let (x, y) = (tenths(x), tenths(y));
        put(
            &mut out,
            format_args!(
                "<circle cx=\"{x}\" cy=\"{y}\" r=\"9\" fill=\"none\" stroke=\"#b3261e\" stroke-width=\"3\"/><circle cx=\"{x}\" cy=\"{y}\" r=\"2.5\" fill=\"#b3261e\"/>"
            ),
        );
    }
    put(
        &mut out,
        format_args!(
            "<text x=\"6\" y=\"{}\" font-size=\"11\" fill=\"#666\">示意图</text></svg>",
            height - 6
        ),
    );
    out
}

/// Formatting into a `String` cannot fail.
fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _infallible = out.write_fmt(text);
}

struct Visible<'a> {
    name: &'a str,
    width: StreetWidth,
    runs: Vec<Vec<Spot>>,
}

fn visible<'a>(sketch: &'a Sketch, view: &View) -> Vec<Visible<'a>> {
    let mut streets: Vec<&Street> = sketch
        .streets_in(view.bbox().grown(MARGIN * view.metres_per_pixel()))
        .collect();
    streets.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.line.cmp(&b.line)));
    streets
        .into_iter()
        .map(|it| {
            let line: Vec<Spot> = simplify_line(&it.line, view.metres_per_pixel() / 2.0)
                .iter()
                .map(|it| view.pixel_of(*it))
                .collect();
            Visible {
                name: &it.name,
                width: it.width,
                runs: clipped(&line, view),
            }
        })
        .filter(|it| !it.runs.is_empty())
        .collect()
}

/// The parts of a line inside the picture and a small margin.
fn clipped(line: &[Spot], view: &View) -> Vec<Vec<Spot>> {
    let mut runs: Vec<Vec<Spot>> = Vec::new();
    for (from, to) in line.iter().zip(line.iter().skip(1)) {
        let Some((a, b)) = clip(*from, *to, view) else { continue };
        match runs.last_mut().filter(|it| it.last() == Some(&a)) {
            Some(run) => run.push(b),
            None => runs.push(vec![a, b]),
        }
    }
    runs
}

/// Liang–Barsky: the part of a piece inside the picture and its margin.
fn clip(a: Spot, b: Spot, view: &View) -> Option<(Spot, Spot)> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (right, bottom) = (f64::from(view.width()) + MARGIN, f64::from(view.height()) + MARGIN);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (step, room) in [
        (-dx, a.0 + MARGIN),
        (dx, right - a.0),
        (-dy, a.1 + MARGIN),
        (dy, bottom - a.1),
    ] {
        if step == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if step < 0.0 {
            enter = enter.max(room / step);
        } else {
            leave = leave.min(room / step);
        }
    }
    let at = |share: f64| (a.0 + dx * share, a.1 + dy * share);
    // The ends themselves are kept bit for bit, so that neighbouring pieces join.
    let first = if enter == 0.0 { a } else { at(enter) };
    let last = if leave == 1.0 { b } else { at(leave) };
    (enter <= leave).then_some((first, last))
}

fn path(run: &[Spot]) -> String {
    let mut out = String::new();
    for ((x, y), letter) in run.iter().zip(std::iter::once('M').chain(std::iter::repeat('L'))) {
        put(&mut out, format_args!("{letter}{} {}", tenths(*x), tenths(*y)));
    }
    out
}

/// Names that do not run into each other: communities first, then each street once along its longest visible stretch.
fn labels(out: &mut String, sketch: &Sketch, view: &View, streets: &[Visible<'_>]) {
    let mut taken: Vec<Spot> = Vec::new();
    for community in sketch.communities.iter().filter(|it| view.bbox().contains(it.at)) {
        let label = Label {
            text: &community.name,
            at: view.pixel_of(community.at),
            angle: 0.0,
        };
        label.put(out, &mut taken, "fill=\"#5b6b4f\" font-size=\"14\" letter-spacing=\"1\"");
    }
    let mut longest: BTreeMap<&str, (f64, Spot, Spot)> = BTreeMap::new();
    for street in streets.iter().filter(|it| !it.name.is_empty()) {
        for (a, b) in street.runs.iter().flat_map(|it| it.iter().zip(it.iter().skip(1))) {
            let length = (b.0 - a.0).hypot(b.1 - a.1);
            if longest.get(street.name).is_none_or(|it| it.0 < length) {
                longest.insert(street.name, (length, *a, *b));
            }
        }
    }
    for (name, (length, a, b)) in longest {
        if length >= text_width(name) * 0.8 {
            let angle = ((b.1 - a.1) / (b.0 - a.0)).atan().to_degrees();
            let label = Label {
                text: name,
                at: ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0),
                angle,
            };
            label.put(out, &mut taken, "fill=\"#333\"");
        }
    }
}

struct Label<'a> {
    text: &'a str,
    at: Spot,
    angle: f64,
}

impl Label<'_> {
    fn put(&self, out: &mut String, taken: &mut Vec<Spot>, style: &str) {
        let spots = self.spots();
        let free = spots
            .iter()
            .all(|a| taken.iter().all(|b| (a.0 - b.0).hypot(a.1 - b.1) > LETTER));
        if !free {
            return;
        }
        taken.extend(spots);
        let (x, y) = (tenths(self.at.0), tenths(self.at.1));
        let turn = match tenths(self.angle) {
            it if it == "0" => String::new(),
            it => format!(" transform=\"rotate({it} {x} {y})\""),
        };
        let text = escape(self.text);
        put(
            out,
            format_args!(
                "<text x=\"{x}\" y=\"{y}\" dy=\"4.5\" text-anchor=\"middle\" paint-order=\"stroke\" stroke=\"#f6f4ef\" stroke-width=\"3\" {style}{turn}>{text}</text>"
            ),
        );
    }

    /// Middles of the letters, about.
    fn spots(&self) -> Vec<Spot> {
        let width = text_width(self.text);
        let count = self.text.chars().count().clamp(1, 40);
        let (sin, cos) = self.angle.to_radians().sin_cos();
        (0..count)
            .map(|at| {
                let along =
                    width * ((float(i64::try_from(at).unwrap_or(0)) + 0.5) / float(i64::try_from(count).unwrap_or(1)) - 0.5);
                (self.at.0 + along * cos, self.at.1 + along * sin)
            })
            .collect()
    }
}

fn text_width(text: &str) -> f64 {
    text.chars().map(|it| if it.is_ascii() { 0.6 * LETTER } else { LETTER }).sum()
}

/// Text for an element or attribute; control characters, which XML forbids, are left out.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars().filter(|it| !it.is_control()) {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Point;
    use crate::sketch::{Community, ViewQuery};

    fn town() -> Sketch {
        let origin = Point::clamped(1_194_700_000, 292_100_000);
        let at = |east: f64, north: f64| origin.moved(east, north);
        let street = |name: &str, line: Vec<Point>, width| Street {
            name: name.to_owned(),
            line,
            width,
        };
        let streets = vec![
            street(
                "人民路",
                vec![at(-2000.0, 0.0), at(0.0, 10.0), at(2000.0, 0.0)],
                StreetWidth::Main,
            ),
            street("<丹溪>&大道", vec![at(100.0, -1500.0), at(120.0, 1500.0)], StreetWidth::Main),
            street("无名巷", vec![at(-50.0, -60.0), at(-40.0, -90.0)], StreetWidth::Side),
            street("远方路", vec![at(9000.0, 9000.0), at(9500.0, 9000.0)], StreetWidth::Side),
        ];
        Sketch::build(
            origin,
            streets,
            vec![Community {
                name: "天福山社区".to_owned(),
                at: at(-200.0, 150.0),
            }],
        )
    }

    #[test]
    fn draws_what_is_in_view_and_nothing_else() {
        let town = town();
        let view = View::new(600, 400, town.origin, 1_000, Some(town.origin));
        let svg = town.svg(&view);
        assert_eq!(svg, town.svg(&view));
        for expected in [
            "人民路",
            "&lt;丹溪&gt;&amp;大道",
            "天福山社区",
            "示意图",
            "<circle",
            "rotate(",
        ] {
            assert!(svg.contains(expected), "{expected} in {svg}");
        }
        for unwanted in ["远方路", "119.47", "1194700", "<丹溪>"] {
            assert!(!svg.contains(unwanted), "{unwanted} in {svg}");
        }
        let drawn = svg.split("<rect").nth(1).unwrap();
        assert!(!drawn.contains("无名巷"), "too short for its name");
        let pixels = drawn.split(['"', ' ', 'M', 'L']).filter_map(|it| it.parse::<f64>().ok());
        assert!(pixels.into_iter().all(|it| it.abs() < 1000.0), "clipped to the picture");
    }

    #[test]
    fn says_the_same_in_words() {
        let town = town();
        let view = View::new(600, 400, town.origin, 1_000, Some(town.origin.moved(0.0, 8.0)));
        assert_eq!(
            town.alt(&view),
            "街道示意图,横向约 1000 米;街道:<丹溪>&大道、人民路、无名巷;社区:天福山社区;已标出的位置在人民路附近。"
        );
    }

    #[test]
    fn links_move_within_the_place() {
        let town = town();
        let home = town.home(600, 400);
        assert!(home.bbox().contains(town.extent.low()) && home.bbox().contains(town.extent.high()));
        let nearer = town.links(&home).into_iter().find(|it| it.title == "放大").unwrap().view;
        assert_eq!(nearer.span(), home.span() / 2);
        assert_eq!(town.view_of(&town.query_of(&nearer), 600, 400), nearer);
        assert_eq!(town.view_of(&ViewQuery::default(), 600, 400), home);
        let mut view = nearer;
        for _ in 0..20 {
            view = view.stepped(super::super::Step::North, town.extent);
        }
        assert_eq!(view.center().lat(), town.extent.high().lat());
        assert!(!town.links(&view).iter().any(|it| it.title == "向北"));
    }

    #[test]
    fn an_empty_place_is_still_a_picture() {
        let origin = Point::clamped(0, 0);
        let empty = Sketch::build(origin, Vec::new(), Vec::new());
        let view = empty.home(300, 200);
        assert!(empty.svg(&view).ends_with("</svg>"));
        assert_eq!(empty.alt(&view), "街道示意图,横向约 100 米。");
    }
}
