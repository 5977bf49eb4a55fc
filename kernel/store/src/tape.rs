//! The committed transactions of a store, written down for a bench that plays them again with a bare driver. Off but for a bench: the file
//! holds everything in clear.
//!
//! A line each: `t TEXT` numbers a statement's text from 0, `g CONNECTION` begins a transaction, `s NUMBER VALUE...` is a statement, `f` ends
//! a round trip, `c` ends the transaction. Values stand behind tabs: `n`, `i5`, `tTEXT`, `bHEX`.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use yiwang_types::digest::hex;

use crate::Value;
use crate::sql::Statement;

/// Where transactions are written down; clones share it.
#[derive(Clone, Debug)]
pub struct Tape(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    file: File,
    texts: HashMap<String, usize>,
}

impl Tape {
    /// A fresh one.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn create(path: &Path) -> io::Result<Tape> {
        let (file, texts) = (File::create(path)?, HashMap::new());
        Ok(Tape(Arc::new(Mutex::new(Inner { file, texts }))))
    }

    /// Notes a committed transaction by its round trips.
    pub(crate) fn note<'s, I>(&self, connection: usize, flights: impl IntoIterator<Item = I>)
    where
        I: IntoIterator<Item = &'s Statement>,
    {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut texts, mut lines) = (String::new(), format!("g {connection}\n"));
        for flight in flights {
            for it in flight {
                let next = inner.texts.len();
                let number = *inner.texts.entry(it.text.clone()).or_insert_with(|| {
                    let _ = writeln!(texts, "t {}", escaped(&it.text));
                    next
                });
                let _ = write!(lines, "s {number}");
                for value in &it.params {
                    let _ = match value {
                        Value::Null => write!(lines, "\tn"),
                        Value::Int(it) => write!(lines, "\ti{it}"),
                        Value::Text(it) => write!(lines, "\tt{}", escaped(it)),
                        Value::Bytes(it) => write!(lines, "\tb{}", hex(it)),
                    };
                }
                lines.push('\n');
            }
            lines.push_str("f\n");
        }
        lines.push_str("c\n");
        texts.push_str(&lines);
        if let Err(error) = inner.file.write_all(texts.as_bytes()) {
            tracing::error!(error = %error, "A transaction was not written down");
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t")
}
