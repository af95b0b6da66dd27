//! Requests to providers: no redirects, little patience, small answers.

use std::sync::LazyLock;
use std::time::Duration;

use reqwest::header::{ACCEPT, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use tokio::time::sleep;

use super::{OAuthError, PATIENCE};
use crate::outside::web;

/// How often a reading request is sent at most.
const ATTEMPTS: u32 = 3;
/// A provider that wants us to wait longer is not available.
const LONGEST_WAIT: Duration = Duration::from_secs(2);
const FIRST_WAIT: Duration = Duration::from_millis(150);

static CLIENT: LazyLock<Option<Client>> = LazyLock::new(|| web::client(PATIENCE));

fn connected() -> Result<&'static Client, OAuthError> {
    CLIENT
        .as_ref()
        .ok_or_else(|| OAuthError::unavailable("there is no client"))
}

/// Reads a document.
pub(super) async fn get(url: &str, token: Option<&str>) -> Result<Value, OAuthError> {
    let mut wait = FIRST_WAIT;
    for attempt in 1..=ATTEMPTS {
        let mut request = connected()?.get(url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        match send(request).await {
            Ok(answer) if answer.status() == StatusCode::OK => return read(answer).await,
            Ok(answer) if is_passing(answer.status()) => {
                wait = asked_for(&answer).unwrap_or(wait);
            }
            Ok(answer) => return Err(unexpected(answer.status())),
            Err(failure) if attempt == ATTEMPTS => return Err(failure),
            Err(_) => {}
        }
        if attempt == ATTEMPTS || wait > LONGEST_WAIT {
            break;
        }
        sleep(wait).await;
        wait *= 2;
    }
    Err(OAuthError::Unavailable {
        why: "it asks us to come back later".to_owned(),
        retry_after: wait.max(super::SOON),
    })
}

/// Changes a code into tokens: once, for nobody knows what a failed attempt has spent.
pub(super) async fn exchange(url: &str, form: &[(&str, &str)]) -> Result<Value, OAuthError> {
    let answer = send(connected()?.post(url).form(form)).await?;
    let status = answer.status();
    if is_passing(status) {
        return Err(unexpected(status));
    }
    let body = read(answer).await?;
    match body.get("error").and_then(Value::as_str) {
        // GitHub says so with a status of 200.
        Some("invalid_grant" | "bad_verification_code") => Err(OAuthError::Refused("its code")),
        Some(error) => {
            tracing::error!(error, "a provider does not accept us as its client");
            Err(OAuthError::unavailable("it does not accept us"))
        }
        None if status == StatusCode::OK => Ok(body),
        None => Err(unexpected(status)),
    }
}

/// A text field that must be there.
pub(super) fn text<'a>(body: &'a Value, name: &'static str) -> Result<&'a str, OAuthError> {
    body.get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| OAuthError::unavailable(format!("its answer has no {name}")))
}

async fn send(request: RequestBuilder) -> Result<Response, OAuthError> {
    let request = request.header(ACCEPT, "application/json");
    // The error of a request names its address, which may hold more than the log may.
    let sent = request.send().await;
    sent.map_err(|failure| OAuthError::unavailable(failure.without_url()))
}

async fn read(answer: Response) -> Result<Value, OAuthError> {
    web::read(answer).await.map_err(OAuthError::unavailable)
}

fn is_passing(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error()
}

fn asked_for(answer: &Response) -> Option<Duration> {
    let seconds = answer.headers().get(RETRY_AFTER)?.to_str().ok()?;
    seconds.parse().ok().map(Duration::from_secs)
}

fn unexpected(status: StatusCode) -> OAuthError {
    OAuthError::unavailable(format!("it answers {}", status.as_u16()))
}
