//! `docs/howto/play-a-case.md` is run as it stands.

use std::process::Command;

use crate::site::{BOTH, PASSWORD, Site, last_line, yiwang};

/// The shell blocks of the page, without the first one, which is for people.
fn script() -> String {
    let page = include_str!("../../docs/howto/play-a-case.md");
    let blocks = page.split("```sh\n").skip(2).filter_map(|it| it.split("\n```\n").next());
    format!("set -euo pipefail\n{}\n", blocks.collect::<Vec<_>>().join("\n"))
}

// covers: S4.1.8, S4.1.13
#[test]
fn the_page_plays_the_whole_case_on_both_databases() {
    for on in BOTH {
        let mut site = Site::demo(on);
        let output = Command::new("bash")
            .arg("-c")
            .arg(script())
            .env("BASE", &site.base)
            .env("PASSWORD", PASSWORD)
            .output()
            .expect("bash");
        let (out, err) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(
            output.status.success() && out.trim_end().ends_with("the case is played"),
            "{on:?}\n{out}\n{err}"
        );
        let verified = yiwang()
            .args(["audit", "verify", "--data"])
            .arg(site.data())
            .output()
            .expect("verify over the socket");
        assert_eq!(last_line(&verified).1, Some(0), "{:?}", last_line(&verified));
        site.stop();
        let verified = yiwang()
            .args(["audit", "verify", "--data"])
            .arg(site.data())
            .output()
            .expect("verify on the folder");
        assert!(
            last_line(&verified).0.ends_with("findings=0 完整"),
            "{:?}",
            last_line(&verified)
        );
    }
}
