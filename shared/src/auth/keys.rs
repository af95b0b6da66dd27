//! The keys of access tokens: Ed25519 (RFC 8032), named by their thumbprint (RFC 7638).

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A key cannot be made or read. The text holds nothing of it.
#[derive(Debug, thiserror::Error)]
#[error("a signing key cannot be {0}")]
pub struct KeyError(pub(super) &'static str);

/// A new pair of keys, as the two secrets hold it.
pub struct NewKeys {
    /// For the secret that only `auth` may read: `{"kid", "pkcs8"}`.
    pub signing: Value,
    /// For everybody: a JWK Set (RFC 7517).
    pub public: Value,
}

/// Makes a new pair of keys.
///
/// # Errors
/// When the machine has no randomness to give.
pub fn generate() -> Result<NewKeys, KeyError> {
    let pair = Ed25519KeyPair::generate().map_err(|_| KeyError("made"))?;
    let document = pair.to_pkcs8().map_err(|_| KeyError("made"))?;
    let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
    let kid = thumbprint(&x);
    Ok(NewKeys {
        signing: json!({ "kid": kid, "pkcs8": STANDARD.encode(document.as_ref()) }),
        public: json!({ "keys": [{
            "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": x,
        }] }),
    })
}

/// A public key (RFC 8037).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKey {
    /// The kind of key.
    pub kty: String,
    /// The curve.
    pub crv: String,
    /// What it is for.
    #[serde(rename = "use")]
    pub usage: String,
    /// The one algorithm it is used with.
    pub alg: String,
    /// Names the key.
    pub kid: String,
    /// The key itself.
    pub x: String,
}

/// Reads the public keys of their secret, and nothing else that may stand there.
///
/// # Errors
/// When there are none.
pub fn public_keys(secret: &Value) -> Result<Vec<PublicKey>, KeyError> {
    let keys = secret.get("keys").and_then(Value::as_array);
    keys.ok_or(KeyError("read"))?
        .iter()
        .map(|key| PublicKey::deserialize(key).map_err(|_| KeyError("read")))
        .collect()
}

fn thumbprint(x: &str) -> String {
    let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, canonical.as_bytes()).as_ref()[..12])
}
