//! Keys that were read, kept in the form in which they are used for as long as their secret stays the same.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::keys::KeyError;
use super::password::Passwords;
use super::sealed::DataKeys;
use super::token::{Signer, Verifier};

/// The keys of this process.
#[derive(Default)]
pub struct Keyring {
    verifier: Kept<Verifier>,
    signer: Kept<Signer>,
    mac: Kept<hmac::Key>,
    data_keys: Kept<DataKeys>,
    answer_keys: Kept<DataKeys>,
    passwords: Kept<Passwords>,
}

type Kept<T> = Mutex<Option<(Arc<Value>, Arc<T>)>>;

impl Keyring {
    /// What checks tokens, from the secret of public keys.
    ///
    /// # Errors
    /// When the secret holds none.
    pub fn verifier(&self, secret: &Arc<Value>, issuer: &str) -> Result<Arc<Verifier>, KeyError> {
        keep(&self.verifier, secret, || Verifier::new(secret, issuer))
    }

    /// What makes tokens, from the signing secret.
    ///
    /// # Errors
    /// When the secret holds no key.
    pub fn signer(&self, secret: &Arc<Value>, issuer: &str) -> Result<Arc<Signer>, KeyError> {
        keep(&self.signer, secret, || Signer::new(secret, issuer))
    }

    /// The keys of sealed fields.
    ///
    /// # Errors
    /// When the secret holds none.
    pub fn data_keys(&self, secret: &Arc<Value>) -> Result<Arc<DataKeys>, KeyError> {
        keep(&self.data_keys, secret, || DataKeys::new(secret))
    }

    /// What seals kept answers: a key of its own, drawn from the secret of MACs.
    ///
    /// # Errors
    /// When the secret holds no key.
    pub fn answer_keys(&self, secret: &Arc<Value>) -> Result<Arc<DataKeys>, KeyError> {
        let tag = |text: &str| {
            let key = keep(&self.mac, secret, || mac_key(secret))?;
            let tag = hmac::sign(&key, text.as_bytes());
            Ok(STANDARD.encode(tag.as_ref()))
        };
        keep(&self.answer_keys, secret, || {
            let drawn = tag("kept answers")?;
            DataKeys::new(&json!({ "active": "drawn", "drawn": drawn }))
        })
    }

    /// What makes and checks the hashes of passwords, from the secret of peppers.
    ///
    /// # Errors
    /// When the secret holds none.
    pub fn passwords(&self, secret: &Arc<Value>) -> Result<Arc<Passwords>, KeyError> {
        keep(&self.passwords, secret, || Passwords::new(secret))
    }

    /// A MAC of something that must not be stored as it is, 16 bytes of HMAC-SHA256.
    ///
    /// # Errors
    /// When the secret holds no key.
    pub fn mac(&self, secret: &Arc<Value>, scope: &str, text: &str) -> Result<Vec<u8>, KeyError> {
        let key = keep(&self.mac, secret, || mac_key(secret))?;
        let tag = hmac::sign(&key, format!("{scope}\0{text}").as_bytes());
        Ok(tag.as_ref()[..16].to_vec())
    }
}

fn mac_key(secret: &Value) -> Result<hmac::Key, KeyError> {
    let text = secret
        .get("hmac")
        .and_then(Value::as_str)
        .ok_or(KeyError("read"))?;
    // A secret that a template generated is random text, not base64: its characters are the key then.
    let bytes = STANDARD
        .decode(text)
        .unwrap_or_else(|_| text.as_bytes().to_vec());
    if bytes.len() < 16 {
        return Err(KeyError("read"));
    }
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
}

fn keep<T>(
    kept: &Kept<T>,
    secret: &Arc<Value>,
    make: impl FnOnce() -> Result<T, KeyError>,
) -> Result<Arc<T>, KeyError> {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((source, made)) = kept.as_ref()
        && Arc::ptr_eq(source, secret)
    {
        return Ok(Arc::clone(made));
    }
    let fresh = Arc::new(make()?);
    *kept = Some((Arc::clone(secret), Arc::clone(&fresh)));
    Ok(fresh)
}
