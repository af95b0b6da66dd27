//! `GET|POST /api/auth/api-keys` and `GET|DELETE /api/auth/api-keys/{id}`

use axum::extract::State;
use deserr::Deserr;
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use shared::auth::opaque::{self, OpaqueToken};
use shared::domain::api_key::{ApiKey, ApiKeyDraft, KEY_MARK, Scope};
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::id::{ApiKeyId, UserId};
use shared::domain::page::PageRequest;
use shared::domain::value::{List, Text};
use shared::http::{
    Admin, Answer, ApiError, AppState, Caller, IdempotencyKey, Json, Listed, Moment, PageQuery,
    Path, Problems, Query, Refused,
};
use shared::store::{self, Db};
use utoipa::ToSchema;

type Scopes = List<Scope, 50>;

/// A key for another system.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewApiKeyBody {
    /// What it is for.
    #[schema(example = "Weekly report")]
    name: Text<1, 80>,
    /// What it may be used for: at least one.
    scopes: Scopes,
    /// When it ends; never when left out.
    #[deserr(default)]
    #[schema(nullable = false)]
    expires_at: Option<Moment>,
}

/// A key of another system.
#[derive(Serialize, ToSchema)]
pub(crate) struct ApiKeyBody {
    id: ApiKeyId,
    name: String,
    /// The key itself, only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    key: Option<String>,
    /// Its first characters.
    #[schema(example = "oh_3vQ0fJ2x")]
    prefix: String,
    #[schema(example = json!(["sessions:read"]))]
    scopes: Vec<String>,
    /// The admin as whom it acts.
    created_by: UserId,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// To the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<Timestamp>,
}

impl From<ApiKey> for ApiKeyBody {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            key: None,
            prefix: key.prefix,
            scopes: key.scopes.iter().map(ToString::to_string).collect(),
            created_by: key.owner,
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            revoked_at: key.revoked_at,
        }
    }
}

/// List the API keys of all admins, the newest first.
///
/// Keys that were revoked or have ended stay in the list.
#[utoipa::path(
    get,
    path = "/api/auth/api-keys",
    tag = "auth",
    params(PageQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<ApiKeyBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_api_keys(
    State(db): State<Db>,
    Admin(_): Admin,
    Query(query): Query<PageQuery>,
) -> Result<Listed<ApiKeyBody>, ApiError> {
    let page = PageRequest::from(query);
    let found = store::api_key::list(&db.client().await?, page).await?;
    let keys = found.items.into_iter().map(ApiKeyBody::from).collect();
    Ok(Listed::new(keys, page.limit, found.next))
}

/// Make an API key.
///
/// The answer shows the key, once; only its hash is kept. It is sent as a bearer token and acts as you, but only
/// within its scopes and never below `/api/auth`. It stops working when you lose your role or are suspended.
#[utoipa::path(
    post,
    path = "/api/auth/api-keys",
    tag = "auth",
    params(IdempotencyKey),
    request_body = NewApiKeyBody,
    security(("bearer" = [])),
    responses((status = CREATED, body = Answer<ApiKeyBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn create_api_key(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Json(body): Json<NewApiKeyBody>,
) -> Result<Answer<ApiKeyBody>, ApiError> {
    let now = state.clock.now();
    let secret = format!("{KEY_MARK}{}", OpaqueToken::generate()?.expose());
    let draft = ApiKeyDraft {
        name: body.name.into_string(),
        scopes: body.scopes.into_vec(),
        expires_at: body.expires_at.map(|moment| moment.0),
    };
    let key = draft
        .validate(state.clock.id(), admin.id, &secret, now)
        .map_err(Problems::from)?;
    let made = AuditEntry::own(AuditAction::ApiKeyCreated, admin.id).because(key.id.to_string());

    let mut client = state.db.client().await?;
    let tx = client.transaction();
    store::api_key::insert(&tx, &key, &opaque::hash(&secret)).await?;
    store::audit::append(&tx, state.clock.id(), now, &origin, &made).await?;
    let location = format!("/api/auth/api-keys/{}", key.id);
    let shown = ApiKeyBody {
        key: Some(secret),
        ..key.into()
    };
    Answer::created(shown, location).commit(tx).await
}

/// Show an API key.
#[utoipa::path(
    get,
    path = "/api/auth/api-keys/{id}",
    tag = "auth",
    params(("id" = ApiKeyId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<ApiKeyBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(api_key.id = %id))]
pub(crate) async fn show_api_key(
    State(db): State<Db>,
    Admin(_): Admin,
    Path(id): Path<ApiKeyId>,
) -> Result<Answer<ApiKeyBody>, ApiError> {
    let key = store::api_key::find(&db.client().await?, id)
        .await?
        .ok_or(ApiError::not_found("API key"))?;
    Ok(Answer::ok(key.into()))
}

/// Revoke an API key.
///
/// It stops working with the next request. Any admin may revoke any key.
#[utoipa::path(
    delete,
    path = "/api/auth/api-keys/{id}",
    tag = "auth",
    params(("id" = ApiKeyId, Path)),
    security(("bearer" = [])),
    responses((status = NO_CONTENT), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(api_key.id = %id))]
pub(crate) async fn revoke_api_key(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Path(id): Path<ApiKeyId>,
) -> Result<StatusCode, ApiError> {
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let owner = store::api_key::revoke(&tx, id, now)
        .await?
        .ok_or(ApiError::not_found("API key"))?;
    let revoked =
        AuditEntry::to(AuditAction::ApiKeyRevoked, admin.id, owner).because(id.to_string());
    store::audit::append(&tx, state.clock.id(), now, &origin, &revoked).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
