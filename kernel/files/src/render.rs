//! Pictures drawn anew from an original: small for lists, and clean for the public.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, Rgb, RgbImage};
use yiwang_types::Fault;

use crate::inspect::{Limits, decode};
use crate::words::Asked;

/// What a picture is drawn for. Both are JPEG, upright, and carry nothing but pixels: no position, device, time or comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rendition {
    /// For lists; long side at most 480 pixels.
    Thumbnail,
    /// For everybody's eyes; long side at most 1,920 pixels.
    Public,
}

impl Rendition {
    /// Every rendition.
    pub const ALL: &'static [Rendition] = &[Rendition::Thumbnail, Rendition::Public];

    /// Media type of the result.
    pub const MEDIA_TYPE: &'static str = "image/jpeg";

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Rendition::Thumbnail => "thumbnail",
            Rendition::Public => "public",
        }
    }

    const fn long_side(self) -> u32 {
        match self {
            Rendition::Thumbnail => 480,
            Rendition::Public => 1_920,
        }
    }

    const fn quality(self) -> u8 {
        match self {
            Rendition::Thumbnail => 80,
            Rendition::Public => 85,
        }
    }
}

/// Draws an accepted image anew.
///
/// # Errors
/// `BadFile` or `TooLarge` when the bytes are no image within the limits.
pub fn render(original: &[u8], rendition: Rendition, limits: &Limits) -> Result<Vec<u8>, Fault> {
    let image = decode(original, limits, Asked::Photo)?;
    let side = rendition.long_side();
    let image = if image.width().max(image.height()) > side {
        image.resize(side, side, FilterType::Triangle)
    } else {
        image
    };
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, rendition.quality())
        .encode_image(&on_white(&image))
        .map_err(Fault::internal)?;
    Ok(out)
}

/// JPEG has no transparency: what shines through is white, as on paper.
fn on_white(image: &DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.to_rgb8();
    }
    let source = image.to_rgba8();
    let mut out = RgbImage::new(source.width(), source.height());
    for (to, from) in out.pixels_mut().zip(source.pixels()) {
        let [red, green, blue, alpha] = from.0;
        let mix = |it: u8| {
            let sum = u16::from(it) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
            u8::try_from(sum / 255).unwrap_or(u8::MAX)
        };
        *to = Rgb([mix(red), mix(green), mix(blue)]);
    }
    out
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::*;
    use crate::inspect::tests::{has, jpeg, photo_with_position};

    fn size(bytes: &[u8]) -> (u32, u32) {
        let image = image::load_from_memory(bytes).unwrap();
        (image.width(), image.height())
    }

    #[test]
    fn is_small_upright_and_without_position() {
        let photo = photo_with_position(1200, 800);
        for (rendition, expected) in [(Rendition::Thumbnail, (320, 480)), (Rendition::Public, (800, 1200))] {
            let drawn = render(&photo, rendition, &Limits::default()).unwrap();
            assert_eq!(size(&drawn), expected, "{rendition:?}");
            assert!(!has(&drawn, b"GPS") && !has(&drawn, b"Exif"), "{rendition:?}");
            let image = image::load_from_memory(&drawn).unwrap().to_rgb8();
            let (top, bottom) = (image.get_pixel(10, 10), image.get_pixel(10, expected.1 - 10));
            assert!(
                top.0[0] > 150 && bottom.0[2] > 150,
                "the red left has become the top: {top:?} {bottom:?}"
            );
        }
    }

    #[test]
    fn small_ones_keep_their_size_and_the_bytes_are_always_the_same() {
        let small = jpeg(64, 48);
        let drawn = render(&small, Rendition::Thumbnail, &Limits::default()).unwrap();
        assert_eq!(size(&drawn), (64, 48));
        assert_eq!(drawn, render(&small, Rendition::Thumbnail, &Limits::default()).unwrap());
        assert!(render(b"no image", Rendition::Public, &Limits::default()).is_err());
    }

    #[test]
    fn transparency_becomes_white() {
        let mut png = std::io::Cursor::new(Vec::new());
        RgbaImage::from_pixel(16, 16, Rgba([0, 0, 0, 0]))
            .write_to(&mut png, image::ImageFormat::Png)
            .unwrap();
        let drawn = render(&png.into_inner(), Rendition::Public, &Limits::default()).unwrap();
        assert!(
            image::load_from_memory(&drawn)
                .unwrap()
                .to_rgb8()
                .pixels()
                .all(|it| it.0.iter().all(|it| *it > 250))
        );
    }
}
