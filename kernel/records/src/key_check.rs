//! Which keys belong to a database. Each key has a check value there, from which nothing can be learnt about the key: so a lost or wrong key is
//! noticed before anything is read or written, and never replaced by a new one that could not open the old values.

use yiwang_store::{Batch, ColumnType, Decision, Error, Plan, Row, Scope, Select, Store, Table, Value, Write};
use yiwang_types::{Code, Fault};

use crate::engine::{Records, TRIES};
use crate::faults::fault_of;
use crate::keys::KeyRing;
use crate::tables::required;

const KEY: &str = "yw_key";

impl Records {
    /// Whether this database was opened with keys before. Then its keys must be brought: new ones would not be those of its values.
    ///
    /// # Errors
    /// What the store says.
    pub async fn expects_keys(store: &Store) -> Result<bool, Fault> {
        store.migrate(&[table()]).await.map_err(fault_of)?;
        Ok(!known(store).await?.is_empty())
    }
}

/// More keys than any ring has.
const MOST_KEYS: u32 = 10_000;

/// Compares the ring with what the database knows and notes the keys that it does not know yet.
///
/// # Errors
/// `unavailable` with a remedy when a key is missing or another one; what the store says.
pub(crate) async fn compare(store: &Store, ring: &KeyRing) -> Result<(), Fault> {
    store.migrate(&[table()]).await.map_err(fault_of)?;
    let checks = ring.checks();
    for _ in 0..TRIES {
        let known = known(store).await?;
        match_ring(&known, &checks)?;
        let fresh = checks.iter().filter(|it| known.iter().all(|(id, _)| *id != it.0));
        let writes: Vec<Write> = fresh.map(|(id, check)| note(id, check)).collect();
        if writes.is_empty() {
            return Ok(());
        }
        match store.commit(Plan::new(Vec::new(), move |_| noted(&writes))).await {
            // Another node that first starts at this moment noted one: whether it is ours is looked at again.
            Err(Error::Unique { .. }) => {}
            other => return other.map_err(fault_of),
        }
    }
    Err(Fault::new(Code::Busy, "另一个节点正在登记密钥,请稍后再启动。"))
}

fn noted(writes: &[Write]) -> Decision<()> {
    let batch = Batch {
        writes: writes.to_vec(),
        ..Batch::default()
    };
    Decision::Commit(batch, ())
}

fn match_ring(known: &[(String, String)], checks: &[(String, String)]) -> Result<(), Fault> {
    let check_of = |id: &str| checks.iter().find(|it| it.0 == id).map(|it| it.1.as_str());
    let (mut missing, mut other) = (Vec::new(), Vec::new());
    for (id, check) in known {
        match check_of(id) {
            None => missing.push(id.as_str()),
            Some(it) if it != check => other.push(id.as_str()),
            Some(_) => {}
        }
    }
    refuse(&missing, "密钥里缺少")?;
    refuse(&other, "密钥与数据库的不是同一把:")
}

fn refuse(ids: &[&str], what: &str) -> Result<(), Fault> {
    if ids.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "{what}{};数据库里的姓名、电话等是用它加密的。从备份恢复原来的密钥(数据文件夹里的 keys,或 YIWANG_KEYS)再启动。",
        ids.join("、")
    );
    Err(Fault::new(Code::Unavailable, detail))
}

fn table() -> Table {
    Table {
        name: KEY.to_owned(),
        columns: vec![required("id", ColumnType::Text), required("check_value", ColumnType::Text)],
        key: vec!["id".to_owned()],
        indexes: vec![],
    }
}

async fn known(store: &Store) -> Result<Vec<(String, String)>, Fault> {
    let select = Select::new(KEY, &["id", "check_value"], Scope::All).limit(MOST_KEYS);
    let rows = store.select(&select).await.map_err(fault_of)?;
    let read = |row: &Row| {
        let [id, check] = row.as_slice() else { return None };
        Some((id.as_text()?.to_owned(), check.as_text()?.to_owned()))
    };
    Ok(rows.iter().filter_map(read).collect())
}

fn note(id: &str, check: &str) -> Write {
    Write::Insert {
        table: KEY.into(),
        row: vec![("id".into(), Value::from(id)), ("check_value".into(), Value::from(check))],
    }
}
