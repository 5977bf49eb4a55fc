//! A resident reports, corrects, follows and rates on the public pages, without scripts: the built binary over HTTP.

use serde_json::{Value as Json, json};

use crate::client::{Body, People, photo};
use crate::site::{Answer, BOTH, Site, call};

const REPORT: &str = "/report/urban_case";
const MARK: &str = "yw-form-boundary";

/// A page as a browser without scripts has it.
struct Page {
    base: String,
    at: String,
    status: u16,
    html: String,
    location: Option<String>,
}

/// A file in a form: field, name, content.
type File<'a> = (&'a str, &'a str, &'a [u8]);

impl Page {
    fn of(base: &str, at: &str, answer: Answer) -> Page {
        Page {
            base: base.to_owned(),
            at: at.to_owned(),
            status: answer.status,
            location: answer
                .headers
                .get("location")
                .and_then(|it| it.to_str().ok())
                .map(str::to_owned),
            html: answer.body,
        }
    }

    fn get(base: &str, path: &str) -> Page {
        Page::of(base, path, call(base, "GET", path, &[], b""))
    }

    /// The hidden field of that name, as it stands: what is signed has no characters to unescape.
    fn hidden(&self, name: &str) -> String {
        let value = self.html.split(&format!("name=\"{name}\" value=\"")).nth(1);
        let value = value.and_then(|it| it.split('"').next());
        value
            .unwrap_or_else(|| panic!("no {name} on {}: {}", self.at, self.text()))
            .to_owned()
    }

