//! A small demo that is loaded once for this binary and this day; tests begin with copies of it, as loading it anew costs seconds each.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use yiwang_testkit::postgres::{self, TestDatabase};

use crate::site::{On, PASSWORD, block_on, serve};

const DAY: u128 = 24 * 3_600;
/// Seconds by which the day begins earlier in China.
const EAST: u128 = 8 * 3_600;

/// Puts a loaded demo into `data`, which is not there yet; on PostgreSQL with a database of its own.
pub fn demo(on: On, data: &Path) -> Option<TestDatabase> {
    let kept = kept(on);
    copy(&kept.folder, data);
    kept.database.map(|name| {
        let database = block_on(postgres::copy_of(&name));
        fs::write(data.join("database"), &database.url).expect("the remembered database");
        database
    })
}

struct Kept {
    folder: PathBuf,
    database: Option<String>,
    /// Nobody else removes it while it is copied.
    _turn: File,
}

/// Finds it, or makes it while the other tests wait.
fn kept(on: On) -> Kept {
    let (what, of) = (format!("{on:?}").to_lowercase(), fingerprint());
    let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo");
    fs::create_dir_all(&base).expect("a folder for it");
    let lock = File::create(base.join(format!("{what}.lock"))).expect("lock");
    lock.lock().expect("the turn");
    let (whole, folder) = (base.join(format!("{what}-{of:x}")), base.join(&what));
    let name = format!("yw_demo_{of:x}");
    let database = matches!(on, On::Postgres).then(|| name.clone());
    let mut url = None;
    let mut is_there = whole.exists();
    if database.is_some() {
        let (address, was_there) = block_on(postgres::kept(&name));
        is_there &= was_there;
        if was_there && !is_there {
            // Half loaded by a test that was ended.
            block_on(postgres::forget(&name));
            block_on(postgres::kept(&name));
        }
        url = Some(address);
    }
    if !is_there {
        for old in fs::read_dir(&base).expect("old ones").flatten().map(|it| it.path()) {
            let name = old.file_name().and_then(|it| it.to_str()).unwrap_or_default();
            if name.starts_with(&what) && !name.ends_with(".lock") {
                if let Some(old) = name.strip_prefix("postgres-").filter(|it| *it != format!("{of:x}")) {
                    block_on(postgres::forget(&format!("yw_demo_{old}")));
                }
                let _ = fs::remove_dir_all(&old).or_else(|_| fs::remove_file(&old));
            }
        }
        load(&folder, url.as_deref());
        File::create(&whole).expect("the mark that it is whole");
    }
    Kept {
        folder,
        database,
        _turn: lock,
    }
}

fn load(folder: &Path, url: Option<&str>) {
    let (mut child, ..) = serve(folder, url, &["--demo=small"]);
    let _ = Command::new("kill").arg(child.id().to_string()).status();
    assert!(child.wait().is_ok_and(|it| it.success()), "an orderly end");
}

/// Tells this binary, password and day from others.
#[expect(
    clippy::disallowed_methods,
    reason = "a demo of yesterday is loaded anew, whatever clock a test has"
)]
fn fingerprint() -> u64 {
    let binary = fs::metadata(env!("CARGO_BIN_EXE_yiwang")).expect("the binary");
    let seconds = |it: SystemTime| it.duration_since(UNIX_EPOCH).expect("a moment").as_nanos();
    let mut hasher = DefaultHasher::new();
    (binary.len(), binary.modified().map(seconds).ok(), PASSWORD).hash(&mut hasher);
    ((seconds(SystemTime::now()) / 1_000_000_000 + EAST) / DAY).hash(&mut hasher);
    hasher.finish()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).expect("folder");
    for entry in fs::read_dir(from).expect("folder").flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), &to).expect("file");
        }
    }
    fs::set_permissions(to, fs::metadata(from).expect("folder").permissions()).expect("permissions");
}
