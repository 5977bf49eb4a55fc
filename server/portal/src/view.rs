//! Templates and the frame that every page has.

pub(crate) mod field;
pub(crate) mod time;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{Response as HttpResponse, StatusCode};
use axum::response::Response;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, Value, context, escape_formatter};
use serde::Serialize;
use std::fmt::Write as _;

use crate::display::Display;
use crate::services::PortalServices;
use crate::site::Site;
use crate::words::{t, typeset};

const TEMPLATES: [(&str, &str); 17] = [
    ("layout.html", include_str!("../templates/layout.html")),
    ("parts.html", include_str!("../templates/parts.html")),
    ("flow.html", include_str!("../templates/flow.html")),
    ("home.html", include_str!("../templates/home.html")),
    ("choose.html", include_str!("../templates/choose.html")),
    ("words.html", include_str!("../templates/words.html")),
    ("place.html", include_str!("../templates/place.html")),
    ("photos.html", include_str!("../templates/photos.html")),
    ("check.html", include_str!("../templates/check.html")),
    ("received.html", include_str!("../templates/received.html")),
    ("lookup.html", include_str!("../templates/lookup.html")),
    ("progress.html", include_str!("../templates/progress.html")),
    ("how_it_works.html", include_str!("../templates/how_it_works.html")),
    ("privacy.html", include_str!("../templates/privacy.html")),
    ("article.html", include_str!("../templates/article.html")),
    ("help.html", include_str!("../templates/help.html")),
    ("error.html", include_str!("../templates/error.html")),
];

