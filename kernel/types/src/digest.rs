//! SM3 digests (GB/T 32905-2016) and the keyed ones built from them (HMAC, RFC 2104).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sm3::{Digest, Sm3};

/// SM3 takes its input in blocks of so many bytes.
const BLOCK: usize = 64;

/// 32 bytes of SM3; written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sm3Digest([u8; 32]);

/// Takes input piece by piece.
#[derive(Clone, Default)]
pub struct Sm3Hasher(Sm3);

impl Sm3Digest {
    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Sm3Digest {
        Sm3Hasher::default().with(bytes).finish()
    }

    /// A digest that was stored as bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Sm3Digest {
        Sm3Digest(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Equality in a time that tells nothing about where two digests differ; for comparing with what a stranger sent.
    pub fn same_in_constant_time(&self, other: &Sm3Digest) -> bool {
        self.0.iter().zip(other.0).fold(0, |all, (a, b)| all | (a ^ b)) == 0
    }
}

impl Sm3Hasher {
    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Adds bytes and goes on.
    #[must_use]
    pub fn with(mut self, bytes: &[u8]) -> Sm3Hasher {
        self.update(bytes);
        self
    }

    /// The digest of everything added.
    pub fn finish(self) -> Sm3Digest {
        Sm3Digest(self.0.finalize().into())
    }
}

/// HMAC-SM3 of a message under a key of any length.
pub fn hmac_sm3(key: &[u8], message: &[u8]) -> Sm3Digest {
    let hashed;
    let key = if key.len() > BLOCK {
        hashed = Sm3Digest::of(key);
        hashed.as_bytes().as_slice()
    } else {
        key
    };
    let padded = |filler: u8| {
        let mut block = [filler; BLOCK];
        block.iter_mut().zip(key).for_each(|(to, from)| *to ^= from);
        block
    };
    let inner = Sm3Hasher::default().with(&padded(0x36)).with(message).finish();
    Sm3Hasher::default().with(&padded(0x5c)).with(inner.as_bytes()).finish()
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |it: u8| char::from_digit(u32::from(it), 16).unwrap_or('0');
    bytes.iter().flat_map(|it| [digit(it >> 4), digit(it & 15)]).collect()
}

/// Reads hexadecimal digits of either case; `None` for anything else and for an odd number of them.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |it: u8| char::from(it).to_digit(16).and_then(|it| u8::try_from(it).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| {
            if let [a, b] = pair {
                Some(digit(*a)? << 4 | digit(*b)?)
            } else {
                None
            }
        })
        .collect()
}

impl fmt::Display for Sm3Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Sm3Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sm3Digest({self})")
    }
}

impl FromStr for Sm3Digest {
    type Err = ();

    fn from_str(text: &str) -> Result<Sm3Digest, ()> {
        unhex(text).and_then(|it| it.try_into().ok()).map(Sm3Digest).ok_or(())
    }
}

impl Serialize for Sm3Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sm3Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Sm3Digest, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse()
            .map_err(|()| serde::de::Error::custom(format!("`{text}` is not an SM3 digest of 64 hexadecimal digits")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_examples() {
        let check = |input: &[u8], expected: &str| assert_eq!(Sm3Digest::of(input).to_string(), expected);
        check(b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
        check(
            &b"abcd".repeat(16),
            "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
        );
        let pieces = Sm3Hasher::default().with(b"a").with(b"").with(b"bc").finish();
        assert!(pieces.same_in_constant_time(&Sm3Digest::of(b"abc")) && !pieces.same_in_constant_time(&Sm3Digest::of(b"")));
    }

    #[test]
    fn keyed() {
        let check = |key: &[u8], message: &[u8], expected: &str| assert_eq!(hmac_sm3(key, message).to_string(), expected);
        check(
            b"key",
            b"The quick brown fox",
            "8d54716c0553990422ad09e63a7237386696a8952f64e546a4dee3b89a931a35",
        );
        check(b"", b"", "0d23f72ba15e9c189a879aefc70996b06091de6e64d31b7a84004356dd915261");
        check(
            &[b'k'; 64],
            b"abc",
            "e324ecfff1ae9b48cf8818257208410221b39d94e74f821f247e5f3bf967c812",
        );
        check(
            &[b'k'; 65],
            b"abc",
            "658228fe546af0045d7b5f69a7e5d64706ac9ec7f3967e39b932cc5230137d74",
        );
    }

    #[test]
    fn text() {
        let it = Sm3Digest::of(b"abc");
        assert_eq!(it.to_string().to_uppercase().parse(), Ok(it));
        assert_eq!(
            serde_json::from_value::<Sm3Digest>(serde_json::to_value(it).unwrap()).unwrap(),
            it
        );
        for bad in ["", "66c7", "zz", &"0".repeat(63), &"0".repeat(66), "密"] {
            assert!(bad.parse::<Sm3Digest>().is_err(), "{bad}");
        }
        assert_eq!(hex(&[0, 10, 255]), "000aff");
        assert_eq!(unhex("000AfF"), Some(vec![0, 10, 255]));
        assert_eq!(
            (unhex("0"), unhex("0g"), unhex("密"), unhex("")),
            (None, None, None, Some(vec![]))
        );
    }
}
