//! The one style sheet: the crate's own, with the colours of the place on top. Its address carries its hash, so it may be kept for ever.

use serde_json::Value as Json;
use std::collections::BTreeMap;
use yiwang_types::Sm3Digest;

const SHEET: &str = include_str!("../../assets/portal.css");
const BRAND: &str = "#1456B8";
const BRAND_DARK: &str = "#0E3F8A";
/// WCAG 2.1 AA for text.
const LEAST_CONTRAST: f64 = 4.5;

/// The style sheet and its address.
#[derive(Clone, Debug)]
pub(crate) struct Css {
    pub(crate) href: String,
    pub(crate) text: String,
}

/// The sheet in the colours of the place. A colour on which white is not legible is not taken.
pub(crate) fn css(theme: &BTreeMap<String, Json>) -> Css {
    let colour = |key: &str, otherwise: &'static str| {
        let wanted = theme
            .get(key)
            .and_then(Json::as_str)
            .filter(|it| on_white(it) >= LEAST_CONTRAST);
        wanted.unwrap_or(otherwise).to_owned()
    };
    let (brand, dark) = (colour("brand", BRAND), colour("brand_dark", BRAND_DARK));
    let text = format!(":root{{--brand:{brand};--brand-dark:{dark}}}\n{SHEET}");
    let hash = Sm3Digest::of(text.as_bytes()).to_string();
    let href = format!("/style/portal-{}.css", hash.get(..16).unwrap_or(&hash));
    Css { href, text }
}

/// Contrast of a colour `#RRGGBB` against white, 1 to 21; 0 for what is no such colour.
fn on_white(colour: &str) -> f64 {
    let Some(digits) = colour.strip_prefix('#').filter(|it| it.len() == 6 && it.is_ascii()) else {
        return 0.0;
    };
    let Some(bytes) = yiwang_types::digest::unhex(digits) else {
        return 0.0;
    };
    let linear = |it: &u8| {
        let share = f64::from(*it) / 255.0;
        if share <= 0.03928 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    };
    let light: f64 = bytes
        .iter()
        .map(linear)
        .zip([0.2126, 0.7152, 0.0722])
        .map(|(it, weight)| it * weight)
        .sum();
    1.05 / (light + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_legible_colours_only() {
        let check = |brand: &str, expected: &str| {
            let theme = [("brand".to_owned(), Json::from(brand))].into_iter().collect();
            let css = css(&theme);
            assert!(css.text.starts_with(&format!(":root{{--brand:{expected};")), "{brand}");
        };
        check("#1F6B4A", "#1F6B4A");
        check("#FFCC00", BRAND);
        check("red", BRAND);
        check("#12345", BRAND);
        check("#123456}body{display:none", BRAND);
        assert!((on_white("#000000") - 21.0).abs() < 1e-9);
    }

    #[test]
    fn the_address_changes_with_the_content() {
        let theme = [("brand".to_owned(), Json::from("#1F6B4A"))].into_iter().collect();
        assert_ne!(css(&theme).href, css(&BTreeMap::new()).href);
        assert_eq!(css(&BTreeMap::new()).href, css(&BTreeMap::new()).href);
    }
}
