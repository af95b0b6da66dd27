//! Opaque tokens: 32 random bytes for their holder, a SHA-256 of them for us.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The machine has no randomness to give.
#[derive(Debug, thiserror::Error)]
#[error("no random numbers can be had")]
pub struct NoRandomness;

/// A new token: what its holder gets. It is never stored.
pub struct OpaqueToken(String);

impl OpaqueToken {
    /// Makes a token of 256 random bits, 43 characters of base64url.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub fn generate() -> Result<Self, NoRandomness> {
        let mut bytes = [0_u8; 32];
        rand::fill(&mut bytes).map_err(|_| NoRandomness)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The token itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        hash(&self.0)
    }
}

/// What is stored of a token that somebody presents.
#[must_use]
pub fn hash(token: &str) -> Vec<u8> {
    digest(&SHA256, token.as_bytes()).as_ref().to_vec()
}
