use image::codecs::jpeg::JpegEncoder;
use image::{ImageEncoder, Rgb, RgbImage};

use super::*;

/// A picture that is red on the left and blue on the right.
pub(crate) fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        if x * 2 < width {
            Rgb([220, 20, u8::try_from(y % 50).unwrap()])
        } else {
            Rgb([10, 30, 200])
        }
    })
}

pub(crate) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, 90)
        .encode_image(&picture(width, height))
        .unwrap();
    out
}

/// A JPEG as a phone held upright writes it: turned, with a position in its EXIF block.
pub(crate) fn photo_with_position(width: u32, height: u32) -> Vec<u8> {
    let mut exif = b"MM\0*\0\0\0\x08\0\x02".to_vec();
    exif.extend_from_slice(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
    exif.extend_from_slice(b"\x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0");
    exif.extend_from_slice(b"\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0GPS-29.2101-119.4703");
    let mut out = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut out, 90);
    encoder.set_exif_metadata(exif).unwrap();
    encoder.encode_image(&picture(width, height)).unwrap();
    assert!(has(&out, b"GPS-29.2101"));
    out
}

pub(crate) fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|it| it == part)
}

fn encoded(format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture(64, 48).write_to(&mut out, format).unwrap();
    out.into_inner()
}

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n";

fn named(name: &str) -> Declared {
    Declared {
        name: Some(name.to_owned()),
        media_type: None,
    }
}

fn photo(bytes: &[u8], name: &str) -> Result<Content, String> {
    inspect(bytes, &named(name), &[Kind::Image], &Limits::default()).map_err(|it| format!("{} {}", it.code, it.detail))
}

#[test]
fn takes_whole_images_by_content() {
    let check = |bytes: Vec<u8>, name: &str, media_type: &str| {
        let content = photo(&bytes, name).unwrap();
        assert_eq!(
            (content.media_type, content.width, content.height),
            (media_type, Some(64), Some(48)),
            "{name}"
        );
    };
    check(jpeg(64, 48), "a.jpg", "image/jpeg");
    check(encoded(ImageFormat::Png), "a.png", "image/png");
    check(encoded(ImageFormat::WebP), "照片", "image/webp");
    check(encoded(ImageFormat::Png), "saved-by-a-chat-program.jpg", "image/png");
    check(
        [jpeg(64, 48), b"a film behind the end".to_vec()].concat(),
        "a.jpg",
        "image/jpeg",
    );
}

#[test]
fn a_turned_photo_counts_as_seen() {
    let content = photo(&photo_with_position(64, 48), "a.jpg").unwrap();
    assert_eq!((content.width, content.height), (Some(48), Some(64)));
}

#[test]
fn every_refusal_has_its_sentence() {
    let check = |bytes: &[u8], name: &str, expected: &str| assert_eq!(photo(bytes, name).unwrap_err(), expected, "{name}");
    let damaged = "bad-file 照片没有传上:文件损坏。请重新拍一张,已填的内容都还在。";
    let disguised = "bad-file 照片没有传上:文件内容不是照片。请重新拍一张,已填的内容都还在。";
    let unsupported = "unsupported-media 照片没有传上:不支持这种文件。请改用 JPG、PNG、WebP 格式,已填的内容都还在。";
    check(
        b"",
        "a.jpg",
        "bad-file 照片没有传上:文件是空的。请重新拍一张,已填的内容都还在。",
    );
    check(b"#!/bin/sh\nrm", "a.jpg", disguised);
    check(PDF, "a.jpg", disguised);
    check(b"<html><script>", "a.png", disguised);
    check(b"GIF89a......", "a.gif", unsupported);
    check(PDF, "a.pdf", unsupported);
    check(
        b"\0\0\0\x18ftypheic\0\0\0\0",
        "IMG_1.HEIC",
        "unsupported-media 照片没有传上:这是 HEIC 格式。请把手机相机的格式设为「兼容性最佳」后再拍一张,已填的内容都还在。",
    );
    check(&jpeg(64, 48)[..3], "a.jpg", damaged);
    let mut noise = encoded(ImageFormat::Png);
    let middle = noise.len() / 2;
    noise[middle] ^= 0xff;
    check(&noise, "a.png", damaged);
    check(&[&jpeg(64, 48)[..20], b"\xff\xd9"].concat(), "a.jpg", damaged);
}

#[test]
fn no_cut_off_image_passes() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let whole = encoded(format);
        for keep in 0..whole.len() {
            assert!(
                photo(&whole[..keep], "a.jpg").is_err(),
                "{format:?} cut at {keep} of {}",
                whole.len()
            );
        }
        assert!(photo(&whole, "a.jpg").is_ok());
    }
}

#[test]
fn large_ones_are_refused_before_they_are_decoded() {
    let limits = Limits {
        image_bytes: 2_000_000,
        image_pixels: 400_000,
        pdf_bytes: 1_000_000,
    };
    let check = |bytes: &[u8], accepted: &[Kind], expected: &str| {
        assert_eq!(
            inspect(bytes, &Declared::default(), accepted, &limits).unwrap_err().detail,
            expected
        );
    };
    check(
        &jpeg(800, 600),
        &[Kind::Image],
        "照片没有传上:像素超过 40 万。请调低相机分辨率后重新拍一张,已填的内容都还在。",
    );
    let long = [jpeg(64, 48), vec![0; 2_000_000]].concat();
    check(
        &long,
        &[Kind::Image],
        "照片没有传上:文件超过 2 MB。请调低相机分辨率后重新拍一张,已填的内容都还在。",
    );
    let long = [PDF, &vec![b' '; 1_000_000]].concat();
    check(
        &long,
        Kind::ALL,
        "文件没有传上:文件超过 1 MB。请压缩或拆分后再传,已填的内容都还在。",
    );
    check(
        &bomb(60_000, 60_000),
        &[Kind::Image],
        "照片没有传上:像素超过 40 万。请调低相机分辨率后重新拍一张,已填的内容都还在。",
    );
}

/// A PNG of a few bytes that says it is huge.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut out = Vec::new();
    image::codecs::png::PngEncoder::new(&mut out)
        .write_image(picture(1, 1).as_raw(), 1, 1, image::ExtendedColorType::Rgb8)
        .unwrap();
    out[16..20].copy_from_slice(&width.to_be_bytes());
    out[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&out[12..29]);
    out[29..33].copy_from_slice(&sum.to_be_bytes());
    out
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |it, _| {
            if it & 1 == 1 { (it >> 1) ^ 0xedb8_8320 } else { it >> 1 }
        })
    })
}

#[test]
fn pdfs_need_head_and_trailer() {
    let check = |bytes: &[u8], name: &str, fine: bool| {
        let found = inspect(bytes, &named(name), Kind::ALL, &Limits::default());
        assert_eq!(
            found.as_ref().map(|it| it.kind).ok(),
            fine.then_some(Kind::Pdf),
            "{name}: {found:?}"
        );
    };
    check(PDF, "a.pdf", true);
    check(PDF, "附件", true);
    check(&PDF[..30], "a.pdf", false);
    check(b"%PDF-1.4\n%%EOF startxref", "a.pdf", false);
    check(&jpeg(8, 8), "a.pdf", false);
    check(PDF, "a.png", false);
}
