//! The manual and the pages of error codes as the console and the public site show them. Their Markdown is ours, so the HTML is trusted; raw
//! HTML in it is shown as text all the same.

use std::collections::BTreeMap;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// Where the pages of the manual stand on the public site.
const MANUAL: &str = "/help/";
/// Where the pages of error codes stand on the public site.
const ERRORS: &str = "/docs/errors/";

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Name in addresses: the file's name without its ending.
    pub name: String,
    /// Its first heading.
    pub title: String,
    /// What stands below that, as HTML.
    pub html: String,
}

/// All pages, made once when the node starts.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    manual: BTreeMap<String, Page>,
    errors: BTreeMap<String, Page>,
}

impl Pages {
    /// From Markdown files by name (`report.md`); a README is for those who write the others and is left out.
    pub fn of(manual: impl IntoIterator<Item = (String, String)>, errors: impl IntoIterator<Item = (String, String)>) -> Pages {
        Pages {
            manual: rendered(manual, MANUAL),
            errors: rendered(errors, ERRORS),
        }
    }

    /// The pages of the manual by name.
    pub fn manual(&self) -> impl Iterator<Item = &Page> {
        self.manual.values()
    }

    /// A page of the manual.
    pub fn manual_page(&self, name: &str) -> Option<&Page> {
        self.manual.get(name)
    }

    /// The page of an error code.
    pub fn error_page(&self, code: &str) -> Option<&Page> {
        self.errors.get(code)
    }
}

fn rendered(files: impl IntoIterator<Item = (String, String)>, base: &str) -> BTreeMap<String, Page> {
    let page = |(file, text): (String, String)| {
        let name = file.strip_suffix(".md").filter(|it| *it != "README")?;
        Some((name.to_owned(), render(name, &text, base)))
    };
    files.into_iter().filter_map(page).collect()
}

fn render(name: &str, text: &str, base: &str) -> Page {
    let mut title = String::new();
    let mut body = Vec::new();
    let (mut in_title, mut titled) = (false, false);
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading {
                level: HeadingLevel::H1, ..
            }) if !titled => in_title = true,
            Event::End(TagEnd::Heading(HeadingLevel::H1)) if in_title => (in_title, titled) = (false, true),
            Event::Text(it) | Event::Code(it) if in_title => title.push_str(&it),
            _ if in_title => {}
            Event::Html(it) | Event::InlineHtml(it) => body.push(Event::Text(it)),
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }) => body.push(Event::Start(Tag::Link {
                link_type,
                dest_url: address(dest_url, base),
                title,
                id,
            })),
            other => body.push(other),
        }
    }
    let mut html = String::with_capacity(text.len() * 2);
    html::push_html(&mut html, body.into_iter());
    Page {
        title: if title.is_empty() { name.to_owned() } else { title },
        name: name.to_owned(),
        html,
    }
}

/// The address of another page that is named by its file.
fn address<'a>(link: CowStr<'a>, base: &str) -> CowStr<'a> {
    let (path, part) = link.split_once('#').map_or((&*link, None), |(path, part)| (path, Some(part)));
    let Some(file) = path.strip_suffix(".md").filter(|it| !it.contains("://")) else {
        return link;
    };
    let (base, name) = match file.rsplit_once('/') {
        Some((folder, name)) if folder.ends_with("manual") => (MANUAL, name),
        Some((folder, name)) if folder.ends_with("errors") => (ERRORS, name),
        Some((_, name)) => (base, name),
        None => (base, file),
    };
    let part = part.map(|it| format!("#{it}")).unwrap_or_default();
    format!("{base}{name}{part}").into()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_page_has_its_title_apart() {
        let page = render("report", "# 反映 `问题`\n\n第一段**重点**。\n\n## 常见\n\n- 一\n", MANUAL);
        assert_eq!(page.title, "反映 问题");
        assert_eq!(
            page.html,
            "<p>第一段<strong>重点</strong>。</p>\n<h2>常见</h2>\n<ul>\n<li>一</li>\n</ul>\n"
        );
        assert_eq!(render("bare", "没有标题", MANUAL).title, "bare");
    }

    #[test]
    fn links_lead_to_pages_and_markup_stays_text() {
        let check = |text: &str, expected: &str| assert!(render("x", text, MANUAL).html.contains(expected), "{text}");
        check("[看](progress.md)", "href=\"/help/progress\"");
        check("[看](../errors/invalid.md#a)", "href=\"/docs/errors/invalid#a\"");
        check("[看](https://example.org/a.md)", "href=\"https://example.org/a.md\"");
        check("<script>1</script>", "&lt;script&gt;");
        check("甲 <b onclick=\"x\">乙</b>", "&lt;b onclick");
        check("| 甲 | 乙 |\n|---|---|\n| 1 | 2 |", "<table>");
    }

    /// What the files say comes out as it is meant: emphasis next to Chinese punctuation is easily lost.
    #[test]
    fn every_page_of_the_project_renders() {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
        let files = |folder: &str| {
            let entries = std::fs::read_dir(docs.join(folder)).unwrap().map(|it| it.unwrap().path());
            let text = |it: std::path::PathBuf| {
                let name = it.file_name().unwrap().to_string_lossy().into_owned();
                (name, std::fs::read_to_string(it).unwrap())
            };
            entries.map(text).collect::<Vec<_>>()
        };
        let pages = Pages::of(files("manual"), files("errors"));
        assert!(pages.manual_page("report").is_some() && pages.error_page("invalid").is_some());
        assert!(pages.error_page("README").is_none() && pages.manual_page("../errors/invalid").is_none());
        for page in pages.manual.values().chain(pages.errors.values()) {
            assert!(!page.html.contains("**"), "{}: emphasis is not closed", page.name);
            assert!(page.title != page.name, "{}: no heading", page.name);
        }
    }
}
