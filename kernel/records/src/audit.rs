//! The hash chain: what makes every step provable. Each row binds the one before it; its digest is salted, so that content can be erased under
//! a retention rule or a person's right while the chain stays whole.

use yiwang_types::{Instant, Sm3Digest};

/// A place in a chain: how many rows it has and the hash of the last one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Rows so far.
    pub seq: i64,
    /// Hash of the last row; empty before the first.
    pub head: Vec<u8>,
}

/// What a row says, before it is chained.
#[derive(Clone, Debug)]
pub struct ChainEntry {
    /// When.
    pub at: Instant,
    /// `kind:id` of who acted.
    pub subject: String,
    /// For whom.
    pub on_behalf: Option<String>,
    /// The act, from the one vocabulary.
    pub act: String,
    /// `register/id` or another name of the thing.
    pub object: String,
    /// 16 random bytes.
    pub salt: [u8; 16],
    /// Everything that is to be proved of the act; only its salted digest is kept here.
    pub content: String,
}

impl ChainEntry {
    /// Salted digest of the content.
    pub fn digest(&self) -> Sm3Digest {
        content_digest(&self.salt, &self.content)
    }

    /// The link after this entry.
    pub fn chain(&self, before: &Link) -> Link {
        let seq = before.seq + 1;
        let hash = row_hash(
            &before.head,
            seq,
            self.at,
            &self.subject,
            self.on_behalf.as_deref(),
            &self.act,
            &self.object,
            self.digest().as_bytes(),
        );
        Link {
            seq,
            head: hash.as_bytes().to_vec(),
        }
    }
}

/// SM3 over salt and content.
pub(crate) fn content_digest(salt: &[u8], content: &str) -> Sm3Digest {
    Sm3Digest::of(&[salt, content.as_bytes()].concat())
}

/// SM3 over the hash before and every column, each with its length so that no two rows can be read as one another.
#[expect(clippy::too_many_arguments, reason = "one argument a column of the row")]
pub(crate) fn row_hash(
    before: &[u8],
    seq: i64,
    at: Instant,
    subject: &str,
    on_behalf: Option<&str>,
    act: &str,
    object: &str,
    digest: &[u8],
) -> Sm3Digest {
    let mut bytes = Vec::with_capacity(256);
    let seq = seq.to_be_bytes();
    let at = at.millis().to_be_bytes();
    let parts: [&[u8]; 8] = [
        before,
        &seq,
        &at,
        subject.as_bytes(),
        on_behalf.unwrap_or_default().as_bytes(),
        act.as_bytes(),
        object.as_bytes(),
        digest,
    ];
    for part in parts {
        bytes.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    Sm3Digest::of(&bytes)
}
