//! Sensitive values: one codec from the first day. Each sealed value carries its key id, so keys can rotate and a person's values can be erased
//! while history and audit, which hold only salted digests, stay whole. SM4-GCM (GB/T 32907) and HMAC-SM3 (GB/T 32905).

use std::collections::BTreeMap;
use std::path::Path;

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use sm4::Sm4;
use yiwang_types::digest::{hex, hmac_sm3, unhex};
use yiwang_types::{Entropy, Fault};

type Cipher = AesGcm<Sm4, U12>;

const FORMAT: u8 = 1;
const NONCE: usize = 12;

/// A sealed value and the keyed hash that finds it again by equality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// format byte, key id length, key id, nonce, ciphertext with tag.
    pub bytes: Vec<u8>,
    /// HMAC-SM3 over kind and normalised value; equal values of one kind are equal here, across registers.
    pub hash: Vec<u8>,
}

struct Key {
    cipher: Cipher,
    /// By which a database knows this key, see [`KeyRing::checks`].
    check: String,
}

/// The keys of one installation. They live in `DIR/keys` (mode 0600) or in `YIWANG_KEYS`, never in the database.
pub struct KeyRing {
    keys: BTreeMap<String, Key>,
    current: String,
    hash_key: [u8; 32],
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRing")
            .field("current", &self.current)
            .field("keys", &self.keys.len())
            .finish()
    }
}

impl KeyRing {
    /// Reads lines `hash HEX64` and `ID HEX32` (the last one is current).
    ///
    /// # Errors
    /// A sentence when a line is not of that form or a part is missing.
    pub fn parse(text: &str) -> Result<KeyRing, String> {
        let mut ring = KeyRing {
            keys: BTreeMap::new(),
            current: String::new(),
            hash_key: [0; 32],
        };
        let mut has_hash = false;
        for (at, line) in text.lines().enumerate() {
            let mut parts = line.split_whitespace();
            let (id, hex) = match (parts.next(), parts.next(), parts.next()) {
                (None, ..) => continue,
                (Some(id), Some(hex), None) => (id, hex),
                _ => return Err(format!("密钥第 {} 行要写成“名称 十六进制”", at + 1)),
            };
            let bytes = unhex(hex).ok_or_else(|| format!("密钥第 {} 行不是十六进制", at + 1))?;
            if bytes.iter().all(|it| *it == 0) {
                return Err("密钥是默认值(全零),拒绝启动".to_owned());
            }
            if ring.keys.contains_key(id) || (id == "hash" && has_hash) {
                return Err(format!("密钥第 {} 行:“{id}”写了两次,早先的值会读不出来", at + 1));
            }
            if id == "hash" {
                ring.hash_key = bytes
                    .try_into()
                    .map_err(|_| format!("密钥第 {} 行:hash 要 64 位十六进制", at + 1))?;
                has_hash = true;
            } else {
                let key: [u8; 16] = bytes
                    .try_into()
                    .map_err(|_| format!("密钥第 {} 行:SM4 密钥要 32 位十六进制", at + 1))?;
                ring.keys.insert(
                    id.to_owned(),
                    Key {
                        cipher: Cipher::new(&key.into()),
                        check: check(&key),
                    },
                );
                ring.current = id.to_owned();
            }
        }
        if !has_hash || ring.keys.is_empty() {
            return Err("密钥缺少 hash 行或 SM4 密钥行".to_owned());
        }
        Ok(ring)
    }

    /// Text of a fresh ring.
    pub fn generate(entropy: &dyn Entropy) -> String {
        let mut hash = [0_u8; 32];
        let mut key = [0_u8; 16];
        entropy.fill(&mut hash);
        entropy.fill(&mut key);
        format!("hash {}\nk1 {}\n", hex(&hash), hex(&key))
    }

