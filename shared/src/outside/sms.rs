//! Text messages: one attempt to hand over one message, and what its failure means.
//!
//! [`TextProvider`] is all that the platform wants of one. [`Texts`] speaks the HTTP API of Twilio (`POST
//! /2010-04-01/Accounts/{sid}/Messages.json`), which others speak too. It has no key that would make a repetition harmless,
//! so whoever hears nothing does not ask again.

use std::sync::LazyLock;
use std::time::Duration;

use reqwest::{Client, Response, StatusCode};
use serde_json::Value;

use super::web;

/// How long one hand-over may take.
const PATIENCE: Duration = Duration::from_secs(5);

static CLIENT: LazyLock<Option<Client>> = LazyLock::new(|| web::client(PATIENCE));

/// What a failed hand-over means. Never any of what was sent.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The message was not accepted; later it may be.
    #[error("not accepted for now: {0}")]
    Later(String),
    /// The message will never be accepted.
    #[error("refused for good: {0}")]
    Never(String),
    /// Nobody knows whether it was accepted.
    #[error("no answer: {0}")]
    Unknown(String),
}

/// Who takes text messages to phones.
pub trait TextProvider {
    /// Hands one message over; returns the provider's id of it.
    fn send(
        &self,
        phone: &str,
        text: &str,
    ) -> impl Future<Output = Result<String, TextError>> + Send;
}

/// The provider, by HTTP.
#[derive(Clone)]
pub struct Texts {
    url: String,
    from: String,
    account: String,
    token: String,
}

impl Texts {
    /// Reads `{"account_sid", "auth_token"}`, which is what we are to the provider at `url`; `None` when they are not
    /// there. `from` is our number, or the name that phones show.
    #[must_use]
    pub fn read(url: &str, from: &str, secret: &Value) -> Option<Self> {
        let text = |name: &str| secret.get(name)?.as_str().filter(|text| !text.is_empty());
        Some(Self {
            url: url.to_owned(),
            from: from.to_owned(),
            account: text("account_sid")?.to_owned(),
            token: text("auth_token")?.to_owned(),
        })
    }
}

impl TextProvider for Texts {
    async fn send(&self, phone: &str, text: &str) -> Result<String, TextError> {
        let client = CLIENT
            .as_ref()
            .ok_or_else(|| TextError::Later("there is no client".to_owned()))?;
        let (url, account) = (&self.url, &self.account);
        let form = [("To", phone), ("From", self.from.as_str()), ("Body", text)];
        let answer = client
            .post(format!("{url}/2010-04-01/Accounts/{account}/Messages.json"))
            .basic_auth(account, Some(&self.token))
            .form(&form)
            .send()
            .await;
        match answer {
            Ok(answer) => read(answer).await,
            // The errors of a request name its address, in which the account stands.
            Err(failure) if failure.is_connect() => {
                Err(TextError::Later(failure.without_url().to_string()))
            }
            Err(failure) => Err(TextError::Unknown(failure.without_url().to_string())),
        }
    }
}

async fn read(answer: Response) -> Result<String, TextError> {
    let status = answer.status();
    let body = web::read(answer).await;
    if status.is_success() {
        let id = body
            .ok()
            .and_then(|body| body["sid"].as_str().map(str::to_owned));
        return id.ok_or_else(|| TextError::Unknown("its answer names no message".to_owned()));
    }
    let code = body.ok().and_then(|body| body["code"].as_i64());
    let why = code.map_or_else(
        || format!("it answers {}", status.as_u16()),
        |code| format!("it answers {}, code {code}", status.as_u16()),
    );
    Err(match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => TextError::Later(why),
        // Our account is at fault, and not the message.
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND => {
            tracing::error!(
                status = status.as_u16(),
                "the provider of text messages refuses us"
            );
            TextError::Later(why)
        }
        status if status.is_client_error() => TextError::Never(why),
        _ => TextError::Unknown(why),
    })
}
