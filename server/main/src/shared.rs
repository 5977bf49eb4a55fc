//! The folder of files belongs to one installation and is the same for all its nodes: a mark inside, and the same mark in the database. A node
//! that would keep its files where the others cannot read them does not start, nor one whose folder holds the files of another installation.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use yiwang_files::FileService;
use yiwang_records::rows::{Filter, Lane, Scope, Select, Value};
use yiwang_records::{Records, RowWrite};
use yiwang_types::{Fault, Id};

use crate::folder::write_private;
use crate::node::{INSTALLATION, told};

/// Name of the mark in the database.
const MARK: &str = "files";
/// Stands in the database until the mark stands in the folder too.
const BEGUN: &str = "files-begun";
/// How often, and how long each time, a node waits for the one that is just writing the mark into the folder.
const WAITS: usize = 50;
const WAIT: Duration = Duration::from_millis(100);

/// What the database says.
struct Known {
    mark: String,
    begun: bool,
}

/// Compares the marks; an installation without one gets one. The row comes first, as only one node can write it; then the file.
///
/// # Errors
/// When the folder is that of another installation, or not the one that the other nodes use.
pub async fn claim(records: &Records, files: &FileService, folder: &Path) -> anyhow::Result<()> {
    let path = folder.join("installation");
    let mut waits = 0..WAITS;
    loop {
        // The database first: whoever finds its row finds the file too, unless it is being written.
        let known = known(records).await.map_err(told)?;
        let found = read(&path)?;
        let Some(known) = known else {
            begin(records, files, folder).await?;
            continue;
        };
        match found {
            Some(found) if found == known.mark => return end(records, &known).await,
            _ if known.begun && waits.next().is_some() => tokio::time::sleep(WAIT).await,
            // Whoever began is gone; any node may end it.
            _ if known.begun => {
                refuse_foreign(files, folder).await?;
                write(&path, &known.mark)?;
            }
            Some(_) => bail!("文件夹 {} 里是另一套系统的文件;请核对 --files", folder.display()),
            None => bail!(
                "这个数据库的照片和文件不在 {};几台服务器要用同一个共享文件夹:加 --files 写明它的位置,或从备份恢复",
                folder.display()
            ),
        }
    }
}

/// Notes a fresh mark in the database, and then in the folder. That another node was first is no fault.
async fn begin(records: &Records, files: &FileService, folder: &Path) -> anyhow::Result<()> {
    refuse_foreign(files, folder).await?;
    let mark = Id::new(records.now(), records.entropy()).to_string();
    let row = |name: &str| RowWrite::Insert {
        table: INSTALLATION.into(),
        row: vec![
            ("name".into(), Value::from(name)),
            ("value".into(), Value::from(mark.as_str())),
        ],
    };
    match records.write_rows(Lane::Interactive, vec![row(MARK), row(BEGUN)]).await {
        Ok(()) => write(&folder.join("installation"), &mark),
        Err(_) if known(records).await.map_err(told)?.is_some() => Ok(()),
        Err(fault) => Err(told(fault)),
    }
}

async fn end(records: &Records, known: &Known) -> anyhow::Result<()> {
    if !known.begun {
        return Ok(());
    }
    let row = RowWrite::Delete {
        table: INSTALLATION.into(),
        key: vec![("name".into(), Value::from(BEGUN))],
    };
    records.write_rows(Lane::Interactive, vec![row]).await.map_err(told)
}

async fn refuse_foreign(files: &FileService, folder: &Path) -> anyhow::Result<()> {
    if files.holds_only_foreign().await.map_err(told)? {
        bail!(
            "文件夹 {} 里已有另一套系统的照片和文件,这个新数据库用它会把它们清掉;请核对 --database 和 --files,新系统用空的文件夹",
            folder.display()
        );
    }
    Ok(())
}

