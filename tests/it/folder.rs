//! The folder: one process, a demo for good, nothing lost over a restart, keys and passwords closed to others.

use std::os::unix::fs::PermissionsExt as _;

use crate::site::{BOTH, PASSWORD, Site, yiwang};

fn sign_in(base: &str, user: &str, password: &str) -> (u16, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let body = format!(r#"{{"username":"{user}","password":"{password}"}}"#);
    let mut answer = agent
        .post(&format!("{base}/api/v1/session"))
        .header("content-type", "application/json")
        .send(body)
        .expect("answer");
    (answer.status().as_u16(), answer.body_mut().read_to_string().expect("body"))
}

#[test]
fn a_demo_stays_a_demo_over_a_restart() {
    let mut site = Site::demo(BOTH[0]);
    assert_eq!(sign_in(&site.base, "intake1", PASSWORD).0, 200);
    for (file, mode) in [("keys", 0o600), ("demo-password", 0o600), ("", 0o700)] {
        let found = std::fs::metadata(site.data().join(file)).expect("file").permissions().mode() & 0o777;
        assert_eq!(found, mode, "{file}");
    }
    let second = yiwang()
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(site.data())
        .output()
        .expect("second");
    assert!(!second.status.success(), "a folder has one process");
    site.stop();
    site.start_again();
    let (status, body) = sign_in(&site.base, "admin", PASSWORD);
    assert!(status == 200 && body.contains(r#""demo":true"#), "{status} {body}");
    assert_eq!(sign_in(&site.base, "admin", "admin").0, 401);
}

#[test]
fn default_and_open_keys_are_refused() {
    let folder = tempfile::tempdir().expect("folder");
    let zero = format!("hash {}\nk1 {}\n", "0".repeat(64), "0".repeat(32));
    for (text, mode, part) in [
        (zero.as_str(), 0o600, "默认值"),
        ("hash 12", 0o600, "hash"),
        (zero.as_str(), 0o644, "可读"),
    ] {
        let data = folder.path().join(format!("{mode}{}", text.len()));
        std::fs::create_dir(&data).expect("folder");
        std::fs::write(data.join("keys"), text).expect("keys");
        std::fs::set_permissions(data.join("keys"), std::fs::Permissions::from_mode(mode)).expect("mode");
        let output = yiwang()
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .output()
            .expect("serve");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && told.contains(part), "{told}");
    }
}