    /// Reads `path`; none when there is no such file.
    ///
    /// # Errors
    /// A sentence when the file cannot be read, is open to others, or does not parse.
    pub fn load(path: &Path) -> Result<Option<KeyRing>, String> {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                check_private(path)?;
                KeyRing::parse(&text).map(Some)
            }
            Err(err) if err.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(err) => Err(format!("读密钥文件 {} 失败:{err}", path.display())),
        }
    }

    /// Makes `path` with fresh keys and mode 0600; only for a database that has none yet, see [`crate::Records::expects_keys`].
    ///
    /// # Errors
    /// A sentence when the file is there already or cannot be written.
    pub fn create(path: &Path, entropy: &dyn Entropy) -> Result<KeyRing, String> {
        let text = KeyRing::generate(entropy);
        write_private(path, &text).map_err(|err| format!("写密钥文件 {} 失败:{err}", path.display()))?;
        KeyRing::parse(&text)
    }

    /// The name of each key (`hash` is the one of equality) with a value that tells it from any other key and nothing else about it.
    pub(crate) fn checks(&self) -> Vec<(String, String)> {
        let hash = ("hash".to_owned(), check(&self.hash_key));
        std::iter::once(hash)
            .chain(self.keys.iter().map(|(id, key)| (id.clone(), key.check.clone())))
            .collect()
    }

    /// Seals a normalised value. `place` (register and field) is authenticated, so a value cannot be moved to another field.
    ///
    /// # Errors
    /// Internal fault when the cipher refuses (longer than 64 GiB).
    pub fn seal(&self, place: &str, kind: &str, value: &str, entropy: &dyn Entropy) -> Result<Sealed, Fault> {
        let key = self
            .keys
            .get(&self.current)
            .ok_or_else(|| Fault::internal("no current key"))?;
        let mut nonce = [0_u8; NONCE];
        entropy.fill(&mut nonce);
        let payload = Payload {
            msg: value.as_bytes(),
            aad: place.as_bytes(),
        };
        let sealed = key
            .cipher
            .encrypt(&nonce.into(), payload)
            .map_err(|_| Fault::internal("sealing a value"))?;
        let id_len = u8::try_from(self.current.len()).map_err(|_| Fault::internal("key id too long"))?;
        let mut bytes = vec![FORMAT, id_len];
        bytes.extend_from_slice(self.current.as_bytes());
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        Ok(Sealed {
            bytes,
            hash: self.hash(kind, value),
        })
    }

    /// The keyed hash by which an equal value is found.
    pub fn hash(&self, kind: &str, value: &str) -> Vec<u8> {
        hmac_sm3(&self.hash_key, format!("{kind}\u{0}{value}").as_bytes())
            .as_bytes()
            .to_vec()
    }

    /// Opens a sealed value.
    ///
    /// # Errors
    /// Internal fault when the key is gone or the bytes were changed.
    pub fn open(&self, place: &str, bytes: &[u8]) -> Result<String, Fault> {
        let broken = || Fault::internal(format!("sealed value of {place} cannot be opened"));
        let (&format, rest) = bytes.split_first().ok_or_else(broken)?;
        let (&id_len, rest) = rest.split_first().ok_or_else(broken)?;
        if format != FORMAT || rest.len() < usize::from(id_len) + NONCE {
            return Err(broken());
        }
        let (id, rest) = rest.split_at(usize::from(id_len));
        let (nonce, sealed) = rest.split_at(NONCE);
        let key = std::str::from_utf8(id)
            .ok()
            .and_then(|id| self.keys.get(id))
            .ok_or_else(broken)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| broken())?;
        let payload = Payload {
            msg: sealed,
            aad: place.as_bytes(),
        };
        let clear = key.cipher.decrypt(&nonce.into(), payload).map_err(|_| broken())?;
        String::from_utf8(clear).map_err(|_| broken())
    }
}

/// 64 bits of a keyed digest: enough to notice another key, nothing to find this one by.
fn check(key: &[u8]) -> String {
    let digest = hmac_sm3(key, b"yiwang key check");
    hex(digest.as_bytes().get(..8).unwrap_or_default())
}

fn check_private(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).map_err(|err| err.to_string())?.permissions().mode() & 0o077;
    if mode == 0 {
        Ok(())
    } else {
        Err(format!("密钥文件 {} 对其他用户可读,请改为 0600", path.display()))
    }
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::KeyRing;

    #[test]
    fn a_ring_that_would_lose_or_expose_values_is_refused() {
        let hash = format!("hash {}", "ab".repeat(32));
        let key = "cd".repeat(16);
        let zero = "00".repeat(16);
        let cases = [
            (format!("{hash}\nk1 {key}\n"), None),
            (format!("\n{hash}\nk1 {key}\nk2 {}\n", "ef".repeat(16)), None),
            (format!("{hash}\nk1 {key}\nk1 {}\n", "ef".repeat(16)), Some("写了两次")),
            (format!("{hash}\n{hash}\nk1 {key}\n"), Some("写了两次")),
            (format!("{hash}\nk1 {zero}\n"), Some("全零")),
            (format!("hash {}\nk1 {key}\n", "00".repeat(32)), Some("全零")),
            (format!("{hash}\nk1 {key}\nk2\n"), Some("第 3 行")),
            (format!("{hash}\nk1 {key} old\n"), Some("第 2 行")),
            (hash.clone(), Some("缺少")),
            (format!("{hash}\nk1 xyz\n"), Some("十六进制")),
        ];
        for (text, expected) in cases {
            match (KeyRing::parse(&text), expected) {
                (Ok(_), None) => {}
                (Err(why), Some(part)) => assert!(why.contains(part), "{text}: {why}"),
                (found, _) => panic!("{text}: {found:?}"),
            }
        }
    }
}
