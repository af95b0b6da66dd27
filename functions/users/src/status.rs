//! `PUT /api/users/{id}/status`

use axum::extract::State;
use deserr::Deserr;
use jiff::Timestamp;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::event::Event;
use shared::domain::id::UserId;
use shared::domain::user::{Actor, Surroundings, User, UserError, UserStatus};
use shared::http::{
    Admin, Answer, ApiError, AppState, Caller, IfMatch, Json, Path, Problems, Refused, UserBody,
};
use shared::store;
use utoipa::ToSchema;

use crate::body::Reason;

/// Whether somebody may use their account, and why.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusChange {
    status: Standing,
    /// For the audit log; the person is not told.
    #[schema(example = "did not come three times")]
    reason: Reason,
}

/// What admins may set a status to.
#[derive(Clone, Copy, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Problems)]
pub(crate) enum Standing {
    /// May use the account.
    #[deserr(rename = "active")]
    #[schema(rename = "active")]
    Active,
    /// Shut out.
    #[deserr(rename = "suspended")]
    #[schema(rename = "suspended")]
    Suspended,
}

/// Shut somebody out, or let them in again.
///
/// Suspending signs every device out at once and hides a mentor; the person gets a mail. Their sessions stay as they
/// are, because only you can tell which of them should be called off: `GET /api/sessions?mentor_id=…&status=confirmed`
/// (or `mentee_id`) lists them, and `PUT /api/admin/sessions/{id}` calls one off.
#[utoipa::path(
    put,
    path = "/api/users/{id}/status",
    tag = "users",
    params(("id" = UserId, Path), IfMatch),
    security(("bearer" = [])),
    request_body = StatusChange,
    responses((status = OK, body = Answer<UserBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(user.id = %id))]
pub(crate) async fn change_status(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Path(id): Path<UserId>,
    if_match: IfMatch,
    Json(change): Json<StatusChange>,
) -> Result<Answer<UserBody>, ApiError> {
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let (user, around) = store::user::lock_with_admins(&tx, id)
        .await?
        .ok_or(ApiError::not_found("user"))?;
    if_match.check(user.version)?;
    let was = user.status;
    let (user, event) = decide(user, change.status, &admin, around, now)?;
    if user.status != was {
        store::user::update_status(&tx, &user).await?;
        if user.status == UserStatus::Suspended {
            store::deletion::end_access(&tx, id, now).await?;
        }
        if let Some(event) = event {
            store::outbox::append(&tx, state.clock.id(), now, event).await?;
        }
        if user.is_mentor() {
            store::catalog::raise(&tx).await?;
        }
        let reason = format!("{}: {}", user.status.as_str(), change.reason.as_str());
        let entry = AuditEntry::to(AuditAction::UserStatusChanged, admin.id, id).because(reason);
        store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    }
    tx.commit().await?;
    Ok(Answer::ok(UserBody::open(&state, &user).await?).at_version(user.version))
}

/// Asking for what is so already changes nothing.
fn decide(
    user: User,
    standing: Standing,
    admin: &Actor,
    around: Surroundings,
    now: Timestamp,
) -> Result<(User, Option<Event>), UserError> {
    match (user.status, standing) {
        (UserStatus::Active, Standing::Active) | (UserStatus::Suspended, Standing::Suspended) => {
            Ok((user, None))
        }
        (UserStatus::Inactive | UserStatus::Suspended, Standing::Active) => {
            user.reinstate(around, now)
        }
        (UserStatus::Active | UserStatus::Inactive, Standing::Suspended) => user
            .suspend(admin, around, now)
            .map(|(user, event)| (user, Some(event))),
    }
}
