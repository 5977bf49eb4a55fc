//! A browser without scripts: keeps cookies, fills in the form of the page before.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use tower::ServiceExt;

/// An answer.
#[derive(Clone, Debug)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Page {
    pub fn html(&self) -> String {
        String::from_utf8(self.bytes.clone()).expect("UTF-8")
    }

    pub fn location(&self) -> String {
        self.headers
            .get("location")
            .expect("a redirect")
            .to_str()
            .expect("text")
            .to_owned()
    }

    /// The hidden field of that name.
    pub fn hidden(&self, name: &str) -> String {
        let html = self.html();
        let from = html
            .split(&format!("name=\"{name}\" value=\""))
            .nth(1)
            .unwrap_or_else(|| panic!("no {name} in {html}"));
        from.split('"').next().expect("end").to_owned()
    }

    pub fn has(&self, text: &str) -> bool {
        self.html().contains(text)
    }

    /// Asserts that it has all these texts.
    #[track_caller]
    pub fn says(&self, texts: &[&str]) -> &Page {
        for text in texts {
            assert!(self.has(text), "no `{text}` in {}", self.outline());
        }
        self
    }

    /// What is read on the page: texts, one a line.
    pub fn outline(&self) -> String {
        let html = self.html();
        let mut out = String::new();
        for part in html.split('<').skip(1) {
            let (tag, text) = part.split_once('>').unwrap_or(("", part));
            let text = unescape(text.trim());
            let attribute = |name: &str| {
                tag.split(&format!(" {name}=\""))
                    .nth(1)
                    .and_then(|it| it.split('"').next())
                    .map(unescape)
            };
            let name = tag.split(' ').next().unwrap_or_default();
            match name {
                "input" if attribute("type").as_deref() == Some("hidden") => continue,
                "input" => {
                    let value = attribute("value").unwrap_or_default();
                    let checked = if tag.ends_with(" checked") { " x" } else { "" };
                    out.push_str(&format!(
                        "[{} {}={value}{checked}]\n",
                        attribute("type").unwrap_or_default(),
                        attribute("name").unwrap_or_default()
                    ));
                }
                "img" => out.push_str(&format!("[img {}]\n", attribute("alt").unwrap_or_default())),
                "button" => out.push_str(&format!("({}) ", attribute("value").unwrap_or_default())),
                "h1" | "h2" => out.push_str("# "),
                _ => {}
            }
            if !text.is_empty() && !["style", "title"].contains(&name) {
                out.push_str(&text);
                out.push('\n');
            }
        }
        out
    }
}

pub fn unescape(text: &str) -> String {
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#x2f;", "/"),
        ("&amp;", "&"),
    ];
    pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// A file to upload.
#[derive(Clone)]
pub struct Upload<'a> {
    pub name: &'a str,
    pub media: &'a str,
    pub bytes: &'a [u8],
}

/// The browser.
pub struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub fn new(router: &Router) -> Browser {
        Browser {
            router: router.clone(),
            cookies: BTreeMap::new(),
        }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path).body(Body::empty()).expect("request")).await
    }

    /// Sends the form of a page: its hidden fields and these answers.
    pub async fn submit(&mut self, page: &Page, answers: &[(&str, &str)]) -> Page {
        self.submit_with(page, answers, &[]).await
    }

    /// The same with files in the field of that name.
    pub async fn submit_with(&mut self, page: &Page, answers: &[(&str, &str)], files: &[(&str, Upload<'_>)]) -> Page {
        let html = page.html();
        let form = html.split("<form id=\"flow\" action=\"").nth(1).expect("a form");
        let action = unescape(form.split('"').next().expect("action"));
        let mut fields: Vec<(&str, String)> = Vec::new();
        if html.contains("name=\"state\"") {
            fields.extend([("state", page.hidden("state")), ("step", page.hidden("step"))]);
        }
        fields.extend(answers.iter().map(|(name, value)| (*name, (*value).to_owned())));
        self.multipart(&action, &fields, files, "yw-boundary").await
    }

    pub async fn multipart(&mut self, path: &str, fields: &[(&str, String)], files: &[(&str, Upload<'_>)], mark: &str) -> Page {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(format!("--{mark}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        for (name, file) in files {
            let head = format!(
                "--{mark}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
                file.name, file.media
            );
            body.extend(head.bytes());
            body.extend_from_slice(file.bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{mark}--\r\n").bytes());
        let request = Request::post(path)
            .header("content-type", format!("multipart/form-data; boundary={mark}"))
            .header("host", "a.example")
            .header("origin", "http://a.example")
            .body(Body::from(body));
        self.send(request.expect("request")).await
    }

    pub async fn send(&mut self, mut request: Request<Body>) -> Page {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request
                .headers_mut()
                .insert("cookie", cookies.join("; ").parse().expect("cookie"));
        }
        let response = self.router.clone().oneshot(request).await.expect("infallible");
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all("set-cookie") {
            let pair = cookie.to_str().expect("text").split(';').next().expect("pair");
            let (name, value) = pair.split_once('=').expect("pair");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let bytes = to_bytes(body, 100_000_000).await.expect("body").to_vec();
        Page {
            status: parts.status,
            headers: parts.headers,
            bytes,
        }
    }

    /// Follows a redirect.
    pub async fn follow(&mut self, page: &Page) -> Page {
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.outline());
        let path = page.location();
        self.get(path.split('#').next().expect("path")).await
    }
}
