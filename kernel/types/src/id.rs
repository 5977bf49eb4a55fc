//! The identity of a record towards the outside.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Entropy, Instant};

/// A UUIDv7 (RFC 9562): sortable by time of making, unguessable in its lower 74 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u128);

impl Id {
    /// Makes a fresh id from the moment and random bits.
    pub fn new(now: Instant, entropy: &dyn Entropy) -> Id {
        let mut random = [0_u8; 16];
        entropy.fill(&mut random);
        let millis = u128::from(u64::try_from(now.millis()).unwrap_or(0)) & 0xffff_ffff_ffff;
        let low = u128::from_be_bytes(random) & 0x0000_0000_0000_0fff_3fff_ffff_ffff_ffff;
        Id((millis << 80) | (0x7 << 76) | (0x2 << 62) | low)
    }

    /// The 128 bits.
    pub const fn bits(self) -> u128 {
        self.0
    }

    /// An id of exactly these bits.
    pub const fn from_bits(bits: u128) -> Id {
        Id(bits)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let it = self.0;
        let group = |shift: u32, mask: u128| (it >> shift) & mask;
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            group(96, 0xffff_ffff),
            group(80, 0xffff),
            group(64, 0xffff),
            group(48, 0xffff),
            group(0, 0xffff_ffff_ffff)
        )
    }
}

impl FromStr for Id {
    type Err = ();

    fn from_str(text: &str) -> Result<Id, ()> {
        let bytes = text.as_bytes();
        let dashes = bytes.iter().enumerate().filter(|(_, it)| **it == b'-').map(|(at, _)| at);
        // `from_str_radix` alone would accept a leading plus sign.
        let plain = bytes.iter().all(|it| it.is_ascii_hexdigit() || *it == b'-');
        if bytes.len() != 36 || !plain || !dashes.eq([8, 13, 18, 23]) {
            return Err(());
        }
        u128::from_str_radix(&text.replace('-', ""), 16).map(Id).map_err(|_| ())
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Id, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse()
            .map_err(|()| serde::de::Error::custom(format!("`{text}` is not a UUID")))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Ones;

    impl Entropy for Ones {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xff);
        }
    }

    #[test]
    fn shape() {
        let id = Id::new(Instant::from_millis(0x0192_6c5a_1234), &Ones);
        assert_eq!(id.to_string(), "01926c5a-1234-7fff-bfff-ffffffffffff");
        assert!(id < Id::new(Instant::from_millis(0x0192_6c5a_1235), &Ones));
        assert_eq!(
            Id::new(Instant::from_millis(-1), &Ones).to_string(),
            "00000000-0000-7fff-bfff-ffffffffffff"
        );
        assert_eq!(serde_json::from_str::<Id>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
    }

    #[test]
    fn not_an_id() {
        for bad in [
            "",
            "01926c5a12347fffbfffffffffffffff",
            "01926c5a-1234-7fff-bfff-fffffffffffg",
            "+1926c5a-1234-7fff-bfff-ffffffffffff",
        ] {
            assert!(bad.parse::<Id>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn goes_round(bits in any::<u128>(), text in "\\PC{0,40}") {
            let id = Id::from_bits(bits);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
            prop_assert_eq!(id.to_string().to_uppercase().parse(), Ok(id));
            let _ = text.parse::<Id>();
        }
    }
}
