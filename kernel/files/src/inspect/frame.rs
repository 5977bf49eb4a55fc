//! Whether a file ends where its format says. Decoders forgive a cut-off end and fill up with grey; evidence must not.

use crate::inspect::Format;

pub(super) fn is_whole(bytes: &[u8], format: Format) -> bool {
    match format {
        Format::Jpeg => jpeg_reaches_its_end(bytes).is_some(),
        Format::Png => png_reaches_its_end(bytes).is_some(),
        Format::Webp => webp_has_its_length(bytes).unwrap_or(false),
        Format::Pdf => pdf_has_its_trailer(bytes),
        Format::Heif => true,
    }
}

/// Walks the markers from SOI to EOI (ITU-T T.81, annex B). What cameras append behind EOI (a film, a depth map) does not matter.
fn jpeg_reaches_its_end(bytes: &[u8]) -> Option<()> {
    let mut rest = bytes.get(2..)?;
    loop {
        // Inside a scan: skip until a marker that is neither a stuffed byte, a restart, nor a fill byte.
        let at = rest
            .windows(2)
            .position(|it| matches!(it, [0xff, code] if !matches!(code, 0x00 | 0xd0..=0xd7 | 0xff)))?;
        let code = *rest.get(at + 1)?;
        rest = rest.get(at + 2..)?;
        match code {
            0xd9 => return Some(()),
            0x01 | 0xd8 => {}
            _ => {
                let length = usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?]));
                rest = rest.get(length.max(2)..)?;
            }
        }
    }
}

/// Walks the chunks to IEND.
fn png_reaches_its_end(bytes: &[u8]) -> Option<()> {
    let mut rest = bytes.get(8..)?;
    loop {
        let (length, behind) = rest.split_first_chunk::<4>()?;
        let (name, _) = behind.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        rest = rest.get(length.checked_add(12)?..)?;
        if name == b"IEND" {
            return Some(());
        }
    }
}

fn webp_has_its_length(bytes: &[u8]) -> Option<bool> {
    let length = bytes.get(4..8).and_then(|it| it.first_chunk::<4>())?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    Some(bytes.len() >= length.checked_add(8)?)
}

/// `startxref` and `%%EOF` near the end (ISO 32000, 7.5.5).
fn pdf_has_its_trailer(bytes: &[u8]) -> bool {
    const NEAR: usize = 2048;
    let tail = bytes.get(bytes.len().saturating_sub(NEAR)..).unwrap_or_default();
    let last = |word: &[u8]| tail.windows(word.len()).rposition(|it| it == word);
    matches!((last(b"startxref"), last(b"%%EOF")), (Some(start), Some(end)) if start < end)
}
