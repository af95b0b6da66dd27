//! Codes: given to the browser, changed into tokens once, by whoever knows the verifier and the secret.

use std::collections::HashMap;

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Bytes;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use shared::auth::opaque::OpaqueToken;
use shared::domain::identity::Provider;

use super::{CLIENT_ID, CLIENT_SECRET, Persona, Providers};

/// How long a code is good for.
const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);

/// What a code stands for.
pub(super) struct Grant {
    provider: Provider,
    redirect_uri: String,
    challenge: String,
    ends_at: Timestamp,
    pub(super) nonce: Option<String>,
    pub(super) persona: Persona,
}

/// Why no tokens are given, in the words of RFC 6749 §5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Client,
    Grant,
}

/// The fields of a query or a form, each once.
pub(super) fn fields(text: &[u8]) -> HashMap<String, String> {
    form_urlencoded::parse(text).into_owned().collect()
}

/// A new random text.
pub(super) fn random() -> String {
    OpaqueToken::generate().map_or_else(|_| String::new(), |token| token.expose().to_owned())
}

impl Providers {
    /// Gives a code to the browser of somebody who has agreed.
    pub(super) fn grant(
        &self,
        provider: Provider,
        query: &HashMap<String, String>,
        persona: Persona,
    ) -> String {
        let field = |name: &str| query.get(name).cloned();
        let grant = Grant {
            provider,
            redirect_uri: field("redirect_uri").unwrap_or_default(),
            challenge: field("code_challenge").unwrap_or_default(),
            ends_at: self.now() + CODE_LIFE,
            nonce: field("nonce"),
            persona,
        };
        let code = random();
        self.memory().grants.insert(code.clone(), grant);
        code
    }

    /// Takes a code back. It is spent by the attempt, whether that is good or not.
    pub(super) fn redeem(&self, provider: Provider, form: &Bytes) -> Result<Grant, Refusal> {
        let form = fields(form);
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        if field("client_id") != CLIENT_ID || field("client_secret") != CLIENT_SECRET {
            return Err(Refusal::Client);
        }
        let grant = self.memory().grants.remove(field("code"));
        let hash = digest(&SHA256, field("code_verifier").as_bytes());
        let challenge = URL_SAFE_NO_PAD.encode(hash.as_ref());
        grant
            .filter(|grant| {
                grant.provider == provider
                    && grant.redirect_uri == field("redirect_uri")
                    && grant.challenge == challenge
                    && grant.ends_at > self.now()
            })
            .ok_or(Refusal::Grant)
    }
}
