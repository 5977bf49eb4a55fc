//! Tables of this crate that are no registers: what must never be listed, exported or shown.

use yiwang_records::rows::{ColumnType, Table, Value};
use yiwang_records::tables::{index, required, table};

/// One row a user: the hash of his password, and those before.
pub(crate) const CREDENTIAL: &str = "yw_credential";
/// One row a session; its key is the digest of the token, so that a copy of the table opens nothing.
pub(crate) const SESSION: &str = "yw_session";
/// One row a token of a program, by digest.
pub(crate) const TOKEN: &str = "yw_token";
/// One row a failed sign-in of the last hour, by digest of the name that was typed.
pub(crate) const ATTEMPT: &str = "yw_attempt";

pub(crate) fn all() -> Vec<Table> {
    use ColumnType::{Int, Text};
    let keyed = |name: &str, key: &str, columns: Vec<_>, indexes: Vec<_>| {
        let mut all = vec![required(key, Text)];
        all.extend(columns);
        Table {
            name: name.to_owned(),
            columns: all,
            key: vec![key.to_owned()],
            indexes,
        }
    };
    let credential = vec![
        required("hash", Text),
        required("changed_at", Int),
        required("previous", Text),
    ];
    let session = vec![
        required("user_id", Text),
        required("created_at", Int),
        required("last_seen", Int),
        required("expires_at", Int),
        required("must_change", Int),
        required("origin", Text),
    ];
    let token = vec![
        required("user_id", Text),
        required("name", Text),
        required("created_at", Int),
        required("expires_at", Int),
    ];
    let attempt = vec![required("who", Text), required("at", Int)];
    vec![
        keyed(CREDENTIAL, "user_id", credential, vec![]),
        keyed(SESSION, "digest", session, vec![index(&["user_id"]), index(&["expires_at"])]),
        keyed(TOKEN, "digest", token, vec![index(&["user_id"])]),
        table(ATTEMPT, attempt, vec![index(&["who", "at"]), index(&["at"])]),
    ]
}

/// The integer in a column; 0 when the row is too short, which the columns asked for rule out.
pub(crate) fn int(row: &[Value], at: usize) -> i64 {
    row.get(at).and_then(Value::as_int).unwrap_or(0)
}

/// The text in a column.
pub(crate) fn text(row: &[Value], at: usize) -> String {
    row.get(at).and_then(Value::as_text).unwrap_or_default().to_owned()
}
