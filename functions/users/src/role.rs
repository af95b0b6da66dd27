//! `PUT /api/users/{id}/role`

use axum::extract::State;
use deserr::Deserr;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::id::UserId;
use shared::domain::user::Role;
use shared::http::{
    Admin, Answer, ApiError, AppState, Caller, IfMatch, Json, Path, Problems, Refused, UserBody,
};
use shared::store;
use utoipa::ToSchema;

use crate::body::Reason;

/// Another role, and why.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleChange {
    role: Role,
    /// For the audit log.
    #[schema(example = "joined the program team")]
    reason: Reason,
}

/// Give somebody another role.
///
/// A person has exactly one. What they said in the old one stays out of sight until they come back to it, and every
/// device of theirs is signed out. A mentor whom an admin makes is approved, unless it was decided otherwise before.
#[utoipa::path(
    put,
    path = "/api/users/{id}/role",
    tag = "users",
    params(("id" = UserId, Path), IfMatch),
    security(("bearer" = [])),
    request_body = RoleChange,
    responses((status = OK, body = Answer<UserBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(user.id = %id))]
pub(crate) async fn change_role(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Path(id): Path<UserId>,
    if_match: IfMatch,
    Json(change): Json<RoleChange>,
) -> Result<Answer<UserBody>, ApiError> {
    let now = state.clock.now();
    let unknown = || ApiError::not_found("user");
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let (user, around) = store::user::lock_with_admins(&tx, id)
        .await?
        .ok_or_else(unknown)?;
    if_match.check(user.version)?;
    if user.role() == change.role {
        tx.commit().await?;
        return Ok(Answer::ok(UserBody::open(&state, &user).await?).at_version(user.version));
    }
    user.leave_role(around)?;
    let was_mentor = user.is_mentor();
    store::user::update_role(&tx, id, change.role, now).await?;
    store::deletion::end_access(&tx, id, now).await?;
    let user = store::user::find(&tx, id).await?.ok_or_else(unknown)?;
    if was_mentor || user.is_mentor() {
        store::catalog::raise(&tx).await?;
    }
    let entry =
        AuditEntry::to(AuditAction::RoleChanged, admin.id, id).because(change.reason.into_string());
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    Ok(Answer::ok(UserBody::open(&state, &user).await?).at_version(user.version))
}
