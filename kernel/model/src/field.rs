//! A field of a register or form.

pub use yiwang_types::MaskKind as Mask;

use crate::value::FieldValue;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$item])* $variant),* }

        impl $name {
            /// Every value.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The word in the files.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }

            /// The value of a word in the files.
            pub fn from_word(word: &str) -> Option<$name> {
                match word { $($text => Some($name::$variant),)* _ => None }
            }
        }
    };
}

words! {
    /// The closed list of field types.
    FieldType {
        /// One line of text.
        Text = "text",
        /// Text with line breaks.
        LongText = "long_text",
        /// A whole number.
        Integer = "integer",
        /// A number with a fixed count of decimals.
        Decimal = "decimal",
        /// Yuan, kept in fen.
        Money = "money",
        /// Yes or no.
        Boolean = "boolean",
        /// A day.
        Date = "date",
        /// A moment.
        DateTime = "datetime",
        /// A code of a dictionary.
        Choice = "choice",
        /// A record of a register.
        Reference = "reference",
        /// A position, CGCS2000.
        Point = "point",
        /// A surface, CGCS2000.
        Area = "area",
        /// A telephone number.
        Phone = "phone",
        /// The name of a person.
        PersonName = "person_name",
        /// The number of a citizen's identity card.
        CitizenId = "citizen_id",
        /// A unified social credit code.
        Uscc = "uscc",
        /// Files, by id.
        Files = "files",
        /// Anything; not filterable.
        Json = "json",
    }
}

words! {
    /// Kinds of files that a `files` field takes.
    FileKind {
        /// JPEG, PNG, WebP.
        Image = "image",
        /// PDF or OFD.
        Pdf = "pdf",
        /// Word processor documents.
        Document = "document",
        /// Spreadsheets.
        Sheet = "sheet",
        /// Sound.
        Audio = "audio",
        /// Film.
        Video = "video",
    }
}

words! {
    /// How a column is stored; both databases know just these three.
    Physical {
        /// 64-bit integer.
        Integer = "integer",
        /// UTF-8 text.
        Text = "text",
        /// Bytes.
        Bytes = "bytes",
    }
}

/// A field as its file declares it, with every default filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Name in files, API, expressions and table.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// Type.
    pub ty: FieldType,
    /// Must have a value from its creation on.
    pub required: bool,
    /// Encrypted and masked this way.
    pub sensitive: Option<Mask>,
    /// Written only by process, hooks and import.
    pub computed: bool,
    /// Has an index.
    pub index: bool,
    /// Value at creation when none is given.
    pub default: Option<FieldValue>,
    /// How to fill it.
    pub help: Option<String>,
    /// Longest text in characters (`text`, `long_text`).
    pub max: Option<u32>,
    /// Smallest number, scaled by `scale`.
    pub min: Option<i64>,
    /// Largest number, scaled by `scale`.
    pub max_value: Option<i64>,
    /// Expression that the whole text must match.
    pub pattern: Option<crate::pattern::Pattern>,
    /// Decimals of a number: 0 for `integer`, 2 for `money`.
    pub scale: u32,
    /// Register that a `reference` points into.
    pub register: Option<String>,
    /// A `reference` holds the `key` of the target register, not its UUID.
    pub by_key: bool,
    /// Dictionary of a `choice`.
    pub dictionary: Option<String>,
    /// The `choice` of the same register whose value says which entries of this one are offered.
    pub narrowed_by: Option<String>,
    /// What the parts of a `json` are: name of the part, field of the same register that it is shown like.
    pub parts: Vec<(String, String)>,
    /// Holds a list (`choice`, `reference`; always true for `files`).
    pub many: bool,
    /// Kinds of files allowed; empty allows every kind.
    pub kinds: Vec<FileKind>,
    /// Most files.
    pub max_count: u32,
    /// One of the columns that every register has; the kernel writes it.
    pub system: bool,
}

impl Field {
    /// A plain field without options.
    pub fn new(name: impl Into<String>, title: impl Into<String>, ty: FieldType) -> Field {
        Field {
            name: name.into(),
            title: title.into(),
            ty,
            required: false,
            sensitive: None,
            computed: false,
            index: false,
            default: None,
            help: None,
            max: match ty {
                FieldType::Text => Some(200),
                FieldType::LongText => Some(10_000),
                _ => None,
            },
            min: None,
            max_value: None,
            pattern: None,
            scale: match ty {
                FieldType::Decimal | FieldType::Money => 2,
                _ => 0,
            },
            register: None,
            by_key: false,
            dictionary: None,
            narrowed_by: None,
            parts: Vec::new(),
            many: ty == FieldType::Files,
            kinds: Vec::new(),
            max_count: 9,
            system: false,
        }
    }

    /// The columns that hold it. A sensitive field is one text column: the codec of the pipeline makes its content.
    pub fn columns(&self) -> Vec<Column> {
        let part = |suffix: &str, kind| Column {
            name: format!("{}{suffix}", self.name),
            kind,
        };
        let kind = match self.ty {
            _ if self.sensitive.is_some() => Physical::Text,
            FieldType::Integer | FieldType::Decimal | FieldType::Money => Physical::Integer,
            FieldType::Boolean | FieldType::Date | FieldType::DateTime => Physical::Integer,
            FieldType::Point => return vec![part("_x", Physical::Integer), part("_y", Physical::Integer)],
            FieldType::Area => {
                let mut all = vec![part("", Physical::Bytes)];
                all.extend(["_min_x", "_min_y", "_max_x", "_max_y"].map(|it| part(it, Physical::Integer)));
                return all;
            }
            _ => Physical::Text,
        };
        vec![part("", kind)]
    }
}

/// A column of a register's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name of the column.
    pub name: String,
    /// What it stores.
    pub kind: Physical,
}
