//! `PATCH /api/users/{id}`

use axum::extract::State;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::event::Event;
use shared::domain::id::UserId;
use shared::domain::profile::RoleProfile;
use shared::domain::time::Minutes;
use shared::domain::user::User;
use shared::http::{
    Admin, Answer, ApiError, AppState, Caller, IfMatch, Json, Path, Refused, UserBody,
};
use shared::store::{self, Transaction};

use crate::body::ProfileChange;
use crate::change::apply;

/// Change somebody's profile.
///
/// The same fields as `PATCH /api/users/me`, but for `status`, which has a request of its own.
#[utoipa::path(
    patch,
    path = "/api/users/{id}",
    tag = "users",
    params(("id" = UserId, Path), IfMatch),
    security(("bearer" = [])),
    request_body = ProfileChange,
    responses((status = OK, body = Answer<UserBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(user.id = %id))]
pub(crate) async fn change_user(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Path(id): Path<UserId>,
    if_match: IfMatch,
    Json(change): Json<ProfileChange>,
) -> Result<Answer<UserBody>, ApiError> {
    let keys = state.data_keys().await?;
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let user = store::user::lock(&tx, id)
        .await?
        .ok_or(ApiError::not_found("user"))?;
    if_match.check(user.version)?;
    let user = apply(change, user, &keys, now)?;
    write(&state, &tx, &user).await?;
    let entry = AuditEntry::to(AuditAction::UserUpdated, admin.id, id);
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    Ok(Answer::ok(UserBody::open(&state, &user).await?).at_version(user.version))
}

/// Writes a changed person, and what hangs on their profile.
pub(crate) async fn write(
    state: &AppState,
    tx: &Transaction<'_>,
    user: &User,
) -> Result<(), ApiError> {
    // Sessions first, as everywhere: what changes one of them then waits for what is counted of its mentor.
    if let RoleProfile::Mentor(mentor) = &user.profile.role {
        let buffer = Minutes(mentor.buffer_minutes.unsigned_abs());
        store::session::shorten_holds(tx, user.id, buffer).await?;
    }
    store::user::update_profile(tx, user).await??;
    if state.bedrock.embedding_model().is_some() || state.config.airtable.is_some() {
        let changed = Event::ProfileChanged { user_id: user.id };
        store::outbox::append(tx, state.clock.id(), state.clock.now(), changed).await?;
    }
    if matches!(user.profile.role, RoleProfile::Mentor(_)) {
        store::catalog::raise(tx).await?;
    }
    Ok(())
}
