//! The secrets of a developer's machine: made once and kept in a file, so that tokens survive a restart.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::auth::keys;
use shared::auth::opaque::OpaqueToken;

/// The name of the secret with the signing key.
pub const SIGNING: &str = "development/office-hours/jwt-signing";
/// The name of the secret with the public keys.
pub const PUBLIC: &str = "development/office-hours/jwt-public";
/// The name of the secret with the key for MACs.
pub const APP: &str = "development/office-hours/app";

/// Secrets in the form in which Secrets Manager holds them.
#[derive(Serialize, Deserialize)]
pub struct DevSecrets {
    /// `{"kid", "pkcs8"}`
    pub signing: Value,
    /// A JWK Set.
    pub public: Value,
    /// `{"hmac"}`
    pub app: Value,
}

impl DevSecrets {
    /// Makes new ones.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub fn generate() -> io::Result<Self> {
        let keys = keys::generate().map_err(io::Error::other)?;
        let hmac = OpaqueToken::generate().map_err(io::Error::other)?;
        Ok(Self {
            signing: keys.signing,
            public: keys.public,
            app: json!({ "hmac": BASE64_STANDARD.encode(hmac.expose()) }),
        })
    }

    /// Reads those of a file, or makes new ones and keeps them there.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn keep(file: &Path) -> io::Result<Self> {
        if let Ok(text) = fs::read(file)
            && let Ok(kept) = serde_json::from_slice(&text)
        {
            return Ok(kept);
        }
        let made = Self::generate()?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        options.open(file)?.write_all(&serde_json::to_vec(&made)?)?;
        Ok(made)
    }

    /// Gives them with their names.
    #[must_use]
    pub fn named(self) -> Vec<(String, Value)> {
        vec![
            (SIGNING.to_owned(), self.signing),
            (PUBLIC.to_owned(), self.public),
            (APP.to_owned(), self.app),
        ]
    }
}
