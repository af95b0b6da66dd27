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

use crate::{payments, providers};

/// The name of the secret with the signing key.
pub const SIGNING: &str = "development/office-hours/jwt-signing";
/// The name of the secret with the public keys.
pub const PUBLIC: &str = "development/office-hours/jwt-public";
/// The name of the secret with the key for MACs.
pub const APP: &str = "development/office-hours/app";
/// The name of the secret with the keys of sealed fields.
pub const DATA_KEYS: &str = "development/office-hours/data-keys";
/// The name of the secret with the peppers of passwords.
pub const PEPPER: &str = "development/office-hours/pepper";

/// The name of the secret with what we are to the services people sign in with.
pub const OAUTH: &str = "development/office-hours/oauth";
/// The name of the secret with what we are to the payment provider.
pub const PAYMENT: &str = "development/office-hours/payment";

/// The name of the secret with our token at Airtable.
pub const AIRTABLE: &str = "development/office-hours/airtable";

/// Secrets in the form in which Secrets Manager holds them.
#[derive(Serialize, Deserialize)]
pub struct DevSecrets {
    /// `{"kid", "pkcs8"}`
    pub signing: Value,
    /// A JWK Set.
    pub public: Value,
    /// `{"hmac"}`
    pub app: Value,
    /// `{"active", …}`
    pub data_keys: Value,
    /// `{"active", …}`
    pub pepper: Value,
}

impl DevSecrets {
    /// Makes new ones.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub fn generate() -> io::Result<Self> {
        let keys = keys::generate().map_err(io::Error::other)?;
        let random = || OpaqueToken::generate().map_err(io::Error::other);
        Ok(Self {
            signing: keys.signing,
            public: keys.public,
            app: json!({ "hmac": BASE64_STANDARD.encode(random()?.expose()) }),
            data_keys: json!({ "active": "key_1", "key_1": random()?.expose() }),
            pepper: json!({ "active": "pepper_1", "pepper_1": random()?.expose() }),
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
            (DATA_KEYS.to_owned(), self.data_keys),
            (PEPPER.to_owned(), self.pepper),
            (OAUTH.to_owned(), providers::registration()),
            (PAYMENT.to_owned(), payments::registration()),
            (AIRTABLE.to_owned(), airtable_stand_in::registration()),
        ]
    }
}