/// The templates, compiled once.
pub(crate) struct Views(Environment<'static>);

impl Views {
    pub(crate) fn new() -> Views {
        let mut it = Environment::new();
        it.set_undefined_behavior(UndefinedBehavior::Strict);
        it.set_formatter(escaped);
        it.add_function("t", |key: &str| t(key).to_owned());
        it.add_filter("zh", |text: &str| typeset(text));
        for (name, source) in TEMPLATES {
            if let Err(error) = it.add_template(name, source) {
                tracing::error!(template = name, %error, "A template does not parse");
            }
        }
        Views(it)
    }

    /// A page as an answer. When a template fails, the answer is a plain sentence and the log has the reason.
    pub(crate) fn page(&self, status: StatusCode, template: &str, shell: &Shell, page: &impl Serialize) -> Response {
        match self.html(template, shell, page) {
            Ok(html) => answer(status, "text/html; charset=utf-8", html),
            Err(error) => {
                tracing::error!(template, %error, "A page was not drawn");
                answer(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "text/plain; charset=utf-8",
                    t("broken_page").to_owned(),
                )
            }
        }
    }

    fn html(&self, template: &str, shell: &Shell, page: &impl Serialize) -> Result<String, minijinja::Error> {
        self.0
            .get_template(template)?
            .render(context!(shell => Serde(shell), page => Serde(page)))
    }
}

/// Text of others becomes text of the page. Slashes stay: they end nothing, and addresses are legible.
fn escaped(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), minijinja::Error> {
    match value
        .as_str()
        .filter(|_| !value.is_safe() && matches!(state.auto_escape(), AutoEscape::Html))
    {
        Some(text) => text.chars().try_for_each(|it| match it {
            '&' => out.write_str("&amp;"),
            '<' => out.write_str("&lt;"),
            '>' => out.write_str("&gt;"),
            '"' => out.write_str("&quot;"),
            '\'' => out.write_str("&#x27;"),
            it => out.write_char(it),
        })?,
        None => escape_formatter(out, state, value)?,
    }
    Ok(())
}

/// An answer with a body.
pub(crate) fn answer(status: StatusCode, media_type: &'static str, body: impl Into<Body>) -> Response {
    let mut it = HttpResponse::new(body.into());
    *it.status_mut() = status;
    it.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    it
}

/// The frame of a page: name, switches, banner, footer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Shell {
    /// What the page is.
    pub(crate) title: String,
    /// Whether something has to be mended on it.
    wrong: bool,
    name: String,
    css: String,
    script: Option<String>,
    /// Page of the manual that helps here.
    help: &'static str,
    pub(crate) display: Display,
    class: &'static str,
    /// Address to come back to after switching the display.
    back: String,
    demo: Option<String>,
    facts: Vec<String>,
    links: Vec<FooterLink>,
    /// The button that the Enter key presses, on pages of a report; there the switches belong to its form, so that nothing typed is lost.
    pub(crate) flow: Option<&'static str>,
    /// Part of the site: `report`, `progress` or none; each has its page in the manual.
    pub(crate) part: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct FooterLink {
    href: String,
    title: String,
}

/// What law asks for in the footer, in this order; each shown when the place has set it.
const FACTS: [&str; 8] = [
    "sponsor",
    "operator",
    "phone",
    "site_code",
    "icp",
    "police",
    "organ_mark",
    "ipv6",
];

impl Shell {
    pub(crate) fn new(site: &Site, display: Display, back: &str, services: &PortalServices) -> Shell {
        let said = |key: &str| site.footer.get(key).map(|it| typeset(it));
        let link = |key: &str, href: &str| {
            let wanted = site
                .footer
                .get(&format!("{key}_url"))
                .filter(|it| it.starts_with("https://") || it.starts_with('/'));
            FooterLink {
                href: wanted.map_or(href, String::as_str).to_owned(),
                title: said(key).unwrap_or_else(|| t(&format!("footer_{key}")).to_owned()),
            }
        };
        Shell {
            title: String::new(),
            wrong: false,
            name: site
                .name
                .clone()
                .or(site.place.clone())
                .unwrap_or_else(|| t("site_name").to_owned()),
            css: site.css.href.clone(),
            display,
            class: display.class(),
            back: back.to_owned(),
            script: services.script.clone(),
            help: "site",
            demo: services.demo.then(|| said("demo").unwrap_or_else(|| t("demo").to_owned())),
            facts: FACTS.iter().filter_map(|key| said(key)).collect(),
            links: vec![
                FooterLink {
                    href: "/how-it-works".to_owned(),
                    title: t("how_title").to_owned(),
                },
                link("privacy", "/privacy"),
                link("accessibility", "/accessibility"),
                link("report_error", "/site-errors"),
            ],
            flow: None,
            part: "",
        }
    }

    #[must_use]
    pub(crate) fn titled(mut self, title: impl Into<String>) -> Shell {
        self.title = title.into();
        self
    }

    /// Marks the title when something has to be mended.
    #[must_use]
    pub(crate) fn wrong_if(mut self, wrong: bool) -> Shell {
        self.wrong = wrong;
        self
    }

    #[must_use]
    pub(crate) fn in_part(mut self, part: &'static str) -> Shell {
        self.part = part;
        self.help = part;
        self
    }

    #[must_use]
    pub(crate) fn helped(mut self, page: &'static str) -> Shell {
        self.help = page;
        self
    }

    /// Shows the page in another display than the one it came with.
    pub(crate) fn set_display(&mut self, display: Display) {
        self.display = display;
        self.class = display.class();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Keys that the templates and the code ask for.
    fn used() -> BTreeSet<String> {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
        let mut sources: Vec<String> = TEMPLATES.iter().map(|it| it.1.to_owned()).collect();
        let mut folders = vec![std::path::PathBuf::from(root)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    sources.push(std::fs::read_to_string(path).unwrap());
                }
            }
        }
        let opens =
            |(at, _): (usize, &str), source: &str| source.get(at..).and_then(|it| it.split('"').nth(1)).map(str::to_owned);
        let keys = |source: &String| {
            let calls = source.match_indices("t(\"").chain(source.match_indices("fill(\""));
            let alone = |it: &(usize, &str)| {
                let before = source.get(..it.0).and_then(|it| it.chars().next_back());
                !before.is_some_and(|it| it.is_alphanumeric() || it == '_' || it == '.')
            };
            calls.filter(alone).filter_map(|it| opens(it, source)).collect::<Vec<_>>()
        };
        let plain = |it: &String| !it.is_empty() && it.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit());
        sources.iter().flat_map(keys).filter(plain).collect()
    }

    #[test]
    fn every_template_parses() {
        let views = Views::new();
        for (name, _) in TEMPLATES {
            assert!(views.0.get_template(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn every_key_has_its_words() {
        let known: BTreeSet<&str> = crate::words::tests::keys().into_iter().collect();
        let made = [
            "footer_privacy",
            "footer_accessibility",
            "footer_report_error",
            "address_empty",
            "address_unknown",
        ];
        let made = made
            .iter()
            .map(|it| (*it).to_owned())
            .chain(crate::site::PRIVACY.iter().map(|it| format!("privacy_{it}")));
        let missing: Vec<String> = used()
            .into_iter()
            .chain(made)
            .filter(|it| !known.contains(it.as_str()))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
