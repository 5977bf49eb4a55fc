//! What a form carries from page to page, signed: the reporter keeps it, and nobody else can make one.
//!
//! Signed are the key of the report (a repeated submission gives the same case) and the ids of the photos (nobody can put a photo of
//! somebody else into his report). It is not secret: it holds what its reporter typed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use yiwang_types::Sm3Digest;
use yiwang_types::digest::hmac_sm3;

use crate::services::Secret;

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Opened<T> {
    /// Ours, unchanged.
    Ours(T),
    /// Legible, but not signed by this site: words may be taken over, keys and photos may not.
    Foreign(T),
    /// Nothing of use.
    Broken,
}

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    format: u32,
    body: T,
}

const FORMAT: u32 = 1;

/// Signs a value for a purpose.
pub(crate) fn seal<T: Serialize>(secret: &Secret, purpose: &str, body: &T) -> String {
    let json = serde_json::to_vec(&Envelope { format: FORMAT, body }).unwrap_or_default();
    let text = URL_SAFE_NO_PAD.encode(json);
    let mac = sign(secret, purpose, &text);
    format!("{text}.{mac}")
}

/// Reads what [`seal`] made.
pub(crate) fn open<T: DeserializeOwned>(secret: &Secret, purpose: &str, sealed: &str) -> Opened<T> {
    let Some((text, mac)) = sealed.rsplit_once('.') else {
        return Opened::Broken;
    };
    let bytes = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
    let Ok(Envelope { format: FORMAT, body }) = serde_json::from_slice(&bytes) else {
        return Opened::Broken;
    };
    let ours = mac
        .parse()
        .is_ok_and(|it: Sm3Digest| it.same_in_constant_time(&sign(secret, purpose, text)));
    if ours { Opened::Ours(body) } else { Opened::Foreign(body) }
}

fn sign(secret: &Secret, purpose: &str, text: &str) -> Sm3Digest {
    hmac_sm3(&secret.0, format!("{purpose}\u{0}{text}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_purpose_and_content_are_ours() {
        let secret = Secret([7; 32]);
        let sealed = seal(&secret, "report", &"井盖".to_owned());
        assert_eq!(open(&secret, "report", &sealed), Opened::Ours("井盖".to_owned()));
        assert_eq!(open(&secret, "other", &sealed), Opened::Foreign("井盖".to_owned()));
        assert_eq!(open(&Secret([8; 32]), "report", &sealed), Opened::Foreign("井盖".to_owned()));
        let (text, mac) = sealed.rsplit_once('.').unwrap();
        let other = URL_SAFE_NO_PAD.encode(
            serde_json::to_vec(&Envelope {
                format: 1, body: "路灯"
            })
            .unwrap(),
        );
        assert_eq!(
            open(&secret, "report", &format!("{other}.{mac}")),
            Opened::Foreign("路灯".to_owned())
        );
        for broken in ["", ".", text, &format!("{text}x.{mac}"), "密.密", &format!(".{mac}")] {
            assert_eq!(open::<String>(&secret, "report", broken), Opened::Broken, "{broken}");
        }
        let future = URL_SAFE_NO_PAD.encode(
            serde_json::to_vec(&Envelope {
                format: 2, body: "路灯"
            })
            .unwrap(),
        );
        assert_eq!(open::<String>(&secret, "report", &format!("{future}.{mac}")), Opened::Broken);
    }
}
