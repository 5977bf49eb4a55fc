//! The whole database looked at from outside, by plain SQL: whatever an act writes is there together or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use tokio_postgres::NoTls;
use yiwang_process::Matter;
use yiwang_store::Value;
use yiwang_types::Sm3Digest;

use crate::client::People;

/// A database seen without the product.
pub enum Outside {
    Sqlite(PathBuf),
    Postgres(String),
}

type Row = Vec<Value>;

impl Outside {
    /// The rows of a query; integers, texts and bytes only.
    pub fn rows(&self, sql: &str) -> Vec<Row> {
        match self {
            Outside::Sqlite(file) => {
                let connection = rusqlite::Connection::open(file).expect("database file");
                let mut statement = connection.prepare(sql).expect(sql);
                let width = statement.column_count();
                let cell = |it: ValueRef<'_>| match it {
                    ValueRef::Null => Value::Null,
                    ValueRef::Integer(it) => Value::Int(it),
                    ValueRef::Text(it) => Value::from(std::str::from_utf8(it).expect("text")),
                    ValueRef::Blob(it) => Value::Bytes(it.to_vec()),
                    ValueRef::Real(_) => panic!("no column is a float"),
                };
                let row = |row: &rusqlite::Row<'_>| (0..width).map(|at| row.get_ref(at).map(cell)).collect();
                statement.query_map([], row).expect(sql).collect::<Result<_, _>>().expect(sql)
            }
            Outside::Postgres(url) => block_on(async {
                let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("database");
                tokio::spawn(connection);
                let rows = client.query(sql, &[]).await.expect(sql);
                rows.iter()
                    .map(|row| (0..row.len()).map(|at| row.get::<_, Value>(at)).collect())
                    .collect()
            }),
        }
    }

    /// Changes a value of one row behind the product's back.
    pub fn put(&self, table: &str, column: &str, which: &str, value: &Value) {
        let Outside::Sqlite(file) = self else {
            panic!("only on SQLite")
        };
        let connection = rusqlite::Connection::open(file).expect("database file");
        let value = match value {
            Value::Null => rusqlite::types::Value::Null,
            Value::Int(it) => (*it).into(),
            Value::Text(it) => it.to_string().into(),
            Value::Bytes(it) => it.clone().into(),
        };
        let sql = format!("UPDATE {table} SET {column} = ?1 WHERE {which}");
        assert_eq!(connection.execute(&sql, [value]).expect(&sql), 1, "{sql}");
    }
}

pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("runtime").block_on(work)
}

fn int(row: &Row, at: usize) -> i64 {
    row[at].as_int().unwrap_or_else(|| panic!("no integer at {at} of {row:?}"))
}

fn text(row: &Row, at: usize) -> String {
    row[at].as_text().unwrap_or_default().to_owned()
}

/// How many rows of each key.
fn counts(rows: &[Row]) -> BTreeMap<i64, i64> {
    let mut all = BTreeMap::new();
    for row in rows {
        *all.entry(int(row, 0)).or_default() += 1;
    }
    all
}

/// Nothing is half: record, history, chain, changes, instance, tasks, pools, timers, numbers, files.
pub fn check(outside: &Outside, files: &Path, statuses: &BTreeMap<String, BTreeSet<String>>) {
    acts(outside);
    matters(outside, statuses);
    numbers(outside);
    contents(outside, files);
}

/// Each act left one history row, one link of the chain and one line of the change log.
fn acts(outside: &Outside) {
    let history = counts(&outside.rows("SELECT record_rid FROM yw_history WHERE register = 'urban_case'"));
    let changes = counts(&outside.rows("SELECT rid FROM yw_change WHERE register = 'urban_case'"));
    let links = "SELECT c.rid FROM urban_case c JOIN yw_audit a ON a.chain = 'urban_case/' || c.id";
    let links = counts(&outside.rows(links));
    for row in outside.rows("SELECT rid, audit_seq, version, id FROM urban_case") {
        let (rid, seq) = (int(&row, 0), int(&row, 1));
        let found = [&history, &links, &changes].map(|it| it.get(&rid).copied().unwrap_or(0));
        assert_eq!(found, [seq; 3], "history, chain, changes of {}", text(&row, 3));
    }
    let records = outside.rows("SELECT rid FROM urban_case").len();
    assert_eq!(
        [history.len(), changes.len(), links.len()],
        [records; 3],
        "no act without its record"
    );
    let answers = outside.rows("SELECT key, answer FROM yw_idempotency");
    let known: BTreeMap<String, i64> = outside
        .rows("SELECT id, version FROM urban_case")
        .iter()
        .map(|row| (text(row, 0), int(row, 1)))
        .collect();
    for row in answers {
        let answer: serde_json::Value = serde_json::from_str(&text(&row, 1)).expect("stored answer");
        if answer["register"] != "urban_case" {
            continue;
        }
        let version = known.get(answer["id"].as_str().unwrap_or_default()).copied();
        assert!(
            version >= answer["version"].as_i64(),
            "key {} answers for what is not there",
            text(&row, 0)
        );
    }
}

