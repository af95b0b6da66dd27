//! GitHub, as far as a sign-in goes: OAuth 2.0, and two pages of its API.
#![expect(
    clippy::disallowed_types,
    reason = "another service's answers, outside the API and its envelope"
)]

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use serde_json::json;
use shared::domain::identity::Provider;

use super::codes::{Refusal, random};
use super::consent::{authorize, broken};
use super::{Persona, Providers};

pub(super) fn router() -> Router<Providers> {
    Router::new()
        .route("/github/login/oauth/authorize", get(show_consent))
        .route("/github/login/oauth/access_token", post(give_token))
        .route("/github/api/user", get(show_user))
        .route("/github/api/user/emails", get(list_emails))
}

async fn show_consent(State(providers): State<Providers>, RawQuery(query): RawQuery) -> Response {
    authorize(&providers, Provider::Github, query.as_deref())
}

/// A refusal has a status of 200, as GitHub's has.
async fn give_token(State(providers): State<Providers>, form: Bytes) -> Response {
    if let Some(answer) = broken(providers.fault()).await {
        return answer;
    }
    let error = match providers.redeem(Provider::Github, &form) {
        Ok(grant) => {
            let token = format!("gho_{}", random());
            providers
                .memory()
                .tokens
                .insert(token.clone(), grant.persona);
            let scope = "read:user,user:email";
            return Json(json!({ "access_token": token, "scope": scope, "token_type": "bearer" }))
                .into_response();
        }
        Err(Refusal::Client) => "incorrect_client_credentials",
        Err(Refusal::Grant) => "bad_verification_code",
    };
    Json(json!({ "error": error, "error_description": "…" })).into_response()
}

async fn show_user(State(providers): State<Providers>, headers: HeaderMap) -> Response {
    let shown = |persona: Persona| {
        Json(json!({
            "login": persona.login, "id": persona.id, "name": persona.name, "email": null, "type": "User",
        }))
    };
    answer(&providers, &headers)
        .await
        .map_or_else(|refused| refused, |persona| shown(persona).into_response())
}

async fn list_emails(State(providers): State<Providers>, headers: HeaderMap) -> Response {
    let shown = |persona: Persona| {
        let second = format!("{}@users.noreply.github.example", persona.login);
        Json(json!([
            { "email": second, "primary": false, "verified": true, "visibility": null },
            { "email": persona.email, "primary": true, "verified": persona.is_verified, "visibility": "private" },
        ]))
    };
    answer(&providers, &headers)
        .await
        .map_or_else(|refused| refused, |persona| shown(persona).into_response())
}

async fn answer(providers: &Providers, headers: &HeaderMap) -> Result<Persona, Response> {
    if let Some(answer) = broken(providers.fault()).await {
        return Err(answer);
    }
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let persona = token.and_then(|token| providers.memory().tokens.get(token).cloned());
    persona.ok_or_else(|| {
        let body = json!({ "message": "Bad credentials" });
        (StatusCode::UNAUTHORIZED, Json(body)).into_response()
    })
}
