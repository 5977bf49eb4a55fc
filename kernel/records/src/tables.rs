//! The tables of this crate and the mapping of a register to its table. Physical types are integer, text and bytes only.

use yiwang_model::{FieldType, Register};
use yiwang_store::{Column, ColumnType, Index, Table};

/// Changed fields of every record, one row an act; by month so that old months can be moved away.
pub const HISTORY: &str = "yw_history";
/// Hash chains of acts.
pub const AUDIT: &str = "yw_audit";
/// Heads of chains that belong to no matter (sign-ins, exports, unmasking, system reads).
pub const CHAIN: &str = "yw_chain";
/// Answers of writes that carried an idempotency key.
pub const IDEMPOTENCY: &str = "yw_idempotency";
/// Who has or had to do with a record.
pub const PARTICIPANT: &str = "yw_participant";

/// A column that must have a value.
pub fn required(name: &str, ty: ColumnType) -> Column {
    Column {
        name: name.to_owned(),
        ty,
        required: true,
    }
}

/// A column that may be empty.
pub fn optional(name: &str, ty: ColumnType) -> Column {
    Column {
        name: name.to_owned(),
        ty,
        required: false,
    }
}

/// An index named by its columns.
pub fn index(columns: &[&str]) -> Index {
    named(columns, false, &[])
}

/// A unique index named by its columns and `unique`; rows with an empty column of `where_not_null` are left out.
pub fn unique(columns: &[&str], where_not_null: &[&str]) -> Index {
    named(columns, true, where_not_null)
}

/// The store puts the table's name before it.
fn named(columns: &[&str], unique: bool, where_not_null: &[&str]) -> Index {
    let owned = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect();
    let kind = if unique { "_unique" } else { "" };
    Index {
        name: format!("{}{kind}", columns.join("_")),
        columns: owned(columns),
        unique,
        where_not_null: owned(where_not_null),
    }
}

/// A table with a `rid` key.
pub fn table(name: &str, columns: Vec<Column>, indexes: Vec<Index>) -> Table {
    let mut all = vec![required("rid", ColumnType::Int)];
    all.extend(columns);
    Table {
        name: name.to_owned(),
        columns: all,
        key: vec!["rid".to_owned()],
        indexes,
    }
}

/// The tables that every installation has.
pub(crate) fn internal() -> Vec<Table> {
    use ColumnType::{Bytes, Int, Text};
    vec![
        table(
            HISTORY,
            vec![
                required("month", Int),
                required("register", Text),
                required("record_rid", Int),
                required("seq", Int),
                required("version", Int),
                required("at", Int),
                required("subject_kind", Text),
                required("subject", Text),
                required("subject_name", Text),
                optional("department", Text),
                optional("on_behalf", Text),
                required("act", Text),
                optional("step", Text),
                optional("outcome", Text),
                optional("comment", Text),
                required("content", Text),
            ],
            vec![unique(&["record_rid", "seq"], &[])],
        ),
        table(
            AUDIT,
            vec![
                required("chain", Text),
                required("seq", Int),
                required("at", Int),
                required("subject", Text),
                optional("on_behalf", Text),
                required("act", Text),
                required("object", Text),
                required("salt", Bytes),
                required("digest", Bytes),
                required("hash", Bytes),
            ],
            vec![unique(&["chain", "seq"], &[])],
        ),
        Table {
            name: CHAIN.to_owned(),
            columns: vec![required("chain", Text), required("seq", Int), required("head", Bytes)],
            key: vec!["chain".to_owned()],
            indexes: vec![],
        },
        Table {
            name: IDEMPOTENCY.to_owned(),
            columns: vec![
                required("subject", Text),
                required("key", Text),
                required("digest", Text),
                required("answer", Text),
                required("at", Int),
            ],
            key: vec!["subject".to_owned(), "key".to_owned()],
            indexes: vec![index(&["at"])],
        },
        Table {
            name: PARTICIPANT.to_owned(),
            columns: vec![required("register", Text), required("who", Text), required("record_rid", Int)],
            key: vec!["register".to_owned(), "who".to_owned(), "record_rid".to_owned()],
            indexes: vec![index(&["record_rid"])],
        },
    ]
}

