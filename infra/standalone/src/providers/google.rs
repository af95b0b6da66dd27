//! Google, as far as a sign-in goes: OpenID Connect with its discovery and its keys.
#![expect(
    clippy::disallowed_types,
    reason = "another service's answers, outside the API and its envelope"
)]

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use serde_json::{Value, json};
use shared::domain::identity::Provider;

use super::codes::{Grant, Refusal, random};
use super::consent::{authorize, broken};
use super::key::{IdTokenKey, unsigned};
use super::{CLIENT_ID, Fault, Providers};

pub(super) fn router() -> Router<Providers> {
    Router::new()
        .route("/google/.well-known/openid-configuration", get(show_places))
        .route("/google/auth", get(show_consent))
        .route("/google/token", post(give_tokens))
        .route("/google/certs", get(list_keys))
}

async fn show_places(State(providers): State<Providers>) -> Response {
    if let Some(answer) = broken(providers.fault()).await {
        return answer;
    }
    let issuer = providers.google_issuer();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/certs"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
    }))
    .into_response()
}

async fn show_consent(State(providers): State<Providers>, RawQuery(query): RawQuery) -> Response {
    authorize(&providers, Provider::Google, query.as_deref())
}

async fn list_keys(State(providers): State<Providers>) -> Response {
    if let Some(answer) = broken(providers.fault()).await {
        return answer;
    }
    Json(json!({ "keys": [providers.key().public()] })).into_response()
}

async fn give_tokens(State(providers): State<Providers>, form: Bytes) -> Response {
    if let Some(answer) = broken(providers.fault()).await {
        return answer;
    }
    let (status, error) = match providers.redeem(Provider::Google, &form) {
        Ok(grant) => {
            return Json(json!({
                "access_token": format!("ya29.{}", random()),
                "expires_in": 3599,
                "scope": "openid https://www.googleapis.com/auth/userinfo.email",
                "token_type": "Bearer",
                "id_token": id_token(&providers, &grant),
            }))
            .into_response();
        }
        Err(Refusal::Client) => (StatusCode::UNAUTHORIZED, "invalid_client"),
        Err(Refusal::Grant) => (StatusCode::BAD_REQUEST, "invalid_grant"),
    };
    (status, Json(json!({ "error": error }))).into_response()
}

fn id_token(providers: &Providers, grant: &Grant) -> String {
    let fault = providers.fault();
    let claims = claims(providers, grant, fault);
    match fault {
        Some(Fault::NoAlgorithm) => unsigned(&claims),
        Some(Fault::OtherKey) => IdTokenKey::generate().sign(&claims),
        _ => providers.key().sign(&claims),
    }
}

fn claims(providers: &Providers, grant: &Grant, fault: Option<Fault>) -> Value {
    let now = providers.now().as_second();
    let (first, last) = grant.persona.name.rsplit_once(' ').unwrap_or_default();
    let mut claims = json!({
        "iss": providers.google_issuer(),
        "azp": CLIENT_ID,
        "aud": CLIENT_ID,
        "sub": grant.persona.id.to_string(),
        "email": grant.persona.email,
        "email_verified": grant.persona.is_verified,
        "nonce": grant.nonce,
        "name": grant.persona.name,
        "given_name": first,
        "family_name": last,
        "iat": now,
        "exp": now + 3600,
    });
    match fault {
        Some(Fault::OtherIssuer) => claims["iss"] = json!("https://accounts.evil.example"),
        Some(Fault::OtherAudience) => claims["aud"] = json!("somebody-else"),
        Some(Fault::OtherNonce) => claims["nonce"] = json!(random()),
        Some(Fault::Expired) => {
            claims["iat"] = json!(now - 4000);
            claims["exp"] = json!(now - 400);
        }
        _ => {}
    }
    claims
}
