//! The folder of files belongs to one installation and is the same for all its nodes: a mark inside, and the same mark in the database. A node
//! that would keep its files where the others cannot read them does not start.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context as _, bail};
use yiwang_records::rows::{Filter, Lane, Scope, Select, Value};
use yiwang_records::{Records, RowWrite};
use yiwang_types::Id;

use crate::folder::write_private;
use crate::node::{INSTALLATION, told};

/// Name of the mark, in the folder and in the database.
const MARK: &str = "files";

/// Compares the marks; an installation without one gets one.
///
/// # Errors
/// When the folder is that of another installation, or not the one that the other nodes use.
pub async fn claim(records: &Records, folder: &Path) -> anyhow::Result<()> {
    let path = folder.join("installation");
    let found = match std::fs::read_to_string(&path) {
        Ok(it) => Some(it.trim().to_owned()),
        Err(err) if err.kind() == ErrorKind::NotFound => None,
        Err(err) => return Err(err).with_context(|| format!("读 {} 失败", path.display())),
    };
    let select = Select::new(INSTALLATION, &["value"], Scope::All).filter(Filter::eq("name", MARK));
    let rows = records.rows(&select).await.map_err(told)?;
    let known = rows.first().and_then(|row| row.first()).and_then(Value::as_text);
    match (known, found) {
        (Some(known), Some(found)) if known == found => Ok(()),
        (Some(_), Some(_)) => bail!("文件夹 {} 里是另一套系统的文件;请核对 --files", folder.display()),
        (Some(_), None) => bail!(
            "这个数据库的照片和文件不在 {};几台服务器要用同一个共享文件夹:加 --files 写明它的位置,或从备份恢复",
            folder.display()
        ),
        (None, found) => {
            let mark = match found {
                Some(it) => it,
                None => {
                    let fresh = Id::new(records.now(), records.entropy()).to_string();
                    write_private(&path, &fresh)?;
                    fresh
                }
            };
            let row = RowWrite::Insert {
                table: INSTALLATION.into(),
                row: vec![("name".into(), Value::from(MARK)), ("value".into(), Value::from(mark))],
            };
            records.write_rows(Lane::Interactive, vec![row]).await.map_err(told)
        }
    }
}
