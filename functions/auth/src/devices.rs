//! `GET /api/auth/sessions` and `DELETE /api/auth/sessions/{id}`: the signed-in devices.

use axum::extract::State;
use http::StatusCode;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::id::LoginId;
use shared::domain::login::MOST_LOGINS;
use shared::http::{Actor, ApiError, AppState, Caller, Listed, Path, Refused};
use shared::store;

use crate::answer::DeviceBody;

/// List your signed-in devices.
///
/// The one seen last comes first. There are at most 20: a new sign-in ends the oldest.
#[utoipa::path(
    get,
    path = "/api/auth/sessions",
    tag = "auth",
    security(("bearer" = [])),
    responses((status = OK, body = Listed<DeviceBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_devices(
    State(state): State<AppState>,
    actor: Actor,
) -> Result<Listed<DeviceBody>, ApiError> {
    let client = state.db.client().await?;
    let devices = store::login::list(&client, actor.id, state.clock.now()).await?;
    let shown = devices
        .into_iter()
        .map(|device| DeviceBody::new(device, actor.login()));
    Ok(Listed::new(shown.collect(), MOST_LOGINS, None))
}

/// Sign one of your devices out.
///
/// Its tokens stop working with the next request.
#[utoipa::path(
    delete,
    path = "/api/auth/sessions/{id}",
    tag = "auth",
    params(("id" = LoginId, Path)),
    security(("bearer" = [])),
    responses((status = NO_CONTENT), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(login.id = %id))]
pub(crate) async fn end_device(
    State(state): State<AppState>,
    Caller(origin): Caller,
    actor: Actor,
    Path(id): Path<LoginId>,
) -> Result<StatusCode, ApiError> {
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    if !store::login::revoke(&tx, id, actor.id, now).await? {
        return Err(ApiError::not_found("signed-in device"));
    }
    let entry = AuditEntry::own(AuditAction::LoginEnded, actor.id).on(id);
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
