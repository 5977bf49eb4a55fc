//! What a definition file may hold, as tables: the checker and the JSON Schemas both read them, so they cannot differ.

mod check;
mod schema;

pub(crate) use check::check;
pub(crate) use schema::schema_of;

/// What a value must look like.
pub(crate) enum Shape {
    /// The format number, always 1.
    Format,
    /// `[a-z][a-z0-9_]*`, at most 40 characters, not `yw_`.
    Name,
    /// A name, or `job:NAME`.
    RoleName,
    /// Chinese text for people, at most so many characters; dead words are warned of.
    Text(usize),
    /// A text that is not shown as a sentence: code, pattern, path, column of a foreign file.
    Code(usize),
    /// true or false.
    Bool,
    /// A whole number in a range.
    Integer(i64, i64),
    /// A number, with or without a point.
    Number,
    /// `2026-10-09`.
    Date,
    /// FEEL, bare or after `=`.
    Feel,
    /// CQL2 text; `kernel/store` parses it when the definition is activated.
    Cql,
    /// Text, number, true or false.
    Scalar,
    /// Anything.
    Any,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// `all`, `division`, `department:FIELD`, `own:FIELD`, `participant`, `none`.
    Scope,
    /// A list of such values.
    List(&'static Shape),
    /// One such value or a list of them.
    OneOrMany(&'static Shape),
    /// A map with free keys.
    Map(&'static Shape),
    /// A map with these keys; several tables are read as one.
    Object(&'static [&'static [Key]]),
}

/// One key of an object.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
    /// What it means, for the JSON Schema.
    pub(crate) help: &'static str,
}

impl Key {
    pub(crate) const fn required(name: &'static str, shape: Shape, help: &'static str) -> Key {
        Key {
            name,
            shape,
            required: true,
            help,
        }
    }

    pub(crate) const fn optional(name: &'static str, shape: Shape, help: &'static str) -> Key {
        Key {
            name,
            shape,
            required: false,
            help,
        }
    }
}
