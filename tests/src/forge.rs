//! Tokens as an attacker or a careless issuer would make them.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;
use shared::domain::id::UserId;

use crate::TestApp;

impl TestApp {
    /// Header and claims of a person's good token.
    pub async fn token_parts(&self, actor: UserId) -> (Value, Value) {
        let token = self.token_of(actor).await;
        let part = |index: usize| {
            let text = token.split('.').nth(index).unwrap();
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
        };
        (part(0), part(1))
    }

    /// Signs anything with the platform's own key, as nobody but `auth` can.
    pub async fn signed(&self, header: &Value, claims: &Value) -> String {
        let secret = self.state.secrets.get("jwt-signing").await.unwrap();
        let pkcs8 = STANDARD.decode(secret["pkcs8"].as_str().unwrap()).unwrap();
        let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).unwrap();
        let message = message(header, claims);
        let signature = pair.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }

    /// The platform's public key, as everybody may have it.
    pub async fn public_key(&self) -> Value {
        self.state.secrets.get("jwt-public").await.unwrap()["keys"][0].clone()
    }
}

/// Signs with a shared secret, as HS256 does.
pub fn signed_with_secret(secret: &[u8], header: &Value, claims: &Value) -> String {
    let message = message(header, claims);
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()))
}

/// Header and claims, as they are signed.
pub fn message(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}