/// What an instance remembers is what its rows say, and the record's state is that of its open task.
fn matters(outside: &Outside, statuses: &BTreeMap<String, BTreeSet<String>>) {
    let tasks = outside.rows("SELECT instance_rid, rid, id, element, state FROM yw_task");
    let mut open: BTreeMap<i64, BTreeSet<(i64, String, String)>> = BTreeMap::new();
    for row in tasks.iter().filter(|row| text(row, 4) == "open") {
        let task = (int(row, 1), text(row, 2), text(row, 3));
        open.entry(int(row, 0)).or_default().insert(task);
    }
    let mut pools: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for row in outside.rows("SELECT task_rid, pool FROM yw_task_pool") {
        pools.entry(int(&row, 0)).or_default().insert(text(&row, 1));
    }
    let mut timers: BTreeMap<i64, BTreeSet<(i64, i64)>> = BTreeMap::new();
    for row in outside.rows("SELECT instance_rid, rid, due_at FROM yw_timer") {
        timers.entry(int(&row, 0)).or_default().insert((int(&row, 1), int(&row, 2)));
    }
    let sql = "SELECT i.rid, i.state, i.ended_at, c.status, c.id FROM yw_instance i JOIN urban_case c ON c.rid = i.record_rid \
               WHERE i.register = 'urban_case'";
    let instances = outside.rows(sql);
    assert_eq!(
        instances.len(),
        outside.rows("SELECT rid FROM urban_case").len(),
        "one instance a case"
    );
    for row in &instances {
        let (rid, id) = (int(row, 0), text(row, 4));
        let matter = Matter::from_bytes(row[1].as_bytes().expect("state")).expect("state");
        let remembered = matter
            .tasks
            .iter()
            .map(|it| (it.rid, it.id.clone(), it.element.clone()))
            .collect();
        assert_eq!(open.remove(&rid).unwrap_or_default(), remembered, "open tasks of {id}");
        for task in &matter.tasks {
            let offered: BTreeSet<String> = task.pools.iter().cloned().collect();
            assert_eq!(
                pools.remove(&task.rid).unwrap_or_default(),
                offered,
                "pools of a task of {id}"
            );
        }
        let set = matter
            .timers
            .iter()
            .map(|it| (it.rid, it.due.map_or(i64::MAX, |it| it.millis())))
            .collect();
        assert_eq!(timers.remove(&rid).unwrap_or_default(), set, "timers of {id}");
        assert_eq!(matter.engine.is_completed(), row[2].as_int().is_some(), "the end of {id}");
        assert_eq!(
            matter.tasks.is_empty(),
            row[2].as_int().is_some(),
            "open tasks and the end of {id}"
        );
        let status = text(row, 3);
        if let Some(main) = matter.tasks.iter().find(|it| it.side.is_none())
            && matter.suspended.is_none()
        {
            let fitting = &statuses[&main.element];
            assert!(fitting.contains(&status), "{id} is {status} while {} is open", main.element);
        }
    }
    assert!(
        open.is_empty() && pools.is_empty() && timers.is_empty(),
        "rows without a matter: {open:?} {pools:?} {timers:?}"
    );
}

/// The states that a record may show while a task is open, as the process says it.
pub fn statuses(people: &People) -> BTreeMap<String, BTreeSet<String>> {
    let xml = people.get("chief1", "/processes/urban_case").good("process")["xml"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let mut all = BTreeMap::new();
    for part in xml.split("<bpmn:userTask id=\"").skip(1) {
        let element = part.split('"').next().unwrap_or_default();
        let task = part
            .split("<yw:task ")
            .nth(1)
            .and_then(|it| it.split("/>").next())
            .unwrap_or_default();
        let value = |name: &str| {
            let from = task.split(&format!("{name}=\"")).nth(1)?;
            from.split('"').next().map(str::to_owned)
        };
        let states = [value("status"), value("claimed")].into_iter().flatten().collect();
        all.insert(element.to_owned(), states);
    }
    all
}

/// Gapless: from 1 to what the counter says, each once.
fn numbers(outside: &Outside) {
    let mut given: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for row in outside.rows("SELECT case_number FROM urban_case WHERE case_number IS NOT NULL") {
        let number = text(&row, 0);
        let (year, seq) = number.split_at(4);
        given.entry(year.to_owned()).or_default().push(seq.parse().expect("a number"));
    }
    for (year, mut numbers) in given {
        numbers.sort_unstable();
        let sql = format!("SELECT value FROM yw_counter WHERE name LIKE 'urban_case.case_number.%{year}%'");
        let counter = outside.rows(&sql);
        assert_eq!(counter.len(), 1, "one counter for {year}");
        let expected: Vec<i64> = (1..=int(&counter[0], 0)).collect();
        assert_eq!(numbers, expected, "numbers of {year} without hole or double");
    }
}

/// Every file that was ever acknowledged, and every one that a record names, is on the disk with its digest.
fn contents(outside: &Outside, folder: &Path) {
    let mut rows = BTreeMap::new();
    for row in outside.rows("SELECT id, digest, bytes, bound, record_rid FROM yw_file") {
        let digest = text(&row, 1);
        let path = folder.join(&digest[..2]).join(&digest[2..4]).join(&digest);
        let content = std::fs::read(&path).unwrap_or_else(|it| panic!("{}: {it}", path.display()));
        assert_eq!(Sm3Digest::of(&content).to_string(), digest);
        assert_eq!(i64::try_from(content.len()).ok(), row[2].as_int());
        rows.insert(text(&row, 0), row[4].as_int());
    }
    for row in outside.rows("SELECT rid, photos, finding_photos, reply_photos, check_photos FROM urban_case") {
        for field in &row[1..] {
            let Some(list) = field.as_text() else { continue };
            let ids: Vec<String> = serde_json::from_str(list).expect("a list of files");
            for id in ids {
                assert_eq!(rows.get(&id), Some(&Some(int(&row, 0))), "file {id} belongs to its record");
            }
        }
    }
}
