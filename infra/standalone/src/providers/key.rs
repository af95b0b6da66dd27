//! The key with which id tokens are signed: RSA, made when it is first needed.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// A key pair with its name; without one, for the machine has no randomness to give, nothing is signed.
pub(super) struct IdTokenKey(Option<RsaKeyPair>);

impl IdTokenKey {
    pub(super) fn generate() -> Self {
        Self(RsaKeyPair::generate(KeySize::Rsa2048).ok())
    }

    /// The public half, as a JWK.
    pub(super) fn public(&self) -> Value {
        let (n, e) = self.numbers();
        json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.kid(), "n": n, "e": e })
    }

    /// Signs what an id token says (RFC 7515, RS256).
    pub(super) fn sign(&self, claims: &Value) -> String {
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": self.kid() });
        let text = format!("{}.{}", encode(&header), encode(claims));
        let Some(key) = &self.0 else { return text };
        let mut signature = vec![0; key.public_modulus_len()];
        let signed = key.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            text.as_bytes(),
            &mut signature,
        );
        if signed.is_err() {
            return text;
        }
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn kid(&self) -> String {
        let (n, _) = self.numbers();
        URL_SAFE_NO_PAD.encode(&digest(&SHA256, n.as_bytes()).as_ref()[..12])
    }

    fn numbers(&self) -> (String, String) {
        let Some(key) = &self.0 else {
            return Default::default();
        };
        let public = key.public_key();
        let text = |number: &[u8]| URL_SAFE_NO_PAD.encode(number);
        (
            text(public.modulus().big_endian_without_leading_zero()),
            text(public.exponent().big_endian_without_leading_zero()),
        )
    }
}

/// An id token of which its header says that nobody signed it.
pub(super) fn unsigned(claims: &Value) -> String {
    let header = json!({ "alg": "none", "typ": "JWT" });
    format!("{}.{}.", encode(&header), encode(claims))
}

fn encode(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}
