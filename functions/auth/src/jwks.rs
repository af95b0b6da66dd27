//! `GET /api/auth/jwks`

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde::Serialize;
use shared::auth::keys::PublicKey;
use shared::http::{ApiError, AppState, Refused};
use utoipa::ToSchema;

/// As long as every part of the platform remembers them itself.
const FIVE_MINUTES: &str = "public, max-age=300";

/// A JWK Set (RFC 7517 §5).
#[derive(Serialize, ToSchema)]
pub(crate) struct JwkSet {
    keys: Vec<Jwk>,
}

/// An Ed25519 public key (RFC 8037).
#[derive(Serialize, ToSchema)]
struct Jwk {
    #[schema(example = "OKP")]
    kty: String,
    #[schema(example = "Ed25519")]
    crv: String,
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    usage: String,
    #[schema(example = "EdDSA")]
    alg: String,
    /// Names the key, as the header of a token does.
    kid: String,
    x: String,
}

impl From<PublicKey> for Jwk {
    fn from(key: PublicKey) -> Self {
        Self {
            kty: key.kty,
            crv: key.crv,
            usage: key.usage,
            alg: key.alg,
            kid: key.kid,
            x: key.x,
        }
    }
}

/// Show the public keys that access tokens are checked with.
///
/// It is a plain JWK Set. While keys are rotated it holds several; take the one that a token names.
#[utoipa::path(
    get,
    path = "/api/auth/jwks",
    tag = "auth",
    responses((status = OK, body = JwkSet, content_type = "application/jwk-set+json"), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_public_keys(State(state): State<AppState>) -> Result<Response, ApiError> {
    let keys = state.public_keys().await?;
    let set = JwkSet {
        keys: keys.into_iter().map(Jwk::from).collect(),
    };
    let text = serde_json::to_vec(&set).map_err(|_| ApiError::internal())?;
    let headers = [
        (CONTENT_TYPE, "application/jwk-set+json"),
        (CACHE_CONTROL, FIVE_MINUTES),
    ];
    Ok((headers, text).into_response())
}
