//! Sign-in with GitHub and Google: OAuth 2.0 with PKCE (RFC 7636), and OpenID Connect where it is spoken.
//!
//! Written by hand: the client libraries would bring a second crypto library into every function. A code is spent by
//! one attempt; what only reads is tried up to three times. A provider that fails five times in a row rests for half a
//! minute. No connection outlives its request: a frozen environment's would be dead when it thaws.

mod breaker;
mod github;
mod google;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::time::timeout;

use crate::config::Config;
use crate::domain::identity::{Identity, Provider};

use breaker::Breaker;
use github::Github;
use google::Google;

/// How long a provider has for everything that one sign-in needs.
const PATIENCE: Duration = Duration::from_secs(8);

/// When it is worth trying again, if nobody says.
const SOON: Duration = Duration::from_secs(5);

/// Why nobody knows who it is.
#[derive(Debug, thiserror::Error)]
pub enum OAuthError {
    /// The provider does not stand by what was brought from it, or not for us.
    #[error("the sign-in is not confirmed: {0}")]
    Refused(&'static str),
    /// The provider is down, slow, or answers nonsense.
    #[error("the provider is not available: {why}")]
    Unavailable {
        /// What went wrong; never any of what was sent.
        why: String,
        /// When it is worth trying again.
        retry_after: Duration,
    },
}

impl OAuthError {
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers hand over the error they have"
    )]
    fn unavailable(why: impl ToString) -> Self {
        Self::Unavailable {
            why: why.to_string(),
            retry_after: SOON,
        }
    }
}

/// What we are to a provider.
#[derive(Clone)]
pub struct Registration {
    id: String,
    secret: String,
}

impl Registration {
    /// Reads `{"github": {"client_id", "client_secret"}, …}`; `None` when the provider is not there.
    #[must_use]
    pub fn read(secret: &Value, provider: Provider) -> Option<Self> {
        let part = |name: &str| {
            let text = secret.get(provider.as_str())?.get(name)?.as_str()?;
            (!text.is_empty()).then(|| text.to_owned())
        };
        Some(Self {
            id: part("client_id")?,
            secret: part("client_secret")?,
        })
    }
}

/// What the provider is asked for in the browser.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Comes back unchanged.
    pub state: &'a str,
    /// SHA-256 of the verifier, in base64url.
    pub challenge: &'a str,
    /// Comes back inside an id token.
    pub nonce: &'a str,
}

/// What has come back from the browser, with what only we know.
#[derive(Clone, Copy)]
pub struct Proof<'a> {
    /// The provider's code, good for once.
    pub code: &'a str,
    /// What the challenge was made of.
    pub verifier: &'a str,
    /// What the id token must hold.
    pub nonce: &'a str,
}

/// The providers.
#[derive(Clone)]
pub struct OAuth(Arc<Inner>);

struct Inner {
    app_url: String,
    github: Github,
    google: Google,
    github_breaker: Breaker,
    google_breaker: Breaker,
}

impl OAuth {
    /// Makes clients that connect when they are first used.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self(Arc::new(Inner {
            app_url: config.app_url.clone(),
            github: Github::new(&config.github_url, &config.github_api_url),
            google: Google::new(&config.google_issuer),
            github_breaker: Breaker::default(),
            google_breaker: Breaker::default(),
        }))
    }

    /// Where the person goes to say who they are.
    ///
    /// # Errors
    /// When the provider must be asked first and does not answer.
    pub async fn authorize_url(
        &self,
        provider: Provider,
        us: &Registration,
        question: Question<'_>,
    ) -> Result<String, OAuthError> {
        let back = self.redirect_uri(provider);
        match provider {
            Provider::Github => Ok(self.0.github.authorize_url(us, &back, question)),
            Provider::Google => {
                let asking = self.0.google.authorize_url(us, &back, question);
                attempt(&self.0.google_breaker, asking).await
            }
        }
    }

    /// Asks the provider who has come back. The code is spent by it.
    ///
    /// # Errors
    /// When the provider refuses, or cannot be asked.
    pub async fn identify(
        &self,
        provider: Provider,
        us: &Registration,
        proof: Proof<'_>,
        now: Timestamp,
    ) -> Result<Identity, OAuthError> {
        let back = self.redirect_uri(provider);
        match provider {
            Provider::Github => {
                let asking = self.0.github.identify(us, &back, proof);
                attempt(&self.0.github_breaker, asking).await
            }
            Provider::Google => {
                let asking = self.0.google.identify(us, &back, proof, now);
                attempt(&self.0.google_breaker, asking).await
            }
        }
    }

    /// Each provider comes back to an address of its own, so that none is taken for another (ASVS 10.2.2).
    fn redirect_uri(&self, provider: Provider) -> String {
        format!("{}/oauth/{}/callback", self.0.app_url, provider.as_str())
    }
}

async fn attempt<T>(
    breaker: &Breaker,
    asking: impl Future<Output = Result<T, OAuthError>>,
) -> Result<T, OAuthError> {
    breaker.check()?;
    let told = timeout(PATIENCE, asking)
        .await
        .unwrap_or_else(|_| Err(OAuthError::unavailable("it took too long")));
    breaker.note(&told);
    told
}

/// A query, written behind an address that may have one already.
fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}{query}")
}

/// A name as a profile may hold it.
fn name(text: &str) -> String {
    let clean = text.chars().filter(|c| !c.is_control()).take(80);
    clean.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_provider_without_both_halves_is_not_configured() {
        let secret = json!({
            "github": { "client_id": "id", "client_secret": "secret" },
            "google": { "client_id": "id", "client_secret": "" },
        });
        assert!(Registration::read(&secret, Provider::Github).is_some());
        assert!(Registration::read(&secret, Provider::Google).is_none());
        assert!(Registration::read(&json!({}), Provider::Github).is_none());
    }

    #[test]
    fn a_query_is_encoded() {
        let url = with_query("https://x.example/a", &[("q", "a b&c"), ("r", "ü")]);
        assert_eq!(url, "https://x.example/a?q=a+b%26c&r=%C3%BC");
        assert_eq!(
            with_query("https://x.example/?a=1", &[("b", "2")]),
            "https://x.example/?a=1&b=2"
        );
    }

    #[test]
    fn a_name_has_no_control_characters_and_an_end() {
        assert_eq!(name(" Ada\u{0}\n "), "Ada");
        assert_eq!(name(&"x".repeat(100)).len(), 80);
    }
}
