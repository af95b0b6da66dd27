//! Fields that whoever reads the database must not read: AES-256-GCM (NIST SP 800-38D) under a key that can be rotated.
//!
//! A sealed field names its key, so that old ones stay readable: `length of the name | name | nonce | ciphertext and tag`.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::digest::{SHA256, digest};
use serde_json::Value;

use super::keys::KeyError;
use super::rotating::Rotating;

/// The keys of sealed fields.
pub struct DataKeys {
    active: DataKey,
    all: Vec<DataKey>,
}

#[derive(Clone)]
struct DataKey {
    name: String,
    bytes: Vec<u8>,
}

/// A sealed field cannot be made or opened. The text holds nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sealed field cannot be {0}")]
pub struct SealError(&'static str);

impl DataKeys {
    /// Reads the keys of a secret (see [`Rotating`]).
    ///
    /// # Errors
    /// When it holds none.
    pub fn new(secret: &Value) -> Result<Self, KeyError> {
        let texts = Rotating::new(secret)?;
        let all: Vec<DataKey> = texts
            .all()
            .map(|(name, text)| DataKey {
                name: name.to_owned(),
                bytes: digest(&SHA256, text.as_bytes()).as_ref().to_vec(),
            })
            .collect();
        let active = all.iter().find(|key| key.name == texts.active_name());
        Ok(Self {
            active: active.ok_or(KeyError("read"))?.clone(),
            all,
        })
    }

    /// Seals a text. `context` says where it belongs, such as `users.phone|{id}`: it opens nowhere else.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub fn seal(&self, context: &str, text: &str) -> Result<Vec<u8>, SealError> {
        let failed = SealError("made");
        let name = self.active.name.as_bytes();
        let mut sealed = vec![u8::try_from(name.len()).map_err(|_| failed)?];
        sealed.extend_from_slice(name);
        let mut bytes = text.as_bytes().to_vec();
        let nonce = self
            .active
            .cipher()?
            .seal_in_place_append_tag(Aad::from(context), &mut bytes)
            .map_err(|_| failed)?;
        sealed.extend_from_slice(nonce.as_ref());
        sealed.extend_from_slice(&bytes);
        Ok(sealed)
    }

    /// Opens what [`seal`](Self::seal) made for the same context.
    ///
    /// # Errors
    /// When the key is unknown, the context is another, or a bit has changed.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<String, SealError> {
        let failed = SealError("opened");
        let (length, rest) = sealed.split_first().ok_or(failed)?;
        let (name, rest) = rest.split_at_checked(usize::from(*length)).ok_or(failed)?;
        let (nonce, text) = rest.split_at_checked(NONCE_LEN).ok_or(failed)?;
        let key = self.all.iter().find(|key| key.name.as_bytes() == name);
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| failed)?;
        let mut text = text.to_vec();
        let opened = key
            .ok_or(failed)?
            .cipher()?
            .open_in_place(nonce, Aad::from(context), &mut text)
            .map_err(|_| failed)?;
        String::from_utf8(opened.to_vec()).map_err(|_| failed)
    }
}

impl DataKey {
    fn cipher(&self) -> Result<RandomizedNonceKey, SealError> {
        RandomizedNonceKey::new(&AES_256_GCM, &self.bytes).map_err(|_| SealError("used"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FIRST: &str = "the first key, long enough to be one";

    #[test]
    fn a_sealed_field_opens_where_it_belongs_and_nowhere_else() {
        let keys = DataKeys::new(&json!({ "active": "a", "a": FIRST })).unwrap();
        let sealed = keys.seal("users.phone|1", "+49 30 1234").unwrap();
        assert_eq!(keys.open("users.phone|1", &sealed).unwrap(), "+49 30 1234");
        assert!(keys.open("users.phone|2", &sealed).is_err());
        for bit in 0..sealed.len() * 8 {
            let mut bent = sealed.clone();
            bent[bit / 8] ^= 1 << (bit % 8);
            assert!(keys.open("users.phone|1", &bent).is_err(), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(keys.open("users.phone|1", &sealed[..length]).is_err());
        }
    }

    #[test]
    fn what_an_older_key_sealed_stays_readable() {
        let old = DataKeys::new(&json!({ "active": "a", "a": FIRST })).unwrap();
        let second = "the second key, long enough to be one";
        let new = DataKeys::new(&json!({ "active": "b", "a": FIRST, "b": second })).unwrap();
        let sealed = old.seal("x", "text").unwrap();
        assert_eq!(new.open("x", &sealed).unwrap(), "text");
        assert!(old.open("x", &new.seal("x", "text").unwrap()).is_err());
    }
}