    /// Sends the form of this page with these answers.
    fn submit(&self, answers: &[(&str, &str)], files: &[File<'_>]) -> Page {
        self.submit_from(&self.base, answers, files)
    }

    fn submit_from(&self, origin: &str, answers: &[(&str, &str)], files: &[File<'_>]) -> Page {
        let hidden: Vec<(&str, String)> = ["state", "step"].map(|it| (it, self.hidden(it))).into_iter().collect();
        let fields = hidden.iter().map(|(name, value)| (*name, value.as_str()));
        let body = form(fields.chain(answers.iter().copied()), files);
        let media = format!("multipart/form-data; boundary={MARK}");
        let headers = [("content-type", media.as_str()), ("origin", origin)];
        Page::of(&self.base, REPORT, call(&self.base, "POST", REPORT, &headers, &body))
    }

    fn next(&self, answers: &[(&str, &str)]) -> Page {
        let answers: Vec<_> = answers.iter().copied().chain([("go", "next")]).collect();
        self.submit(&answers, &[])
    }

    fn follow(&self) -> Page {
        let location = self
            .location
            .as_deref()
            .unwrap_or_else(|| panic!("{} {}", self.status, self.text()));
        Page::get(&self.base, location.split('#').next().expect("path"))
    }

    /// The value of the first choice of that name with these words.
    #[track_caller]
    fn choice(&self, name: &str, words: &str) -> &str {
        let begin = format!("name=\"{name}\" value=\"");
        let mut choices = self.html.split(&begin).skip(1);
        let one = choices.find(|it| it.split("</label>").next().is_some_and(|it| it.contains(words)));
        let value = one.and_then(|it| it.split('"').next());
        value.unwrap_or_else(|| panic!("no {name} “{words}” in {}", self.html))
    }

    /// What is read on the page.
    fn text(&self) -> String {
        let parts = self.html.split('<').filter_map(|it| it.split_once('>'));
        let visible = parts.filter(|(tag, _)| !tag.starts_with("style") && !tag.starts_with("script"));
        visible
            .map(|it| it.1.trim())
            .filter(|it| !it.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[track_caller]
    fn says(&self, status: u16, parts: &[&str]) -> &Page {
        assert_eq!(self.status, status, "{}", self.text());
        for part in parts {
            assert!(self.html.contains(part), "no “{part}” in {}", self.text());
        }
        self
    }
}

fn form<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>, files: &[File<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--{MARK}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for (name, file, bytes) in files {
        let head = format!(
            "--{MARK}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\ncontent-type: image/jpeg\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend_from_slice(bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{MARK}--\r\n").bytes());
    body
}

/// The page that asks where, after words that name the report.
fn place_page(site: &Site, words: &str) -> Page {
    let start = Page::get(&site.base, REPORT);
    let page = start.next(&[("description", words)]);
    page.says(200, &["在哪里"]);
    page
}

/// From the photos to the code; nothing more is typed.
fn finish(photos: &Page) -> String {
    photos.says(200, &["拍张照片"]);
    let check = photos.next(&[]).next(&[]);
    check.says(200, &["看一看填得对不对"]);
    code_of(&check.next(&[]))
}

fn code_of(done: &Page) -> String {
    let location = done
        .location
        .as_deref()
        .unwrap_or_else(|| panic!("{} {}", done.status, done.text()));
    let code = location.trim_start_matches("/p/").split('/').next().expect("code");
    assert_eq!(code.len(), 12, "{location}");
    code.to_owned()
}

fn clerks(site: &Site) -> People {
    People::at(&site.base).signed_in(&["intake1", "chief1", "dispatcher1", "handler1", "collector1"])
}

/// The newest record with these words in its title.
fn record(people: &People, title: &str) -> Json {
    let filter: String = form_urlencoded(&format!("title = '{title}'"));
    let list = people.get("chief1", &format!("/registers/urban_case/records?filter={filter}"));
    let list = list.good("records");
    let items = list["items"].as_array().cloned().unwrap_or_default();
    assert_eq!(items.len(), 1, "one case “{title}”: {list}");
    items.into_iter().next().expect("one")
}

fn form_urlencoded(text: &str) -> String {
    text.bytes().map(|it| format!("%{it:02X}")).collect()
}

// covers: S4.7.1
#[test]
fn a_place_is_an_address_a_number_a_click_or_a_side_and_never_outside() {
    let site = Site::demo(BOTH[0]);
    let people = clerks(&site);
    let code_at = |title: &str| record(&people, title)["fields"].clone();

    // An address alone, found nowhere, is kept as it was written.
    let page = place_page(&site, "菜场后面的灯不亮").next(&[("address", "老菜场后门的烧饼摊")]);
    finish(&page);
    let fields = code_at("菜场后面的灯不亮");
    assert_eq!(
        (&fields["address"], &fields["location"]),
        (&json!("老菜场后门的烧饼摊"), &Json::Null)
    );

    // A street: which house is asked once; one of those offered is taken.
    let asked = place_page(&site, "松岭路有个坑").next(&[("address", "松岭路")]);
    asked.says(200, &["您说的是哪里", "都不是，就用我写的地址"]);
    asked.next(&[("address", "松岭路")]).says(422, &["请选一个地方"]);
    let page = asked.next(&[("address", "松岭路"), ("spot", "1")]);
    finish(&page);
    assert!(code_at("松岭路有个坑")["location"]["lon"].is_number());

    // Half a name finds it too.
    let asked = place_page(&site, "松岭那边有个坑").submit(&[("address", "松岭"), ("go", "find")], &[]);
    asked.says(200, &["您说的是哪里", "松岭路"]);
    let sides = asked.next(&[("address", "松岭"), ("spot", asked.choice("spot", "松岭路"))]);
    sides.says(422, &["请确认是哪一边"]);
    finish(&sides.next(&[("address", "松岭"), ("side", sides.choice("side", "社区"))]));
    let fields = code_at("松岭那边有个坑");
    assert!(
        fields["location"]["lon"].is_number() && fields["cell"].is_string(),
        "{fields}"
    );

    // An exact number needs no question.
    let page = place_page(&site, "县前街井盖响").next(&[("address", "县前街12号")]);
    finish(&page);
    let fields = code_at("县前街井盖响");
    assert_eq!(fields["location"], json!({ "lon": 127.501_688_8, "lat": 43.040_424 }));
    assert!(fields["cell"].is_string() && fields["division"].is_string(), "{fields}");

    // A click on the sketch; its middle is the border of two communities, which is asked about.
    let page = place_page(&site, "路口垃圾没人收");
    let clicked = page.submit(&[("address", ""), ("large.x", "319"), ("large.y", "220")], &[]);
    clicked.says(200, &["已选位置", "请确认是哪一边", "十字街社区", "县前社区"]);
    clicked.next(&[("address", "")]).says(422, &["这个位置在两个社区的交界"]);
    let side = clicked.choice("side", "县前社区");
    let page = clicked.next(&[("address", ""), ("side", side)]);
    finish(&page);
    assert_eq!(code_at("路口垃圾没人收")["cell"], json!(side));

    // Outside the county nothing is marked.
    let page = place_page(&site, "外县的路");
    let far = [
        ("address", ""),
        ("here-lon", "1164000000"),
        ("here-lat", "399000000"),
        ("here-accuracy", "10"),
        ("go", "here"),
    ];
    let refused = page.submit(&far, &[]);
    refused.says(422, &["不在本县范围"]);
    assert!(!refused.html.contains("已选位置"), "{}", refused.text());
    refused.next(&[("address", "")]).says(422, &["还不知道问题在哪里"]);
}

#[test]
fn answers_are_corrected_before_they_are_sent_and_sent_once() {
    for on in BOTH {
        let site = Site::demo(on);
        let people = clerks(&site);
        let page = place_page(&site, "路灯不亮").next(&[("address", "县前街12号")]);
        let contact = page.next(&[]);
        let wrong = contact.next(&[
            ("reporter_name", "王女士"),
            ("reporter_phone", "12"),
            ("contact_allowed", "true"),
        ]);
        wrong.says(422, &["电话", "value=\"12\"", "value=\"王女士\""]);
        let check = wrong.next(&[
            ("reporter_name", "王女士"),
            ("reporter_phone", "19900005678"),
            ("contact_allowed", "true"),
        ]);
        check.says(200, &["看一看填得对不对", "路灯不亮", "县前街12号", "王女士"]);
        // One answer is mended from the page of all answers, and the others are still there.
        let what = check.submit(&[("go", "edit-what")], &[]);
        what.says(200, &["路灯不亮"]);
        let check = what.next(&[("description", "三盏路灯不亮")]);
        check.says(200, &["三盏路灯不亮", "县前街12号", "王女士", "19900005678"]);

        // Another site's page sends the same form: refused, and nothing is made.
        let foreign = check.submit_from("https://elsewhere.example", &[("go", "next")], &[]);
        foreign.says(403, &["不是从本网站"]);
        // Sent twice, also at once: one case.
        let (first, second) = std::thread::scope(|scope| {
            let one = scope.spawn(|| check.next(&[]));
            let two = scope.spawn(|| check.next(&[]));
            (one.join().expect("one"), two.join().expect("two"))
        });
        let code = code_of(&first);
        assert_eq!(code, code_of(&second), "{on:?}");
        assert_eq!(code, code_of(&check.next(&[])), "{on:?}: and later still");
        let fields = record(&people, "三盏路灯不亮")["fields"].clone();
        assert_eq!(fields["contact_allowed"], json!(true));
        // What was typed that nobody may see by the code is not on the page of the code.
        let shown = first.follow();
        shown.says(200, &[&code]);
        let progress = Page::get(&site.base, &format!("/p/{code}"));
        progress.says(200, &["已收到"]);
        assert!(
            !progress.html.contains("王女士") && !progress.html.contains("5678"),
            "{}",
            progress.text()
        );
    }
}

#[test]
fn photos_are_kept_over_those_that_are_refused() {
    let site = Site::demo(BOTH[0]);
    let people = clerks(&site);
    let page = place_page(&site, "墙上有裂缝").next(&[("address", "县前街12号")]);
    let good = photo(1);
    let cut = &photo(2)[..40];
    let huge = vec![0xff_u8; 20_000_001];
    let refused = page.submit(
        &[("go", "next")],
        &[
            ("photos", "good.jpg", &good),
            ("photos", "cut.jpg", cut),
            ("photos", "page.jpg", b"<html><script>alert(1)</script></html>"),
        ],
    );
    refused.says(
        422,
        &["“cut.jpg”", "“page.jpg”", "不是照片", "照片 1", "data:image/jpeg;base64,"],
    );
    let refused = refused.submit(&[("go", "next")], &[("photos", "huge.jpg", &huge)]);
    refused.says(422, &["“huge.jpg”", "20 MB", "照片 1"]);
    refused.submit(&[("go", "back")], &[]).says(200, &["value=\"县前街12号\""]);
    let check = refused.next(&[]).next(&[]);
    check.says(200, &["看一看填得对不对", "墙上有裂缝", "data:image/jpeg;base64,"]);
    code_of(&check.next(&[]));
    let photos = record(&people, "墙上有裂缝")["fields"]["photos"].clone();
    assert_eq!(photos.as_array().map(Vec::len), Some(1), "{photos}");
}

/// Does an outcome of the one open task of a case.
fn complete(people: &People, who: &str, case: &str, body: &Json) {
    let tasks = people.get(who, "/tasks?box=todo&limit=200").good("tasks");
    let items = tasks["items"].as_array().cloned().unwrap_or_default();
    let task = items
        .iter()
        .find(|it| it["record"]["id"] == case)
        .unwrap_or_else(|| panic!("{who} has no task: {tasks}"));
    let path = format!("/tasks/{}/complete", task["id"].as_str().expect("id"));
    people
        .post(who, &path, None, &Body::Json(body.clone()))
        .good(&format!("{who} {body}"));
}

#[test]
fn the_state_is_followed_by_the_code_and_the_work_is_rated_once() {
    for on in BOTH {
        let site = Site::demo(on);
        let people = clerks(&site);
        let code = finish(&place_page(&site, "路面塌了一块").next(&[("address", "松岭路1号")]));
        let progress = || Page::get(&site.base, &format!("/p/{code}"));
        let case = record(&people, "路面塌了一块")["id"].as_str().expect("id").to_owned();
        let state = |word: &str, more: &[&str]| {
            let page = progress();
            page.says(200, more);
            assert!(page.text().contains(word), "{on:?}: no {word} in {}", page.text());
        };
        state("已收到", &["结案以后可以在这里评价"]);
        let rate = |page: &Page, origin: &str, answers: &[(&str, &str)]| {
            let body = form(answers.iter().copied().chain([("go", "rate")]), &[]);
            let media = format!("multipart/form-data; boundary={MARK}");
            let headers = [("content-type", media.as_str()), ("origin", origin)];
            Page::of(
                &page.base,
                &page.at,
                call(&page.base, "POST", &format!("/p/{code}"), &headers, &body),
            )
        };
        let good = [("rating", "2"), ("rating_solved", "false"), ("rating_comment", "补得不平")];
        assert!(rate(&progress(), &site.base, &good).status >= 400, "nothing to rate yet");

        let location = json!({ "lon": 127.5006, "lat": 43.0496 });
        complete(
            &people,
            "intake1",
            &case,
            &json!({ "outcome": "file", "form": { "class": "E0110", "condition": "E0110-2", "location": location } }),
        );
        state("处理中", &["立案"]);
        complete(&people, "dispatcher1", &case, &json!({ "outcome": "dispatch" }));
        state("处理中", &["负责单位", "市政", "处理时限", "前处理完"]);
        let upload = |who: &str, number: u64| {
            let made = people.post(who, "/files", None, &Body::Photo(photo(number))).good("file");
            made["id"].clone()
        };
        let reply = json!({ "reply": "已铣刨重铺", "reply_photos": [upload("handler1", 3)] });
        complete(&people, "handler1", &case, &json!({ "outcome": "reply", "form": reply }));
        state("已处理", &["处理时限"]);
        assert!(!progress().html.contains("前处理完"), "what is done is not due any more");
        let check = json!({ "check_result": "路面平整", "check_photos": [upload("collector1", 4)] });
        complete(&people, "collector1", &case, &json!({ "outcome": "solved", "form": check }));
        complete(&people, "chief1", &case, &json!({ "outcome": "close" }));
        state("已结束", &["处理得怎么样", "处理后的照片"]);

        let page = progress();
        rate(&page, "https://elsewhere.example", &good).says(403, &["不是从本网站"]);
        rate(&page, &site.base, &[("rating", ""), ("rating_comment", "想了想")]).says(422, &["想了想"]);
        let done = rate(&page, &site.base, &good);
        assert!(done.status == 303 || done.status == 200, "{on:?} {}", done.text());
        state("已结束", &["谢谢您的评价"]);
        let again = rate(&page, &site.base, &[("rating", "5"), ("rating_solved", "true")]);
        again.says(409, &["已经评价过"]);
        let fields = people
            .get("chief1", &format!("/registers/urban_case/records/{case}"))
            .good("record")["fields"]
            .clone();
        assert_eq!(
            (&fields["rating"], &fields["rating_solved"]),
            (&json!("2"), &json!(false)),
            "{on:?}"
        );
        Page::get(&site.base, "/p/ABCDEFGHJKLM").says(404, &["没有找到"]);
    }
}
