//! `POST /api/auth/logout` and `POST /api/auth/logout-all`

use axum::extract::State;
use http::StatusCode;
use shared::auth::opaque;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::http::{Actor, ApiError, AppState, Caller, Json, Refused};
use shared::store;

use crate::body::LogoutBody;

/// Sign a device out.
///
/// It is the one that asks, or the one that the refresh token belongs to; one of the two is enough. Its access token
/// stops working with the next request, its refresh token too.
#[utoipa::path(
    post,
    path = "/api/auth/logout",
    tag = "auth",
    security((), ("bearer" = [])),
    request_body = Option<LogoutBody>,
    responses((status = NO_CONTENT), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn log_out(
    State(state): State<AppState>,
    Caller(origin): Caller,
    actor: Result<Actor, ApiError>,
    body: Option<Json<LogoutBody>>,
) -> Result<StatusCode, ApiError> {
    let now = state.clock.now();
    let token = body.and_then(|Json(body)| body.refresh_token);
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let mut ended = Vec::with_capacity(2);
    match (&actor, &token) {
        (Err(_), None) => return Err(actor.err().unwrap_or_else(ApiError::unauthenticated)),
        (Err(_), Some(_)) => {}
        (Ok(actor), _) => {
            let login = actor.login().ok_or_else(ApiError::forbidden)?;
            store::login::revoke(&tx, login, actor.id, now).await?;
            ended.push((login, actor.id));
        }
    }
    if let Some(token) = token {
        let hash = opaque::hash(token.as_str());
        ended.extend(store::login::revoke_by_token(&tx, &hash, now).await?);
    }
    for (login, user) in ended {
        let entry = AuditEntry::own(AuditAction::LoginEnded, user).on(login);
        store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sign every device out, this one too.
#[utoipa::path(
    post,
    path = "/api/auth/logout-all",
    tag = "auth",
    security(("bearer" = [])),
    responses((status = NO_CONTENT), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn log_out_everywhere(
    State(state): State<AppState>,
    Caller(origin): Caller,
    actor: Actor,
) -> Result<StatusCode, ApiError> {
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    store::login::revoke_all(&tx, actor.id, None, now).await?;
    let entry = AuditEntry::own(AuditAction::LoginsEnded, actor.id).on(actor.login());
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
