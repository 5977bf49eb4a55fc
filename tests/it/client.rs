//! People at the API: signed in, with answers as JSON, and with the truth about calls that got none.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value as Json;

use crate::site::{self, PASSWORD};

/// Longest wait for one answer; a server that hangs fails the test instead of holding it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The code of a problem.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The JSON of an answer that has to be a good one.
    pub fn good(&self, what: &str) -> Json {
        let (status, body) = (self.status, String::from_utf8_lossy(&self.body));
        assert!((200..300).contains(&status), "{what}: {status} {body}");
        self.json()
    }
}

/// No answer came: the call may have been carried out or not.
#[derive(Debug)]
pub struct Lost;

/// What is sent.
#[derive(Clone, Debug)]
pub enum Body {
    None,
    Json(Json),
    /// A file, as the only part of a form.
    Photo(Vec<u8>),
}

/// People with their sessions. Cheap to clone; a session outlives the server it was begun on.
#[derive(Clone)]
pub struct People {
    pub base: String,
    agent: ureq::Agent,
    cookies: BTreeMap<String, String>,
}

impl People {
    /// Nobody yet, at this address.
    pub fn at(base: &str) -> People {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .timeout_global(Some(PATIENCE))
            .build();
        People {
            base: base.to_owned(),
            agent: agent.into(),
            cookies: BTreeMap::new(),
        }
    }

    /// The same people at another address, over new connections.
    pub fn moved(&self, base: &str) -> People {
        People {
            cookies: self.cookies.clone(),
            ..People::at(base)
        }
    }

    /// Signs them in.
    pub fn signed_in(mut self, names: &[&str]) -> People {
        for name in names {
            self.sign_in(name);
        }
        self
    }

    /// Signs one in.
    pub fn sign_in(&mut self, name: &str) {
        let cookie = site::sign_in(&self.base, name, PASSWORD);
        let cookie = cookie.unwrap_or_else(|it| panic!("signing in {name}: {} {}", it.status, it.body));
        self.cookies.insert(name.to_owned(), cookie);
    }

    /// Calls as that person; `key` is the Idempotency-Key.
    pub fn call(&self, who: &str, method: &str, path: &str, key: Option<&str>, body: &Body) -> Result<Answer, Lost> {
        self.send(
            who,
            method,
            path,
            &key.map(|it| ("idempotency-key", it)).into_iter().collect::<Vec<_>>(),
            body,
        )
    }

    /// Calls with further headers.
    pub fn send(&self, who: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &Body) -> Result<Answer, Lost> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/api/v1{path}", self.base));
        if let Some(cookie) = self.cookies.get(who) {
            request = request.header("cookie", cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (media, bytes) = match body {
            Body::None => (None, Vec::new()),
            Body::Json(it) => (Some("application/json"), it.to_string().into_bytes()),
            Body::Photo(it) => (Some("multipart/form-data; boundary=knife"), form(it)),
        };
        if let Some(media) = media {
            request = request.header("content-type", media);
        }
        let mut answer = self.agent.run(request.body(bytes).expect("request")).map_err(|_| Lost)?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().read_to_vec().map_err(|_| Lost)?;
        Ok(Answer { status, body })
    }

    /// Reads, where there has to be an answer.
    pub fn get(&self, who: &str, path: &str) -> Answer {
        let answer = self.call(who, "GET", path, None, &Body::None);
        answer.unwrap_or_else(|_| panic!("no answer to GET {path}"))
    }

    /// Posts, where there has to be an answer.
    pub fn post(&self, who: &str, path: &str, key: Option<&str>, body: &Body) -> Answer {
        let answer = self.call(who, "POST", path, key, body);
        answer.unwrap_or_else(|_| panic!("no answer to POST {path}"))
    }
}

fn form(file: &[u8]) -> Vec<u8> {
    let head = "--knife\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.png\"\r\ncontent-type: image/png\r\n\r\n";
    [head.as_bytes(), file, b"\r\n--knife--\r\n"].concat()
}

/// A picture like no other with another number.
pub fn photo(number: u64) -> Vec<u8> {
    let shades = number.to_le_bytes();
    let pixel = |x: u32, y: u32| image::Luma([shades[usize::try_from((x + y) % 8).expect("small")]]);
    let mut png = std::io::Cursor::new(Vec::new());
    image::GrayImage::from_fn(16, 16, pixel)
        .write_to(&mut png, image::ImageFormat::Png)
        .expect("a picture");
    png.into_inner()
}

/// Looks again and again until it is so. The breath between two looks leaves the cores to the server.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    const LOOKS: usize = 3_000;
    for _ in 0..LOOKS {
        if is_so() {
            return;
        }
        std::thread::park_timeout(Duration::from_millis(20));
    }
    panic!("still not so after {LOOKS} looks: {what}");
}
