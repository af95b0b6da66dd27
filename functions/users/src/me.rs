//! `GET /api/users/me` and `PATCH /api/users/me`

use axum::extract::State;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::id::UserId;
use shared::domain::user::{UserError, UserStatus};
use shared::http::{Actor, Answer, ApiError, AppState, Caller, IfMatch, Json, Refused, UserBody};
use shared::store::{self, Transaction};

use crate::change::apply;
use crate::edit::write;
use crate::own::OwnChange;

/// Show my whole profile.
#[utoipa::path(
    get,
    path = "/api/users/me",
    tag = "users",
    security(("bearer" = [])),
    responses(
        (status = OK, body = Answer<UserBody>, headers(("ETag" = String, description = "The `version` in quotes, for `If-Match`."))),
        (status = "4XX", body = Refused),
        (status = "5XX", body = Refused),
    ),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_me(
    State(state): State<AppState>,
    actor: Actor,
) -> Result<Answer<UserBody>, ApiError> {
    let client = state.db.client().await?;
    let user = store::user::find(&client, actor.id)
        .await?
        .ok_or(ApiError::unauthenticated())?;
    Ok(Answer::ok(UserBody::open(&state, &user).await?).at_version(user.version))
}

/// Change my profile.
///
/// Fields that are left out stay; `null` empties a field. A field of another role is refused. `status` pauses the
/// account (`inactive`: hidden, no bookings) and brings it back (`active`).
#[utoipa::path(
    patch,
    path = "/api/users/me",
    tag = "users",
    params(IfMatch),
    security(("bearer" = [])),
    request_body = OwnChange,
    responses((status = OK, body = Answer<UserBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn change_me(
    State(state): State<AppState>,
    actor: Actor,
    if_match: IfMatch,
    Caller(origin): Caller,
    Json(change): Json<OwnChange>,
) -> Result<Answer<UserBody>, ApiError> {
    let keys = state.data_keys().await?;
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let before = store::user::lock(&tx, actor.id)
        .await?
        .filter(|user| user.status != UserStatus::Suspended)
        .ok_or(ApiError::unauthenticated())?;
    if_match.check(before.version)?;
    let was = before.status;
    let mut user = apply(change.profile, before, &keys, now)?;
    user.status = change.status.map_or(was, UserStatus::from);
    if user.status == UserStatus::Active && was != user.status {
        require_staying(&tx, actor.id).await?;
    }
    write(&state, &tx, &user).await?;
    if user.status != was {
        let entry =
            AuditEntry::own(AuditAction::UserStatusChanged, actor.id).because(user.status.as_str());
        store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    }
    tx.commit().await?;
    Ok(Answer::ok(UserBody::open(&state, &user).await?).at_version(user.version))
}

/// Who has asked to be deleted comes back by restoring the account, and not by this.
async fn require_staying(tx: &Transaction<'_>, person: UserId) -> Result<(), ApiError> {
    match store::deletion::find_erase_after(tx, person).await? {
        Some(_) => Err(UserError::Leaving.into()),
        None => Ok(()),
    }
}
