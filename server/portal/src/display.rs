//! Large text and high contrast: kept in a cookie, switched by plain buttons.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use serde::Serialize;

/// Name of the cookie.
const NAME: &str = "yw_display";

/// How the pages look for this visitor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Display {
    pub(crate) text: Text,
    pub(crate) high: bool,
}

/// Size of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Text {
    /// 18 px.
    #[default]
    Normal,
    /// A quarter larger.
    Large,
    /// Half as large again.
    Huge,
}

impl Display {
    /// What the visitor chose before.
    pub(crate) fn of(headers: &HeaderMap) -> Display {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|it| it.to_str().ok());
        let pairs = cookies
            .flat_map(|it| it.split(';'))
            .filter_map(|it| it.trim().split_once('='));
        let value = pairs.filter(|it| it.0 == NAME).map(|it| it.1).next_back().unwrap_or_default();
        value.split('.').fold(Display::default(), Display::with)
    }

    /// The same with one more wish: `normal large huge` or `high plain`; other words change nothing.
    #[must_use]
    pub(crate) fn with(self, wish: &str) -> Display {
        match wish {
            "normal" => Display {
                text: Text::Normal,
                ..self
            },
            "large" => Display {
                text: Text::Large,
                ..self
            },
            "huge" => Display {
                text: Text::Huge,
                ..self
            },
            "high" => Display { high: true, ..self },
            "plain" => Display { high: false, ..self },
            _ => self,
        }
    }

    /// The cookie that keeps it for a year.
    pub(crate) fn cookie(self) -> String {
        let text = match self.text {
            Text::Normal => "normal",
            Text::Large => "large",
            Text::Huge => "huge",
        };
        let contrast = if self.high { "high" } else { "plain" };
        format!("{NAME}={text}.{contrast}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly")
    }

    /// Class of the whole page.
    pub(crate) fn class(self) -> &'static str {
        match (self.text, self.high) {
            (Text::Normal, false) => "",
            (Text::Large, false) => "text-large",
            (Text::Huge, false) => "text-huge",
            (Text::Normal, true) => "contrast-high",
            (Text::Large, true) => "text-large contrast-high",
            (Text::Huge, true) => "text-huge contrast-high",
        }
    }
}

/// Where to go back to: a path of this site, else the first page.
pub(crate) fn safe_back(wanted: Option<&str>) -> &str {
    let inside =
        |it: &&str| it.starts_with('/') && !it.starts_with("//") && it.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    wanted.filter(inside).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_round_through_the_cookie() {
        for wishes in [vec![], vec!["large"], vec!["huge", "high"], vec!["high", "plain", "nonsense"]] {
            let display = wishes.iter().fold(Display::default(), |it, wish| it.with(wish));
            let mut headers = HeaderMap::new();
            let cookie = format!("a=b; {}", display.cookie().split(';').next().unwrap());
            headers.insert(COOKIE, cookie.parse().unwrap());
            assert_eq!(Display::of(&headers), display, "{wishes:?}");
        }
        assert_eq!(Display::of(&HeaderMap::new()), Display::default());
    }

    #[test]
    fn goes_back_inside_only() {
        for (wanted, expected) in [
            (Some("/p/ABC?x=1"), "/p/ABC?x=1"),
            (Some("//evil.example"), "/"),
            (Some("https://evil.example"), "/"),
            (Some("/\\evil.example"), "/"),
            (Some("/a\r\nSet-Cookie: x=1"), "/"),
            (None, "/"),
        ] {
            assert_eq!(safe_back(wanted), expected);
        }
    }
}
