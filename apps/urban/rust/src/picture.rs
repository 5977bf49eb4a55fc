//! Drawn pictures instead of photographs: a street with the trouble and without it. Nobody and no place that exists is on them.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

const WIDTH: usize = 320;
const HEIGHT: usize = 240;

/// What is wrong on the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trouble {
    Hole,
    Heap,
    Water,
    Obstacle,
}

/// Which picture of the scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Moment {
    Before,
    After,
}

#[derive(Clone, Copy)]
#[repr(u8)]
enum Ink {
    Sky,
    House,
    Window,
    Pavement,
    Road,
    Line,
    Dark,
    Waste,
    Water,
    Patch,
    Red,
}

/// Red, green, blue of the inks in their order.
const PALETTE: [[u8; 3]; 11] = [
    [196, 219, 236],
    [203, 190, 172],
    [120, 140, 158],
    [176, 176, 172],
    [104, 106, 110],
    [232, 228, 208],
    [34, 32, 34],
    [128, 98, 60],
    [86, 124, 160],
    [84, 86, 90],
    [186, 58, 48],
];

impl Trouble {
    /// What a class looks like.
    pub(crate) fn of_class(class: &str) -> Trouble {
        match class.get(..3).unwrap_or_default() {
            "C01" => Trouble::Hole,
            "E01" if matches!(class, "E0110" | "E0111") => Trouble::Hole,
            "E01" | "C03" => Trouble::Heap,
            "E04" if class == "E0401" => Trouble::Hole,
            "E04" => Trouble::Water,
            _ => Trouble::Obstacle,
        }
    }
}

/// Name of the file.
pub(crate) fn name(trouble: Trouble, moment: Moment) -> String {
    format!("{trouble:?}-{moment:?}.png").to_lowercase()
}

/// The picture as PNG.
pub(crate) fn png(trouble: Trouble, moment: Moment) -> Vec<u8> {
    let mut rows = Vec::with_capacity((WIDTH + 1) * HEIGHT);
    for y in 0..HEIGHT {
        rows.push(0);
        rows.extend((0..WIDTH).map(|x| index(ink(x, y, trouble, moment))));
    }
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    let data = packed.write_all(&rows).and_then(|()| packed.finish()).unwrap_or_default();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let size = |it: usize| u32::try_from(it).unwrap_or(0).to_be_bytes();
    chunk(
        &mut png,
        *b"IHDR",
        &[&size(WIDTH)[..], &size(HEIGHT)[..], &[8, 3, 0, 0, 0]].concat(),
    );
    chunk(&mut png, *b"PLTE", PALETTE.as_flattened());
    chunk(&mut png, *b"IDAT", &data);
    chunk(&mut png, *b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let mut crc = flate2::Crc::new();
    crc.update(&kind);
    crc.update(data);
    png.extend(u32::try_from(data.len()).unwrap_or(0).to_be_bytes());
    png.extend(kind);
    png.extend_from_slice(data);
    png.extend(crc.sum().to_be_bytes());
}

/// Sky, a row of houses, the pavement, the road; in front the trouble, or the mended place.
fn ink(x: usize, y: usize, trouble: Trouble, moment: Moment) -> Ink {
    let inside = |cx: usize, cy: usize, rx: usize, ry: usize| {
        let (dx, dy) = (x.abs_diff(cx) * ry, y.abs_diff(cy) * rx);
        dx * dx + dy * dy <= rx * rx * ry * ry
    };
    let front = match (trouble, moment) {
        (Trouble::Hole, Moment::Before) if inside(170, 195, 34, 14) => Some(Ink::Dark),
        (Trouble::Hole, Moment::After) if inside(170, 195, 36, 15) => Some(Ink::Patch),
        (Trouble::Heap, Moment::Before) if inside(120, 158, 46, 22) || inside(170, 162, 30, 16) => Some(Ink::Waste),
        (Trouble::Water, Moment::Before) if inside(160, 200, 120, 22) => Some(Ink::Water),
        (Trouble::Water, Moment::After) if inside(160, 200, 118, 20) => Some(Ink::Patch),
        (Trouble::Obstacle, Moment::Before) if (110..190).contains(&x) && (120..168).contains(&y) => Some(Ink::Red),
        _ => None,
    };
    front.unwrap_or_else(|| street(x, y))
}

fn street(x: usize, y: usize) -> Ink {
    let house = x / 64;
    let roof = 40 + (house * 37) % 31;
    match y {
        _ if y < roof => Ink::Sky,
        0..=139 if (y - roof) % 28 > 12 && x % 32 > 12 && x % 32 < 24 => Ink::Window,
        0..=139 if x.is_multiple_of(64) => Ink::Line,
        0..=139 => Ink::House,
        140..=170 => Ink::Pavement,
        171..=173 => Ink::Line,
        216..=219 if x % 48 < 28 => Ink::Line,
        _ => Ink::Road,
    }
}

#[expect(
    clippy::as_conversions,
    reason = "the discriminant of a field-less enum has no other way out"
)]
fn index(ink: Ink) -> u8 {
    ink as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_small_and_differ() {
        let mut all = std::collections::BTreeSet::new();
        for trouble in [Trouble::Hole, Trouble::Heap, Trouble::Water, Trouble::Obstacle] {
            for moment in [Moment::Before, Moment::After] {
                let png = png(trouble, moment);
                assert!(
                    png.starts_with(b"\x89PNG\r\n\x1a\n") && png.ends_with(b"IEND\xae\x42\x60\x82"),
                    "{trouble:?}"
                );
                assert!(png.len() < 6_000, "{}", png.len());
                all.insert(png);
            }
        }
        // The mended pavement and the cleared one are the same empty street.
        assert_eq!(all.len(), 7);
    }
}