/// System columns before the fields, in this order in every register table.
pub(crate) const SYSTEM: &[(&str, ColumnType, bool)] = &[
    ("rid", ColumnType::Int, true),
    ("id", ColumnType::Text, true),
    ("version", ColumnType::Int, true),
    ("status", ColumnType::Text, false),
    ("created_at", ColumnType::Int, true),
    ("created_by", ColumnType::Text, true),
    ("updated_at", ColumnType::Int, true),
    ("updated_by", ColumnType::Text, true),
    ("deleted_at", ColumnType::Int, false),
    ("audit_seq", ColumnType::Int, true),
    ("audit_head", ColumnType::Bytes, true),
];

/// The physical columns of a field: name suffix and type.
pub(crate) fn physical(ty: &FieldType, sensitive: bool) -> &'static [(&'static str, ColumnType)] {
    use ColumnType::{Bytes, Int, Text};
    if sensitive {
        return &[("", Bytes), ("_hash", Bytes)];
    }
    match ty {
        FieldType::Point => &[("_x", Int), ("_y", Int)],
        FieldType::Area => &[("", Text), ("_x0", Int), ("_y0", Int), ("_x1", Int), ("_y1", Int)],
        FieldType::Integer
        | FieldType::Decimal
        | FieldType::Money
        | FieldType::Boolean
        | FieldType::Date
        | FieldType::DateTime => &[("", Int)],
        _ => &[("", Text)],
    }
}

/// An index that finds by these columns, gives the newest first as lists do, and counts without reading the rows.
fn newest_first(by: &[&str]) -> Index {
    let columns: Vec<&str> = by.iter().copied().chain(["created_at", "rid", "deleted_at"]).collect();
    let parts = by.iter().copied().chain(["newest"]);
    Index {
        // Short: the columns of all would pass what databases allow.
        name: parts.collect::<Vec<_>>().join("_"),
        ..index(&columns)
    }
}

/// The table of a register.
pub(crate) fn of_register(register: &Register) -> Table {
    let name = register.name.as_str();
    let mut columns: Vec<Column> = SYSTEM
        .iter()
        .map(|(name, ty, needed)| if *needed { required(name, *ty) } else { optional(name, *ty) })
        .collect();
    let mut indexes = vec![
        unique(&["id"], &[]),
        newest_first(&["status"]),
        newest_first(&[]),
        newest_first(&["created_by"]),
    ];
    for field in &register.fields {
        let parts = physical(&field.ty, field.sensitive.is_some());
        let names: Vec<String> = parts.iter().map(|(suffix, _)| format!("{}{suffix}", field.name)).collect();
        columns.extend(names.iter().zip(parts).map(|(name, (_, ty))| optional(name, *ty)));
        let found_by = if field.sensitive.is_some() {
            names.get(1..)
        } else {
            names.get(..)
        };
        if field.index || field.sensitive.is_some() {
            let by: Vec<&str> = found_by.unwrap_or_default().iter().map(String::as_str).collect();
            indexes.push(newest_first(&by));
        }
    }
    let single = register
        .numbers
        .iter()
        .map(|it| it.field.as_str())
        .chain(register.progress_code.as_deref())
        .chain(register.key.as_deref());
    indexes.extend(single.map(|field| unique(&[field], &[field])));
    for set in &register.unique {
        let set: Vec<&str> = set.iter().map(String::as_str).collect();
        indexes.push(unique(&set, &set));
    }
    for set in &register.indexes {
        let set: Vec<&str> = set.iter().map(String::as_str).collect();
        indexes.push(newest_first(&set));
    }
    indexes.sort_by(|left, right| left.name.cmp(&right.name));
    indexes.dedup_by(|left, right| left.name == right.name);
    Table {
        name: name.to_owned(),
        columns,
        key: vec!["rid".to_owned()],
        indexes,
    }
}