async fn known(records: &Records) -> Result<Option<Known>, Fault> {
    let select = Select::new(INSTALLATION, &["name", "value"], Scope::All).filter(Filter::within("name", [MARK, BEGUN]));
    let rows = records.rows(&select).await?;
    let value = |name: &str| {
        let row = rows.iter().find(|row| row.first().and_then(Value::as_text) == Some(name))?;
        row.get(1).and_then(Value::as_text).map(str::to_owned)
    };
    Ok(value(MARK).map(|mark| Known {
        mark,
        begun: value(BEGUN).is_some(),
    }))
}

fn read(path: &Path) -> anyhow::Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(it) => Ok(Some(it.trim().to_owned())),
        Err(err) if err.kind() == ErrorKind::NotFound => Ok(None),
        Err(err) => Err(err).with_context(|| format!("读 {} 失败", path.display())),
    }
}

/// The mark appears whole or not at all.
fn write(path: &Path, mark: &str) -> anyhow::Result<()> {
    let fresh = path.with_extension(mark);
    write_private(&fresh, mark)?;
    std::fs::rename(&fresh, path).with_context(|| format!("写 {} 失败", path.display()))
}

#[cfg(test)]
mod tests {
    use yiwang_files::{Files, Limits};
    use yiwang_testkit::system::{BOTH, On, TestSystem};

    use super::*;

    async fn service(system: &TestSystem, folder: &Path) -> FileService {
        crate::node::make_table(&system.records).await.expect("installation");
        let files = Files::open(folder, Limits::default()).expect("folder");
        FileService::open(system.records.clone(), files).await.expect("files")
    }

    fn keep_a_photo(folder: &Path) {
        let inner = folder.join("files/ab/cd");
        std::fs::create_dir_all(&inner).expect("folder");
        std::fs::write(inner.join(format!("abcd{}", "0".repeat(60))), "photo").expect("photo");
    }

    #[tokio::test]
    async fn a_fresh_database_never_takes_the_files_of_another_installation() {
        for on in BOTH {
            let (one, two) = (TestSystem::open(on, &[]).await, TestSystem::open(on, &[]).await);
            let folder = tempfile::tempdir().expect("folder");
            let files = service(&one, folder.path()).await;
            claim(&one.records, &files, folder.path()).await.expect("the first");
            claim(&one.records, &files, folder.path()).await.expect("again");
            keep_a_photo(folder.path());
            let foreign = service(&two, folder.path()).await;
            let told = claim(&two.records, &foreign, folder.path())
                .await
                .expect_err("another")
                .to_string();
            assert!(told.contains("另一套系统"), "{on:?}: {told}");
            claim(&one.records, &files, folder.path()).await.expect("still its own");
        }
    }

    #[tokio::test]
    async fn nodes_that_first_start_together_write_one_mark() {
        for on in BOTH {
            let system = TestSystem::open(on, &[]).await;
            let folder = tempfile::tempdir().expect("folder");
            let files = service(&system, folder.path()).await;
            let claims = (0..4).map(|_| claim(&system.records, &files, folder.path()));
            for it in futures::future::join_all(claims).await {
                it.expect("each node");
            }
            let mark = read(&folder.path().join("installation")).expect("mark");
            let known = known(&system.records).await.expect("row").expect("row");
            assert_eq!(mark, Some(known.mark), "{on:?}");
            assert!(!known.begun);
        }
    }

    #[tokio::test]
    async fn what_a_dead_node_began_the_next_one_ends() {
        let system = TestSystem::open(On::Sqlite, &[]).await;
        let folder = tempfile::tempdir().expect("folder");
        let files = service(&system, folder.path()).await;
        begin(&system.records, &files, folder.path()).await.expect("begun");
        std::fs::remove_file(folder.path().join("installation")).expect("the file never came");
        claim(&system.records, &files, folder.path()).await.expect("ended");
        let elsewhere = tempfile::tempdir().expect("folder");
        let told = claim(&system.records, &files, elsewhere.path()).await.expect_err("elsewhere");
        assert!(told.to_string().contains("--files"), "{told}");
    }
}
