//! The real messages go in once, whoever runs the import.

use std::path::PathBuf;

use crate::site::{BOTH, Site, last_line, yiwang};

fn messages() -> Option<PathBuf> {
    let root = std::env::var_os("YIWANG_TESTDATA").map_or_else(|| PathBuf::from("../../../shared/data"), PathBuf::from);
    let root = if root.is_absolute() {
        root
    } else {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(root)
    };
    if !root.is_dir() {
        println!("left out: no real input in {}", root.display());
        return None;
    }
    Some(root.join("messages/voted.csv"))
}

#[test]
fn the_messages_go_in_and_again() {
    let Some(file) = messages() else { return };
    for on in BOTH {
        let mut site = Site::demo(on);
        let import = || {
            yiwang()
                .args(["import", "--data"])
                .arg(site.data())
                .arg("urban_case")
                .arg(&file)
                .output()
                .expect("import")
        };
        assert_eq!(
            last_line(&import()),
            ("new=2973 unchanged=0 refused=0".to_owned(), Some(0)),
            "{on:?} over the socket"
        );
        site.stop();
        let import = || {
            yiwang()
                .args(["import", "--data"])
                .arg(site.data())
                .arg("urban_case")
                .arg(&file)
                .output()
                .expect("import")
        };
        assert_eq!(
            last_line(&import()),
            ("new=0 unchanged=2973 refused=0".to_owned(), Some(0)),
            "{on:?} on the folder"
        );
    }
}

#[test]
fn a_program_imports_over_the_network_with_its_token() {
    let Some(file) = messages() else { return };
    let site = Site::demo(BOTH[0]);
    let token = yiwang()
        .args(["token", "--data"])
        .arg(site.data())
        .args(["intake1", "导入留言"])
        .output()
        .expect("token");
    let token = last_line(&token).0;
    let import = |token: &str| {
        let mut command = yiwang();
        command
            .args(["import", "--server", &site.base, "urban_case"])
            .arg(&file)
            .env("YIWANG_TOKEN", token);
        command.output().expect("import")
    };
    assert_eq!(last_line(&import("nonsense")).1, Some(1), "no rows without the right");
    assert_eq!(
        last_line(&import(&token)),
        ("new=2973 unchanged=0 refused=0".to_owned(), Some(0))
    );
    assert_eq!(
        last_line(&import(&token)),
        ("new=0 unchanged=2973 refused=0".to_owned(), Some(0))
    );
}

#[test]
fn refused_rows_are_told_and_the_others_go_in() {
    let site = Site::demo(BOTH[0]);
    let file = site.folder.path().join("some.csv");
    let long = "长".repeat(20_000);
    let rows = format!(
        "id,user,subject,time,body,against,for\n1,甲,标题,2019-02-28T11:25:05+08:00,正文,0,1\n2,乙,标题,昨天,正文,0,0\n3,丙,标题,2019-02-28T11:25:05+08:00,{long},0,0\n"
    );
    std::fs::write(&file, rows).expect("file");
    let output = yiwang()
        .args(["import", "--data"])
        .arg(site.data())
        .arg("urban_case")
        .arg(&file)
        .output()
        .expect("import");
    assert_eq!(last_line(&output), ("new=1 unchanged=0 refused=2".to_owned(), Some(2)));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("第 3 行未收") && told.contains("第 4 行未收"), "{told}");
}
