//! How each system wants to be asked for its streets, and what makes the peers keep any.

use serde_json::{Value as Json, json};

/// How one system wants to be asked.
pub struct Dialect {
    /// Name in the rows.
    pub name: &'static str,
    /// Where the data is.
    pub mode: &'static str,
    /// Path of the records.
    pub records: &'static str,
    /// Query of a list of 20 with filter and sort.
    pub list: &'static str,
    /// Where the id of a created record is.
    pub id: &'static str,
    /// Member that a record is wrapped in; empty for none.
    pub wrap: &'static str,
    /// Further header lines of an update.
    pub update_head: &'static str,
}

const OUR_LIST: &str = "?filter=rank%20%3D%202&sort=-title&limit=20";
/// Ours on both databases.
pub const OURS: [Dialect; 2] = [ours("sqlite"), ours("postgres")];
/// Kinto in memory and on PostgreSQL.
pub const KINTO: [Dialect; 2] = [kinto("memory"), kinto("postgres")];
/// Directus.
pub const DIRECTUS: Dialect = Dialect {
    name: "Directus",
    mode: "sqlite",
    records: "/items/street",
    list: "?filter[rank][_eq]=2&sort=-title&limit=20",
    id: "/data/id",
    wrap: "",
    update_head: "",
};

const fn ours(mode: &'static str) -> Dialect {
    Dialect {
        name: "ours",
        mode,
        records: "/api/v1/registers/street/records",
        list: OUR_LIST,
        id: "/id",
        wrap: "",
        // Each record is updated once, so that it is in its first version before.
        update_head: "if-match: \"1\"\r\n",
    }
}

const fn kinto(mode: &'static str) -> Dialect {
    Dialect {
        name: "Kinto",
        mode,
        records: "/v1/buckets/bench/collections/street/records",
        list: "?rank=2&_sort=-title&_limit=20",
        id: "/data/id",
        wrap: "data",
        update_head: "",
    }
}

/// What makes Kinto a register of streets: method, path and body of each call.
pub fn kinto_schema() -> [(&'static str, &'static str, Json); 2] {
    let fields = json!({
        "title": { "type": "string", "maxLength": 60 },
        "rank": { "type": "integer", "minimum": 1, "maximum": 3 },
        "width": { "type": "integer", "minimum": 1, "maximum": 200 },
        "line": { "type": "object" },
    });
    let schema = json!({ "type": "object", "required": ["title", "line"], "properties": fields });
    [
        ("PUT", "/v1/buckets/bench", json!({})),
        (
            "PUT",
            "/v1/buckets/bench/collections/street",
            json!({ "data": { "schema": schema } }),
        ),
    ]
}

/// What makes Directus one.
pub fn directus_schema() -> [(&'static str, &'static str, Json); 1] {
    let fields = json!([
        { "field": "id", "type": "integer", "schema": { "is_primary_key": true, "has_auto_increment": true } },
        { "field": "title", "type": "string", "schema": { "max_length": 60, "is_nullable": false } },
        { "field": "rank", "type": "integer", "schema": {} },
        { "field": "width", "type": "integer", "schema": {} },
        { "field": "line", "type": "json", "schema": {} },
    ]);
    let collection = json!({ "collection": "street", "schema": {}, "meta": {}, "fields": fields });
    [("POST", "/collections", collection)]
}
