//! Users by the command line: the first administrator of an installation, further users, a new password.

use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::{Value as Json, json};

use crate::site::{BOTH, Site, call, last_line, sign_in, yiwang};

/// `yiwang user` with a password on its standard input, when one is given.
fn user(what: &str, data: &Path, more: &[&str], password: Option<&str>) -> Output {
    let mut command = yiwang();
    command.args(["user", what, "--data"]).arg(data).args(more);
    if password.is_some() {
        command.arg("--password-stdin");
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("yiwang user");
    let mut stdin = child.stdin.take().expect("stdin");
    writeln!(stdin, "{}", password.unwrap_or_default()).expect("password");
    drop(stdin);
    child.wait_with_output().expect("output")
}

fn told(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn get(site: &Site, cookie: &str, path: &str) -> (u16, String) {
    let answer = call(&site.base, "GET", path, &[("cookie", cookie)], b"");
    (answer.status, answer.body)
}

fn post(site: &Site, cookie: &str, path: &str, body: &Json) -> (u16, String) {
    let headers = [("cookie", cookie), ("content-type", "application/json")];
    let answer = call(&site.base, "POST", path, &headers, body.to_string().as_bytes());
    (answer.status, answer.body)
}

#[test]
fn the_first_administrator_keeps_registers_and_sees_no_case() {
    for on in BOTH {
        let mut site = Site::real(on);
        let command = format!("yiwang user add admin --data {}", site.data().display());
        assert!(site.said.contains(&command), "{}", site.said);
        let added = user("add", &site.data(), &["admin"], None);
        let password = last_line(&added).0;
        assert!(
            added.status.success() && password.len() >= 16,
            "over the socket: {}",
            told(&added)
        );
        let cookie = sign_in(&site.base, "admin", &password)
            .map_err(|it| it.body)
            .expect("signed in");
        let (status, body) = get(&site, &cookie, "/api/v1/tasks");
        assert!(status == 403 && body.contains("password-must-change"), "{status} {body}");

        site.stop();
        let changed = user("password", &site.data(), &["admin"], Some("Lake-and-9-hills"));
        assert!(changed.status.success(), "on the folder: {}", told(&changed));
        assert!(!told(&changed).contains("Lake"), "what was typed is not repeated");
        site.start_again();
        assert!(!site.said.contains("user add"), "{}", site.said);
        assert_eq!(sign_in(&site.base, "admin", &password).map_err(|it| it.status), Err(401));
        let cookie = changed_once(&site, "admin", "Lake-and-9-hills", "Lake-and-8-hills");

        let registers = "/api/v1/registers";
        let made = |register: &str, body: Json| {
            let path = format!("{registers}/{register}/records");
            let (status, body) = post(&site, &cookie, &path, &body);
            assert_eq!(status, 201, "{register}: {body}");
        };
        made("division", json!({ "code": "9902", "title": "某市", "level": "city" }));
        made(
            "department",
            json!({ "code": "chengguan", "title": "城市管理局", "kind": "government" }),
        );
        let roles = json!(["intake"]);
        made(
            "post",
            json!({ "code": "desk", "title": "受理席", "department": "chengguan", "divisions": ["9902"], "roles": roles }),
        );
        made("user", json!({ "username": "clerk", "name": "陈受理", "posts": ["desk"] }));
        assert_eq!(get(&site, &cookie, &format!("{registers}/role/records")).0, 200);
        let (status, body) = get(&site, &cookie, &format!("{registers}/urban_case/records"));
        assert!(status == 403 && body.contains(r#""code":"forbidden""#), "{status} {body}");

        let again = user("add", &site.data(), &["second", "--name", "又一人"], None);
        assert!(!again.status.success() && told(&again).contains("--post"), "{}", told(&again));
        let clerk = user("password", &site.data(), &["clerk"], Some("Boats-on-5-rivers"));
        assert!(clerk.status.success(), "{}", told(&clerk));
        sign_in(&site.base, "clerk", "Boats-on-5-rivers")
            .map_err(|it| it.body)
            .expect("signed in");
    }
}

/// Adds a user to a running site; gives his session, with a password of his own.
pub fn add(site: &Site, username: &str, name: &str, post: &str, own: &str) -> String {
    let added = user("add", &site.data(), &[username, "--name", name, "--post", post], None);
    assert!(added.status.success(), "{}", told(&added));
    changed_once(site, username, &last_line(&added).0, own)
}

/// Signs in, changes the password as everybody must, and gives the session.
fn changed_once(site: &Site, username: &str, given: &str, own: &str) -> String {
    let cookie = sign_in(&site.base, username, given).map_err(|it| it.body).expect("signed in");
    let (status, body) = post(site, &cookie, "/api/v1/me/password", &json!({ "current": given, "new": own }));
    assert_eq!(status, 204, "{body}");
    cookie
}

#[test]
fn what_is_wrong_with_a_new_user_is_said() {
    let site = Site::demo(BOTH[0]);
    let cases: [(&str, &[&str], Option<&str>, &str); 8] = [
        (
            "add",
            &["new1", "--name", "新人", "--post", "nowhere"],
            None,
            "没有岗位 nowhere",
        ),
        ("add", &["new1", "--name", "新人"], None, "写明岗位"),
        ("add", &["new1", "--post", "centre_admin"], None, "写明姓名"),
        (
            "add",
            &["New 1", "--name", "新人", "--post", "centre_admin"],
            None,
            "小写字母开头",
        ),
        (
            "add",
            &["intake1", "--name", "新人", "--post", "centre_admin"],
            None,
            "username",
        ),
        (
            "add",
            &["new1", "--name", "新人", "--post", "centre_admin"],
            Some("short"),
            "至少 8 位",
        ),
        ("password", &["intake1"], Some("Intake1-pass"), "账号"),
        ("password", &["nobody"], None, "没有用户 nobody"),
    ];
    for (what, more, password, part) in cases {
        let output = user(what, &site.data(), more, password);
        assert!(
            !output.status.success() && told(&output).contains(part),
            "{what} {more:?}: {}",
            told(&output)
        );
    }
    let added = user(
        "add",
        &site.data(),
        &["new1", "--name", "新人", "--post", "centre_admin"],
        None,
    );
    let password = last_line(&added).0;
    assert!(added.status.success(), "{}", told(&added));
    sign_in(&site.base, "new1", &password)
        .map_err(|it| it.body)
        .expect("signed in");
}
