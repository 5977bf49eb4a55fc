//! Why: sentences for the person and for the administrator who mends the roles.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The reasons of a decision as Chinese sentences, the most important first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// Whole sentences.
    pub sentences: Vec<String>,
}

impl Explanation {
    /// An explanation of these sentences.
    pub fn new(sentences: impl IntoIterator<Item = String>) -> Explanation {
        Explanation {
            sentences: sentences.into_iter().collect(),
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentences.iter().try_for_each(|it| f.write_str(it))
    }
}
