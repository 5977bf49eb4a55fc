//! The folder: one process, a demo for good or never, nothing lost over a restart, keys and passwords closed to others, keys never replaced.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::site::{BOTH, PASSWORD, Site, call, refused_start, sign_in};

#[test]
fn a_demo_stays_a_demo_over_a_restart() {
    for on in BOTH {
        let mut site = Site::first_demo(on);
        sign_in(&site.base, "intake1", PASSWORD)
            .map_err(|it| it.body)
            .expect("signed in");
        for (file, mode) in [("keys", 0o600), ("demo-password", 0o600), ("", 0o700)] {
            let found = std::fs::metadata(site.data().join(file)).expect("file").permissions().mode() & 0o777;
            assert_eq!(found, mode, "{file}");
        }
        let second = refused_start(&site.data(), &[]);
        assert!(second.contains("另一个 yiwang"), "{on:?}: a folder has one process: {second}");
        assert!(site.stop(), "{on:?}: an orderly end");
        site.start_again();
        let me = sign_in(&site.base, "admin", PASSWORD).map(|cookie| {
            let headers = [("cookie", cookie.as_str())];
            call(&site.base, "GET", "/api/v1/me", &headers, b"").body
        });
        let me = me.map_err(|it| it.body).expect("signed in");
        assert!(me.contains(r#""demo":true"#), "{me}");
        for page in ["/", "/report/urban_case", "/p"] {
            let shown = call(&site.base, "GET", page, &[], b"").body;
            assert!(shown.contains("演示环境"), "{on:?} {page}: {shown}");
        }
        let refused = sign_in(&site.base, "admin", "admin").map_err(|it| it.status);
        assert_eq!(refused, Err(401));
    }
}

#[test]
fn a_real_folder_becomes_no_demo() {
    for on in BOTH {
        let mut site = Site::real(on);
        let page = call(&site.base, "GET", "/", &[], b"").body;
        assert!(!page.contains("演示环境"), "{page}");
        let refused = sign_in(&site.base, "admin", PASSWORD).map_err(|it| it.status);
        assert_eq!(refused, Err(401), "no default user");
        assert!(site.stop());
        let told = refused_start(&site.data(), &["--demo=small"]);
        assert!(told.contains("不能改成演示") && told.contains("新的文件夹"), "{told}");
        site.start_again();
        assert!(!site.data().join("demo-password").exists());
    }
}

#[test]
fn lost_or_foreign_keys_are_never_replaced() {
    for on in BOTH {
        let mut site = Site::demo(on);
        site.stop();
        let keys = site.data().join("keys");
        let kept = std::fs::read_to_string(&keys).expect("keys");
        std::fs::remove_file(&keys).expect("lost");
        let told = refused_start(&site.data(), &[]);
        assert!(told.contains("不见了") && told.contains("从备份恢复"), "{on:?}: {told}");
        assert!(!keys.exists(), "{on:?}: no new keys");

        let (other, k2) = (format!("k1 {}", "5a".repeat(16)), format!("k2 {}", "6b".repeat(16)));
        let hash = kept.lines().find(|it| it.starts_with("hash")).expect("hash").to_owned();
        for (text, part) in [
            (format!("{hash}\n{k2}\n"), "缺少k1"),
            (format!("{hash}\n{other}\n"), "不是同一把:k1"),
            (kept.replace(&hash, &format!("hash {}", "5a".repeat(32))), "不是同一把:hash"),
        ] {
            write_private(&keys, &text);
            let told = refused_start(&site.data(), &[]);
            assert!(told.contains(part) && told.contains("从备份恢复"), "{on:?}: {told}");
        }
        write_private(&keys, &format!("{kept}{k2}\n"));
        site.start_again();
        sign_in(&site.base, "intake1", PASSWORD)
            .map_err(|it| it.body)
            .expect("with a further key");
        site.stop();
        write_private(&keys, &kept);
        let told = refused_start(&site.data(), &[]);
        assert!(told.contains("缺少k2"), "{on:?}: what was sealed since then needs it: {told}");
    }
}

fn write_private(path: &Path, text: &str) {
    std::fs::write(path, text).expect("keys");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("mode");
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
        let told = refused_start(&data, &[]);
        assert!(told.contains(part), "{told}");
    }
}
