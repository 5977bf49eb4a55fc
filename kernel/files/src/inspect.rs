//! What a file really is.

mod frame;

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader};
use serde::{Deserialize, Serialize};
use yiwang_types::Fault;

use crate::words::Asked;

/// Kinds of files the system keeps, as registers name them (`kinds: [image]`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// JPEG, PNG or WebP.
    Image,
    /// PDF.
    Pdf,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Kind] = &[Kind::Image, Kind::Pdf];

    /// The name in files and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Image => "image",
            Kind::Pdf => "pdf",
        }
    }

    /// The kind of a name in files and JSON.
    pub fn from_word(word: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|it| it.as_str() == word)
    }

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Kind::Image => "照片",
            Kind::Pdf => " PDF 文件",
        }
    }

    pub(crate) const fn formats(self) -> &'static str {
        match self {
            Kind::Image => "JPG、PNG、WebP",
            Kind::Pdf => "PDF",
        }
    }
}

/// What the sender says of the file. It never decides what the file is; a contradiction with the content is refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// File name.
    pub name: Option<String>,
    /// Media type.
    pub media_type: Option<String>,
}

impl Declared {
    fn kind(&self) -> Option<Kind> {
        let extension = self
            .name
            .as_deref()
            .and_then(|it| it.rsplit_once('.'))
            .map(|it| it.1.to_ascii_lowercase());
        let by_name = match extension.as_deref() {
            Some("jpg" | "jpeg" | "jpe" | "jfif" | "png" | "webp" | "heic" | "heif") => Some(Kind::Image),
            Some("pdf") => Some(Kind::Pdf),
            _ => None,
        };
        by_name.or(match self.media_type.as_deref().map(str::trim) {
            Some("application/pdf") => Some(Kind::Pdf),
            Some("image/jpeg" | "image/png" | "image/webp") => Some(Kind::Image),
            _ => None,
        })
    }
}

/// How large a file may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of an image.
    pub image_bytes: u64,
    /// Width times height of an image.
    pub image_pixels: u64,
    /// Bytes of a PDF.
    pub pdf_bytes: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            image_bytes: 20_000_000,
            image_pixels: 40_000_000,
            pdf_bytes: 50_000_000,
        }
    }
}

impl Limits {
    /// Bytes of a file of that kind.
    pub const fn bytes(&self, kind: Kind) -> u64 {
        match kind {
            Kind::Image => self.image_bytes,
            Kind::Pdf => self.pdf_bytes,
        }
    }
}

/// What the content turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// Kind.
    pub kind: Kind,
    /// Media type to send it with.
    pub media_type: &'static str,
    /// Width in pixels as seen, after turning it the way the camera was held.
    pub width: Option<u32>,
    /// Height in pixels as seen.
    pub height: Option<u32>,
}

/// Decides what the bytes are, and whether they are whole: images are decoded to the last pixel.
///
/// # Errors
/// `BadFile` for damaged, truncated, empty or disguised files, `UnsupportedMedia` for others than `accepted`, `TooLarge` beyond the limits;
/// each with a Chinese sentence and remedy.
pub fn inspect(bytes: &[u8], declared: &Declared, accepted: &[Kind], limits: &Limits) -> Result<Content, Fault> {
    let asked = Asked::of(accepted);
    if bytes.is_empty() {
        return Err(asked.empty());
    }
    let format = Format::sniff(bytes);
    if let Some(said) = declared
        .kind()
        .filter(|said| format != Some(Format::Heif) && format.and_then(Format::kind) != Some(*said))
    {
        return Err(asked.disguised(said));
    }
    let format = format.ok_or_else(|| asked.unsupported(accepted))?;
    let Some(kind) = format.kind() else {
        return Err(asked.phone_format());
    };
    if !accepted.contains(&kind) {
        return Err(asked.unsupported(accepted));
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limits.bytes(kind) {
        return Err(asked.too_many_bytes(limits.bytes(kind)));
    }
    if !frame::is_whole(bytes, format) {
        return Err(asked.damaged());
    }
    let mut content = Content {
        kind,
        media_type: format.media_type(),
        width: None,
        height: None,
    };
    if kind == Kind::Image {
        let image = decode(bytes, limits, asked)?;
        (content.width, content.height) = (Some(image.width()), Some(image.height()));
    }
    Ok(content)
}

/// Formats told apart by their first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Jpeg,
    Png,
    Webp,
    Heif,
    Pdf,
}

impl Format {
    pub(crate) fn sniff(bytes: &[u8]) -> Option<Format> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Format::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Format::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Format::Webp),
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if HEIF_BRANDS.iter().any(|it| brand.starts_with(it)) => {
                Some(Format::Heif)
            }
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Format::Pdf),
            _ => None,
        }
    }

    const fn kind(self) -> Option<Kind> {
        match self {
            Format::Jpeg | Format::Png | Format::Webp => Some(Kind::Image),
            Format::Pdf => Some(Kind::Pdf),
            Format::Heif => None,
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::Webp => "image/webp",
            Format::Heif => "image/heif",
            Format::Pdf => "application/pdf",
        }
    }

    const fn decoder(self) -> Option<ImageFormat> {
        match self {
            Format::Jpeg => Some(ImageFormat::Jpeg),
            Format::Png => Some(ImageFormat::Png),
            Format::Webp => Some(ImageFormat::WebP),
            Format::Heif | Format::Pdf => None,
        }
    }
}

const HEIF_BRANDS: [&[u8]; 6] = [b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"];

/// Decodes an image and turns it the way the camera was held. The pixels are counted before any is decoded.
pub(crate) fn decode(bytes: &[u8], limits: &Limits, asked: Asked) -> Result<DynamicImage, Fault> {
    let format = Format::sniff(bytes)
        .and_then(Format::decoder)
        .ok_or_else(|| asked.damaged())?;
    let damaged = |it: image::ImageError| asked.damaged().because(it);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(allocation(limits));
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limits.image_pixels {
        return Err(asked.too_many_pixels(limits.image_pixels));
    }
    // A photo whose EXIF block cannot be read is shown as it lies.
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// Room for the largest accepted image at eight bytes a pixel (16-bit RGBA).
fn allocation(limits: &Limits) -> image::Limits {
    let mut it = image::Limits::default();
    it.max_alloc = Some(limits.image_pixels.saturating_mul(8));
    it
}

#[cfg(test)]
pub(crate) mod tests;
